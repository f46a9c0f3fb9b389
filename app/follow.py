"""The nouns of what is followed: a place that is looked at again and again, and what came of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, Protocol

from pydantic import BaseModel, Field

Kind = Literal["feed", "sitemap", "page", "folder"]
Result = Literal["", "new", "changed", "unchanged", "refused"]
Action = Literal["add", "remove", "pause", "resume"]


class Follow(BaseModel):
    """One place that is followed. Times are Unix seconds."""

    place: str = Field(description="An address, or a folder's absolute path.")
    kind: Kind
    added: int
    paused: bool = False
    asked: int | None = Field(None, description="When it was last looked at; null: not yet.")
    result: Result = Field("", description="What came of that: new articles, changed ones alone, neither, or it was refused.")
    line: str = Field("", description="The same in words: how many, or why it was refused.")
    due: int = Field(0, description="When it is looked at next.")
    failures: int = Field(0, description="Refusals in a row.")


class Outcome(BaseModel):
    """What became of one place that a command named."""

    place: str
    done: bool
    line: str = Field("", description="Why it was not done, or what else is to be known.")


class Watched(BaseModel):
    """What watching did last."""

    following: int = Field(0, description="Places that are followed and not paused.")
    at: int | None = Field(None, description="The Unix second in which the last round ended; null: there was none yet.")
    line: str = Field("", description="What it did; empty where nothing is followed.")
    due: int | None = Field(None, description="The Unix second from which the next place is looked at.")


class FollowsPlaces(Protocol):
    """The list of what is followed. Thread safe; raises DatelineError where the home or its owner fails, never for a bad place."""

    def follows(self) -> list[Follow]:
        """In the order in which they were added."""
        ...

    def change(self, action: Action, places: Sequence[str], *, gone: bool = False) -> list[Outcome]:
        """Do it to each place. `gone`, for a folder that is added or followed already: the files that are gone from it are meant to be,
        however many they are."""
        ...
