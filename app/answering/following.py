"""Does a question go on from the one before? What the articles say decides, not its words alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from app.answering.readers.reading import Reader, Readings
from app.retrieval.conversation import Rankings, rankings
from app.retrieval.follow_up import Cue
from app.retrieval.plain_question import plain_question
from app.retrieval.profile import QuestionProfile
from app.retrieval.retriever import Ranked, Retriever
from app.retrieval.understanding import Understood
from app.text.words import content_words, word_rarity

RETRIEVED = 30
"""Passages found for an answer."""
STORY = 3
"""Articles that the question before finds: the story that the conversation is on."""
NEAR = 0.6
"""Of the best passage's score, what one of the story must have: in a small archive the next best is soon of something else."""
HELD: dict[Cue, float] = {"open": 0.0, "pointing": 0.3, "leaning": 0.5, "alone": 1.0}
"""The share of a question's own words, by rarity, that the story must hold for a follow-up, by how the question leans; what the
best article found for it alone holds is enough, if that is less. Set by hand on 24 conversations over corpus/ that are not among those
of the evals."""
FEW_WORDS = 1
"""Content words that are too few to tell: a question with no more that points back is a follow-up whatever the story holds."""


@dataclass(frozen=True, slots=True)
class View:
    """One way to take a question, with what was found for it; `readings` is None where nothing had to be read to decide."""

    understood: Understood
    asked: QuestionProfile
    ranked: list[Ranked]
    readings: Readings | None = None


def take(alone: Understood, following: Understood | None, retriever: Retriever, reader: Reader, silent_below: float) -> View:
    """The question alone or as a follow-up, with what the first stage of ranking found: reading was fitted on that.

    First by the story: whether the articles found for the question before hold what is asked. Then by the reader: of a question that
    does not point back, the way that is answered, where only one of the two is (the other is under `silent_below`).
    """
    follow_up = following.following if following else None
    if following is None or follow_up is None:
        return _view(alone, retriever.rank(alone.text, alone.scope, RETRIEVED, alone.wish, rerank=False))
    found = rankings(retriever, alone, following, follow_up)
    ways = [_view(alone, found.alone[:RETRIEVED]), _view(following, found.merged()[:RETRIEVED])]
    follows = _goes_on(alone.text, found)
    if follow_up.cue in ("open", "pointing") and follows:
        return ways[1]
    first, second = (ways[1], ways[0]) if follows else (ways[0], ways[1])
    first = _read(first, reader)
    if first.readings and first.readings.answerable >= silent_below:
        return first
    second = _read(second, reader)
    return second if second.readings and second.readings.answerable >= silent_below else first


def _goes_on(question: str, found: Rankings) -> bool:
    """Whether the story of the conversation holds what is asked."""
    own = set(content_words(question))
    if found.cue == "open" or (found.cue == "pointing" and len(own) <= FEW_WORDS):
        return True
    story, other = _held(_near(found.before), STORY), _held(found.alone, RETRIEVED)
    rarity = word_rarity(own, [*story, *other])
    whole = sum(rarity.values()) or 1.0
    share = max((sum(rarity[word] for word in words & own) / whole for words in story), default=0.0)
    best = sum(rarity[word] for word in other[0] & own) / whole if other else 0.0
    return share >= min(HELD[found.cue], best) and share > 0


def _held(ranked: Sequence[Ranked], articles: int) -> list[set[str]]:
    """The words of the first articles."""
    seen = {one.article.id: one.article for one in ranked}
    return [set(content_words(f"{article.title}. {article.text}")) for article in list(seen.values())[:articles]]


def _near(ranked: Sequence[Ranked]) -> list[Ranked]:
    """The passages about as good as the best."""
    return [one for one in ranked if one.score >= NEAR * ranked[0].score]


def _view(understood: Understood, ranked: list[Ranked]) -> View:
    return View(understood, plain_question(understood.asked), ranked)


def _read(view: View, reader: Reader) -> View:
    return replace(view, readings=reader.read(view.asked, view.ranked))
