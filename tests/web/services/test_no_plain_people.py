"""Whoever steals the database or reads the logs learns nobody's name, phone, plate or number (A5, A11)."""

from __future__ import annotations

import logging
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import text

from tests.web.services.plain_people import PEOPLE, files_of, found_in, live
from tests.web.tenants import SettableClock, Tenant
from web.services.desk import searching
from web.services.desk.exporting import exporting_stream
from web.services.desk.filtering.filters import Filter
from web.services.gates import gates
from web.services.installation import Installation
from web.services.keeping.purging import purging

_ROOT = Path(__file__).parents[3]


def database(inst: Installation) -> bytes:
    """Every byte of the database as it lies on the disk, journals included."""
    folder = inst.settings.home
    if inst.settings.database_url:
        inst.write(lambda c: c.execute(text("CHECKPOINT")))
        folder = Path(str(inst.read(lambda c: c.scalar(text("SHOW data_directory")))))
    return b"\n".join(files_of(folder))


def test_the_database_holds_nobody_in_clear(inst: Installation, park: Tenant):
    live(inst, park)
    body = database(inst)
    assert b"Park Ltd site" in body  # it is this database that is looked at
    assert found_in(body) == []


def test_what_is_handed_to_gates_and_into_the_log_holds_nobody(inst: Installation, park: Tenant):
    live(inst, park)
    note = gates.bundle(inst, park.gate, 0)
    assert note is not None
    leaves = inst.read(lambda c: [bytes(b) for b in c.scalars(text("SELECT body FROM leaves"))])
    assert len(leaves) > len(PEOPLE)
    assert found_in(note + b"\n".join(leaves)) == []
    assert found_in(b"".join(exporting_stream.csv(inst, park.staff, Filter(venue_id=park.venue)))) == []


def test_the_logs_hold_nobody_even_at_their_most_talkative(
    inst: Installation,
    park: Tenant,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
):
    for name in ("", "sqlalchemy.engine", "sqlalchemy.pool"):
        caplog.set_level(logging.DEBUG, logger=name)
    live(inst, park)
    said = caplog.text + "".join(capfd.readouterr())
    assert "INSERT INTO credentials" in said
    assert found_in(said.encode()) == []


def test_an_error_of_the_database_names_nobody(inst: Installation, park: Tenant):
    name = PEOPLE[0][0]
    with pytest.raises(Exception, match="no_such_table") as failed:
        inst.write(lambda c: c.execute(text("INSERT INTO no_such_table VALUES (:name)"), {"name": name}))
    assert found_in(str(failed.value).encode()) == []


def test_after_the_retention_not_even_the_key_tells_who_was_at_the_gate(
    inst: Installation, park: Tenant, clock: SettableClock
):
    live(inst, park)
    clock.pass_s(29 * 86_400)
    purging.purge(inst)
    kept = inst.read(lambda c: c.scalar(text("SELECT count(*) FROM entry_people")))
    assert kept == 0
    rows = searching.search(inst, park.staff, Filter(venue_id=park.venue)).rows
    assert len(rows) == 4 * len(PEOPLE)
    assert {row.masked_name for row in rows} == {""}


def test_a_running_site_with_its_gate_names_nobody_anywhere():
    done = subprocess.run(
        [sys.executable, "-m", "tests.no_plain_people"],
        capture_output=True,
        text=True,
        check=False,
        cwd=_ROOT,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    told = [line for line in done.stdout.splitlines() if " hits in " in line]
    assert len(told) == 7
    assert all(": 0 hits in " in line for line in told), done.stdout
