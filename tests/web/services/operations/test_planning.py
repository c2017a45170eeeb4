from __future__ import annotations

import pytest
from sqlalchemy import text

from tests.web.log.tampering import fill
from tests.web.rows import entries_known
from tests.web.tenants import SettableClock, Tenant
from web.services.installation import Installation
from web.services.operations import planning


def test_what_is_known_of_rows_reaches_connections_that_were_open_before(
    embedded_park: tuple[Installation, Tenant],
):
    inst, _ = embedded_park
    venues = text("SELECT stat FROM sqlite_stat1 WHERE tbl = 'venues'")
    tables = text("SELECT count(*) FROM sqlite_master WHERE name = 'sqlite_stat1'")
    assert inst.read(lambda connection: connection.scalar(tables)) == 0
    before = inst.read(lambda connection: connection.connection.dbapi_connection)
    planning.renewed(inst)
    assert inst.read(lambda connection: connection.scalar(venues)).startswith("1 ")
    assert inst.read(lambda connection: connection.connection.dbapi_connection) is not before


def test_a_server_that_looks_by_itself_is_left_alone(inst: Installation):
    planning.renewed(inst)
    planning.renewed(inst)
    assert inst.read(lambda connection: connection.scalar(text("SELECT 1"))) == 1


def test_a_day_that_begins_with_nothing_is_looked_at_again_when_it_has_rows(
    inst: Installation, park: Tenant, clock: SettableClock, monkeypatch: pytest.MonkeyPatch
):
    """PostgreSQL by itself looks at the tables of months, and not at those that they are parts of."""
    monkeypatch.setattr(planning, "_ROWS_LEAST", 3)
    looked = planning.Looked()
    assert planning.due(inst, looked)
    assert inst.ask(entries_known) == 0
    fill(inst, park, 1)
    assert not planning.due(inst, looked)
    fill(inst, park, 2, 3)
    assert planning.due(inst, looked)
    assert inst.ask(entries_known) == 3
    fill(inst, park, 4, 5)
    assert not planning.due(inst, looked)
    clock.pass_s(86_400)
    assert planning.due(inst, looked)
