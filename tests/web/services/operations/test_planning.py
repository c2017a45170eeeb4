from __future__ import annotations

from sqlalchemy import text

from tests.web.tenants import Tenant
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
