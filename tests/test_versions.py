"""An article that changed keeps what it said before, and a question as of a day sees what it said then."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from app.answer import Request, SearchRequest
from app.service import Service
from tests.records import Record, record_in
from tests.samples import LOCK, MILL, MILL_COPY, ORCHARD, RECORDS, ingest_records, opened
from tests.test_indexing import assert_whole, found

VOTE = "How many voted to reopen the old mill of Velm?"
EDITED = MILL | {
    "text": (
        "The council of Velm voted 12 to 11 on Tuesday to reopen the old mill. "
        "The work will cost 3.2 million crowns, the treasurer Osric Tallow said. "
        "The mill closed eleven years ago after a fire. "
        "Correction: an earlier version of this article gave a wrong result of the vote."
    )
}
CAME, CHANGED = "2026-01-08T10:00:00", "2026-03-03T10:00:00"
OTHERS = [record for record in RECORDS if record not in (MILL, MILL_COPY)]


def second(time: str) -> int:
    return int(datetime.fromisoformat(time).replace(tzinfo=UTC).timestamp())


def on_disk(home: Path, *statements: str) -> list[Any]:
    return record_in(home).said(*statements)


def changed_mill(home: Path, folder: Path, record: Record | None = None) -> None:
    """A home with the mill's article, which came in in January and was changed in March."""
    record = record or record_in(home)
    with opened(home, **record.changes) as service:
        ingest_records(service, folder, [MILL, *OTHERS])
        record.said(f"UPDATE articles SET stored = {second(CAME)}")
    with opened(home, **record.changes) as service:
        ingest_records(service, folder, [EDITED, *OTHERS])
        record.said(
            f"UPDATE versions SET seen_until = {second(CHANGED)}",
            f"UPDATE articles SET stored = {second(CHANGED)} WHERE text LIKE '%12 to 11%'",
        )


@pytest.fixture
def service(tmp_path: Path, record: Record) -> Iterator[Service]:
    changed_mill(record.home, tmp_path, record)
    with opened(record.home, abstain_below=0.01, **record.changes) as service:
        service.load_encoder()
        yield service


def test_an_article_that_changed_keeps_what_it_said_and_when(service: Service) -> None:
    now, before = service.versions(MILL["url"])
    assert (now.text, now.seen_from, now.seen_until, now.ended) == (EDITED["text"], f"{CHANGED}+00:00", None, None)
    assert (before.text, before.seen_from, before.seen_until, before.ended) == (
        MILL["text"],
        f"{CAME}+00:00",
        f"{CHANGED}+00:00",
        "changed",
    )
    assert (now.notice, before.notice) == ("corrected", None)
    assert len(service.versions(LOCK["url"])) == 1 and service.versions("https://nowhere.example/") == []
    assert_whole(service)


def test_a_question_as_of_a_day_sees_what_the_article_said_on_that_day(service: Service) -> None:
    assert "14 to 9" in service.ask(Request(question=VOTE, as_of="2026-02-01")).answer
    for as_of in (None, "2026-03-03", "2026-05-01"):
        answer = service.ask(Request(question=VOTE, as_of=as_of))
        assert "12 to 11" in answer.answer and "14 to 9" not in answer.answer
    # On the day of the change itself a time decides.
    assert "14 to 9" in service.ask(Request(question=VOTE, as_of="2026-03-03T09:59:59Z")).answer


def test_before_the_archive_held_the_article_its_present_text_is_seen(service: Service) -> None:
    assert "12 to 11" in service.ask(Request(question=VOTE, as_of="2026-01-07")).answer


@pytest.mark.parametrize("vectors", [True, False])
def test_only_the_version_of_the_day_is_found_by_search(service: Service, vectors: bool) -> None:
    if not vectors:
        service._retriever.encoder = None
    for filters in ({}, {"source": "Velm Courier"}, {"urls": [MILL["url"]]}, {"until": "2026-02-01"}):
        hits = [hit for hit in found(service, "old mill of Velm reopen vote", **filters) if "old mill" in hit]
        assert hits == [EDITED["text"]], filters
        hits = [hit for hit in found(service, "old mill of Velm reopen vote", as_of="2026-02-01", **filters) if "old mill" in hit]
        assert hits == [MILL["text"]], filters
    assert not any("old mill" in hit for hit in found(service, "mill", as_of="2026-02-01", exclude=[MILL["url"]]))


def test_words_that_only_the_former_version_has_find_it_as_of_its_day_alone(tmp_path: Path, record: Record) -> None:
    with opened(record.home, **record.changes) as service:
        ingest_records(service, tmp_path, RECORDS)
        record.said(f"UPDATE articles SET stored = {second(CAME)}")
        ingest_records(service, tmp_path, [ORCHARD | {"text": "This article has been withdrawn."}])
        harvest = SearchRequest(question="frost apple harvest growers", as_of="2026-02-01", k=1)
        assert [hit.passage for hit in service.search(harvest)] == [ORCHARD["text"]]
        assert ORCHARD["text"] not in found(service, "frost apple harvest growers")
        listed = service.collection.listed(Request(question="x"), "apple", "best", 0, 10)
        assert [one.url for one in listed.articles] == []


def test_an_answer_as_of_a_day_names_the_version_and_tells_no_words_of_a_later_one(service: Service) -> None:
    answer = service.ask(Request(question=VOTE, as_of="2026-02-01"))
    (citation,) = {one.article_id: one for sentence in answer.sentences for one in sentence.citations}.values()
    said = service.article_until(citation.article_id, citation.said_until or "")
    assert said is not None and said.text[citation.start : citation.end] == citation.quote
    assert citation.revision_note == "[said until 3 Mar 2026, when it was corrected]"
    assert "12 to 11" not in answer.model_dump_json()


def test_a_correction_is_told_beside_a_citation_with_what_it_said_before(service: Service) -> None:
    answer = service.ask(Request(question=VOTE))
    (revision,) = answer.sentences[0].citations[0].revisions
    assert (revision.kind, revision.on, revision.later) == ("corrected", "2026-03-03", False)
    assert revision.before == "The council of Velm voted 14 to 9 on Tuesday to reopen the old mill."
    assert revision.label == f"corrected on 3 Mar 2026; before: “{revision.before}”"
    cost = service.ask(Request(question="How many crowns will the work on the old mill of Velm cost?")).sentences[0].citations[0]
    assert cost.revision_note.startswith("[corrected on 3 Mar 2026: “Correction: an earlier version")
    lock = service.ask(Request(question="What will the canal lock of Torrin cost?")).sentences[0].citations[0]
    assert lock.revisions == []
