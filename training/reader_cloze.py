"""Questions that news asks of itself: a name or figure of one article's sentence, to be read in another article of the story.

No model takes part. A sentence of one article loses a name or figure and becomes a question ("Who …?", "How many …?", or
the wh-word in its place, as news quizzes ask); where another article of the same days and story has that name or figure
beside the same words, its window answers; its likest windows without it are silent.
"""

from __future__ import annotations

import random
import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np

from app.text.dates import find_dates
from app.text.names import find_names, plain
from app.text.nations import nation
from app.text.numbers import find_numbers
from app.text.sentences import split_sentences
from app.text.words import content_words
from training.reader_rows import HELD_FROM, Row, around, read_lines, windows

STORY_DAYS = 10
STORY_COSINE = (0.18, 0.93)
"""TF-IDF cosine of two articles of one story: above it they are copies."""
NEIGHBOURS = 6
PER_ARTICLE = 6
PRONOUN = re.compile(
    r"^\W*(?:he|she|it|they|we|i|this|that|these|those|but|and|so|his|her|their|its|there|here|click|read|sign)\b", re.IGNORECASE
)
_MONEY = re.compile(r"[$£€]\s?\d")


@dataclass(frozen=True, slots=True)
class Blank:
    """A name or figure of a sentence (`start`, `end` in it), and the words to ask for it with."""

    start: int
    end: int
    text: str
    kind: str


def cloze_rows(folder: Path, rng: random.Random) -> Iterator[Row]:
    articles = [
        a
        for a in read_lines(folder / "realtimeqa/2023/articles.jsonl.gz")
        if a["published"] and a["published"] < HELD_FROM and not (a["quiz_page"] or a["dup_of"] or a["roundup"]) and len(a["text"]) > 600
    ]
    kinds = kinds_of_names(articles)
    stories = neighbours(articles)
    for at, article in enumerate(articles):
        if not stories[at]:
            continue
        spans = [s for s in split_sentences(article["text"])[:16] if 45 <= s.end - s.start <= 260]
        rng.shuffle(spans)
        made = 0
        for span in spans:
            sentence = article["text"][span.start : span.end]
            if made >= PER_ARTICLE or PRONOUN.match(sentence) or sentence.endswith("?") or "“" in sentence or '"' in sentence:
                continue
            options = blanks(sentence, kinds)
            if not options:
                continue
            blank = rng.choice(options)
            question = ask(sentence, blank, rng)
            if question:
                rows = list(_read_elsewhere(question, sentence, blank, [articles[i] for i in stories[at]], rng))
                made += bool(rows)
                yield from rows


def kinds_of_names(articles: list[dict[str, Any]]) -> dict[str, str]:
    """person, place or thing for each name, by what stands beside it over all articles."""
    seen: dict[str, Counter[str]] = defaultdict(Counter)
    for article in articles:
        text = article["text"][:2500]
        for name in find_names(text):
            after, before = text[name.end : name.end + 8], text[max(0, name.start - 12) : name.start]
            key = plain(name.text)
            if re.match(r",? (?:said|told|who)\b|, \d\d,", after):
                seen[key]["person"] += 2
            if re.search(r"\b(?:President|Mr|Mrs|Ms|Dr|Sen|Rep|Gov|actor|singer|Minister|Judge)\.? $", before):
                seen[key]["person"] += 2
            if re.search(r"\b(?:in|near|at|across|outside) $", before):
                seen[key]["place"] += 1
            if nation(key) is not None:
                seen[key]["country"] += 3
            if re.search(r"\b(?:the|The) $", before) or re.match(r" (?:Inc|Corp)", after):
                seen[key]["thing"] += 1
    return {key: count.most_common(1)[0][0] for key, count in seen.items()}


def neighbours(articles: list[dict[str, Any]]) -> list[list[int]]:
    """For each article the likest others of the same days, no copies."""
    from sklearn.feature_extraction.text import TfidfVectorizer

    texts = [f"{a['title']} {a['title']} {a['text'][:1500]}" for a in articles]
    matrix = TfidfVectorizer(sublinear_tf=True, min_df=2, max_df=0.2, stop_words="english", dtype=np.float32).fit_transform(texts)
    days = np.array([date.fromisoformat(a["published"][:10]).toordinal() for a in articles])
    found: list[list[int]] = []
    for start in range(0, len(articles), 500):
        block = (matrix[start : start + 500] @ matrix.T).toarray()
        for row in range(block.shape[0]):
            cosine = block[row]
            near = (np.abs(days - days[start + row]) <= STORY_DAYS) & (cosine > STORY_COSINE[0]) & (cosine < STORY_COSINE[1])
            found.append([int(i) for i in np.argsort(-np.where(near, cosine, -1))[:NEIGHBOURS] if near[i] and i != start + row])
    return found


def blanks(sentence: str, kinds: dict[str, str]) -> list[Blank]:
    """What of a sentence can be asked for."""
    dates = find_dates(sentence)
    found = [Blank(n.start, n.end, n.text, kinds.get(plain(n.text), "thing")) for n in find_names(sentence, dates) if n.sure]
    found = [b for b in found if not sentence[b.end : b.end + 2].startswith(("'s", "’s", "-")) and len(b.text) > 2]
    for number in find_numbers(sentence, dates):
        text = sentence[number.start : number.end].strip()
        if any(c.isdigit() for c in text) and not re.match(r"-?(?:year|day|month)", sentence[number.end :].lstrip("- ")):
            found.append(Blank(number.start, number.start + len(text), text, "money" if _MONEY.search(text) else "number"))
    found += [Blank(d.start, d.end, sentence[d.start : d.end], "date") for d in dates if d.end - d.start > 3]
    return found


_WH = {
    "person": ("who", "which person", "who"),
    "place": ("which place", "which city", "where", "what place"),
    "country": ("which country", "what country"),
    "thing": ("what", "which company", "which organization", "what"),
    "number": ("how many", "what number of"),
    "money": ("how much", "how much money"),
    "date": ("when", "what day", "which day"),
}


def ask(sentence: str, blank: Blank, rng: random.Random) -> str | None:
    """The sentence as a question for the blank: the wh-word in its place, or first where the blank opens the sentence."""
    left, right = sentence[: blank.start].strip(), sentence[blank.end :].strip().rstrip(".!")
    wh = rng.choice(_WH[blank.kind])
    if blank.kind == "number" and not re.match(r"[a-z]+", right):
        wh = "how much" if right.startswith("%") else "what number"
    if blank.kind == "number" and right.startswith(("%", "percent", "per cent")):
        wh, right = "what percentage", re.sub(r"^(?:%|percent|per cent)\s*", "", right)
    if blank.kind == "date":
        left = re.sub(r"\b(?:on|in|by|since)$", "", left).strip()
    # Often only the clause: readers ask short questions.
    if rng.random() < 0.6:
        right = re.split(r"[,;:–—] ", right)[0] if len(right.split()) > 8 else right
        if len(left.split()) > 10:
            left = re.split(r"[,;:–—] ", left)[-1]
    left = re.sub(r"^(?:On|In) [A-Z]\w+day,? ", "", left)
    words = [*left.split(), wh, *right.split()]
    if blank.kind in ("date", "number", "money") and left and rng.random() < 0.5:
        words = [wh, *right.split(), *left.split()] if blank.kind != "date" else ["when", *left.split(), *right.split()]
    kept = [w for w in words if w == wh or rng.random() > 0.08]
    text = " ".join(kept)
    if len(set(content_words(text))) < 4 or len(words) < 6:
        return None
    return text[0].upper() + text[1:].rstrip(" ,;:") + "?"


def _read_elsewhere(question: str, sentence: str, blank: Blank, others: list[dict[str, Any]], rng: random.Random) -> Iterator[Row]:
    pattern = re.compile(rf"(?<![\w.,$£€]){re.escape(blank.text)}(?!\w|,\d|\.\d)")
    asked = set(content_words(question))
    best: tuple[float, Row] | None = None
    quiet: list[tuple[int, Row]] = []
    for other in others:
        text = other["text"]
        for span in split_sentences(text):
            piece = text[span.start : span.end]
            if piece == sentence or len(piece) > 600 or piece.endswith("?"):
                continue
            shared = len(asked & set(content_words(piece)))
            for found in pattern.finditer(piece):
                if shared >= max(3, 0.4 * len(asked)) and (best is None or shared > best[0]):
                    best = (shared, Row(question, other["title"], text, "cloze", [(span.start + found.start(), span.start + found.end())]))
        for a, b in windows(text):
            if not pattern.search(text[a:b]) and blank.text.split()[-1] not in text[a:b]:
                quiet.append((len(asked & set(content_words(text[a:b]))), Row(question, other["title"], text[a:b], "cloze-")))
    if best is not None:
        yield from around(best[1], rng, 0.0)
    if quiet and (rng.random() < (0.55 if best else 0.25)):
        quiet.sort(key=lambda pair: -pair[0])
        yield quiet[rng.randrange(min(2, len(quiet)))][1]
