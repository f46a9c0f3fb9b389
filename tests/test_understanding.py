"""What a request is understood to mean is told with the words that said it, and each reading can be taken off."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import get_args

import pytest

from app.answer import Exchange, ReadKey, Request
from app.retrieval.understanding import Understood, shortened, understand, understand_as_follow_up
from app.retrieval.wish import Wish
from app.service import Service
from app.text.days_label import days_label
from tests.samples import RECORDS, ingest_records, opened

EVERYTHING = "And according to the Velm Courier, how has the latest “cost of living” changed since October, and what was it originally?"
HISTORY = [Exchange(question="How did the council of Velm vote on the old mill?", answer="It voted 14 to 9.")]


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    folder = tmp_path_factory.mktemp("understanding")
    with opened(folder / "home") as service:
        ingest_records(service, folder, RECORDS)
        yield service


def read(service: Service, request: Request) -> Understood:
    catalog = service.stores.catalog
    return understand_as_follow_up(request, catalog) or understand(request, catalog)


def test_a_reading_is_told_with_its_words_and_can_be_taken_off(service: Service) -> None:
    (item,) = read(service, Request(question="What did the council decide last week?", as_of="2025-11-19")).told[1:]
    assert (item.key, item.label, item.why, item.removable) == ("time", "10–16 Nov 2025", "“last week”", True)


def test_days_and_outlets_of_an_answer_are_no_wish_of_who_asks_who_said_so(service: Service) -> None:
    said = "The bridge will not open before 15 October 2026, the Velm Courier said in its latest “forecast”."
    (item,) = read(service, Request(question="Who said so?", history=[Exchange(question="What will it cost?", answer=said)])).told
    assert item.key == "follow_up"


def test_every_reading_is_taken_off_by_its_own_key_and_by_no_other(service: Service) -> None:
    whole = read(service, Request(question=EVERYTHING, history=HISTORY))
    assert {item.key for item in whole.told} == set(get_args(ReadKey))
    assert all(item.removable for item in whole.told)
    for key in get_args(ReadKey):
        rest = read(service, Request(question=EVERYTHING, history=HISTORY, ignore=[key]))
        assert {item.key for item in rest.told} == {item.key for item in whole.told} - {key}
    bare = read(service, Request(question=EVERYTHING, history=HISTORY, ignore=list(get_args(ReadKey))))
    assert (bare.wish, bare.told, bare.text) == (Wish(), [], EVERYTHING)


def test_without_its_follow_up_a_question_takes_nothing_from_the_conversation(service: Service) -> None:
    question = "And what will it cost?"
    assert "Velm" in read(service, Request(question=question, history=HISTORY)).text
    assert read(service, Request(question=question, history=HISTORY, ignore=["follow_up"])).text == question


@pytest.mark.parametrize(
    ("fields", "day"),
    [
        ({"as_of": "2025-11-19", "until": "2025-01-05"}, date(2025, 11, 18)),
        ({"until": "2025-11-19T23:30:00+00:00"}, date(2025, 11, 18)),
        ({"since": "2020-01-01"}, datetime.now(UTC).date() - timedelta(1)),
    ],
)
def test_yesterday_counts_from_as_of_else_until_else_today(service: Service, fields: dict[str, str], day: date) -> None:
    period = read(service, Request(question="What happened yesterday?", **fields)).wish.period
    assert period is not None and period.first == period.last == day


def test_no_reading_filters(service: Service) -> None:
    assert read(service, Request(question=EVERYTHING)).scope.is_open


def test_what_the_reader_set_cannot_be_ignored_as_a_reading(service: Service) -> None:
    told = read(service, Request(question="What did the council decide?", as_of="2025-11-19", source="Velm Courier")).told
    assert [(item.key, item.removable) for item in told] == [("as_of", False), ("source", False)]


@pytest.mark.parametrize(
    ("first", "last", "label"),
    [
        ("2025-11-10", "2025-11-16", "10–16 Nov 2025"),
        ("2025-11-01", "2025-11-30", "Nov 2025"),
        ("2022-01-01", "2022-12-31", "2022"),
        ("1990-01-01", "1999-12-31", "1990–1999"),
        ("2025-10-01", "2025-12-31", "Oct – Dec 2025"),
        ("2024-12-01", "2025-02-28", "Dec 2024 – Feb 2025"),
        ("2025-10-28", "2025-11-03", "28 Oct – 3 Nov 2025"),
        ("2025-01-03", "2025-01-03", "3 Jan 2025"),
        (None, "2025-01-03", "until 3 Jan 2025"),
        ("2025-01-03", None, "from 3 Jan 2025"),
    ],
)
def test_days_are_written_as_people_write_them(first: str | None, last: str | None, label: str) -> None:
    assert days_label(*(date.fromisoformat(day) if day else None for day in (first, last))) == label


def test_long_words_are_shortened_in_the_middle() -> None:
    assert shortened("How has the number of people waiting for surgery developed") == "How has the number of people … developed"
    assert len(shortened("x" * 500)) <= 41
