"""What readers said of an answer, as a question for evals. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from app.answer import Citation
from app.stores.feedback import JudgedTurn
from app.web.asked import history
from app.web.conversing import TURN
from app.web.turn import FILTERS, Turn

LONG_NOTE = 12
"""Words; an answer of more is seldom said again word for word."""

Row = dict[str, Any]


def judged_turn(judged: JudgedTurn) -> Turn:
    """The turn that was judged."""
    return TURN.validate_json(judged.bodies[-1])


def eval_row(judged: JudgedTurn) -> tuple[Row | None, str]:
    """A line of `evals/questions/`, or None where what was said does not tell the right answer; and what a person should look at, if
    anything. A good answer is the right one, with what it cites; of a bad one, or none, the note is. Citations found wrong are in `wrong`.
    """
    turn = judged_turn(judged)
    verdicts = {one.citation: one for one in judged.said}
    whole = verdicts.get(0)
    wrong = {number: one for number, one in verdicts.items() if number}
    if whole is None:
        return None, "a citation is wrong, but not whether the answer is: say good, or bad with what it should have said"
    row: Row = {"id": f"f-{judged.conversation}-{judged.number}", "question": turn.question, "as_of": turn.filters.get("as_of")}
    row |= _asked_with(turn, [TURN.validate_json(body) for body in judged.bodies[:-1]])
    cited = turn.numbered()
    if wrong:
        row["wrong"] = [_gold(cited[number - 1]) | {"note": one.note} for number, one in wrong.items() if number <= len(cited)]
    row["feedback"] = {"verdict": whole.verdict, "note": whole.note, "said": " ".join(one.text for one in turn.sentences)}
    kind = "follow-up" if any(one.key == "follow_up" for one in turn.understood) else "fact"
    if whole.verdict == "good":
        right = [one for number, one in enumerate(cited, 1) if number not in wrong]
        return row | _good(turn, right, kind), ""
    if not whole.note:
        return None, "nothing says what it should have said: add a note"
    look = "its note is long for an answer: shorten it in the file" if len(whole.note.split()) > LONG_NOTE else ""
    return row | {"kind": kind, "answers": [" ".join(whole.note.split())], "gold_unknown": True}, look


def _asked_with(turn: Turn, before: Sequence[Turn]) -> Row:
    """The earlier questions of the conversation, and the filters beside the as-of day, as far as there are any."""
    filters = {key: turn.filters[key] for key in FILTERS if key in turn.filters and key != "as_of"}
    told = history(before, turn.again)
    return {**({"history": told} if told else {}), **({"filters": filters} if filters else {})}


def _good(turn: Turn, right: Sequence[Citation], kind: str) -> Row:
    if turn.state == "abstained":
        return {"kind": "unanswerable", "looks_answerable": bool(turn.nearest)}
    gold: Row = {"gold": [_gold(one) for one in right]} if right else {"gold_unknown": True}
    if turn.conflicts:
        values = [" ".join(claim.value.split()) for claim in turn.conflicts[0].claims]
        return {"kind": turn.conflicts[0].kind, "all_of": list(dict.fromkeys(values)), **gold}
    short = turn.answer.short if turn.answer else None
    if short:
        return {"kind": kind, "answers": [" ".join(short.text.split())], **gold}
    return {"kind": kind, "all_of": [" ".join(one.text.split()) for one in turn.sentences], **gold}


def _gold(citation: Citation) -> Row:
    """By URL; an article without one by its id, which its file gives it."""
    named = citation.url if citation.url and "://" in citation.url else citation.article_id
    return {"article": named, "sentence": citation.quote}
