"""The rows that the reader learns from: a question, a title, a window of text, and where in it the answer stands.

    python -m training.reader_rows --data DIR --out rows.jsonl

DIR holds `reading/`, `training/reading/` and `realtimeqa/2023/` in the formats that docs/reader.md describes. Nothing of
RealTime QA 2022, of `corpus/`, of SQuAD 2.0's dev set or of RealTime QA 2023 from October on is read: they choose and report.
"""

from __future__ import annotations

import argparse
import gzip
import json
import random
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from app.text.sentences import split_sentences
from app.text.words import content_words

Spans = list[tuple[int, int]]
SIZES = (60, 110, 170)
"""Words of a window: from a short paragraph to a passage as it is indexed."""
HELD_FROM = "2023-10-01"
"""RealTime QA and its articles from this day on are kept for calibrating abstention."""
HELD_ASIDE = 600
"""Questions of SQuADShifts that choose between runs."""


@dataclass(frozen=True, slots=True)
class Row:
    """`spans` are all right answers (none: the window is silent). `inside`: a span is only known to lie within one of them."""

    question: str
    title: str
    text: str
    kind: str
    spans: Spans = field(default_factory=list)
    inside: bool = False


def read_lines(path: Path) -> list[dict[str, Any]]:
    with gzip.open(path, "rt", encoding="utf-8") if path.suffix == ".gz" else open(path, encoding="utf-8") as lines:
        return [json.loads(line) for line in lines if line.strip()]


def windows(text: str, size: int = SIZES[-1]) -> Spans:
    """Runs of whole sentences of about `size` words."""
    out: Spans = []
    first, last, words = -1, -1, 0
    for span in split_sentences(text):
        count = len(text[span.start : span.end].split())
        if first >= 0 and words + count > size:
            out.append((first, last))
            first, words = -1, 0
        first = span.start if first < 0 else first
        last, words = span.end, words + count
    return [*out, (first, last)] if first >= 0 else out


def holding(row: Row, rng: random.Random) -> Row | None:
    """The row cut to a window around its first answer, which stands at a random place in it."""
    spans = split_sentences(row.text)
    start, end = row.spans[0]
    low = next((i for i, s in enumerate(spans) if s.start <= start < s.end), None)
    high = next((i for i, s in enumerate(spans) if s.start < end <= s.end), None)
    if low is None or high is None or high < low:
        return None
    words = len(row.text[spans[low].start : spans[high].end].split())
    want = rng.choice(SIZES)
    while sides := [i for i in (low - 1, high + 1) if 0 <= i < len(spans)]:
        side = rng.choice(sides)
        words += len(row.text[spans[side].start : spans[side].end].split())
        if words > want:
            break
        low, high = min(low, side), max(high, side)
    a, b = spans[low].start, spans[high].end
    inside = [(x - a, y - a) for x, y in row.spans if a <= x and y <= b]
    return Row(row.question, row.title, row.text[a:b], row.kind, inside, row.inside) if inside else None


def silent(row: Row, rng: random.Random) -> Row | None:
    """Another window of the same text, likest to the question among a few, without any of its answers."""
    rest = [(a, b) for a, b in windows(row.text, rng.choice(SIZES)) if not any(x < b and a < y for x, y in row.spans)]
    if not rest:
        return None
    asked = set(content_words(row.question))
    a, b = max(rng.sample(rest, min(3, len(rest))), key=lambda w: len(asked & set(content_words(row.text[w[0] : w[1]]))))
    return Row(row.question, row.title, row.text[a:b], row.kind + "-")


def around(row: Row, rng: random.Random, share_silent: float) -> Iterator[Row]:
    """The row cut to a window with its answer, and now and then a silent one beside it."""
    if not row.spans:
        a, b = rng.choice(windows(row.text)[:2])
        yield Row(row.question, row.title, row.text[a:b], row.kind + "-")
        return
    if found := holding(row, rng):
        yield found
    if rng.random() < share_silent and (quiet := silent(row, rng)):
        yield quiet


def _answers(item: dict[str, Any]) -> Spans:
    return [(a["start"], a["start"] + len(a["text"])) for a in item.get("answers") or [] if a["text"]]


def row_of(item: dict[str, Any], kind: str) -> Row:
    spans = _answers(item)
    whole = [tuple(s) for s in item.get("answer_sentences") or ([item["answer_sentence"]] if item.get("answer_sentence") else [])]
    sentence_only = not spans or kind == "clapnq_dev"
    answerable = item.get("answerable", True)
    return Row(
        item["question"],
        item.get("title") or "",
        item["context"],
        kind,
        (whole if sentence_only else spans) if answerable else [],
        sentence_only,
    )


def held_aside(folder: Path) -> list[dict[str, Any]]:
    """The questions of SQuADShifts that are never trained on."""
    rows = read_lines(folder / "reading/squadshifts_newwiki.jsonl.gz")
    random.Random(3).shuffle(rows)
    return rows[:HELD_ASIDE]


PLAIN = {
    "reading/qed_dev": (1.0, 0.6),
    "reading/timeqa_human": (1.0, 0.35),
    "reading/clapnq_dev": (1.0, 0.3),
    "reading/qamr_wikinews": (1.0, 0.12),
    "training/reading/qamr_wikipedia": (0.35, 0.1),
    "training/reading/squad_train_part": (1.0, 0.25),
    "training/reading/quoref_part": (1.0, 0.2),
    "training/reading/selqa_sentences": (1.0, 0.3),
}
"""Of each set the share that is used, and how often a silent window goes beside an answer."""


def plain_rows(folder: Path, rng: random.Random) -> Iterator[Row]:
    """The reading sets as they are, each cut to windows."""
    for name, (share, share_silent) in PLAIN.items():
        for item in read_lines(folder / f"{name}.jsonl.gz"):
            if rng.random() < share and not item.get("place_uncertain"):
                row = row_of(item, name.split("/")[-1])
                # People's own look-alike questions are few and worth most.
                for _ in range(1 if row.spans else 3 if "squad" in name else 2):
                    yield from around(row, rng, share_silent)


def shifts_rows(folder: Path, rng: random.Random) -> Iterator[Row]:
    """SQuADShifts but for what is held aside, and its questions on a neighbouring paragraph."""
    items = read_lines(folder / "reading/squadshifts_newwiki.jsonl.gz")
    aside = {item["context"] for item in held_aside(folder)}
    order = list(dict.fromkeys(item["context"] for item in items))
    places = {text: place for place, text in enumerate(order)}
    for item in items:
        if item["context"] in aside:
            continue
        yield from around(row_of(item, "squadshifts"), rng, 0.25)
        near = places[item["context"]] + rng.choice((-2, -1, 1, 2))
        if rng.random() < 0.35 and 0 <= near < len(order) and order[near] not in aside and item["answers"][0]["text"] not in order[near]:
            yield Row(item["question"], "", order[near][:1200], "squadshifts-")


def sentence_rows(folder: Path, rng: random.Random, name: str, share: float) -> Iterator[Row]:
    """A question with its answer's sentence, put among sentences on the same subject (neighbours by number)."""
    items = read_lines(folder / f"training/reading/{name}.jsonl.gz")
    items.sort(key=lambda item: int(item["id"].rsplit("-", 1)[1]))
    for at, item in enumerate(items):
        if rng.random() > share:
            continue
        steps = rng.sample([d for d in range(-7, 8) if d], rng.randint(1, 4))
        others = dict.fromkeys(items[at + d]["context"] for d in steps if 0 <= at + d < len(items))
        others.pop(item["context"], None)
        if rng.random() < 0.2 and others:
            yield Row(item["question"], "", " ".join(others), "sentence-")
            continue
        parts = [*others, item["context"]]
        rng.shuffle(parts)
        start = len(" ".join(parts[: parts.index(item["context"])])) + (1 if parts[0] != item["context"] else 0)
        yield Row(item["question"], "", " ".join(parts), "sentence", [(start, start + len(item["context"]))], True)


_DIGIT_WORDS = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"]


def answer_pattern(answer: str) -> re.Pattern[str]:
    """Where an answer stands in a text: as it is written, or a small figure in words."""
    ways = [re.escape(answer)]
    if answer.isdigit() and int(answer) < len(_DIGIT_WORDS):
        ways.append(_DIGIT_WORDS[int(answer)])
    if answer.lower() in _DIGIT_WORDS:
        ways.append(str(_DIGIT_WORDS.index(answer.lower())))
    return re.compile(rf"(?<![\w.,]){'|'.join(f'(?:{way})' for way in ways)}(?!\w|,\d)", re.IGNORECASE)


def _by_distance(question: str, text: str, pattern: re.Pattern[str]) -> tuple[int, int] | None:
    """The answer's place whose sentence and surroundings share most with the question, if they share enough."""
    asked = set(content_words(question))
    best, place = 0.0, None
    spans = split_sentences(text)
    for found in pattern.finditer(text):
        at = next((i for i, s in enumerate(spans) if s.start <= found.start() < s.end), None)
        if at is None or text[spans[at].start : spans[at].end].rstrip("\"”'’) ").endswith("?"):
            continue
        near = text[spans[max(0, at - 1)].start : spans[at].end]
        shared = len(asked & set(content_words(near))) + 0.5 * len(asked & set(content_words(text[spans[at].start : spans[at].end])))
        if shared > best:
            best, place = shared, found.span()
    return place if best >= max(2.0, 0.45 * len(asked)) else None


def news_quiz_rows(folder: Path, rng: random.Random, times: int = 2) -> Iterator[Row]:
    """RealTime QA 2023 before HELD_FROM: answers by distance, and silent windows of the articles its searches returned."""
    articles = {a["url"]: a for a in read_lines(folder / "realtimeqa/2023/articles.jsonl.gz") if not a["quiz_page"]}
    for item in read_lines(folder / "realtimeqa/2023/questions.jsonl"):
        if item["question_date"] >= HELD_FROM or item["answer_type"] not in ("short", "number", "date"):
            continue
        question, pattern = item["question"], answer_pattern(item["answer_text"])
        asked = set(content_words(question))
        linked = dict.fromkeys([*item["pool_urls"], *item["strict_urls"], *item["evidence_urls"]])
        for url in [u for u in linked if u in articles][:5]:
            text = articles[url]["text"]
            place = _by_distance(question, text, pattern)
            if place:
                for _ in range(times):
                    yield from around(Row(question, articles[url]["title"], text, "quiz", [place]), rng, 0.8)
        if item["evidence"] and (place := _by_distance(question, item["evidence"], pattern)):
            yield Row(question, "", item["evidence"], "quiz", [place])
        quiet: list[tuple[int, Row]] = []
        for url in item["urls"]:
            article = articles.get(url)
            if article is None:
                continue
            for a, b in windows(article["text"]):
                piece = article["text"][a:b]
                if not pattern.search(piece):
                    quiet.append((len(asked & set(content_words(piece))), Row(question, article["title"], piece, "quiz-")))
        quiet.sort(key=lambda pair: -pair[0])
        yield from (row for _, row in quiet[:3])


def build(folder: Path, seed: int = 11) -> list[Row]:
    from training.reader_cloze import cloze_rows
    from training.reader_lookalikes import lookalikes

    rng = random.Random(seed)
    rows = [*plain_rows(folder, rng), *shifts_rows(folder, rng), *news_quiz_rows(folder, rng)]
    rows += sentence_rows(folder, rng, "squad_train_sentences", 1.0)
    rows += sentence_rows(folder, rng, "squad_train_sentences_lower", 0.5)
    rows += cloze_rows(folder, rng)
    rows += lookalikes(rows, rng)
    rows = [row for row in rows if row.text.strip()]
    rng.shuffle(rows)
    return rows


def save(rows: Iterable[Row], path: Path) -> None:
    with open(path, "w", encoding="utf-8") as file:
        for row in rows:
            file.write(json.dumps(asdict(row), ensure_ascii=False) + "\n")


def load(path: Path) -> list[Row]:
    return [Row(**{**item, "spans": [tuple(s) for s in item["spans"]]}) for item in read_lines(path)]


def summary(rows: Sequence[Row]) -> str:
    counts: dict[str, Counter[bool]] = defaultdict(Counter)
    for row in rows:
        counts[row.kind.rstrip("-")][bool(row.spans)] += 1
    return "\n".join(f"{kind:24} {count[True]:6} answered {count[False]:6} silent" for kind, count in sorted(counts.items()))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    asked = parser.parse_args()
    rows = build(asked.data)
    save(rows, asked.out)
    print(summary(rows), len(rows), sep="\n")


if __name__ == "__main__":
    main()
