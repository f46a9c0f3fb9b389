"""From the words and options of `ask` and `search` to the fields of a request."""

from __future__ import annotations

from typing import Any

from app.errors import DatelineError


def request_from(question: list[str] | None, as_of: str | None, since: str | None, until: str | None, source: str | None) -> dict[str, Any]:
    """The fields that were given. Raises DatelineError if no question was."""
    text = " ".join(question or []).strip()
    if not text:
        raise DatelineError("there is no question.", 'Write it in quotes: python -m app ask "What will the bridge cost?"')
    fields = {"question": text, "as_of": as_of, "since": since, "until": until, "source": source}
    return {name: value for name, value in fields.items() if value is not None}


def option(field: str) -> str:
    """A field's name as the command line has it."""
    return "the question" if field == "question" else "--" + field.replace("_", "-")
