"""Former versions outlive what happens to a home: a kill, a removal and its undoing, `reindex`, `salvage`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from app.doctor import examine
from app.encoding.hashing import HashingEncoder
from app.service import Service
from app.stores.salvage import salvage
from tests.crawls import Crawl, page
from tests.home_catalogs import in_postgresql
from tests.samples import MILL, CountingEncoder, ingest_records, opened
from tests.test_indexing import assert_whole, found
from tests.test_versions import CAME, CHANGED, EDITED, OTHERS, changed_mill, on_disk, second

SALVAGE = pytest.mark.catalog_file("`salvage`; PostgreSQL has its own (docs/scaling.md)")
WORDS_DONE = "app.stores.words_owed.FollowedWords.done" if in_postgresql() else "app.stores.versions.Versions.words_done"
"""Where it is written down that the words have followed, in the home or by flags in the file."""
FEBRUARY = "2026-02-01"


class KilledError(BaseException):
    """Nothing that the program catches."""


def mill_on(service: Service, as_of: str | None = None) -> str:
    (said,) = [hit for hit in found(service, "council of Velm old mill vote", as_of=as_of) if "old mill" in hit]
    return said


def errors(service: Service) -> list[str]:
    return [finding.what for finding in examine(service.settings, service.stores) if finding.level == "error"]


@pytest.mark.parametrize(
    ("place", "kept"),
    [
        ("app.stores.versions.Versions._move_passages", 0),
        ("app.stores.catalog.Catalog._put_passages", 0),
        ("app.stores.lexical.LexicalIndex.replace", 1),
        (WORDS_DONE, 1),
        ("app.indexing.backlog.Backlog.drop_vectors", 1),
    ],
)
def test_a_kill_leaves_the_old_text_or_the_new_one_with_the_old_beside_it(tmp_path: Path, place: str, kept: int) -> None:
    def kill(*_: Any, **__: Any) -> Any:
        raise KilledError

    home = tmp_path / "home"
    with opened(home) as service:
        ingest_records(service, tmp_path, [MILL, *OTHERS])
    with pytest.MonkeyPatch.context() as patch, opened(home) as service:
        patch.setattr(place, kill)
        with pytest.raises(KilledError):
            ingest_records(service, tmp_path, [EDITED, *OTHERS])
    assert on_disk(home, "SELECT COUNT(*) FROM versions") == [(kept,)]
    assert on_disk(home, "SELECT text FROM articles WHERE url LIKE '%velm-mill'") == [((EDITED if kept else MILL)["text"],)]
    with opened(home) as service:
        ingest_records(service, tmp_path, [EDITED, *OTHERS])
        assert_whole(service)
        assert [one.text for one in service.versions(MILL["url"])] == [EDITED["text"], MILL["text"]]
        assert errors(service) == []


def test_a_change_embeds_nothing_of_the_former_version_again(tmp_path: Path) -> None:
    encoder = CountingEncoder(HashingEncoder())
    with opened(tmp_path / "home", encoder=encoder) as service:
        ingest_records(service, tmp_path, [MILL, *OTHERS])
        encoder.texts.clear()
        ingest_records(service, tmp_path, [EDITED, *OTHERS])
        assert len(encoder.texts) == 1 and "12 to 11" in encoder.texts[0]
        assert_whole(service)
        encoder.texts.clear()
        service.reindex()
        assert encoder.texts == []
        assert_whole(service)


def test_reindex_keeps_versions_and_what_is_found_of_them(tmp_path: Path) -> None:
    changed_mill(tmp_path / "home", tmp_path)
    with opened(tmp_path / "home") as service:
        before = service.versions(MILL["url"])
        service.reindex()
        assert_whole(service)
        assert service.versions(MILL["url"]) == before
        assert (mill_on(service), mill_on(service, FEBRUARY)) == (EDITED["text"], MILL["text"])


def test_vectors_of_former_versions_that_the_matrix_has_lost_are_made_again(tmp_path: Path) -> None:
    home = tmp_path / "home"
    changed_mill(home, tmp_path)
    for file in (home / "matrix").iterdir():
        file.unlink()
    with opened(home) as service:
        service.load_encoder()
        service.catch_up()
        assert_whole(service)
        (row,) = [row for (row,) in on_disk(home, "SELECT row FROM former_passages")]
        assert service.stores.matrix is not None and np.isin(row, service.stores.matrix.rows)


@SALVAGE
def test_salvage_keeps_versions_and_the_days_on_which_texts_came(tmp_path: Path) -> None:
    home = tmp_path / "home"
    changed_mill(home, tmp_path)
    with opened(home) as service:
        before = service.versions(MILL["url"])
    rescued = salvage(home)
    assert (rescued.articles, rescued.lost, rescued.lost_before) == (len(OTHERS) + 1, (), ())
    with opened(home) as service:
        service.reindex()
        assert service.versions(MILL["url"]) == before
        assert mill_on(service, FEBRUARY) == MILL["text"]
        ingest_records(service, tmp_path, [MILL, *OTHERS])
        assert_whole(service)  # no new article was given the row of a version


@SALVAGE
def test_a_version_that_the_disk_has_hurt_is_told_and_costs_itself_alone(tmp_path: Path) -> None:
    home = tmp_path / "home"
    changed_mill(home, tmp_path)
    on_disk(home, "UPDATE versions SET text = 'garbage'")
    with opened(home) as service:
        assert ["former versions" in what for what in errors(service)] == [True]
        article = service.find(MILL["url"])
        assert article is not None
    rescued = salvage(home)
    assert (rescued.lost, rescued.lost_before) == ((), (article.id,))
    with opened(home) as service:
        service.reindex()
        assert [one.text for one in service.versions(MILL["url"])] == [EDITED["text"]]


def test_what_a_removed_article_said_is_kept_and_found_by_no_question(tmp_path: Path) -> None:
    home = tmp_path / "home"
    changed_mill(home, tmp_path)
    with opened(home) as service:
        service.load_encoder()
        (article_id,) = service.remove([MILL["url"]])[0]
        assert service.article(article_id) is None and service.changed(article_id) is not None
        assert [(one.text, one.ended) for one in service.versions(MILL["url"])] == [(EDITED["text"], "removed"), (MILL["text"], "changed")]
        for as_of in (None, FEBRUARY):
            assert not any("old mill" in hit for hit in found(service, "council of Velm old mill vote", as_of=as_of))
        assert_whole(service)
        assert service.stores.catalog.versions.searched() == (0, 0)


def test_an_undone_removal_leaves_everything_as_it_was(tmp_path: Path) -> None:
    home = tmp_path / "home"
    changed_mill(home, tmp_path)
    with opened(home) as service:
        before = service.versions(MILL["url"])
        removed = service.collection.take_out(before[0].article_id)
        assert removed is not None and service.collection.put_back(removed.undo) is not None
        service.catch_up()
        assert service.versions(MILL["url"]) == before
        assert (mill_on(service), mill_on(service, FEBRUARY)) == (EDITED["text"], MILL["text"])
        assert_whole(service)


def test_an_article_that_comes_again_after_its_removal_is_seen_as_of_the_days_before(tmp_path: Path) -> None:
    home = tmp_path / "home"
    with opened(home) as service:
        ingest_records(service, tmp_path, [MILL, *OTHERS])
        on_disk(home, f"UPDATE articles SET stored = {second(CAME)}")
        service.remove([MILL["url"]])
        on_disk(home, f"UPDATE versions SET seen_until = {second(CHANGED)}")
        ingest_records(service, tmp_path, [EDITED])
        assert (mill_on(service), mill_on(service, FEBRUARY)) == (EDITED["text"], MILL["text"])
        assert mill_on(service, "2026-04-01") == EDITED["text"], "it was not there on that day"
        assert_whole(service)


def test_of_two_records_of_one_run_the_one_that_lost_is_no_version(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.indexing.pipeline.COMMIT_ARTICLES", 1)
    with opened(tmp_path / "home") as service:
        ingest_records(service, tmp_path, [MILL, EDITED])
        ingest_records(service, tmp_path, [MILL, EDITED])
        assert [one.text for one in service.versions(MILL["url"])] == [EDITED["text"]]


@pytest.mark.parametrize("removed_before", [True, False])
def test_an_article_that_is_erased_leaves_nothing_of_what_it_said(tmp_path: Path, removed_before: bool) -> None:
    home = tmp_path / "home"
    changed_mill(home, tmp_path)
    with opened(home) as service:
        if removed_before:
            service.remove([MILL["url"]])
        (article_id,), unknown = service.remove([MILL["url"]], erase=True)
        assert unknown == [] and service.article(article_id) is None
        assert service.versions(MILL["url"]) == [] and service.changed(article_id) is not None
        service.load_encoder()
        assert_whole(service)
        assert service.remove([MILL["url"]], erase=True) == ([], [MILL["url"]])


@pytest.mark.parametrize("named", [["old.jsonl"], ["new.jsonl", "old.jsonl"]])
def test_an_article_is_erased_by_the_file_too_that_it_lay_in_before(tmp_path: Path, named: list[str]) -> None:
    with opened(tmp_path / "home") as service:
        for name, record in (("old.jsonl", MILL), ("new.jsonl", EDITED)):
            (tmp_path / name).write_text(json.dumps(record))
            service.ingest([tmp_path / name])
        (article_id,), unknown = service.remove([str(tmp_path / name) for name in named], erase=True)
        assert unknown == [] and service.article(article_id) is None and service.versions(MILL["url"]) == []


@pytest.mark.parametrize("salvaged", [False, pytest.param(True, marks=SALVAGE)])
def test_the_second_in_which_a_crawler_saw_an_article_outlives_an_undone_removal_and_salvage(tmp_path: Path, salvaged: bool) -> None:
    home, crawl, address = tmp_path / "home", Crawl(), "https://courier.example/mill"
    crawl.add(address, page(), seen="2026-02-03T04:05:06Z")
    with opened(home) as service:
        service.ingest([crawl.write(tmp_path / "crawl.warc")], embed=False)
        article = service.find(address)
        assert article is not None
        removed = service.collection.take_out(article.id)
        assert removed is not None and service.collection.put_back(removed.undo) is not None
        assert service.stores.catalog.seen(article.id) == 1_770_091_506
        assert service.remove([address])[0] == [article.id]
        service.ingest([crawl.write(tmp_path / "crawl.warc")], embed=False)
    if salvaged:
        salvage(home)
    assert on_disk(home, "SELECT seen FROM articles UNION ALL SELECT seen FROM versions") == [(1_770_091_506,)] * 2
