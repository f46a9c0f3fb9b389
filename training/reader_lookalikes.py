"""Questions that a text seems to answer and does not: one name, figure or word of a question whose answer is there, changed."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from app.text.dates import find_dates
from app.text.names import find_names, same_name
from app.text.sentences import split_sentences
from training.reader_rows import Row

SHARE = 0.42
"""Of the answered rows, how many get a look-alike beside them."""
KINDS = ("squadshifts", "squad_train_part", "quiz", "qed_dev", "timeqa_human", "cloze", "quoref_part", "sentence")
_OPPOSITES = (
    "first last;largest smallest;most least;more less;before after;increase decrease;increased decreased;rise fall;rose fell;"
    "north south;east west;northern southern;eastern western;high low;higher lower;highest lowest;won lost;win lose;early late;"
    "earlier later;male female;men women;man woman;started ended;began finished;start end;begin finish;support oppose;"
    "supported opposed;accepted rejected;approved rejected;included excluded;best worst;old new;oldest youngest;major minor;"
    "majority minority;import export;imported exported;inside outside;allowed banned;allow ban;gained lost;joined left;"
    "opened closed;positive negative;public private;upper lower;winner loser;father mother;son daughter;brother sister;"
    "husband wife;king queen;summer winter;spring autumn;day night;above below;maximum minimum;buy sell;bought sold;"
    "arrived departed;appointed dismissed;hired fired;rich poor;hot cold;sunrise sunset;second third;third fourth;cause prevent;"
    "caused prevented;agreed refused;built destroyed;born died;longest shortest;fastest slowest;left right;death birth;"
    "attack defend;attacked defended;legal illegal;domestic foreign"
)
OPPOSITE: dict[str, str] = {}
for _pair in _OPPOSITES.split(";"):
    _one, _two = _pair.split()
    OPPOSITE.setdefault(_one, _two)
    OPPOSITE.setdefault(_two, _one)
_WORD = re.compile(r"[a-z-]+")
_VERB = re.compile(r"\b(did|does|do|is|are|was|were|has|have|had|can|could|will|would)\b (?!not\b)(.*)", re.IGNORECASE)


def lookalikes(rows: Sequence[Row], rng: random.Random) -> Iterator[Row]:
    """For a share of the answered rows, the same text under a question that it does not answer."""
    names = [name.text for row in rows[::25] for name in find_names(row.question) if name.sure]
    for row in rows:
        if row.spans and row.kind in KINDS and rng.random() < SHARE and (question := altered(row, names, rng)):
            yield replace(row, question=question, spans=[], inside=False, kind=row.kind + "~-")


def altered(row: Row, strangers: Sequence[str], rng: random.Random) -> str | None:
    """The row's question made to ask for something else; None where there is nothing to change."""
    ways = [_other_name, _other_name, _other_figure, _other_figure, _opposite, _opposite, _negated]
    rng.shuffle(ways)
    # One question in eight is denied at most: "not" alone would give silence away.
    ways = [way for way in ways if way is not _negated or rng.random() < 0.25]
    for way in ways:
        if found := way(row, strangers, rng):
            return found
    return None


def _other_name(row: Row, strangers: Sequence[str], rng: random.Random) -> str | None:
    dates = find_dates(row.question)
    asked = [name for name in find_names(row.question, dates) if name.sure]
    if not asked:
        return None
    name = rng.choice(asked)
    answer = next((s for s in split_sentences(row.text) if s.start <= row.spans[0][0] < s.end), None)
    # A name of the same text misleads most, where it does not stand beside the answer.
    near = row.text[answer.start : answer.end] if answer else ""
    here = [
        other.text
        for other in find_names(row.text)
        if other.sure
        and other.text not in near
        and not any(same_name(other.text, one.text) for one in asked)
        and abs(len(other.text.split()) - len(name.text.split())) <= 1
    ]
    pool = here if here and rng.random() < 0.75 else list(strangers)
    other = rng.choice(pool) if pool else None
    if other is None or (other in row.text and other in near) or same_name(other, name.text):
        return None
    return row.question[: name.start] + other + row.question[name.end :]


def _other_figure(row: Row, strangers: Sequence[str], rng: random.Random) -> str | None:
    found = list(re.finditer(r"\b\d[\d,]*\b", row.question))
    if not found:
        return None
    one = rng.choice(found)
    value = int(one[0].replace(",", ""))
    here = [m[0] for m in re.finditer(r"\b\d[\d,]*\b", row.text) if m[0] != one[0] and len(m[0]) == len(one[0])]
    if here and rng.random() < 0.5:
        other = rng.choice(here)
    elif 1000 <= value <= 2100:
        other = str(value + rng.choice((-40, -12, -5, -3, -2, -1, 1, 2, 3, 5, 12)))
    else:
        other = str(max(1, value + rng.choice((-3, -1, 1, 2, 5)) * max(1, value // 10)))
    return None if other == one[0] else row.question[: one.start()] + other + row.question[one.end() :]


def _opposite(row: Row, strangers: Sequence[str], rng: random.Random) -> str | None:
    found = [m for m in _WORD.finditer(row.question) if m[0] in OPPOSITE]
    if not found:
        return None
    one = rng.choice(found)
    return row.question[: one.start()] + OPPOSITE[one[0]] + row.question[one.end() :]


def _negated(row: Row, strangers: Sequence[str], rng: random.Random) -> str | None:
    found = _VERB.search(row.question)
    if not found or found.start() == 0:
        return None
    way = rng.choice(("{} not", "{}n't", "{} never"))
    verb = found[1]
    if way == "{}n't" and verb.lower() in {"can", "will", "am"}:
        way = "{} not"
    return row.question[: found.start()] + way.format(verb) + " " + found[2]
