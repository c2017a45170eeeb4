"""A log that signs nothing says so once in the site's own log, and once when it signs again."""

from __future__ import annotations

from pathlib import Path
from threading import Event

import pytest
from structlog.testing import capture_logs

from tests.web.log.restored import Restored
from tests.web.log.tampering import fill
from tests.web.tenants import Tenant
from web.background import Background
from web.services.installation import Installation
from web.services.logs import log_head, refusing
from web.services.logs.refusing import Refusals


def said(refusals: Refusals, inst: Installation) -> list[str]:
    """The lines of two looks, one after the other."""
    with capture_logs() as lines:
        refusals.looked(inst)
        refusals.looked(inst)
    return [line["event"] for line in lines]


def test_a_head_that_is_lost_and_put_back_is_two_lines_each_time(inst: Installation, park: Tenant):
    refusals = Refusals()
    assert said(refusals, inst) == [], "no leaf yet"
    fill(inst, park, 1)
    fill(inst, park, 2)
    assert said(refusals, inst) == []
    path = log_head.path_of(inst)
    for _ in range(2):
        note = path.read_bytes()
        path.unlink()
        assert said(refusals, inst) == ["log_signs_nothing"]
        path.write_bytes(note)
        assert said(refusals, inst) == ["log_signs_again"]


def test_a_site_that_starts_over_a_restored_database_says_why_it_signs_nothing(
    there: Restored, tmp_path: Path
):
    fill(there.inst, there.park, 1, 2)
    there.backup(tmp_path / "old.db")
    fill(there.inst, there.park, 3)
    there.restore(tmp_path / "old.db")
    with capture_logs() as lines:
        Refusals().looked(there.inst)
    assert [(line["event"], line["log_level"]) for line in lines] == [("log_signs_nothing", "error")]
    assert "holds 2 leaves, but 3 were signed" in lines[0]["why"]


def test_a_running_site_looks_by_itself(there: Restored, monkeypatch: pytest.MonkeyPatch):
    looked = Event()
    monkeypatch.setattr(refusing.Refusals, "looked", lambda _self, _inst: looked.set())
    background = Background(there.inst)
    try:
        assert looked.wait(30)
    finally:
        background.stop()
