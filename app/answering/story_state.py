"""How a story stands: of the articles on what was asked, the newest ones, each by the sentence that opens it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from app.answering.readers.linear_features import share_of_names
from app.answering.readers.reading import Found, Reading
from app.answering.readers.unfit import is_unfit
from app.article import Article, Sentence
from app.retrieval.profile import QuestionProfile
from app.text.names import find_names
from app.text.sentences import split_sentences

OF_THE_STORY = 0.5
"""The share of the best passage's retrieval score that makes an article one of the story, if it has the question's names."""
TOLD = 2
"""Articles that tell how a story stands."""
STORY_KNOWN = 0.5
"""How likely the newest articles on what was asked answer how it stands. Set by hand: the reader looks for one fact, and there is none."""
OPENING = 1_500
"""Characters of an article in which its opening sentence, and the names of its story, are looked for."""
FEWEST_WORDS = 7
"""Of a sentence that can open a report; a shorter one is a headline or a dateline."""


def newest_of_story(asked: QuestionProfile, spans: Sequence[Found]) -> list[Reading]:
    """Up to TOLD readings without spans, newest first; empty where no dated article is on what was asked."""
    best: dict[str, Found] = {}
    for one in spans:
        known = best.get(one.passage.article.id)
        if known is None or one.share > known.share:
            best[one.passage.article.id] = one
    on_it = [one for one in best.values() if one.passage.article.published and one.share >= OF_THE_STORY and _named(asked, one)]
    on_it.sort(key=lambda one: (_day(one.passage.article), one.share), reverse=True)
    found = ((one.passage.article, opening(one.passage.article), one.share) for one in on_it)
    return [Reading(article, sentence, None, share) for article, sentence, share in found if sentence][:TOLD]


def opening(article: Article) -> Sentence | None:
    """The first sentence that tells something."""
    for span in split_sentences(article.text[:OPENING]):
        words = article.text[span.start : span.end]
        if len(words.split()) >= FEWEST_WORDS and not is_unfit(words):
            return Sentence(span.start, span.end)
    return None


def _named(asked: QuestionProfile, one: Found) -> bool:
    around = f"{one.passage.article.title}. {one.passage.article.text[:OPENING]}"
    return share_of_names(asked, [n.text for n in find_names(around)], around) >= 1.0


def _day(article: Article) -> date:
    assert article.published is not None
    return article.published.day
