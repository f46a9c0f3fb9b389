"""How a story stands: of the articles on what was asked, the newest ones, each by the sentence that opens it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from app.answering.readers.linear_features import share_of_names
from app.answering.readers.reading import Found, Reading
from app.answering.readers.unfit import is_unfit
from app.article import Article, Sentence
from app.retrieval.profile import QuestionProfile
from app.text.addressed_to_machines import for_readers
from app.text.names import find_names
from app.text.sentences import split_sentences
from app.text.words import content_words

OF_THE_STORY = 0.5
"""The share of the best passage's retrieval score that makes an article one of the story, if it has the question's names."""
TOLD = 2
"""Articles that tell how a story stands."""
STORY_KNOWN = 0.5
"""How likely the newest articles on what was asked answer how it stands. Set by hand: the reader looks for one fact, and there is none."""
OPENING = 1_500
"""Characters of an article in which its opening sentence, and the names of its story, are looked for."""
MOST_WORDS = 0.85
"""Of the words that the best article on it holds, the share that each must. Set by hand: the lighthouse is not the power plant."""
_ASKING = "latest newest recent current news development update state situation status word event happen stand go"
"""Words that only ask for news, and say nothing of what."""
FEWEST_WORDS = 7
"""Of a sentence that can open a report; a shorter one is a headline or a dateline."""


def newest_of_story(asked: QuestionProfile, spans: Sequence[Found]) -> list[Reading]:
    """Up to TOLD readings without spans, newest first; empty where no dated article is on what was asked."""
    best: dict[str, Found] = {}
    for one in spans:
        known = best.get(one.passage.article.id)
        if known is None or one.share > known.share:
            best[one.passage.article.id] = one
    held = {key: _words_held(asked, one.passage.article) for key, one in best.items()}
    most = max(held.values(), default=0.0)
    on_it = [
        one
        for key, one in best.items()
        if one.passage.article.published and one.share >= OF_THE_STORY and _named(asked, one) and held[key] >= MOST_WORDS * most
    ]
    on_it.sort(key=lambda one: (_day(one.passage.article), one.share), reverse=True)
    found = ((one.passage.article, opening(one.passage.article), one.share) for one in on_it)
    return [Reading(article, sentence, None, share) for article, sentence, share in found if sentence][:TOLD]


def opening(article: Article) -> Sentence | None:
    """The first sentence that tells something."""
    for span in for_readers(article.text, split_sentences(article.text[:OPENING])):
        words = article.text[span.start : span.end]
        if len(words.split()) >= FEWEST_WORDS and not is_unfit(words):
            return Sentence(span.start, span.end)
    return None


def _words_held(asked: QuestionProfile, article: Article) -> float:
    """The share of the question's words that the article opens with, those that only ask for news left out."""
    words = set(asked.words) - set(content_words(_ASKING))
    held = set(content_words(f"{article.title}. {article.text[:OPENING]}"))
    return len(words & held) / len(words) if words else 1.0


def _named(asked: QuestionProfile, one: Found) -> bool:
    around = f"{one.passage.article.title}. {one.passage.article.text[:OPENING]}"
    return share_of_names(asked, [n.text for n in find_names(around)], around) >= 1.0


def _day(article: Article) -> date:
    assert article.published is not None
    return article.published.day
