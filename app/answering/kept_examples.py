"""The example questions of a home: found once and kept in it, until its articles change."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from app.answer import Answer, Example
from app.answering.examples import find_examples
from app.stores.protocols import CatalogProtocol

EXAMPLES = 4
EXAMPLES_VERSION = 1
"""Raised when examples are made differently: those kept in a home are made anew."""


class KeptExamples:
    """`reader`: the name of the one that reads the answers."""

    def __init__(self, catalog: CatalogProtocol, reader: str) -> None:
        self._catalog = catalog
        self._reader = reader

    def kept(self) -> list[Example] | None:
        """None where none were found for the articles as they are; empty where they gave none."""
        kept = json.loads(self._catalog.meta("examples") or "{}")
        return [Example(**one) for one in kept["examples"]] if kept.get("of") == self._tried_on() else None

    def find(self, ask: Callable[[str], Answer], stopped: Callable[[], bool]) -> None:
        """Find some and keep them; what is `stopped` is left undone."""
        tried_on = self._tried_on()
        found = find_examples(self._catalog, ask, EXAMPLES, stopped)
        if found is not None:
            self._catalog.set_meta("examples", json.dumps({"of": tried_on, "examples": [one.model_dump() for one in found]}))

    def _tried_on(self) -> list[Any]:
        """Changes when articles come or go, or examples are made or read otherwise."""
        return [EXAMPLES_VERSION, self._reader, *self._catalog.collection()]
