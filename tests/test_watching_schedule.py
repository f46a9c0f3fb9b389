"""When a place is looked at next, and what a feed and a page say of themselves."""

from __future__ import annotations

import random
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.fetching import Fetched
from app.sources.named_feeds import named_feeds
from app.sources.pace import pace_of
from app.stores.follows import Pace
from app.watching.schedule import JITTER, LONGEST, due_after

NOW = 1_800_000_000.0
seconds = st.floats(60, 86_400)


@given(seconds, st.integers(0, 1000), st.floats(0, 86_400), st.integers(0, 2**32), st.integers(0, 10**6))
def test_a_place_is_due_within_about_a_day_and_never_before_the_site_allows(
    interval: float, failures: int, wait: float, seed: int, pace: int
) -> None:
    due = due_after(NOW, interval, random.Random(seed), failures=failures, wait=wait, pace=Pace(pace)) - NOW
    assert wait <= due <= LONGEST * (1 + JITTER)
    assert due >= min(interval * (1 - JITTER) * 2 ** min(failures, 20), LONGEST * (1 - JITTER)) - 1e-3


@given(st.sets(st.integers(0, 23), max_size=23), seconds, st.integers(0, 2**32))
def test_an_hour_that_a_feed_skips_is_left_out(hours: set[int], interval: float, seed: int) -> None:
    due = due_after(NOW, interval, random.Random(seed), pace=Pace(0, tuple(sorted(hours))))
    assert time.gmtime(due).tm_hour not in hours and due >= NOW + interval * (1 - JITTER) - 1e-3


@pytest.mark.parametrize(
    ("head", "pace"),
    [
        ("<ttl>60</ttl>", Pace(3600)),
        ("<ttl> 999999 </ttl>", Pace(86_400)),
        ("<ttl>soon</ttl><skipHours><hour>1</hour><hour>24</hour><hour>99</hour></skipHours>", Pace(0, (0, 1))),
        ("<skipHours>" + "".join(f"<hour>{n}</hour>" for n in range(24)) + "</skipHours>", Pace()),
        ("<item><ttl>60</ttl></item>", Pace()),
        ("", Pace()),
    ],
)
def test_a_feed_says_how_often_it_wants_to_be_asked(head: str, pace: Pace) -> None:
    assert pace_of(f"<rss><channel>{head}<item></item></channel></rss>".encode()) == pace


@given(st.binary(max_size=2000))
def test_any_bytes_have_a_pace_and_name_some_feeds(body: bytes) -> None:
    assert pace_of(b"<ttl>" + body).seconds <= 86_400
    named_feeds(Fetched("https://a.example/", "https://a.example/", "fresh", b"<link " + body))


def test_a_page_names_its_feeds_in_many_ways_of_writing() -> None:
    links = (
        b"""<LINK REL='alternate home' TYPE="application/rss+xml" HREF=/a.xml>""",
        b"""<link rel=alternate type=application/atom+xml href="b.xml?x=1&amp;y">""",
        b"""<link rel="alternate" type="application/rss+xml" href="javascript:x">""",
        b"""<link rel="stylesheet" type="application/rss+xml" href="/c">""",
        b"""<link rel="alternate" type="text/html" href="/d">""",
        b"""<link rel="alternate" type="application/rss+xml" href="/a.xml">""",
    )
    body = b"<html><head>" + b"\n".join(links)
    found = named_feeds(Fetched("https://a.example/x/", "https://a.example/x/", "fresh", body))
    assert found == ["https://a.example/a.xml", "https://a.example/x/b.xml?x=1&y"]
