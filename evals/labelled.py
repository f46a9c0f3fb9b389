"""Citations of answers by a larger model, labelled one by one (`evals/labels/`): what the check lets in of them, by kind of error."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from app.answering.readers.reading import Reading
from app.answering.wording import check_wording, keeps_speaker
from app.article import Article, Sentence
from app.encoding import load_encoder
from app.errors import DatelineError
from app.settings import Settings
from app.support.checker import SUPPORTED_AT, SupportChecker
from app.support.load import load_judge
from evals.datasets import json_lines
from evals.measuring import Order, head, measured, told
from evals.rows import Row, RowFile, SupportRow
from evals.sections import Section, line, section, share
from evals.support import score, told_judge, usual_judge
from evals.support_scoring import by_set, checkers, systems
from evals.support_sets import Pair, sample

if TYPE_CHECKING:
    from app.indexing.progress import Progress

DATASET = "labels"
FOLDER = Path(__file__).parent / "labels"
CITED = "the sentence cited"
CHAIN = "all evidence, as an answer's chain checks it"
ROLES = {
    CITED: "labelled by hand; nothing was fitted on it",
    CHAIN: "the same sentences; true if any of the evidence carries it",
}
BY_ERROR = "Let in, by kind of error"
RIGHT = "none: supported"


@dataclass(frozen=True, slots=True)
class Label:
    """A sentence of an answer (`said`: with its citation mark), and whether the evidence that it `cited` carries it (`source`: that
    sentence with the one before); `carried`: whether any evidence does; `error` is empty where it is supported."""

    said: str
    text: str
    cited: str
    source: str
    supported: bool
    carried: bool
    error: str


@dataclass(frozen=True, slots=True)
class LabelledAnswer:
    """`evidence` is what the model was given; `labels` are its sentences, in order."""

    id: str
    question: str
    as_of: str | None
    evidence: tuple[Reading, ...]
    labels: tuple[Label, ...]


def load(folder: Path = FOLDER) -> list[LabelledAnswer]:
    """All answers with their labels. Raises DatelineError naming the file and line at fault."""
    labels = _by_answer(folder / "citations.jsonl")
    answers = []
    for number, row in enumerate(json_lines(folder / "answers.jsonl"), start=1):
        try:
            answers.append(_answer(row, labels[row["id"]]))
        except (KeyError, TypeError, ValueError) as error:
            message = f"answers.jsonl, line {number} does not fit its labels ({error})."
            raise DatelineError(message, "See evals/labels/README.md.") from None
    return answers


def run(settings: Settings, order: Order, progress: Progress) -> dict[str, Any]:
    """Check every labelled sentence against what it cites, and against all evidence; writes and returns the result as evals.measuring
    does. Raises DatelineError if the labels or the encoder cannot be used."""
    answers, judge = load(), load_judge(settings)

    def measure(rows: RowFile) -> None:
        encoder = load_encoder(settings)
        numbered = [(f"{answer.id}/{n}", answer, label) for answer in answers for n, label in enumerate(answer.labels, start=1)]
        cited = sample([Pair(name, label.source, label.text, label.supported, label.error) for name, _, label in numbered], order.limit)
        for system, check in systems(encoder, judge).items():
            score(rows, CITED, system, check, cited, progress)
        kept = {pair.id for pair in cited}
        chosen = [one for one in numbered if one[0] in kept]
        for system, make in checkers(encoder, judge).items():
            checker = make()
            for name, answer, label in told(chosen, f"{CHAIN}, {system}", len(chosen), progress):
                support = as_in_an_answer(checker, label.text, answer.evidence)
                rows.add(SupportRow(name, CHAIN, system, label.text, label.carried, "" if label.carried else label.error, support))

    def result(rows: Sequence[Row], interrupted: bool, seconds: float) -> dict[str, Any]:
        found = [row for row in rows if isinstance(row, SupportRow)]
        figures = {"support": by_set(found, ROLES), "sections": [by_error(found)]}
        whole = {"partial": not usual_judge(settings), "notes": [_NOTE, told_judge(judge)], **figures}
        return head(DATASET, settings, order, interrupted, seconds) | whole

    return measured(order.out, measure, result)


_NOTE = (
    "Answers of a large hosted model, given the evidence on our own articles; each sentence was labelled alone (evals/labels/README.md)."
)


def as_in_an_answer(checker: SupportChecker, text: str, evidence: Sequence[Reading]) -> float:
    """The support of a model's sentence by the evidence that carries it best; 0 where who said it is lost."""
    checked = check_wording(checker, text, evidence)
    return checked.support if keeps_speaker(text, checked.evidence.text) else 0.0


def by_error(rows: Sequence[SupportRow]) -> Section:
    """The share let in of the supported sentences and of those with each kind of error: a column for each way of checking."""
    ways = list(dict.fromkeys((row.within, row.system) for row in rows))
    errors = sorted({row.kind for row in rows if row.kind}, key=lambda error: (-sum(row.kind == error for row in rows), error))
    lines = []
    for error in ["", *errors]:
        own = {way: [row for row in rows if (row.within, row.system) == way and row.kind == error] for way in ways}
        shares = {_way(*way): share(found, lambda row: row.support >= SUPPORTED_AT) for way, found in own.items()}
        lines.append(line(error or RIGHT, max(map(len, own.values())), shares))
    return section(BY_ERROR, "error", lines)


def _way(within: str, system: str) -> str:
    return f"{system}, {within.split(',')[0]}"


def _by_answer(file: Path) -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = {}
    for row in json_lines(file):
        found.setdefault(row["answer"], []).append(row)
    return found


def _answer(row: dict[str, Any], labels: Sequence[dict[str, Any]]) -> LabelledAnswer:
    evidence = {one["n"]: one for one in row["evidence"]}
    found = tuple(_label(said, label, evidence) for said, label in zip(row["sentences"], labels, strict=True))
    return LabelledAnswer(row["id"], row["question"], row["as_of"], tuple(_reading(one) for one in row["evidence"]), found)


def _label(said: str, row: dict[str, Any], evidence: dict[int, dict[str, Any]]) -> Label:
    cited, carried = evidence[row["cited"]], row["supported"] or row["elsewhere"] is not None
    return Label(said, row["text"], cited["text"], _source(cited), row["supported"], carried, row["error"] or "")


def _source(evidence: dict[str, Any]) -> str:
    return f"{evidence['before']} {evidence['text']}".strip()


def _reading(evidence: dict[str, Any]) -> Reading:
    text = _source(evidence)
    return Reading(Article(evidence["article"], "", text), Sentence(len(text) - len(evidence["text"]), len(text)), None, 0.0)
