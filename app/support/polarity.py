"""Whether claim and source say yes or no, one thing or its opposite, certainly or perhaps, and who did it to whom."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache

from app.support.doubt import Doubt
from app.support.modality import modality_doubts
from app.support.negation import denies, negation_doubts
from app.support.roles import role_doubts
from app.support.source import Piece
from app.support.tokens import stem
from app.text.tables import word_set

_OPPOSITES = [
    line.split("|")
    for line in (
        "rise increase grow climb gain surge jump soar raise expand double"
        "|fall decrease drop decline plunge shrink slump cut reduce halve tumble",
        "approve accept agree support endorse pass adopt back favour|reject oppose refuse veto dismiss",
        "win|lose",
        "open reopen|close shut",
        "start begin launch|end stop finish halt cease",
        "allow permit legalise|ban forbid prohibit bar outlaw",
        "arrive|depart",
        "buy purchase|sell",
        "hire recruit appoint|fire sack",
        "confirm admit|deny",
        "arrest detain jail|release free acquit",
        "convict guilty|acquit innocent",
        "import|export",
        "majority|minority",
        "succeed success|fail failure",
        "legal lawful|illegal unlawful",
        "strengthen|weaken",
        "husband|wife",
        "son|daughter",
        "brother|sister",
        "mother|father",
        "man|woman",
        "oldest eldest|youngest",
        "largest biggest|smallest",
        "best|worst",
        "highest high higher|lowest low lower",
        "first|last",
        "before|after",
        "more|fewer less",
        "above|below",
        "early earlier|late later",
        "north northern|south southern",
        "east eastern|west western",
        "include|exclude",
        "increase add|remove",
        "all every|none",
        "always|never",
        "join|leave quit",
        "build rebuild|demolish dismantle destroy",
        "alive survive survived|die died dead",
        "cheaper cheap|expensive dearer",
        "maximum|minimum",
        "profit|loss",
        "surplus|deficit",
        "warmer hotter hot warm|colder cooler cold cool",
        "faster|slower",
        "male|female",
        "extend prolong|shorten",
        "eager willing keen|hesitant reluctant unwilling",
        "keep retain|abolish scrap",
    )
]


# Words that a sentence about some is not enough for.
_SWEEPING = word_set("only solely exclusively all every entire always entirely everyone everybody unanimous unanimously")


def polarity_doubts(claim: Piece, window: Piece) -> Iterator[Doubt]:
    """Negations, opposites, dropped uncertainty and swapped roles of a claim sentence against its window."""
    yield from negation_doubts(claim, window)
    yield from _opposites(claim, window)
    yield from modality_doubts(claim, window)
    yield from role_doubts(claim, window)
    if sweeping := (claim.words & _SWEEPING) - window.words:
        yield Doubt(0.6, f"the source does not say “{min(sweeping)}”")


@cache
def _sides() -> list[tuple[frozenset[str], frozenset[str]]]:
    """Each pair of opposites as stems; stop words ("before", "more") keep an equals sign, apart from stems."""
    return [(_marked(left.split()), _marked(right.split())) for left, right in _OPPOSITES]


def _marked(words: Iterable[str]) -> frozenset[str]:
    return frozenset(stem(word) or f"={word}" for word in words)


def _opposites(claim: Piece, window: Piece) -> Iterator[Doubt]:
    if denies(claim.tokens) != denies(window.tokens):
        return
    mine, theirs = (_marked(token.low for token in piece.tokens) for piece in (claim, window))
    for left, right in _sides():
        for one, two in ((left, right), (right, left)):
            here = one & mine
            if here and not two & mine and two & theirs and not one & theirs:
                yield Doubt(0.15, f"the claim says “{_word(claim, here)}” where the source says “{_word(window, two & theirs)}”")
                return


def _word(piece: Piece, marked: frozenset[str]) -> str:
    return next((token.low for token in piece.tokens if (token.stem or f"={token.low}") in marked), "")
