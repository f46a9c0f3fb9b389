"""Whether claim and source say yes or no, certainly or perhaps, and who did it to whom."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from app.support.source import Piece
from app.support.tokens import Token, stem
from app.text.names import same_name
from app.text.tables import word_set

_NEGATORS = word_set(
    "unable mistakenly wrongly not no never none nobody nothing neither nor cannot without unlikely nowhere deny denies denied "
    "denying reject rejects rejected rejecting refuse refuses refused refusing fail fails failed failing oppose opposes opposed "
    "opposing dismiss dismissed dismisses false falsely untrue prevent prevents prevented avoid avoids avoiding avoided halt halted "
    "halts cancel cancelled canceled cancels abandon abandoned abandons block blocked blocks veto vetoed scrap scrapped scraps"
)
# "not only", "no doubt" deny nothing, and "no more than" is a hedge of a figure.
_HOLLOW = word_set("only just doubt more fewer less later sooner least matter")
_SCOPE = 4
_TO_BE = word_set("was were been be is are being")
_HELPERS = _TO_BE | word_set("has have had having get gets got who which that")

_MAYBE = word_set(
    "may might could perhaps possibly possible maybe consider considers considered considering propose proposes proposed proposal if "
    "whether unless likely unlikely potentially potential allegedly reportedly apparently seems appears rumoured suspected hope hopes "
    "hoped explore exploring weigh weighing discuss discussing"
)
_COMING = word_set(
    "will would shall should plan plans planned planning expect expects expected expecting intend intends intended due pledge pledged "
    "pledges promise promised promises aim aims aimed want wants wanted set going vow vowed"
)

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


@dataclass(frozen=True, slots=True)
class Doubt:
    """A failed check: what support is multiplied by (0 to 1), and one plain line for a person."""

    factor: float
    reason: str


def polarity_doubts(claim: Piece, window: Piece) -> Iterator[Doubt]:
    """Negations, opposites, dropped uncertainty and swapped roles of a claim sentence against its window."""
    yield from _negation(claim, window)
    yield from _opposites(claim, window)
    yield from _modality(claim, window)
    yield from _swapped(claim, window)
    yield from _voice(claim, window)
    if sweeping := (claim.words & _SWEEPING) - window.words:
        yield Doubt(0.6, f"the source does not say “{min(sweeping)}”")


def is_negator(words: Sequence[Token], index: int) -> bool:
    low = words[index].low
    if low.endswith("n't"):
        return True
    if low not in _NEGATORS:
        return False
    following = words[index + 1].low if index + 1 < len(words) else ""
    return not (low in {"no", "not"} and following in _HOLLOW)


def _signs(words: Sequence[Token], names: frozenset[str]) -> dict[str, set[bool]]:
    """For each stem the signs it occurs with: True is affirmed, False is under an odd number of negators."""
    signs: dict[str, set[bool]] = {}
    reach: list[tuple[int, int]] = []
    for index, word in enumerate(words):
        if is_negator(words, index):
            reach.append((_SCOPE, word.clause))
            continue
        if word.stem is None:
            continue
        live = [(left, clause) for left, clause in reach if left > 0 and clause == word.clause]
        if word.stem not in names:
            signs.setdefault(word.stem, set()).add(len(live) % 2 == 0)
        reach = [(left - 1, clause) for left, clause in live]
    return signs


def _name_stems(piece: Piece) -> frozenset[str]:
    found = (stem(word.lower()) for name in piece.names for word in name.text.replace("-", " ").split())
    return frozenset(one for one in found if one)


def _negation(claim: Piece, window: Piece) -> Iterator[Doubt]:
    names = _name_stems(claim) | _name_stems(window)
    mine, theirs = _signs(claim.tokens, names), _signs(window.tokens, names)
    for word in claim.tokens:
        if word.stem in mine and word.stem in theirs:
            one, two = mine[word.stem], theirs[word.stem]
            if len(one) == len(two) == 1 and one != two:
                yes, no = ("the source", "the claim") if False in one else ("the claim", "the source")
                yield Doubt(0.12, f"{no} denies what {yes} says of “{word.low}”")
                return
    if any(is_negator(claim.tokens, i) for i in range(len(claim.tokens))) and not any(
        is_negator(window.tokens, i) or word.low.startswith(("un", "dis", "in", "non", "lack", "avoid", "only", "instead", "rather"))
        for i, word in enumerate(window.tokens)
    ):
        yield Doubt(0.3, "the claim denies something that the source does not deny")


@cache
def _sides() -> list[tuple[frozenset[str], frozenset[str]]]:
    """Each pair of opposites as stems; stop words ("before", "more") keep an equals sign, apart from stems."""
    return [(_marked(left.split()), _marked(right.split())) for left, right in _OPPOSITES]


def _marked(words: Iterable[str]) -> frozenset[str]:
    return frozenset(stem(word) or f"={word}" for word in words)


def _opposites(claim: Piece, window: Piece) -> Iterator[Doubt]:
    denied = any(is_negator(claim.tokens, i) for i in range(len(claim.tokens)))
    denies = any(is_negator(window.tokens, i) for i in range(len(window.tokens)))
    if denied != denies:
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


def _levels(words: Sequence[Token]) -> dict[str, int]:
    """How certain each stem is said to be: 0 as a fact, 1 as coming, 2 as possible. The strongest reading counts."""
    levels: dict[str, int] = {}
    live: list[tuple[int, int, int]] = []
    for word in words:
        level = 2 if word.low in _MAYBE else 1 if word.low in _COMING else 0
        if level:
            live.append((level, _SCOPE, word.clause))
            continue
        if word.stem is None:
            continue
        live = [one for one in live if one[1] > 0 and one[2] == word.clause]
        levels[word.stem] = min(levels.get(word.stem, 2), max((one[0] for one in live), default=0))
        live = [(level, left - 1, clause) for level, left, clause in live]
    return levels


_DROPPED = {(2, 0): 0.3, (2, 1): 0.45, (1, 0): 0.45, (0, 2): 0.9}
"""What support is multiplied by when the source says (first) and the claim says (second); see `_levels`."""


def _modality(claim: Piece, window: Piece) -> Iterator[Doubt]:
    names = _name_stems(claim)
    mine, theirs = _levels(claim.tokens), _levels(window.tokens)
    hedged = max((2 if word.low in _MAYBE else 1 if word.low in _COMING else 0 for word in claim.tokens), default=0)
    worst = 1.0
    for one, level in mine.items():
        if one in theirs and one not in names:
            # A hedge anywhere in the claim may cover the word through a longer clause than the scope sees.
            worst = min(worst, _DROPPED.get((theirs[one], max(level, hedged) if theirs[one] > level else level), 1.0))
    if worst < 1:
        yield Doubt(worst, "the claim is more certain than the source" if worst < 0.9 else "the claim is less certain than the source")


def _swapped(claim: Piece, window: Piece) -> Iterator[Doubt]:
    if len(claim.names) < 2 or len(window.names) < 2:
        return
    first, second = claim.names[0], claim.names[1]
    for verb in claim.tokens:
        if verb.stem is None or not first.end <= verb.start < second.start:
            continue
        for other in window.tokens:
            if other.stem != verb.stem:
                continue
            before = [name for name in window.names if name.end <= other.start]
            after = [name for name in window.names if name.start >= other.end]
            if not before or not after or _passive(claim, verb) != _passive(window, other):
                continue
            doer, done = before[-1].text, after[0].text
            if same_name(doer, second.text) and same_name(done, first.text) and not same_name(doer, first.text):
                yield Doubt(0.15, f"who did it to whom is swapped around “{other.low}”")
                return


def _voice(claim: Piece, window: Piece) -> Iterator[Doubt]:
    """The same name doing in the claim what is done to it in the source: "Osk arrested", "Osk was arrested"."""
    for index, verb in enumerate(claim.tokens):
        if verb.stem is None or not verb.low.endswith("ed") or {token.low for token in claim.tokens[max(0, index - 3) : index]} & _HELPERS:
            continue
        before = [name for name in claim.names if name.end <= verb.start]
        if not before or "by" in {token.low for token in claim.tokens[index + 1 : index + 3]}:
            continue
        for place, other in enumerate(window.tokens):
            if other.low != verb.low or not {token.low for token in window.tokens[max(0, place - 2) : place]} & _TO_BE:
                continue
            led = [name for name in window.names if name.end <= other.start]
            if led and same_name(led[-1].text, before[-1].text):
                yield Doubt(0.3, f"who {verb.low} and who was {verb.low} is not the same")
                return


def _passive(piece: Piece, verb: Token) -> bool:
    index = piece.tokens.index(verb)
    before = {token.low for token in piece.tokens[max(0, index - 3) : index]}
    after = {token.low for token in piece.tokens[index + 1 : index + 4]}
    return bool(before & _TO_BE) and "by" in after
