"""What an export is made of: turns with the time at which they were asked, as JSON, as a file's name."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

from app.answer import Answer, AnswerSentence
from app.stores.feedback import Judged
from app.text.months import day_words
from app.web.markup import date_words
from app.web.turn import FILTERS, Turn

NAME = 80
"""Letters of a file's name before its ending."""
UNSAFE = re.compile(r'[\\/:*?"<>|%;\']')
"""What a file's name may not hold on one system or another, or what ends it in a header."""


@dataclass(frozen=True, slots=True)
class Exported:
    """A turn, when its question came, in Unix seconds, and what the reader said of it."""

    turn: Turn
    asked: int
    said: tuple[Judged, ...] = ()


def asked_words(asked: int) -> str:
    """`28 November 2025, 08:15 UTC`."""
    when = datetime.fromtimestamp(asked, UTC)
    return f"{day_words(when.date(), full=True)}, {when:%H:%M} UTC"


def filter_words(turn: Turn) -> list[str]:
    """The filters that the reader set: `as of 30 Nov 2025`, `source: The Oster Gazette`."""
    names = {"as_of": "as of ", "since": "since ", "until": "until ", "source": "source: "}
    told = ((key, turn.filters[key]) for key in FILTERS if key in turn.filters)
    return [names[key] + (value if key == "source" else date_words(value)) for key, value in told]


def as_json(title: str, told: Sequence[Exported]) -> dict[str, Any]:
    """`{title, asked, turns}`; each turn's `answer` is the Answer that the API gives, of a stopped one what was checked until then."""
    return {"title": title, "asked": _iso(told[0].asked) if told else None, "turns": [_turn(one) for one in told]}


def _turn(one: Exported) -> dict[str, Any]:
    turn = one.turn
    answer = turn.answer or _so_far(turn)
    return {
        "question": turn.question,
        "asked": _iso(one.asked),
        "filters": turn.filters,
        "ignore": turn.ignore,
        "state": turn.state,
        "answer": answer.model_dump(mode="json") if answer else None,
        "feedback": [_said(turn, judged) for judged in one.said],
    }


def _said(turn: Turn, judged: Judged) -> dict[str, Any]:
    """A verdict; one on a citation with the article and the quote that are meant."""
    about = turn.numbered()[judged.citation - 1 : judged.citation] if judged.citation else []
    meant = [{"article_id": one.article_id, "start": one.start, "end": one.end, "quote": one.quote} for one in about]
    return {"verdict": judged.verdict, "note": judged.note, "given": _iso(judged.given), "citation": meant[0] if meant else None}


def _so_far(turn: Turn) -> Answer | None:
    if not turn.sentences:
        return None
    sentences = [AnswerSentence.model_validate(one.model_dump(exclude={"type", "index"})) for one in turn.sentences]
    text = " ".join(one.text for one in sentences)
    return Answer(question=turn.question, as_of=turn.as_of, answer=text, sentences=sentences, understood=turn.understood)


def _iso(asked: int) -> str:
    return datetime.fromtimestamp(asked, UTC).isoformat().replace("+00:00", "Z")


def disposition(title: str, ending: str) -> str:
    """`Content-Disposition` of a file named after the title (RFC 6266): in ASCII, and whole where the title has other letters."""
    kept = "".join(letter if unicodedata.category(letter)[0] != "C" else " " for letter in UNSAFE.sub(" ", title))
    name = " ".join(kept.split())[:NAME].strip(". ") or "Dateline"
    plain = " ".join(unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().split()).strip(". ")
    plain = UNSAFE.sub(" ", plain).strip(". ") or "Dateline"
    whole = "" if plain == name else f"; filename*=UTF-8''{quote(f'{name}{ending}', safe='')}"
    return f'attachment; filename="{plain}{ending}"{whole}'
