"""Where a right answer was lost: not found, not read, not chosen, or kept back."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pytest

from app.answer import Answer, AnswerSentence, Citation, Short
from app.answering.readers import Reading, Readings
from app.article import Article, Sentence
from app.retrieval.retriever import Ranked
from evals.asking import ask, carried_over
from evals.datasets import Question
from evals.lost import NOT_CHOSEN, NOT_READ, NOT_RETRIEVED, SILENT, place, settled, told
from evals.reading import as_retrieved
from evals.reading_sets import ReadingQuestion
from evals.rows import HIDDEN, OFF, ON, AnswerRow

QUESTION = Question("q", "Who bought the ferry?", "fact", (("Lena Marsh",),), hide=("https://news.example/a",))
HOLDS, SILENT_TEXT = "Lena Marsh bought the ferry.", "The ferry was sold on Friday."


def _passage(text: str) -> Ranked:
    return as_retrieved(ReadingQuestion("a", "", "", text, (), ()))


def _reading(text: str) -> Reading:
    return Reading(Article("a", "", text), Sentence(0, len(text)), None, 1.0)


@dataclass
class _Service:
    """Says `said` (None: abstains), and has these texts in view."""

    said: str | None
    found: list[str]
    read: list[str]
    short: str | None = None
    looked: list[Any] = field(default_factory=list)

    def ask(self, request: Any) -> Answer:
        if self.said is None:
            return Answer(question=request.question, abstained=True)
        citation = Citation(article_id="a", title="", source=None, url=None, published=None, start=0, end=3, quote="x", support=1)
        sentence = AnswerSentence(text=self.said, verdict="supported", citations=[citation])
        short = Short(text=self.short, citation=citation) if self.short else None
        return Answer(question=request.question, answer=self.said, sentences=[sentence], short=short)

    def look(self, request: Any) -> tuple[list[Ranked], Readings]:
        self.looked.append(request)
        return [_passage(text) for text in self.found], Readings([_reading(text) for text in self.read], 0.5)

    def article(self, article_id: str) -> None:
        return None


def _asked(service: _Service, under: str) -> AnswerRow:
    return ask(service, QUESTION, under, {})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("found", "read", "where"),
    [
        ([SILENT_TEXT], [SILENT_TEXT], NOT_RETRIEVED),
        ([SILENT_TEXT, HOLDS], [SILENT_TEXT], NOT_READ),
        ([SILENT_TEXT, HOLDS], [SILENT_TEXT, HOLDS], NOT_CHOSEN),
    ],
)
@pytest.mark.parametrize("under", [ON, OFF])
def test_a_wrong_answer_is_traced_to_the_step_that_lost_it(found: list[str], read: list[str], where: str, under: str) -> None:
    row = _asked(_Service(SILENT_TEXT, found, read), under)
    assert row.lost == where


def test_silence_over_what_would_have_been_right_is_told_from_silence_over_what_was_lost_before() -> None:
    kept_back = _asked(_Service(None, [HOLDS], [HOLDS]), ON)
    right = _asked(_Service(HOLDS, [HOLDS], [HOLDS]), OFF)
    assert settled(kept_back, {"q": right}).lost == SILENT
    wrong = _asked(_Service(SILENT_TEXT, [HOLDS], [HOLDS]), OFF)
    assert settled(kept_back, {"q": wrong}).lost == NOT_CHOSEN
    nothing = _asked(_Service(None, [], []), OFF)
    assert settled(kept_back, {"q": nothing}).lost == NOT_RETRIEVED


def test_what_was_in_view_is_looked_at_for_wrong_answers_alone() -> None:
    right = _Service(HOLDS, [HOLDS], [HOLDS])
    assert _asked(right, ON).lost is None
    hidden = _Service(SILENT_TEXT, [HOLDS], [HOLDS])
    assert _asked(hidden, HIDDEN).lost is None
    assert right.looked == hidden.looked == []
    wrong = _Service(SILENT_TEXT, [HOLDS], [HOLDS])
    row = _asked(wrong, ON)
    assert [request.question for request in wrong.looked] == ["Who bought the ferry?"]
    # With abstention off the same answer stands, and so does where it was lost.
    assert carried_over([row])[0].lost == NOT_CHOSEN


def test_an_answer_of_two_parts_is_not_lost_while_two_texts_hold_one_each() -> None:
    gold = [["84 million"], ["97 million"]]
    both = ["It was to cost 84 million.", "It will cost 97 million."]
    assert place(gold, both, both[:1]) == NOT_READ
    assert place(gold, both[:1], both[:1]) == NOT_RETRIEVED


def test_the_short_answer_is_scored_beside_the_whole_one() -> None:
    row = _asked(_Service(HOLDS, [HOLDS], [HOLDS], short="Ms Lena Marsh"), OFF)
    assert (row.short, row.short_exact) == ("Ms Lena Marsh", False)
    assert row.short_f1 == pytest.approx(0.8)
    assert _asked(_Service(HOLDS, [], [], short="Lena Marsh"), OFF).short_exact
    silent = _asked(_Service(None, [HOLDS], [HOLDS]), ON)
    assert (silent.short, silent.short_exact, silent.short_f1) == (None, False, 0.0)


def test_every_wrong_answer_is_one_line_whatever_stands_in_it() -> None:
    row = _asked(_Service("It was sold |\non Friday.", [HOLDS], [HOLDS], short="Friday"), OFF)
    line = next(line for line in told([row]).splitlines() if line.startswith("| q |"))
    assert line == rf"| q | Who bought the ferry? | **Friday** – It was sold \| on Friday. | Lena Marsh | {NOT_CHOSEN} |"
