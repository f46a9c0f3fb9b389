"""`salvage`: rescues what can be read of a damaged catalog."""

from __future__ import annotations

from app.commands.options import Verbose

SHOWN = 20
"""Names of lost articles on the screen; the log has them all."""


def salvage(verbose: Verbose = False) -> int:
    """Rescue what can be read of a damaged catalog.

    Names what is lost, keeps the damaged file beside the new one, and builds both indexes anew. Stop `serve` first.

    Exit status 1 if something is lost.

    \b
    Example:
      python -m app salvage
    """
    import logging

    from app.commands.progress import Bars
    from app.commands.show import clean
    from app.installed import as_started
    from app.reach import opened
    from app.runtime import start
    from app.stores.home import HomeLock
    from app.stores.opening import refuse_postgres
    from app.stores.salvage import salvage as rescue

    settings = start(verbose)
    refuse_postgres(settings, "salvage")
    lock = HomeLock(settings.home, "own", "salvage")
    try:
        found = rescue(settings.home)
    finally:
        lock.release()
    print(f"Rescued {found.articles} articles. The damaged catalog is kept as {found.kept_as}.", flush=True)
    with opened(settings, "own", "reindex") as service, Bars() as bars:
        service.reindex(bars)
    for article_id in found.lost_before[:SHOWN]:
        print(f"Lost: what {article_id} said before.")
    if not found.lost and not found.lost_before and found.articles:
        print("Nothing is lost.")
        return 0
    logging.getLogger(__name__).warning("lost from the catalog: %s", ", ".join(found.lost))
    print(f"Lost: {len(found.lost)} articles that are known of" + (":" if found.lost else "."))
    for name in found.lost[:SHOWN]:
        print(clean(f"  {name}"))
    if len(found.lost) > SHOWN:
        print(f"  and {len(found.lost) - SHOWN} more, named in the log")
    print(as_started("Read their files again: python ingest.py PATH"))
    return 1
