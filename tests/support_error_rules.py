"""Wrong claims made by rule from the right ones that were written by hand: one thing changed, the rest as it was.

    python -m tests.support_error_rules

writes them behind the rows of `tests/support_errors/*.jsonl` that are by hand. Same rows in, same rows out.
"""

from __future__ import annotations

import json
import random
import re
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TypedDict

from app.article import Article, Span
from app.reading import Problem, read_path
from app.text.dates import WEEKDAYS, find_dates
from app.text.months import MONTHS
from app.text.names import Name, find_names, same_name
from app.text.numbers import find_numbers
from app.text.sentences import split_sentences

CORPUS = Path(__file__).parents[1] / "corpus"
ROWS = Path(__file__).parent / "support_errors"
HALVES = ("seen", "unseen")
SEED = 14
MOST = {"number": 14, "date": 12, "name": 12, "place": 12, "negation": 10, "hedge": 10, "speaker": 10, "cause": 10}
"""Rows of each kind in each half, at most."""

PLACES = (
    *("Dunmarrow", "Hexmoor", "Port Calder", "Lissow", "Vantry", "Eskerby", "Marrick", "Quenby", "Linfell", "Carrow", "Tollen", "Fennick"),
    *(
        "Saltern Point",
        "Aldersund",
        "Millgate",
        "Harrowgill",
        "Northgate",
        "Brennow",
        "Lower Ash",
        "Tanner Street",
        "Weir Lane",
        "Ferry Street",
    ),
)
_HELPER = re.compile(r"\b(?:will|was|were|is|are|has|have|can|could)\b(?! not| no )")
_HEDGES = (
    (re.compile(r"\b(?:may|might|would probably|will probably|should)(?= (?!not|no\b)[a-z])"), "will"),
    (re.compile(r"\b(?:is|are) (?:expected|likely|due) to(?= [a-z])"), "will"),
    (re.compile(r"\b(?:hopes|expects|intends|plans|means|wants) to(?= [a-z])(?!.* and to )"), "will"),
    (re.compile(r"\b(?:probably|perhaps|likely|possibly) "), ""),
)
_SAYS = re.compile(r"(?:\bsaid|\bsays|\baccording to|\btold|\bclaims|\bbelieves|\bthinks|\baccused|\bestimates)\b")


class Row(TypedDict):
    """`article`: its address, or without one its path in the corpus."""

    article: str
    source: str
    claim: str
    supported: bool
    kind: str
    how: str


def articles() -> dict[str, Article]:
    """The articles of the corpus by address, or without one by path."""
    found: dict[str, Article] = {}
    for item in read_path(CORPUS):
        if isinstance(item, Problem):
            raise ValueError(f"{item.path}: {item.message}")
        path = Path(item.path or "").resolve().relative_to(CORPUS.resolve())
        found[item.url or path.as_posix()] = item
    return found


def load(half: str) -> list[Row]:
    return [json.loads(line) for line in (ROWS / f"{half}.jsonl").read_text(encoding="utf-8").splitlines()]


def made(rows: Sequence[Row], known: dict[str, Article]) -> list[Row]:
    """For each kind at most `MOST` wrong claims, of as many right ones, drawn by seed."""
    right = [row for row in rows if row["supported"]]
    told = {row["claim"] for row in rows}
    found: list[Row] = []
    for kind, change in _CHANGES.items():
        chance = random.Random(f"{SEED} {kind}")
        drawn = chance.sample(right, len(right))
        changed = ((row, change(row["claim"], row["source"], known[row["article"]].text, chance)) for row in drawn)
        claims = [(row, claim) for row, claim in changed if claim is not None and claim not in told][: MOST[kind]]
        told |= {claim for _, claim in claims}
        found += [
            Row(article=row["article"], source=row["source"], claim=claim, supported=False, kind=kind, how="rule") for row, claim in claims
        ]
    return found


def _number(claim: str, source: str, text: str, chance: random.Random) -> str | None:
    taken = {number.value for number in find_numbers(source, find_dates(source))} | {number.value for number in find_numbers(claim)}
    mine = [number for number in find_numbers(claim, find_dates(claim)) if _figure(claim, number)]
    if not mine:
        return None
    number = chance.choice(mine)
    old = _figure(claim, number)
    there = [(other.value, _figure(text, other)) for other in find_numbers(text, find_dates(text))]
    others = [new for value, new in there if value not in taken and len(new) == len(old) and ("." in new) == ("." in old)]
    new = chance.choice(others) if others else str(int(old[0]) % 9 + 1) + old[1:]
    return claim[: number.start] + claim[number.start :].replace(old, new, 1)


def _figure(text: str, number: Span) -> str:
    """The figure itself, without words around it: "about 20 tonnes" is "20"; empty where it is a word."""
    found = re.search(r"\d[\d.,]*(?<![.,])", text[number.start : number.end])
    return found[0] if found else ""


def _date(claim: str, source: str, text: str, chance: random.Random) -> str | None:
    words = [word for word in (*MONTHS, *WEEKDAYS) if re.search(rf"\b{word.title()}\b", claim)]
    if not words:
        return None
    old = chance.choice(words)
    table = MONTHS if old in MONTHS else WEEKDAYS
    new = table[(table.index(old) + chance.choice((1, 2, 3))) % len(table)]
    return re.sub(rf"\b{old.title()}\b", new.title(), claim, count=1)


def _people(text: str) -> list[Name]:
    return [
        name for name in find_names(text, find_dates(text)) if re.fullmatch(r"[A-Z]\w+ [A-Z]\w+", name.text) and name.text not in PLACES
    ]


_NO_PERSON = re.compile(
    r"\b(?:Union|Front|Authority|Council|Ministry|Service|Bank|Office|Institute|Civil|Lines|Centre|Board|Generation|Nitrates|Railways|Crossing|"
    r"Commission|Inspectorate|Hall|Ardemar|Bakers|Farmers|Workers|Street|Grid|Dam|Hydro|Athletic|Rovers|Bridge|Point|Town|Torc|Museum|Quay|General|Secretariat|Society|"
    r"Assembly|Lane|Ash|Club|Pass|Corran|Calder|Department|Meridian|Exchange|Park|Court|Labour|Prime|Minister|Year|Cross|Scheme|Post|Times|"
    r"Meadow|Harbour|Thessel|Motors|Saint|Gazette|Radio|Gate|Parade)\b"
)


def _persons(text: str) -> list[str]:
    return list(dict.fromkeys(name.text for name in _people(text) if not _NO_PERSON.search(name.text)))


def _name(claim: str, source: str, text: str, chance: random.Random) -> str | None:
    mine = _persons(claim)
    others = [one for one in _persons(text) if not any(same_name(one, two) for two in (*_persons(source), *mine))]
    if not mine or not others:
        return None
    return claim.replace(chance.choice(mine), chance.choice(others))


def _place(claim: str, source: str, text: str, chance: random.Random) -> str | None:
    mine = [place for place in PLACES if place in claim]
    others = [place for place in PLACES if place in text and place not in source and place not in claim]
    others = others or [place for place in PLACES if place not in text]
    return claim.replace(chance.choice(mine), chance.choice(others)) if mine else None


def _negation(claim: str, source: str, text: str, chance: random.Random) -> str | None:
    if " not " in claim or " no " in claim:
        return None
    found = _HELPER.search(claim)
    return f"{claim[: found.end()]} not{claim[found.end() :]}" if found else None


def _hedge(claim: str, source: str, text: str, chance: random.Random) -> str | None:
    if " unless " in claim or " if " in claim.lower():
        return None
    for pattern, word in _HEDGES:
        if pattern.search(claim):
            return pattern.sub(word, claim, count=1)
    return None


def _speaker(claim: str, source: str, text: str, chance: random.Random) -> str | None:
    """What one says, said by another whom the cited lines name or the article quotes."""
    mine = _persons(claim)
    others = [one for one in _persons(text) if not any(same_name(one, two) for two in mine)]
    if len(mine) != 1 or not others or not _SAYS.search(claim):
        return None
    return claim.replace(mine[0], chance.choice(others))


def _cause(claim: str, source: str, text: str, chance: random.Random) -> str | None:
    """A sentence of the same article that has nothing to do with it, given as the reason."""
    if re.search(r"\b(?:because|since|as|after|so|when)\b", claim):
        return None
    reasons = [text[span.start : span.end] for span in split_sentences(text)]
    fitting = [
        one
        for one in reasons
        if one not in source and re.match(r"(?:The|A|Its|Their) ", one) and 30 < len(one) < 110 and not re.search(r"[“”\":;]|\bthis\b", one)
    ]
    if not fitting:
        return None
    reason = chance.choice(fitting).rstrip(".")
    return f"{claim.rstrip('.')} because {reason[0].lower()}{reason[1:]}."


_CHANGES: dict[str, Callable[[str, str, str, random.Random], str | None]] = {
    "number": _number,
    "date": _date,
    "name": _name,
    "place": _place,
    "negation": _negation,
    "hedge": _hedge,
    "speaker": _speaker,
    "cause": _cause,
}


def lines(rows: Sequence[Row]) -> Iterator[str]:
    for row in rows:
        yield json.dumps(row, ensure_ascii=False) + "\n"


def main() -> None:
    known = articles()
    for half in HALVES:
        by_hand = [row for row in load(half) if row["how"] == "hand"]
        (ROWS / f"{half}.jsonl").write_text("".join(lines([*by_hand, *made(by_hand, known)])), encoding="utf-8")


if __name__ == "__main__":
    main()
