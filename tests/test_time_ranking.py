"""What a question says of time, outlet and wording changes the order of what is found, and never what may be seen."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any, get_args

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.answer import ReadKey, SearchRequest
from app.article import Published
from app.retrieval.closeness import closeness
from app.retrieval.reranking import plain
from app.retrieval.time_prior import TimeWeights, days_away, is_running, time_prior
from app.retrieval.timing import lateness, of_the_story, overlap, period_fit
from app.retrieval.wish import Wish
from app.retrieval.wishes import read_wish, searched
from app.service import Service
from app.text.periods import Period
from tests.samples import ingest_records, opened

FARES = {"2025-01-14": "4.10", "2025-03-11": "4.40", "2025-06-17": "4.90", "2025-09-09": "5.30", "2025-11-04": "5.60"}
"""One story, told five times by two outlets in turn."""
STORY: list[dict[str, Any]] = [
    {
        "url": f"https://ferry.example/{day}",
        "title": "Council of Brannock sets the ferry fare",
        "source": ("Brannock Gazette", "Morrow Mail")[number % 2],
        "published": day,
        "text": f"The council of Brannock set the ferry fare at {fare} crowns. The ferry crosses the Morrow twice an hour.",
    }
    for number, (day, fare) in enumerate(FARES.items())
]
OTHERS: list[dict[str, Any]] = [
    {
        "url": "https://ferry.example/review",
        "title": "A year on the Morrow",
        "source": "Morrow Mail",
        "published": "2025-11-20",
        "text": (
            "The ferry fare of Brannock was much discussed this year. "
            "On 2 May 2025 the council of Brannock called the ferry fare “a tax on work”."
        ),
    },
    {
        "url": "https://ferry.example/school",
        "title": "New school in Hallowby",
        "source": "Morrow Mail",
        "published": "2025-11-28",
        "text": "Hallowby opened a school for 300 children. The council paid for its kitchen.",
    },
]
AS_OF = "2025-11-30"


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    folder = tmp_path_factory.mktemp("time-ranking")
    with opened(folder / "home") as service:
        ingest_records(service, folder, [*STORY, *OTHERS])
        service.load_encoder()
        yield service


def order(service: Service, question: str, **fields: Any) -> list[str]:
    found = service.search(SearchRequest(question=question, **{"as_of": AS_OF, "k": 100, **fields}))
    return [str(hit.url).rsplit("/", 1)[1] for hit in found]


@pytest.mark.parametrize(
    ("question", "first"),
    [
        ("What ferry fare did the council of Brannock set in March 2025?", "2025-03-11"),
        ("What ferry fare did the council of Brannock set in the second quarter?", "2025-06-17"),
        ("What ferry fare did the council of Brannock set in the week of 8 September 2025?", "2025-09-09"),
        ("What ferry fare did the council of Brannock set on 14 January 2025?", "2025-01-14"),
        ("What is the latest ferry fare that the council of Brannock set?", "2025-11-04"),
        ("At what ferry fare did the council of Brannock set out at first?", "2025-01-14"),
        ("What was the original ferry fare set by the council of Brannock?", "2025-01-14"),
        ("What ferry fare did the council of Brannock set?", "2025-11-04"),
    ],
)
def test_the_article_of_the_time_asked_about_comes_first(service: Service, question: str, first: str) -> None:
    assert order(service, question)[0] == first


def test_a_passage_that_names_the_day_fits_whenever_it_was_printed(service: Service) -> None:
    assert order(service, "What did the council of Brannock call the ferry fare on 2 May 2025?")[0] == "review"


def test_what_a_question_says_of_time_can_be_taken_off(service: Service) -> None:
    question = "What ferry fare did the council of Brannock set in March 2025?"
    assert order(service, question, ignore=["time"])[0] != "2025-03-11"


def test_old_and_new_are_among_the_first_where_a_change_is_asked_for(service: Service) -> None:
    found = order(service, "How has the ferry fare that the council of Brannock set changed over time?")
    assert {"2025-01-14", "2025-11-04"} <= set(found[:5])


def test_the_outlet_that_is_named_comes_first(service: Service) -> None:
    assert order(service, "What ferry fare did the Morrow Mail say the council of Brannock set?")[0] in {"2025-09-09", "2025-03-11"}
    assert order(service, "What ferry fare did the Brannock Gazette say the council of Brannock set?")[0] == "2025-11-04"


def test_a_phrase_in_quotation_marks_is_looked_for_word_for_word(service: Service) -> None:
    assert order(service, 'Who called the ferry fare of Brannock "A TAX on work"?')[0] == "review"


QUESTIONS = [
    "What is the latest ferry fare in the Morrow Mail?",
    "What was the ferry fare originally?",
    "How has the ferry fare changed since March?",
    "What ferry fare will the council set next month?",
    "Who called the ferry fare “a tax on work” last week?",
    "What ferry fare did the council set in November 2025?",
    "What did the council decide before 1 February 2025?",
]


@settings(max_examples=40)
@given(question=st.sampled_from(QUESTIONS), as_of=st.dates(date(2025, 1, 1), date(2026, 2, 1)))
def test_nothing_is_hidden_by_a_reading_and_nothing_later_is_shown(service: Service, question: str, as_of: date) -> None:
    request = SearchRequest(question=question, as_of=str(as_of), k=100)
    read = service.search(request)
    bare = service.search(request.model_copy(update={"ignore": list(get_args(ReadKey))}))
    assert {hit.url for hit in read} == {hit.url for hit in bare}
    assert all(hit.published is not None and Published.parse(hit.published).day <= as_of for hit in read)


def test_the_fit_is_carried_by_what_is_ranked(service: Service) -> None:
    from app.retrieval.understanding import understand

    def fits(question: str) -> dict[str, float]:
        understood = understand(SearchRequest(question=question, as_of=AS_OF), service.stores.catalog)
        ranked = service._retriever.rank(understood.text, understood.scope, 10, understood.wish)
        return {str(r.article.url).rsplit("/", 1)[1]: r.period_fit for r in ranked}

    named = fits("What ferry fare did the council of Brannock set in March 2025?")
    assert named["2025-03-11"] == 1.0
    assert named["2025-11-04"] < 0.01
    assert set(fits("What ferry fare did the council of Brannock set?").values()) == {0.0}


MARCH = Period(0, 1, date(2025, 3, 1), date(2025, 3, 31), 0.95)


@pytest.mark.parametrize(
    ("day", "text", "least", "most"),
    [
        (date(2025, 3, 31), "", 1.0, 1.0),
        (date(2025, 4, 1), "", 0.6, 0.8),
        (date(2025, 4, 20), "", 0.0, 0.01),
        (date(2025, 4, 20), "It was agreed on 3 March.", 0.8, 1.0),
        (date(2025, 4, 20), "It was agreed in 2025.", 0.0, 0.1),
        (None, "It was agreed on 3 March 2025.", 0.0, 0.0),
    ],
)
def test_a_passage_fits_by_its_day_or_by_a_date_in_it(day: date | None, text: str, least: float, most: float) -> None:
    assert least <= period_fit(MARCH, day, text) <= most


def test_days_away_count_to_the_nearer_edge_and_an_open_beginning_to_the_end() -> None:
    days = np.array([date(2025, 2, 26).toordinal(), date(2025, 3, 9).toordinal(), date(2025, 4, 2).toordinal(), np.nan])
    assert list(days_away(MARCH, days)[:3]) == [3, 0, 2]
    assert np.isnan(days_away(MARCH, days)[3])
    assert list(days_away(Period(0, 1, None, date(2025, 3, 31)), days)[:3]) == [33, 22, 2]
    assert list(days_away(Period(0, 1, date(2025, 3, 1), None), days)[:3]) == [3, 0, 0]


def test_recency_counts_for_less_where_a_change_is_asked_for_and_for_nothing_at_the_beginning() -> None:
    weights, today = TimeWeights(0.4, 0.5, 0.25, 0.3), date(2025, 11, 30).toordinal()
    age = np.array([0.0, 300.0, np.nan])
    plain_prior, change, first = (
        time_prior(age, today - age, today, wish, weights) for wish in (Wish(), Wish(change=True), Wish(first=True))
    )
    assert plain_prior[0] > plain_prior[1] > plain_prior[2] == 0
    assert 0 < change[0] - change[1] < plain_prior[0] - plain_prior[1]
    assert list(first) == [0, 0, 0]


def test_the_week_that_runs_is_left_to_recency() -> None:
    week = Period(0, 1, date(2025, 11, 24), date(2025, 11, 30), 0.9)
    assert is_running(week, date(2025, 11, 28).toordinal())
    assert not is_running(week, date(2025, 12, 1).toordinal())
    assert not is_running(MARCH, date(2025, 3, 5).toordinal())


@given(st.lists(st.tuples(st.one_of(st.none(), st.dates(date(2020, 1, 1), date(2025, 1, 1))), st.floats(0, 3)), max_size=8))
def test_lateness_follows_the_days_of_the_story(places: list[tuple[date | None, float]]) -> None:
    story = of_the_story(np.array([like for _, like in places]))
    late = lateness([day for day, _ in places], story)
    assert all(0 <= share <= 1 for share in [*story, *late])
    dated = sorted((day, value) for (day, _), value in zip(places, late, strict=True) if day is not None)
    assert [value for _, value in dated] == sorted(value for _, value in dated)


@given(st.dates(), st.dates(), st.dates(), st.dates())
def test_an_overlap_is_a_share(a: date, b: date, c: date, d: date) -> None:
    one, two = Period(0, 1, min(a, b), max(a, b)), Period(0, 1, min(c, d), max(c, d))
    assert 0 <= overlap(one, two) <= 1
    assert overlap(one, one) == 1


def test_words_that_stand_together_are_closer_than_words_apart() -> None:
    together = ["The council set the ferry fare.", "It rained."]
    apart = ["The council met.", "It rained.", "It rained on.", "A ferry came.", "The fare is paid."]
    close = closeness("What ferry fare did the council set?", [together, apart, [], ["Nothing."]])
    assert 1 == close[0] > close[1] > close[2] == close[3] == 0
    assert list(closeness("the of and", [together])) == [0]
    assert list(closeness("anything", [])) == []


def test_only_a_sure_date_is_left_out_of_the_words_that_are_searched() -> None:
    def words(question: str) -> str:
        return " ".join(searched(question, read_wish(question, date(2025, 11, 30), [])).split())

    assert words("What did the council set in March 2025?") == "What did the council set in ?"
    assert words("What did the council set this week?") == "What did the council set this week?"
    assert words("What did the 2022 census count?") == "What did the 2022 census count?"
    assert words("12 May 2025") == "12 May 2025"


def test_one_kind_of_quotation_mark_counts() -> None:
    assert plain("“It’s  A\ntax”") == plain('"it\'s a tax"')
