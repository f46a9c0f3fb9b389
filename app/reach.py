"""Who does the work: the `serve` that owns the home if one runs, else a service of our own."""

from __future__ import annotations

import sys
import time
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from app.archive import Archive
    from app.client import Client
    from app.service import Service
    from app.settings import Settings

START_SECONDS = 10.0
"""How long a `serve` that has just taken the home may need until it listens."""

Models = Literal["none", "embedding", "all"]


def reach(settings: Settings, models: Models = "none") -> Archive:
    """To read: the running `serve`, else a service with these models loaded. Close it, or use it in a `with` block."""
    return beside(settings) or _loaded(opened(settings, "read", "reader"), models)


def _loaded(service: Service, models: Models) -> Service:
    try:
        if models != "none" and service.health().articles:
            if sys.stderr.isatty():
                print("Loading the models (a running `serve` would have them ready) …", file=sys.stderr, flush=True)
            if models == "all":
                service.load_models()
            else:
                service.load_search()
    except BaseException:
        service.close()
        raise
    return service


def opened(settings: Settings, mode: Literal["own", "read"], kind: str) -> Service:
    """A service of our own. Raises DatelineError if it is to own the home and another does; `kind` names us to others."""
    from app.service import Service

    return Service.open(settings, mode, kind)


def beside(settings: Settings) -> Client | None:
    """A client of the `serve` that owns this home, or None."""
    from app.stores.home import owner

    deadline = time.monotonic() + START_SECONDS
    while (holder := owner(settings.home)) is not None and holder.kind == "serve":
        if holder.port is not None:
            from app.client import Client

            return Client(holder, settings)
        if time.monotonic() >= deadline:
            break
        time.sleep(0.1)
    return None
