"""Whose questions are whose: the routes of the rail, the cookie, the list by day."""

from __future__ import annotations

import re
from contextlib import closing
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from hypothesis import given
from hypothesis import strategies as st

from app.stores.conversations import CitedIn, Conversations, Listed
from app.web.browsers import COOKIE, Browsers
from app.web.history import histories
from app.web.page import mount_page
from app.web.render_history import day_name, render_cited, render_history
from tests.page_browser import serving
from tests.page_scripts import Guarded, ScriptedService

pytest_plugins = ["tests.page_browser"]

NOW = datetime(2026, 3, 4, 12, tzinfo=UTC).timestamp()
"""A Wednesday."""


def browser(base: str, **more: Any) -> httpx.Client:
    return httpx.Client(base_url=base, trust_env=False, **more)


def test_each_browser_gets_a_cookie_that_no_script_and_no_other_site_can_use(each: tuple[str, Guarded]) -> None:
    with browser(each[0]) as client:
        said = client.get("/").headers["set-cookie"]
        assert said.startswith(f"{COOKIE}=") and "HttpOnly" in said and "SameSite=Lax" in said and "Path=/" in said
        name = client.cookies[COOKIE].rsplit(".", 1)[0]
        client.get("/c/abcdefgh1234")
        assert client.cookies[COOKIE].rsplit(".", 1)[0] == name, "a browser that is known stays who it is"
        assert "set-cookie" not in client.get("/page/page.js").headers


def test_a_browser_lists_renames_and_deletes_its_own_conversations_alone(each: tuple[str, Guarded]) -> None:
    base, service = each
    with browser(base) as ada, browser(base) as bob:
        ada.get("/"), bob.get("/")
        owner = ada.cookies[COOKIE].rsplit(".", 1)[0]
        assert service.conversations.add(owner, "adas-own", "k", "What does the bridge cost?", "{}") == 1
        address = "/page/conversations"
        assert "bridge cost" in ada.get(address).text and bob.get(address).text == ""
        for status, client in ((404, bob), (204, ada)):
            assert client.patch(f"{address}/adas-own", json={"title": "  The\n bridge "}).status_code == status
        assert "The bridge</a>" in ada.get(f"{address}?words=cost").text
        assert bob.delete(f"{address}/adas-own").status_code == bob.post(f"{address}/adas-own/restore").status_code == 404
        assert ada.delete(f"{address}/adas-own").status_code == 204 and ada.get(address).text == ""
        assert bob.post(f"{address}/adas-own/restore").status_code == 404
        assert ada.post(f"{address}/adas-own/restore").status_code == 204 and "The bridge" in ada.get(address).text


def test_a_cookie_that_nobody_signed_names_nobody(each: tuple[str, Guarded]) -> None:
    for cookie in ("x", "x.y", f"{'a' * 24}.{'b' * 27}", ""):
        with browser(each[0], cookies={COOKIE: cookie}) as client:
            reply = client.get("/page/conversations")
            assert reply.status_code == 403 and "cookie" in reply.json()["detail"]


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("PATCH", "/x", {"title": ""}),
        ("PATCH", "/x", {"title": "a" * 201}),
        ("PATCH", "/x", {"title": 5}),
        ("PATCH", "/x", {"name": "a"}),
        ("PATCH", "/x", None),
        ("GET", "?after=yesterday", None),
        ("GET", "?minutes=100000", None),
        ("GET", f"?words={'a' * 201}", None),
    ],
)
def test_what_the_rail_would_not_send_is_refused(each: tuple[str, Guarded], method: str, path: str, body: Any) -> None:
    with browser(each[0]) as client:
        client.get("/")
        assert client.request(method, f"/page/conversations{path}", json=body).status_code == 422


def test_on_a_machine_of_ones_own_no_cookie_is_set_and_all_browsers_share_one_history(tmp_path: Path) -> None:
    service = ScriptedService(tmp_path)
    service.conversations.add("", "mine", "k", "What does the bridge cost?", "{}")
    with serving(mount_page(FastAPI(), service)) as base, browser(base) as client:
        assert "set-cookie" not in client.get("/").headers
        assert "bridge cost" in client.get("/page/conversations").text


def test_where_nothing_is_kept_there_is_no_list_and_no_file(tmp_path: Path) -> None:
    service = ScriptedService(tmp_path / "home", kept=False)
    with serving(mount_page(FastAPI(), service)) as base, browser(base) as client:
        assert 'data-history=\\"off\\"' in client.get("/").text
        assert client.get("/page/conversations").status_code == 404
    assert list((tmp_path / "home").iterdir()) == []


@given(st.text(max_size=60))
def test_any_cookie_header_is_read_without_a_fault(header: str) -> None:
    browsers = Browsers("secret", each=True)
    assert browsers.owner(header) is None
    sent = (browsers.header("") or "").split(";")[0]
    assert browsers.owner(sent)


def test_two_homes_do_not_know_each_others_browsers() -> None:
    one, other = Browsers("one", each=True), Browsers("other", each=True)
    cookie = (one.header("") or "").split(";")[0]
    assert one.owner(cookie) and other.owner(cookie) is None


def test_conversations_stand_under_the_days_on_which_they_were_last_asked() -> None:
    hours = {"today": 1, "late yesterday": 13, "monday": 50, "last thursday": 6 * 24, "a week ago": 7 * 24, "last year": 80 * 24}
    found = [Listed(f"id-{n}", name, int(NOW - ago * 3600) * 1000) for n, (name, ago) in enumerate(hours.items())]
    html = render_history(found, minutes=0, now=NOW)
    assert re.findall("<h2>(.*?)</h2>", html) == ["Today", "Yesterday", "Monday", "Thursday", "25 Feb", "14 Dec 2025"]
    east = render_history(found[:2], minutes=120, now=NOW)
    assert re.findall("<h2>(.*?)</h2>", east) == ["Today"], "on that clock it was after midnight"


def test_a_further_piece_of_the_list_does_not_name_its_first_day_twice() -> None:
    one, two, three = (Listed(f"id-{n}", f"Question {n}?", int(NOW - n * 60) * 1000) for n in range(3))
    assert "<h2>" not in render_history([two, three], minutes=0, after=one, now=NOW)
    assert 'data-after="' + f"{two.touched}-{two.id}" + '"' in render_history([one, two], minutes=0, more=True, now=NOW)


def test_a_hostile_name_stays_text() -> None:
    html = render_history([Listed("id", "<img src=x onerror=alert(1)>${1}\"'", int(NOW) * 1000)], minutes=0, now=NOW)
    assert "<img" not in html and "${" not in html
    assert "<script>" not in render_history([], minutes=0, words="<script>", now=NOW)


@given(st.dates(date(2000, 1, 1), date(2100, 1, 1)), st.dates(date(2000, 1, 1), date(2100, 1, 1)))
def test_two_days_shown_on_one_day_never_have_one_name(day: date, today: date) -> None:
    other = date.fromordinal(day.toordinal() - 7)
    if day <= today:
        assert day_name(day, today) != day_name(other, today)


def test_conversations_of_the_routes_are_those_of_the_store(tmp_path: Path) -> None:
    with closing(Conversations(tmp_path / "c.sqlite")) as kept:
        api = FastAPI()
        api.include_router(histories(kept, Browsers("s", each=False)))
        with serving(api) as base, browser(base) as client:
            for number in range(60):
                kept.add("", f"c-{number:02}", "k", f"Question {number}?", "{}")
            first = client.get("/page/conversations").text
            after = re.search('data-after="(.*?)"', first)
            assert after and first.count("<li") == 50
            assert client.get(f"/page/conversations?after={after[1]}").text.count("<li") == 10


def test_where_an_article_was_cited_is_a_link_to_the_citation_with_its_day() -> None:
    found = [CitedIn("one", "What does <b>it</b> cost?", int(NOW), 2), CitedIn("two", "Since when?", int(NOW) - 86_400, 1)]
    html = render_cited(found, minutes=0, now=NOW)
    assert "Cited in 2 answers" in html and 'href="c/one#s2"' in html and 'href="c/two#s1"' in html
    assert "What does &lt;b&gt;it&lt;/b&gt; cost?" in html and html.index("Today") < html.index("Yesterday")
    assert render_cited([], minutes=0) == ""
