"""`remove`: takes articles out of the collection."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated

import typer

from app.commands.options import Verbose

ARTICLE_ID = re.compile(r"[0-9a-f]{20}")


def remove(
    keys: Annotated[list[str], typer.Argument(metavar="PATH|URL|ID…", help="Articles, by file, address or id.", show_default=False)],
    erase: Annotated[bool, typer.Option("--erase", help="Keep nothing of what they say and said before.")] = False,
    verbose: Verbose = False,
) -> int:
    """Take articles out. What they said is kept for `versions`, and no question finds it.

    \b
    Examples:
      python -m app remove https://example.org/story
      python -m app remove old/story.txt
      python -m app remove old/story.txt --erase
    """
    from app.reach import beside, opened
    from app.runtime import complain, start

    settings = start(verbose)
    with beside(settings) or opened(settings, "own", "remove") as service:
        removed, unknown = service.remove([as_key(key) for key in keys], erase=erase)
    for found in removed:
        print(f"removed {found}")
    for key in unknown:
        complain(f"no article is known as {key}. `python -m app search` shows the ids.")
    return 1 if unknown else 0


def as_key(key: str) -> str:
    """The key as any process understands it: a path is made absolute, since `serve` has another working folder."""
    return key if "://" in key or ARTICLE_ID.fullmatch(key) else str(Path(key).absolute())
