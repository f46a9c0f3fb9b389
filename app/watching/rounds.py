"""What the last round did, as the catalog keeps it."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass

from app.stores.protocols import CatalogProtocol

_KEY = "watched"


@dataclass(frozen=True, slots=True)
class LastRound:
    """`at`: the Unix second in which it ended; `counts`: what came of it, in words."""

    at: int
    counts: str


def last_round(catalog: CatalogProtocol) -> LastRound | None:
    """None where there was none yet, or what was written makes no sense."""
    try:
        said = json.loads(catalog.meta(_KEY) or "{}")
        return LastRound(int(said["at"]), str(said["counts"]))
    except (KeyError, ValueError, TypeError):
        return None


def keep_round(catalog: CatalogProtocol, done: LastRound) -> None:
    catalog.set_meta(_KEY, json.dumps(asdict(done)))
