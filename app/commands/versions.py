"""`versions`: what an article says and what it said before."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Annotated

import typer

from app.commands.options import Json, Verbose

if TYPE_CHECKING:
    from app.answer import Version


def versions(
    key: Annotated[str, typer.Argument(metavar="PATH|URL|ID", help="The article, by file, address or id.", show_default=False)],
    json: Json = False,
    verbose: Verbose = False,
) -> int:
    """Show what an article says and what it said before, as far as this archive saw it; of one that was removed, too.

    \b
    Examples:
      python -m app versions https://example.org/story
      python -m app versions https://example.org/story --json
    """
    from app.commands.lines import print_json
    from app.commands.remove import as_key
    from app.reach import reach
    from app.runtime import complain, start

    with reach(start(verbose)) as service:
        found = service.versions(as_key(key))
    if not found:
        complain(f"no article is known as {key}. `python -m app search` shows the ids.")
        return 1
    if json:
        print_json([version.model_dump(mode="json") for version in found])
    else:
        print("\n".join(version_lines(found)))
    return 0


def version_lines(found: Sequence[Version]) -> Iterator[str]:
    """The last version's title, then each with its days and, under it, the sentences in which it differs from the one before."""
    from app.commands.show import wrapped
    from app.text.differences import differences

    yield wrapped(found[0].title)
    for after, before in pairwise(found):
        yield "\n" + wrapped(_when(after))
        titles = [(before.title, after.title)] if before.title != after.title else []
        changes = [(one.before, one.after) for one in differences(before.text, after.text)]
        for old, new in [*titles, *changes]:
            yield from (wrapped(words, "    ", f"  {mark} ") for mark, words in (("-", old), ("+", new)) if words)
        if not titles and not changes:
            yield "  The same words; its date, outlet or authors are others."
    yield "\n" + wrapped(_when(found[-1]))
    yield wrapped(found[-1].text, "  ")


def _when(version: Version) -> str:
    from app.commands.show import day

    since = f"from {day(version.seen_from)}" if version.seen_from else "from a day that was not written down"
    until = f"until {day(version.seen_until)}" if version.seen_until else "until now"
    ended = ", when it was removed" if version.ended == "removed" else ""
    notice = f"; it says that it was {version.notice}" if version.notice else ""
    return f"Said {since} {until}{ended}{notice}:"
