"""Claims, their sources, and whether the source carries them: public sets read from a folder that is no part of Dateline, and files of
pairs that `training/judge_rows.py` writes."""

from __future__ import annotations

import random
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from app.errors import DatelineError
from evals.datasets import json_lines

UNSEEN = "never trained on"
WEIGHED = "never trained on; the weights of the rules were fitted on it"
CORRUPTED = "corrupted news sentences, articles held aside"
MADE = "never trained on, if the file holds the weeks held aside"
TRUE = "supported"
"""The label of a true pair in a file of pairs; every other label is of a false one."""
SEED = 7


@dataclass(frozen=True, slots=True)
class Pair:
    """A claim and its source; `kind`: how a false claim was made, where it is known."""

    id: str
    source: str
    claim: str
    true: bool
    kind: str = ""


@dataclass(frozen=True, slots=True)
class SupportSet:
    """`file` below the folder; `role`: what of Dateline has seen it; `claim` of a row; `counts`: whether it is one of those that are
    reported together (of two forms of the same claims one does)."""

    file: str
    role: str = UNSEEN
    claim: Callable[[dict[str, Any]], str] = lambda row: str(row["claim"])
    counts: bool = True


def _asked(row: dict[str, Any]) -> str:
    """What the answer claims: alone "Arthur's Magazine" claims nothing."""
    return f"{row['question']} {row['claim']}"


SETS = {
    "fm2_dev": SupportSet("fm2_dev"),
    "wice_oracle_chunks_dev": SupportSet("wice_oracle_chunks_dev", WEIGHED),
    "summedits_news": SupportSet("summedits_news"),
    "averitec_dev": SupportSet("averitec_dev"),
    "cliff_news": SupportSet("cliff_news", WEIGHED),
    "halueval_qa, question and answer": SupportSet("halueval_qa", claim=_asked),
    "halueval_qa, the answer alone": SupportSet("halueval_qa", counts=False),
    "wice_dev": SupportSet("wice_dev", f"{UNSEEN}; same claims as wice_oracle_chunks_dev", counts=False),
}
"""Fool Me Twice (Eisenschlos et al., 2021), WiCE (Kamoi et al., 2023), SummEdits (Laban et al., 2023), AVeriTeC (Schlichtkrull et al.,
2023), CLIFF (Cao and Wang, 2021), HaluEval (Li et al., 2023: published as question and answer)."""

TRAINED_ON = ("climate_fever", "fever_symmetric", "scifact_rationales")
"""The other sets of the folder: no figures are given on what taught the judge."""


def load_sets(folder: Path, limit: int | None = None, names: Collection[str] = tuple(SETS)) -> dict[str, list[Pair]]:
    """At most `limit` pairs of each set, drawn with a fixed seed. Raises DatelineError naming the file, or file and line, at fault."""
    return {name: sample(_pairs(folder / f"{SETS[name].file}.jsonl.gz", SETS[name].claim), limit) for name in SETS if name in names}


def load_made(file: Path, limit: int | None = None) -> list[Pair]:
    """The pairs of a file that `training/judge_rows.py` wrote, at most `limit`. Raises DatelineError as load_sets does."""

    def pair(number: int, row: dict[str, Any]) -> Pair:
        return Pair(str(number), row["source"], row["claim"], row["label"] == TRUE, row["kind"])

    return sample(_read(file, pair), limit)


def sample(pairs: Sequence[Pair], limit: int | None) -> list[Pair]:
    """All pairs in one fixed order, cut at `limit`: a smaller sample is part of a larger one."""
    drawn = list(pairs)
    random.Random(SEED).shuffle(drawn)
    return drawn[:limit]


def _pairs(file: Path, claim: Callable[[dict[str, Any]], str]) -> list[Pair]:
    def pair(number: int, row: dict[str, Any]) -> Pair:
        return Pair(str(row.get("id", number)), row["source"], claim(row), bool(row["supported"]))

    return _read(file, pair)


def _read(file: Path, pair: Callable[[int, dict[str, Any]], Pair]) -> list[Pair]:
    pairs = []
    for number, row in enumerate(json_lines(file), start=1):
        try:
            found = pair(number, row)
        except (KeyError, TypeError) as error:
            raise DatelineError(f"{file.name}, line {number} is no claim with its source ({error}).", "Mend it and run again.") from None
        if found.source.strip() and found.claim.strip():
            pairs.append(found)
    if not pairs:
        raise DatelineError(f"no claims in {file}.", "Name the folder of groundedness sets with --data, or a file with --pairs.")
    return pairs
