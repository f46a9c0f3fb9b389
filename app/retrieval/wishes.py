"""What a question says of time, speaker and outlet, read by rule: a question in, a Wish out, with the words that said so."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from app.retrieval.speaking import outlet_of, phrases_of, speaker_of
from app.retrieval.wish import Wish
from app.retrieval.wording import asks_change, asks_first, asks_newest
from app.text.periods import Period, find_periods
from app.text.words import content_words

SURELY = 0.8
"""From here on a period is surely one of print: a date, a month with its year; not a year alone (app/text/stretch.py)."""
_YEAR = re.compile(r"\d{4}")


@dataclass(frozen=True, slots=True)
class Reading:
    """`words` are the question's, by the key that `understood` gives each reading."""

    wish: Wish
    words: dict[str, str]


def read_wish(question: str, as_of: date, sources: Sequence[str]) -> Wish:
    """Read what a question prefers. `as_of` is the day from which "last week" counts, `sources` the outlets of the catalog."""
    return read(question, as_of, sources).wish


def read(question: str, as_of: date, sources: Sequence[str], ignore: Sequence[str] = ()) -> Reading:
    """`read_wish` with the words; what `ignore` names (keys as in app.answer.ReadKey) is not read."""
    words: dict[str, str] = {}

    def told(key: str, found: str | None) -> bool:
        if found and key not in ignore:
            words[key] = found
        return key in words

    periods = find_periods(question, as_of)
    period = surest(periods)
    if period and not told("time", question[period.start : period.end]):
        period = None
    newest = told("newest", asks_newest(question))
    first = told("first", asks_first(question, periods))
    change = told("change", asks_change(question))
    speaker = speaker_of(question)
    outlet = outlet_of(question, sources)
    phrases = phrases_of(question)
    return Reading(
        Wish(
            period=period,
            newest=newest,
            first=first,
            change=change,
            speaker=speaker if told("speaker", speaker) else None,
            outlet=outlet[0] if outlet and told("outlet", outlet[1]) else None,
            phrases=phrases if told("phrase", phrases[0] if phrases else None) else (),
        ),
        words,
    )


def searched(text: str, wish: Wish) -> str:
    """The words to look for: a question without the dates of the period that it surely names, which few articles spell out.

    Words that count from a day ("this week") stay: articles use them of the same events, and without them the human-linked
    questions of RealTime QA 2022 had hit@1 0.664 instead of 0.699 as of the year's end.
    """
    period = wish.period
    if period is None or period.sure < SURELY or not _YEAR.search(text, period.start, period.end):
        return text
    rest = f"{text[: period.start]} {text[period.end :]}"
    return rest if content_words(rest) else text


def surest(periods: Sequence[Period]) -> Period | None:
    """The one that is most surely meant; of equals the first."""
    return max(periods, key=lambda period: period.sure, default=None)
