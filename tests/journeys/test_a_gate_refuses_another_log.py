"""Whoever has the database, or its key too, alters a row: `fsck` finds it, the gate refuses the log (L3)."""

from __future__ import annotations

import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import select

from kiosk.host.identity import loaded_identity, state_folder
from kiosk.log.head import kept
from tests.journeys.stage import ROOT, Place, Process, eventually, fetched, walk
from tests.web.log.tampering import recompute, unguarded
from web.db.tables import alerts, leaves
from web.services.logs import log_head, log_proving

pytestmark = pytest.mark.journey


def command(place: Place, *words: str) -> subprocess.CompletedProcess[str]:
    environment = {"PATH": "", **place.environment()}
    return subprocess.run(
        [sys.executable, "-m", *words],
        cwd=ROOT, env=environment, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip


def entry_index(place: Place) -> int | None:
    """Where the first entry stands in the log; None while it does not."""
    query = "SELECT min(leaf_index) FROM log_sequence JOIN leaves ON id = leaf_id WHERE kind = 'entry'"
    with closing(sqlite3.connect(f"file:{place.home / 'codeplace.db'}?mode=ro", uri=True)) as connection:
        found: int | None = connection.execute(query).fetchone()[0]
        return found


def log_size(home: Path) -> int:
    """How many leaves the log has that a kiosk saw last."""
    head = kept(state_folder(home, loaded_identity(home).kiosk_id)).head
    return head.checkpoint.size if head else 0


def altered(place: Place, *, with_key: bool) -> None:
    """Somebody went the other way, says the log: the row alone, or all hashes anew, signed with its key."""
    inst = place.opened()
    try:
        query = select(leaves.c.id, leaves.c.body).where(leaves.c.kind == "entry").order_by(leaves.c.id)
        row = inst.read(lambda connection: connection.execute(query).first())
        assert row is not None
        body = row.body.replace(b'"direction":"in"', b'"direction":"out"')
        assert body != row.body
        unguarded(inst, "UPDATE leaves SET body = :body WHERE id = :id", body=body, id=row.id)
        if with_key:
            recompute(inst, with_key=True)
            log_head.write(inst, log_proving.head(inst))
    finally:
        inst.close()


def test_an_altered_row_is_found_by_fsck_and_refused_by_a_running_gate(
    place: Place, site: Process, enrolled: Path, processes: Callable[..., Process], tmp_path: Path
) -> None:
    clip = walk([("phone", place.phone(0), "plain")], tmp_path / "visitors.avi")
    run = ["kiosk", "run", "--source", str(clip), "--home", str(enrolled), "--port", str(place.kiosk_port)]
    kiosk = processes("kiosk", run, "kiosk ready")

    def state() -> dict[str, object]:
        return dict(fetched(f"{place.kiosk_url}/state"))

    def missed() -> None:
        # A gate that reaches its server again looks at the log at once, and else once a minute.
        eventually(lambda: dict(state()["link"])["state"] == "offline", 60.0, "the gate misses its server")

    eventually(lambda: "entry 1" in kiosk.words(), 60.0, f"the visitor is entered: {kiosk.words()}")
    eventually(lambda: entry_index(place) is not None, 60.0, "the entry is in the log")
    site.stop()
    missed()
    site.start("ready http://")
    eventually(
        lambda: log_size(enrolled) > (entry_index(place) or 0), 100.0, "the gate knows the entry's leaf"
    )
    eventually(lambda: state()["waiting"] == 0, 60.0, "nothing waits")
    site.stop()
    honest = tmp_path / "honest.db"
    shutil.copy(place.home / "codeplace.db", honest)
    head = (place.home / log_head.FILE).read_bytes()

    def put_back() -> None:
        for old in place.home.glob("codeplace.db*"):
            old.unlink()
        shutil.copy(honest, place.home / "codeplace.db")
        (place.home / log_head.FILE).write_bytes(head)

    def found_by_fsck() -> None:
        fsck = command(place, "web", "log", "fsck")
        assert fsck.returncode == 1
        assert "is not what its leaf says" in fsck.stdout

    def served(name: str) -> Process:
        missed()
        return processes(name, ["web", "serve", "--port", str(place.port)], "ready http://")

    # The row alone: the head still fits, but the gate looks for its own entry.
    altered(place, with_key=False)
    found_by_fsck()
    row = served("altered row")
    eventually(lambda: state()["log_refused"], 60.0, "the gate refuses a log with another entry")
    assert "other contents than this gate made" in str(state()["notices"])
    row.stop()
    put_back()
    mended = served("mended row")
    eventually(lambda: not state()["log_refused"], 60.0, "the gate has found its entry")
    mended.stop()

    altered(place, with_key=True)
    found_by_fsck()
    again = served("altered")
    eventually(lambda: state()["log_refused"], 60.0, "the gate refuses the altered log")
    assert "not the one this gate saw" in str(state()["notices"])
    refused = command(place, "kiosk", "log", "--home", str(enrolled))
    assert (refused.returncode, "does not go on" in refused.stderr) == (1, True)
    again.stop()
    inst = place.opened()
    kinds = inst.read(lambda connection: list(connection.scalars(select(alerts.c.kind))))
    inst.close()
    assert "log_refused" in kinds

    put_back()
    served("honest")
    eventually(lambda: not state()["log_refused"], 60.0, "the gate follows the log it saw")
