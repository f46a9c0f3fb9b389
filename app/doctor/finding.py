"""One thing that was looked at."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel

SETUP = "make setup"
REINDEX = "python -m app reindex"
SALVAGE = "python -m app salvage"


class Finding(BaseModel):
    """`mend` is a command or a short instruction; empty if nothing is to be done."""

    level: Literal["ok", "warning", "error"]
    what: str
    mend: str = ""
