"""One ranking for a question in a conversation: the question made whole, the question as it was asked, and the one before it."""

from __future__ import annotations

from dataclasses import dataclass, replace

from app.retrieval.follow_up import Cue, FollowUp
from app.retrieval.retriever import Ranked, Retriever
from app.retrieval.second_look import minds_time
from app.retrieval.stories import spread
from app.retrieval.understanding import Understood

DEEPER = 60
"""Passages of each ranking that are put together."""


@dataclass(frozen=True, slots=True)
class Shares:
    """What each ranking's score counts: of the question as asked, of the question made whole, of the question before."""

    alone: float
    whole: float
    before: float


SHARES: dict[Cue, Shares] = {
    "open": Shares(0.0, 1.0, 0.1), "pointing": Shares(0.5, 1.5, 0.2), "leaning": Shares(1.0, 1.5, 0.2), "alone": Shares(1.0, 0.0, 0.1)
}  # fmt: skip
"""By how the question leans. Chosen on the follow-ups of MTRAG (`python -m evals.conversations --mtrag DIR`), all of them, so its
figure is one on tuned data: among 0 to 2 in steps of 0.5 for the whole and 0 to 0.3 in steps of 0.1 for the one before. By hand:
`open`, for there is nothing to be found by "Why?", and what a pointing question's own words count."""


@dataclass(frozen=True, slots=True)
class Rankings:
    """The rankings, of DEEPER passages each, for a question that leans as `cue` says; empty where its share is 0."""

    alone: list[Ranked]
    whole: list[Ranked]
    before: list[Ranked]
    cue: Cue

    def merged(self) -> list[Ranked]:
        """All passages by the mean of their scores; one that a ranking lacks has the score of its last there."""
        shares = SHARES[self.cue]
        rankings = [(shares.alone, self.alone), (shares.whole, self.whole), (shares.before, self.before)]
        floor = [min((one.score for one in ranked), default=0.0) for _, ranked in rankings]
        scores: dict[int, list[float]] = {}
        seen: dict[int, Ranked] = {}
        for place, (_, ranked) in enumerate(rankings):
            for one in ranked:
                scores.setdefault(one.stored.row, list(floor))[place] = one.score
                seen.setdefault(one.stored.row, one)
        total = sum(share for share, _ in rankings)
        mean = {row: sum(share * one for (share, _), one in zip(rankings, each, strict=True)) / total for row, each in scores.items()}
        return [replace(seen[row], score=mean[row]) for row in sorted(seen, key=lambda row: (-mean[row], row))]


def rankings(retriever: Retriever, alone: Understood, following: Understood, follow_up: FollowUp, k: int = DEEPER) -> Rankings:
    """What the first stage finds for a question in each of the ways that count."""
    shares = SHARES[follow_up.cue]
    ways = (
        (shares.alone, alone),
        (shares.whole, following),
        (shares.before, replace(alone, text=follow_up.before)),
    )
    found = [retriever.rank(way.text, way.scope, max(DEEPER, k), way.wish, rerank=False) if share else [] for share, way in ways]
    return Rankings(found[0], found[1], found[2], follow_up.cue)


def rank_in_conversation(
    retriever: Retriever, alone: Understood, following: Understood | None, k: int, *, per_article: int = 0
) -> list[Ranked]:
    """The `k` best passages for a question that may go on from the one before, as `Retriever.rank` gives them."""
    if following is None or following.following is None:
        return retriever.rank(alone.text, alone.scope, k, alone.wish, per_article=per_article)
    found = rankings(retriever, alone, following, following.following, k)
    merged = retriever.rerank(following.text, found.merged(), timed=minds_time(following.wish))
    return [merged[at] for at in spread(range(len(merged)), lambda at: merged[at].story, per_article)[:k]]
