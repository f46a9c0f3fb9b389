"""A question as the page sends it, which may be anything, and the request that it makes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, get_args

from pydantic import ValidationError

from app.answer import ReadKey, Request
from app.web.turn import FILTERS, Turn

HISTORY = 10
"""Earlier turns that go with a follow-up."""


def read_question(data: dict[str, Any]) -> Turn:
    """The turn that the page asks for, not begun; `t0` until its conversation gives it a number."""
    sent, told, again = data.get("filters"), data.get("ignore"), data.get("again")
    filters = {key: str(sent[key]) for key in FILTERS if sent.get(key)} if isinstance(sent, dict) else {}
    ignore = [key for key in get_args(ReadKey) if key in told] if isinstance(told, list) else []
    return Turn("t0", str(data.get("q") or "").strip(), filters, ignore, again=again if isinstance(again, str) else None)


def make_request(turn: Turn, before: Sequence[Turn]) -> Request | None:
    """What the turn asks of the service, with the turns before it as its history. None: it cannot be asked, and the turn says why."""
    try:
        return Request(question=turn.question, history=history(before, turn.again), ignore=turn.ignore, **turn.filters)  # type: ignore[arg-type]
    except ValidationError as error:
        first = error.errors()[0]
        name = "the question" if first["loc"][0] == "question" else str(first["loc"][0]).replace("_", " ")
        turn.question = turn.question[:300] or "(no question)"
        turn.fail(f"This cannot be asked: {name}: {first['msg'].removeprefix('Value error, ')}.")
        return None


def history(turns: Sequence[Turn], again: str | None) -> list[dict[str, str]]:
    """Question and answer of the turns before this one; a question that is asked again is not its own history."""
    before = next((turns[:i] for i, turn in enumerate(turns) if turn.id == again), turns)
    told = [turn for turn in before if turn.sentences or turn.state == "abstained"]
    return [turn.exchange().model_dump() for turn in told[-HISTORY:]]
