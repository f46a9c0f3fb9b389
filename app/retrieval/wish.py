"""What a question says of time, of who spoke and of where it was printed: preferences that rank, never filters."""

from __future__ import annotations

from dataclasses import dataclass

from app.text.periods import Period


@dataclass(frozen=True, slots=True)
class Wish:
    """`period`: the days that the question names, if it does. `newest`: it asks for the latest state, `first` for the beginning,
    `change` for how a thing went on. `speaker`: whose words it asks for. `outlet`: a source of the catalog that it names.
    `phrases`: what stands in quotation marks."""

    period: Period | None = None
    newest: bool = False
    first: bool = False
    change: bool = False
    speaker: str | None = None
    outlet: str | None = None
    phrases: tuple[str, ...] = ()
