"""What a question says of time, speaker and outlet is read as a reader would mean it, and nothing is read into what is no date."""

from __future__ import annotations

import json
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.retrieval.wishes import read, read_wish
from app.text.periods import Period, find_periods

PHRASES = Path(__file__).parent / "time_phrases"
FILES = sorted(PHRASES.glob("*.jsonl"))
EXACT = 0.97
WEDNESDAY = date(2025, 11, 19)
OUTLETS = ["Lissow Gazette", "Vantry Mail", "Calder Mail", "Reuters", "theguardian.com", "edition.cnn.com", "bbc.co.uk"]


def rows(file: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines() if line.strip()]


def as_read(row: dict[str, Any]) -> dict[str, Any]:
    wish = read_wish(row["question"], date.fromisoformat(row["as_of"]), [])
    first, last = (wish.period.first, wish.period.last) if wish.period else (None, None)
    return {
        "first": first and first.isoformat(),
        "last": last and last.isoformat(),
        "newest": wish.newest,
        "begin": wish.first,
        "change": wish.change,
    }


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_nearly_all_phrasings_are_read_exactly(file: Path) -> None:
    misses = []
    for row in rows(file):
        got = as_read(row)
        wrong = {
            key: value for key, value in got.items() if value != (row.get(key) or (False if key in {"newest", "begin", "change"} else None))
        }
        if wrong:
            misses.append(f"{row['question']!r} as of {row['as_of']}: read {wrong}, meant { {key: row.get(key) for key in wrong} }")
    total = len(rows(file))
    assert total >= 90
    assert 1 - len(misses) / total >= EXACT, f"{len(misses)} of {total} misread:\n" + "\n".join(misses)


def only(question: str, as_of: date = WEDNESDAY) -> Period:
    (period,) = find_periods(question, as_of)
    return period


DAYS = st.dates(date(1900, 1, 1), date(2099, 12, 31))
VOCABULARY = (
    "last this next past the week month year Tuesday May March October 3 9 2025 1990s of in on since until before after between and to "
    "from – - early late mid end two couple a ago days weeks today yesterday weekend summer winter first half quarter Q3 will , ?"
)
WORDS = st.lists(st.sampled_from(VOCABULARY.split()), max_size=14).map(" ".join)


@given(text=st.one_of(WORDS, st.text(max_size=80)), as_of=st.dates())
def test_whatever_the_text_periods_are_inside_it_in_order_and_not_reversed(text: str, as_of: date) -> None:
    position = 0
    for period in find_periods(text, as_of):
        assert position <= period.start < period.end <= len(text)
        position = period.end
        assert period.first is None or period.last is None or period.first <= period.last
        assert period.first or period.last
        assert 0 < period.sure <= 1


@given(text=st.one_of(WORDS, st.text(max_size=80)), as_of=st.dates())
def test_whatever_the_text_a_wish_is_read_without_fail(text: str, as_of: date) -> None:
    reading = read(text, as_of, OUTLETS)
    assert all(words for words in reading.words.values())


@given(as_of=DAYS, number=st.integers(1, 400))
def test_so_many_days_ago_is_one_day_and_so_many_weeks_ago_a_week_from_monday(as_of: date, number: int) -> None:
    day = only(f"What was said {number} days ago?", as_of)
    assert day.first == day.last == as_of - timedelta(number)
    week = only(f"What was said {number} weeks ago?" if number > 1 else "What was said a week ago?", as_of)
    assert week.first is not None and week.last is not None
    assert week.first.weekday() == 0 and week.last - week.first == timedelta(6)
    assert week.first <= as_of - timedelta(7 * number) <= week.last


@given(as_of=DAYS, weekday=st.integers(0, 6))
def test_a_weekday_is_the_latest_last_is_before_and_next_is_after(as_of: date, weekday: int) -> None:
    name = (date(2024, 1, 1) + timedelta(weekday)).strftime("%A")
    plain, last, coming = (only(f"Who met {word}{name}?", as_of).first for word in ("on ", "last ", "next "))
    assert plain and last and coming
    assert timedelta(0) <= as_of - plain <= timedelta(6)
    assert timedelta(1) <= as_of - last <= timedelta(7)
    assert timedelta(1) <= coming - as_of <= timedelta(7)
    assert {plain.weekday(), last.weekday(), coming.weekday()} == {weekday}


@given(day=DAYS, other=DAYS)
def test_two_full_dates_bound_what_lies_between(day: date, other: date) -> None:
    first, last = sorted((day, other))
    spelled = [f"{d.day} {d:%B} {d.year}" for d in (first, last)]
    for text in (f"between {spelled[0]} and {spelled[1]}", f"from {spelled[0]} to {spelled[1]}"):
        period = only(text)
        assert (period.first, period.last) == (first, last)
        assert text[period.start : period.end] == text


def test_the_words_that_say_it_are_the_span() -> None:
    text = "What has the port authority said since the end of September about the strike?"
    period = only(text)
    assert text[period.start : period.end] == "since the end of September"


@pytest.mark.parametrize(
    ("question", "first", "last"),
    [
        ("What happened from Monday to Friday last week?", "2025-11-10", "2025-11-14"),
        ("What happened from October to now?", "2025-10-01", "2025-11-19"),
        ("How cold was it in the winter of 2023–24?", "2023-12-01", "2024-02-29"),
        ("What was signed on the 3rd of last month?", "2025-10-03", "2025-10-03"),
        ("What did the bank earn in the last quarter?", "2025-07-01", "2025-09-30"),
        ("What was sold in the last three months of 2024?", "2024-10-01", "2024-12-31"),
        ("What was shut in the week before 12 May 2025?", "2025-05-05", "2025-05-11"),
        ("What was shut from December 2024 to February?", "2024-12-01", "2025-02-28"),
        ("How long has it been shut as of 3 March 2025?", None, "2025-03-03"),
        ("Who was hurt in the weekend of 11 October 2025?", "2025-10-11", "2025-10-12"),
    ],
)
def test_stretches_made_of_several_words(question: str, first: str | None, last: str | None) -> None:
    period = only(question)
    assert (period.first and str(period.first), period.last and str(period.last)) == (first, last)


@pytest.mark.parametrize(
    "question",
    [
        "What did May say in Parliament?",
        "May the council sell the hall?",
        "What did USA Today report?",
        "Who won the third quarter of the match?",
        "Who won on Super Tuesday?",
        "What is open on Tuesdays?",
        "What happened in the fall of Kabul?",
        "What happened in the last week of the campaign?",
        "What did he do the year after the war?",
        "Who resigned the next day?",
        "What did they say the Tuesday after the vote?",
    ],
)
def test_what_only_looks_like_a_time_gives_none(question: str) -> None:
    assert find_periods(question, WEDNESDAY) == []


def test_a_full_date_is_surer_than_a_weekday_and_that_than_a_bare_year() -> None:
    full, weekday, year = (only(f"What of the vote {words}?").sure for words in ("on 3 May 2025", "on Friday", "and the 2022 budget"))
    assert full == 1.0 > weekday > year > 0
    assert read_wish("What did Corrin say on Friday about the 2026 budget?", WEDNESDAY, []).period == only(
        "What did Corrin say on Friday?", WEDNESDAY
    )


@pytest.mark.parametrize(
    ("question", "speaker"),
    [
        ("According to the mill's owner, what went wrong?", "mill's owner"),
        ("What is the main source of dust, according to Ilse Corrin?", "Ilse Corrin"),
        ("What did the port authority say about the strike?", "port authority"),
        ("Did Ilse Corrin deny the charge?", "Ilse Corrin"),
        ("Ilse Corrin said the dam was safe. Which dam?", "Ilse Corrin"),
        ("What has the ministry announced?", "ministry"),
        ("What did it say?", None),
        ("Who said that bread is no luxury?", None),
        ("According to a new study, what causes it?", None),
        ("How many people were killed?", None),
    ],
)
def test_whose_words_are_asked_for(question: str, speaker: str | None) -> None:
    assert read_wish(question, WEDNESDAY, []).speaker == speaker


@pytest.mark.parametrize(
    ("question", "outlet"),
    [
        ("What did the Lissow Gazette report of the flood?", "Lissow Gazette"),
        ("what did the lissow gazette report?", "Lissow Gazette"),
        ("What stood in the Gazette on the flood?", "Lissow Gazette"),
        ("What stood in the Mail on the flood?", None),
        ("What stood in the Hexmoor Gazette on the flood?", None),
        ("How did Reuters put it?", "Reuters"),
        ("What did The Guardian report?", "theguardian.com"),
        ("What happened according to CNN?", "edition.cnn.com"),
        ("What did he tell the BBC?", "bbc.co.uk"),
        ("Who is the guardian of the lighthouse?", None),
        ("Which former BBC stars left?", None),
    ],
)
def test_which_outlet_is_named(question: str, outlet: str | None) -> None:
    assert read_wish(question, WEDNESDAY, OUTLETS).outlet == outlet


@pytest.mark.parametrize(
    ("question", "phrases"),
    [
        ("Who said “bread is no luxury”?", ("bread is no luxury",)),
        ('Who called it "a very bad deal"?', ("a very bad deal",)),
        ("Who called it ‘the council's own fault’?", ("the council's own fault",)),
        ("Which “sleepy” town was it?", ()),
        ("What is the council's plan for the workers' homes?", ()),
    ],
)
def test_what_stands_in_quotation_marks_is_kept(question: str, phrases: tuple[str, ...]) -> None:
    assert read_wish(question, WEDNESDAY, []).phrases == phrases


def test_what_is_ignored_is_not_read() -> None:
    question = "According to the Lissow Gazette, how has the latest “cost of living” changed since October, and what was it originally?"
    whole = read(question, WEDNESDAY, OUTLETS)
    assert set(whole.words) == {"time", "newest", "first", "change", "speaker", "outlet", "phrase"}
    for key in whole.words:
        assert set(read(question, WEDNESDAY, OUTLETS, [key]).words) == set(whole.words) - {key}
