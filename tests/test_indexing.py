"""Ingestion from the outside: what a second run, an edit, a removal, a rebuild or another model does to all stores."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.answer import IngestReport, Request, SearchRequest
from app.article import Published, canonical_url
from app.encoding.hashing import HashingEncoder
from app.encoding.packaged import PackagedTokenizer
from app.indexing.pipeline import Pipeline
from app.service import Service
from tests.records import Record, empty_catalog, record_of
from tests.samples import LOCK, MILL, MUSEUM, RECORDS, UNDATED, CountingEncoder, ingest_records, made_article, opened, write_records

TOKENIZER = PackagedTokenizer()
COUNTS = ("read", "added", "updated", "unchanged", "passages")


@pytest.fixture
def service(record: Record) -> Iterator[Service]:
    with opened(record.home, **record.changes) as service:
        yield service


def counts(report: IngestReport) -> tuple[int, ...]:
    """(read, added, updated, unchanged, passages)"""
    assert not report.failed
    return tuple(getattr(report, name) for name in COUNTS)


def on_disk(service: Service, statement: str) -> list[Any]:
    """What the catalog's file or database holds, read past the catalog."""
    return record_of(service.settings).said(statement)


def assert_whole(service: Service) -> None:
    """Every passage of the catalog stands once in every index, and nothing else does; those of former versions in all but Chroma."""
    stores = service.stores
    passages = {row for (row,) in on_disk(service, "SELECT row FROM passages")}
    articles = {row for (row,) in on_disk(service, "SELECT row FROM articles")}
    former = {row for (row,) in on_disk(service, "SELECT row FROM former_passages")}
    versions = {row for (row,) in on_disk(service, "SELECT DISTINCT version_row FROM former_passages")}
    assert not passages & former and not articles & versions
    assert stores.passage_words.count == len(passages) + len(former)
    assert stores.article_words.count == len(articles) + len(versions)
    assert stores.catalog.words.owed() == 0
    # Where other homes may follow, too, a removal stays until they have had the time to.
    left = "" if stores.catalog.leader is None else " WHERE vectors = 1"
    assert on_disk(service, f"SELECT COUNT(*) FROM journal{left}") == [(0,)]
    for table in ("passages", "former_passages"):
        assert on_disk(service, f"SELECT COUNT(*) FROM {table} WHERE embedded = 0") == [(0,)]
    store = stores.open_vector_store()
    assert store.count == len(passages)
    assert {row for rows, _ in store.all() for row in rows} == passages
    assert stores.matrix is not None
    held = stores.matrix.rows.tolist()
    assert len(held) == len(set(held))
    assert passages | former <= set(held)


def found(service: Service, question: str, **filters: Any) -> list[str]:
    return [hit.passage for hit in service.search(SearchRequest(question=question, **filters))]


def test_a_second_run_changes_nothing_and_embeds_nothing(tmp_path: Path) -> None:
    encoder = CountingEncoder(HashingEncoder())
    with opened(tmp_path / "home", encoder=encoder) as service:
        assert counts(ingest_records(service, tmp_path, RECORDS))[:4] == (12, 12, 0, 0)
        embedded = list(encoder.texts)
        assert len(embedded) == len(set(embedded)) == service.health().embedded
    with opened(tmp_path / "home", encoder=encoder) as service:
        assert counts(ingest_records(service, tmp_path, RECORDS)) == (12, 0, 0, 12, 0)
        service.load_encoder()
        assert_whole(service)
    assert encoder.texts == embedded


def test_an_edited_article_replaces_its_old_passages_everywhere(service: Service, tmp_path: Path) -> None:
    ingest_records(service, tmp_path, RECORDS)
    assert "14 to 9" in found(service, "council of Velm old mill vote", urls=[MILL["url"]])[0]
    edited = MILL | {"text": "The council of Velm voted 12 to 11 on Tuesday to tear down the old mill."}
    report = ingest_records(service, tmp_path, [edited if r is MILL else r for r in RECORDS])
    assert counts(report) == (12, 0, 1, 11, 1)
    hits = found(service, "council of Velm old mill vote", urls=[MILL["url"]])
    assert hits == [edited["text"]]
    assert_whole(service)


def test_a_changed_date_alone_is_an_edit(service: Service, tmp_path: Path) -> None:
    ingest_records(service, tmp_path, [MILL])
    assert counts(ingest_records(service, tmp_path, [MILL | {"published": "2026-01-08"}]))[:4] == (1, 0, 1, 0)
    assert found(service, "mill", until="2026-01-07") == []


def test_of_two_records_with_one_address_the_later_wins_and_a_second_run_changes_nothing(service: Service, tmp_path: Path) -> None:
    later = MILL | {"url": MILL["url"] + "?utm_source=feed#top", "text": "The council of Velm will vote again."}
    assert counts(ingest_records(service, tmp_path, [MILL, LOCK, later])) == (3, 2, 0, 1, 2)
    assert found(service, "council of Velm")[0] == later["text"]
    assert counts(ingest_records(service, tmp_path, [MILL, LOCK, later])) == (3, 0, 0, 3, 0)
    assert found(service, "council of Velm")[0] == later["text"]
    assert_whole(service)


def test_an_article_may_go_back_to_a_wording_that_once_lost(service: Service, tmp_path: Path) -> None:
    ingest_records(service, tmp_path, [MILL, MILL | {"text": "The council of Velm will vote again."}])
    assert counts(ingest_records(service, tmp_path, [MILL])) == (1, 0, 1, 0, 1)
    assert "14 to 9" in found(service, "council of Velm")[0]


@given(runs=st.lists(st.lists(st.sampled_from("ABC"), min_size=1, max_size=4), min_size=1, max_size=3), commit=st.sampled_from([1, 2, 100]))
def test_whatever_order_records_come_in_the_last_one_stands_and_repeating_changes_nothing(runs: list[list[str]], commit: int) -> None:
    with empty_catalog() as catalog, pytest.MonkeyPatch.context() as patch:
        # Word indexes and stories take no part in what is new.
        pipeline = Pipeline(
            cast(Any, SimpleNamespace(catalog=catalog, must_own=lambda: None)),
            cast(Any, SimpleNamespace(index_words=lambda: None, settle_stories=lambda *_: None)),
            lambda paths: (made_article(f"Version {letter}.") for path in paths for letter in path.name),
        )
        patch.setattr("app.indexing.pipeline.COMMIT_ARTICLES", commit)
        patch.setattr("app.indexing.pipeline.PackagedTokenizer", lambda: TOKENIZER)
        for run in runs:
            assert pipeline.ingest([Path("".join(run))]).read == len(run)
            assert counts(pipeline.ingest([Path("".join(run))])) == (len(run), 0, 0, len(run), 0)
            assert [stored.text for stored in catalog.articles(catalog.article_rows()).values()] == [f"Version {run[-1]}."]


def test_the_same_text_in_another_file_is_unchanged(service: Service, tmp_path: Path) -> None:
    folder = tmp_path / "news"
    folder.mkdir()
    text = "date 2025-11-30 The lock of Torrin was mended. Boats pass again."
    (folder / "a.txt").write_text(text)
    (folder / "b.txt").write_text(text)
    assert counts(service.ingest([folder])) == (2, 1, 0, 1, 1)
    (tmp_path / "c.txt").write_text(text)
    assert counts(service.ingest([tmp_path / "c.txt"])) == (1, 0, 0, 1, 0)
    (folder / "a.txt").write_text("date 2025-12-01 The lock of Torrin broke once more.")
    assert counts(service.ingest([folder])) == (2, 1, 1, 0, 2)
    assert counts(service.ingest([folder])) == (2, 0, 0, 2, 0)


def test_the_same_text_under_two_addresses_is_two_articles(service: Service, tmp_path: Path) -> None:
    assert counts(ingest_records(service, tmp_path, [LOCK, LOCK | {"url": "https://other.example/lock"}]))[:2] == (2, 2)


@pytest.mark.parametrize("key", ["url", "id", "path"])
def test_remove_takes_an_article_out_of_every_store(service: Service, tmp_path: Path, key: str) -> None:
    ingest_records(service, tmp_path, RECORDS)
    file = tmp_path / "story.txt"
    file.write_text("date 2026-01-02 Wolves were seen near Hallowby. Nobody was hurt.")
    service.ingest([file])
    target = service.find(str(file)) if key == "path" else service.find(MUSEUM["url"])
    assert target is not None
    named = {"url": MUSEUM["url"] + "#photos", "id": target.id, "path": str(file)}[key]
    assert service.remove([named, "https://nowhere.example/none"]) == ([target.id], ["https://nowhere.example/none"])
    assert service.article(target.id) is None
    assert target.text not in found(service, target.text)
    assert_whole(service)


def test_a_process_without_the_embedding_model_takes_the_vectors_out_too(tmp_path: Path) -> None:
    with opened(tmp_path / "home") as service:
        ingest_records(service, tmp_path, RECORDS)
    with opened(tmp_path / "home") as service:
        assert service.remove([MUSEUM["url"]])[0]
        left = {row for (row,) in on_disk(service, "SELECT row FROM passages")}
        assert {row for rows, _ in service.stores.open_vector_store().all() for row in rows} == left
    with opened(tmp_path / "home") as service:
        service.load_encoder()
        assert_whole(service)


def test_articles_answer_by_words_before_their_vectors_exist(service: Service, tmp_path: Path) -> None:
    ingest_records(service, tmp_path, RECORDS, embed=False)
    health = service.health()
    assert health.embedded == 0
    assert health.passages >= 12
    assert "14 to 9" in found(service, "How did the council of Velm vote?")[0]
    answer = service.ask(Request(question="How did the council of Velm vote on the old mill?"))
    assert any("by words alone" in note for note in answer.notes)
    assert service.catch_up() == health.passages
    assert not any("by words alone" in note for note in service.ask(Request(question="How did the council of Velm vote?")).notes)
    assert_whole(service)


def test_the_first_passage_of_each_article_is_embedded_before_the_rest(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    encoder = CountingEncoder(HashingEncoder())
    long = " ".join(f"Sentence number {n} of the long report on the lock was written on a rainy day in Torrin." for n in range(40))
    records = [LOCK | {"url": f"https://mail.example/{n}", "text": f"Opening {n}. {long}"} for n in range(3)]
    monkeypatch.setattr("app.indexing.backlog.VECTOR_BATCH", 3)
    with opened(tmp_path / "home", encoder=encoder) as service:
        ingest_records(service, tmp_path, records)
    assert len(encoder.texts) > 6
    assert ["Opening" in text for text in encoder.texts] == [True] * 3 + [False] * (len(encoder.texts) - 3)


def test_reindex_restores_both_indexes_and_embeds_nothing_again(tmp_path: Path) -> None:
    encoder = CountingEncoder(HashingEncoder())
    with opened(tmp_path / "home", encoder=encoder) as service:
        ingest_records(service, tmp_path, RECORDS)
        before = found(service, "engineers to the Orrin delta")
        embedded = len(encoder.texts)
        service.stores.passage_words.clear()
        service.stores.article_words.clear()
        service.stores.open_vector_store().clear()
        service.reindex()
        assert_whole(service)
        assert found(service, "engineers to the Orrin delta") == before
    asked = [text for text in encoder.texts[embedded:] if text != "engineers to the Orrin delta"]
    assert asked == []


@pytest.mark.parametrize("where", ["words", "rows", "cleared"])
def test_a_reindex_that_was_killed_is_finished_by_the_next_run(tmp_path: Path, where: str) -> None:
    class KilledError(BaseException):
        pass

    def kill(*_: Any, **__: Any) -> Any:
        raise KilledError

    with opened(tmp_path / "home") as service:
        ingest_records(service, tmp_path, RECORDS)
    place = {
        "words": "app.indexing.backlog.Backlog.index_words",
        "rows": "app.indexing.pipeline.Pipeline.recut",
        "cleared": "app.stores.vectors.VectorStore.clear",
    }[where]
    with pytest.MonkeyPatch.context() as patch, opened(tmp_path / "home") as service:
        patch.setattr(place, kill)
        with pytest.raises(KilledError):
            service.reindex()
    with opened(tmp_path / "home") as service:
        ingest_records(service, tmp_path, RECORDS)
        service.load_encoder()
        assert_whole(service)


@pytest.mark.parametrize("broken", ["words/passages/meta.json", "words/articles/meta.json", "chroma/chroma.sqlite3", "matrix/rows.i64"])
def test_reindex_mends_an_index_that_no_longer_opens(tmp_path: Path, broken: str) -> None:
    home = tmp_path / "home"
    with opened(home) as service:
        ingest_records(service, tmp_path, RECORDS)
    assert (home / broken).exists()
    (home / broken).write_bytes(b"rubbish")
    from app.settings import load_settings

    service = Service.open(load_settings(home=home, llm="none", embedding_model="hashing"), "own", "reindex")
    try:
        service.reindex()
        assert_whole(service)
        assert "14 to 9" in found(service, "How did the council of Velm vote?")[0]
    finally:
        service.close()


def test_vectors_of_another_model_are_noticed_with_the_command_that_mends_them(tmp_path: Path) -> None:
    with opened(tmp_path / "home") as service:
        ingest_records(service, tmp_path, RECORDS)
    other = CountingEncoder(HashingEncoder(), "another-model")
    with opened(tmp_path / "home", encoder=other) as service:
        service.load_encoder()
        health = service.health()
        assert health.status == "words-only"
        assert "hashing-384" in health.detail
        assert "another-model" in health.detail
        assert "python -m app reindex" in health.detail
        assert "14 to 9" in found(service, "How did the council of Velm vote?")[0]
        assert health.detail in service.ask(Request(question="How did the council of Velm vote?")).notes
        service.reindex()
        assert service.health().detail == ""
        assert_whole(service)
    assert len(other.texts) >= 12


def test_the_record_keeps_what_was_read(service: Service, tmp_path: Path) -> None:
    ingest_records(service, tmp_path, RECORDS)
    article = service.find(UNDATED["url"])
    assert article is not None
    assert (article.text, article.title, article.source, article.published) == (UNDATED["text"], UNDATED["title"], UNDATED["source"], None)
    mill = service.find(MILL["url"])
    assert mill is not None
    assert mill.published == Published.parse(MILL["published"])
    assert mill.url == canonical_url(MILL["url"])


def test_a_bad_file_is_told_and_the_rest_goes_in(service: Service, tmp_path: Path) -> None:
    good = write_records(tmp_path / "news" / "good.jsonl", RECORDS)
    (tmp_path / "news" / "empty.txt").write_text("")
    (tmp_path / "news" / "zeros.txt").write_bytes(bytes(5_000))
    report = service.ingest([good.parent, tmp_path / "missing.txt"])
    assert report.added == 12
    assert {Path(failed.path).name for failed in report.failed} == {"empty.txt", "zeros.txt", "missing.txt"}
    assert_whole(service)
