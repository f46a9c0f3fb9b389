"""What the tools take and give, as JSON schemas: requests and answers of the API, with what only an assistant must be told."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BaseModel, Field, StringConstraints

from app.answer import Exchange, Filters, Hit, ReadKey, SourceSummary, Strict, Text


class Ask(Filters):
    """As POST /api/ask."""

    question: Text = Field(description="One question about what the articles report, in plain words.")
    history: list[Exchange] = Field(
        [], max_length=50, description="Earlier questions of this conversation and their answers, oldest first."
    )
    ignore: list[ReadKey] = Field([], max_length=20, description="Keys of `understood` that are not to be read into the question.")


class Search(Filters):
    """As POST /api/search, with fewer passages: an assistant has to read them all."""

    question: Text = Field(description="A question or the words to look for.")
    k: int = Field(10, ge=1, le=50, description="How many passages.")


class ReadArticle(Strict):
    article: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=4_096)] = Field(
        description="An article_id (20 hexadecimal digits), a dateline://article/… address, or the article's URL."
    )
    offset: int = Field(0, ge=0, le=999_999_999, description="Code point of the text to begin at: `next_offset` of the page before.")


class ListSources(Strict):
    """Nothing to say."""


class Found(BaseModel):
    results: list[Hit] = Field(description="Best first.")


class ArticlePage(BaseModel):
    """An article, or a page of it: `text` is its text from `start` to `end`, code points in which citations count."""

    id: str
    title: str
    source: str | None
    url: str | None
    published: str | None
    authors: list[str]
    text: str
    start: int
    end: int
    length: int = Field(description="Code points of the whole text.")
    next_offset: int | None = Field(description="Where the next page begins; null on the last.")
    blotted: int = Field(description="Sentences addressed to a machine in the whole text, written as dots.")


class Sources(BaseModel):
    sources: list[SourceSummary]


def schema_in(kind: type[BaseModel]) -> dict[str, Any]:
    return kind.model_json_schema()


def schema_out(kind: type[BaseModel]) -> dict[str, Any]:
    return kind.model_json_schema(mode="serialization")
