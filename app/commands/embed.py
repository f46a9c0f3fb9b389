"""`embed`: makes the vectors still to come, in this process or by workers of Ray."""

from __future__ import annotations

import sys
from contextlib import ExitStack
from typing import TYPE_CHECKING, Annotated

import typer

from app.commands.options import Verbose
from app.runtime import INTERRUPTED, complain, start

if TYPE_CHECKING:
    from app.encoding import Encoder
    from app.settings import Settings


def embed(
    ray: Annotated[
        str | None,
        typer.Option("--ray", metavar="ADDRESS", help="A Ray cluster (10.0.0.5:6379, ray://…), or local: processes of this machine."),
    ] = None,
    workers: Annotated[int, typer.Option("--workers", help="Processes that compute, with --ray.", min=1, max=1_000)] = 2,
    verbose: Verbose = False,
) -> int:
    """Make the vectors that articles still owe.

    Articles are found by words as soon as they are read, by meaning once they have vectors. `serve` makes these by itself and `ingest` at
    its end; this command is for a backlog: after an embedding server was away, or of so many articles that several machines should share
    the work. It alone writes the home; the workers compute. Stopped half-way, it goes on where it was, and no passage is embedded twice.

    \b
    Examples:
      python -m app embed
      python -m app embed --ray local --workers 2
      python -m app embed --ray 10.0.0.5:6379 --workers 16
    """
    from app.reach import beside

    settings = start(verbose)
    client = beside(settings)
    if client is not None:
        with client:
            print(f"`serve` at {client.address} makes the vectors while it answers. To make them here, stop it first.", file=sys.stderr)
        return 2 if ray else 0
    try:
        return _embed(settings, ray, workers)
    except KeyboardInterrupt:
        complain("stopped. What was made is kept; run the same command again to go on.")
        return INTERRUPTED


def _embed(settings: Settings, ray: str | None, workers: int) -> int:
    from app.commands.progress import Bars
    from app.encoding import load_encoder
    from app.errors import DatelineError
    from app.service import Service

    with ExitStack() as stack:

        def spread(settings: Settings) -> Encoder:
            from app.encoding.ray_workers import RayEncoder

            return stack.enter_context(RayEncoder(settings, ray or "", workers))

        service = stack.enter_context(Service.open(settings, "own", "embed", spread if ray else load_encoder))
        with Bars() as bars:
            made = service.catch_up(bars)
        health = service.health()
        if waiting := service.backlog.waiting():
            raise DatelineError(f"{waiting} passages still have no vector. {health.detail}", status=1 if made else 2)
        print(f"{made} vectors made; all {health.passages} passages have one.")
    return 0
