"""Whether the figures, dates and names of a claim are those of the source."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal

from app.support.doubt import Doubt
from app.support.source import Piece
from app.support.tokens import stem
from app.text.dates import WEEKDAYS, DateMention
from app.text.months import MONTHS
from app.text.names import Name, plain, same_name
from app.text.nations import nation
from app.text.numbers import Number

_UPPER = {"most", "less", "nearly"}
_LOWER = {"more", "least"}
# Nouns that figures count; more than this far from the figure, they belong to something else.
_NOUN_REACH = 3

NOWHERE = 0.1
"""Factor for a figure, date or name that the source does not have at all: below any use of a claim."""


def fact_doubts(claim: Piece, window: Piece, near: Piece, whole: Piece) -> Iterator[Doubt]:
    """What the claim sentence states that its window (then its neighbours `near`, then the `whole` source) does not."""
    yield from _numbers(claim, window, near, whole)
    yield from _dates(claim, window, near, whole)
    yield from _names(claim, window, near, whole)


def _said(piece: Piece, number: Number | DateMention) -> str:
    return piece.text[number.start : number.end].strip()


def _comparable(one: Number, two: Number) -> bool:
    if {one.kind, two.kind} == {"plain", "ordinal"}:
        return True
    if one.kind != two.kind:
        return False
    return one.unit == two.unit or (one.kind == "plain" and None in {one.unit, two.unit})


def _equal(mine: Number, theirs: Number) -> bool:
    if {mine.kind, theirs.kind} == {"fraction", "percent"}:
        share, percent = (mine, theirs) if mine.kind == "fraction" else (theirs, mine)
        return abs(share.value * 100 - percent.value) < 1
    if not _comparable(mine, theirs):
        return False
    if mine.value == theirs.value:
        return True
    # "about 20,000" for 19,850: a round figure that says it is one, within a twentieth and on the right side.
    if mine.hedge not in {"about", "nearly", "more", "less"} or mine.kind == "ordinal" or theirs.value == 0:
        return False
    gap = (theirs.value - mine.value) / abs(theirs.value)
    low, high = {"about": (-1, 1), "nearly": (-1, 0), "less": (-1, 0), "more": (0, 1)}[mine.hedge]
    return Decimal("0.05") * low <= gap <= Decimal("0.05") * high


def _hedge_factor(mine: str | None, theirs: str | None) -> float:
    if mine == theirs:
        return 1.0
    if (mine in _UPPER and theirs in _LOWER) or (mine in _LOWER and theirs in _UPPER):
        return 0.15
    if mine == "exactly":
        return 0.9 if theirs is None else 0.3
    if mine is None:
        return {"most": 0.55, "less": 0.55, "more": 0.7, "least": 0.7, "nearly": 0.8}.get(theirs or "", 0.95)
    if theirs in {None, "exactly"}:
        return 0.9 if mine == "about" else 0.5
    return 0.75


def _numbers(claim: Piece, window: Piece, near: Piece, whole: Piece) -> Iterator[Doubt]:
    for number in claim.numbers:
        said = _said(claim, number)
        here = [other for other in window.numbers if _equal(number, other)]
        if here:
            factor = max(_hedge_factor(number.hedge, other.hedge) if other.value == number.value else 0.9 for other in here)
            if factor < 1:
                hedges = " or ".join(sorted({_HEDGE_WORDS.get(other.hedge or "", "no hedge") for other in here}))
                yield Doubt(factor, f"the number {said} stands in the source with {hedges}")
            if _counts_other(claim, number, window, here):
                yield Doubt(0.25, f"the number {said} counts something else in the source")
        elif number.value == 1 or (number.kind == "ordinal" and number.value == 1):
            # "one", "first" are often wording rather than a count.
            yield Doubt(0.8, f"“{said}” is not in the passage")
        elif any(_equal(number, other) for other in near.numbers):
            yield Doubt(0.8, f"the number {said} is in a neighbouring sentence")
        elif any(_equal(number, other) for other in whole.numbers):
            yield Doubt(0.3 if window.numbers else 0.5, f"the number {said} is elsewhere in the source")
        else:
            yield Doubt(NOWHERE, f"the number {said} is not in the source")
    yield from _order(claim, window)


_HEDGE_WORDS = {"most": "“up to”", "more": "“more than”", "least": "“at least”", "less": "“fewer than”"}
_HEDGE_WORDS |= {name: f"“{name}”" for name in ("nearly", "about", "exactly")}


def _order(claim: Piece, window: Piece) -> Iterator[Doubt]:
    groups = [_group(claim, index) for index in sorted({n.group for n in claim.numbers if n.group})]
    known = [_group(window, index) for index in sorted({n.group for n in window.numbers if n.group})]
    for group in groups:
        if known and group not in known and any(sorted(group) == sorted(other) for other in known):
            yield Doubt(0.1, f"the figures {' and '.join(map(str, group))} stand the other way round in the source")


def _group(piece: Piece, index: int) -> list[Decimal]:
    return [number.value for number in piece.numbers if number.group == index]


def _counted(piece: Piece, number: Number) -> list[str]:
    after = [token for token in piece.tokens if token.start >= number.end][:_NOUN_REACH]
    return [token.stem for token in after if token.stem and (not after or token.clause == after[0].clause)]


def _counts_other(claim: Piece, number: Number, window: Piece, here: Sequence[Number]) -> bool:
    """Whether the source gives this figure to another noun, and the claim's noun to another figure."""
    mine = _counted(claim, number)[:1]
    if not mine or any(mine[0] in _counted(window, other) for other in here):
        return False
    rivals = [other for other in window.numbers if other.value != number.value and _comparable(number, other)]
    return any(mine[0] in _counted(window, other)[:2] for other in rivals) and all(_counted(window, other) for other in here)


def _fields(mention: DateMention) -> dict[str, object]:
    names = ("year", "month", "day", "weekday", "quarter", "season")
    return {name: getattr(mention, name) for name in names if getattr(mention, name) is not None}


def _agree(mine: DateMention, theirs: DateMention) -> float:
    """1 if the source's date says all of the claim's, less if it leaves a part open, 0 if they differ."""
    one, two = _fields(mine), _fields(theirs)
    if mine.decade and theirs.year is not None and mine.year is not None:
        return float(theirs.year // 10 == mine.year // 10)
    shared = one.keys() & two.keys()
    if not shared or any(one[name] != two[name] for name in shared) or theirs.decade != mine.decade:
        return 0.0
    return 1.0 if one.keys() <= two.keys() else 0.6


def _dates(claim: Piece, window: Piece, near: Piece, whole: Piece) -> Iterator[Doubt]:
    for mention in claim.dates:
        said = _said(claim, mention)
        scores = [max((_agree(mention, other) for other in piece.dates), default=0.0) for piece in (window, near)]
        rival = any(_fields(other).keys() & _fields(mention).keys() for other in window.dates)
        if scores[0] == 1:
            continue
        if scores[0] > 0:
            parts = _fields(mention)
            held = all(any(_fields(other).get(name) == value for other in whole.dates) for name, value in parts.items())
            yield Doubt(0.9 if held else 0.5, f"the source does not give all of the date {said}")
        elif scores[1] > 0:
            yield Doubt(0.4 if rival else 0.8 * scores[1], f"the date {said} is in a neighbouring sentence")
        elif any(_agree(mention, other) > 0 for other in whole.dates):
            yield Doubt(0.2 if rival else 0.5, f"the date {said} is elsewhere in the source")
        else:
            yield Doubt(NOWHERE, f"the date {said} is not in the source{_instead(mention, window)}")


def _instead(mention: DateMention, window: Piece) -> str:
    months = [MONTHS[other.month - 1].title() for other in window.dates if mention.month and other.month]
    days = [WEEKDAYS[other.weekday].title() for other in window.dates if mention.weekday is not None and other.weekday is not None]
    others = dict.fromkeys(months + days)
    return f", which says {' and '.join(others)}" if others else ""


def _held(name: Name, piece: Piece) -> bool:
    """Whether the piece has this name, or all of its words in any spelling of capitals."""
    if any(same_name(name.text, other.text) for other in piece.names):
        return True
    words = plain(name.text).split()
    if all(word in piece.words for word in words):
        return True
    stems = [stem(word) for word in words]
    return all(one is None or one in piece.stems for one in stems) and any(stems)


def _names(claim: Piece, window: Piece, near: Piece, whole: Piece) -> Iterator[Doubt]:
    for name in claim.names:
        if _held(name, window):
            continue
        said = name.text
        others = [other for other in window.names if not any(same_name(other.text, mine.text) for mine in claim.names)]
        # Another country where the claim has this one, or no country named at all, is what a swap looks like.
        rivals = [other for other in others if nation(plain(other.text)) and nation(plain(said))]
        instead = f"; the passage names {rivals[0].text}" if rivals else ""
        if not _held(name, whole):
            yield Doubt(NOWHERE if name.sure else 0.5, f"the name {said} is not in the source{instead}")
        elif rivals:
            yield Doubt(0.2, f"the name {said} is elsewhere in the source{instead}")
        elif _held(name, near):
            yield Doubt(0.65 if others else 0.9, f"the name {said} is in a neighbouring sentence")
        else:
            yield Doubt(0.4 if others else 0.75, f"the name {said} is elsewhere in the source")
