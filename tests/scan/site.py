"""The site of the demo for a scanner: over TLS, and without limits on requests."""

from __future__ import annotations

import ipaddress
import json
import sys
import time
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from werkzeug.serving import make_server

from demo.seed import seeded
from domain.venue import poster_symbols
from web.app import create_app
from web.services import keys
from web.services.installation import opened
from web.services.places import posters
from web.settings import Settings
from web.store.scope import PROGRAM
from web.views.extensions import limiter


def main(home: Path, port: int) -> None:
    """Serve until the process is ended; says who signs in and where a poster leads, as one line of JSON."""
    url = f"https://127.0.0.1:{port}"
    inst = opened(Settings(home=home, base_url=url), lambda: time.time_ns() // 1_000_000)
    keys.ensure(inst)
    demo, first = seeded(inst)
    assert first is not None
    poster = posters.issue(inst, PROGRAM, demo.entrance_id)
    app = create_app(inst)
    limiter.enabled = False
    server = make_server("127.0.0.1", port, app, threaded=True, ssl_context=_certificate(home))
    where = {"url": url, "poster": f"/V/{poster_symbols(bytes.fromhex(poster))}"}
    print(json.dumps({**where, **asdict(first)}), flush=True)
    server.serve_forever()


def _certificate(home: Path) -> tuple[str, str]:
    """The files of a certificate for this machine, good for a day, and of its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    here = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(here, critical=False)
        .sign(key, hashes.SHA256())
    )
    certificate, secret = home / "scan.crt", home / "scan.key"
    certificate.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    form = (serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    secret.write_bytes(key.private_bytes(*form))
    return str(certificate), str(secret)


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
