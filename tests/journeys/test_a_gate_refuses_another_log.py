"""Whoever has the database and the log's key alters a row: `fsck` finds it, the gate refuses the log (L3)."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import select

from kiosk.witnessing import FILE_NAME
from tests.journeys.stage import ROOT, Place, Process, eventually, fetched, walk
from tests.web.log.tampering import recompute, unguarded
from web.db.tables import alerts, leaves
from web.services.logs import log_head, log_proving

pytestmark = pytest.mark.journey


def command(place: Place, *words: str) -> subprocess.CompletedProcess[str]:
    environment = {"PATH": "", **place.environment()}
    return subprocess.run(
        [sys.executable, "-m", *words],
        cwd=ROOT, env=environment, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip


def altered(place: Place) -> None:
    """Somebody went the other way, says the log, with all its hashes anew, signed with its own key."""
    inst = place.opened()
    try:
        query = select(leaves.c.id, leaves.c.body).where(leaves.c.kind == "entry").order_by(leaves.c.id)
        row = inst.read(lambda connection: connection.execute(query).first())
        assert row is not None
        body = row.body.replace(b'"direction":"in"', b'"direction":"out"')
        assert body != row.body
        unguarded(inst, "UPDATE leaves SET body = :body WHERE id = :id", body=body, id=row.id)
        recompute(inst, with_key=True)
        log_head.write(inst, log_proving.head(inst))
    finally:
        inst.close()


def test_an_altered_row_is_found_by_fsck_and_refused_by_a_running_gate(
    place: Place, site: Process, enrolled: Path, processes: Callable[..., Process], tmp_path: Path
) -> None:
    clip = walk([("phone", place.phone(0, 15), "plain")], tmp_path / "visitors.avi")
    run = ["kiosk", "run", "--source", str(clip), "--home", str(enrolled), "--port", str(place.kiosk_port)]
    processes("kiosk", run, "kiosk ready")

    def state() -> dict[str, object]:
        return dict(fetched(f"{place.kiosk_url}/state"))

    def has_head() -> bool:
        return any(enrolled.glob(f"state/*/{FILE_NAME}"))

    eventually(lambda: state()["waiting"] == 0 and has_head(), 100.0, "the gate keeps a head of the log")
    site.stop()
    honest = tmp_path / "honest.db"
    shutil.copy(place.home / "codeplace.db", honest)
    head = (place.home / log_head.FILE).read_bytes()
    altered(place)
    fsck = command(place, "web", "log", "fsck")
    assert fsck.returncode == 1
    assert "is not what its leaf says" in fsck.stdout

    serve = ["web", "serve", "--port", str(place.port)]
    again = processes("altered", serve, "ready http://")
    eventually(lambda: state()["log_refused"], 60.0, "the gate refuses the altered log")
    assert "not the one this gate saw" in str(state()["notices"])
    refused = command(place, "kiosk", "log", "--home", str(enrolled))
    assert (refused.returncode, "does not go on" in refused.stderr) == (1, True)
    again.stop()
    inst = place.opened()
    kinds = inst.read(lambda connection: list(connection.scalars(select(alerts.c.kind))))
    inst.close()
    assert "log_refused" in kinds

    for old in place.home.glob("codeplace.db*"):
        old.unlink()
    shutil.copy(honest, place.home / "codeplace.db")
    (place.home / log_head.FILE).write_bytes(head)
    processes("honest", serve, "ready http://")
    eventually(lambda: not state()["log_refused"], 60.0, "the gate follows the log it saw")
