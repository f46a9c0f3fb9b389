"""`sources`: the outlets of the collection."""

from __future__ import annotations

from app.commands.options import Json, Verbose


def sources(json: Json = False, verbose: Verbose = False) -> int:
    """List the outlets, with their articles and dates.

    \b
    Example:
      python -m app sources
    """
    from app.commands.lines import print_json
    from app.commands.show import clean, day
    from app.installed import as_started
    from app.reach import reach
    from app.runtime import start

    with reach(start(verbose)) as service:
        found = service.sources()
    if json:
        print_json([summary.model_dump(mode="json") for summary in found])
        return 0
    if not found:
        print(as_started("There are no articles yet. Add some: python ingest.py FOLDER"))
    for summary in found:
        span = f"{day(summary.first)} to {day(summary.last)}" if summary.first else "undated"
        print(f"{summary.articles:>7}  {clean(summary.source or 'outlet not stated')}  ({span})")
    return 0
