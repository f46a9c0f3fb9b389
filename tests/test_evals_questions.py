"""The questions that come with the corpus: their gold sentences stand in its articles, and bad files are told."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest

from app.article import Article, Published, canonical_url
from app.errors import DatelineError
from app.reading import Problem, read_path
from evals.datasets import KINDS, in_hash_order, load_corpus, load_realtimeqa, year_end
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


def test_every_gold_sentence_stands_in_its_article_and_was_published_by_the_asked_day(articles: dict[str, Article]) -> None:
    for question in load_corpus(ROOT / "evals/questions"):
        for gold in question.gold:
            article = articles[canonical_url(gold.article) if "://" in gold.article else gold.article]
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
