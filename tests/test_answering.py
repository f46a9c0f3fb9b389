"""Answers in quotes, with the packaged embedding model, on a dozen invented articles."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from app.answer import Answer, Done, Exchange, Request, SearchRequest
from app.encoding import Encoder
from app.service import Service
from tests.samples import (
    ENGINEERS_EARLY,
    ENGINEERS_LATE,
    MILL,
    MILL_COPY,
    MUSEUM,
    RECORDS,
    STRIKE,
    UNDATED,
    WATER,
    WATER_DOUBT,
    ingest_records,
    opened,
)

VOTE = "How did the council of Velm vote on the old mill?"
NOWHERE = "Who won the chess tournament in Oakhaven?"
ANSWERED = [
    (VOTE, MILL, "14 to 9"),
    ("How many engineers does Kaldia plan to send in the first phase?", ENGINEERS_LATE, "1,200"),
    ("How high above the sea does the lighthouse of Skarrow Point stand?", UNDATED, "41 metres"),
    ("Why did the teachers in Hallowby return to work?", STRIKE, "smaller classes"),
    ("When was the oldest piece of the amber museum found?", MUSEUM, "1911"),
    ("How many schools were closed by the strike in Hallowby?", STRIKE, "46"),
]
UNANSWERED = [
    "How many engineers does Belmark plan to send to the Orrin delta?",
    "How did the council of Ashcombe vote on the old mill?",
    "What did foreign minister Tobias Wrenfield say about the barges?",
    NOWHERE,
    "What is the capital of Peru?",
]


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory, encoder: Encoder) -> Iterator[Service]:
    folder = tmp_path_factory.mktemp("answering")
    with opened(folder / "home", encoder=encoder) as service:
        ingest_records(service, folder, RECORDS)
        service.load_models()
        yield service


def ask(service: Service, question: str, **fields: Any) -> Answer:
    return service.ask(Request(question=question, **fields))


def assert_exact(service: Service, answer: Answer) -> None:
    """Every citation is the article's own text at its place."""
    for citation in [*answer.nearest, *(c for sentence in answer.sentences for c in sentence.citations)]:
        article = service.article(citation.article_id)
        assert article is not None
        assert article.text[citation.start : citation.end] == citation.quote
        assert citation.title == article.title
        assert citation.published == (str(article.published) if article.published else None)


@pytest.mark.parametrize(("question", "record", "words"), ANSWERED)
def test_a_question_is_answered_with_an_exact_quote(service: Service, question: str, record: dict[str, Any], words: str) -> None:
    answer = ask(service, question)
    assert not answer.abstained
    assert words in answer.answer
    assert answer.missing is None
    assert answer.answer == " ".join(sentence.text for sentence in answer.sentences)
    first = answer.sentences[0]
    assert first.verdict == "supported"
    assert first.quoted
    assert record["url"] in {citation.url for citation in first.citations}
    assert first.citations[0].quote == first.text
    assert_exact(service, answer)


@pytest.mark.parametrize("question", UNANSWERED)
def test_what_the_articles_do_not_say_is_not_answered_however_close_the_words(service: Service, question: str) -> None:
    answer = ask(service, question)
    assert answer.abstained
    assert answer.sentences == []
    assert answer.answer == ""
    assert answer.missing
    assert 1 <= len(answer.nearest) <= 3
    assert len({citation.article_id for citation in answer.nearest}) == len(answer.nearest)
    assert_exact(service, answer)


def test_a_sentence_of_two_outlets_is_cited_from_both(service: Service) -> None:
    first = ask(service, VOTE).sentences[0]
    assert {citation.url for citation in first.citations} == {MILL["url"], MILL_COPY["url"]}


def test_a_question_of_what_changed_is_answered_with_the_newest_value_and_then_the_older_ones(service: Service) -> None:
    answer = ask(service, "How has the number of engineers that Kaldia plans to send changed?")
    assert "1,200" in answer.sentences[0].text
    assert answer.sentences[-1].text.startswith("Earlier: ")
    assert "9,000" in answer.sentences[-1].text
    (conflict,) = answer.conflicts
    assert conflict.kind == "change"
    assert [("1,200" in one.value, one.earlier) for one in conflict.claims] == [(True, False), (False, True)]
    assert [one.date for one in conflict.claims] == sorted((one.date or "" for one in conflict.claims), reverse=True)


def test_an_empty_home_says_what_fills_it(tmp_path: Path) -> None:
    with opened(tmp_path / "home") as service:
        answer = ask(service, "Is there anything?")
    assert answer.abstained
    assert answer.missing is not None
    assert "python ingest.py" in answer.missing
    assert answer.nearest == []


@pytest.mark.parametrize(
    ("filters", "loosen"),
    [
        ({"as_of": "2020-01-01"}, [["as_of"]]),
        ({"source": "Nowhere Times"}, [["source"]]),
        ({"since": "2030-01-01"}, [["since"]]),
        ({"urls": ["https://no.example/"]}, [["urls"]]),
        ({"since": "2030-01-01", "until": "2031-01-01"}, [["since"]]),
        ({"since": "2030-01-01", "source": "Nowhere Times"}, [["since", "source"]]),
        ({"since": MILL["published"], "until": MILL["published"], "source": "Nowhere Times"}, [["source"]]),
    ],
)
def test_filters_that_match_nothing_are_said_with_what_to_loosen(
    service: Service, filters: dict[str, Any], loosen: list[list[str]]
) -> None:
    answer = ask(service, VOTE, **filters)
    assert answer.abstained
    assert answer.missing is not None
    assert answer.missing.startswith("No article matches these filters. Take off ")
    assert [one.keys for one in answer.loosen] == loosen
    assert answer.nearest == []
    for one in answer.loosen:
        rest = {key: value for key, value in filters.items() if key not in one.keys}
        assert not ask(service, VOTE, **rest).loosen
        assert f"({one.articles} article" in answer.missing


def test_events_come_in_their_order_and_fold_to_the_answer(service: Service) -> None:
    events = list(service.answer(Request(question=VOTE, as_of="2026-01-31")))
    kinds = [event.type for event in events]
    assert kinds[:3] == ["started", "understood", "evidence"]
    assert set(kinds[3:-1]) == {"sentence"}
    assert kinds[-1] == "done"
    done = events[-1]
    assert isinstance(done, Done)
    sentences = [event for event in events if event.type == "sentence"]
    assert [event.index for event in sentences] == list(range(len(sentences)))
    assert [(event.text, event.citations) for event in sentences] == [(s.text, s.citations) for s in done.answer.sentences]
    evidence = next(event for event in events if event.type == "evidence")
    assert evidence.passages >= evidence.articles == len({one.article_id for one in evidence.seen}) == len(evidence.seen) >= 1
    assert done.answer.timings.retrieve_s <= (done.answer.timings.first_token_s or 0) <= done.answer.timings.total_s


def test_events_of_an_abstention_hold_no_sentence(service: Service) -> None:
    events = list(service.answer(Request(question=NOWHERE)))
    assert [event.type for event in events] == ["started", "evidence", "abstained", "done"]


def test_the_articles_that_are_read_are_told_best_first_with_the_passage_that_was_found(service: Service) -> None:
    best = {one.article_id: one for one in reversed(service.search(SearchRequest(question=VOTE, k=30, per_article=0)))}
    seen = next(event.seen for event in service.answer(Request(question=VOTE)) if event.type == "evidence")
    assert [one.article_id for one in seen] == sorted(best, key=lambda id: best[id].rank)
    assert [(one.title, one.source, one.published, one.start, one.end) for one in seen] == [
        (hit.title, hit.source, hit.published, hit.start, hit.end) for hit in (best[one.article_id] for one in seen)
    ]


def test_no_article_of_after_the_as_of_day_is_among_those_read(service: Service) -> None:
    seen = next(event.seen for event in service.answer(Request(question=VOTE, as_of="2025-12-20")) if event.type == "evidence")
    assert seen and all(one.published and one.published[:10] <= "2025-12-20" for one in seen)


def test_the_filters_that_were_set_are_told_back(service: Service) -> None:
    answer = ask(service, VOTE, as_of="2026-01-31", since="2025-01-01", source="Velm Courier")
    assert [(item.key, item.label) for item in answer.understood] == [
        ("as_of", "As of 31 Jan 2026"),
        ("since", "Since 1 Jan 2025"),
        ("source", "Velm Courier"),
    ]


def test_as_of_hides_what_came_later_everywhere(service: Service) -> None:
    answer = ask(service, "How many engineers does Kaldia plan to send to the Orrin delta?", as_of="2025-10-01")
    assert "1,200" not in answer.answer
    cited = [*answer.nearest, *(c for s in answer.sentences for c in s.citations)]
    assert cited
    assert {citation.url for citation in cited} <= {ENGINEERS_EARLY["url"], MUSEUM["url"]}
    assert answer.later_left_out == sum(1 for record in RECORDS if record.get("published", "") > "2025-10-01")
    hidden = ask(service, VOTE, as_of="2025-12-31")
    assert hidden.abstained
    assert "14 to 9" not in hidden.model_dump_json()


def test_a_dated_question_says_that_undated_articles_were_left_out(service: Service) -> None:
    for name in ("as_of", "since", "until"):
        answer = ask(service, "How high above the sea does the lighthouse of Skarrow Point stand?", **{name: "2026-01-31"})
        assert answer.abstained
        assert any("1 undated article was left out" in note for note in answer.notes)
    assert not any("undated" in note for note in ask(service, "How high above the sea does the lighthouse of Skarrow Point stand?").notes)


def test_a_follow_up_is_answered_on_the_subject_before(service: Service) -> None:
    history = [Exchange(question=VOTE, answer="The council of Velm voted 14 to 9.")]
    answer = ask(service, "And what will the work cost?", history=history)
    assert "3.2 million crowns" in answer.answer
    assert any(item.key == "follow_up" and "Velm" in item.label for item in answer.understood)


def test_confidence_is_given_either_way_and_can_be_overruled(service: Service, encoder: Encoder) -> None:
    sure, unsure = ask(service, VOTE), ask(service, NOWHERE)
    assert 0 <= unsure.confidence < sure.confidence <= 1

    def abstaining_below(threshold: float) -> Service:
        other = Service(service.settings.model_copy(update={"abstain_below": threshold}), service.stores, lambda _: encoder)
        other.load_models()
        return other

    assert not ask(abstaining_below(0.0), "How did the council of Ashcombe vote on the old mill?").abstained
    assert ask(abstaining_below(1.0), VOTE).abstained


def test_without_a_model_the_answer_says_so(service: Service) -> None:
    assert ask(service, VOTE).model == "none (quoted evidence)"


def test_sources_that_disagree_can_both_be_read(service: Service) -> None:
    answers = {
        record["url"]: ask(service, "How many households in Marrowmere were without clean water?", urls=[record["url"]]).answer
        for record in (WATER, WATER_DOUBT)
    }
    assert "28,500" in answers[WATER_DOUBT["url"]]
    assert "28,500" not in answers[WATER["url"]]


@pytest.mark.parametrize(
    "question", ["?", "a", "the of and", "\u202e\u0000", "🙂" * 50, "velm " * 350, "SELECT * FROM articles; --", "[1] {question}"]
)
def test_nothing_that_is_asked_is_an_error(service: Service, question: str) -> None:
    assert isinstance(ask(service, question), Answer)


def test_health_tells_what_is_there(service: Service) -> None:
    health = service.health()
    assert (health.status, health.articles, health.detail) == ("ok", 12, "")
    assert health.embedded == health.passages
    assert (health.oldest, health.newest) == ("2025-08-19", "2026-01-10T09:30:00+00:00")
    assert health.sources == 4
