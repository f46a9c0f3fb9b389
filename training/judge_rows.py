"""The pairs that the judge learns from: a claim, a window of a source, and whether the window carries it.

    python -m training.judge_rows --data DIR --out rows.jsonl [--no-news]

DIR holds `groundedness/`, `training/groundedness/` and `realtimeqa/`. Of `groundedness/` only LEARNED is read: Fool Me Twice, WiCE,
SummEdits, CLIFF, AVeriTeC and HaluEval report, and are never trained on.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import random
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from training.reader_rows import read_lines

SUPPORTED, CONTRADICTED, NOT_SAID, UNSUPPORTED = "supported", "contradicted", "not said", "not supported"
"""The last is for sets that do not tell a contradiction from silence."""


@dataclass(frozen=True, slots=True)
class Row:
    """`edited`: the characters of the claim that the source does not say, where known. `group`: what must not be split."""

    source: str
    claim: str
    label: str
    kind: str
    group: str
    edited: tuple[tuple[int, int], ...] | None = None

    @property
    def held(self) -> bool:
        """Whether the row is kept from training: one in twenty of each set; of news the weeks 5, 10, 15 and so on of a year; one in seven
        of the worded."""
        if (week := self._week) is not None:
            return week % 5 == 0
        if self.group.startswith("worded "):
            return int(self.group.rsplit(" ", 1)[1]) % 7 == 0
        return bool(int(hashlib.sha1(self.group.encode()).hexdigest()[:4], 16) % 20 == 0)

    @property
    def reports(self) -> bool:
        """Whether it is of the news weeks that report (5, 15, 25 …); what is held and does not report calibrates."""
        return self._week is not None and self._week % 10 == 5

    @property
    def _week(self) -> int | None:
        return int(self.group.rsplit(" ", 1)[1]) if self.group.startswith("news ") else None


LABELS = {
    "entailment": SUPPORTED, "SUPPORTS": SUPPORTED, "SUPPORT": SUPPORTED, "Supports": SUPPORTED, "yes": SUPPORTED, "correct": SUPPORTED,
    "contradiction": CONTRADICTED, "REFUTES": CONTRADICTED, "CONTRADICT": CONTRADICTED, "Refutes": CONTRADICTED,
    "neutral": NOT_SAID, "Neutral": NOT_SAID, "NOT_ENOUGH_INFO": NOT_SAID,
    "not_entailment": UNSUPPORTED, "no": CONTRADICTED, "wrong": UNSUPPORTED, "partially_supported": NOT_SAID,
    "agree": SUPPORTED, "disagree": CONTRADICTED, "unrelated": NOT_SAID,
}  # fmt: skip

LEARNED = {
    "groundedness/climate_fever": 1.0,
    "groundedness/fever_symmetric": 1.0,
    "groundedness/scifact_rationales": 1.0,
    "training/groundedness/fever_dev_evidence": 1.0,
    "training/groundedness/mnli_part": 1.0,
    "training/groundedness/rte_news": 1.0,
    "training/groundedness/snli_dev": 1.0,
    "training/groundedness/cad_snli": 0.8,
    "training/groundedness/breaking_nli": 0.25,
    "training/groundedness/scitail_dev": 1.0,
    "training/groundedness/control_dev": 1.0,
    "training/groundedness/covidfact": 1.0,
    "training/groundedness/healthver_devtest": 1.0,
    "training/groundedness/wice_train_partial": 1.0,
    "training/groundedness/multirc_answers": 0.5,
    "training/groundedness/boolq_part": 0.3,
    "training/groundedness/fnc1_headlines": 0.5,
}
"""Of each set the share that is used."""

NEWS = 0.4
"""Share of the pairs made of news that is used: more than are read in an hour would crowd out the free wording of the others."""

SOURCE_WORDS = 150
"""Of a source that is longer the beginning is read; the sets with long ones are the noisy ones."""


def public_rows(folder: Path, rng: random.Random) -> Iterator[Row]:
    for name, share in LEARNED.items():
        kind = name.split("/")[-1]
        for item in read_lines(folder / f"{name}.jsonl.gz"):
            label = LABELS.get(str(item.get("label")))
            if label is None or rng.random() >= share:
                continue
            if kind == "boolq_part":
                # "is x y: yes" claims as much as "x is y".
                yield _row(item, kind, label, f"{item['question'].rstrip('?')}? Yes")
            elif kind == "multirc_answers":
                yield _row(item, kind, label, f"{item['question']} {item['claim']}")
            elif kind == "climate_fever":
                yield _row(item, kind, label, item["claim"])
                yield from _sentences(item, kind)
            else:
                yield _row(item, kind, label, item["claim"])


def _row(item: dict[str, Any], kind: str, label: str, claim: str) -> Row:
    words = item["source"].split()
    source = item["source"] if len(words) <= SOURCE_WORDS else " ".join(words[:SOURCE_WORDS])
    return Row(source, claim, label, kind, f"{kind} {item.get('group') or item['source'][:80]}")


def _sentences(item: dict[str, Any], kind: str) -> Iterator[Row]:
    """Each evidence sentence of a climate claim has a label of its own."""
    for sentence, label in zip(item["evidence_sentences"], item["evidence_labels"], strict=True):
        if (known := LABELS.get(str(label))) is not None and known != NOT_SAID:
            yield Row(sentence, item["claim"], known, kind, f"{kind} {item['source'][:80]}")


def build(folder: Path, news: bool, seed: int = 14) -> list[Row]:
    rng = random.Random(seed)
    rows = list(public_rows(folder, rng))
    if news:
        from training.judge_invented import invented_rows
        from training.judge_news import news_rows
        from training.judge_questions import question_rows

        made = news_rows(folder, rng)
        rows += [row for row in made if row.kind.startswith("retold") or rng.random() < NEWS]
        rows += question_rows(folder, rng)
        rows += invented_rows()
    rows = [row for row in rows if row.source.strip() and row.claim.strip()]
    rng.shuffle(rows)
    return rows


def save(rows: Iterable[Row], path: Path) -> None:
    with open(path, "w", encoding="utf-8") as file:
        for row in rows:
            file.write(json.dumps(asdict(row), ensure_ascii=False) + "\n")


def load(path: Path) -> list[Row]:
    return [Row(**{**item, "edited": None if item["edited"] is None else tuple(map(tuple, item["edited"]))}) for item in read_lines(path)]


def summary(rows: Sequence[Row]) -> str:
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for row in rows:
        counts[row.kind][row.label] += 1
    return "\n".join(
        f"{kind:24} " + "  ".join(f"{n:6} {label}" for label, n in sorted(count.items())) for kind, count in sorted(counts.items())
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--no-news", action="store_true", help="without the pairs made of news articles")
    asked = parser.parse_args()
    rows = build(asked.data, not asked.no_news)
    save(rows, asked.out)
    print(summary(rows), len(rows), sep="\n")


if __name__ == "__main__":
    main()
