"""Choose from which likeness on two articles may be copies of one story (LIKENESS in app/indexing/copies.py).

    python -m training.calibrate_stories --realtimeqa DIR/2022 DIR/2023

For each threshold: of articles carried again as houses carry them (cut from the end, a line of the house in front) the share that is
found; and the pairs of each year that are joined, by likeness alone and after `is_copy`. The joined pairs are printed by their titles,
to be judged by hand: the labels (`dup_of`) are few, and most of those of 2022 are weekly roundups that share a frame.
"""

from __future__ import annotations

import argparse
import random
from collections import defaultdict
from collections.abc import Sequence
from itertools import combinations
from pathlib import Path

from app.article import Article, Published, article_id
from app.indexing.copies import LEAST_WORDS, is_copy
from app.text.sentences import split_sentences
from app.text.shingles import bands, likeness, signature, words_of
from evals.datasets import json_lines

THRESHOLDS = (0.4, 0.5, 0.55, 0.6, 0.65, 0.7, 0.75, 0.8, 0.9)
SAMPLE = 400
SEED = 11
HOUSE_LINE = "This report comes from our correspondents and from the news agencies that work for this house."
CUTS = {"a line in front": 0.0, "cut by a fifth": 0.2, "cut by a third": 1 / 3, "cut by two fifths": 0.4}
SHOWN_FROM = 0.5


def articles_of(folder: Path) -> tuple[list[Article], set[frozenset[str]]]:
    """A year's articles without the quiz itself, and the pairs of addresses labelled as copies."""
    articles, labelled = [], set()
    for record in json_lines(folder / "articles.jsonl.gz"):
        if record.get("quiz_page"):
            continue
        when = Published.parse(record["published"]) if record.get("published") else None
        url = record["url"]
        articles.append(Article(article_id(url, ""), record["title"] or "", record["text"], when, record["source"], url=url))
        if record.get("dup_of"):
            labelled.add(frozenset((url, record["dup_of"])))
    return articles, labelled


def carried(article: Article, cut: float) -> Article | None:
    """The article as another house prints it: without that share of its sentences at the end, with a line in front."""
    spans = split_sentences(article.text)
    kept = spans[: max(1, round(len(spans) * (1 - cut)))]
    text = f"{HOUSE_LINE}\n{article.text[: kept[-1].end]}" if kept else ""
    return Article("copy", article.title, text, article.published) if len(words_of(text)) >= 2 * LEAST_WORDS else None


def recall(articles: Sequence[Article]) -> None:
    sample = random.Random(SEED).sample([a for a in articles if len(words_of(a.text)) >= 150], SAMPLE)
    for name, cut in CUTS.items():
        found = []
        for article in sample:
            copy = carried(article, cut)
            if copy is not None:
                one, two = signature(article.text), signature(copy.text)
                met = bool(set(bands(one)) & set(bands(two))) and is_copy(article, copy)
                found.append(likeness(one, two) if met else 0.0)
        shares = "  ".join(f"{t:.2f}: {sum(f >= t for f in found) / len(found):.3f}" for t in THRESHOLDS)
        print(f"{name:18} {len(found)} articles  found {shares}", flush=True)


def pairs(name: str, articles: Sequence[Article], labelled: set[frozenset[str]]) -> None:
    signatures = [signature(article.text) for article in articles]
    together: dict[int, list[int]] = defaultdict(list)
    for place, made in enumerate(signatures):
        for band in bands(made):
            together[band].append(place)
    met = {pair for places in together.values() for pair in combinations(places, 2)}
    alike = sorted(((likeness(signatures[a], signatures[b]), a, b) for a, b in met), reverse=True)
    joined = [(share, articles[a], articles[b]) for share, a, b in alike if share >= THRESHOLDS[0] and is_copy(articles[a], articles[b])]
    for threshold in THRESHOLDS:
        before = sum(share >= threshold for share, _, _ in alike)
        after = [frozenset((one.url or "", two.url or "")) for share, one, two in joined if share >= threshold]
        right = len(labelled & set(after))
        print(f"{name} {threshold:.2f}: {before} pairs so alike, {len(after)} joined, {right} of {len(labelled)} labelled")
    for share, one, two in joined:
        if share >= SHOWN_FROM:
            print(f"  {share:.3f}  {one.published}  {one.title}  |  {two.published}  {two.title}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--realtimeqa", type=Path, nargs="+", required=True)
    for folder in parser.parse_args().realtimeqa:
        articles, labelled = articles_of(folder)
        pairs(folder.name, articles, labelled)
        recall(articles)


if __name__ == "__main__":
    main()
