"""Word tables are written as plain lines of words; this reads them."""

from __future__ import annotations


def word_set(words: str) -> frozenset[str]:
    """The words of a table, separated by white space."""
    return frozenset(words.split())
