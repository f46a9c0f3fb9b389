"""Looks at whatever is due, one place after another, and writes down when it is due again."""

from __future__ import annotations

import logging
import random
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from app.errors import DatelineError
from app.follow import Follow
from app.watching.addresses import look_at_address
from app.watching.folders import look_at_folder
from app.watching.hands import Hands
from app.watching.rounds import LastRound, keep_round
from app.watching.schedule import SOON, due_after
from app.watching.tally import Tally, counted, refusals

LONGEST_SLEEP = 60.0
"""Seconds; a machine that slept meanwhile is noticed by its clock."""
FARTHEST = 3 * 86_400.0
"""Seconds; no look is put off farther: a day after failures or as the site asks, and a day of a feed's own hours."""
TROUBLE_SLEEP = 60.0
"""Seconds until the next try where this machine failed: a full disk, a home that cannot be read."""

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Round:
    """What one round did. `line` is that in words; `came`: articles came, changed or went."""

    at: int
    places: int
    line: str
    came: bool


class Watcher:
    """One for a process; looks while that may write. `now` (Unix seconds) and `chance` are the clock and the jitter. Whoever lets another
    process write holds `looking` meanwhile."""

    def __init__(self, hands: Hands, now: Callable[[], float] = time.time, chance: random.Random | None = None) -> None:
        self.hands = hands
        self._now = now
        self._chance = chance or random.Random()
        self._wake = threading.Event()
        self._touched: set[str] = set()
        self._led = False
        self.looking = threading.Lock()

    def wake(self) -> None:
        """There is something to look at, or to stop for."""
        self._wake.set()

    def stop(self) -> None:
        """End what is under way soon: what was read is kept."""
        self.hands.stop.set()
        # Whoever waits for a host's turn would wait for seconds.
        self.hands.web.close()
        self._wake.set()

    def touched(self, folder: str) -> None:
        """Something changed in this folder: look at it now. Whoever begins to lead looks at all of them."""
        if self.hands.stores.owns:
            self._touched.add(folder)
            self.hands.catalog.follows.make_due(folder, self._now())
            self._wake.set()

    def folders(self) -> list[str]:
        """Those that are followed and not paused."""
        return [one.place for one in self.hands.catalog.follows.all() if one.kind == "folder" and not one.paused]

    def look_at_folders(self) -> None:
        """All of them are due: nobody heard of what changed in them before."""
        for folder in self.folders():
            self.touched(folder)

    def round(self) -> Round | None:
        """Look at all that is due now, what waits longest first; None if nothing was. What is wrong with a place is written down and told.
        Raises DatelineError where that cannot be written."""
        due = sorted((one for one in self._all() if self._is_due(one)), key=lambda one: one.due)
        looks: list[tuple[Follow, Tally]] = []
        for follow in due:
            still = self.hands.catalog.follows.find(follow.place)
            if still is None or still.paused:  # since the round began
                continue
            with self.looking:
                tally = self._look(follow) if self.hands.stores.owns and not self.hands.stop.is_set() else None
            if tally is None:
                break
            # Of files that are still being written there is nothing to tell yet.
            if not tally.soon or tally.result != "unchanged":
                looks.append((follow, tally))
        with self.looking:
            return self._told(looks) if looks and self.hands.stores.owns else None

    def _is_due(self, one: Follow) -> bool:
        """Farther off than any look is put: the clock that said so was wrong."""
        return not 0 < one.due - self._now() < FARTHEST

    def _all(self) -> list[Follow]:
        return [one for one in self.hands.catalog.follows.all() if not one.paused]

    def _look(self, follow: Follow) -> Tally | None:
        follows, began = self.hands.catalog.follows, self._now()
        self._touched.discard(follow.place)
        gone = follows.believes_gone(follow.place)
        try:
            tally = look_at_folder(self.hands, follow, began, gone) if follow.kind == "folder" else look_at_address(self.hands, follow)
        except DatelineError as error:
            tally = Tally(refused=str(error))
        except Exception as error:  # one place's accident must not keep the others from their turn
            log.exception("looking at %s failed", follow.place)
            tally = Tally(refused=f"An unexpected error ({type(error).__name__}); the log has the details.")
        if tally is None:
            return None
        now = self._now()
        failures = follow.failures + 1 if tally.refused else 0
        if tally.soon:
            due = now + SOON
        else:
            # To look at a folder costs nobody else anything: it is there again when its disk is.
            doubled = 0 if follow.kind == "folder" else failures
            interval = self.hands.settings.watch_minutes * 60
            due = due_after(now, interval, self._chance, failures=doubled, wait=tally.wait, pace=follows.pace(follow.place))
        follows.looked(follow.place, asked=began, result=tally.result, line=tally.line, due=due, failures=failures, gone=gone)
        if follow.place in self._touched:  # after it had been looked at, perhaps
            follows.make_due(follow.place, now)
        return tally

    def _told(self, looks: Sequence[tuple[Follow, Tally]]) -> Round:
        tallies = [tally for _, tally in looks]
        new, changed, removed = (sum(getattr(one, name) for one in tallies) for name in ("new", "changed", "removed"))
        counts = counted(new, changed, removed)
        at = int(self._now())
        keep_round(self.hands.catalog, LastRound(at, counts))
        looked_at = {follow.place for follow, _ in looks}
        refused = refusals([one for one in self._all() if one.place in looked_at])
        failed = sum(one.failed for one in tallies)
        first = next((one.first for one in tallies if one.first), "")
        unread = f"{failed:,} could not be read: {first}" if failed else ""
        return Round(at, len(looks), "; ".join(filter(None, (counts, unread, refused))), bool(new or changed or removed))

    def run(self, say: Callable[[Round], None], after: Callable[[], None]) -> None:
        """Round after round until `stop`. `say` is told of each, `after` is called when articles came or went. Never raises for a place;
        where this machine fails that is logged, and tried again."""
        while not self.hands.stop.is_set():
            self._wake.clear()
            self._wake.wait(self._tried(lambda: self._one(say, after)))

    def _one(self, say: Callable[[Round], None], after: Callable[[], None]) -> None:
        led, self._led = self._led, self.hands.stores.owns
        if self._led and not led:
            self.look_at_folders()
        done = self.round()
        if done is not None:
            say(done)
            if done.came:
                after()

    def _tried(self, work: Callable[[], None]) -> float:
        """Do it; returns the seconds to the next round."""
        try:
            work()
            return min(max(self._until_due(), 0.0), LONGEST_SLEEP) if self.hands.stores.owns else LONGEST_SLEEP
        except DatelineError as error:
            log.error("watching: %s", error)
        except Exception:  # whoever watches must live on for the next round
            log.exception("a round of watching failed")
        return TROUBLE_SLEEP

    def _until_due(self) -> float:
        return min((one.due for one in self._all()), default=self._now() + LONGEST_SLEEP) - self._now()
