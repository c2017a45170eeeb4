"""Who asks to be forgotten is in no table, no file and at no gate afterwards: not a byte (A10)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import Connection, Table, func, select

from domain.keeping import Node, NodeKind, Purpose
from tests.web.gate_on_the_wire import GateOnTheWire, Site
from tests.web.grounds import Ground, Grounds
from tests.web.rows import Rows
from tests.web.services.keeping.one_person import ID, NAME, PHONE, PLATE, everywhere, on_disk, sealed_bytes
from tests.web.tenants import SettableClock, Tenant
from web.db.connecting.engine import EACH_ALONE
from web.db.tables import (
    deed_subjects,
    entry_people,
    exports,
    looks,
    metadata,
    saved_filters,
    stays,
    visitor_terms,
    visitors,
)
from web.services.errors import NotFoundError
from web.services.installation import Installation
from web.services.keeping import erasing, legal_holds, own_export, requests, rules
from web.services.keeping.erasing import State
from web.services.keeping.legal_holds import Given as Held
from web.services.keeping.purging import preview, runs, scrubbing
from web.services.keeping.rules import Change
from web.services.passing import checkin
from web.services.passing.checkin import CheckIn
from web.services.people import visitors as people
from web.services.people.visitors import Registration
from web.store.scope import PROGRAM, Scope


def count(inst: Installation, table: Table) -> int:
    return int(inst.read(lambda c: c.scalar(select(func.count()).select_from(table))) or 0)


def test_a_person_who_is_forgotten_leaves_not_a_byte_on_the_server_and_at_the_gate(
    embedded_park: tuple[Installation, Tenant], clock: SettableClock, tmp_path: Path
) -> None:
    inst, park = embedded_park
    who, card = everywhere(inst, park)
    site = Site(inst)
    gate = GateOnTheWire(inst, park, site, tmp_path / "gate", clock)
    gate.beats()
    assert gate.judges(card).outcome == "admitted"
    secret = inst.read(sealed_bytes)
    assert len(secret) >= 9
    assert who.encode() in on_disk(tmp_path / "gate")
    assert erasing.erase(inst, PROGRAM, who, erasing.LINK).state is State.DONE
    gate.beats()
    assert gate.judges(card).outcome != "admitted"
    gate.close()
    gate.hangs_up()
    site.close()
    for table in (visitors, visitor_terms, entry_people, stays, looks, deed_subjects, saved_filters, exports):
        assert count(inst, table) == 0, table.name
    (run,) = runs.listed(inst, PROGRAM)
    assert {"visitors", "entry_people", "files", "quarantine", "traces", "roll_marks"} <= set(run.counts)
    home = inst.settings.home
    inst.close()
    everything, at_gate = on_disk(home, tmp_path / "gate"), on_disk(tmp_path / "gate")
    for mark in (NAME, PHONE, ID, PLATE):
        assert mark.encode() not in everything, mark
    assert [one for one in secret if one in everything] == []
    assert who.encode() not in at_gate


@pytest.fixture
def on_postgresql(
    emptied_postgres: str, rows: Rows, tmp_path: Path, grounds: Grounds, clock: SettableClock
) -> Iterator[Ground]:
    made = grounds.shared(tmp_path / "var", emptied_postgres, rows, clock, ("park",))
    yield made
    made.inst.close()


def told_by(inst: Installation, statement: str) -> str:
    """The answer of PostgreSQL's owner to a statement outside of any transaction."""
    with inst.reading.connect() as connection:
        free = connection.execution_options(**EACH_ALONE)
        done = free.exec_driver_sql(statement)
        return str(done.scalar()) if done.returns_rows else ""


def dumped(inst: Installation) -> bytes:
    """Every row of every table, as a dump would hold it."""

    def work(connection: Connection) -> bytes:
        held = [row for table in metadata.sorted_tables for row in connection.execute(select(table))]
        cells = (cell for row in held for cell in row if cell is not None)
        return b"\n".join(bytes(c) if isinstance(c, bytes | memoryview) else str(c).encode() for c in cells)

    return inst.read(work)


def test_a_person_who_is_forgotten_is_in_no_row_and_no_file_of_a_table_of_postgresql(
    on_postgresql: Ground, clock: SettableClock
) -> None:
    """Nobody stands in clear in any of its files, ever; sealed bytes are gone after `scrub`.

    What this does not show: after erasing alone, and after the daily VACUUM, PostgreSQL may keep the sealed
    bytes in the free space of its pages until other rows come there; its write-ahead log keeps copies until
    a segment is written over, archives and backups as long as they are kept. Those bytes are AES-GCM under
    keys outside of the database, and digests under a key of their own: without the keys they say nothing.
    """
    inst, park = on_postgresql.inst, on_postgresql.tenants["park"]
    who, _ = everywhere(inst, park)
    told_by(inst, "CHECKPOINT")
    data = Path(told_by(inst, "SHOW data_directory"))
    tables, everything = on_disk(data / "base"), on_disk(data)
    secret = inst.read(sealed_bytes)
    assert len(secret) >= 9
    assert all(one in tables for one in secret), "else the look below shows nothing"
    assert who.encode() in tables
    for mark in (NAME, PHONE, ID, PLATE):
        assert mark.encode() not in everything, mark
    assert erasing.erase(inst, PROGRAM, who, erasing.LINK).state is State.DONE
    left = dumped(inst)
    for mark in (NAME, PHONE, ID, PLATE):
        assert mark.encode() not in left, mark
    assert [one for one in secret if one in left] == []
    # Its random id alone is told to the gates for 90 days, so that they forget it too.
    assert left.count(who.encode()) == 1
    assert scrubbing.swept(inst)
    assert scrubbing.rewritten(inst.settings)
    tables = on_disk(data / "base")
    assert [one for one in secret if one in tables] == []


def test_the_embedded_database_needs_no_scrubbing(embedded: Installation) -> None:
    assert not scrubbing.swept(embedded)
    assert not scrubbing.rewritten(embedded.settings)


def test_whom_a_case_needs_is_forgotten_when_the_hold_is_lifted(
    inst: Installation, park: Tenant, clock: SettableClock
) -> None:
    given = Registration(park.enterprise, NAME, PHONE, "visitor")
    done = people.register(inst, park.staff, given)
    hold = legal_holds.set_hold(inst, park.staff, "ann", Held("visitor", done.visitor_id, "Case 12"))
    assert erasing.erase(inst, PROGRAM, done.visitor_id, erasing.LINK).state is State.HELD
    assert people.by_link(inst, done.link.partition("#")[2]) is None, "the link ends at once"
    assert erasing.resumed(inst) == 0
    legal_holds.lift(inst, park.staff, "bob", hold)
    assert erasing.resumed(inst) == 1
    assert count(inst, visitors) == 0
    assert [(one.kind, one.state) for one in requests.listed(inst, park.staff)] == [("erase", "done")]


def test_nobody_else_is_touched(inst: Installation, park: Tenant) -> None:
    who = people.register(inst, park.staff, Registration(park.enterprise, NAME, PHONE, "visitor")).visitor_id
    for name, phone in ((NAME, "13900139000"), ("Ann", PHONE)):
        checkin.check_in(inst, park.poster, CheckIn(checkin.new_entry_id(inst), name, phone))
    erasing.erase(inst, PROGRAM, who, erasing.STAFF, account_id="ann", purpose="own_request")
    assert (count(inst, visitors), count(inst, entry_people)) == (2, 2)


def test_nobody_reaches_what_is_kept_by_others(inst: Installation, park: Tenant, mill: Tenant) -> None:
    who = people.register(inst, mill.staff, Registration(mill.enterprise, NAME, PHONE, "visitor")).visitor_id
    node, wanted = Node(NodeKind.VENUE, mill.venue), Change(Purpose.PASSAGES, 7)
    hold = legal_holds.set_hold(inst, mill.staff, "ann", Held("visitor", who, "Case 12"))
    own_export.export(inst, mill.staff, who, erasing.STAFF)
    for scope in (park.staff, park.area, Scope()):
        asks: list[Callable[[], object]] = [
            lambda s=scope: rules.shown(inst, s, node),
            lambda s=scope: rules.below(inst, s, node),
            lambda s=scope: inst.read(lambda c: rules.chain_of(c, s, node)),
            lambda s=scope: rules.change(inst, s, "ann", node, wanted),
            lambda s=scope: preview.preview(inst, s, node, wanted),
            lambda s=scope: runs.run(inst, s, "nothing"),
            lambda s=scope: legal_holds.set_hold(inst, s, "ann", Held("visitor", who, "mine")),
            lambda s=scope: legal_holds.set_hold(inst, s, "ann", Held("venue", mill.venue, "mine")),
            lambda s=scope: legal_holds.lift(inst, s, "bob", hold),
            lambda s=scope: erasing.erase(inst, s, who, erasing.STAFF),
            lambda s=scope: own_export.export(inst, s, who, erasing.STAFF),
        ]
        for ask in asks:
            with pytest.raises(NotFoundError):
                ask()
        assert legal_holds.listed(inst, scope) == []
        assert requests.listed(inst, scope) == []
        assert runs.listed(inst, scope) == []
    assert len(legal_holds.listed(inst, mill.area)) == len(requests.listed(inst, mill.area)) == 1
