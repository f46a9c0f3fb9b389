"""Whatever a server sends, a fetch ends: in time, within its size, and in one line."""

from __future__ import annotations

import gzip
import itertools
import os
import resource
import time
import zlib
from collections.abc import Callable, Iterator
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.fetching.body import unpacked
from app.fetching.refused import Refused
from app.reading.dispatch import ENDINGS
from tests.test_fetching_manners import at_once
from tests.web import PUBLIC, Send, Web, moved, reply, small_web

MB = 1_000_000
URL = "http://news.example/page"


@pytest.fixture
def web() -> Iterator[Web]:
    with small_web() as one:
        yield one


def forever(*pieces: bytes, first: bytes = b"", pause: float = 0.0) -> Callable[[Send], None]:
    def page(send: Send) -> None:
        send(first)
        for piece in itertools.cycle(pieces):
            send(piece)
            time.sleep(pause)

    return page


def head(*lines: str) -> bytes:
    return "\r\n".join(["HTTP/1.1 200 OK", "Content-Type: text/html", *lines, "", ""]).encode()


DRIPS = {
    "status": (b"", b"H"),
    "header": (b"HTTP/1.1 200 OK\r\n", b"X"),
    "body": (head("Content-Length: 100000"), b"<p>"),
    "chunks": (head("Transfer-Encoding: chunked"), b"1\r\nx\r\n"),
    "hints": (b"", b"HTTP/1.1 103 Early Hints\r\n\r\n"),
}
"""What a server sends at once, and then piece by piece."""


def test_a_slow_drip_ends_with_the_time_that_a_page_has(web: Web) -> None:
    for name, (first, piece) in DRIPS.items():
        web.names[name] = [[PUBLIC]]
        web.public.pages[f"{name}/page"] = forever(piece, first=first, pause=0.05)
    fetcher = web.fetcher(fetch_seconds=2.0)
    began = time.monotonic()
    got = at_once(*[lambda name=name: fetcher.get(f"http://{name}/page") for name in DRIPS])
    assert time.monotonic() - began < 30.0
    assert len(got) == len(DRIPS)
    for one in got:
        assert "the answer takes more than 2 seconds (DATELINE_FETCH_SECONDS)." in one.line
    assert all(one.retry_after for one in got)


def test_all_redirects_share_the_time_of_one_page(web: Web) -> None:
    def slowly(to: str) -> Callable[[Send], None]:
        def page(send: Send) -> None:
            time.sleep(0.4)
            send(moved(to))

        return page

    web.public.pages |= {f"/{n}": slowly(f"/{n + 1}") for n in range(5)}
    got = web.fetcher(fetch_seconds=1.0).get("http://news.example/0")
    assert "more than 1 seconds" in got.reason and len(web.pages_asked()) < 5


def test_a_server_that_never_answers_is_left(web: Web) -> None:
    web.public.pages["/page"] = lambda send: time.sleep(1.5)
    assert "more than 1 seconds" in web.fetcher(fetch_seconds=1.0).get(URL).reason


def test_a_name_that_is_never_resolved_is_left(web: Web) -> None:
    web.resolve = lambda host, port: time.sleep(1.5) or []  # type: ignore[method-assign]
    assert web.fetcher(fetch_seconds=1.0).get(URL).reason == "the name news.example is not resolved in time."


def test_a_page_larger_than_the_limit_is_refused_before_it_comes(web: Web) -> None:
    web.public.pages["/page"] = head(f"Content-Length: {30 * MB}")
    got = web.fetcher().get(URL)
    assert got.line == f"{URL}: it has more than 20 MB. DATELINE_FETCH_MB sets the limit."
    assert got.body == b"" and got.retry_after is None


def test_a_page_that_tells_no_length_ends_at_the_limit(web: Web) -> None:
    sent: list[int] = []

    def page(send: Send) -> None:
        send(head())
        for n in range(2000):
            send(b"x" * 100_000)
            sent.append(n)

    web.public.pages["/page"] = page
    assert "more than 1 MB" in web.fetcher(fetch_mb=1.0).get(URL).reason
    assert len(sent) < 500


def test_a_page_of_just_the_limit_is_taken_and_one_byte_more_is_not(web: Web) -> None:
    web.public.pages |= {"/page": reply(b"x" * MB), "/more": reply(b"x" * (MB + 1))}
    fetcher = web.fetcher(fetch_mb=1.0)
    assert len(fetcher.get(URL).body) == MB
    assert "more than 1 MB" in fetcher.get("http://news.example/more").reason


def bomb(size: int) -> bytes:
    squeeze = zlib.compressobj(9, wbits=31)
    return b"".join(squeeze.compress(bytes(MB)) for _ in range(size // MB)) + squeeze.flush()


def test_a_gzip_bomb_ends_at_the_limit_without_being_unpacked(web: Web) -> None:
    web.public.pages["/page"] = reply(bomb(200 * MB), Content_Encoding="gzip")
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    began = time.process_time()
    assert "more than 20 MB" in web.fetcher().get(URL).reason
    assert time.process_time() - began < 1.0
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 100_000  # KB


PACKED = gzip.compress(b"a page of text", mtime=0)
"""Without the time of day: a test is called the same in every process."""


@pytest.mark.parametrize("coding", ["br", "zstd", "deflate", "gzip, gzip", "x"])
def test_a_packing_that_was_not_asked_for_is_refused(web: Web, coding: str) -> None:
    web.public.pages["/page"] = reply(b"...", Content_Encoding=coding)
    assert f"packed as {coding}, which was not asked for" in web.fetcher().get(URL).reason
    assert web.public.heads[-1]["accept-encoding"] == "gzip"


def test_what_is_packed_on_the_way_is_unpacked_and_a_packed_file_is_not(web: Web) -> None:
    packed = gzip.compress(b"<urlset/>")
    web.public.pages["/page"] = reply(packed, Content_Encoding="gzip")
    web.public.pages["/sitemap.xml.gz"] = reply(packed, kind="application/gzip")
    fetcher = web.fetcher()
    assert fetcher.get(URL).body == b"<urlset/>"
    assert fetcher.get("http://news.example/sitemap.xml.gz").body == packed


@pytest.mark.parametrize("hurt", [b"no gzip", PACKED[:-9], PACKED[:-4] + b"\0\0\0\0"])
def test_broken_packing_is_told(web: Web, hurt: bytes) -> None:
    web.public.pages["/page"] = reply(hurt, Content_Encoding="gzip")
    assert web.fetcher().get(URL).reason == f"{URL}: its gzip packing is broken."


@given(st.lists(st.binary(max_size=300), min_size=1, max_size=4), st.integers(1, 50), st.binary(max_size=5))
def test_members_of_gzip_are_unpacked_however_they_are_cut(parts: list[bytes], size: int, padding: bytes) -> None:
    packed = b"".join(map(gzip.compress, parts)) + b"\0" + padding
    pieces = [packed[n : n + size] for n in range(0, len(packed), size)]
    assert b"".join(unpacked(pieces, "here")) == b"".join(parts)


@given(st.binary(max_size=200))
def test_no_bytes_raise_anything_but_a_refusal(data: bytes) -> None:
    with suppress(Refused):
        list(unpacked([data], "here"))


def test_a_body_shorter_than_its_length_is_refused(web: Web) -> None:
    web.public.pages["/page"] = head("Content-Length: 100") + b"half a page"
    got = web.fetcher().get(URL)
    assert got.reason.startswith(f"{URL}: the answer is broken") and got.body == b"" and got.retry_after


def test_a_body_longer_than_its_length_ends_there(web: Web) -> None:
    web.public.pages["/page"] = head("Content-Length: 4") + b"page and what nobody asked for"
    assert web.fetcher().get(URL).body == b"page"


@pytest.mark.parametrize(
    "lines", [["Content-Length: -1"], ["Content-Length: 3", "Content-Length: 4"], ["Content-Length: x"], ["No colon"], [" folded"]]
)
def test_headers_that_make_no_sense_are_refused(web: Web, lines: list[str]) -> None:
    web.public.pages["/page"] = head(*lines) + b"page"
    assert web.fetcher().get(URL).status == "refused"


@pytest.mark.parametrize("lines", [b"X: " + b"y" * 1000 + b"\r\n", b"z" * 1000])
def test_endless_headers_end(web: Web, lines: bytes) -> None:
    web.public.pages["/page"] = forever(lines, first=b"HTTP/1.1 200 OK\r\n")
    began = time.monotonic()
    got = web.fetcher().get(URL)
    assert got.status == "refused" and "the answer is broken" in got.reason
    assert time.monotonic() - began < 30.0


def test_endless_interim_answers_end(web: Web) -> None:
    web.public.pages["/page"] = forever(b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n" * 100)
    assert "far more around its answer" in web.fetcher().get(URL).reason


def test_chunks_of_one_byte_end_at_the_limit_of_what_comes_around_them(web: Web) -> None:
    web.public.pages["/page"] = forever(b"1;" + b"e" * 500 + b"\r\nx\r\n", first=head("Transfer-Encoding: chunked"))
    assert "far more around its answer" in web.fetcher(fetch_mb=0.1).get(URL).reason


@pytest.mark.parametrize(
    "data", [b"", b"\r\n\r\n", b"SSH-2.0-OpenSSH_9.2\r\n", b"HTTP/x 200 OK\r\n\r\n", os.urandom(200), b"220 mail ESMTP\r\n"]
)
def test_what_is_no_web_server_is_refused(web: Web, data: bytes) -> None:
    web.public.pages["/page"] = data
    got = web.fetcher().get(URL)
    assert got.status == "refused" and "the answer is broken" in got.reason


def test_a_circle_of_redirects_is_refused(web: Web) -> None:
    web.public.pages |= {"/page": moved("/other"), "/other": moved("/page#again")}
    assert web.fetcher().get(URL).reason == f"http://news.example/other sends on to {URL}, in a circle."
    assert len(web.pages_asked()) == 2


def test_five_redirects_are_followed_and_six_are_not(web: Web) -> None:
    web.public.pages |= {f"/{n}": moved(f"/{n + 1}") for n in range(6)} | {"/6": reply(b"end")}
    fetcher = web.fetcher()
    assert fetcher.get("http://news.example/1").body == b"end"
    assert fetcher.get("http://news.example/0").reason == "http://news.example/0 sends on more than 5 times."


@pytest.mark.parametrize(
    "kind", ["image/png", "video/mp4", "text/css", "application/javascript", "image/svg+xml", "application/zip", "\x7f"]
)
def test_content_that_is_not_read_is_refused_before_it_comes(web: Web, kind: str) -> None:
    web.public.pages["/page"] = forever(b"x" * 1000, first=head().replace(b"text/html", kind.encode()))
    got = web.fetcher().get(URL)
    assert "which is not read" in got.reason and "HTML, XML, feeds" in got.hint


@pytest.mark.parametrize(
    ("path", "kind", "said", "charset"),
    [
        ("/page", "Text/HTML; Charset=ISO-8859-1", "text/html", "iso-8859-1"),
        ("/page", 'text/html; x=y; charset="no such"', "text/html", "no such"),
        ("/page", "text/html; charset*=bogus''%ff", "text/html", None),
        ("/feed", "application/rss+xml", "application/rss+xml", None),
        ("/feed", "application/atom+xml;charset=utf-8", "application/atom+xml", "utf-8"),
        ("/feed", "application/feed+json", "application/feed+json", None),
        ("/a.pdf", "application/pdf", "application/pdf", None),
        ("/a.warc.gz", "application/octet-stream", "application/octet-stream", None),
        *((f"/a{ending}", *2 * ("application/octet-stream",), None) for ending in ENDINGS if not ending.startswith((".eml", ".mbox"))),
        ("/page", "", "", None),
    ],
)
def test_content_that_is_read_is_taken(web: Web, path: str, kind: str, said: str, charset: str | None) -> None:
    web.public.pages[path] = reply(b"content", kind=kind)
    got = web.fetcher().get(f"http://news.example{path}")
    assert (got.status, got.body, got.content_type, got.charset) == ("fresh", b"content", said, charset)


SLOW = ';"' + ";" * 90_000


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        (reply(b"page", kind="text/html" + SLOW), "fresh"),
        (reply(b"page", "302 Found", Location="/" + SLOW), "refused"),
        (reply(b"page", "503 Service Unavailable", Retry_After=SLOW), "refused"),
    ],
    ids=["type", "location", "retry"],
)
def test_headers_made_to_be_slow_are_read_quickly(web: Web, answer: bytes, outcome: str) -> None:
    web.public.pages["/page"] = answer
    began = time.process_time()
    got = web.fetcher().get(URL)
    assert time.process_time() - began < 1.0
    assert (got.status, got.charset) == (outcome, None) and len(got.line) < 500
