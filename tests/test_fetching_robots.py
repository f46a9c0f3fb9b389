"""A site's robots.txt is asked for first, and obeyed."""

from __future__ import annotations

import itertools
import time
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.fetching.manners import CRAWL_DELAY_MAX
from app.fetching.robots import MAX_BYTES, parsed
from tests.test_fetching_manners import at_once, stamped
from tests.web import Web, moved, reply, small_web

HOST = "http://news.example"


@pytest.fixture
def web() -> Iterator[Web]:
    with small_web() as one:
        one.public.pages |= dict.fromkeys(["/page", "/private/page", "/private/open"], reply(b"page"))
        yield one


def robots(text: str, status: str = "200 OK", **headers: str) -> bytes:
    return reply(text.encode(), status, "text/plain", **headers)


def test_what_robots_txt_closes_is_not_asked_for_and_the_rest_is(web: Web) -> None:
    web.public.pages["/robots.txt"] = robots("User-agent: *\nDisallow: /private\nAllow: /private/open\n")
    fetcher = web.fetcher()
    got = fetcher.get(f"{HOST}/private/page")
    assert got.line == f"{HOST}/private/page: the site's robots.txt asks programs not to fetch it. Save the page and add the file."
    assert got.retry_after is None
    assert fetcher.get(f"{HOST}/private/open").status == "fresh"
    assert fetcher.get(f"{HOST}/page").status == "fresh"
    assert web.pages_asked() == ["news.example/private/open", "news.example/page"]


@pytest.mark.parametrize(
    ("text", "allowed"),
    [
        ("User-agent: Dateline\nDisallow: /\n\nUser-agent: *\nAllow: /\n", False),
        ("User-agent: dateline/2.0 # ours\nDisallow: /\n", False),
        ("User-agent: Other\nUser-agent: DATELINE\nDisallow: /page\n", False),
        ("User-agent: *\nDisallow: /*ge$\n", False),
        ("User-agent: *\nDisallow: /p\nAllow: /page\n", True),
        ("User-agent: Other\nDisallow: /\n", True),
        ("User-agent: Datelines\nDisallow: /\n", True),
        ("User-agent: Date\nDisallow: /\n", True),
        ("User-agent: *\nDisallow: /\n\nUser-agent: Dateline\nAllow: /\n", True),
        ("User-agent: *\nDisallow:\n", True),
        ("<html>Not found</html>", True),
        ("\ufeffUser-agent: *\r\nDisallow: /\r\n", False),
        ("", True),
    ],
)
def test_rules_are_read_as_rfc_9309_has_them(text: str, allowed: bool) -> None:
    assert parsed(text.removeprefix("\ufeff")).can_fetch(f"{HOST}/page", "Dateline") == allowed


@pytest.mark.parametrize("status", ["404 Not Found", "403 Forbidden", "401 Unauthorized", "410 Gone"])
def test_a_site_without_robots_txt_may_be_fetched(web: Web, status: str) -> None:
    web.public.pages["/robots.txt"] = robots("User-agent: *\nDisallow: /", status)
    assert web.fetcher().get(f"{HOST}/page").status == "fresh"


@pytest.mark.parametrize("status", ["500 Internal Server Error", "503 Service Unavailable", "429 Too Many Requests"])
def test_a_robots_txt_that_cannot_be_had_closes_the_site_for_a_while(web: Web, status: str) -> None:
    web.public.pages["/robots.txt"] = robots("", status, Retry_After="600")
    fetcher = web.fetcher()
    got = fetcher.get(f"{HOST}/page")
    assert got.reason == f"{HOST}/robots.txt cannot be read, so nothing is fetched there: the site answers {status[:3]}."
    assert got.retry_after == 600
    assert "left alone" in fetcher.get(f"{HOST}/page").reason
    assert web.public.asked == ["news.example/robots.txt"]


def test_a_robots_txt_that_drips_closes_the_site(web: Web) -> None:
    def drip(send: object) -> None:
        for _ in range(100):
            send(b"H")  # type: ignore[operator]
            time.sleep(0.05)

    web.public.pages["/robots.txt"] = drip
    got = web.fetcher(fetch_seconds=1.0).get(f"{HOST}/page")
    assert "nothing is fetched there" in got.reason and got.retry_after == 60 and web.pages_asked() == []


def test_a_robots_txt_elsewhere_is_followed_to(web: Web) -> None:
    web.public.pages["news.example/robots.txt"] = moved("http://other.example/rules")
    web.public.pages["other.example/rules"] = robots("User-agent: *\nDisallow: /page")
    assert "robots.txt asks" in web.fetcher().get(f"{HOST}/page").reason


def test_the_host_that_a_redirect_leads_to_is_asked_for_its_own_rules(web: Web) -> None:
    web.public.pages["/start"] = moved("http://other.example/page")
    web.public.pages["other.example/robots.txt"] = robots("User-agent: *\nDisallow: /page")
    assert web.fetcher().get(f"{HOST}/start").reason.startswith("http://other.example/page: the site's robots.txt")
    assert web.pages_asked() == ["news.example/start"]


def test_robots_txt_is_asked_for_once_a_day(web: Web, monkeypatch: pytest.MonkeyPatch) -> None:
    fetcher = web.fetcher()
    at_once(*[lambda: fetcher.get(f"{HOST}/page")] * 4)
    assert web.public.asked.count("news.example/robots.txt") == 1
    now = time.monotonic()
    monkeypatch.setattr("app.fetching.robots.time.monotonic", lambda: now + 86_401)
    fetcher.get(f"{HOST}/page")
    assert web.public.asked.count("news.example/robots.txt") == 2


def test_the_rules_of_sites_of_long_ago_are_asked_for_again(web: Web, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.fetching.robots.MAX_LETTERS", 1000)
    web.public.pages["/robots.txt"] = robots("#" * 600)
    fetcher = web.fetcher()
    for host in ("news", "news", "other", "other", "news"):
        fetcher.get(f"http://{host}.example/page")
    asked = [one for one in web.public.asked if one.endswith("/robots.txt")]
    assert asked == ["news.example/robots.txt", "other.example/robots.txt", "news.example/robots.txt"]


def test_an_endless_robots_txt_counts_as_far_as_it_is_read(web: Web) -> None:
    def endless(send: object) -> None:
        send(b"HTTP/1.1 200 OK\r\n\r\nUser-agent: *\nDisallow: /private\n")  # type: ignore[operator]
        for n in itertools.count():
            send(b"Disallow: /%d\n" % n * 1000)  # type: ignore[operator]

    web.public.pages["/robots.txt"] = endless
    fetcher = web.fetcher()
    assert "robots.txt asks" in fetcher.get(f"{HOST}/private/page").reason
    assert fetcher.get(f"{HOST}/page").status == "fresh"


def test_a_crawl_delay_is_heeded(web: Web) -> None:
    times: list[float] = []
    web.public.pages["/robots.txt"] = robots("User-agent: *\nCrawl-delay: 0.3\n")
    web.public.pages["/page"] = stamped(times)
    fetcher = web.fetcher()
    for _ in range(3):
        fetcher.get(f"{HOST}/page")
    assert times[2] - times[1] >= 0.3 and times[1] - times[0] >= 0.3


@pytest.mark.parametrize(
    ("said", "heeded"), [("86400", CRAWL_DELAY_MAX), ("-1", 0.0), ("inf", 0.0), ("nan", 0.0), ("a while", 0.0), ("12.5", 12.5)]
)
def test_a_crawl_delay_is_heeded_within_bounds(web: Web, said: str, heeded: float) -> None:
    web.public.pages["/robots.txt"] = robots(f"User-agent: *\nDisallow: /page\nCrawl-delay: {said}\n")
    fetcher = web.fetcher()
    fetcher.get(f"{HOST}/page")
    assert fetcher._manners._hosts["news.example"].pause == heeded


def test_rules_made_to_be_slow_are_read_quickly() -> None:
    names = "".join(f"User-agent: bot{n}\n" for n in range(15_000))
    rules = "".join(f"Disallow: /{n}*a*a*a*a$\n" for n in range(10_000))
    text = (names + rules + names + rules)[:MAX_BYTES]
    began = time.process_time()
    parsed(text).can_fetch(f"{HOST}/{'a' * 4000}", "Dateline")
    parsed(f"User-agent: *\nDisallow: /{'*a' * 1000}b").can_fetch(f"{HOST}/{'a' * 4000}", "Dateline")
    assert time.process_time() - began < 3.0


@given(
    st.text(max_size=200)
    | st.lists(st.sampled_from(["User-agent: *", "Disallow: /", "Crawl-delay: x", "Allow", ":", "%", "Visit-time: 9"])).map("\n".join)
)
def test_no_robots_txt_raises_anything(text: str) -> None:
    rules = parsed(text)
    assert rules.can_fetch(f"{HOST}/page", "Dateline") in (True, False)
    rules.crawl_delay("Dateline")
