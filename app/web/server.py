"""The server: one socket, one owner of the home, page first and models after."""

from __future__ import annotations

import errno
import ipaddress
import logging
import os
import secrets
import signal
import socket
from collections.abc import Callable, Sequence
from types import FrameType
from typing import TYPE_CHECKING

import uvicorn

from app.errors import DatelineError
from app.replication.standing import serving_mode
from app.web.background import Background
from app.web.connections import bounded
from app.web.guard import EVERYWHERE, Guard
from app.web.lagging import Lagging
from app.web.replicating import Replicating
from app.web.watching import Watching

if TYPE_CHECKING:
    from anyio import CapacityLimiter
    from fastapi import FastAPI

    from app.service import Service
    from app.settings import Settings

FINISH_SECONDS = 3
"""How long answers under way may take to end after the signal."""

log = logging.getLogger(__name__)

Door = Callable[["FastAPI", "Service", "CapacityLimiter"], None]
"""Adds addresses to the API before the page is mounted; the limiter's places are the answers under way, over all who ask."""


def serve_until_stopped(settings: Settings, say: Callable[[str], None], doors: Sequence[Door] = ()) -> None:
    """Serve until SIGINT or SIGTERM. Raises DatelineError if home, port or address cannot be had.

    `say` gets the address once it answers. `doors` are opened beside page and API.
    """
    refuse_exposure(settings)
    _serve(settings, say, Signals(), doors)
    log.info("stopped")


def _serve(settings: Settings, say: Callable[[str], None], signals: Signals, doors: Sequence[Door]) -> None:
    from app.service import Service

    service = Service.open(settings, serving_mode(settings), "serve")
    background = Background(service)
    watching = Watching(service, background.wake)
    replicating = Replicating(service, background)
    try:
        listener = listen(settings.host, settings.port)
        with listener:
            token = secrets.token_urlsafe(24)
            # The socket takes connections from here on: whoever finds the announcement waits until the page is built.
            service.announce(settings.host, settings.port, token)
            app = make_app(service, settings, token, background.wake, doors)
            server = Server(app, settings, lambda: _ready(settings, [replicating, background, watching], say))
            signals.attach(server)
            server.run(sockets=[listener])
    finally:
        watching.stop(FINISH_SECONDS)
        replicating.stop(FINISH_SECONDS)
        background.stop(FINISH_SECONDS)
        service.close()


def make_app(service: Service, settings: Settings, token: str, wake: Callable[[], None], doors: Sequence[Door] = ()) -> Guard:
    """Page, API and `doors` behind the guard."""
    from anyio import CapacityLimiter

    from app.web.api import make_api
    from app.web.page import CONTENT_SECURITY_POLICY, mount_page
    from app.web.stream import ANSWERS_AT_ONCE

    places = CapacityLimiter(ANSWERS_AT_ONCE)
    api = make_api(service, token, wake, places)
    for door in doors:
        door(api, service, places)
    site = Lagging(mount_page(api, service, places, wake), service.standing.too_far_behind)
    return Guard(site, host=settings.host, token=token, password=password_of(settings), page_policy=CONTENT_SECURITY_POLICY)


def _ready(settings: Settings, beside: Sequence[Background | Replicating | Watching], say: Callable[[str], None]) -> None:
    host = "127.0.0.1" if settings.host in EVERYWHERE else settings.host
    others = " and this machine's other addresses" if settings.host in EVERYWHERE else ""
    address = f"http://[{host}]:{settings.port}" if ":" in host else f"http://{host}:{settings.port}"
    say(f"Dateline is at {address}{others}  (Ctrl-C stops it)")
    # Only now: importing the models beside the page would make both slow.
    for work in beside:
        work.start()


def refuse_exposure(settings: Settings) -> None:
    """Raise DatelineError if others could reach the server without a password."""
    if password_of(settings) is None and not is_loopback(settings.host):
        raise DatelineError(f"{settings.host} can be reached from other machines.", "Set DATELINE_PASSWORD, or use --host 127.0.0.1.")


def password_of(settings: Settings) -> str | None:
    """The password; an empty one is none."""
    return (settings.password.get_secret_value() if settings.password else "") or None


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach the address; a name other than localhost is taken as public."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host.lower() == "localhost"


def listen(host: str, port: int) -> socket.socket:
    """A listening socket. Raises DatelineError if the port is taken or the address is not ours."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[0]
        listener = socket.socket(family, kind, protocol)
    except OSError as error:
        raise DatelineError(f"cannot listen on {host}: {error.strerror}.", "Use --host 127.0.0.1.") from None
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
        listener.listen(128)
    except OSError as error:
        listener.close()
        if error.errno == errno.EADDRINUSE:
            other = port + 1 if port < 65_535 else port - 1
            raise DatelineError(f"port {port} is taken.", f"Stop what uses it, or take another: --port {other}") from None
        raise DatelineError(f"cannot listen on {host}:{port}: {error.strerror}.", "Use another --host or --port.") from None
    return listener


class Server(uvicorn.Server):
    """uvicorn, saying when it answers."""

    def __init__(self, app: Guard, settings: Settings, ready: Callable[[], None]) -> None:
        # No access log: addresses hold questions. Its messages go to our log.
        super().__init__(
            uvicorn.Config(
                app,
                http=bounded(settings.request_seconds, settings.connections),
                ws="none",
                log_config=None,
                access_log=False,
                timeout_graceful_shutdown=FINISH_SECONDS,
                server_header=False,
                proxy_headers=False,
            )
        )
        self._ready = ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if not self.should_exit:
            self._ready()


class Signals:
    """SIGINT and SIGTERM end the server in order, whenever they come, and the exit status is 0."""

    def __init__(self) -> None:
        self._server: Server | None = None
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._stop)

    def attach(self, server: Server) -> None:
        self._server = server

    def _stop(self, number: int, frame: FrameType | None) -> None:
        # uvicorn has handlers of its own while it runs and raises the signal again at its end: that lands here too.
        if self._server is None:
            # Still importing and building, for seconds: nothing is half written that the next start would not mend, and
            # an exception raised inside an import comes out as something else.
            os._exit(0)
        self._server.should_exit = True
