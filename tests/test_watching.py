"""Feeds, sitemaps and pages that are followed, on a clock that the test moves: what is new comes in, what fails is left alone longer."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest

from app.follow import Follow
from app.service import Service
from app.watching import Hands
from app.watching.addresses import look_at_address
from app.watching.tally import Tally
from app.web.watching import Watching
from tests.crawls import STORY, page
from tests.news_site import NewsSite, news_site
from tests.samples import opened
from tests.test_sources import BRIDGE, RSS, XML, entry, loc, rss, sitemap
from tests.watchers import LOOPBACK, MINUTE, Clock, Watch, titles, write

FERRY = STORY.replace("mill", "ferry").replace("Velm", "Oster")


@pytest.fixture
def site() -> Iterator[NewsSite]:
    with news_site() as site:
        yield site


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """One for all: the process that reads is slow to start."""
    with opened(tmp_path_factory.mktemp("watching") / "home", **LOOPBACK) as service:
        yield service


@pytest.fixture
def watch(archive: Service) -> Iterator[Watch]:
    archive._web.close()
    watch = Watch(archive, Clock())
    yield watch
    watch.following.change("remove", [one.place for one in watch.following.follows()])


def whole(path: str, title: str, story: str) -> str:
    return entry(f"{{SITE}}{path}", title, f"<p>{story}</p><p>{story}</p>")


def test_what_grows_and_what_is_corrected_in_a_feed_comes_in_round_by_round(site: NewsSite, watch: Watch) -> None:
    feed = site.put("/rss", rss(whole("/mill", "The mill", STORY)), RSS)
    assert watch.add(feed) == "It is a feed."
    assert watch.of(feed).asked is None and site.take_asked() == ["/rss"], "one request says what it is; its articles come with a round"
    assert watch.round() == "1 new"
    assert watch.round() == "nothing new"
    site.put("/rss", rss(whole("/bridge", "The bridge", BRIDGE), whole("/mill", "The mill", STORY.replace("3.2", "4.1"))), RSS)
    assert watch.round() == "1 new, 1 changed"
    found = watch.of(feed)
    assert (found.kind, found.result, found.line, found.failures) == ("feed", "new", "1 new, 1 changed", 0)
    assert site.take_asked() == ["/rss", "*/rss", "/rss"]
    mill = watch.service.find(f"{site.address}/mill")
    assert mill is not None and "4.1 million" in mill.text


def test_nothing_is_asked_before_it_is_due_and_not_all_at_the_same_moment(site: NewsSite, watch: Watch) -> None:
    feeds = [site.put(f"/rss{n}", rss(whole(f"/mill{n}", f"Mill {n}", STORY)), RSS) for n in range(5)]
    for feed in feeds:
        watch.add(feed)
    assert watch.round() == "5 new"
    site.take_asked()
    assert watch.at_once() == ""
    watch.clock.pass_minutes(13)
    assert watch.at_once() == "" and site.take_asked() == []
    dues = [watch.of(feed).due - watch.clock.now for feed in feeds]
    assert all(0 < due <= 4 * MINUTE for due in dues) and len({round(due) for due in dues}) > 1
    watch.clock.pass_minutes(4)
    assert watch.at_once() == "nothing new" and len(site.take_asked()) == 5


def test_a_feed_that_fails_is_asked_ever_more_seldom_told_why_and_is_itself_again_when_it_works(site: NewsSite, watch: Watch) -> None:
    feed = site.put("/rss", rss(whole("/mill", "The mill", STORY)), RSS)
    watch.add(feed)
    watch.round()
    site.put("/rss", "", status=500)
    waits = []
    for failures in range(1, 10):
        said = watch.round()
        assert said.startswith("nothing new; 127.0.0.1 refused: ") and "500" in said
        assert watch.of(feed).failures == failures and watch.of(feed).result == "refused"
        waits.append((watch.of(feed).due - watch.clock.now) / MINUTE)
    assert all(later > earlier for earlier, later in pairwise(waits[:5]))
    assert 27 <= waits[0] <= 33 and waits[-1] <= 24 * 60 * 1.1, "twice the interval, at most about a day"
    assert watch.following.watched().line == f"nothing new; 127.0.0.1 refused: {watch.of(feed).line}".rstrip(".")
    site.put("/rss", rss(whole("/mill", "The mill", STORY), whole("/new", "New", FERRY)), RSS)
    assert watch.round() == "1 new" and watch.of(feed).failures == 0
    assert (watch.of(feed).due - watch.clock.now) / MINUTE <= 16.5
    assert watch.following.watched().line == "1 new"


def test_a_busy_site_is_left_alone_as_long_as_it_asks(site: NewsSite, watch: Watch, monkeypatch: pytest.MonkeyPatch) -> None:
    feed = site.put("/rss", rss(whole("/mill", "The mill", STORY)), RSS)
    watch.add(feed)
    monkeypatch.setattr("app.fetching.manners.BACKOFF_FIRST", 5 * 3600.0)
    monkeypatch.setattr("app.fetching.manners.BACKOFF_MAX", 5 * 3600.0)
    site.put("/rss", "", status=503)
    watch.round()
    assert 5 * 60 <= (watch.of(feed).due - watch.clock.now) / MINUTE <= 5 * 60 + 1


def test_one_broken_feed_costs_the_others_nothing(site: NewsSite, watch: Watch) -> None:
    broken, good = site.put("/broken", rss(), RSS), site.put("/rss", rss(whole("/ferry", "The ferry", FERRY)), RSS)
    watch.add(broken)
    watch.add(good)
    site.put("/broken", "<rss version='2.0'><channel><title>", RSS)
    said = watch.round()
    assert said.startswith("1 new; 127.0.0.1 refused: ") and "\n" not in said
    assert watch.of(good).result == "new"


def test_an_accident_at_one_place_is_told_and_the_others_have_their_turn(
    site: NewsSite, watch: Watch, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = site.put("/first", page("Kiosk", STORY.replace("mill", "kiosk"))), site.put("/second", page("Quay", FERRY))
    watch.add(first)
    watch.add(second)
    whole_look = look_at_address

    def look(hands: Hands, follow: Follow) -> Tally | None:
        if follow.place == first:
            raise RuntimeError("a mistake of ours")
        return whole_look(hands, follow)

    monkeypatch.setattr("app.watching.watcher.look_at_address", look)
    assert watch.round() == "1 new; 127.0.0.1 refused: An unexpected error (RuntimeError); the log has the details"
    assert (watch.of(first).failures, watch.of(second).result) == (1, "new")


def test_a_server_looks_after_what_is_followed_unless_that_is_off(tmp_path: Path) -> None:
    write(tmp_path / "news" / "mill.txt", f"The mill\n\n{STORY}")
    for on, found in ((False, []), (True, ["The mill"])):
        with opened(tmp_path / "home", watch=on, **LOOPBACK) as service:
            service.following.change("add", [str(tmp_path / "news")])
            came = threading.Event()
            watching = Watching(service, came.set)
            watching.start()
            assert came.wait(60 if on else 0.5) == on
            watching.stop(30)
            assert titles(service) == found
    assert not [thread for thread in threading.enumerate() if thread.name in ("watching", "folders")]


def test_a_page_in_the_place_of_a_feed_is_not_taken_for_an_article(site: NewsSite, watch: Watch) -> None:
    feed = site.put("/rss", rss(whole("/mill", "The mill", STORY)), RSS)
    watch.add(feed)
    watch.round()
    site.put("/rss", page("We will be back soon", FERRY.replace("ferry", "server")))
    assert "It was a feed, and gives a page now" in watch.round()
    assert watch.service.find(feed) is None


def test_a_corrected_page_is_read_again_and_its_former_text_is_kept(site: NewsSite, watch: Watch) -> None:
    address = site.put("/story", page("Lock mended", STORY.replace("mill", "lock")))
    assert watch.add(address) == "It is a page."
    assert watch.round() == "1 new"
    site.put("/story", page("Lock mended", STORY.replace("mill", "lock").replace("14 to 9", "13 to 9")))
    assert watch.round() == "1 changed" and watch.of(address).result == "changed"
    assert len(watch.service.versions(address)) == 2
    site.put("/story", "", status=410)
    assert "gone (410)" in watch.round()
    assert watch.service.find(address) is not None


def test_a_sitemap_is_followed_and_a_page_of_it_that_is_gone_is_no_fault_of_it(site: NewsSite, watch: Watch) -> None:
    site.put("/a", page("Weir", STORY.replace("mill", "weir")))
    address = site.put("/map.xml", sitemap(loc("/a", "2026-01-07"), loc("/gone", "2026-01-08")), XML)
    assert watch.add(address) == "It is a sitemap."
    assert watch.round() == f"1 new; 1 could not be read: {site.address}/gone: The site says that this page is gone (404)."
    assert (watch.of(address).result, watch.of(address).failures) == ("new", 0)


def test_what_is_paused_is_not_asked_and_what_is_removed_leaves_its_articles(site: NewsSite, watch: Watch) -> None:
    feed = site.put("/rss", rss(whole("/tram", "The tram", STORY.replace("mill", "tram"))), RSS)
    watch.add(feed)
    watch.round()
    watch.following.change("pause", [feed])
    site.take_asked()
    watch.clock.pass_minutes(24 * 60)
    assert watch.at_once() == "" and site.take_asked() == []
    watch.following.change("resume", [feed])
    assert watch.at_once() == "nothing new"
    (outcome,) = watch.following.change("remove", [feed])
    assert outcome.done and outcome.line == "It is no longer followed. Its articles stay."
    watch.clock.pass_minutes(24 * 60)
    assert watch.at_once() == "" and watch.service.find(f"{site.address}/tram") is not None
    (again,) = watch.following.change("pause", [feed])
    assert not again.done and "not followed" in again.line


def test_what_is_nothing_to_follow_is_refused_in_one_line_that_names_the_feed_of_the_page(site: NewsSite, watch: Watch) -> None:
    head = "<link rel='alternate' type='application/rss+xml' title='All' href='/rss?a=1&amp;b=2'>"
    bare = site.put("/", f"<html><head>{head}</head><body></body></html>")
    story = site.put("/story", page("Kiosk", STORY.replace("mill", "kiosk"), head=head))
    outcomes = watch.following.change("add", [bare, f"{site.address}/gone", "ftp://news.example/x", story, "no/such/folder"])
    assert [one.done for one in outcomes] == [False, False, False, True, False]
    assert f"python -m app feeds add {site.address}/rss?a=1&b=2" in outcomes[0].line and "python -m app feeds add" in outcomes[3].line
    assert "gone (404)" in outcomes[1].line and "ftp: is not fetched" in outcomes[2].line and "no such folder" in outcomes[4].line
    assert all("\n" not in one.line for one in outcomes)
    assert [one.place for one in watch.following.follows()] == [story]


def test_a_feed_says_how_often_it_wants_to_be_asked(site: NewsSite, watch: Watch) -> None:
    slow = rss(whole("/a", "A", STORY)).replace("<language>", "<ttl>300</ttl><language>")
    feed = site.put("/rss", slow, RSS)
    watch.add(feed)
    watch.round()
    assert 270 <= (watch.of(feed).due - watch.clock.now) / MINUTE <= 330
    watch.clock.now = watch.of(feed).due
    assert watch.at_once() == "nothing new", "unchanged, it sends no body and the pace is remembered"
    assert 270 <= (watch.of(feed).due - watch.clock.now) / MINUTE <= 330


def test_when_a_place_is_due_outlives_the_process(site: NewsSite, tmp_path: Path) -> None:
    feed = site.put("/rss", rss(whole("/mill", "The mill", STORY)), RSS)
    clock = Clock()
    with opened(tmp_path / "home", **LOOPBACK) as service:
        first = Watch(service, clock)
        first.add(feed)
        assert first.round() == "1 new"
        before = first.of(feed)
    site.take_asked()
    with opened(tmp_path / "home", **LOOPBACK) as service:
        again = Watch(service, clock)
        assert again.of(feed) == before and again.following.watched().line == "1 new"
        assert again.at_once() == "" and site.take_asked() == []
        clock.pass_minutes(17)
        assert again.at_once() == "nothing new" and site.take_asked() == ["*/rss"]
