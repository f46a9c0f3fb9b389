"""A stand-in for the service whose every event a test decides: for states of the page that a real one shows for a moment."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from pathlib import Path

from app.answer import (
    Abstained,
    Answer,
    AnswerSentence,
    Citation,
    Done,
    Event,
    Evidence,
    Example,
    Health,
    Request,
    SentenceReady,
    Short,
    SourceSummary,
    Started,
    Timings,
    Understanding,
    Understood,
    Version,
)
from app.article import Article, Published
from app.collection import Collection
from app.service import Service
from app.settings import Settings, load_settings
from app.stores.conversations import CONVERSATIONS_FILE, Conversations
from app.stores.stores import Stores
from app.watching import Following

FARES = Article(
    id="a" * 20,
    title="Ferry fares to rise by a tenth in spring",
    text=(
        "The harbour board said on Friday that fares on the Oster ferry will rise by 10 percent on 1 March.\n\n"
        "An adult return ticket will cost 22 crowns instead of 20, the board said. “We held them for four years,” said Nila Brandt.\n\n"
        + "\n\n".join(f"Paragraph {n} is about the six boats, the fog and the long winter on the crossing." for n in range(1, 30))
        + "\n\nPassenger groups called the rise too steep, their speaker Tom Harrow said."
    ),
    published=Published.parse("2025-11-28T09:15:00+01:00"),
    source="The Oster Gazette",
    authors=("Mira Holt",),
    url="https://oster-gazette.example/fares",
)
BARE = Article(
    id="b" * 20,
    title="The board that runs the Oster ferry is weighing a fare rise of up to 15 percent.",
    text="The board that runs the Oster ferry is weighing a fare rise of up to 15 percent.\nNo decision has been taken.",
    title_is_first_sentence=True,
    url="javascript:alert(1)",
)


def cite(article: Article, quote: str) -> Citation:
    start = article.text.index(quote)
    when = str(article.published) if article.published else None
    return Citation(
        article_id=article.id,
        title=article.title,
        source=article.source,
        url=article.url,
        published=when,
        start=start,
        end=start + len(quote),
        quote=quote,
        support=0.9,
    )


RISE = cite(FARES, "The harbour board said on Friday that fares on the Oster ferry will rise by 10 percent on 1 March.")
PRICE = cite(FARES, "An adult return ticket will cost 22 crowns instead of 20, the board said.")
STEEP = cite(FARES, "Passenger groups called the rise too steep, their speaker Tom Harrow said.")
UP_TO = cite(BARE, "The board that runs the Oster ferry is weighing a fare rise of up to 15 percent.")


def sentence(index: int, text: str, *citations: Citation, supported: bool = True) -> SentenceReady:
    return SentenceReady(index=index, text=text, verdict="supported" if supported else "unsupported", citations=list(citations))


def quoted(index: int, citation: Citation) -> SentenceReady:
    """A sentence in the article's own words."""
    return SentenceReady(index=index, text=" ".join(citation.quote.split()), verdict="supported", citations=[citation], quoted=True)


def short(article: Article, words: str) -> Short:
    return Short(text=words, citation=cite(article, words))


FIRST = sentence(0, "A return ticket will cost 22 crowns, up from 20.", PRICE, RISE)
SECOND = sentence(1, "The board had weighed up to 15 percent, and passengers called the rise too steep.", UP_TO, STEEP)


def opening(request: Request) -> Iterator[Event]:
    """The events before the first sentence, with a chip for each filter."""
    yield Started(question=request.question, as_of=request.as_of)
    set_by_reader = {key: getattr(request, key) for key in ("as_of", "since", "until", "source")}
    items = [Understanding(key=key, label=f"{key}: {value}", why="set by you") for key, value in set_by_reader.items() if value]
    yield Understood(items=items)
    yield Evidence(passages=12, articles=2, oldest="2025-10-14", newest="2025-11-28")


def whole(request: Request, *sentences: SentenceReady, **more: object) -> Done:
    made = [AnswerSentence.model_validate(one.model_dump(exclude={"type", "index"})) for one in sentences]
    fixed = {"question": request.question, "as_of": request.as_of, "answer": " ".join(one.text for one in sentences), "sentences": made}
    return Done(answer=Answer.model_validate({**fixed, "model": "TestModel-1", "timings": Timings(total_s=2.4), **more}))


def answers(request: Request) -> Iterator[Event]:
    yield from opening(request)
    yield FIRST
    yield SECOND
    yield whole(request, FIRST, SECOND, later_left_out=3 if request.as_of else 0)


def quotes_and_says_in_short(request: Request) -> Iterator[Event]:
    """Two quotes, of which the first only names the ferry that is meant."""
    said = [quoted(0, RISE), quoted(1, PRICE)]
    yield from opening(request)
    yield from said
    yield whole(request, *said, short=short(FARES, "22 crowns"))


def abstains(request: Request) -> Iterator[Event]:
    yield from opening(request)
    yield Abstained(reason="The articles do not say.", nearest=[UP_TO, RISE])
    yield whole(request, abstained=True, nearest=[UP_TO, RISE], missing="The articles do not say.")


@dataclass
class ScriptedService:
    """`script` makes the events of a question; `asked` keeps the requests; `closed` is set when a stream ended early."""

    home: Path
    script: Callable[[Request], Iterator[Event]] = answers
    state: Health = field(
        default_factory=lambda: Health(
            status="ok", articles=61, passages=412, embedded=412, newest="2026-03-31", oldest="2025-10-01", sources=2, model="TestModel-1"
        )
    )
    asked: list[Request] = field(default_factory=list)
    closed: threading.Event = field(default_factory=threading.Event)
    gate: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(0))
    held: dict[str, Article] = field(default_factory=lambda: {one.id: one for one in (FARES, BARE)})

    kept: bool = True
    """Whether conversations are."""

    @cached_property
    def conversations(self) -> Conversations:
        self.home.mkdir(exist_ok=True)
        return Conversations(self.home / CONVERSATIONS_FILE if self.kept else None)

    @property
    def settings(self) -> Settings:
        return load_settings(home=self.home, llm="none", history=self.kept)

    @cached_property
    def real(self) -> Service:
        """A service over this home, for what the page asks of stores."""
        return Service.open(self.settings.model_copy(update={"embedding_model": "hashing"}), "own", "test")

    @property
    def stores(self) -> Stores:
        return self.real.stores

    @property
    def collection(self) -> Collection:
        return self.real.collection

    @property
    def following(self) -> Following:
        return self.real.following

    def answer(self, request: Request) -> Iterator[Event]:
        self.asked.append(request)
        try:
            yield from self.script(request)
        except GeneratorExit:
            self.closed.set()
            raise

    def one_by_one(self, request: Request, script: Callable[[Request], Iterator[Event]] = answers) -> Iterator[Event]:
        """Like `script`, but each sentence waits for the test to release `gate`."""
        for event in script(request):
            if isinstance(event, SentenceReady | Done):
                self.gate.acquire(timeout=60)
            yield event

    def article(self, article_id: str, /) -> Article | None:
        return self.held.get(article_id)

    def article_until(self, article_id: str, until: str, /) -> Article | None:
        return None

    def versions(self, key: str, /) -> list[Version]:
        return []

    def changed(self, article_id: str, /) -> date | None:
        return date(2026, 2, 3)

    def sources(self) -> list[SourceSummary]:
        return [SourceSummary(source="The Oster Gazette", articles=60, first=None, last=None)]

    def health(self) -> Health:
        return self.state

    def examples(self) -> list[Example]:
        return [Example(question="How much will a return ticket cost?", why="a figure that changed")]


class Guarded(ScriptedService):
    """With a password: each browser has its own history."""

    @property
    def settings(self) -> Settings:
        return load_settings(home=self.home, llm="none", password="sesame")
