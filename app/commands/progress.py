"""Progress on standard error: a bar in a terminal, else a plain line now and then."""

from __future__ import annotations

import sys
import time
from types import TracebackType
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from rich.progress import Progress as RichProgress
    from rich.progress import TaskID

EVERY_SECONDS = 10.0


class Bars:
    """Called with a stage's name, what is done and the total. Use as a context manager."""

    def __init__(self) -> None:
        self._rich: RichProgress | None = None
        self._tasks: dict[str, TaskID] = {}
        self._began: dict[str, float] = {}
        self._said = time.monotonic()

    def __enter__(self) -> Self:
        if sys.stderr.isatty():
            from rich.console import Console
            from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

            self._rich = Progress(
                TextColumn("{task.description:<10}"),
                BarColumn(),
                MofNCompleteColumn(),
                TextColumn("{task.fields[rate]}"),
                TimeRemainingColumn(),
                console=Console(stderr=True),
            )
            self._rich.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if self._rich is not None:
            self._rich.stop()

    def __call__(self, stage: str, done: int, total: int) -> None:
        now = time.monotonic()
        seconds = now - self._began.setdefault(stage, now)
        rate = f"{done / seconds:.0f}/s" if seconds >= 1 else ""
        if self._rich is not None:
            if stage not in self._tasks:
                self._tasks[stage] = self._rich.add_task(stage, total=total or None, rate="")
            self._rich.update(self._tasks[stage], completed=done, total=total or None, rate=rate)
        elif now - self._said >= EVERY_SECONDS:
            self._said = now
            left = f", {seconds / done * (total - done):.0f} s left" if done and total > done else ""
            print(f"{stage}: {done} of {total or '?'} {rate}{left}", file=sys.stderr, flush=True)
