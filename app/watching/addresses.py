"""A look at an address that is followed."""

from __future__ import annotations

from contextlib import closing

from app.answer import IngestReport
from app.fetching import Fetched
from app.follow import Follow
from app.reading.cleaning import one_line
from app.sources.pace import pace_of
from app.watching.hands import Hands
from app.watching.tally import Tally, tally_of


def look_at_address(hands: Hands, follow: Follow) -> Tally | None:
    """Bring in what is new there. None where somebody said to stop before all was read: what was read is kept, and the next look goes on.
    Raises DatelineError where this machine fails."""
    asked: list[Fetched] = []
    report = IngestReport()
    with closing(hands.web.rounds([follow.place], asked.append, follow.kind)) as rounds:
        for items in rounds:
            if hands.stop.is_set():
                return None
            with hands.writing:
                hands.pipeline.bring(items, report=report)
    if hands.stop.is_set():
        return None
    fetched = asked[0]
    if follow.kind == "feed" and fetched.status == "fresh":
        hands.catalog.follows.keep_pace(follow.place, pace_of(fetched.body))
    if report.failed and not report.read:
        path, why = report.failed[0].path, report.failed[0].error
        # A list of which one page is gone is in order.
        if fetched.status != "fresh" or follow.kind == "page" or path in (follow.place, one_line(fetched.url, 300)):
            return Tally(refused=why, wait=fetched.retry_after or 0.0)
    return tally_of(report)
