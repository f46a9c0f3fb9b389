"""Finds what English prose says of days, months, years, weekdays, seasons and quarters."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from app.article import Span
from app.text.months import MONTHS, month_number
from app.text.tables import word_set

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")

_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?"
    r"|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\b\.?"
)
_WEEKDAY = r"(?:mon|tues|wednes|thurs|fri|satur|sun)day"
_DAY = r"(?:3[01]|[12]\d|0?[1-9])(?:st|nd|rd|th)?"
_YEAR = r"(?:1[0-9]|20)\d\d"
_NO_DIGIT = r"(?![\d,.]*\d)"
_DATE = re.compile(
    rf"\b(?=[\dadfjmnoqstw])(?:(?P<weekday>{_WEEKDAY})s?\b(?:,?\s+(?=(?:the\s+)?{_DAY}\b|{_MONTH}\s+{_DAY}\b))?)?"
    rf"(?:(?P<iso>{_YEAR})-(?P<iso_month>0[1-9]|1[0-2])-(?P<iso_day>0[1-9]|[12]\d|3[01])\b"
    rf"|(?:the\s+)?(?P<day_first>{_DAY})\s+(?:of\s+)?(?P<month_after>{_MONTH})(?:,?\s+(?P<year_dmy>{_YEAR})\b)?"
    rf"|(?P<month_first>{_MONTH})\s+(?P<day_after>{_DAY})\b(?!\s*(?:%|percent|million|billion|thousand))(?:,?\s+(?P<year_mdy>{_YEAR})\b{_NO_DIGIT})?"
    rf"|(?P<month>{_MONTH})(?:,?\s+(?:of\s+)?(?P<year_my>{_YEAR})\b{_NO_DIGIT})?"
    rf"|(?:(?P<quarter_word>first|second|third|fourth)\s+quarter|q(?P<quarter>[1-4]))\b(?:\s+(?:of\s+)?(?P<year_q>{_YEAR})\b)?"
    rf"|(?P<season>spring|summer|autumn|fall|winter)\s+(?:of\s+)?(?P<year_s>{_YEAR})\b"
    r"|(?<=\bin )(?:the )?(?P<season_alone>spring|summer|autumn|winter)\b"
    rf"|(?<![\d.,/$£€])(?P<year>{_YEAR})(?P<decade>s)?\b(?![%\d]|[.,:/]\d|-\w*[a-z]))?",
    re.IGNORECASE,
)
_LEAD = re.compile(r"([\w$£€.'’]+)[\s,(]*$")
_NEXT = re.compile(r"\s+([\w'’]+)")
_QUARTERS = {"first": 1, "second": 2, "third": 3, "fourth": 4}

_BEFORE_A_DATE = word_set(
    "in by since until till of from to last next this early late mid through during before after between and or on for around about "
    "every each"
)
_BEFORE_A_COUNT = word_set(
    "about around some nearly almost than over roughly approximately exactly least most only another estimated no number $ £ €"
)
_COUNTED = word_set(
    "people men women troops children staff police personnel cattle sheep dollars euros pounds crowns per million km kilometres"
)
_NOT_COUNTED = word_set(
    "was is has as its his this does series elections olympics games finals across less besides towards afterwards nevertheless"
)
_AFTER_MODAL = word_set("i he she it we they you the god this there your not")
_AFTER_A_PERSON = word_set("said told says added announced resigned has had was is also and")


@dataclass(frozen=True, slots=True)
class DateMention(Span):
    """A date in text; what it does not say is None. `weekday` is 0 for Monday; `year` of a decade is its first."""

    year: int | None = None
    month: int | None = None
    day: int | None = None
    weekday: int | None = None
    quarter: int | None = None
    season: str | None = None
    decade: bool = False


def find_dates(text: str) -> list[DateMention]:
    """The dates that `text` mentions, in order, disjoint.

    "May" and "March" count as months only where they are not verbs or surnames, and a bare figure from 1000 to
    2099 counts as a year unless it counts something ("2000 soldiers", "about 1500").
    """
    return [mention for found in _DATE.finditer(text) if found.end() > found.start() for mention in _mention(text, found)]


def _mention(text: str, found: re.Match[str]) -> Iterator[DateMention]:
    part = found.groupdict()
    name = part["month"]
    if name and not _is_month(text, found, name):
        return
    if part["year"] and not part["decade"] and not _is_year(text, found):
        return
    month = part["month_after"] or part["month_first"] or name
    day = part["iso_day"] or part["day_first"] or part["day_after"]
    year = next((part[key] for key in ("iso", "year_dmy", "year_mdy", "year_my", "year_q", "year_s", "year") if part[key]), None)
    season = part["season"] or part["season_alone"]
    quarter = part["quarter"] or _QUARTERS.get((part["quarter_word"] or "").lower())
    yield DateMention(
        found.start(),
        found.end() - (1 if found[0].endswith(".") and (month or "").rstrip(".").lower() in MONTHS else 0),
        int(year) if year else None,
        int(part["iso_month"]) if part["iso"] else month_number(month) if month else None,
        int(re.sub(r"\D", "", day)) if day else None,
        WEEKDAYS.index(part["weekday"].lower()) if part["weekday"] else None,
        int(quarter) if quarter else None,
        "autumn" if season and season.lower() == "fall" else season and season.lower(),
        bool(part["decade"]),
    )


def _around(text: str, found: re.Match[str]) -> tuple[str, str]:
    before = _LEAD.search(text, max(0, found.start() - 30), found.start())
    after = _NEXT.match(text, found.end())
    return before[1] if before else "", after[1] if after else ""


def _is_month(text: str, found: re.Match[str], name: str) -> bool:
    before, after = _around(text, found)
    low = name.lower().rstrip(".")
    if found["year_my"] or found["weekday"]:
        return True
    if len(low) <= 4 and low not in {"may", "june", "july"}:
        return name[0].isupper() and name.endswith(".")
    if low not in {"may", "march", "august"}:
        return True
    if not name[0].isupper():
        return low == "march" and before.lower() in {"in", "by", "since", "until", "last", "next"} and not after.endswith("ing")
    if before.lower() in _BEFORE_A_DATE:
        return True
    if low == "may":
        named = before[:1].isupper() and not text[: found.start()].rstrip().endswith((".", "!", "?", ":", ";"))
        return not named and after.lower() not in _AFTER_MODAL | _AFTER_A_PERSON
    return after.lower() not in {"on", "for", "against", "in"}


def _is_year(text: str, found: re.Match[str]) -> bool:
    before, after = _around(text, found)
    low = before.lower()
    if low in _BEFORE_A_COUNT or low.endswith(("$", "£", "€")):
        return False
    if low == "to" and re.search(r"\bup\s+to\s*$", text[max(0, found.start() - 12) : found.start()], re.IGNORECASE):
        return False
    following = after.lower()
    if following in _COUNTED:
        return False
    plural = following.endswith("s") and len(following) > 3 and after.islower() and following not in _NOT_COUNTED
    return not plural or low in {"in", "since", "by", "year", "spring", "summer", "autumn", "winter"}
