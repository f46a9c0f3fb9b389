"""How long a connection may take to say what it wants, and how many there may be."""

from __future__ import annotations

from typing import TYPE_CHECKING

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

if TYPE_CHECKING:
    from asyncio import TimerHandle, Transport


def bounded(seconds: float, most: int) -> type[HttpToolsProtocol]:
    """uvicorn's connection, which must have sent its whole request after `seconds`; at most `most` of them.

    Where one more comes, the one that has been idle longest makes room, so that idle ones shut nobody out; only where all are at
    work is it closed itself.
    """

    class Bounded(HttpToolsProtocol):
        _deadline: TimerHandle | None = None
        _since: float = 0.0

        def connection_made(self, transport: Transport) -> None:  # type: ignore[override]
            super().connection_made(transport)
            self._expect()
            if len(self.connections) > most:
                idle = [one for one in self.connections if isinstance(one, Bounded) and one is not self and one._idle]
                min(idle, key=lambda one: one._since, default=self)._close()

        def connection_lost(self, exc: Exception | None) -> None:
            self._done()
            super().connection_lost(exc)

        def on_message_begin(self) -> None:
            if self._deadline is None:
                self._expect()
            super().on_message_begin()

        def on_message_complete(self) -> None:
            self._done()
            super().on_message_complete()

        def on_response_complete(self) -> None:
            self._since = self.loop.time()
            super().on_response_complete()

        @property
        def _idle(self) -> bool:
            return self.cycle is None or self.cycle.response_complete

        def _expect(self) -> None:
            self._since = self.loop.time()
            self._deadline = self.loop.call_later(seconds, self._late)

        def _done(self) -> None:
            if self._deadline is not None:
                self._deadline.cancel()
                self._deadline = None

        def _late(self) -> None:
            if self.pipeline:  # its bytes wait until the request before it is answered
                self._expect()
            else:
                self._close()

        def _close(self) -> None:
            # Out of the count at once: `connection_lost` comes a turn of the loop later, and many may arrive in one.
            self._done()
            self.connections.discard(self)
            self.transport.abort()

    return Bounded
