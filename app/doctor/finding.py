"""One thing that was looked at."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, field_validator

from app.errors import DatelineError
from app.installed import as_started
from app.stores import faults

REINDEX, SALVAGE = (faults.REINDEX.removeprefix("Run: "), faults.SALVAGE.removeprefix("Run: "))


class Finding(BaseModel):
    """`mend` is a command or a short instruction; empty if nothing is to be done."""

    level: Literal["ok", "warning", "error"]
    what: str
    mend: str = ""

    @field_validator("mend")
    @classmethod
    def _as_started(cls, mend: str) -> str:
        return as_started(mend)

    @classmethod
    def of(cls, error: DatelineError) -> Finding:
        """What is in the way of looking at something."""
        return cls(level="error", what=error.what, mend=error.do.removeprefix("Run: "))
