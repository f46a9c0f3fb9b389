"""CONFLICTS (Cattan et al., 2025): do an answer's sources agree, complement each other, or contradict one another?"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from app.answer import Answer
from app.errors import DatelineError
from evals import bootstrap
from evals.classes import Pair, confusion, f1, macro_f1
from evals.datasets import json_lines
from evals.gathered import Asked, Document, GatheredSet
from evals.halves import Half, half_of
from evals.rows import OFF, ON, ClassRow, Row
from evals.sections import Section, counts, line, section, share

NAME = "search-conflicts"
FILE = "search_conflicts_dev.jsonl.gz"
NONE, COMPLEMENTARY, CONFLICTING = "none", "complementary", "conflicting"
CLASSES = (NONE, COMPLEMENTARY, CONFLICTING)
LABELS = {
    "none": NONE,
    "complementary": COMPLEMENTARY,
    "opinions": CONFLICTING,
    "outdated": CONFLICTING,
    "misinformation": CONFLICTING,
}
"""The dataset's five labels as the three that an answer can tell apart."""
CLASSED = "How the sources stand to each other"
MACRO = "macro F1"


def told(answer: Answer) -> str:
    """Which of CLASSES the answer tells: conflicts, several articles beside each other, or one thing."""
    if answer.conflicts:
        return CONFLICTING
    articles = {citation.article_id for sentence in answer.sentences for citation in sentence.citations[:1]}
    return COMPLEMENTARY if len(articles) >= 2 else NONE


def load(folder: Path, half: Half | None = None) -> GatheredSet[str]:
    """The set, or one half of its questions by their ids. Raises DatelineError naming the file, or file and line, at fault."""
    file = folder / FILE
    every = list(_questions(file))
    kept = [asked for asked in every if half in (None, half_of(asked.id))]
    note = "*conflicting* joins opinions, outdated and misinformation. Asked without an as-of date, which would leave out undated pages."
    return GatheredSet(NAME, file, every, kept, half, score, sections, (note,))


def _questions(file: Path) -> Iterable[Asked[str]]:
    for number, record in enumerate(json_lines(file), start=1):
        try:
            documents = enumerate(record["documents"], start=1)
            pages = tuple(_page(document, f"{record['id']}-{place}") for place, document in documents)
            yield Asked(record["id"], record["question"], pages, LABELS[record["conflict_type"]])
        except (KeyError, TypeError) as error:
            raise DatelineError(f"{file.name}, line {number} is no question of CONFLICTS ({error}).", "Mend it and run again.") from None


def _page(document: dict[str, Any], key: str) -> Document:
    """A web result as an article. Two questions may cut different texts from one page: `key` tells them apart."""
    url = document["url"]
    host = urlsplit(url).netloc.removeprefix("www.")
    return Document(f"{url}{'&' if '?' in url else '?'}of={key}", document["text"], host or None, document.get("date"))


def score(asked: Asked[str], under: str, answer: Answer) -> ClassRow:
    return ClassRow(
        id=asked.id,
        under=under,
        question=asked.question,
        abstained=answer.abstained,
        answer=answer.answer,
        gold=asked.gold,
        told=told(answer),
        conflicts=len(answer.conflicts),
        total_s=answer.timings.total_s,
    )


def sections(rows: Sequence[Row]) -> list[Section]:
    """Figures of both passes beside the class that most questions have, and how one class was taken for another."""
    found = [row for row in rows if isinstance(row, ClassRow)]
    passes = {under: [row for row in found if row.under == under] for under in (ON, OFF)}
    lines = [_line(f"Dateline, {under}", [row.gold for row in each], [row.told for row in each]) for under, each in passes.items()]
    gold = [row.gold for row in passes[ON]]
    most = max(CLASSES, key=gold.count)
    lines.append(_line(f"always “{most}”", gold, [most] * len(gold)))
    tables = [
        counts(f"By label (down) and as told (across), {under}", ["", *CLASSES], _table([(row.gold, row.told) for row in each]))
        for under, each in passes.items()
    ]
    return [section(CLASSED, "system", lines), *tables]


def _table(pairs: Sequence[Pair]) -> list[list[str]]:
    return [[label, *map(str, row)] for label, row in zip(CLASSES, confusion(pairs, CLASSES), strict=True)]


def _line(name: str, gold: Sequence[str], said: Sequence[str]) -> dict[str, Any]:
    pairs = list(zip(gold, said, strict=True))
    measures = {MACRO: _resampled(pairs, partial(macro_f1, classes=CLASSES))}
    measures |= {f"F1, {each}": _resampled(pairs, partial(f1, of=each)) for each in CLASSES}
    measures["right class"] = share(pairs, lambda pair: pair[0] == pair[1])
    return line(name, len(pairs), measures)


def _resampled(pairs: Sequence[Pair], measure: Callable[[Sequence[Pair]], float]) -> bootstrap.Estimate | None:
    return bootstrap.resampled(len(pairs), lambda drawn: measure([pairs[place] for place in drawn])) if pairs else None
