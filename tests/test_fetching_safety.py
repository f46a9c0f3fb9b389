"""No address leads the fetcher to a machine that is not of the public web."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.fetching import Fetcher
from app.fetching.addresses import closed_as
from app.settings import Settings, load_settings
from tests.web import INNER, PUBLIC, Server, Web, moved, reply, serving, small_web

CLOSED = [
    *("127.0.0.1", "127.9.9.9", "0.0.0.0", "::1", "::", "10.1.2.3", "172.16.0.1", "172.31.255.255", "192.168.1.1", "fd00::1", "fec0::1"),
    *("169.254.169.254", "169.254.1.1", "fe80::1", "fe80::1%eth0", "100.64.0.1", "100.100.100.200", "192.0.0.192", "168.63.129.16"),
    *("fd00:ec2::254", "224.0.0.1", "239.1.1.1", "ff02::1", "240.0.0.1", "255.255.255.255", "192.0.2.1", "198.51.100.7", "203.0.113.9"),
    *(
        "198.18.0.1",
        "192.88.99.1",
        "2001:db8::1",
        "3fff::1",
        "2001::1",
        "2001:0:ffff::1",
        "100::1",
        "5f00::1",
        "4000::1",
        "64:ff9b:1::808:808",
    ),
    *(
        "::ffff:127.0.0.1",
        "::ffff:10.0.0.5",
        "::ffff:169.254.169.254",
        "::10.0.0.5",
        "2002:7f00:1::",
        "2002:a9fe:a9fe::1",
        "2002:c0a8:101::",
    ),
    *("64:ff9b::7f00:1", "64:ff9b::169.254.169.254", "64:ff9b::10.0.0.5", "2a00::5efe:10.0.0.5", "2a00::200:5efe:7f00:1", "no address", ""),
]
OPEN = [
    "93.184.216.34",
    "1.1.1.1",
    "172.15.0.1",
    "172.32.0.1",
    "100.128.0.1",
    "168.63.129.17",
    "2606:4700::1111",
    "2a00:1450::1",
    "64:ff9b::1.1.1.1",
]


@pytest.fixture
def web() -> Iterator[Web]:
    with small_web() as one:
        yield one


@pytest.mark.parametrize("address", CLOSED)
def test_an_address_that_is_not_of_the_public_web_is_closed(address: str) -> None:
    assert closed_as(address)


@pytest.mark.parametrize("address", OPEN)
def test_an_address_of_the_public_web_is_open(address: str) -> None:
    assert closed_as(address) is None


@given(st.ip_addresses(v=4))
def test_an_ipv4_address_is_judged_alike_in_every_dress_it_can_wear(address: object) -> None:
    number = int(address)  # type: ignore[call-overload]
    plain = closed_as(str(address))
    six_to_four = f"2002:{number >> 16:x}:{number & 0xFFFF:x}::1"
    for dressed in (f"::ffff:{address}", f"64:ff9b::{address}", six_to_four):
        assert (closed_as(dressed) is None) == (plain is None), dressed


@given(st.ip_addresses())
def test_what_python_calls_private_is_never_open(address: object) -> None:
    if closed_as(str(address)) is None and ":" not in str(address):
        assert address.is_global  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "localhost", "localhost.", "127.1", "2130706433", "0x7f.0.0.1", "0177.0.0.1", "0", "[::ffff:127.0.0.1]"]
)
def test_this_machine_is_not_reached_however_it_is_written(host: str) -> None:
    def resolve(name: str, port: int) -> list[str]:
        """As the system's, which the guard of the tests keeps from all but plain names: it reads numbers as inet_aton does."""
        return ["127.0.0.1" if name.startswith("localhost") else socket.inet_ntoa(socket.inet_aton(name))]

    with serving(Server()) as server, Fetcher(load_settings(fetch_pause=0.0), resolve=resolve) as fetcher:
        server.pages["/"] = reply(b"secret")
        got = fetcher.get(f"http://{host}:{server.port}/")
        assert got.status == "refused" and got.retry_after is None
        assert "this machine" in got.reason or "no address" in got.reason
        assert server.asked == []


def test_the_systems_own_resolver_is_the_one_that_is_used() -> None:
    with serving(Server()) as server, Fetcher(load_settings(fetch_pause=0.0)) as fetcher:
        got = fetcher.get(f"http://localhost:{server.port}/")
        assert got.status == "refused" and got.reason.startswith("localhost is at ") and "this machine" in got.reason
        assert server.asked == []


def test_this_machine_is_reached_where_the_settings_say_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATELINE_FETCH_PRIVATE", "1")
    with serving(Server()) as server, Fetcher(load_settings(fetch_pause=0.0)) as fetcher:
        server.pages["/"] = reply(b"ours")
        got = fetcher.get(f"http://127.0.0.1:{server.port}/")
        assert (got.status, got.body) == ("fresh", b"ours")


def test_a_name_that_leads_to_a_private_address_is_refused_in_one_line(web: Web) -> None:
    got = web.fetcher().get("http://inner.example/status")
    assert got.line == "inner.example is at 10.0.0.5: a private network. If you mean to reach it, set DATELINE_FETCH_PRIVATE=1."
    assert got.retry_after is None
    assert web.inner.asked == [] and web.dialled == []


def test_a_name_with_one_private_address_among_public_ones_is_refused(web: Web) -> None:
    web.names["mixed.example"] = [[PUBLIC, INNER]]
    assert web.fetcher().get("http://mixed.example/").status == "refused"
    assert web.dialled == []


@pytest.mark.parametrize("to", ["http://inner.example/", "http://10.0.0.5/", "//10.0.0.5/latest/meta-data", "http://[::ffff:10.0.0.5]/"])
def test_a_redirect_to_a_private_address_is_refused(web: Web, to: str) -> None:
    web.public.pages["/story"] = moved(to)
    got = web.fetcher().get("http://news.example/story")
    assert got.status == "refused"
    assert got.reason.startswith("http://news.example/story sends on to ") and "a private network" in got.reason
    assert web.inner.asked == [] and set(web.dialled) == {PUBLIC}


def test_a_robots_txt_that_leads_to_a_private_address_is_refused(web: Web) -> None:
    web.public.pages["/robots.txt"] = moved("http://inner.example/robots.txt")
    web.public.pages["/"] = reply(b"page")
    got = web.fetcher().get("http://news.example/")
    assert got.status == "refused" and "a private network" in got.reason
    assert web.inner.asked == [] and web.pages_asked() == []


def test_dns_that_changes_its_answer_reaches_nothing_private(web: Web) -> None:
    # Public when first asked (robots.txt), private ever after.
    web.names["turning.example"] = [[PUBLIC], [INNER]]
    web.public.pages["/"] = reply(b"page")
    got = web.fetcher().get("http://turning.example/")
    assert got.status == "refused" and "10.0.0.5: a private network" in got.reason
    assert web.inner.asked == [] and web.dialled == [PUBLIC]


def test_each_connection_goes_to_the_address_that_was_checked_from_one_look_up(web: Web) -> None:
    # Were a name looked up twice for one connection, every second answer would be the private one.
    web.names["flipping.example"] = [[PUBLIC], [PUBLIC], [INNER]]
    web.public.pages["/"] = reply(b"page")
    got = web.fetcher().get("http://flipping.example/")
    assert got.body == b"page"
    assert web.looked_up == ["flipping.example"] * 2 and web.dialled == [PUBLIC] * 2
    assert web.public.heads[-1]["host"] == "flipping.example"


@pytest.mark.parametrize(
    "to",
    [
        "file:///etc/passwd",
        "ftp://news.example/a",
        "gopher://10.0.0.5/",
        "javascript:alert(1)",
        "data:text/html,x",
        "http://",
        "http://[::",
    ],
)
def test_a_redirect_that_is_no_web_address_is_refused(web: Web, to: str) -> None:
    web.public.pages["/"] = moved(to)
    got = web.fetcher().get("http://news.example/")
    assert got.status == "refused" and "sends on to" in got.reason
    assert web.pages_asked() == ["news.example/"]


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("file:///etc/passwd", "file: is not fetched"),
        ("ftp://news.example/", "ftp: is not fetched"),
        ("news.example/story", "it does not begin with https://"),
        ("", "it does not begin with https://"),
        ("http:///story", "names no host"),
        ("http://news.example:99999/", "no address of a page"),
        ("http://news.example/\x00", "no address of a page"),
        ("http://news.example:25/", "port 25 is not one of web servers"),
        ("http://news.example/" + "a" * 5000, "more than 4,096 letters"),
        ("http://me:secret@news.example/", "carries a user name or password"),
        ("http://:secret@news.example/", "carries a user name or password"),
    ],
)
def test_an_address_that_cannot_be_fetched_says_why_and_nothing_is_asked(web: Web, url: str, said: str) -> None:
    got = web.fetcher().get(url)
    assert got.status == "refused" and said in got.reason and got.hint
    assert "secret" not in got.line and "\n" not in got.line
    assert web.dialled == [] and web.looked_up == []


def test_a_redirect_does_not_carry_credentials_along(web: Web) -> None:
    web.public.pages["/"] = moved("http://me:secret@other.example/")
    got = web.fetcher().get("http://news.example/")
    assert got.status == "refused" and "secret" not in got.line
    assert web.pages_asked() == ["news.example/"]


def test_proxies_of_the_environment_are_not_used(web: Web, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as proxy:
        for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
            monkeypatch.setenv(name, f"http://127.0.0.1:{proxy.getsockname()[1]}")
            monkeypatch.setitem(os.environ, name.lower(), os.environ[name])
        web.public.pages["/"] = reply(b"page")
        assert web.fetcher().get("http://news.example/").body == b"page"
        proxy.settimeout(0.01)
        with pytest.raises(TimeoutError):
            proxy.accept()


def nowhere(host: str, port: int) -> list[str]:
    raise OSError(host)


NOWHERE = Fetcher(Settings(fetch_pause=0.0), resolve=nowhere)


@given(st.text(max_size=60) | st.builds("http://{}".format, st.text(max_size=40)))
def test_no_address_raises_anything(url: str) -> None:
    got = NOWHERE.get(url)
    assert got.status == "refused" and got.reason and "\n" not in got.line
