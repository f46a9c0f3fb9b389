"""What an article said before, in its panel: every version with the sentences that the next one has otherwise."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from app.answer import Version
from app.text.differences import Change, differences, word_changes
from app.web.markup import count, date_words, esc

VERSIONS = 12
"""Shown of an article, the last first; `python -m app versions` has them all."""
CHANGES = 40
"""Sentences shown of a version."""
_TAGS = {"same": "", "gone": "del", "new": "ins"}


def render_versions(found: Sequence[Version]) -> str:
    """A closed list, the last version first; empty for an article that never changed. `found` begins with what it says now."""
    if len(found) < 2:
        return ""
    said = "".join(_version(before, after) for after, before in list(pairwise(found))[:VERSIONS])
    more = len(found) - 1 - VERSIONS
    rest = f"<p>And {count(more, 'version')} before these.</p>" if more > 0 else ""
    told = f"It was {found[0].notice}. " if found[0].notice else ""
    summary = f"{told}Said otherwise until {_day(found[1])}"
    return f'<details class="former"><summary>{summary}</summary>{said}{rest}</details>'


def _version(before: Version, after: Version) -> str:
    changes = differences(before.text, after.text)
    if before.title != after.title:
        changes = [Change(before.title, after.title), *changes]
    lines = "".join(f'<li dir="auto">{_change(one)}</li>' for one in changes[:CHANGES])
    more = f"<p>And {count(len(changes) - CHANGES, 'sentence')} more.</p>" if len(changes) > CHANGES else ""
    same = "" if changes else "<p>The same words; its date, outlet or authors were others.</p>"
    removed = ", when it was removed for a time" if before.ended == "removed" else ""
    return f'<h3>Said until {_day(before)}{removed}</h3><ul role="list">{lines}</ul>{more}{same}'


def _change(change: Change) -> str:
    pieces = ((_TAGS[kind], esc(text)) for kind, text in word_changes(change))
    return "".join(f"<{tag}>{text}</{tag}>" if tag else text for tag, text in pieces)


def _day(version: Version) -> str:
    return date_words(version.seen_until, full=True)
