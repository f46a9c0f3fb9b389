"""How many sentences of real news are taken for orders to a machine (app/text/addressed_to_machines.py), with each of them to read:
python -m training.count_addressed PATH…"""

from __future__ import annotations

import sys
from pathlib import Path

from app.article import Article
from app.reading import read_path
from app.text.addressed_to_machines import for_readers
from app.text.sentences import split_sentences


def main(paths: list[str]) -> None:
    sentences, taken = 0, 0
    for path in paths:
        for article in read_path(Path(path)):
            if not isinstance(article, Article):
                continue
            spans = split_sentences(article.text)
            left = set(for_readers(article.text, spans))
            sentences += len(spans)
            for span in spans:
                if span not in left:
                    taken += 1
                    print(f"  {article.url or article.path}: {article.text[span.start : span.end][:300]}")
    print(f"{taken} of {sentences:,} sentences are taken for orders to a machine")


if __name__ == "__main__":
    main(sys.argv[1:])
