"""`watch`: looks after what is followed, without a page."""

from __future__ import annotations

import signal
import time
from typing import TYPE_CHECKING, Annotated

import typer

from app.commands.options import Verbose

if TYPE_CHECKING:
    from app.service import Service
    from app.watching import Round

FINISH_SECONDS = 3.0


def watch(
    once: Annotated[bool, typer.Option("--once", help="Look at what is due now, then end.")] = False,
    verbose: Verbose = False,
) -> int:
    """Look at what is followed (`feeds`) in its turn, until Ctrl-C. One line tells what each round did.

    `serve` does the same while it runs. This holds the archive meanwhile: questions are answered by words alone, and `feeds add` must
    wait, so let `serve` do it where both are wanted.

    \b
    Examples:
      python -m app watch
      python -m app watch --once      from a timer of the system
    """
    from app.errors import DatelineError
    from app.reach import beside, opened
    from app.runtime import complain, start

    settings = start(verbose)
    client = beside(settings)
    if client is not None:
        with client:
            off = "" if settings.watch else " (but for DATELINE_WATCH, which is off)"
            raise DatelineError(
                f"`serve` at {client.address} looks after what is followed{off}.", "See what it did: python -m app feeds list"
            )
    with opened(settings, "own", "watch") as service:
        if not service.following.follows():
            raise DatelineError("nothing is followed.", "Add something: python -m app feeds add https://…/feed.xml")
        # Whoever ends it from outside means what Ctrl-C means.
        before = [(number, signal.signal(number, signal.default_int_handler)) for number in (signal.SIGINT, signal.SIGTERM)]
        try:
            _look(service, once=once)
        except KeyboardInterrupt:
            service.watcher.stop()
            complain("stopped. What came is kept.")
        finally:
            for number, handler in before:
                signal.signal(number, handler)
    return 0


def _look(service: Service, *, once: bool) -> None:
    from app.watching.notices import Notices

    if once:
        service.watcher.look_at_folders()
        done = service.watcher.round()
        if done is None:
            print("Nothing is due.", flush=True)
        else:
            _say(done)
        service.catch_up()
        return
    places = service.following.watched().following
    print(f"Following {places} {'place' if places == 1 else 'places'} (Ctrl-C stops it).", flush=True)
    service.catch_up()
    notices = Notices(service.watcher)
    notices.start()
    try:
        service.watcher.run(_say, lambda: _make_vectors(service))
    finally:
        notices.stop(FINISH_SECONDS)


def _make_vectors(service: Service) -> None:
    service.catch_up()


def _say(done: Round) -> None:
    from app.commands.show import clean

    print(f"{time.strftime('%H:%M', time.localtime(done.at))} {clean(done.line)}", flush=True)
