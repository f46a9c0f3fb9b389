"""Claims in free wording on invented passages, right and wrong, as training rows.

Passages and claims (judge_wordings.jsonl) were written by a large language model. Of its claims the wrong keep more of the passage's words
than the right (0.78 and 0.62), and what learns from that takes a claim in the source's own words for a wrong one. So sentences of the
passage as they are stand among the right ones, right ones beside the passage without their sentence among the wrong, and of the wrong ones
some are left out (`balanced`).
"""

from __future__ import annotations

import random
import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from difflib import SequenceMatcher
from pathlib import Path

from app.support.checker import WHOLE_WORDS, WIDE
from app.support.source import Piece, read_source
from app.text.sentences import split_sentences
from training.judge_rows import CONTRADICTED, NOT_SAID, SUPPORTED, UNSUPPORTED, Row
from training.reader_rows import read_lines

WORDINGS = Path(__file__).with_name("judge_wordings.jsonl")
SENTENCE_WORDS = 6
VERBATIM, ABSENT = 2, 0.5
"""Of each passage the sentences that are claims as they stand; of its right claims the share that is shown without its sentence."""
MADE = ("worded as it stands", "worded absent")
BANDS = 10
"""Of equal width, by the share of the claim's words that the source has: within each no more wrong claims are kept than right ones."""
WORD = re.compile(r"\w[\w'’.,-]*\w|\w")
TWIN = 0.75
"""A wrong claim that has so much of a right one's wording differs from it by the error, and by nothing else."""
VERDICTS = dict.fromkeys(("hedge", "cause", "detail", "generalised", "mix"), NOT_SAID) | {"noun": UNSUPPORTED}


def invented_rows() -> list[Row]:
    """Held ones stand beside the whole passage, the others as they are judged."""
    held, learned = list[Row](), list[Row]()
    for number, item in enumerate(read_lines(WORDINGS)):
        group, source, rng = f"worded {number}", str(item["source"]), random.Random(number)
        found = [Row(source, claim, SUPPORTED, "worded true", group) for claim in item["right"]]
        for claim, kind in item["wrong"]:
            found.append(Row(source, claim, VERDICTS.get(kind, CONTRADICTED), f"worded {kind}", group, edited(claim, item["right"])))
        spans = split_sentences(source)
        plain = [text for span in spans if len((text := source[span.start : span.end]).split()) >= SENTENCE_WORDS and text[-1] == "."]
        found += [Row(source, text, SUPPORTED, "worded as it stands", group) for text in rng.sample(plain, min(VERBATIM, len(plain)))]
        for claim in item["right"]:
            best = read_source(source).windows(Piece(claim), 1)[0]
            left = f"{source[: spans[best.first].start]}{source[spans[best.last].end :].lstrip()}"
            if rng.random() < ABSENT and len(left.split()) >= SENTENCE_WORDS:
                found.append(Row(left, claim, NOT_SAID, "worded absent", group))
        for row in found:
            if row.held:
                held.append(row)
            else:
                shown = views(row.source, row.claim)
                learned += [replace(row, source=view) for view in (shown[:1] if row.kind in MADE else shown)]
    return held + balanced(learned)


def views(source: str, claim: str) -> list[str]:
    """What the support check shows the judge of a source for a claim that all of it may be needed for: all, if that is short; what is
    gathered; the best window with its neighbourhood. Three, so that the claim is seen thrice: they are few, and of the kind that is to
    be judged."""
    read, piece = read_source(source), Piece(claim)
    best = read.windows(piece, 1)[0]
    gathered, wide = read.gathered(piece), read.piece(best.first - WIDE, best.last + WIDE).text
    return [source if len(source.split()) <= WHOLE_WORDS else gathered, gathered, wide]


def balanced(rows: Sequence[Row]) -> list[Row]:
    """Without so many of the wrong ones, drawn at random, that in any of BANDS they outnumber the right."""
    bands: dict[int, list[Row]] = defaultdict(list)
    for row in rows:
        source, stems = read_source(row.source), Piece(row.claim).stems
        total = sum(map(source.weight, stems)) or 1.0
        shared = sum(source.weight(stem) for stem in stems if source.holds(stem)) / total
        bands[min(int(shared * BANDS), BANDS - 1)].append(row)
    kept, rng = list[Row](), random.Random(0)
    for band in sorted(bands):
        right = [row for row in bands[band] if row.label == SUPPORTED]
        wrong = [row for row in bands[band] if row.label != SUPPORTED]
        kept += right + rng.sample(wrong, min(len(wrong), len(right)))
    return kept


def edited(wrong: str, right: Sequence[str]) -> tuple[tuple[int, int], ...] | None:
    """The characters of a wrong claim that are not its twin's among the right ones; None without a twin, or where the error is what was
    left out."""
    words = [match.span() for match in WORD.finditer(wrong)]
    said = [wrong[start:end] for start, end in words]
    compared = [SequenceMatcher(None, WORD.findall(one), said, autojunk=False) for one in right]
    nearest = max(compared, key=lambda one: one.ratio(), default=None)
    if nearest is None or nearest.ratio() < TWIN:
        return None
    spans = [(words[first][0], words[last - 1][1]) for kind, _, _, first, last in nearest.get_opcodes() if kind != "equal" and first < last]
    return tuple(spans) or None
