"""A gate believes the authorities that its machine believes, and says why it believes a site not."""

from __future__ import annotations

import time
from datetime import timedelta
from pathlib import Path

import pytest

from kiosk.uplink.portal import Portal
from kiosk.uplink.reply import Failure, Reply, Trouble
from tests.tls import answering, certificate


def asked(port: int) -> Reply | Failure:
    portal = Portal(f"https://localhost:{port}", "", "1", time.monotonic)
    try:
        return portal.enrol("token", "gate")
    finally:
        portal.close()


def test_an_authority_of_the_machines_own_is_believed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    chain = certificate(tmp_path, "localhost")
    with answering(chain) as port:
        refused = asked(port)
        assert isinstance(refused, Failure)
        assert refused.trouble is Trouble.UNREACHABLE
        assert "self-signed certificate" in refused.detail
        monkeypatch.setenv("SSL_CERT_FILE", str(chain))
        assert isinstance(asked(port), Reply)


def test_a_certificate_that_is_over_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    chain = certificate(tmp_path, "localhost", timedelta(days=-1))
    monkeypatch.setenv("SSL_CERT_FILE", str(chain))
    with answering(chain) as port:
        refused = asked(port)
    assert isinstance(refused, Failure)
    assert "certificate has expired" in refused.detail


def test_that_nobody_listens_is_said_too():
    portal = Portal("https://localhost:1", "", "1", time.monotonic)
    refused = portal.enrol("token", "gate")
    portal.close()
    assert isinstance(refused, Failure)
    assert "refused" in refused.detail
