"""How sites are treated: one request at a time, pauses, rest where they ask for it, nothing fetched twice that has not changed."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from itertools import pairwise

import pytest

from app import __version__
from app.fetching import Fetch, Fetched
from app.fetching.manners import BACKOFF_MAX, REST_MAX, Manners
from app.fetching.refused import Refused
from tests.web import Send, Web, moved, reply, small_web

URL = "http://news.example/page"


@pytest.fixture
def web() -> Iterator[Web]:
    with small_web() as one:
        yield one


def stamped(times: list[float], answer: bytes = b"", seconds: float = 0.0) -> Callable[[Send], None]:
    """A page that writes down when it was asked for."""

    def page(send: Send) -> None:
        times.append(time.monotonic())
        time.sleep(seconds)
        send(answer or reply(b"page"))

    return page


def at_once(*jobs: Callable[[], Fetched]) -> list[Fetched]:
    """What the jobs give, each in a thread of its own."""
    got: list[Fetched] = []
    threads = [threading.Thread(target=lambda job=job: got.append(job())) for job in jobs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return got


def test_a_page_comes_with_all_that_the_next_time_needs(web: Web) -> None:
    web.public.pages["/page"] = reply(
        b"<p>News</p>", kind="text/html; charset=UTF-8", ETag='"v1"', Last_Modified="Sun, 29 Nov 2026 08:00:00 GMT"
    )
    fetch: Fetch = web.fetcher()
    got = fetch(URL)
    assert got == Fetched(
        asked=URL,
        url=URL,
        status="fresh",
        body=b"<p>News</p>",
        content_type="text/html",
        charset="utf-8",
        etag='"v1"',
        last_modified="Sun, 29 Nov 2026 08:00:00 GMT",
        http_status=200,
    )


def test_we_say_who_we_are_and_send_nothing_of_the_reader(web: Web) -> None:
    web.public.pages["/page"] = reply(b"page", Set_Cookie="id=1; Path=/")
    fetcher = web.fetcher()
    fetcher.get(URL)
    fetcher.get(URL)
    for head in web.public.heads:
        assert head["user-agent"].startswith(f"Dateline/{__version__} ")
        assert set(head) == {"host", "user-agent", "accept", "accept-encoding", "connection"}


def test_what_has_not_changed_is_not_sent_again(web: Web) -> None:
    web.public.pages["/page"] = reply(b"", "304 Not Modified", ETag='"v2"')
    got = web.fetcher().get(URL, etag='"v1"', last_modified="Sun, 29 Nov 2026 08:00:00 GMT")
    assert web.public.heads[-1]["if-none-match"] == '"v1"'
    assert web.public.heads[-1]["if-modified-since"] == "Sun, 29 Nov 2026 08:00:00 GMT"
    assert (got.status, got.body, got.etag, got.last_modified) == ("unchanged", b"", '"v2"', "Sun, 29 Nov 2026 08:00:00 GMT")


def test_a_304_that_nobody_asked_for_is_refused(web: Web) -> None:
    web.public.pages["/page"] = reply(b"", "304 Not Modified")
    assert web.fetcher().get(URL).status == "refused"


@pytest.mark.parametrize("etag", ["a\r\nX-Injected: 1", "ä", "\x00", "x" * 5000, " "])
def test_a_validator_that_is_no_plain_line_is_neither_kept_nor_sent(web: Web, etag: str) -> None:
    web.public.pages["/page"] = b"HTTP/1.1 200 OK\r\nETag: \xff\r\nContent-Length: 4\r\n\r\npage"
    got = web.fetcher().get(URL, etag=etag)
    assert (got.status, got.etag) == ("fresh", None)
    assert "if-none-match" not in web.public.heads[-1] and "x-injected" not in web.public.heads[-1]


@pytest.mark.parametrize("status", ["404 Not Found", "410 Gone"])
def test_what_is_no_more_is_told_as_gone(web: Web, status: str) -> None:
    web.public.pages["/page"] = reply(b"sorry", status)
    got = web.fetcher().get(URL)
    assert (got.status, got.body, got.line) == ("gone", b"", "")


@pytest.mark.parametrize(
    ("status", "said"), [("401 Unauthorized", "wants a password"), ("403 Forbidden", "not given to programs"), ("202 Accepted", "without")]
)
def test_what_the_site_refuses_is_told_and_not_to_be_tried_again(web: Web, status: str, said: str) -> None:
    web.public.pages["/page"] = reply(b"no", status)
    got = web.fetcher().get(URL)
    assert got.status == "refused" and said in got.reason and got.hint
    assert got.retry_after is None and got.http_status == int(status[:3])


@pytest.mark.parametrize(("first", "second", "kept"), [("301 Moved", "308 Moved", True), ("301 Moved", "302 Found", False)])
def test_an_address_that_moved_for_good_is_told(web: Web, first: str, second: str, kept: bool) -> None:
    web.public.pages |= {"/page": moved("http://other.example/b", first), "/b": moved("/c", second), "/c": reply(b"here")}
    got = web.fetcher().get(URL)
    assert (got.url, got.body, got.moved) == ("http://other.example/c", b"here", kept)


def test_a_host_gets_one_request_at_a_time_from_however_many_threads(web: Web) -> None:
    times: list[float] = []
    web.public.pages["/page"] = stamped(times, seconds=0.05)
    fetcher = web.fetcher(fetch_pause=0.1)
    got = at_once(*[lambda: fetcher.get(URL)] * 4)
    assert [one.status for one in got] == ["fresh"] * 4
    assert web.public.most_together == 1
    gaps = [after - before for before, after in pairwise(times)]
    assert min(gaps) >= 0.15  # the page's own time, and the pause from its end


def test_two_hosts_do_not_wait_for_each_other(web: Web) -> None:
    for host in ("news.example", "other.example"):
        web.public.pages[f"{host}/page"] = stamped([], seconds=0.3)
    fetcher = web.fetcher()
    got = at_once(lambda: fetcher.get(URL), lambda: fetcher.get("http://other.example/page"))
    assert [one.status for one in got] == ["fresh"] * 2 and web.public.most_together == 2


def test_redirects_within_a_host_pause_too_and_cost_no_time_of_the_page(web: Web) -> None:
    web.public.pages |= {"/page": moved("/b"), "/b": moved("/c"), "/c": reply(b"here")}
    began = time.monotonic()
    got = web.fetcher(fetch_pause=0.5, fetch_seconds=1.0).get(URL)
    assert got.body == b"here" and time.monotonic() - began >= 1.5


def test_a_host_that_is_busy_is_left_alone_as_long_as_it_says(web: Web) -> None:
    web.public.pages["/page"] = reply(b"", "429 Too Many Requests", Retry_After="120")
    fetcher = web.fetcher()
    got = fetcher.get(URL)
    assert (got.retry_after, got.http_status) == (120.0, 429)
    asked = len(web.public.asked)
    again = fetcher.get("http://news.example/another")
    assert again.reason.startswith("news.example is left alone for 1") and "it answered 429" in again.reason
    assert again.retry_after == pytest.approx(120, abs=2) and len(web.public.asked) == asked
    web.public.pages["/page"] = reply(b"fine")
    assert fetcher.get("http://other.example/page").status == "fresh"


@pytest.mark.parametrize(
    ("said", "seconds"), [("0", 1.0), ("9" * 30, REST_MAX), ("soon", 60.0), ("-5", 60.0), ("", 60.0), ("Sun, 99 Nov", 60.0)]
)
def test_a_retry_after_is_heeded_within_bounds(web: Web, said: str, seconds: float) -> None:
    web.public.pages["/page"] = reply(b"", "503 Service Unavailable", Retry_After=said)
    assert web.fetcher().get(URL).retry_after == seconds


def test_a_retry_after_may_be_a_date(web: Web) -> None:
    date = format_datetime(datetime.now(UTC) + timedelta(seconds=90), usegmt=True)
    web.public.pages["/page"] = reply(b"", "503 Service Unavailable", Retry_After=date)
    assert web.fetcher().get(URL).retry_after == pytest.approx(90, abs=3)


def test_a_page_that_fails_again_and_again_is_asked_for_ever_more_rarely(web: Web) -> None:
    web.public.pages["/page"] = reply(b"", "500 Internal Server Error")
    fetcher = web.fetcher()
    assert [fetcher.get(URL).retry_after for _ in range(8)] == [60, 120, 240, 480, 960, 1920, BACKOFF_MAX, BACKOFF_MAX]
    web.public.pages["/page"] = reply(b"fine")
    assert fetcher.get(URL).status == "fresh"
    web.public.pages["/page"] = reply(b"", "500 Internal Server Error")
    assert fetcher.get(URL).retry_after == 60


def test_a_host_that_does_not_answer_is_tried_once_for_all_its_pages(web: Web) -> None:
    web.names["dead.example"] = [["93.184.216.35", "93.184.216.36"]]
    fetcher = web.fetcher()
    got = fetcher.get("http://dead.example/a")
    assert got.line == "dead.example does not answer (connection refused). Check the address, or try again later."
    assert got.retry_after == 60
    assert "left alone" in fetcher.get("http://dead.example/b").reason
    assert web.dialled == ["93.184.216.35", "93.184.216.36"]


def test_a_host_that_answers_at_one_of_its_addresses_is_reached(web: Web) -> None:
    web.names["half.example"] = [["93.184.216.35", "93.184.216.34"]]
    web.public.pages["/page"] = reply(b"page")
    assert web.fetcher().get("http://half.example/page").body == b"page"


def test_a_name_that_nobody_has_is_told(web: Web) -> None:
    assert web.fetcher().get("http://nobody.example/").reason == "there is no host named nobody.example, or no network."


def test_whoever_waits_for_a_turn_is_sent_home_at_the_end(web: Web) -> None:
    web.public.pages["/page"] = reply(b"page")
    fetcher = web.fetcher(fetch_pause=60.0)
    threading.Timer(0.2, fetcher.close).start()
    began = time.monotonic()
    got = fetcher.get(URL)
    assert got.line == "news.example was not asked: fetching was stopped. Run it again."
    assert time.monotonic() - began < 30.0 and web.pages_asked() == []


def test_hosts_of_long_ago_are_forgotten_and_those_at_rest_are_not(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.fetching.manners.REMEMBERED", 10)
    manners = Manners(0.0)
    manners.failed("resting.example", "it answered 429", 100.0, rest=True)
    for n in range(50):
        with manners.turn(f"host{n}.example"):
            pass
    assert len(manners._hosts) <= 12
    with pytest.raises(Refused, match="left alone"), manners.turn("resting.example"):
        pass
