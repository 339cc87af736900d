"""Dialling an address must not weaken TLS: the certificate has to be the authority's, and the server hears the authority's name."""

from __future__ import annotations

import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import HTTPServer
from pathlib import Path

import httpx2
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from app.referral.deliver import attempt
from app.referral.guard import parse_target
from tests.referral.receiver import quiet_handler


def certificate(folder: Path, host: str) -> Path:
    key = ec.generate_private_key(ec.SECP256R1())
    who = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, host)])
    now = datetime.now(tz=UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(who)
        .issuer_name(who)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(host)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    text = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()) + made.public_bytes(pem)
    path = folder / "server.pem"
    path.write_bytes(text)
    return path


@contextmanager
def tls_server(pem: Path, names: list[str | None]) -> Iterator[int]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem)
    context.sni_callback = lambda sock, name, ctx: names.append(name)
    server = HTTPServer(("127.0.0.1", 0), quiet_handler([]))
    server.handle_error = lambda request, address: None  # type: ignore[method-assign]
    server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.mark.parametrize(("asked", "status"), [("kppu.example", 204), ("other.example", None)])
def test_the_certificate_is_checked_against_the_name_not_the_address(tmp_path: Path, asked: str, status: int | None) -> None:
    pem, names = certificate(tmp_path, "kppu.example"), []
    trust = ssl.create_default_context(cafile=str(pem))
    with tls_server(pem, names) as port:
        target = parse_target(f"https://{asked}:{port}/hook", allow_loopback=True)
        transport = httpx2.HTTPTransport(verify=trust)
        outcome = attempt(target, {}, b"{}", transport=transport, resolver=lambda host, port: ["127.0.0.1"])
    assert names == [asked]
    assert outcome.status_code == status
    if status is None:
        assert "certificate" in str(outcome.error).lower()
