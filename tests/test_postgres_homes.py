"""An archive whose record lies in PostgreSQL: from the command line, and in the hands of two homes in turn."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import app.__main__ as command_line
from app.answer import Request
from app.commands.ingest import main as ingest_main
from app.errors import DatelineError
from app.service import Service
from app.stores.followed import FOLLOWED_FILE
from app.stores.words_owed import KEPT_SECONDS
from tests.postgres import Server, said_by
from tests.quick import use_quick
from tests.samples import LOCK, MILL, RECORDS, ingest_records, opened, write_records
from tests.test_indexing import assert_whole, found

CORPUS = Path(__file__).parents[1] / "corpus"
TORN = MILL | {"text": "The council of Velm voted 12 to 11 on Tuesday to tear down the old mill."}


@pytest.fixture
def url(postgres: Server) -> Iterator[str]:
    url = postgres.database()
    yield url
    postgres.drop(url)


def test_the_demonstration_is_ingested_asked_revised_and_removed_from_the_command_line(
    url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def run(*arguments: str) -> Any:
        assert command_line.main(list(arguments)) == 0
        return capsys.readouterr().out

    use_quick(monkeypatch, home=tmp_path / "home", catalog_url=f"{url}?password=hunter2", abstain_below=0)
    monkeypatch.chdir(tmp_path)
    assert ingest_main([str(CORPUS / "articles")]) == 0
    assert ingest_main([str(write_records(tmp_path / "mill.jsonl", [MILL, LOCK]))]) == 0
    question = ["ask", "How many voted to reopen the old mill of Velm?", "--json"]
    capsys.readouterr()
    assert "14 to 9" in json.loads(run(*question))["answer"]
    said_by(url, "UPDATE articles SET stored = 1767780000 WHERE url LIKE '%velm-mill'")  # 7 January 2026, 10:00
    assert ingest_main([str(write_records(tmp_path / "mill.jsonl", [TORN, LOCK]))]) == 0
    said_by(url, "UPDATE versions SET seen_until = 1772532000")  # 3 March
    capsys.readouterr()
    assert "14 to 9" in json.loads(run(*question, "--as-of", "2026-02-01"))["answer"]
    assert "14 to 9" not in run(*question)
    run("remove", MILL["url"])
    assert "old mill" not in json.loads(run(*question))["answer"]
    assert "broken" not in run("doctor")
    capsys.readouterr()
    for refused in (["backup", "all.zip"], ["salvage"], ["restore", "all.zip"]):
        assert command_line.main(refused) == 2
        said = capsys.readouterr().err
        assert said.count("\n") == 1 and "pg_dump" in said and "hunter2" not in said
    assert not (tmp_path / "home" / "catalog.sqlite").exists()


def test_a_second_home_writes_its_own_words_and_each_follows_what_the_other_does(url: str, tmp_path: Path) -> None:
    def home(name: str) -> Any:
        return opened(tmp_path / name, catalog_url=url)

    with home("one") as one:
        ingest_records(one, tmp_path, RECORDS, embed=False)
    with home("two") as two:
        assert found(two, "council of Velm old mill vote", urls=[MILL["url"]]) == [MILL["text"]]
        assert_words(two)
        ingest_records(two, tmp_path, [TORN, *[r for r in RECORDS if r is not MILL]], embed=False)
        two.remove([LOCK["url"]])
        assert_words(two)
    with home("one") as one:
        assert found(one, "council of Velm old mill vote", urls=[MILL["url"]]) == [TORN["text"]]
        assert "canal lock" not in " ".join(found(one, "council of Torrin canal lock"))
        assert_words(one)


def assert_words(service: Service) -> None:
    """The word indexes hold what the catalog says, no more."""
    assert service.stores.catalog.words.owed() == 0
    for name, index, kept in service.stores.words_kept():
        assert index.count == kept, name


def test_a_reindex_by_one_home_makes_the_others_write_their_words_anew(url: str, tmp_path: Path) -> None:
    with opened(tmp_path / "one", catalog_url=url) as one:
        ingest_records(one, tmp_path, RECORDS)
    with opened(tmp_path / "two", catalog_url=url) as two:
        two.reindex()
        assert_whole(two)
    with opened(tmp_path / "one", catalog_url=url) as one:
        assert_words(one)


def test_a_home_that_was_away_for_longer_than_removals_are_kept_writes_its_words_anew(url: str, tmp_path: Path) -> None:
    with opened(tmp_path / "one", catalog_url=url) as one:
        ingest_records(one, tmp_path, RECORDS)
    with opened(tmp_path / "two", catalog_url=url) as two:
        two.remove([LOCK["url"]])
        two.backlog.drop_vectors()
    said_by(url, f"UPDATE journal SET at = at - {KEPT_SECONDS + 60}, vectors = 0")
    with opened(tmp_path / "two", catalog_url=url) as two:
        for left in ("journal", "touched WHERE article_row NOT IN (SELECT row FROM articles)"):
            assert said_by(url, f"SELECT COUNT(*) FROM {left}") == [(0,)]
        assert_words(two)
    with opened(tmp_path / "one", catalog_url=url) as one:
        assert "canal lock" not in " ".join(found(one, "council of Torrin canal lock"))
        assert_words(one)


@pytest.mark.parametrize("hurt", ["lost", "garbled", "half done"])
def test_a_mark_that_is_lost_or_hurt_costs_writing_the_words_anew(url: str, tmp_path: Path, hurt: str) -> None:
    with opened(tmp_path / "home", catalog_url=url) as service:
        ingest_records(service, tmp_path, RECORDS)
    mark = tmp_path / "home" / FOLLOWED_FILE
    said = mark.read_text()
    if hurt == "lost":
        mark.unlink()
    else:
        mark.write_text(said[:20] if hurt == "garbled" else said.replace('"number": ', '"number": "x", "was": '))
    with opened(tmp_path / "home", catalog_url=url) as service:
        assert_words(service)


def test_words_are_followed_in_batches_that_a_kill_may_cut_anywhere(url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class KilledError(BaseException):
        """Nothing catches it."""

    monkeypatch.setattr("app.indexing.backlog.WORDS_BATCH", 5)
    with opened(tmp_path / "one", catalog_url=url) as one:
        ingest_records(one, tmp_path, RECORDS, embed=False)
    from app.stores.followed import MarkFile

    write, cut = MarkFile.write, []

    def killed(*arguments: Any) -> None:
        cut.append(arguments)
        if len(cut) % 3 == 0:
            raise KilledError
        write(*arguments)

    monkeypatch.setattr(MarkFile, "write", killed)
    while True:
        try:
            with opened(tmp_path / "two", catalog_url=url) as two:
                assert_words(two)
                break
        except KilledError:
            assert len(cut) < 40
    assert len(cut) > 4


@pytest.mark.catalog_file("a home with a file beside one with a database")
def test_a_home_of_another_catalog_is_refused(url: str, postgres: Server, tmp_path: Path) -> None:
    with opened(tmp_path / "file") as service:
        ingest_records(service, tmp_path, [MILL], embed=False)
    with opened(tmp_path / "home", catalog_url=url) as service:
        ingest_records(service, tmp_path, [MILL], embed=False)
    for name, changes in (("file", {"catalog_url": url}), ("home", {}), ("home", {"catalog_url": postgres.database()})):
        with pytest.raises(DatelineError, match="catalog"), opened(tmp_path / name, **changes):
            pass
    with opened(tmp_path / "home", catalog_url=url) as service:
        assert found(service, "council of Velm") == [MILL["text"]]


def test_while_one_home_writes_another_is_refused_and_reads(url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.stores.stores.PATIENCE_SECONDS", 0.0)
    with opened(tmp_path / "one", catalog_url=url) as one:
        ingest_records(one, tmp_path, [MILL])
        with pytest.raises(DatelineError, match=r"is being written by `dateline test \d+ on "), opened(tmp_path / "two", catalog_url=url):
            pass
        with opened(tmp_path / "three", "read", catalog_url=url) as reader:
            assert [source.source for source in reader.sources()] == [MILL["source"]]


def test_a_server_that_goes_and_comes_back_is_said_and_found_again(
    url: str, postgres: Server, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with opened(tmp_path / "home", catalog_url=url, abstain_below=0.01) as service, caplog.at_level(logging.DEBUG):
        ingest_records(service, tmp_path, [MILL])
        service.load_encoder()
        postgres.stop()
        try:
            with pytest.raises(DatelineError, match=r"cannot be reached") as gone:
                service.find(MILL["url"])
            assert "\n" not in str(gone.value)
        finally:
            postgres.start()
        assert "14 to 9" in service.ask(Request(question="How did the council of Velm vote on the old mill?")).answer
        ingest_records(service, tmp_path, [TORN])
        assert_words(service)


def test_what_readers_let_through_is_kept_letter_for_letter(url: str, tmp_path: Path) -> None:
    strange = MILL | {"title": "A\0B \ud7ff \U0001f30a", "source": "C\0D", "text": "Said \0 “so”, 水門 \ufffe\uffff opened. It did."}
    with opened(tmp_path / "file") as file, opened(tmp_path / "home", catalog_url=url) as service:
        for one in (file, service):
            assert not ingest_records(one, tmp_path, [strange], embed=False).failed
        assert service.find(MILL["url"]) == file.find(MILL["url"])
        assert service.stores.catalog.altered() == []
