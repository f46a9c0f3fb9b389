"""Small invented articles with the words of them that answer, told without a model."""

from __future__ import annotations

from app.answer import Conflict
from app.answering.readers.counted import BARE, counts
from app.answering.readers.reading import Found, Reading, Readings
from app.answering.telling import Telling, what_to_tell
from app.article import Article, Passage, Published, Span
from app.retrieval.plain_question import plain_question
from app.retrieval.profile import QuestionProfile, profile
from app.retrieval.retriever import Ranked
from app.retrieval.wish import Wish
from app.stores.catalog import StoredPassage
from app.text.numbers import find_numbers
from app.text.sentences import split_sentences

COST = "How much will the Orrin bridge cost?"
MARCH = "How many people marched in Velm on Sunday?"
KILLED = "How many people were killed in the Skarrow fire?"
OPENS = "When does the Velm tunnel open?"
WARNED = "Did Nordline warn the passengers of the fault?"
LATEST = "What is the latest on the strike in Velm?"


class Told:
    """An article with the words of it that answer, in the reader's eyes, without doubt."""

    def __init__(
        self, text: str, *words: str, day: str | None = "2026-01-12", title: str = "News", source: str | None = None, by: str = ""
    ) -> None:
        self.text, self.words, self.day, self.title, self.source, self.authors = text, words, day, title, source, (by,) if by else ()

    def spans(self, asked: QuestionProfile, number: int) -> list[Found]:
        published = Published.parse(self.day) if self.day else None
        source = self.source or f"Outlet {number}"
        article = Article(id=f"a{number}", title=self.title, text=self.text, published=published, source=source, authors=self.authors)
        passage = Passage(article.id, 0, 0, len(self.text), tuple(split_sentences(self.text)))
        ranked = Ranked(StoredPassage(number, number, passage), article, 1.0)
        return [self._span(asked, ranked, words) for words in self.words]

    def _span(self, asked: QuestionProfile, ranked: Ranked, words: str) -> Found:
        start = self.text.index(words)
        sentence = next(s for s in ranked.stored.passage.sentences if s.start <= start < s.end)
        said, at = self.text[sentence.start : sentence.end], start - sentence.start
        figure = next((n for n in find_numbers(said) if at <= n.start < at + len(words)), None)
        counted = counts(asked, said, figure) if figure else BARE
        return Found(ranked, sentence, Span(start, start + len(words)), 14.0, liked=4.0, counted=counted)


def board(cost: str, day: str) -> Told:
    return Told(f"The Orrin bridge will cost {cost} tallars, the harbour board said.", f"{cost} tallars", day=day)


def tell(question: str, *told: Told, wish: Wish | None = None) -> Telling:
    asked = plain_question(profile(question))
    spans = [span for number, one in enumerate(told) for span in one.spans(asked, number)]
    found = [Reading(one.passage.article, one.sentence, one.span, one.lead) for one in spans]
    return what_to_tell(question, asked, wish or Wish(), Readings(found, 0.9, spans))


def conflict(question: str, *told: Told, wish: Wish | None = None) -> Conflict:
    found = tell(question, *told, wish=wish).conflict
    assert found is not None
    return found


def quotes(telling: Telling) -> list[str]:
    return [reading.text for reading in telling.quoted]
