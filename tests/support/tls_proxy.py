"""What stands before a Chroma server in production: a proxy that ends TLS and looks at a token."""

from __future__ import annotations

import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address
from pathlib import Path


@dataclass
class TlsProxy:
    """A running proxy.

    :param authority: the file with the certificate of the authority that signed the proxy's own.
    :param headers: those of every request that came.
    """

    url: str
    authority: Path
    headers: list[dict[str, str]] = field(default_factory=list)
    redirect_to: str | None = None


@contextmanager
def tls_proxy(target: int, token: str, folder: Path) -> Iterator[TlsProxy]:
    """Forwards to ``target`` on loopback what comes with the token, and answers all else with 401."""
    authority, own, key = _certificates(folder)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _forward(self) -> None:
            proxy.headers.append(dict(self.headers))
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            if proxy.redirect_to:
                return self._answer(307, b"", proxy.redirect_to)
            if self.headers.get("Authorization") != f"Bearer {token}" or self.headers.get("X-Chroma-Token") != token:
                return self._answer(401, b'{"error": "Unauthorized", "message": "who are you?"}')
            behind = HTTPConnection("127.0.0.1", target, timeout=60)
            behind.request(self.command, self.path, body, {"Content-Type": "application/json"})
            said = behind.getresponse()
            content = said.read()
            behind.close()
            return self._answer(said.status, content)

        def _answer(self, status: int, content: bytes, location: str = "") -> None:
            self.send_response(status)
            self.send_header("Content-Length", str(len(content)))
            if location:
                self.send_header("Location", location)
            self.end_headers()
            self.wfile.write(content)

        do_GET = do_POST = do_DELETE = _forward  # noqa: N815  # the names that http.server looks for

        def log_message(self, *_: object) -> None: ...

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(own, key)
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    proxy = TlsProxy(f"https://127.0.0.1:{server.server_port}", authority)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
    try:
        yield proxy
    finally:
        server.shutdown()
        server.server_close()


def _certificates(folder: Path) -> tuple[Path, Path, Path]:
    """An authority, and a certificate of 127.0.0.1 with its key that it has signed; as files."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    def named(name: str) -> x509.Name:
        return x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])

    def made(name: str, key: ec.EllipticCurvePrivateKey) -> x509.CertificateBuilder:
        now = datetime.now(UTC)
        return (
            x509.CertificateBuilder(named("authority"), named(name), key.public_key(), x509.random_serial_number())
            .not_valid_before(now - timedelta(days=1))
            .not_valid_after(now + timedelta(days=1))
        )

    signing, key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    root = made("authority", signing).add_extension(x509.BasicConstraints(True, None), critical=True)
    address = x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))])
    own = made("proxy", key).add_extension(address, critical=False)
    pem = serialization.Encoding.PEM
    private = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    files = {
        "authority.pem": root.sign(signing, hashes.SHA256()).public_bytes(pem),
        "own.pem": own.sign(signing, hashes.SHA256()).public_bytes(pem),
        "key.pem": private,
    }
    for name, content in files.items():
        (folder / name).write_bytes(content)
    first, second, third = (folder / name for name in files)
    return first, second, third
