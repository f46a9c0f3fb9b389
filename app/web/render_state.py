"""What the page says of the archive's state: what it holds, what is still to be done, and what mends what is wrong."""

from __future__ import annotations

import re
from collections.abc import Sequence

from app.answer import Health
from app.collection import Room
from app.doctor import Finding
from app.web.markup import count, date_words, esc, icon

_MENDED = re.compile(r"Run: (.+?)(?= \(|\.? [A-Z]|$)")
_COMMAND = re.compile(r"(\S*python[\d.]*|dateline|make|git|chmod|rm|mv|ps) ")
_FAULTS = {"error": "Broken", "warning": "To mind", "ok": "In order"}


def render_state(health: Health, undated: int, model: str | None, room: Room) -> str:
    """What the archive holds, what is still to be done, and what is in the way, with the command that mends it."""
    size = f"{'' if room.whole else 'more than '}{bytes_words(room.bytes)}"
    rows = [
        ("Articles", f"{health.articles:,}"),
        ("Outlets", f"{health.sources:,}"),
        ("Passages", f"{health.passages:,}"),
        ("Newest", date_words(health.newest) if health.newest else ""),
        ("Oldest", date_words(health.oldest) if health.oldest else ""),
        ("Without a date", f"{undated:,}" if undated else ""),
        ("Embedding model", model or "none yet"),
        ("Language model", health.model),
        ("On disk", size),
    ]
    facts = "".join(f'<div><dt>{name}</dt><dd dir="auto">{esc(value)}</dd></div>' for name, value in rows if value)
    return f"<dl>{facts}</dl>{render_vectors(health)}{_in_the_way(health.detail)}"


def render_coming(health: Health) -> str:
    """One strip while vectors are still to come, else nothing."""
    return render_vectors(health) if health.embedded < health.passages else ""


def render_vectors(health: Health) -> str:
    """How many vectors are made, with a bar."""
    if not health.passages:
        return ""
    waiting = health.passages - health.embedded
    share = health.embedded / health.passages
    said = f"{waiting:,} still to come." if waiting else "None is still to come."
    return (
        f'<div class="vectors" data-embedded="{health.embedded}" data-passages="{health.passages}">'
        f"<p><b>{health.embedded:,} of {count(health.passages, 'vector')} made.</b> {said} <span class='left'></span></p>"
        f'<progress max="1" value="{share:.4f}" aria-label="Vectors made">{share:.0%}</progress></div>'
    )


def _in_the_way(detail: str) -> str:
    if not detail:
        return ""
    commands = "".join(_command(found) for found in _MENDED.findall(detail))
    return f'<div class="finding" data-level="warning"><p>{esc(_MENDED.sub("", detail).strip())}</p>{commands}</div>'


def _command(words: str) -> str:
    """A command to copy; other advice stays a sentence."""
    if not _COMMAND.match(words):
        return f'<p class="mend">{esc(words)}</p>'
    copied = f'{icon("copy")}<span class="label">Copy</span>'
    return (
        f'<p class="mend"><code>{esc(words)}</code>'
        f'<button type="button" class="plain" data-do="copy" data-copy="{esc(words)}">{copied}</button></p>'
    )


def render_findings(findings: Sequence[Finding]) -> str:
    """What `doctor` found: first what is wrong, each with what mends it, then all that is in order."""
    wrong = [one for one in findings if one.level != "ok"]
    fine = [one for one in findings if one.level == "ok"]
    head = f"<p class='sum'><b>{count(len(wrong), 'thing')} to mend.</b></p>" if wrong else "<p class='sum'><b>Nothing is wrong.</b></p>"
    items = "".join(
        f'<li class="finding" data-level="{one.level}"><p><b>{_FAULTS[one.level]}:</b> {esc(one.what)}</p>'
        f"{_command(one.mend) if one.mend else ''}</li>"
        for one in sorted(wrong, key=lambda one: one.level != "error")
    )
    rest = "".join(f"<li>{esc(one.what)}</li>" for one in fine)
    return f'{head}<ul role="list">{items}</ul>' + (
        f"<details><summary>In order: {len(fine)}</summary><ul>{rest}</ul></details>" if fine else ""
    )


def bytes_words(size: int) -> str:
    """`830 kB`, `1.2 GB`."""
    for unit, one in (("GB", 1e9), ("MB", 1e6)):
        if size >= one:
            return f"{size / one:.1f} {unit}"
    return f"{size / 1e3:.0f} kB"
