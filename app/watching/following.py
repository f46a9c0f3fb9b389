"""The list of what is followed, and how it is changed."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from app.follow import Action, Follow, Kind, Outcome, Watched
from app.installed import as_started
from app.reading.origin import printable, unreadable
from app.sources.addresses import is_address
from app.sources.web import name_of
from app.watching.hands import Hands
from app.watching.rounds import last_round
from app.watching.tally import refusals

MOST = 2_000
"""Places that are followed. With a pause of a second and a round in a quarter of an hour, more could not be looked at in turn."""


class Following:
    """Reads for any process; changes for one that may write. Thread safe. Is a `FollowsPlaces`."""

    def __init__(self, hands: Hands, wake: Callable[[], None], now: Callable[[], float] = time.time) -> None:
        """`wake` is called when there is something to look at."""
        self._hands = hands
        self._wake = wake
        self._now = now

    def follows(self) -> list[Follow]:
        return self._hands.catalog.follows.all()

    def watched(self) -> Watched:
        """What watching did last: of the last round what came, and of every place that is refused now why."""
        every = self.follows()
        looked_at = [one for one in every if not one.paused]
        if not every:
            return Watched()
        last = last_round(self._hands.catalog)
        due = min((one.due for one in looked_at), default=None)
        if last is None:
            return Watched(following=len(looked_at), due=due)
        line = "; ".join(filter(None, (last.counts, refusals(every))))
        return Watched(following=len(looked_at), at=last.at, line=line, due=due)

    def change(self, action: Action, places: Sequence[str], *, gone: bool = False) -> list[Outcome]:
        self._hands.stores.must_lead()
        work = {"add": lambda place: self._add(place, gone), "remove": self._remove, "pause": self._pause, "resume": self._resume}[action]
        done = [self._done(work, place) for place in places]
        self._wake()
        return done

    def _done(self, work: Callable[[str], Outcome], given: str) -> Outcome:
        place = given.strip() if is_address(given) else given
        try:
            return work(place)
        except (OSError, ValueError, RuntimeError) as error:
            shown = place if is_address(place) else printable(Path(place))
            return Outcome(place=shown, done=False, line=unreadable(error))

    def _add(self, given: str, gone: bool) -> Outcome:
        place, follows = self._name(given), self._hands.catalog.follows
        known = follows.find(place)
        if known is not None:
            follows.make_due(place, self._now(), gone=gone)
            if gone:
                return Outcome(place=place, done=True, line="What is missing there is taken as deleted at the next look.")
            paused = " It is paused." if known.paused else ""
            return Outcome(place=place, done=True, line=f"It is followed already.{paused}")
        if len(self.follows()) >= MOST:
            return Outcome(place=place, done=False, line=f"{MOST:,} places are followed, which is as many as can be.")
        outcome, kind = self._look(place) if is_address(place) else self._look_at_folder(place)
        if kind is not None:
            follows.add(place, kind, self._now())
        return outcome

    def _name(self, given: str) -> str:
        """The one spelling of a place; a folder that is followed keeps its own, whatever lies there by now."""
        if is_address(given):
            return name_of(given)
        plain = os.path.abspath(given)
        return plain if self._hands.catalog.follows.find(plain) else str(Path(given).resolve())

    def _look(self, place: str) -> tuple[Outcome, Kind | None]:
        """One request."""
        seen = self._hands.web.look(place)
        named = ""
        if seen.feeds:
            named = f"It names a feed: {as_started('python -m app feeds add')} {seen.feeds[0]}"
        if seen.kind is None:
            return Outcome(place=place, done=False, line=f"{seen.line} {named}".strip()), None
        return Outcome(place=place, done=True, line=" ".join(filter(None, (f"It is a {seen.kind}.", seen.line, named)))), seen.kind

    def _look_at_folder(self, place: str) -> tuple[Outcome, Kind | None]:
        folder, home = Path(place), self._hands.home
        why = ""
        if folder.is_file():
            why = "It is a file: follow the folder that it is in."
        elif not folder.is_dir():
            why = "There is no such folder. An address begins with https://."
        elif folder.is_relative_to(home) or (home.is_relative_to(folder) and not _is_hidden(home.relative_to(folder))):
            why = "Dateline's own home is there: follow a folder beside it."
        for one in self.follows() if not why else ():
            if one.kind == "folder" and Path(one.place).is_relative_to(folder):
                why = f"{one.place}, which is in it, is followed: stop that first."
            elif one.kind == "folder" and folder.is_relative_to(one.place):
                why = f"It is in {one.place}, which is followed."
        if why:
            return Outcome(place=place, done=False, line=why), None
        return Outcome(place=place, done=True, line="It is a folder."), "folder"

    def _remove(self, given: str) -> Outcome:
        place = self._name(given)
        if self._hands.catalog.follows.find(place) is None:
            return _unknown(place)
        self._hands.catalog.follows.remove(place)
        return Outcome(place=place, done=True, line="It is no longer followed. Its articles stay.")

    def _pause(self, given: str) -> Outcome:
        place = self._name(given)
        if self._hands.catalog.follows.find(place) is None:
            return _unknown(place)
        self._hands.catalog.follows.pause(place, True)
        return Outcome(place=place, done=True, line="It is paused.")

    def _resume(self, given: str) -> Outcome:
        place = self._name(given)
        if self._hands.catalog.follows.find(place) is None:
            return _unknown(place)
        self._hands.catalog.follows.pause(place, False)
        self._hands.catalog.follows.make_due(place, self._now())
        return Outcome(place=place, done=True, line="It is looked at again.")


def _unknown(place: str) -> Outcome:
    return Outcome(place=place, done=False, line=as_started("It is not followed. `python -m app feeds list` shows what is."))


def _is_hidden(relative: Path) -> bool:
    return any(part.startswith(".") for part in relative.parts)
