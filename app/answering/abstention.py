"""The one place where a probability becomes "the articles do not say"."""

from __future__ import annotations

from collections.abc import Sequence

from app.answer import Citation, Loosening
from app.answering.citing import cite
from app.answering.loosening import in_words
from app.answering.readers.reading import Reading, Readings
from app.installed import as_started
from app.stores.stores import Stores

SILENT = "The articles do not say."
ABSTAIN_BELOW = {"neural": 0.17, "linear": 0.32}
"""By reader: the probability under which silence is the better answer; 0.5 for one that is not here. neural: at this value one
question in four that nothing answers is answered all the same (RealTime QA 2023 from October on, evidence hidden or question
changed; training/calibrate_reader.py). linear: training/calibrate_answering.py, one question in four taken to have no answer."""
NEAREST = 3


def silent_below(reader: str, abstain_below: float | None) -> float:
    """The threshold that holds for a reader; `abstain_below` overrules the calibrated one."""
    return ABSTAIN_BELOW.get(reader, 0.5) if abstain_below is None else abstain_below


def is_silent(readings: Readings, threshold: float) -> bool:
    """Whether to abstain."""
    return not readings.found or readings.answerable < threshold


def why_silent(stores: Stores, loosen: Sequence[Loosening]) -> str:
    """What is missing, first in one short sentence: articles at all, articles within the filters, or the answer."""
    if stores.catalog.is_empty():
        return as_started("There are no articles yet. Bring some in: python ingest.py PATH")
    return f"No article matches these filters. {in_words(loosen)}" if loosen else SILENT


def nearest(found: Sequence[Reading], support: float) -> list[Citation]:
    """The best sentence of each of the first few articles: offered, and said to be no answer."""
    best: dict[str, Reading] = {}
    for reading in found:
        best.setdefault(reading.article.id, reading)
    return [cite(reading.article, reading.sentence, support) for reading in list(best.values())[:NEAREST]]
