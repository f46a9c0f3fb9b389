"""What was read into a question, as chips, and the ways to ask it again with less of it."""

from __future__ import annotations

from collections.abc import Sequence

from app.answer import ReadKey, Understanding
from app.web.markup import count, esc, icon
from app.web.turn import FILTERS, Turn

IGNORED: dict[ReadKey, str] = {
    "time": "dates in the question",
    "newest": "the latest state",
    "first": "the beginning",
    "change": "how it changed",
    "speaker": "who said it",
    "outlet": "outlet in the question",
    "phrase": "exact words",
    "follow_up": "the question before",
}
"""What `ignore` took off, in words: the answer does not tell of what it did not read in."""

LIMITING = frozenset({"time", "speaker", "outlet", "phrase"})
"""Keys of what may have led past the answer, so that an abstention offers to take them off."""


def render_chips(turn: Turn) -> str:
    """A chip for each thing read in, with a button to ask again without it, then what was taken off, to put it on again."""
    return "".join([_chip(turn, item) for item in turn.understood] + [_taken_off(turn, key) for key in turn.ignore])


def _chip(turn: Turn, item: Understanding) -> str:
    drop = ""
    if _droppable(turn, item) and not turn.busy:
        name = esc(f"Ask again without: {item.label}")
        drop = f'<button type="button" data-act="drop" data-key="{esc(item.key)}" aria-label="{name}">{icon("close")}</button>'
    return (
        f'<span class="chip{" open" if drop else ""}"><span dir="auto">{esc(item.label)}</span> '
        f'<span class="why" dir="auto">{esc(item.why)}</span>{drop}</span>'
    )


def _taken_off(turn: Turn, key: ReadKey) -> str:
    back = ""
    if not turn.busy:
        name = f"Ask again with: {IGNORED[key]}"
        back = f'<button type="button" data-act="restore" data-key="{key}" aria-label="{name}">{icon("plus")}</button>'
    return f'<span class="chip off{" open" if back else ""}"><span>without {IGNORED[key]}</span>{back}</span>'


def _droppable(turn: Turn, item: Understanding) -> bool:
    return item.key in turn.filters or (item.removable and item.key in IGNORED)


def render_offers(turn: Turn) -> str:
    """For an abstention: ask the same without each thing that may have hidden the answer; where filters left nothing to search,
    without those that did, with what would then be searched."""
    loosen = turn.answer.loosen if turn.answer else []
    if loosen:
        buttons = [_offer(turn, one.keys, count(one.articles, "article")) for one in loosen if set(one.keys) <= turn.filters.keys()]
    else:
        read_in = [item.key for item in turn.understood if item.key in LIMITING and item.key not in turn.filters and _droppable(turn, item)]
        limiting = [key for key in FILTERS if key in turn.filters] + list(dict.fromkeys(read_in))
        buttons = [_offer(turn, [key]) for key in limiting]
        if len(buttons) > 1:
            every = f'data-keys="{" ".join(limiting)}" data-act="drop" data-key="all"'
            buttons.append(f'<button type="button" class="plain" {every}>without any of these</button>')
    return f'<div class="offers"><span>Ask again</span>{"".join(buttons)}</div>' if buttons else ""


def _offer(turn: Turn, keys: Sequence[str], gives: str = "") -> str:
    """A button to ask without `keys`; `gives` says what for."""
    labels = {item.key: item.label for item in turn.understood}
    names = " and ".join(f"<b dir='auto'>{esc(labels.get(key) or turn.filters[key])}</b>" for key in keys)
    several = f' data-keys="{" ".join(keys)}"' if len(keys) > 1 else ""
    return (
        f'<button type="button" class="plain"{several} data-act="drop" data-key="{keys[0]}"><span>without {names}'
        f"{f': {gives}' if gives else ''}</span></button>"
    )
