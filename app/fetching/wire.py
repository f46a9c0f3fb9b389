"""Connections to public addresses alone.

The name is resolved here, once, each address it has is checked, and the connection goes to an address that was checked: DNS that
changes its answer has no second question to answer. TLS and the Host header keep the name, since httpcore takes them from the URL.
"""

from __future__ import annotations

import queue
import socket
import ssl
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from ipaddress import ip_address
from typing import Any

import httpcore
import httpx

from app.fetching.addresses import closed_as
from app.fetching.allowance import Allowance
from app.fetching.refused import Closed, Refused, Unreachable, shown
from app.fetching.urls import PRIVATE

CONNECT_SECONDS = 10.0
"""For one address, so that one that is dead leaves time for the next."""
MAX_ADDRESSES = 8
"""Of a name that are tried; all are checked."""
AGAIN = 300.0
"""Seconds to leave a page alone whose answer broke off."""

Resolve = Callable[[str, int], Sequence[str]]
"""Host and port in, IP addresses out. Raises OSError where there are none."""


def system_resolve(host: str, port: int) -> list[str]:
    """As the system resolves names, hosts file included."""
    return list(dict.fromkeys(str(found[4][0]) for found in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)))


class CheckedNetwork(httpcore.NetworkBackend):
    """Connects to checked addresses, within an allowance. `network` opens the connection to an address."""

    def __init__(self, network: httpcore.NetworkBackend, resolve: Resolve, private: bool, allowance: Allowance) -> None:
        self._network = network
        self._resolve = resolve
        self._private = private
        self._allowance = allowance

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        """`timeout` is the allowance's. Raises Closed where one of the host's addresses is, Unreachable where none answers."""
        addresses = self._addresses(host, port)
        if not self._private:
            for address in addresses:
                if kind := closed_as(address):
                    raise Closed(f"{host} is {kind}." if host == address else f"{shown(host)} is at {address}: {kind}.", PRIVATE)
        problem = "no address"
        for address in addresses[:MAX_ADDRESSES]:
            seconds = min(CONNECT_SECONDS, self._allowance.left())
            try:
                stream = self._network.connect_tcp(address, port, seconds, local_address, socket_options)
            except httpcore.TimeoutException:
                problem = "no answer in time"
            except httpcore.NetworkError as error:
                problem = str(error) or "no connection"
            else:
                return BoundedStream(stream, self._allowance)
        raise Unreachable(f"{shown(host)} does not answer ({problem}).", "Check the address, or try again later.")

    def _addresses(self, host: str, port: int) -> list[str]:
        try:
            return [str(ip_address(host))]
        except ValueError:
            pass
        # The system's resolver knows no deadline: a thread does, which is left behind.
        answer: queue.SimpleQueue[list[str] | Exception] = queue.SimpleQueue()

        def ask() -> None:
            try:
                answer.put(list(self._resolve(host, port)))
            except Exception as error:  # whatever it is, it is raised where it is waited for
                answer.put(error)

        threading.Thread(target=ask, daemon=True, name="resolve").start()
        try:
            found = answer.get(timeout=self._allowance.left())
        except queue.Empty:
            raise Unreachable(f"the name {shown(host)} is not resolved in time.", "Try again later.") from None
        if isinstance(found, Exception) and not isinstance(found, OSError | UnicodeError):
            raise found
        if isinstance(found, Exception) or not found:
            raise Unreachable(f"there is no host named {shown(host)}, or no network.", "Check the address, or try again later.")
        return found


class BoundedStream(httpcore.NetworkStream):
    """A connection whose every step ends with the allowance."""

    def __init__(self, stream: httpcore.NetworkStream, allowance: Allowance) -> None:
        self._stream = stream
        self._allowance = allowance

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        data = self._stream.read(max_bytes, self._allowance.left())
        self._allowance.spend(len(data))
        return data

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, self._allowance.left())

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        return BoundedStream(self._stream.start_tls(ssl_context, server_hostname, self._allowance.left()), self._allowance)

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)


class CheckedTransport(httpx.BaseTransport):
    """One request over one connection that is not kept. Raises nothing but Refused."""

    def __init__(self, network: CheckedNetwork, context: ssl.SSLContext | None, allowance: Allowance) -> None:
        self._pool = httpcore.ConnectionPool(ssl_context=context, max_connections=1, max_keepalive_connections=0, network_backend=network)
        self._allowance = allowance

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        url = httpcore.URL(scheme=request.url.raw_scheme, host=request.url.raw_host, port=request.url.port, target=request.url.raw_path)
        with _plainly(self._allowance):
            answer = self._pool.handle_request(
                httpcore.Request(request.method, url, headers=request.headers.raw, extensions=request.extensions)
            )
        self._allowance.begin_body()
        body = _Body(answer.stream, self._allowance)
        return httpx.Response(answer.status, headers=answer.headers, stream=body, extensions=answer.extensions, request=request)

    def close(self) -> None:
        self._pool.close()


class _Body(httpx.SyncByteStream):
    def __init__(self, stream: Any, allowance: Allowance) -> None:
        self._stream = stream
        self._allowance = allowance

    def __iter__(self) -> Iterator[bytes]:
        with _plainly(self._allowance):
            yield from self._stream

    def close(self) -> None:
        self._stream.close()


@contextmanager
def _plainly(allowance: Allowance) -> Iterator[None]:
    """Turn what goes wrong on a connection into a line."""
    where = allowance.where
    try:
        yield
    except httpcore.TimeoutException:
        raise allowance.too_slow() from None
    except httpcore.ConnectError as error:
        cause = error.__cause__ or error.__context__
        if isinstance(cause, ssl.SSLCertVerificationError):
            raise Unreachable(
                f"{where}: its certificate is not valid ({cause.verify_message}).",
                "Where the site has its own authority, name its file in SSL_CERT_FILE.",
            ) from None
        raise Unreachable(f"{where}: no safe connection ({error}).", "Try again later.") from None
    except httpcore.ProtocolError as error:
        raise Refused(f"{where}: the answer is broken ({error}).", "Try again later.", retry_after=AGAIN) from None
    except httpcore.NetworkError as error:
        raise Refused(f"{where}: the connection broke ({error}).", "Try again later.", retry_after=AGAIN) from None
