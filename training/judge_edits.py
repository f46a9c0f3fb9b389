"""Small wrong edits of a news sentence, with what the same story offers: figures, days, names, nouns, verbs, causes.

No model takes part. An edit is a list of replacements in a sentence, so that it can be applied together with safe ones
(training/judge_wording.py), and the place of what is wrong stays known.
"""

from __future__ import annotations

import random
import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from app.text.dates import WEEKDAYS, find_dates
from app.text.months import MONTHS
from app.text.names import find_names, plain
from app.text.numbers import find_numbers
from app.text.sentences import split_sentences

LETTER = re.compile(r"[A-Za-z]")


@dataclass(frozen=True, slots=True)
class Change:
    """`sentence[start:end]` becomes `new`; `wrong` if that changes what is said."""

    start: int
    end: int
    new: str
    wrong: bool = True


@dataclass(frozen=True, slots=True)
class Edit:
    """`mirrored`: with the roles of the two wordings swapped it is as wrong (not so where something is added or a hedge is dropped)."""

    kind: str
    changes: tuple[Change, ...]
    mirrored: bool = True


@dataclass(slots=True)
class Material:
    """What a story offers for edits."""

    names: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    numbers: dict[tuple[str, str | None], list[str]] = field(default_factory=lambda: defaultdict(list))
    nouns: dict[bool, list[str]] = field(default_factory=lambda: defaultdict(list))
    verbs: list[str] = field(default_factory=list)
    clauses: list[str] = field(default_factory=list)
    foreign: list[str] = field(default_factory=list)


def applied(text: str, changes: Sequence[Change]) -> tuple[str, tuple[tuple[int, int], ...]] | None:
    """The text with the changes made, and where what is wrong stands in it; None if changes overlap."""
    out, at, wrong = "", 0, []
    for change in sorted(changes, key=lambda one: (one.start, one.end)):
        if change.start < at:
            return None
        out += text[at : change.start]
        if change.wrong:
            end = len(out) + len(change.new)
            # What is left out leaves its mark on the word that follows.
            following = re.match(r"\s*\w+", text[change.end :]) if not change.new.strip() else None
            wrong.append((len(out), end + (following.end() if following else 0)))
        out += change.new
        at = change.end
    return out + text[at:], tuple(wrong)


def pairs_of(table: str) -> list[tuple[str, str]]:
    """Pairs of words from "one|two, three|four"."""
    found = [pair.strip().split("|") for pair in table.split(",")]
    return [(one, two) for one, two in found]


NOUN = re.compile(
    r"\b(?:the|a|an|his|her|their|its|this) ([a-z]{4,14})"
    r"(?= (?:of|in|was|is|to|for|on|at|has|had|from|with|by|and|that|were|are|as)\b|[.,])"
)
VERB = re.compile(r"(?:\b[A-Z]\w+|\b(?:he|she|they|it|was|were|has|have|had|been|officials|police)) ([a-z]{3,12}ed)\b")
CLAUSE = re.compile(r"^(?:The|A|An|[A-Z]\w+ (?:[A-Z]\w+ )?(?:was|is|has|had|will|said|told|announced|won|lost|made))\b")


def material(article: dict[str, Any], others: Sequence[dict[str, Any]], kinds: dict[str, str]) -> Material:
    """From an article and others of its story."""
    found = Material()
    for text, own in [(article["text"][:4000], True), *((other["text"][:1500], False) for other in others[:3])]:
        dates = find_dates(text)
        for name in find_names(text, dates):
            if name.sure and len(name.text) > 2:
                found.names[kinds.get(plain(name.text), "thing")].append(name.text)
        for number in find_numbers(text, dates):
            found.numbers[number.kind, number.unit].append(text[number.start : number.end].strip())
        for noun in NOUN.finditer(text):
            found.nouns[noun[1].endswith("s")].append(noun[1])
        found.verbs += [verb[1] for verb in VERB.finditer(text)]
        clauses = [text[s.start : s.end].rstrip(".") for s in split_sentences(text) if 25 < s.end - s.start < 110]
        clauses = [one for one in clauses if CLAUSE.match(one) and not re.search(r"[\"“”?:;()\n]", one)]
        (found.clauses if own else found.foreign).extend(clauses)
    return found


def _numbers(sentence: str, story: Material, rng: random.Random) -> Iterator[Edit]:
    dates = find_dates(sentence)
    for number in find_numbers(sentence, dates):
        said = sentence[number.start : number.end].rstrip()
        if number.kind == "plain" and said.lower() in {"one", "first", "a"}:
            continue
        others = [one for one in story.numbers[number.kind, number.unit] if one != said and one not in sentence]
        new = rng.choice(others) if others and rng.random() < 0.6 else _other_figure(said, rng)
        if new and new != said:
            yield Edit("number", (Change(number.start, number.start + len(said), new),))


def _other_figure(said: str, rng: random.Random) -> str | None:
    digits = [place for place, letter in enumerate(said) if letter.isdigit()]
    if not digits:
        words = ("two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
        low = said.lower()
        return rng.choice([word for word in words if word != low]) if low in words else None
    place = digits[0] if rng.random() < 0.6 else rng.choice(digits)
    new = rng.choice([d for d in "123456789" if d != said[place]])
    return said[:place] + new + said[place + 1 :]


def _dates(sentence: str, story: Material, rng: random.Random) -> Iterator[Edit]:
    for mention in find_dates(sentence):
        said = sentence[mention.start : mention.end]
        options = []
        for names in (WEEKDAYS, MONTHS):
            for name in names:
                if found := re.search(rf"\b{name}\b", said, re.IGNORECASE):
                    other = rng.choice([n for n in names if n != name]).title()
                    options.append(Change(mention.start + found.start(), mention.start + found.end(), other))
        if year := re.search(r"\b(?:19|20)\d\d\b", said):
            options.append(
                Change(mention.start + year.start(), mention.start + year.end(), str(int(year[0]) + rng.choice((-3, -2, -1, 1, 2))))
            )
        elif (day := re.search(r"\b\d{1,2}\b", said)) and 1 <= int(day[0]) <= 31:
            other_day = rng.choice([d for d in range(1, 29) if d != int(day[0])])
            options.append(Change(mention.start + day.start(), mention.start + day.end(), str(other_day)))
        if options:
            yield Edit("date", (rng.choice(options),))


SPEECH = r"(?:said|says|told|added|wrote|tweeted|stated|announced|warned|insisted|argued)"


def _names(sentence: str, story: Material, rng: random.Random, kinds: dict[str, str]) -> Iterator[Edit]:
    names = [name for name in find_names(sentence, find_dates(sentence)) if name.sure and len(name.text) > 2]
    for name in names:
        kind = kinds.get(plain(name.text), "thing")
        mine = set(plain(name.text).split())
        others = [one for one in story.names[kind] if not mine & set(plain(one).split()) and one not in sentence]
        if not others:
            continue
        speaks = re.match(rf"[^.]{{0,25}}\b{SPEECH}\b", sentence[name.end :]) or re.search(
            rf"(?:\b{SPEECH}|according to)\s+(?:\w+\s+){{0,3}}$", sentence[: name.start], re.IGNORECASE
        )
        sort = "speaker" if speaks and kind != "place" else "place" if kind in {"place", "country"} else "name"
        yield Edit(sort, (Change(name.start, name.end, rng.choice(others)),))
    for at, one in enumerate(names):
        for two in names[at + 1 :]:
            between = sentence[one.end : two.start]
            alike = kinds.get(plain(one.text), "thing") == kinds.get(plain(two.text), "thing")
            if (
                alike
                and plain(one.text) != plain(two.text)
                and re.search(r"[a-z]{3}", between)
                and not re.fullmatch(r",? and |, ", between)
            ):
                yield Edit("role", (Change(one.start, one.end, two.text), Change(two.start, two.end, one.text)))


_AUX = re.compile(r"\b(is|are|was|were|will|would|can|could|has|have|had|should|must)\b(?! not\b| no\b|n't|’t)")
_NOT = re.compile(
    r"\b(is|are|was|were|will|would|can|could|has|have|had|should|did|does|do|must)( not\b|n['’]t\b)|\b(ca|wo)(n['’]t)\b|\b(cannot)\b"
)
_FLAT = [
    ("never", "always"),
    ("without", "with"),
    ("nobody", "everybody"),
    ("no longer", "still"),
    ("unable", "able"),
    ("failed to", "managed to"),
    ("refused to", "agreed to"),
    ("denied", "confirmed"),
]


def _negations(sentence: str, story: Material, rng: random.Random) -> Iterator[Edit]:
    for found in _NOT.finditer(sentence):
        new = {"ca": "can", "wo": "will"}.get(found[3] or "", found[1] or "can")
        yield Edit("negation", (Change(found.start(), found.end(), new),))
    if not _NOT.search(sentence):
        options = list(_AUX.finditer(sentence))
        if options:
            found = rng.choice(options)
            yield Edit("negation", (Change(found.start(), found.end(), f"{found[1]} not"),))
    yield from _pairs(sentence, _FLAT, "negation")


_HEDGES: list[tuple[str, str]] = [
    (r"\b(?:may|might|could)(?: be)? (?=[a-z]+\b)", "will "),
    (r"\b(?:may|might|could) have (?=[a-z]+ed\b)", ""),
    (r"\b(?:reportedly|allegedly|likely|possibly|probably|apparently|potentially|perhaps) (?=[a-z])", ""),
    (r"\b(?:is|are) (?:expected|likely|set|planning|hoping|due|scheduled) to ", "will "),
    (r"\b(?:plans|hopes|wants|aims|intends|plan|hope|want|aim|intend) to ", "will "),
    (r"\b(?:was|were) (?:expected|planning|hoping|due|scheduled) to ", "would "),
    (r"\b(?:considering|proposing|proposed|weighing) ", "approved "),
    (r"\balleged ", ""),
    (r"\bsuspected ", ""),
    (r"\bproposed ", "approved "),
    (r"\bseems? to be\b", "is"),
    (r"\bappears? to have\b", "has"),
    (r"\bappears? to be\b", "is"),
    (r"\babout (?=\d)", "exactly "),
    (r"\b(?:some|many|most) (?=[a-z]+s\b)", "all "),
    (r"\bat least (?=\d)", "exactly "),
    (r"\bup to (?=\d)", ""),
    (r"\btried to ", "managed to "),
    (r"\bcalled for ", "secured "),
    (r"\bsuggests? that ", "proves that "),
    (r"\bsuggests? ", "proves "),
    (r"\bbelieved to be\b", "confirmed to be"),
]


def _hedges(sentence: str, story: Material, rng: random.Random) -> Iterator[Edit]:
    for pattern, new in _HEDGES:
        if found := re.search(pattern, sentence):
            yield Edit("hedge", (Change(found.start(), found.end(), new),), mirrored=False)


_ANTONYMS = pairs_of(
    """
    rose|fell, increased|decreased, increase|decrease, rise|fall, rising|falling, higher|lower, highest|lowest, more|fewer,
    more|less, before|after, won|lost, win|lose, winning|losing, approved|rejected, passed|blocked, accepted|declined, up|down,
    first|last, largest|smallest, biggest|smallest, best|worst, better|worse, good|bad, strong|weak, stronger|weaker, early|late,
    earlier|later, open|close, opened|closed, opening|closing, start|end, started|ended, began|ended, begin|end, arrived|left,
    joined|left, inside|outside, north|south, northern|southern, eastern|western, east|west, supporters|opponents, support|oppose,
    supported|opposed, backed|opposed, allowed|banned, legal|illegal, guilty|innocent, convicted|acquitted, arrested|released,
    hired|fired, bought|sold, buy|sell, gained|lost, gain|lose, above|below, over|under, most|least, majority|minority,
    success|failure, succeeded|failed, positive|negative, public|private, new|old, young|old, younger|older, male|female,
    man|woman, men|women, mother|father, son|daughter, brother|sister, husband|wife, boy|girl, husband|brother, morning|evening,
    day|week, week|month, month|year, hours|days, days|weeks, weeks|months, months|years, million|billion, thousand|million,
    local|national, domestic|foreign, Republican|Democrat, Republicans|Democrats, conservative|liberal, attack|defend,
    attacked|defended, criticized|praised, criticised|praised, condemned|welcomed, raised|cut, raise|cut, expanded|reduced,
    strengthen|weaken, safe|dangerous, dead|alive, killed|injured, died|survived, deaths|injuries, summer|winter,
    military|civilian, civilians|soldiers, troops|police, police|firefighters, government|opposition, president|prime minister,
    governor|mayor, senator|governor, students|teachers, doctors|nurses, hospital|school, school|church, home|office, car|truck,
    plane|helicopter, train|bus, fire|flood, earthquake|hurricane, storm|drought, gold|silver, quarter|half, double|half,
    always|rarely, often|rarely, easy|difficult, hot|cold, import|export, imports|exports, profit|loss, profits|losses, hope|fear,
    hopes|fears, winner|loser, offense|defense, front|back, top|bottom, left|right, full|empty, several|dozens, dozens|hundreds,
    hundreds|thousands
    """
)


def _pairs(sentence: str, pairs: Sequence[Sequence[str]], kind: str) -> Iterator[Edit]:
    for one, two in pairs:
        for old, new in ((one, two), (two, one)):
            if found := re.search(rf"(?<![\w-]){old}(?![\w-])", sentence):
                yield Edit(kind, (Change(found.start(), found.end(), new),))


def _antonyms(sentence: str, story: Material, rng: random.Random) -> Iterator[Edit]:
    yield from _pairs(sentence, _ANTONYMS, "opposite")


def _nouns(sentence: str, story: Material, rng: random.Random) -> Iterator[Edit]:
    for found in NOUN.finditer(sentence):
        others = [one for one in story.nouns[found[1].endswith("s")] if one[:4] != found[1][:4] and one not in sentence]
        if others:
            yield Edit("noun", (Change(found.start(1), found.end(1), rng.choice(others)),))


def _verbs(sentence: str, story: Material, rng: random.Random) -> Iterator[Edit]:
    for found in VERB.finditer(sentence):
        others = [one for one in story.verbs if one[:4] != found[1][:4] and one not in sentence]
        if others:
            yield Edit("verb", (Change(found.start(1), found.end(1), rng.choice(others)),))


_LINKS = (" because ", ", because ", " after ", " as ", " since ", ", after ", " so that ", " when ")
_JOINS = (", and ", ", while ", ", and ", "; ", " and ")


def _added(sentence: str, story: Material, rng: random.Random) -> Iterator[Edit]:
    end = len(sentence.rstrip(" ."))
    if end > 170 or sentence.rstrip()[-1:] in "\"”'’?!:":
        return
    for kind, clauses, links in (
        ("cause", story.clauses, _LINKS),
        ("mix", story.foreign or story.clauses, _JOINS),
        ("mix", story.clauses, _JOINS),
    ):
        options = [one for one in clauses if one not in sentence]
        if options:
            clause = rng.choice(options)
            clause = clause[0].lower() + clause[1:] if re.match(r"(?:The|A|An) ", clause) else clause
            yield Edit(kind, (Change(end, end, rng.choice(links) + clause),), mirrored=False)
    details = [f" in {one}" for one in story.names["place"] + story.names["country"] if one not in sentence]
    details += [f" on {rng.choice(WEEKDAYS).title()}", f" with {rng.choice(story.names['person'])}" if story.names["person"] else ""]
    details = [one for one in details if one.strip() and one.split()[-1] not in sentence]
    if details:
        yield Edit("detail", (Change(end, end, rng.choice(details)),), mirrored=False)


MAKERS: tuple[Callable[[str, Material, random.Random], Iterator[Edit]], ...] = (
    _numbers, _dates, _negations, _hedges, _antonyms, _nouns, _verbs, _added,
)  # fmt: skip
FREQUENCY = {
    "number": 1.2, "date": 1.2, "name": 1.0, "place": 1.2, "speaker": 1.5, "role": 2.5, "negation": 0.8, "hedge": 2.0, "opposite": 1.2,
    "noun": 1.0, "verb": 1.0, "cause": 0.5, "mix": 0.4, "detail": 0.4,
}  # fmt: skip
"""How often a kind is taken where it is possible, so that those that are seldom possible are not seldom seen."""


def draw_edit(sentence: str, story: Material, kinds: dict[str, str], rng: random.Random, allowed: Sequence[Change] = ()) -> Edit | None:
    """One wrong edit of the sentence that leaves the `allowed` changes alone; None where nothing can be changed."""
    options: dict[str, list[Edit]] = defaultdict(list)
    for maker in MAKERS:
        for edit in maker(sentence, story, rng):
            options[edit.kind].append(edit)
    for edit in _names(sentence, story, rng, kinds):
        options[edit.kind].append(edit)
    possible = [kind for kind in options if any(applied(sentence, [*allowed, *edit.changes]) for edit in options[kind])]
    if not possible:
        return None
    kind = rng.choices(possible, [FREQUENCY[kind] for kind in possible])[0]
    return rng.choice([edit for edit in options[kind] if applied(sentence, [*allowed, *edit.changes])])
