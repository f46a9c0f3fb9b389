"""How many independent sources stand behind what several articles say."""

from __future__ import annotations

import re
from collections.abc import Iterable

from app.answering.statements import Statement


def independent(statements: Iterable[Statement]) -> int:
    """How many of them do not come from one another, at least 1. What shares a story, an outlet or an author, or says it in the same
    words, is one source: an agency's report printed by three papers, corrected by one and cut by another, is the agency's."""
    groups: list[set[tuple[str, object]]] = []
    for one in statements:
        marks = _marks(one)
        groups = [marks.union(*(group for group in groups if group & marks)), *(group for group in groups if not group & marks)]
    return max(1, len(groups))


def _marks(one: Statement) -> set[tuple[str, object]]:
    """What tells where a statement comes from. An agency is an outlet in one article and the author in another: one kind of name."""
    article = one.found.passage.article
    names = {name.casefold().strip() for name in (article.source or "", *article.authors)} - {""}
    words = tuple(re.findall(r"\w+", one.found.said.casefold()))
    return {("story", one.found.passage.story), ("words", words), *(("name", name) for name in names)}
