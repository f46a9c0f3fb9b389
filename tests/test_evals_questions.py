"""The questions that come with the corpus: their gold sentences stand in its articles, and bad files are told."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest

from app.article import Article, Published, canonical_url
from app.errors import DatelineError
from app.reading import Problem, read_path
from evals.corpus_questions import CONFLICT_KINDS
from evals.datasets import KINDS, Gold, Question, in_hash_order, load_corpus, load_realtimeqa, year_end
from evals.metrics import contains

ROOT = Path(__file__).parent.parent
CORPUS = ROOT / "corpus"


@pytest.fixture(scope="module")
def articles() -> dict[str, Article]:
    """By URL, and by path below the corpus."""
    found = {}
    for item in read_path(CORPUS):
        assert not isinstance(item, Problem) or not item.fatal
        if isinstance(item, Problem):
            continue
        if item.url:
            found[canonical_url(item.url)] = item
        if item.path:
            found[str(Path(item.path).resolve().relative_to(CORPUS.resolve()))] = item
    return found


@pytest.fixture(scope="module")
def halves() -> dict[str, list[Question]]:
    """The questions of c.jsonl and of d.jsonl, which is held aside, by the letter of their ids."""
    questions = load_corpus(ROOT / "evals/questions")
    return {letter: [question for question in questions if question.id.startswith(f"{letter}-")] for letter in "cd"}


def _article(articles: dict[str, Article], gold: Gold) -> Article:
    return articles[canonical_url(gold.article) if "://" in gold.article else gold.article]


def _day(article: Article) -> str:
    assert article.published is not None
    return article.published.day.isoformat()


def test_every_gold_sentence_stands_in_its_article_and_was_published_by_the_asked_day(articles: dict[str, Article]) -> None:
    for question in load_corpus(ROOT / "evals/questions"):
        for gold in question.gold:
            article = _article(articles, gold)
            assert gold.sentence in article.text, question.id
            if question.as_of:
                assert article.published is not None, question.id
                assert article.published.last_second <= Published.parse(question.as_of).last_second, question.id


def test_every_gold_answer_stands_in_its_gold_sentences() -> None:
    for question in load_corpus(ROOT / "evals/questions"):
        if question.answerable:
            assert contains(" ".join(gold.sentence for gold in question.gold), question.answers, first=None), question.id


def test_there_are_enough_questions_of_every_kind() -> None:
    questions = load_corpus(ROOT / "evals/questions")
    kinds = Counter(question.kind for question in questions)
    assert set(kinds) == set(KINDS)
    assert len(questions) >= 120
    assert kinds["unanswerable"] >= 30
    assert sum(question.looks_answerable for question in questions if not question.answerable) >= 15
    assert all(question.history for question in questions if question.kind == "follow-up")


def test_both_halves_have_enough_of_every_kind_and_the_same_number(halves: dict[str, list[Question]]) -> None:
    ours, aside = (Counter(question.kind for question in half) for half in halves.values())
    assert ours == aside
    assert ours == {"latest": 12, "change": 13, "disagreement": 13, "correction": 13, "look-alike": 15, "agree": 7}


def test_the_half_held_aside_asks_other_questions(halves: dict[str, list[Question]]) -> None:
    ours, aside = ({question.question for question in half} for half in halves.values())
    assert not ours & aside
    told, held = ({(question.answers, question.gold) for question in half} for half in halves.values())
    assert not told & held


def test_a_conflict_is_given_with_just_the_kinds_that_tell_several_values(halves: dict[str, list[Question]]) -> None:
    for question in (*halves["c"], *halves["d"]):
        assert (question.conflict is not None) == (question.kind in CONFLICT_KINDS), question.id


def test_every_claim_was_made_on_its_day_by_one_of_its_speakers(articles: dict[str, Article], halves: dict[str, list[Question]]) -> None:
    for question in (*halves["c"], *halves["d"]):
        for claim in question.conflict.claims if question.conflict else ():
            told = [_article(articles, gold) for gold in question.gold if contains(gold.sentence, [claim.values], first=None)]
            assert any(_day(article) in claim.dates for article in told), (question.id, claim)
            assert not claim.speakers or any(speaker in article.text for article in told for speaker in claim.speakers), (
                question.id,
                claim,
            )


def test_the_newest_state_is_dated_by_the_newest_of_its_articles(articles: dict[str, Article], halves: dict[str, list[Question]]) -> None:
    latest = [question for question in (*halves["c"], *halves["d"]) if question.kind == "latest"]
    for question in latest:
        assert question.newest_date == max(_day(_article(articles, gold)) for gold in question.gold), question.id


def test_a_near_twin_stands_in_the_articles_and_is_not_the_answer(articles: dict[str, Article], halves: dict[str, list[Question]]) -> None:
    for question in (*halves["c"], *halves["d"]):
        for spelling in question.not_:
            assert any(contains(article.text, [[spelling]], first=None) for article in articles.values()), question.id
            assert not contains(spelling, question.answers), question.id


def _write(folder: Path, **changes: object) -> Path:
    record = {
        "id": "q1",
        "kind": "fact",
        "question": "Who?",
        "answers": ["Ann"],
        "gold": [{"article": "a.txt", "sentence": "Ann did."}],
    }
    line = json.dumps(record | changes)
    folder.mkdir(exist_ok=True)
    (folder / "q.jsonl").write_text(line + "\n")
    return folder


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"kind": "riddle"}, "unknown kind"),
        ({"answers": []}, "answerable"),
        ({"kind": "unanswerable"}, "unanswerable"),
        ({"gold": [{"article": "a.txt"}]}, "'sentence'"),
    ],
)
def test_a_broken_question_is_told_by_file_and_line(tmp_path: Path, changes: dict[str, object], said: str) -> None:
    with pytest.raises(DatelineError, match=said) as error:
        load_corpus(_write(tmp_path, **changes))
    assert "q.jsonl, line 1" in str(error.value)


CLAIMS = [
    {"values": ["9 homes"], "speakers": ["council"], "date": "2026-02-02"},
    {"values": ["7 homes"], "speakers": [], "dates": ["2026-02-02", "2026-01-30"]},
]
CONFLICT = {"kind": "change", "claims": CLAIMS}
TWO = {"kind": "change", "answers": None, "conflict": CONFLICT}


def test_the_values_of_the_claims_are_the_answers_of_a_conflict(tmp_path: Path) -> None:
    (question,) = load_corpus(_write(tmp_path, **TWO))
    assert question.conflict is not None and question.answers == (("9 homes",), ("7 homes",))
    newer, older = question.conflict.claims
    assert (newer.speakers, newer.dates) == (("council",), ("2026-02-02",))
    assert (older.speakers, older.dates, older.latest) == ((), ("2026-02-02", "2026-01-30"), "2026-02-02")


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"kind": "correction"}, "needs its conflict"),
        (TWO | {"kind": "fact"}, "kind 'change' stands with a question of kind 'fact'"),
        (TWO | {"answers": ["Ann"]}, "nowhere else"),
        (TWO | {"all_of": ["Ann"]}, "nowhere else"),
        (TWO | {"conflict": {"kind": "change", "claims": CLAIMS[:1]}}, "two claims"),
        (TWO | {"conflict": {"kind": "change", "claims": [CLAIMS[1] | {"dates": ["2026-01-01"]}, CLAIMS[0]]}}, "newest first"),
        (TWO | {"conflict": {"kind": "change", "claims": [CLAIMS[0], CLAIMS[1] | {"values": []}]}}, "needs its value"),
        (TWO | {"conflict": {"kind": "change", "claims": [CLAIMS[0], CLAIMS[1] | {"dates": ["in May"]}]}}, "'in May' is no day"),
        (TWO | {"conflict": {"kind": "change", "claims": [CLAIMS[0], {"values": ["7 homes"], "speakers": []}]}}, "'date'"),
        ({"kind": "look-alike"}, "'not'"),
        ({"not": ["Bob"]}, "'not'"),
        ({"kind": "latest"}, "'newest_date'"),
        ({"newest_date": "2026-02-02"}, "'newest_date'"),
        ({"kind": "latest", "newest_date": "May 2026"}, "'May 2026' is no day"),
    ],
)
def test_a_line_whose_kind_and_keys_do_not_fit_is_refused(tmp_path: Path, changes: dict[str, object], said: str) -> None:
    with pytest.raises(DatelineError, match=said) as error:
        load_corpus(_write(tmp_path, **changes))
    assert "q.jsonl, line 1" in str(error.value)


def test_an_id_that_stands_twice_is_refused(tmp_path: Path) -> None:
    _write(tmp_path)
    (tmp_path / "r.jsonl").write_text((tmp_path / "q.jsonl").read_text())
    with pytest.raises(DatelineError, match="twice"):
        load_corpus(tmp_path)


def test_a_line_that_is_no_json_and_a_missing_file_are_told(tmp_path: Path) -> None:
    with pytest.raises(DatelineError, match="no questions"):
        load_corpus(tmp_path)
    (tmp_path / "q.jsonl").write_text("{")
    with pytest.raises(DatelineError, match=r"q\.jsonl, line 1"):
        load_corpus(tmp_path)
    with pytest.raises(DatelineError, match="is not there"):
        load_realtimeqa(tmp_path)


def test_quiz_labels_count_either_kind_of_link_only_where_a_person_linked(tmp_path: Path) -> None:
    record = {
        "question_id": "w_0",
        "question_date": "2031-06-17",
        "question": "Which bridge opened?",
        "answer_text": "North Bridge",
        "answer_type": "short",
        "evidence_urls": ["https://news.example/a#top"],
        "pool_urls": ["https://news.example/b?utm_source=x", "https://news.example/b"],
        "hide_urls": ["https://news.example/a"],
    }
    alone = record | {"question_id": "w_1", "evidence_urls": []}
    (tmp_path / "questions.jsonl").write_text(json.dumps(record) + "\n" + json.dumps(alone) + "\n")
    linked, found = load_realtimeqa(tmp_path)
    assert linked.labels == {
        "pool or human": ("https://news.example/b", "https://news.example/a"),
        "human": ("https://news.example/a",),
        "pool": ("https://news.example/b",),
    }
    assert set(found.labels) == {"pool"}
    assert (linked.as_of, year_end(linked)) == ("2031-06-17", "2031-12-31")


def test_a_smaller_sample_is_part_of_a_larger_one_whatever_the_files_order() -> None:
    questions = load_corpus(ROOT / "evals/questions")
    assert in_hash_order(questions)[:10] == in_hash_order(questions[::-1])[:20][:10]
