"""The questions: those on `corpus/`, written by us, and RealTime QA's weekly news quiz, read from a folder."""

from __future__ import annotations

import gzip
import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from app.answer import Exchange
from app.article import canonical_url
from app.errors import DatelineError
from evals.corpus_questions import CONFLICT_KINDS, ExpectedConflict, expected_conflict, near_twin, newest_date

KINDS = ("fact", "number", "who-said", "when", "latest", *CONFLICT_KINDS, "look-alike", "agree", "follow-up", "unanswerable")
FILTERS = frozenset({"since", "until", "source"})
SCORED_TYPES = frozenset({"short", "number", "date"})
"""RealTime QA's answer types whose gold answer is a string that an answer can be expected to hold."""


@dataclass(frozen=True, slots=True)
class Gold:
    """A sentence that answers: the article's URL, its path below the articles' folder or its id, and the sentence itself."""

    article: str
    sentence: str = ""


@dataclass(frozen=True, slots=True)
class Question:
    """One question with all that scoring needs.

    `answers`: every group must be met by any one of its spellings; empty means unanswerable. `labels`: sets of
    article keys that count as hits, by the name of the label. `hide`: articles to leave out when the evidence
    is to be hidden. `conflict`: the claims to be shown, whose values are then the groups of `answers`. `not_`: spellings
    of a look-alike's near twin. `newest_date`: the day of the newest state, YYYY-MM-DD.
    `overtaken`: the articles in view hold an older value too, so that an answer that tells of a change is right to.
    `filters`: since, until and source, as they were set. `wrong`: sentences that a reader found cited for what they do not say.
    """

    id: str
    question: str
    kind: str
    answers: tuple[tuple[str, ...], ...] = ()
    gold: tuple[Gold, ...] = ()
    labels: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    as_of: str | None = None
    history: tuple[Exchange, ...] = ()
    hide: tuple[str, ...] = ()
    looks_answerable: bool = False
    conflict: ExpectedConflict | None = None
    not_: tuple[str, ...] = ()
    newest_date: str | None = None
    overtaken: bool = False
    filters: Mapping[str, str] = field(default_factory=dict)
    wrong: tuple[Gold, ...] = ()

    @property
    def answerable(self) -> bool:
        return bool(self.answers)


def load_corpus(folder: Path) -> list[Question]:
    """The questions of a file, or of every `*.jsonl` in a folder, ids unique. Raises DatelineError naming the file and line at fault."""
    files = [folder] if folder.is_file() else sorted(folder.glob("*.jsonl"))
    if not files:
        raise DatelineError(f"no questions in {folder}.", "Name a file of questions, or a folder with *.jsonl files of them.")
    questions: dict[str, Question] = {}
    for file in files:
        for number, record in enumerate(json_lines(file), start=1):
            question = _corpus_question(record, f"{file.name}, line {number}")
            if question.id in questions:
                raise DatelineError(f"{file.name}, line {number}: the id {question.id!r} stands twice.", "Give each question its own.")
            questions[question.id] = question
    return list(questions.values())


def load_realtimeqa(folder: Path) -> list[Question]:
    """The quiz of one year, from `questions.jsonl`.

    Labels: "human" (linked by the quiz's authors), "pool" (found by the answer's words), and for questions with a
    human link "pool or human". Raises DatelineError if the file is missing or is no such file.
    """
    questions = []
    for number, record in enumerate(json_lines(folder / "questions.jsonl"), start=1):
        try:
            human, pool = _urls(record["evidence_urls"]), _urls(record["pool_urls"])
            labels = {"pool or human": (*pool, *human), "human": human, "pool": pool} if human else {"pool": pool}
            questions.append(
                Question(
                    id=record["question_id"],
                    question=record["question"],
                    kind=record["answer_type"],
                    answers=((record["answer_text"],),),
                    labels={name: keys for name, keys in labels.items() if keys},
                    as_of=record["question_date"],
                    hide=tuple(record["hide_urls"]),
                )
            )
        except KeyError as error:
            raise DatelineError(f"questions.jsonl, line {number} has no {error.args[0]!r}.", "Name a folder of RealTime QA.") from None
    return questions


def year_end(question: Question) -> str:
    """The last day of the year of the question's as-of date, as a reader of an archive asks."""
    return f"{(question.as_of or '')[:4]}-12-31"


def in_hash_order(questions: Sequence[Question]) -> list[Question]:
    """One fixed order for all samples, by the ids' hash: the first N are the same questions in every run."""
    return sorted(questions, key=lambda question: hashlib.sha256(question.id.encode()).digest())


def _urls(urls: Sequence[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(canonical_url(url) for url in urls))


def _corpus_question(record: dict[str, Any], where: str) -> Question:
    try:
        kind = record["kind"]
        if kind not in KINDS:
            raise DatelineError(f"{where}: unknown kind {kind!r}.", f"Known: {', '.join(KINDS)}.")
        gold = tuple(Gold(item["article"], item["sentence"]) for item in record.get("gold", ()))
        conflict = expected_conflict(record, where)
        answers = conflict.groups if conflict else _groups(record)
        known = bool(answers) and not record.get("gold_unknown", False)
        if bool(answers) != (kind != "unanswerable") or bool(gold) != known:
            raise DatelineError(
                f"{where}: an answerable question needs answers and gold (or gold_unknown), an unanswerable one has none.", "Mend it."
            )
        return Question(
            id=record["id"],
            question=record["question"],
            kind=kind,
            answers=answers,
            gold=gold,
            labels={"gold": tuple(dict.fromkeys(item.article for item in gold))} if gold else {},
            as_of=record.get("as_of"),
            history=tuple(Exchange(**turn) for turn in record.get("history", ())),
            looks_answerable=record.get("looks_answerable", False),
            conflict=conflict,
            not_=near_twin(record, where),
            newest_date=newest_date(record, where),
            overtaken=record.get("overtaken", False),
            filters=_filters(record, where),
            wrong=tuple(Gold(item["article"], item["sentence"]) for item in record.get("wrong", ())),
        )
    except KeyError as error:
        raise DatelineError(f"{where} has no {error.args[0]!r}.", "Mend it and run again.") from None


def _filters(record: dict[str, Any], where: str) -> dict[str, str]:
    filters: dict[str, str] = record.get("filters", {})
    if unknown := set(filters) - FILTERS:
        raise DatelineError(f"{where}: {', '.join(sorted(unknown))} is no filter.", f"Known: {', '.join(sorted(FILTERS))}.")
    return filters


def _groups(record: dict[str, Any]) -> tuple[tuple[str, ...], ...]:
    """`all_of` items are strings, or lists of spellings."""
    if record.get("all_of"):
        return tuple((item,) if isinstance(item, str) else tuple(item) for item in record["all_of"])
    return (tuple(record["answers"]),) if record.get("answers") else ()


def json_lines(file: Path) -> Iterator[dict[str, Any]]:
    """The records of a JSON Lines file, which may be packed (`.gz`). Raises DatelineError naming the file, or file and line."""
    if not file.is_file():
        raise DatelineError(f"{file} is not there.", "Name the folder that holds it with --data.")
    with gzip.open(file, "rt", encoding="utf-8") if file.suffix == ".gz" else open(file, encoding="utf-8") as lines:
        for number, line in enumerate(lines, start=1):
            if not line.strip():
                continue
            try:
                record = json.loads(line)
            except ValueError as error:
                raise DatelineError(f"{file.name}, line {number} is no JSON: {error}.", "Mend it and run again.") from None
            yield record
