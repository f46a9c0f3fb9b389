"""The chosen readings as checked sentences: a model's words where they hold, else the articles' own."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from app.answer import AnswerSentence, Citation, Short
from app.answering.citing import cite
from app.answering.generation import ModelFailed, word_evidence
from app.answering.meant import Meant, name_who_is_meant
from app.answering.models import LanguageModel
from app.answering.readers.reading import Reading
from app.answering.telling import Telling, older_line
from app.answering.wording import check_wording, keeps_speaker, responds
from app.encoding import Encoder
from app.retrieval.profile import QuestionProfile
from app.support.checker import SupportChecker
from app.support.judge import Judge
from app.text.addressed_to_machines import addresses_machine

COPIES_CITED = 2
READ_BY_MODEL = 8
"""Readings that a language model is given to word."""


@dataclass(frozen=True, slots=True)
class Composer:
    """`model` None: the answer is quotes. `strict`: a model's sentence that nothing carries is left out, else shown as that. `judge`
    None: rules alone check its wording."""

    model: LanguageModel | None
    encoder: Encoder | None
    strict: bool
    timeout: float
    judge: Judge | None = None

    def compose(
        self, asked: QuestionProfile, question: str, telling: Telling, found: Sequence[Reading], config: Any = None
    ) -> Iterator[AnswerSentence]:
        """The answer's sentences, each checked. Raises ModelFailed, after the quotes of what the model did not word."""
        chosen = telling.quoted
        if self.model is None or telling.conflict is not None or telling.lead:
            # Values that do not agree are told in the articles' own words: a small model makes one of two.
            yield from _quotes([name_who_is_meant(asked, reading) for reading in chosen], telling.lead)
            if (line := older_line(telling.older)) is not None:
                yield line
            return
        given = [*chosen, *(one for one in found[: 2 * READ_BY_MODEL] if one not in chosen)][:READ_BY_MODEL]
        waiting = list(chosen)
        failure: ModelFailed | None = None
        try:
            for sentence, carried in self._worded(asked, question, given, config):
                yield sentence
                waiting = [one for one in waiting if one is not carried]
                if not waiting:
                    return
        except ModelFailed as error:
            failure = error
        yield from _quotes([name_who_is_meant(asked, reading) for reading in waiting])
        if failure is not None:
            raise failure

    def _worded(
        self, asked: QuestionProfile, question: str, given: Sequence[Reading], config: Any
    ) -> Iterator[tuple[AnswerSentence, Reading | None]]:
        """The model's sentences with the reading that carries each, which is worded once; None beside an unsupported one."""
        assert self.model is not None
        checker = SupportChecker(self.encoder.encode if self.encoder is not None else None, self.judge)
        used: list[Reading] = []
        for wording in word_evidence(self.model, question, given, self.timeout, config):
            if addresses_machine(wording):
                continue  # a model that repeats an order, or the marks of its template
            checked = check_wording(checker, wording, given)
            carried = checked.evidence
            kept = responds(asked, wording, carried.text) and keeps_speaker(wording, carried.text)
            if checked.supported and kept and all(carried is not one for one in used):
                used.append(carried)
                citations = [cite(carried.article, checked.span, checked.support)]
                yield AnswerSentence(text=wording, verdict="supported", citations=citations), carried
            elif not checked.supported and not self.strict:
                yield AnswerSentence(text=wording, verdict="unsupported", citations=[]), None


def short_answer(first: Reading) -> Short | None:
    """The span of the first reading; None from a reader that finds sentences alone."""
    return Short(text=first.short, citation=cite(first.article, first.span, 1.0)) if first.span else None


def _quotes(chosen: Sequence[Meant], lead: str = "") -> Iterator[AnswerSentence]:
    """Each reading's sentence word for word, behind the one that names who is meant in it; no sentence twice. `lead` goes before the
    first."""
    said: set[tuple[str, int]] = set()
    for one in chosen:
        for span in one.spans:
            if (one.reading.article.id, span.start) in said:
                continue
            said.add((one.reading.article.id, span.start))
            citations = _citations(one.reading) if span == one.reading.sentence else [cite(one.reading.article, span, 1.0)]
            text = " ".join(one.reading.article.text[span.start : span.end].split())
            yield AnswerSentence(text=lead + text, verdict="supported", citations=citations, quoted=True)
            lead = ""


def _citations(reading: Reading) -> list[Citation]:
    places = [(reading.article, reading.sentence), *reading.copies[:COPIES_CITED]]
    return [cite(article, span, 1.0) for article, span in places]
