"""What a question asks for: its words, names, dates, figures, and the kind of answer."""

from __future__ import annotations

import re
from dataclasses import dataclass

from app.text.dates import DateMention, find_dates
from app.text.names import Name, names_in_question
from app.text.numbers import Number, find_numbers
from app.text.periods import Period
from app.text.words import content_words

_THING = r"\b(?:what|which) (?:\w+ ){0,2}(?:%s)\b"
_MEASURES = "percentage|share|proportion|number|amount|figure|price|sum|age|score|rate|salary|fee|fare|size|margin"
_WHO_OR_WHERE = (
    "person|man|woman|official|minister|politician|leader|party|company|firm|country|city|town|state|nation|team|club|player|actor|"
    "actress|singer|band|outlet|newspaper|organi[sz]ation|agency|bank|university|airline|district|region|place|river|village|group|"
    "union|movie|film|show|author|president|celebrity|network|brand|retailer|carmaker|continent|planet|island|port"
)
_KINDS = {
    "number": r"\bhow (?:many|much|old|long|far|high|tall|large|big|often|fast|deep|wide|few)\b|"
    r"\bhow (?:big|large|strong|wide) (?:a|an|is|was)\b|"
    rf"\b(?:what|which) (?:{_MEASURES})\b|\bwhat (?:\w+ ){{0,3}}(?:cost|costs|price|total|turnout|budget)\b|\bby how\b|"
    r"\bwhat (?:do|does|did|will|would) .{1,80} (?:cost|pay|earn|weigh|measure)\b|\bby what (?:vote|margin|majority)\b",
    "date": r"\bwhen\b|\b(?:what|which) (?:date|day|year|month|week|time|season)\b|\bhow soon\b",
    "name": r"\bwho\b|\bwhom\b|\bwhose\b|\bwhere\b|" + _THING % _WHO_OR_WHERE,
    "reason": r"\bwhy\b|\b(?:what|which) (?:\w+ )?(?:reason|cause|caused|explanation|led|prompted|triggered|grounds)\b|\bfor what\b",
}
_KIND = [(kind, re.compile(pattern, re.IGNORECASE)) for kind, pattern in _KINDS.items()]
REASON = re.compile(
    r"\b(because|due to|owing to|as a result|caused by|blamed|after|over|so that|in order to|reason|cited|citing|since|amid|following|"
    r"to avoid|to prevent|saying)\b",
    re.IGNORECASE,
)
TIME = re.compile(
    r"\b(today|yesterday|tomorrow|tonight|morning|evening|night|noon|midnight|weekend|week|month|year|spring|summer|autumn|fall|winter|"
    r"o'clock|[ap]\.m\.|hours?|days?)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class QuestionProfile:
    """`kind` is number, date, name, reason or other; `words` are stems without repeats; `period`: the days that it names, if it does."""

    text: str
    words: tuple[str, ...]
    names: tuple[Name, ...]
    dates: tuple[DateMention, ...]
    numbers: tuple[Number, ...]
    kind: str
    period: Period | None = None


def profile(question: str) -> QuestionProfile:
    dates = find_dates(question)
    return QuestionProfile(
        text=question,
        words=tuple(dict.fromkeys(content_words(question))),
        names=tuple(names_in_question(question, taken=dates)),
        dates=tuple(dates),
        numbers=tuple(find_numbers(question, dates)),
        kind=next((kind for kind, pattern in _KIND if pattern.search(question)), "other"),
    )
