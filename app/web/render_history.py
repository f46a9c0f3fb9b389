"""The list of conversations in the rail, by day."""

from __future__ import annotations

import time
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from itertools import groupby

from app.stores.conversations import CitedIn, Listed
from app.text.months import day_words
from app.web.markup import count, esc, icon

DAYS_BY_NAME = 7
"""A day of the last week has its weekday's name: an older one would be the same weekday again."""


def render_history(
    found: Sequence[Listed], *, minutes: int, words: str = "", after: Listed | None = None, more: bool = False, now: float | None = None
) -> str:
    """Conversations under the names of their days, on a clock `minutes` ahead of UTC. `after`: what comes before this piece of the list;
    `more`: whether something comes behind it. `now` is a Unix second, the present one by default."""
    if not found:
        return f'<p class="none">No question or answer has “{esc(words)}”.</p>' if words and after is None else ""
    today = _day(time.time() if now is None else now, minutes)
    shown = _day(after.touched / 1000, minutes) if after else None
    parts = []
    for day, group in groupby(found, key=lambda one: _day(one.touched / 1000, minutes)):
        heading = "" if day == shown else f"<h2>{esc(day_name(day, today))}</h2>"
        parts.append(f'{heading}<ul role="list">{"".join(_row(one) for one in group)}</ul>')
    if more:
        last = found[-1]
        button = (
            f'<button type="button" class="plain" data-act="more" data-after="{last.touched}-{esc(last.id)}">Earlier questions</button>'
        )
        parts.append(f'<p class="more">{button}</p>')
    return "".join(parts)


def render_cited(found: Sequence[CitedIn], *, minutes: int, now: float | None = None) -> str:
    """The answers that cite an article, each a link to the citation; nothing where there are none."""
    if not found:
        return ""
    today = _day(time.time() if now is None else now, minutes)
    rows = "".join(
        f'<li><a href="c/{esc(one.conversation)}#s{one.citation}" data-place dir="auto">{esc(one.question)}</a>'
        f"<span>{esc(day_name(_day(one.asked, minutes), today))}</span></li>"
        for one in found
    )
    return f'<details class="cited"><summary>Cited in {count(len(found), "answer")}</summary><ul role="list">{rows}</ul></details>'


def day_name(day: date, today: date) -> str:
    """Today, Yesterday, Monday, 3 May, 3 May 2024."""
    if day >= today:
        return "Today"
    if day == today - timedelta(days=1):
        return "Yesterday"
    if today - day < timedelta(days=DAYS_BY_NAME):
        return f"{day:%A}"
    return day_words(day, year=day.year != today.year)


def _row(one: Listed) -> str:
    title = esc(one.title)
    tools = "".join(
        f'<button type="button" class="icon" data-act="{name.lower()}" aria-label="{name}: {title}" title="{name}">{icon(sign)}</button>'
        for name, sign in (("Rename", "pen"), ("Delete", "bin"))
    )
    return f'<li data-c="{esc(one.id)}"><a href="c/{esc(one.id)}" data-place data-c="{esc(one.id)}" dir="auto">{title}</a>{tools}</li>'


def _day(second: float, minutes: int) -> date:
    return (datetime.fromtimestamp(second, UTC) + timedelta(minutes=minutes)).date()
