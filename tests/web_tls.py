"""A server of the small web behind TLS, with an authority of the test's own."""

from __future__ import annotations

import socket
import ssl
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from tests.web import Server

DAY = timedelta(days=1)


class SafeServer(Server):
    """`names`: what each connection said in SNI that it wants."""

    def __init__(self, certificate: Path) -> None:
        super().__init__()
        self.names: list[str | None] = []
        self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._context.load_cert_chain(certificate)
        self._context.sni_callback = lambda _socket, name, _context: self.names.append(name)

    def get_request(self) -> tuple[socket.socket, Any]:
        accepted, address = super().get_request()
        # The handshake belongs to the thread that serves the connection.
        return self._context.wrap_socket(accepted, server_side=True, do_handshake_on_connect=False), address


def certified(folder: Path, *names: str, days: int = 1) -> Path:
    """Key and self-signed certificate for these names, in one file, which is its own authority; of the past if `days` is negative."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, names[0])])
    now = datetime.now(UTC)
    built = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number(), now - 10 * DAY, now + days * DAY)
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(one) for one in names]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    secret = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    path = folder / f"{names[0]}.pem"
    path.write_bytes(secret + built.public_bytes(serialization.Encoding.PEM))
    return path
