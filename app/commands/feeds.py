"""`feeds`: what is followed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from inspect import cleandoc
from typing import TYPE_CHECKING, Annotated

import typer

from app.commands.options import Json, Verbose
from app.installed import as_started

if TYPE_CHECKING:
    from app.follow import Action, Follow

HELP = """What is followed: feeds, sitemaps, pages and folders, which `watch` and `serve` look at again and again.

\b
Examples:
  python -m app feeds add https://news.example/feed.xml /data/news
  python -m app feeds list
  python -m app feeds pause https://news.example/feed.xml
  python -m app feeds remove https://news.example/feed.xml
"""
Places = Annotated[list[str], typer.Argument(metavar="PLACE…", help="Addresses or folders.", show_default=False)]


def group() -> typer.Typer:
    """The commands under `feeds`."""
    cli = typer.Typer(help=as_started(HELP), no_args_is_help=True, rich_markup_mode=None)
    every: list[tuple[str, Callable[..., int]]] = [
        ("add", add), ("list", listing), ("pause", pause), ("resume", resume), ("remove", remove),
    ]  # fmt: skip
    for name, command in every:
        cli.command(name, help=as_started(cleandoc(command.__doc__ or "")))(command)
    return cli


def add(
    places: Places,
    gone: Annotated[bool, typer.Option("--gone", help="Of a folder: its missing files were deleted, however many.")] = False,
    verbose: Verbose = False,
) -> int:
    """Follow feeds, sitemaps, pages or folders.

    Each address is asked once, now, to see what it is; its articles come with `watch` or `serve`.
    Of a folder, files that come, change or are deleted are carried through. If most of them are missing
    at once, nothing is removed until you say with --gone that they were deleted.

    \b
    Examples:
      python -m app feeds add https://news.example/feed.xml
      python -m app feeds add /data/news
    """
    return _change("add", places, verbose, gone=gone)


def pause(places: Places, verbose: Verbose = False) -> int:
    """Look no more at these for now."""
    return _change("pause", places, verbose)


def resume(places: Places, verbose: Verbose = False) -> int:
    """Look at these again, at once."""
    return _change("resume", places, verbose)


def remove(places: Places, verbose: Verbose = False) -> int:
    """Follow these no longer. Their articles stay: `python -m app remove` takes articles out."""
    return _change("remove", places, verbose)


def _change(action: Action, places: Sequence[str], verbose: bool, *, gone: bool = False) -> int:
    from app.commands.show import clean
    from app.reach import beside, opened
    from app.runtime import complain, start

    settings = start(verbose)
    with beside(settings) or opened(settings, "own", "feeds") as service:
        outcomes = service.following.change(action, places, gone=gone)
    for one in outcomes:
        if one.done:
            print(clean(f"{one.place}: {one.line}"))
        else:
            complain(clean(f"{one.place}: {one.line}"))
    if action == "add" and any(one.done for one in outcomes):
        print(as_started("They are looked at while `python -m app serve` or `python -m app watch` runs."))
    if all(one.done for one in outcomes):
        return 0
    return 1 if any(one.done for one in outcomes) else 2


def listing(json: Json = False, verbose: Verbose = False) -> int:
    """List what is followed: what came of the last look, and when the next is due."""
    from app.commands.lines import print_json
    from app.reach import reach
    from app.runtime import start

    with reach(start(verbose)) as service:
        follows = service.following.follows()
    if json:
        print_json([one.model_dump(mode="json") for one in follows])
    elif not follows:
        print(as_started("Nothing is followed. Add something: python -m app feeds add https://…/feed.xml"))
    else:
        print("\n".join(_table(follows)))
    return 0


def _table(follows: Sequence[Follow]) -> Iterator[str]:
    """A line for each, columns aligned, and under what was refused, or could not all be read, why."""
    import time

    from app.commands.show import clean, wrapped

    now = time.time()
    rows = [("PLACE", "KIND", "ADDED", "LOOKED AT", "RESULT", "NEXT")]
    for one in follows:
        added = time.strftime("%Y-%m-%d", time.localtime(one.added))
        asked = time.strftime("%Y-%m-%d %H:%M", time.localtime(one.asked)) if one.asked else "not yet"
        failed = f" ({one.failures} in a row)" if one.failures > 1 else ""
        due = "paused" if one.paused else "now" if one.due <= now else f"in {_span(one.due - now)}"
        rows.append((clean(one.place), one.kind, added, asked, f"{one.result}{failed}", due))
    wide = [max(len(row[n]) for row in rows) for n in range(5)]
    for row, follow in zip(rows, (None, *follows), strict=True):
        yield "  ".join([*(cell.ljust(width) for cell, width in zip(row, wide, strict=False)), row[5]]).rstrip()
        if follow is not None and (follow.result == "refused" or ";" in follow.line):
            yield wrapped(follow.line, "    ")


def _span(seconds: float) -> str:
    return f"{max(1, round(seconds / 60))} min" if seconds < 5400 else f"{seconds / 3600:.0f} h"
