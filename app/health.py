"""How an archive is, in the words of /api/health and the page."""

from __future__ import annotations

from app.answer import Health
from app.answering.models import model_name
from app.replication import Standing
from app.settings import Settings
from app.stores.protocols import CatalogProtocol
from app.trouble import Troubles


def health(
    settings: Settings, catalog: CatalogProtocol, standing: Standing, troubles: Troubles, *, is_loading: bool, has_encoder: bool
) -> Health:
    """Counts by the catalog, what is in the way of each part, and where the process stands among those that share the catalog."""
    totals = catalog.totals()
    if "vectors" in troubles:
        status = "words-only"
    elif is_loading or (not has_encoder and totals.articles):
        status = "loading"
    else:
        status = "catching-up" if totals.embedded < totals.passages else "ok"
    return Health(
        status=status,
        articles=totals.articles,
        passages=totals.passages,
        embedded=totals.embedded,
        newest=totals.newest,
        oldest=totals.oldest,
        sources=totals.sources,
        model=model_name(settings),
        detail=" ".join([*troubles.lines(), *standing.troubles()]),
        invented=catalog.has_example_addresses(),
        **standing.told(),
    )
