"""The command line, run in this process: what it prints, where, and with which exit status."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import app.__main__ as command_line
from app.commands.ingest import main as ingest_main
from tests.quick import use_quick

ROOT = Path(command_line.__file__).parents[1]
VELM = {
    "url": "https://example.org/velm-mill",
    "title": "Velm to reopen its mill",
    "source": "Velm Courier",
    "published": "2026-01-07",
    "text": "The council of Velm voted 14 to 9 on Tuesday to reopen the old mill. The work will cost 3.2 million crowns.",
}
TORRIN = {
    "url": "https://example.org/torrin-lock",
    "title": "Torrin mends its lock",
    "source": "Torrin Mail",
    "published": "2025-12-20",
    "text": "The council of Torrin agreed on Friday to mend the canal lock. It will cost 5 million crowns.",
}
QUESTION = "How did the council of Velm vote on the old mill?"


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home of the test's own, quick models, and a working folder without .env."""
    home = tmp_path / "home"
    use_quick(monkeypatch, home=home)
    monkeypatch.chdir(tmp_path)
    return home


@pytest.fixture
def articles(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Path:
    """Two articles in a file, ingested."""
    file = tmp_path / "articles.jsonl"
    file.write_text("".join(json.dumps(article) + "\n" for article in (VELM, TORRIN)))
    assert ingest_main([str(file)]) == 0
    capsys.readouterr()
    return file


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    """(exit status, standard output, standard error)"""
    status = command_line.main(list(arguments))
    said = capsys.readouterr()
    return status, said.out, said.err


def feed(monkeypatch: pytest.MonkeyPatch, data: bytes) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data)))


def one_line(text: str) -> bool:
    return text.startswith("dateline: ") and text.count("\n") == 1 and "Traceback" not in text


def rows(text: str) -> list[Any]:
    return [json.loads(line) for line in text.splitlines()]


def test_help_loads_none_of_the_heavy_libraries() -> None:
    for program in (["-m", "app"], ["ingest.py"]):
        command = [sys.executable, "-X", "importtime", *program, "--help"]
        shown = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=True)
        times = [line for line in shown.stderr.splitlines() if line.startswith("import time:")]
        loaded = {line.rpartition("|")[2].strip().partition(".")[0] for line in times}
        assert "Usage" in shown.stdout
        assert not loaded & {"torch", "gradio", "chromadb", "langchain_core", "pydantic", "rich", "httpx", "numpy"}


@pytest.mark.parametrize(
    "command", ["ask", "search", "ingest", "serve", "check", "reindex", "remove", "sources", "backup", "restore", "copy-catalog"]
)
def test_the_help_of_a_command_shows_an_example(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    status, out, _ = run(capsys, command, "--help")
    assert status == 0
    assert "Example" in out


@pytest.mark.parametrize(
    "arguments",
    [
        ["ask"],
        ["ask", "  "],
        ["ask", "x" * 3000],
        ["ask", QUESTION, "--as-of", "the day after never"],
        ["search", QUESTION, "--since", "2025-13-01"],
        ["search", QUESTION, "--k", "0"],
        ["search", QUESTION, "--k", "many"],
        ["search", "--batch", "no-such-file.jsonl"],
        ["remove"],
        ["ingest"],
        ["frobnicate"],
        ["ask", "--frobnicate"],
        ["serve", "--port", "99999"],
        ["serve", "--host", "0.0.0.0"],
    ],
)
def test_wrong_use_is_one_line_and_exit_2(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    status, out, err = run(capsys, *arguments)
    assert status == 2
    assert out == ""
    assert one_line(err), err
    assert len(err) < 300


def test_an_unknown_setting_is_refused_by_name(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATELINE_HOEM", "x")
    status, _, err = run(capsys, "sources")
    assert status == 2
    assert one_line(err)
    assert "DATELINE_HOEM" in err


def test_an_answer_shows_its_marks_quotes_outlets_and_dates(articles: Path, capsys: pytest.CaptureFixture[str]) -> None:
    status, out, err = run(capsys, "ask", QUESTION)
    assert status == 0
    assert err == ""
    assert "14 to 9" in out
    assert "[1]" in out
    assert "Velm Courier, 7 January 2026: Velm to reopen its mill" in out
    assert VELM["url"] in out


def test_a_question_need_not_stand_in_quotes(articles: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _, out, _ = run(capsys, "ask", "--json", *QUESTION.split())
    assert json.loads(out)["question"] == QUESTION


def test_an_abstention_says_so_with_the_nearest_passages_and_exit_0(articles: Path, capsys: pytest.CaptureFixture[str]) -> None:
    status, out, _ = run(capsys, "ask", QUESTION, "--source", "Torrin Mail")
    assert status == 0
    assert out.startswith("The articles do not say.")
    assert "Nearest" in out
    assert "Torrin Mail" in out


def test_filters_that_leave_nothing_are_said_once_with_what_to_take_off(articles: Path, capsys: pytest.CaptureFixture[str]) -> None:
    status, out, _ = run(capsys, "ask", QUESTION, "--since", "2031-01-01")
    assert status == 0
    assert out.startswith("No article matches these filters. Take off since (2 articles).")
    assert "do not say" not in out


def test_until_before_since_is_refused_in_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    status, out, err = run(capsys, "ask", QUESTION, "--since", "2026-02-02", "--until", "2026-02-01")
    assert (status, out) == (2, "")
    assert one_line(err)
    assert "--until: 2026-02-01 is before since, 2026-02-02" in err


def test_an_empty_home_says_which_command_fills_it(capsys: pytest.CaptureFixture[str]) -> None:
    status, out, _ = run(capsys, "ask", QUESTION, "--json")
    assert status == 0
    answer = json.loads(out)
    assert answer["abstained"]
    assert "ingest" in answer["missing"]


def test_letters_that_steer_a_terminal_are_not_printed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "evil.jsonl"
    text = "The council of Velm voted \x1b[31m14 to 9\x1b]0;owned\x07 on Tuesday to reopen the old mill."
    file.write_text(json.dumps({**VELM, "text": text, "title": "Velm \x1b[2Jvotes"}) + "\n")
    assert ingest_main([str(file)]) == 0
    _, out, _ = run(capsys, "search", QUESTION)
    assert "14 to 9" in out
    assert not {letter for letter in out if ord(letter) < 32} - {"\n"}


def test_search_gives_as_many_ranked_passages_as_asked_for(articles: Path, capsys: pytest.CaptureFixture[str]) -> None:
    status, out, _ = run(capsys, "search", "council crowns", "--k", "1", "--json")
    assert status == 0
    (hit,) = json.loads(out)
    assert hit["rank"] == 1
    assert "crowns" in hit["passage"]


def test_a_batch_answers_each_line_in_order_and_tells_bad_ones(
    articles: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    lines = [
        json.dumps({"id": "a", "question": QUESTION}).encode(),
        b"{broken",
        b"",
        json.dumps({"id": 2, "question": QUESTION, "asof": "2020-01-01"}).encode(),
        json.dumps({"id": [3], "question": ""}).encode(),
        b'{"id": 4, "question": "caf\xe9"}',
        b'{"id": 5, "question": "half \\ud800"}',
        b'"text"',
        b'{"id": 6, "question": ' + b"[" * 100_000,
        b'{"id": NaN, "question": "What?"}',
        json.dumps({"id": "\ud800", "question": QUESTION, "urls": [TORRIN["url"]]}).encode(),
    ]
    feed(monkeypatch, b"\n".join(lines))
    status, out, err = run(capsys, "ask", "--batch", "-")
    got = rows(out)
    assert status == 1
    assert err == ""
    assert [row["id"] for row in got] == ["a", None, 2, [3], None, 5, None, None, None, "\ud800"]
    assert "14 to 9" in got[0]["answer"]
    assert all(row["error"] and len(row["error"]) < 200 for row in got[1:])
    assert "as_of" in got[2]["error"]


def test_a_batch_without_bad_lines_is_exit_0(articles: Path, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    file = tmp_path / "questions.jsonl"
    file.write_text(json.dumps({"id": 1, "question": "mill"}) + "\n" + json.dumps({"question": "lock", "k": 1}) + "\n")
    status, out, _ = run(capsys, "search", "--batch", str(file), "--k", "2")
    first, second = rows(out)
    assert status == 0
    assert first["id"] == 1
    assert len(first["results"]) == 2
    assert second["id"] is None
    assert [hit["source"] for hit in second["results"]] == ["Torrin Mail"]


def test_a_batch_answers_a_line_before_the_next_one_comes(articles: Path, home: Path) -> None:
    command = [sys.executable, "-m", "app", "search", "--batch", "-"]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=ROOT)
    try:
        assert process.stdin is not None
        assert process.stdout is not None
        for name in ("mill", "lock"):
            process.stdin.write(json.dumps({"id": name, "question": name}).encode() + b"\n")
            process.stdin.flush()
            assert json.loads(process.stdout.readline())["id"] == name
        process.stdin.close()
        assert process.wait(20) == 0
    finally:
        process.kill()
        process.wait()


def test_ingest_prints_only_json_with_json_and_is_exit_1_if_some_failed(
    articles: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    status = ingest_main([str(articles), str(tmp_path / "gone.txt"), "--json"])
    said = capsys.readouterr()
    report = json.loads(said.out)
    assert status == 1
    assert (report["read"], report["added"], report["unchanged"]) == (2, 0, 2)
    assert [Path(failed["path"]).name for failed in report["failed"]] == ["gone.txt"]


def test_ingest_is_exit_2_if_nothing_could_be_done(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert ingest_main([str(tmp_path / "gone.txt")]) == 2
    assert "gone.txt" in capsys.readouterr().out


def test_ctrl_c_during_an_ingestion_says_how_to_go_on(
    articles: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    from app.service import Service

    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(Service, "ingest", interrupted)
    assert ingest_main([str(articles)]) == 130
    err = capsys.readouterr().err
    assert one_line(err)
    assert "again" in err
    monkeypatch.undo()
    monkeypatch.setenv("DATELINE_HOME", str(articles.parent / "home"))
    assert ingest_main([str(articles)]) == 0, "the home is free again"


def test_sources_lists_each_outlet_with_its_span(articles: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _, out, _ = run(capsys, "sources", "--json")
    assert {"source": "Torrin Mail", "articles": 1, "first": "2025-12-20", "last": "2025-12-20"} in json.loads(out)
    _, out, _ = run(capsys, "sources")
    assert "Torrin Mail  (20 December 2025 to 20 December 2025)" in out


def test_a_removed_article_answers_no_more(articles: Path, capsys: pytest.CaptureFixture[str]) -> None:
    status, out, _ = run(capsys, "remove", VELM["url"])
    assert status == 0
    assert out.startswith("removed ")
    _, out, _ = run(capsys, "search", QUESTION, "--json")
    assert [hit["source"] for hit in json.loads(out)] == ["Torrin Mail"]


def test_removing_an_unknown_article_names_it_and_is_exit_1(articles: Path, capsys: pytest.CaptureFixture[str]) -> None:
    status, _, err = run(capsys, "remove", "https://example.org/none")
    assert status == 1
    assert one_line(err)
    assert "https://example.org/none" in err


def test_a_file_is_removed_by_its_relative_path(articles: Path, capsys: pytest.CaptureFixture[str]) -> None:
    status, out, _ = run(capsys, "remove", articles.name)
    assert status == 0
    assert out.count("removed") == 2


def test_search_works_after_reindex(articles: Path, capsys: pytest.CaptureFixture[str]) -> None:
    status, out, _ = run(capsys, "reindex")
    assert status == 0
    assert "2 articles" in out
    _, out, _ = run(capsys, "search", QUESTION, "--json")
    assert json.loads(out)[0]["source"] == "Velm Courier"


def test_doctor_finds_a_sound_home_sound(articles: Path, capsys: pytest.CaptureFixture[str]) -> None:
    status, out, _ = run(capsys, "doctor")
    assert status == 0, out
    assert "2 articles" in out


def test_doctor_names_the_command_that_mends_a_lost_word_index(articles: Path, home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for file in (home / "words" / "passages").iterdir():
        file.unlink()
    status, out, _ = run(capsys, "doctor", "--json")
    (broken,) = [finding for finding in json.loads(out) if finding["level"] == "error"]
    assert status == 1
    assert "word index" in broken["what"]
    assert broken["mend"] == "python -m app reindex"
    assert run(capsys, "reindex")[0] == 0
    assert run(capsys, "doctor")[0] == 0


def test_doctor_notices_another_embedding_model(
    articles: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATELINE_EMBEDDING_MODEL", "packaged")
    status, out, _ = run(capsys, "doctor")
    assert status == 1
    assert "hashing-384" in out
    assert "reindex" in out


@pytest.mark.catalog_file("what the disk has hurt in the file")
def test_doctor_reports_a_damaged_catalog_instead_of_failing(articles: Path, home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (home / "catalog.sqlite").write_bytes(b"no database at all" * 1000)
    status, out, err = run(capsys, "doctor")
    assert status == 1
    assert "catalog" in out
    assert err == ""


def test_an_unexpected_error_is_one_line_and_its_traceback_is_in_the_log(
    articles: Path, home: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    from app.service import Service

    def broken(*_: object) -> None:
        raise RuntimeError("the pipes froze")

    monkeypatch.setattr(Service, "sources", broken)
    status, _, err = run(capsys, "sources")
    log = home / "dateline.log"
    assert status == 1
    assert one_line(err)
    assert str(log) in err
    assert "the pipes froze" in log.read_text()
    assert "Traceback" in log.read_text()
    assert log.stat().st_mode & 0o777 == 0o600
    status, _, err = run(capsys, "sources", "--verbose")
    assert "Traceback" in err


def test_the_log_does_not_keep_questions(articles: Path, home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run(capsys, "ask", QUESTION, "--verbose")
    log = home / "dateline.log"
    assert not log.exists() or "mill" not in log.read_text()


def test_a_reader_that_left_early_ends_the_command_quietly(articles: Path) -> None:
    command = f"{sys.executable} -m app search 'council crowns mill lock' | true; exit ${{PIPESTATUS[0]}}"
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, cwd=ROOT, check=False)
    assert "Traceback" not in done.stderr
    assert done.returncode in (0, 1)
