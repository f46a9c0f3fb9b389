"""What is kept of each question, one JSON line each: enough to compute every figure again."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from pathlib import Path

from evals.abstention import Outcome
from evals.conflict_scoring import ConflictScore

OURS = "Dateline"
AS_ASKED, YEAR_END = "as of the question's date", "as of 31 December"
RERANKED, FIRST_STAGE = "reranked", "first stage alone"
ON, OFF, HIDDEN = "abstention on", "abstention off", "evidence hidden"


@dataclass(frozen=True, slots=True)
class RetrievalRow:
    """The articles found for one question (ids, best first, copies folded) and those that count, by label. `held`: ranking was not
    tuned on this question, though on others of the set."""

    id: str
    kind: str
    under: str
    order: list[str]
    gold: dict[str, list[str]]
    seconds: float
    ranking: str = RERANKED
    held: bool = False


@dataclass(frozen=True, slots=True)
class AnswerRow:
    """One answer of one system, scored. Times are in seconds; `carried` says that they and the answer are another pass's."""

    id: str
    kind: str
    system: str
    under: str
    answerable: bool
    abstained: bool
    question: str
    answer: str
    gold: list[list[str]]
    model: str
    confidence: float
    right_words: bool
    exact_match: bool
    f1: float
    words: int
    short: str | None = None
    """The words that answer; None where it abstained or only whole sentences do."""
    short_exact: bool = False
    short_f1: float = 0.0
    citations: int = 0
    exact_citations: int = 0
    support: float = 0.0
    """Summed over the citations."""
    sentences: int = 0
    supported_sentences: int = 0
    cites_gold_article: bool = False
    cites_gold_sentence: bool = False
    gold_known: bool = True
    """Whether it is known which sentences answer."""
    cites_wrong: bool | None = None
    """Whether it cites what a reader found wrong; None where nothing was."""
    retrieve_s: float = 0.0
    first_token_s: float | None = None
    total_s: float = 0.0
    notes: tuple[str, ...] = ()
    carried: bool = False
    lost: str | None = None
    """Where the right answer was lost (evals.lost), of an answerable question without it."""
    conflict: ConflictScore | None = None
    """What it tells of change and disagreement; None from a baseline."""

    @property
    def outcome(self) -> Outcome:
        return Outcome(self.answerable, self.abstained, self.right_words, self.confidence)

    @property
    def missed(self) -> bool:
        """An answerable question that was answered wrongly or not at all."""
        return self.answerable and not self.outcome.right


@dataclass(frozen=True, slots=True)
class ReadingRow:
    """What one reader found first in one text of the set `within`, scored. `short` is None from a reader of sentences."""

    id: str
    within: str
    reader: str
    answerable: bool
    question: str
    gold: list[str]
    short: str | None
    sentence: str
    exact_match: bool
    f1: float
    sentence_first: bool
    probability: float


@dataclass(frozen=True, slots=True)
class ValuesRow:
    """What one answer told of the right values (`gold`, one for each thing of that name) and of the wrong ones.

    `first` is its first sentence, `claims` what its conflicts hold; `stated` what the documents say by the dataset's own
    labels. Seconds.
    """

    id: str
    under: str
    question: str
    abstained: bool
    answer: str
    first: str
    claims: list[str]
    gold: list[str]
    wrong: list[str]
    stated: list[str]
    gold_told: list[str]
    wrong_told: list[str]
    total_s: float


@dataclass(frozen=True, slots=True)
class ClassRow:
    """How sources stand to each other by the label (`gold`) and as one answer told it (`told`). Seconds."""

    id: str
    under: str
    question: str
    abstained: bool
    answer: str
    gold: str
    told: str
    conflicts: int
    total_s: float


@dataclass(frozen=True, slots=True)
class SupportRow:
    """How far one system found a claim of the set `within` carried, 0 to 1; `kind`: how a false one is false, where known."""

    id: str
    within: str
    system: str
    claim: str
    true: bool
    kind: str
    support: float


Row = RetrievalRow | AnswerRow | ReadingRow | ValuesRow | ClassRow | SupportRow
_KINDS = {
    RetrievalRow: "retrieval",
    AnswerRow: "answer",
    ReadingRow: "reading",
    ValuesRow: "values",
    ClassRow: "class",
    SupportRow: "support",
}


class RowFile:
    """Writes each row as it comes, so that Ctrl-C keeps what was done."""

    def __init__(self, path: Path) -> None:
        """Starts the file anew, with its folder."""
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("")
        self.path = path
        self.rows: list[Row] = []

    def add(self, row: Row) -> None:
        self.rows.append(row)
        with open(self.path, "a", encoding="utf-8") as file:
            file.write(_line(row))

    def amend(self, change: Callable[[Row], Row]) -> None:
        """Put what `change` makes of each row in its place; the file is whole at every moment."""
        self.rows = [change(row) for row in self.rows]
        fresh = self.path.with_suffix(".new")
        fresh.write_text("".join(map(_line, self.rows)), encoding="utf-8")
        fresh.replace(self.path)


def _line(row: Row) -> str:
    return json.dumps({"row": _KINDS[type(row)], **asdict(row)}, ensure_ascii=False) + "\n"


def retrieval_rows(rows: Iterable[Row]) -> list[RetrievalRow]:
    return [row for row in rows if isinstance(row, RetrievalRow)]


def answer_rows(rows: Iterable[Row], system: str, under: str) -> list[AnswerRow]:
    return [row for row in rows if isinstance(row, AnswerRow) and row.system == system and row.under == under]
