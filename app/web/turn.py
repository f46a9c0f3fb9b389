"""A question and all that came of it: typed events fold into one Turn, which the page draws whole each time."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from app.answer import (
    Abstained,
    Answer,
    Citation,
    Conflict,
    Done,
    Event,
    Evidence,
    Exchange,
    Failed,
    ReadKey,
    SentenceReady,
    Started,
    Understanding,
    Understood,
)
from app.web.claims import cited_by

FILTERS = ("as_of", "since", "until", "source")
"""The filters that the page offers, in the order in which it shows them."""

State = Literal["working", "answered", "abstained", "failed", "stopped"]


@dataclass(slots=True)
class Turn:
    """One question of a conversation. `id` is unique in it (`t1`, `t2` …), `key` the page's own name of it; `filters` are those that the
    reader set, `ignore` is what of the question is not to be read into it, `again` the id of the turn that it asks once more.

    Kept as JSON: a new field needs a default, and none changes its meaning.
    """

    id: str
    question: str
    filters: dict[str, str] = field(default_factory=dict)
    ignore: list[ReadKey] = field(default_factory=list)
    state: State = "working"
    as_of: str | None = None
    understood: list[Understanding] = field(default_factory=list)
    evidence: Evidence | None = None
    sentences: list[SentenceReady] = field(default_factory=list)
    nearest: list[Citation] = field(default_factory=list)
    reason: str = ""
    failure: Failed | None = None
    answer: Answer | None = None
    key: str = ""
    again: str | None = None

    @property
    def busy(self) -> bool:
        return self.state == "working"

    @property
    def conflicts(self) -> list[Conflict]:
        """What does not agree. None beside an abstention: there the numbers are those of the nearest passages."""
        return self.answer.conflicts if self.answer and self.state in ("answered", "failed") else []

    @property
    def asks_change(self) -> bool:
        """Whether the question asks how something went on."""
        return any(one.key == "change" for one in self.understood)

    def fold(self, event: Event) -> None:
        """Take in the next event. A turn that was stopped takes in no more."""
        if self.state == "stopped":
            return
        match event:
            case Started():
                self.as_of = event.as_of
            case Understood():
                self.understood = event.items
            case Evidence():
                self.evidence = event
            case SentenceReady():
                self.sentences.append(event)
            case Abstained():
                self.reason, self.nearest = event.reason, event.nearest
            case Failed():
                self.failure = event
            case Done():
                self._finish(event.answer)

    def _finish(self, answer: Answer) -> None:
        self.answer = answer
        self.understood = answer.understood or self.understood
        self.nearest = answer.nearest or self.nearest
        if self.failure:
            self.state = "failed"
        elif answer.abstained:
            self.state = "abstained"
        else:
            self.state = "answered"

    def stop(self) -> None:
        """End a working turn; what was checked stays."""
        if self.busy:
            self.state = "stopped"

    def fail(self, message: str, detail: str = "") -> None:
        """End a working turn because the service itself could not go on."""
        if self.busy:
            self.failure = Failed(message=message, detail=detail)
            self.state = "failed"

    def fail_to_keep(self, why: str) -> None:
        """Say beside the answer that it could not be kept."""
        if self.answer:
            self.answer.notes.append(f"This answer could not be kept: {why}")

    def numbered(self) -> list[Citation]:
        """The distinct citations of the sentences, then those of claims alone; number n is at n - 1."""
        cited = [one for sentence in self.sentences for one in sentence.citations]
        cited += [one for conflict in self.conflicts for claim in conflict.claims for one in cited_by(claim)]
        found: dict[tuple[str, int, int], Citation] = {}
        for citation in cited:
            found.setdefault(place(citation), citation)
        return list(found.values())

    def numbers(self) -> dict[tuple[str, int, int], int]:
        """The number of each citation by its `place`."""
        return {place(citation): n for n, citation in enumerate(self.numbered(), 1)}

    def exchange(self) -> Exchange:
        """The turn as history for a follow-up."""
        return Exchange(question=self.question, answer=" ".join(one.text for one in self.sentences)[:20_000])


def place(citation: Citation) -> tuple[str, int, int]:
    """What makes two citations the same one."""
    return (citation.article_id, citation.start, citation.end)
