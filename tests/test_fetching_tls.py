"""https stays https, and keeps the site's name though the connection goes to an address."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.web import Server, Web, moved, reply, serving
from tests.web_tls import SafeServer, certified

URL = "https://news.example/page"


@pytest.fixture
def web(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Web]:
    file = certified(tmp_path, "news.example")
    monkeypatch.setenv("SSL_CERT_FILE", str(file))
    with serving(SafeServer(file)) as public, serving(Server()) as inner:
        public.pages["/page"] = reply(b"page")
        yield Web(public, inner)


def test_the_name_is_told_and_checked_though_the_connection_goes_to_an_address(web: Web) -> None:
    assert web.fetcher().get(URL).body == b"page"
    assert web.dialled == ["93.184.216.34"] * 2
    assert isinstance(web.public, SafeServer) and web.public.names == ["news.example"] * 2
    assert {head["host"] for head in web.public.heads} == {"news.example"}


def test_a_certificate_for_another_name_is_refused(web: Web) -> None:
    got = web.fetcher().get("https://other.example/page")
    assert got.reason.startswith("https://other.example/robots.txt: its certificate is not valid (Hostname mismatch")
    assert got.hint == "Where the site has its own authority, name its file in SSL_CERT_FILE."
    assert web.public.asked == []


def test_a_certificate_that_nobody_vouches_for_is_refused(web: Web, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SSL_CERT_FILE")
    assert "its certificate is not valid (self-signed certificate" in web.fetcher().get(URL).reason
    assert web.public.asked == []


def test_a_certificate_of_the_past_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = certified(tmp_path, "news.example", days=-2)
    monkeypatch.setenv("SSL_CERT_FILE", str(file))
    with serving(SafeServer(file)) as public:
        assert "its certificate is not valid (certificate has expired)" in Web(public, public).fetcher().get(URL).reason
        assert public.asked == []


def test_a_redirect_from_https_to_http_is_refused(web: Web) -> None:
    web.public.pages["/page"] = moved("http://news.example/page")
    got = web.fetcher().get(URL)
    assert got.line == (
        f"{URL} sends on from https to http://news.example/page, which anyone on the way could change. "
        "Give that address itself if you trust the way there."
    )
    assert len(web.public.asked) == 2


def test_a_redirect_from_http_to_https_is_followed(web: Web) -> None:
    with serving(Server()) as plain:
        plain.pages["/page"] = moved(URL)
        both = Web(plain, web.public)
        both.names["news.example"] = [["93.184.216.34"]] * 2 + [["10.0.0.5"]]
        assert both.fetcher(fetch_private=True).get("http://news.example/page").body == b"page"


def test_a_server_that_knows_no_tls_is_refused(web: Web) -> None:
    web.names["plain.example"] = [["10.0.0.5"]]
    got = web.fetcher(fetch_private=True).get("https://plain.example/")
    assert "no safe connection" in got.reason and got.retry_after == 60


def test_a_handshake_that_never_comes_ends_with_the_time_of_the_page(web: Web) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:

        class Silent:
            port = silent.getsockname()[1]

        web.public = Silent()  # type: ignore[assignment]
        began = time.monotonic()
        got = web.fetcher(fetch_seconds=1.0).get(URL)
        assert got.status == "refused" and got.retry_after and time.monotonic() - began < 30.0
