"""What is wrong with a home and its machine, each with the command that mends it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.doctor.finding import Finding
from app.doctor.machine import examine_machine
from app.settings import Settings

if TYPE_CHECKING:
    from app.stores.stores import Stores

__all__ = ["Finding", "examine", "examine_machine"]


def examine(settings: Settings, stores: Stores) -> list[Finding]:
    """Everything: the models' hashes, and every article and vector read, so it takes longer with the home."""
    from app.doctor.home import examine_home

    return [*examine_machine(settings), *examine_home(settings, stores)]
