"""What the API takes and gives beyond app/answer.py."""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

from app.answer import MAX_QUESTION, DateText, Strict
from app.article import Article


def _nameable(text: str) -> str:
    if "\0" in text:
        raise ValueError("no file or address has a zero byte in its name")
    return text


Name = Annotated[str, StringConstraints(min_length=1, max_length=4_096), AfterValidator(_nameable)]


class SearchQuery(BaseModel):
    """A search by address; all values are text, so numbers are read from it."""

    model_config = ConfigDict(extra="forbid")

    q: Annotated[str, StringConstraints(max_length=MAX_QUESTION)] = Field(description="The question.")
    k: int = Field(10, ge=1, le=1000, description="How many passages.")
    per_article: int = Field(
        2, ge=0, le=1000, description="At most so many passages of one article, copies included, among the first ten. 0: no limit."
    )
    as_of: DateText | None = Field(None, description="Nothing published after this day or time is seen.")
    since: DateText | None = None
    until: DateText | None = None
    source: str | None = None
    urls: list[str] = []
    exclude: list[str] = []


class IngestRequest(Strict):
    paths: list[Name] = Field(min_length=1, max_length=10_000, description="Absolute paths on the server's machine, or addresses.")


class RemoveRequest(Strict):
    keys: list[Name] = Field(min_length=1, max_length=10_000, description="Paths, URLs or ids.")
    erase: bool = Field(False, description="Whether nothing is to be kept of what they say and said before.")


class FollowRequest(Strict):
    places: list[Name] = Field(min_length=1, max_length=1_000, description="Addresses, or absolute paths of folders there.")
    gone: bool = Field(False, description="Of a folder: the files that are gone from it are meant to be, however many.")


class Removed(BaseModel):
    removed: list[str]
    unknown: list[str]


class ArticleText(BaseModel):
    """An article as it was read; citations are code points of `text`."""

    id: str
    title: str
    source: str | None
    url: str | None
    published: str | None
    authors: list[str]
    text: str
    title_is_first_sentence: bool = False

    @classmethod
    def of(cls, article: Article) -> Self:
        published = str(article.published) if article.published else None
        return cls(
            id=article.id,
            title=article.title,
            source=article.source,
            url=article.url,
            published=published,
            authors=list(article.authors),
            text=article.text,
            title_is_first_sentence=article.title_is_first_sentence,
        )
