"""A part of a core for a process, by Linux's control groups: as if each had a small machine of its own."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator, Sequence
from pathlib import Path

GROUPS = Path("/sys/fs/cgroup")
PERIOD = 20_000
"""Microseconds in which a process may work for its part: short beside a search, so that waiting for the next one shows in none."""


def shares_can_be_held() -> bool:
    """Whether this user may make control groups with a bound on the processor's time (in containers often not)."""
    try:
        with held_to([], 0.5):
            return True
    except OSError:
        return False


@contextlib.contextmanager
def held_to(processes: Sequence[int], share: float) -> Iterator[None]:
    """Each of these may use `share` of one core, 0 to 1. Raises OSError where no control group can be made."""
    first = GROUPS / "cpu" if (GROUPS / "cpu" / "cgroup.procs").exists() else GROUPS
    made: list[Path] = []
    try:
        for process in processes or [0]:
            group = first / f"dateline-{os.getpid()}-{process}"
            group.mkdir()
            made.append(group)
            quota = round(PERIOD * share)
            if (group / "cpu.cfs_quota_us").exists():
                (group / "cpu.cfs_period_us").write_text(str(PERIOD))
                (group / "cpu.cfs_quota_us").write_text(str(quota))
            else:
                (group / "cpu.max").write_text(f"{quota} {PERIOD}")
            if process:
                (group / "cgroup.procs").write_text(str(process))
        yield
    finally:
        for group in made:
            for process in (group / "cgroup.procs").read_text().split():
                (first / "cgroup.procs").write_text(process)
            group.rmdir()
