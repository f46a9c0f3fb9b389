"""Pairs made of questions with known answers: people put in their own words what the passage says.

A question with its answer is a claim ("Who drew the bridge? Lena Marsh", or "Lena Marsh drew the bridge"). Another answer of the same
passage, of the same form, or a wrong choice of a quiz, makes a wrong one; a window without the answer does not say it.
"""

from __future__ import annotations

import random
import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from training.judge_rows import NOT_SAID, SUPPORTED, UNSUPPORTED, Row
from training.reader_rows import answer_pattern, held_aside, holding, news_quiz_rows, read_lines, row_of, silent

SETS = {
    "reading/squadshifts_newwiki": 0.6,
    "reading/qamr_wikinews": 1.0,
    "reading/timeqa_human": 0.7,
    "training/reading/squad_train_part": 0.8,
    "training/reading/qamr_wikipedia": 0.25,
    "training/reading/quoref_part": 0.7,
}
"""Of each set the share that is used."""

_BE = re.compile(r"^(?:What|Who) (is|are|was|were) (the [^?]{6,}|[A-Z][^?]{4,})\?$")
_SUBJECT = re.compile(
    r"^(?:Who|What|Which [a-z]+) (?!is\b|are\b|was\b|were\b|do\b|does\b|did\b|kind\b|type\b)([a-z]+(?:ed|s|t|w|n|d|e)\b [^?]{5,})\?$"
)
_COUNT = re.compile(r"^How (?:many|much) ((?!.*\b(?:do|does|did|is there|are there|was there|were there)\b)[^?]{6,})\?$")


def claim_of(question: str, answer: str, rng: random.Random) -> str:
    """The answered question, as a statement where that is easy, else side by side."""
    if rng.random() < 0.7:
        if found := _BE.match(question):
            return f"{found[2][0].upper()}{found[2][1:]} {found[1]} {answer}."
        if found := _SUBJECT.match(question):
            return f"{answer[0].upper()}{answer[1:]} {found[1]}."
        if found := _COUNT.match(question):
            return f"{answer[0].upper()}{answer[1:]} {found[1]}."
    return f"{question} {answer}"


def _form(answer: str) -> tuple[bool, bool]:
    return any(letter.isdigit() for letter in answer), answer[:1].isupper()


def question_rows(folder: Path, rng: random.Random) -> list[Row]:
    aside = {item["context"] for item in held_aside(folder)}
    rows: list[Row] = []
    for name, share in SETS.items():
        items = [
            i
            for i in read_lines(folder / f"{name}.jsonl.gz")
            if i.get("answers") and i.get("answerable", True) and not i.get("place_uncertain")
        ]
        answers: dict[str, set[str]] = defaultdict(set)
        for item in items:
            answers[item["context"]].update(one["text"] for one in item["answers"][:1])
        for item in items:
            if rng.random() < share and item["context"] not in aside:
                rows += _rows(item, name.rsplit("/", maxsplit=1)[-1], answers[item["context"]], rng)
    rows += quiz_rows(folder, rng)
    return rows


def _rows(item: dict[str, Any], kind: str, others: set[str], rng: random.Random) -> Iterator[Row]:
    question = row_of(item, kind)
    window = holding(question, rng)
    if window is None:
        return
    right = window.text[slice(*window.spans[0])]
    group = f"{kind} {item['context'][:80]}"
    if rng.random() < 0.75:
        yield Row(window.text, claim_of(window.question, right, rng), SUPPORTED, kind, group)
    rivals = [o for o in sorted(others) if _form(o) == _form(right) and o.lower() not in right.lower() and right.lower() not in o.lower()]
    rivals = [o for o in rivals if o in window.text and not any(o in a["text"] or a["text"] in o for a in item["answers"])]
    if rivals and rng.random() < 0.7:
        yield Row(window.text, claim_of(window.question, rng.choice(rivals), rng), UNSUPPORTED, kind, group)
    if rng.random() < 0.2 and (quiet := silent(question, rng)) and right not in quiet.text:
        yield Row(quiet.text, claim_of(quiet.question, right, rng), NOT_SAID, kind, group)


def quiz_rows(folder: Path, rng: random.Random) -> Iterator[Row]:
    """The news quiz of 2023 with its choices, right and wrong, on windows that hold the answer and on windows that do not."""
    choices = {item["question"]: item for item in read_lines(folder / "realtimeqa/2023/questions.jsonl")}
    for window in news_quiz_rows(folder, rng, times=1):
        item = choices.get(window.question)
        if item is None:
            continue
        group = f"quiz {item['question'][:80]}"
        right = item["answer_text"]
        if window.spans:
            yield Row(window.text, claim_of(window.question, right, rng), SUPPORTED, "quiz", group)
            wrong = [
                c for c in item["choices"] if c != right and not answer_pattern(c).search(window.text) and c.lower() not in right.lower()
            ]
            if wrong:
                yield Row(window.text, claim_of(window.question, rng.choice(wrong), rng), UNSUPPORTED, "quiz", group)
        elif rng.random() < 0.4:
            yield Row(window.text, claim_of(window.question, rng.choice(item["choices"]), rng), NOT_SAID, "quiz", group)
