"""What watching did last, as one line of the articles view."""

from __future__ import annotations

from datetime import UTC, datetime

from app.follow import Watched
from app.web.markup import count, esc


def render_watched(watched: Watched, *, on: bool) -> str:
    """The line; empty where nothing is followed. `on`: whether this server looks after what is. What was refused stands out."""
    if not watched.line and not watched.following:
        return ""
    off = "" if on else " Watching is off (DATELINE_WATCH)."
    if watched.at is None:
        return f"{count(watched.following, 'place')} followed, not looked at yet.{off}"
    when = datetime.fromtimestamp(watched.at, UTC)
    did, _, refused = watched.line.partition("; ")
    told = f'; <span class="bad">{esc(refused)}</span>' if refused else ""
    return f'Watched <time datetime="{when.isoformat()}">{when:%H:%M} UTC</time>: {esc(did)}{told}{"" if told else "."}{off}'
