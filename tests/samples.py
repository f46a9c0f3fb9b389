"""Twelve invented articles on invented places, and homes made of them: what several test files ask about."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Literal

from app.article import Article, Published, article_id
from app.encoding import Encoder, load_encoder
from app.service import Service
from app.settings import load_settings

ENGINEERS_EARLY = {
    "url": "https://gazette.example/orrin-offer",
    "title": "Kaldia offers engineers to the Orrin delta",
    "source": "Tidewater Gazette",
    "published": "2025-09-02",
    "text": (
        "Kaldia has offered to send as many as 9,000 engineers to rebuild the dikes of the Orrin delta. "
        "Foreign minister Halda Brennig made the offer on Tuesday in a speech to the river council in Port Sennet. "
        "She gave no date for the first departure."
    ),
}
ENGINEERS_LATE = {
    "url": "https://gazette.example/orrin-first-phase",
    "title": "Kaldia cuts its plan for the Orrin dikes",
    "source": "Tidewater Gazette",
    "published": "2025-11-30",
    "text": (
        "Kaldia now plans to send about 1,200 engineers to the Orrin delta in the first phase. "
        "Kaldia had earlier said it would send as many as 9,000 engineers. "
        "Foreign minister Halda Brennig said the smaller number followed from a lack of barges. "
        "The engineers are to leave Port Sennet in January."
    ),
}
MILL = {
    "url": "https://courier.example/velm-mill",
    "title": "Velm to reopen its mill",
    "source": "Velm Courier",
    "published": "2026-01-07",
    "text": (
        "The council of Velm voted 14 to 9 on Tuesday to reopen the old mill. "
        "The work will cost 3.2 million crowns, the treasurer Osric Tallow said. "
        "The mill closed eleven years ago after a fire."
    ),
}
MILL_COPY = MILL | {"url": "https://ledger.example/mill-of-velm", "source": "Northern Ledger"}
LOCK = {
    "url": "https://mail.example/torrin-lock",
    "title": "Torrin mends its lock",
    "source": "Torrin Mail",
    "published": "2025-12-20",
    "text": (
        "The council of Torrin agreed on Friday to mend the canal lock. It will cost 5 million crowns. "
        "Boats will have to wait until 14 March, when the lock opens again."
    ),
}
FERRY = {
    "url": "https://mail.example/ferry-fares",
    "title": "Ferry fares to rise",
    "source": "Torrin Mail",
    "published": "2026-01-10T09:30:00+00:00",
    "text": (
        "Fares on the Sennet ferry will rise by 12 percent on 1 February, the operator Blue Oar said. "
        "A single crossing will then cost 5.60 crowns. Pensioners will not pay more."
    ),
}
STRIKE = {
    "url": "https://ledger.example/school-strike",
    "title": "Teachers in Hallowby end their strike",
    "source": "Northern Ledger",
    "published": "2025-10-14",
    "text": (
        "Teachers in Hallowby returned to work on Monday because the district agreed to smaller classes. "
        "The strike had closed 46 schools for nine days. Union leader Petra Vosk called the deal fair."
    ),
}
MUSEUM = {
    "url": "https://courier.example/museum",
    "title": "Amber museum opens in Port Sennet",
    "source": "Velm Courier",
    "published": "2025-08-19",
    "text": (
        "A museum of amber opened in Port Sennet on Saturday with 730 pieces. "
        "The oldest of them was found by the fisherman Joren Aldwick in 1911."
    ),
}
WATER = {
    "url": "https://gazette.example/water",
    "title": "Water back in Marrowmere",
    "source": "Tidewater Gazette",
    "published": "2025-12-03",
    "text": (
        "Tap water in Marrowmere is safe to drink again, the health office said on Wednesday. "
        "About 31,000 households had boiled their water since a pipe broke on 27 November."
    ),
}
WATER_DOUBT = {
    "url": "https://ledger.example/water-doubt",
    "title": "Pipe in Marrowmere broke twice",
    "source": "Northern Ledger",
    "published": "2025-12-05",
    "text": (
        "The pipe that left Marrowmere without clean water had broken before, engineers told this newspaper. "
        "The health office did not confirm that. It put the number of households without clean water at 28,500."
    ),
}
ORCHARD = {
    "url": "https://courier.example/orchards",
    "title": "A poor year for the orchards of Ellingdale",
    "source": "Velm Courier",
    "published": "2025-10-02",
    "text": (
        "Frost in May has halved the apple harvest of Ellingdale, growers say. "
        "They expect 4,100 tonnes, the least since 1998. Prices have risen by a third."
    ),
}
UNDATED = {
    "url": "https://gazette.example/lighthouse",
    "title": "The lighthouse of Skarrow Point",
    "source": "Tidewater Gazette",
    "text": (
        "The lighthouse of Skarrow Point stands 41 metres above the sea. It was built by the shipwright Edda Norling. "
        "Its lamp can be seen from 19 miles away."
    ),
}
RECORDS: tuple[dict[str, Any], ...] = (
    ENGINEERS_EARLY, ENGINEERS_LATE, MILL, MILL_COPY, LOCK, FERRY, STRIKE, MUSEUM, WATER, WATER_DOUBT, ORCHARD, UNDATED,
)  # fmt: skip


def write_records(file: Path, records: Iterable[dict[str, Any]]) -> Path:
    """JSON lines; returns the file."""
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text("".join(json.dumps(record) + "\n" for record in records))
    return file


def made_article(text: str, published: str | None = None, name: str = "story", source: str | None = None) -> Article:
    """An article that was never in a file."""
    url = f"https://made.example/{name}"
    return Article(article_id(url, ""), name.capitalize(), text, Published.parse(published) if published else None, source, url=url)


@contextmanager
def opened(home: Path, mode: Literal["own", "read"] = "own", encoder: Encoder | None = None, **changes: Any) -> Iterator[Service]:
    """A service on this home, with this encoder, else the one that stands in for a model, and no language model unless `changes` say so."""
    settings = load_settings(**({"home": home, "llm": "none", "embedding_model": "hashing"} | changes))
    service = Service.open(settings, mode, "test", (lambda _: encoder) if encoder else load_encoder)
    try:
        yield service
    finally:
        service.close()


def ingest_records(service: Service, folder: Path, records: Sequence[dict[str, Any]], **options: Any) -> Any:
    """Ingest records from a file of their own in `folder`; returns the report."""
    return service.ingest([write_records(folder / "records.jsonl", records)], **options)


class CountingEncoder:
    """Remembers what it was asked to embed."""

    dimension = 384

    def __init__(self, encoder: Encoder, name: str | None = None) -> None:
        self._encoder = encoder
        self.name = name or encoder.name
        self.texts: list[str] = []

    def encode(self, texts: Sequence[str]) -> Any:
        self.texts += texts
        return self._encoder.encode(texts)


def undo_steps(file: sqlite3.Connection) -> None:
    """Make a catalog one from before its second step: as the first version left it."""
    for (name,) in file.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
        file.execute(f"DROP TRIGGER {name}")
    for name in ("follows", "follows_files", "follows_records", "touched", "versions", "former_passages", "fetched", "followed", "gone"):
        file.execute(f"DROP TABLE {name}")
    for name in ("journal_words", "journal_vectors"):
        file.execute(f"DROP INDEX {name}")
    for name in ("seen", "stored"):
        file.execute(f"ALTER TABLE articles DROP COLUMN {name}")
    file.execute("PRAGMA user_version = 0")
