"""Example questions of a collection: made from its sentences, tried, and kept where the answer is the one that the sentence gives."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterator
from itertools import islice, zip_longest

from app.answer import Answer, Example
from app.answering.citing import outlet_name
from app.answering.question_makers import Kind, Made, questions_of
from app.article import Article
from app.stores.protocols import CatalogProtocol
from app.text.months import day_words

LOOKED_AT = 400
"""Newest articles that questions are made from."""
TRIES = 40
"""Questions that are tried, a second or two each on a busy core."""
SURE = 0.5
"""Confidence that an example's answer has at least. Set by hand: of 14 tried on corpus/ those above it were right."""
SAID: dict[Kind, str] = {"number": "A figure", "who": "A name", "when": "A day", "change": "A figure that changed"}
"""What is said of each kind, in the order in which they are shown."""


def find_examples(catalog: CatalogProtocol, ask: Callable[[str], Answer], count: int, stopped: Callable[[], bool]) -> list[Example] | None:
    """Up to `count`, of as many kinds as there are, each from another article; None if `stopped`. The order hangs on the articles alone,
    so the same collection gives the same examples."""
    kept: dict[Kind, list[Made]] = {kind: [] for kind in SAID}
    used: set[str] = set()
    for made in islice(_in_turn(catalog), TRIES):
        if stopped():
            return None
        if made.article.id not in used and _answered(made, ask):
            kept[made.kind].append(made)
            used.add(made.article.id)
        if all(kept.values()):
            break
    rounds = zip_longest(*kept.values())
    return [_example(made) for one in rounds for made in one if made is not None][:count]


def _in_turn(catalog: CatalogProtocol) -> Iterator[Made]:
    """Questions of each kind in turn, none twice."""
    articles = sorted(catalog.articles(catalog.newest_rows(LOOKED_AT)).values(), key=_scattered)
    # The rarest first: TRIES may run out before all kinds are found.
    by_kind: dict[Kind, dict[str, Made]] = {"change": {}, "number": {}, "when": {}, "who": {}}
    for article in articles:
        for made in questions_of(article):
            by_kind[made.kind].setdefault(made.question, made)
    for turn in zip_longest(*(those.values() for those in by_kind.values())):
        yield from (made for made in turn if made is not None)


def _scattered(article: Article) -> str:
    return hashlib.sha256(article.id.encode()).hexdigest()


def _answered(made: Made, ask: Callable[[str], Answer]) -> bool:
    """Whether the answer is sure, and gives the words that the question was made from, or tells a change where one is asked for."""
    answer = ask(made.question)
    if answer.abstained or answer.short is None or answer.confidence < SURE or not answer.sentences:
        return False
    if made.kind == "change":
        return bool(answer.conflicts) and answer.conflicts[0].kind == "change"
    return not answer.conflicts and _says(answer.short.text, made.value)


def _says(short: str, value: str) -> bool:
    return set(re.findall(r"\w+", value.lower())) <= set(re.findall(r"\w+", short.lower()))


def _example(made: Made) -> Example:
    published = made.article.published
    where = ", ".join(part for part in (outlet_name(made.article), day_words(published.day) if published else None) if part)
    return Example(question=made.question, why=f"{SAID[made.kind]}: {where}" if where else SAID[made.kind])
