"""One value as one article tells it: the words, who says so, on which day, and whether as new, as overtaken or as a correction."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from app.answering.readers.reading import Found
from app.answering.readers.values import Value, read_value
from app.answering.speakers import speaker_of
from app.text.dates import DateMention, find_dates

_CHANGE = (
    r"(?:rose|risen|rise|rises|raised?|raising|lifted|increased?|grew|grown|climbed|jumped|soared|doubled|fell|fallen|fall|dropped|cut|"
    r"lowered|reduced|"
    r"slipped|shrank|shrunk|declined|decreased|revised|corrected|updated|changed|moved|put (?:off|back)|pushed back|brought forward|"
    r"postponed|delayed|extended|shifted|went up|gone up|come down|came down|topped up|upgraded|downgraded|amended|trimmed|narrowed|"
    r"widened)"
)
_OLD_BEFORE = re.compile(
    r"(?:\b(?:up|down|back|increase|rise|drop|fall|cut|change|moved|raised|revised|corrected) from|\binstead of|\brather than|\bnot|"
    r"\b(?:compared (?:with|to)|against|versus)|\bprevious(?:ly)?\b[^.;]{0,60}|\bearlier (?:estimate|figure|count|report|forecast|date|"
    r"plan|version|"
    r"number|toll|target|offer|price|statement)\b[^.;]{0,60}|\b(?:original|old|initial|former|first|wrong|incorrect|"
    r"mistaken)(?:ly)? (?:estimate|"
    r"figure|count|report|forecast|date|plan|budget|price|number|toll|target|offer|cost|announcement)\b[^.;]{0,60}|"
    r"\bhad (?:first|earlier|originally|initially|previously|once|at first) [^.;]{0,80}|"
    r"\bhad (?:said|announced|reported|told|claimed|put|estimated|forecast|expected|promised|"
    r"planned|budgeted|predicted|intended|offered)\b[^.;]{0,70}|\b(?:first|originally|initially|previously|at first|until now|formerly) "
    r"(?:said|reported|announced|promised|planned|put|estimated|set|due|given|budgeted|expected|scheduled|named|stated|told)\b[^.;]{0,60}|"
    r"\ban? earlier version\b[^.;]{0,120}|\bthan the|\bwell (?:above|below) the|\bthe figure of|\bwas (?:due|to have|supposed) [^.;]{0,60}|"
    r"\b(?:wrongly|mistakenly|incorrectly|in error)\b[^.;]{0,80}|\bused to [^.;]{0,40})\s*(?:the |about |some |around |nearly |up to |"
    r"at |as |of |on |for )*[\"“]?$",
    re.IGNORECASE,
)
_NOW = re.compile(r"(?<!until )\bnow\b", re.IGNORECASE)
"""What stands before it is told as overtaken, what follows is not."""
_FROM = re.compile(
    rf"\b{_CHANGE}\b[^.;]{{0,80}}\bfrom\s(?:the |about |some |around |nearly |a |an )*$|^from\s(?:about |some )*$|\bbetween .{{0,20}}$",
    re.IGNORECASE,
)
_NOT_BEFORE = re.compile(
    r"\b(?:not|no longer)\b(?:(?!\b(?:before|until|only|than|later|but)\b)[^.;,]){0,45}\b(?:on|in|at|by|for|to)\s*$", re.IGNORECASE
)
_CHANGED = re.compile(_CHANGE, re.IGNORECASE)
_TO_AFTER = re.compile(r"^[^.;]{0,60}?\bto\b", re.IGNORECASE)
_OLD_AFTER = re.compile(
    r"^(?:(?!\bnot\b|\d)[^.;]){0,25}?(?:,? (?:as|which|that) (?:was )?(?:first|originally|initially|previously|earlier|wrongly) |"
    r",? (?:first|originally|previously|initially) "
    r"(?:given|reported|announced|planned|said|set)|,? the (?:figure|number|date) (?:first |originally |previously )?(?:given|reported|"
    r"announced)|"
    r" (?:was|were) (?:wrong|incorrect|an error|a mistake|too high|too low)|,? as (?:it|we|this newspaper) (?:had )?(?:first |earlier |"
    r"wrongly )?(?:reported|said|stated))",
    re.IGNORECASE,
)
_NEW_BEFORE = re.compile(
    rf"(?:\b{_CHANGE}\b[^.;]{{0,70}}\b(?:to|until|till|for|at|by)|\bnow\b[^.;]{{0,40}}|\b(?:stands?|stood|remains?) at|\bnew (?:figure|"
    rf"total|count|date|estimate|toll|"
    r"price|offer|forecast)\b[^.;]{0,40}|\bso far\b[^.;]{0,30}|\bthe (?:correct|right) (?:figure|number|date|name|total)\b[^.;]{0,40}|"
    r"\blatest\b[^.;]{0,40}|"
    r"\binstead\b[^.;]{0,20})\s*(?:the |about |some |around |nearly |up to |at |as |of |on |for )*$",
    re.IGNORECASE,
)
_CORRECTION = re.compile(
    r"\bcorrections?\b(?! (?:officer|facilit|department))|\bcorrected\b|\bclarification\b|\ban? earlier version\b|\b(?:wrongly|"
    r"incorrectly|mistakenly) (?:said|stated|gave|reported|put|named)\b|"
    r"\b(?:reported|given|stated) (?:wrongly|in error|incorrectly)\b|\bwithdrew the figure\b|\bwe regret\b",
    re.IGNORECASE,
)
_TAKEN_BACK = re.compile(
    r"\bcorrection:(?![^.;]*\b(?:is|are|will|has|have)\b)|\bearlier version\b|\bwrongly\b|\bin error\b|\bconfused\b|\bmistak\w+|"
    r"\bmisspel\w+|\ban article in\b|\bthis newspaper\b|"
    r"\bwe (?:had )?(?:gave|given|said|wrote|reported|named|called|put)\b|\b(?:reported|wrote|said|gave|spelled) (?:on \w+day|"
    r"on \d+ \w+|it\b|earlier)|"
    r"\bas (?:we|the \w+) (?:wrote|reported|said|first)",
    re.IGNORECASE,
)
_NEW_AFTER = re.compile(
    r"^[^.;]{0,60}?\b(?:(?:weeks?|days?|months?|years?) (?:later|earlier|longer)|more|less|fewer|higher|lower) than\b|"
    r"^[^.;]{0,40}?\b(?:instead of|rather than|and not|not)\b",
    re.IGNORECASE,
)
_HELD = re.compile(
    r"\b(?:hold|holds|held|keeps?|kept|stuck|sticks) to\b[^.;]{0,30}$|\b(?:stands|stood) by\b[^.;]{0,30}$|\binsists? on\b[^.;]{0,30}$",
    re.IGNORECASE,
)
_NOW_AFTER = re.compile(r"^,? (?:will|is|was|has|have|are)\b[^.;]{0,20}\bnow\b", re.IGNORECASE)
_IN = re.compile(r"\b(?:in|of|since|by) (?:late |early |mid-)?$", re.IGNORECASE)
_HAPPENED = re.compile(
    r"\b(?:kill(?:ed|ing)|died|dead|drown(?:ed|ing)|injur(?:ed|ing)|wound(?:ed|ing)|hurt|(?:night|morning|afternoon|evening|hours) of)\b",
    re.IGNORECASE,
)
_AS_OF = re.compile(r"\b(?:by|as of|until|till|since|up to) (?:\w+day,? )?$", re.IGNORECASE)
"""A day that stands with the first is the day on which something happened, told on any later one; with the second, that of the count."""
HALF_A_YEAR = 183
"""Days: a day without its year lies no further back than this, unless it is told as over. Set by hand."""
BESIDE = 25
"""Characters between a value and the day on which it held."""
OPENING = 300
"""Characters of an article in which it says that it is a correction."""


@dataclass(frozen=True, slots=True)
class Statement:
    """`day`: the article's, or the earlier day that the clause names beside the value; None where neither is known. `stale`: told
    as overtaken or wrong; `fresh`: told as new; `corrects`: the article, or the sentence, is a correction."""

    found: Found
    value: Value
    speaker: str | None
    day: date | None
    stale: bool
    fresh: bool
    corrects: bool


def statement_of(found: Found) -> Statement:
    article = found.passage.article
    said = found.said
    at, end = found.span.start - found.sentence.start, found.span.end - found.sentence.start
    before, after = " ".join(said[:at].split()) + " ", said[end:]
    moved = _FROM.search(before)
    old = bool(
        _OLD_BEFORE.search(_NOW.split(before)[-1])
        or _NOT_BEFORE.search(before)
        or _OLD_AFTER.match(after)
        or (moved and (_CHANGED.search(moved[0]) or _TO_AFTER.match(after)))
    )
    new = not old and bool(_NEW_BEFORE.search(before) or _NEW_AFTER.match(after))
    corrects = bool(_CORRECTION.search(article.title) or _CORRECTION.search(said) or _CORRECTION.search(article.text[:OPENING]))
    stale = not _HELD.search(before) and (old or bool(_NOW_AFTER.match(after)))
    stale = stale or (corrects and not new and bool(_TAKEN_BACK.search(said)))
    published = article.published.day if article.published else None
    return Statement(
        found,
        read_value(found.text, said[:at]),
        speaker_of(article, found.sentence, found.span),
        (None if find_dates(found.text) else _named_day(said, at, end, published, stale)) or published,
        stale,
        new and not stale,
        corrects and not stale,
    )


def _named_day(said: str, at: int, end: int, published: date | None, stale: bool) -> date | None:
    """The day that stands beside a value, to the day or the month, no later than the article's."""
    start = max((said.rfind(mark, 0, at) for mark in ";:—"), default=-1) + 1
    near = [
        d
        for d in find_dates(said)
        if d.start >= start and (d.end <= at or d.start >= end) and d.month and (d.day or _IN.search(said[: d.start]))
    ]
    happened = _HAPPENED.search(said, start)
    near = [d for d in near if not happened or _AS_OF.search(said[: d.start])]
    if not near or published is None:
        return None
    nearest = min(near, key=lambda d: min(abs(d.start - end), abs(at - d.end)))
    between = said[min(end, nearest.end) : max(at, nearest.start)]
    if len(between) > BESIDE or re.search(r"\b(?:and|but|date)\b", between):
        return None
    return _placed(nearest, published, stale)


def _placed(mention: DateMention, published: date, stale: bool) -> date | None:
    assert mention.month is not None
    years = [mention.year] if mention.year else [published.year, published.year - 1]
    for year in years:
        try:
            day = date(year, mention.month, mention.day or 1)
        except ValueError:
            return None
        if day <= published:
            # Without its year a day is of this half year: "from 12 April", said in March, is to come; what is over was.
            return day if mention.year or stale or (published - day).days <= HALF_A_YEAR else None
    return None
