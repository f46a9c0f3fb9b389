"""`reindex`: rebuilds both indexes from the catalog."""

from __future__ import annotations

from app.commands.options import Verbose


def reindex(verbose: Verbose = False) -> int:
    """Build both indexes anew.

    Needed when the embedding model was changed or `doctor` asks for it. Stop `serve` first.

    \b
    Example:
      python -m app reindex
    """
    from app.commands.progress import Bars
    from app.reach import opened
    from app.runtime import start

    with opened(start(verbose), "own", "reindex") as service:
        with Bars() as bars:
            service.reindex(bars)
        health = service.health()
    print(f"Rebuilt: {health.articles} articles, {health.passages} passages, {health.embedded} with vectors.")
    return 0
