"""`feeds` and `watch` as they are typed, alone and beside a running `serve`."""

from __future__ import annotations

import json
import select
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from app.__main__ import main
from app.follow import Watched
from app.web.render_watched import render_watched
from tests.news_site import NewsSite, news_site
from tests.processes import until
from tests.quick import use_quick
from tests.test_server import Machine
from tests.test_sources import RSS, rss
from tests.test_watching import BRIDGE, STORY, whole
from tests.watchers import write

MILL = whole("/mill", "The mill", STORY)


@pytest.fixture
def site() -> Iterator[NewsSite]:
    with news_site() as site:
        yield site


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    use_quick(monkeypatch, home=tmp_path / "home", fetch_private=1, fetch_pause=0)
    monkeypatch.chdir(tmp_path)
    return tmp_path / "home"


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    status = main(list(arguments))
    said = capsys.readouterr()
    assert "Traceback" not in said.err
    return status, said.out, said.err


def test_a_feed_is_added_looked_at_listed_paused_and_removed(site: NewsSite, home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(capsys, "feeds", "list")[1].startswith("Nothing is followed. Add something: python -m app feeds add")
    assert run(capsys, "watch", "--once")[0] == 2
    feed = site.put("/rss", rss(MILL), RSS)
    status, out, err = run(capsys, "feeds", "add", feed, f"{site.address}/gone")
    assert status == 1 and f"{feed}: It is a feed." in out and "gone (404)" in err and err.count("\n") == 1
    status, out, _ = run(capsys, "watch", "--once")
    assert status == 0 and out.strip()[6:] == "1 new"
    assert run(capsys, "watch", "--once")[1] == "Nothing is due.\n"
    (listed,) = json.loads(run(capsys, "feeds", "list", "--json")[1])
    assert (listed["place"], listed["kind"], listed["result"], listed["failures"]) == (feed, "feed", "new", 0)
    table = run(capsys, "feeds", "list")[1].splitlines()
    assert table[0].split() == ["PLACE", "KIND", "ADDED", "LOOKED", "AT", "RESULT", "NEXT"] and table[1].startswith(feed)
    assert run(capsys, "feeds", "pause", feed)[0] == 0
    assert run(capsys, "feeds", "list")[1].rstrip().endswith("paused")
    assert run(capsys, "feeds", "remove", feed)[0] == 0
    assert run(capsys, "feeds", "remove", feed)[0] == 2
    assert json.loads(run(capsys, "sources", "--json")[1])[0]["articles"] == 1


def test_watch_hears_of_a_new_file_at_once_and_ends_cleanly_with_ctrl_c(
    home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write(tmp_path / "news" / "mill.txt", STORY)
    assert run(capsys, "feeds", "add", str(tmp_path / "news"))[0] == 0
    command = [sys.executable, "-m", "app", "watch"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=Path(__file__).parents[1]) as process:
        assert process.stdout is not None and process.stderr is not None
        try:
            assert process.stdout.readline().startswith("Following 1 place ")
            assert process.stdout.readline()[6:] == "1 new\n"
            # Until the system tells of changes nobody knows when: a file that came before is found by the look that the next one causes.
            for n in range(60):
                write(tmp_path / "news" / f"bridge-{n}.txt", f"{BRIDGE} It is number {n}.")
                if select.select([process.stdout], [], [], 1.0)[0]:
                    break
            assert process.stdout.readline()[6:].endswith(" new\n")
            process.send_signal(signal.SIGINT)
            assert process.wait(60) == 0
            assert process.stderr.read() == "dateline: stopped. What came is kept.\n"
        finally:
            process.kill()


def test_beside_a_server_the_list_is_the_servers_which_looks_by_itself_and_says_what_it_did(
    site: NewsSite, home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    feed = site.put("/rss", rss(MILL), RSS)
    broken = site.put("/broken", rss(), RSS)
    with Machine(tmp_path).serving() as (_, address):
        assert httpx.get(f"{address}/api/watch", trust_env=False).json() == {"following": 0, "at": None, "line": "", "due": None}
        status, out, err = run(capsys, "feeds", "add", feed, "no/such/folder")
        assert status == 1 and "It is a feed." in out and "no such folder" in err
        watched: dict[str, Any] = {}

        def looked() -> bool:
            watched.update(httpx.get(f"{address}/api/watch", trust_env=False).json())
            return watched["at"] is not None

        until(looked, 60)
        assert (watched["following"], watched["line"]) == (1, "1 new")
        assert httpx.get(f"{address}/api/feeds", trust_env=False).status_code == 403
        assert httpx.post(f"{address}/api/feeds/add", json={"places": [broken]}, trust_env=False).status_code == 403
        assert json.loads(run(capsys, "feeds", "list", "--json")[1])[0]["line"] == "1 new"
        state = httpx.get(f"{address}/page/articles/state", trust_env=False).json()
        assert state["watched"].startswith("Watched <time datetime=") and state["watched"].endswith(": 1 new.")
        status, _, err = run(capsys, "watch")
        assert status == 2 and "looks after what is followed" in err and err.count("\n") == 1
    assert run(capsys, "feeds", "list")[1].count(feed) == 1


def test_the_page_is_quiet_where_nothing_is_followed_and_escapes_what_a_site_says() -> None:
    assert render_watched(Watched(), on=True) == ""
    assert "not looked at yet" in render_watched(Watched(following=2, due=3), on=True)
    told = render_watched(Watched(following=1, at=0, line="3 new; <b>site</b> refused: ${x}"), on=True)
    assert told == (
        'Watched <time datetime="1970-01-01T00:00:00+00:00">00:00 UTC</time>: 3 new; <span class="bad">&lt;b&gt;site&lt;/b&gt; refused: '
        "&#36;&#123;x&#125;</span>"
    )
    assert render_watched(Watched(following=1, at=0, line="3 new"), on=False).endswith("3 new. Watching is off (DATELINE_WATCH).")
