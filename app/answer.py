"""The one contract of command line, API, page and evals: a request, the events it causes, the answer."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints, ValidationInfo, field_validator

from app.article import Published
from app.jsonable import jsonable

MAX_QUESTION = 2_000
"""Characters in a question; more is a paste, not a question, and costs the model's whole context."""


def _date(text: str) -> str:
    try:
        Published.parse(text)
    except ValueError:
        raise ValueError(f"'{text}' is no date: write a day such as 2025-11-30 or an ISO time") from None
    return text.strip()


DateText = Annotated[str, StringConstraints(max_length=40), AfterValidator(_date)]
Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=MAX_QUESTION)]


class Strict(BaseModel):
    """What comes from outside: known fields of their own types, and nothing that a reply could not say again."""

    model_config = ConfigDict(extra="forbid", strict=True)

    @field_validator("*", mode="before")
    @classmethod
    def _jsonable(cls, value: Any) -> Any:
        return jsonable(value)


class Exchange(Strict):
    """One earlier turn of the conversation."""

    question: Annotated[str, StringConstraints(max_length=MAX_QUESTION)]
    answer: Annotated[str, StringConstraints(max_length=20_000)] = ""


class Filters(Strict):
    """Which articles may be seen at all."""

    as_of: DateText | None = Field(
        None, description="Nothing published after this day or time is seen, and of an article that was here then the text of then."
    )
    since: DateText | None = Field(None, description="Only articles published on or after this day or time.")
    until: DateText | None = Field(None, description="Only articles published on or before this day or time.")
    source: Annotated[str, StringConstraints(max_length=300)] | None = Field(None, description="Only this outlet.")
    urls: list[str] = Field([], max_length=10_000, description="Only these articles (URL or article id).")
    exclude: list[str] = Field([], max_length=10_000, description="Leave these articles out (URL or article id).")

    @field_validator("until")
    @classmethod
    def _not_before_since(cls, until: str | None, info: ValidationInfo) -> str | None:
        since = info.data.get("since")
        if until and since and Published.parse(until).last_second < Published.parse(since).first_second:
            raise ValueError(f"{until} is before since, {since}, so no article could match: swap the two")
        return until


ReadKey = Literal["time", "newest", "first", "change", "speaker", "outlet", "phrase", "follow_up"]
"""What may be read into a question, by the key that `understood` gives it and `ignore` takes off again."""


class Request(Filters):
    """A question with its history and filters: a batch line, and the body of POST /api/ask."""

    id: Any = Field(None, description="Passed through to the result.")
    question: Text
    history: list[Exchange] = Field([], max_length=50)
    ignore: list[ReadKey] = Field([], max_length=20, description="Keys of `understood` that are not to be read into the question.")


class SearchRequest(Request):
    """The body of POST /api/search, and a line of `search --batch`."""

    k: int = Field(10, ge=1, le=1000, description="How many passages.")
    per_article: int = Field(
        2, ge=0, le=1000, description="At most so many passages of one article, copies included, among the first ten. 0: no limit."
    )


class QuoteDay(BaseModel):
    """What words of a quote such as "on Saturday" mean, counted from its article's date: ours, no part of the quote. `text` is
    `article.text[start:end]`; `first` and `last` are days, both inclusive."""

    text: str
    start: int
    end: int
    first: str
    last: str
    label: str = Field(description="The days as people write them: 7 Mar 2026.")


class Revision(BaseModel):
    """That an article of the archive was corrected, withdrawn or changed, told beside a quote of it and no part of the quote.

    One that came after the quoted text (`later`) is told by its day alone: an answer as of a day has none of its words."""

    kind: Literal["corrected", "withdrawn", "changed"]
    on: str = Field(description="The day (UTC) on which this archive saw it.")
    later: bool = Field(False, description="Whether it came after the text that is quoted.")
    notice: str = Field("", description="The article's own words that say so.")
    before: str = Field("", description="What it said before, where the quote says something else.")
    label: str = Field(description="The same as people write it: corrected on 3 Mar 2026; before: “…”")


class Citation(BaseModel):
    """The words of an article that carry a sentence: `quote` is `article.text[start:end]`, in code points."""

    article_id: str
    title: str
    source: str | None
    url: str | None
    published: str | None
    start: int
    end: int
    quote: str
    support: float = Field(ge=0, le=1)
    days: list[QuoteDay] = Field([], description="The days that words of the quote mean, where that is sure.")
    said_until: str | None = Field(None, description="When the archive saw the article say something else; null for its present text.")
    revisions: list[Revision] = Field([], description="Corrections and withdrawals of the article, as far as the archive saw them.")

    @property
    def days_note(self) -> str:
        """`[Saturday: 7 Mar 2026]`, to stand behind the quote as ours; empty where there are none."""
        return f"[{'; '.join(f'{one.text}: {one.label}' for one in self.days)}]" if self.days else ""

    @property
    def revision_note(self) -> str:
        """`[corrected on 3 Mar 2026; before: “…”]`, to stand behind the quote as ours; empty where there is none."""
        return f"[{'; '.join(one.label for one in self.revisions)}]" if self.revisions else ""

    @property
    def beside(self) -> str:
        """All that stands behind the quote as ours."""
        return " ".join(note for note in (self.days_note, self.revision_note) if note)


class AnswerSentence(BaseModel):
    """One sentence of an answer, with the verdict of the support check."""

    text: str
    verdict: Literal["supported", "unsupported"]
    citations: list[Citation]
    quoted: bool = Field(False, description="Whether the text is the source's own words rather than a model's.")


class Short(BaseModel):
    """The short answer: `text` is `article.text[start:end]` of its citation, which is that span itself."""

    text: str
    citation: Citation


class Understanding(BaseModel):
    """What was read into the question: a filter set by the user, or what its words say of time, speaker, outlet; a follow-up made
    whole."""

    key: str
    label: str
    why: str
    removable: bool = Field(False, description="Whether `ignore` with this key takes it off.")


class Claim(BaseModel):
    """One value and who says so. `value` is `citation`'s article's own words, within `text`, the sentence."""

    text: str
    value: str
    speaker: str | None = Field(None, description="Who says it, in the article's words; null where the article states it itself.")
    date: str | None = Field(None, description="The day on which it was said: the article's, or an earlier one that the sentence names.")
    citation: Citation
    places: list[Citation] = Field([], description="Further places that say the same, copies included.")
    sources: int = Field(1, ge=1, description="Independent sources that say so; one report in several papers counts once.")
    earlier: bool = Field(False, description="Whether a later claim of the same conflict has overtaken it.")
    correction: bool = Field(False, description="Whether it corrects an earlier one, and says so.")
    amount: float | None = Field(None, description="The value as a number: a figure, or for a day the days since 1970.")


class Conflict(BaseModel):
    """Values that do not agree, newest first: one thing that changed, or sources that cannot both be right."""

    about: str
    kind: Literal["change", "disagreement"]
    claims: list[Claim]
    scale: Literal["figure", "day"] | None = Field(None, description="What every claim's `amount` measures; null where they are words.")
    unit: str = Field("", description="What the figures count or measure, in the articles' words: homes, million tallars, per cent.")


class Loosening(BaseModel):
    """Filters that hide everything together with the others: without these, `articles` match."""

    keys: list[str] = Field(description="Names of filters, such as since, to be taken off together.")
    articles: int = Field(ge=1)


class Timings(BaseModel):
    """Seconds since the question was taken up."""

    retrieve_s: float = 0.0
    first_token_s: float | None = None
    total_s: float = 0.0


class Answer(BaseModel):
    """The whole answer, as every caller receives it."""

    question: str
    as_of: str | None = None
    abstained: bool = False
    answer: str = ""
    missing: str | None = None
    sentences: list[AnswerSentence] = []
    short: Short | None = Field(None, description="The words that answer, and where they stand; null where only whole sentences do.")
    conflicts: list[Conflict] = []
    nearest: list[Citation] = []
    loosen: list[Loosening] = Field([], description="Where no article matches the filters: what to take off, most articles first.")
    understood: list[Understanding] = []
    confidence: float = Field(0.0, ge=0, le=1)
    model: str = ""
    timings: Timings = Timings()
    notes: list[str] = Field([], description="What the reader should know of how this was answered, a line each.")
    later_left_out: int = Field(0, description="Articles of the collection published after `as_of`.")


class Hit(BaseModel):
    """One retrieved passage; `passage` is `article.text[start:end]`, of the version that was said until `said_until` if that is given."""

    rank: int
    article_id: str
    url: str | None
    title: str
    source: str | None
    published: str | None
    passage: str
    start: int
    end: int
    score: float
    said_until: str | None = None


class Started(BaseModel):
    type: Literal["started"] = "started"
    question: str
    as_of: str | None = None


class Understood(BaseModel):
    type: Literal["understood"] = "understood"
    items: list[Understanding]


class SeenArticle(BaseModel):
    """An article that is read for an answer; `start` and `end` are its best-placed passage, in code points."""

    article_id: str
    title: str
    source: str | None
    published: str | None
    start: int
    end: int
    said_until: str | None = None


class Evidence(BaseModel):
    """Retrieval is done: what will be read."""

    type: Literal["evidence"] = "evidence"
    passages: int
    articles: int
    oldest: str | None = None
    newest: str | None = None
    seen: list[SeenArticle] = Field([], description="The articles, best first.")


class SentenceReady(BaseModel):
    """A sentence that was checked; it never changes afterwards."""

    type: Literal["sentence"] = "sentence"
    index: int
    text: str
    verdict: Literal["supported", "unsupported"]
    citations: list[Citation]
    quoted: bool = False


class Abstained(BaseModel):
    type: Literal["abstained"] = "abstained"
    reason: str
    nearest: list[Citation]


class Failed(BaseModel):
    """A part did not work (the model, mostly); sentences sent before it are the evidence itself."""

    type: Literal["failed"] = "failed"
    message: str
    detail: str = ""


class Done(BaseModel):
    type: Literal["done"] = "done"
    answer: Answer


Event = Started | Understood | Evidence | SentenceReady | Abstained | Failed | Done


def fold(events: Iterable[Event]) -> Answer:
    """The Answer that the events of one question end with."""
    answer: Answer | None = None
    for event in events:  # to its end, where a stream frees what it holds
        if isinstance(event, Done):
            answer = event.answer
    if answer is None:
        raise RuntimeError("the answer ended without `done`")
    return answer


class FailedPath(BaseModel):
    path: str
    error: str


class WarnedPath(BaseModel):
    path: str
    warning: str


class IngestReport(BaseModel):
    """What an ingestion did; `read` = added + updated + unchanged, `passages` written by this run."""

    read: int = 0
    added: int = 0
    updated: int = 0
    unchanged: int = 0
    failed: list[FailedPath] = []
    warnings: list[WarnedPath] = []
    passages: int = 0
    seconds: float = 0.0


class SourceSummary(BaseModel):
    """One outlet of the collection; `source` is null for articles that state none."""

    source: str | None
    articles: int
    first: str | None
    last: str | None


class Version(BaseModel):
    """What an article said for a time, as this archive saw it. Times are ISO, in UTC."""

    article_id: str
    title: str
    source: str | None
    url: str | None
    published: str | None
    authors: list[str]
    text: str
    seen_from: str | None = Field(description="When it came in; null where that is not known.")
    seen_until: str | None = Field(description="When it went; null for what the article says now.")
    ended: Literal["changed", "removed"] | None = None
    notice: Literal["corrected", "withdrawn"] | None = Field(
        None, description="Whether it says of itself that it corrects or withdraws what was said before it."
    )


class Example(BaseModel):
    """A question that this collection answers, and why it is worth asking."""

    question: str
    why: str


class Health(BaseModel):
    """`status` is ok, catching-up (vectors are behind), loading (models are), or words-only."""

    status: str
    articles: int
    passages: int
    embedded: int
    newest: str | None
    model: str
    oldest: str | None = None
    sources: int = 0
    detail: str = Field("", description="One line when something is not as it should be.")
    invented: bool = Field(False, description="Whether demonstration articles (invented; their host ends in .example) are among them.")
    role: Literal["leader", "standby", "replica"] = Field("leader", description="Writes articles; would if no other did; never does.")
    behind_changes: int = Field(0, ge=0, description="Changes of the catalog that what it answers from has not followed.")
    behind_seconds: float = Field(0.0, ge=0, description="Seconds since it had followed all of them; 0 where it has.")
