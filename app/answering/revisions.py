"""Corrections, withdrawals and changes of the articles that are cited, told beside the citations."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime
from itertools import pairwise
from typing import Literal

from app.answer import Citation, Revision
from app.indexing.revisions import Said, history, notice
from app.stores.protocols import CatalogProtocol
from app.text.addressed_to_machines import addresses_machine
from app.text.differences import differences, sentences_of
from app.text.months import day_words

LONGEST = 300
"""Characters of an article's words that are told beside a quote."""
LEAST_WORDS = 4
"""Of a quote: a shorter one stands in many a sentence."""


class Revisions:
    """Reads the versions of each article once. Homes in which no article has changed cost one look."""

    def __init__(self, catalog: CatalogProtocol) -> None:
        self._catalog = catalog
        self._any = catalog.versions.any()
        self._known: dict[str, list[Said]] = {}

    def tell(self, citations: Iterable[Citation]) -> None:
        """Set `revisions` of each: what came up to the text that it quotes, with its words, and what came next, by its day alone."""
        if not self._any:
            return
        for citation in citations:
            if citation.article_id not in self._known:
                self._known[citation.article_id] = history(self._catalog, citation.article_id)
            citation.revisions = list(_revisions(citation, self._known[citation.article_id]))


def _revisions(citation: Citation, said: Sequence[Said]) -> Iterator[Revision]:
    here = next((n for n, one in enumerate(said) if one.article.said_until_time == citation.said_until), None)
    if here is None:
        return  # changed while it was answered: the page says so when it is opened
    for before, after in pairwise(said[: here + 1]):
        told = notice(before.article, after.article)
        if told is not None and told.words in {said[here].article.title, *sentences_of(said[here].article.text)}:
            yield _told(told.kind, before, told.words, _wording_before(citation.quote, before.article.text, said[here].article.text))
    if here + 1 < len(said) and said[here].ended == "changed":
        told = notice(said[here].article, said[here + 1].article)
        yield _later(told.kind if told else "changed", said[here])


def _told(kind: Literal["corrected", "withdrawn"], before: Said, words: str, wording: str) -> Revision:
    words, wording = ("" if addresses_machine(said) else _shortened(said) for said in (words, wording))
    more = f"; before: “{wording}”" if wording else f": “{words}”" if words else ""
    on = _day(before)
    return Revision(kind=kind, on=str(on), notice=words, before=wording, label=f"{kind} on {day_words(on)}{more}")


def _later(kind: Literal["corrected", "withdrawn", "changed"], said: Said) -> Revision:
    on = _day(said)
    more = "" if kind == "changed" else f", when it was {kind}"
    return Revision(kind=kind, on=str(on), later=True, label=f"said until {day_words(on)}{more}")


def _day(ended: Said) -> date:
    assert ended.seen_until is not None
    return datetime.fromtimestamp(ended.seen_until, UTC).date()


def _wording_before(quote: str, before: str, now: str) -> str:
    """The earlier version's wording of the sentence that is quoted; empty where it said the same, or nothing of the kind."""
    said = " ".join(quote.split())
    if len(said.split()) < LEAST_WORDS:
        return ""
    changed = (one for one in differences(before, now) if one.before and one.after)
    return next((one.before for one in changed if said in one.after or one.after in said), "")


def _shortened(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[:LONGEST].rsplit(' ', 1)[0]} …"
