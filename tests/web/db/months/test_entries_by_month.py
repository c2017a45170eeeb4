"""Entries in tables of months: made ahead, never losing an entry, guarded like one."""

from __future__ import annotations

import pytest
from sqlalchemy import Connection, func, select, text

from tests.web.db.months.parts import DAY_MS, DAY_S, HAS, drawn, lie, named, receipt
from tests.web.log.tampering import findings
from tests.web.tenants import SettableClock, Tenant, entry_item
from web.db.months import months
from web.db.months.months import PARTED
from web.db.tables import entries, entry_people
from web.services.gates import ingest
from web.services.installation import Installation
from web.services.operations import gauges, months_ahead
from web.services.operations.doctor import doctor
from web.services.operations.doctor.check import Level
from web.services.passing.recording import Receipt


def listed(site: Installation) -> list[str]:
    return [month.part for month in site.read(months.listed)]


def level(site: Installation) -> Level | None:
    checks = doctor.checked(site.settings, site.now_ms)
    return next((check.level for check in checks if check.name.startswith("months")), None)


def test_an_entry_of_next_month_lands_in_next_months_table(
    site: Installation, park: Tenant, clock: SettableClock
):
    months_ahead.kept(site)
    assert receipt(site, park, 1, clock()) is Receipt.STORED
    clock.pass_s(30 * DAY_S)
    assert receipt(site, park, 2, clock()) is Receipt.STORED
    drawn(site)
    expected = {"_before": 1, named(clock()): 1}
    assert [lie(site, table.name) for table in (entries, entry_people)] == [expected] * 2
    assert findings(site) == []


def test_two_whole_months_are_kept_ready_and_made_once(site: Installation, clock: SettableClock):
    months_ahead.kept(site)
    months_ahead.kept(site)
    coming = [named(clock() + days * DAY_MS) for days in (30, 60)]
    assert listed(site) == ["_before", *coming, "_after"]
    assert gauges.measured(site).months == months_ahead.Months(2, 0)
    assert level(site) is Level.OK


def test_a_server_whose_worker_slept_for_three_months_loses_nothing_and_says_so(
    site: Installation, park: Tenant, clock: SettableClock
):
    for seq in range(1, 6):
        assert receipt(site, park, seq, clock(), private={"visitor_id": "visitor 1"}) is Receipt.STORED
        clock.pass_s(23 * DAY_S)
    drawn(site)
    assert level(site) is Level.FAIL
    assert gauges.measured(site).months == months_ahead.Months(-1, 4)
    months_ahead.kept(site)
    assert level(site) is Level.OK
    slept = next(part for part in listed(site) if "_to_" in part)
    assert lie(site, "entries") == lie(site, "entry_people") == {"_before": 1, slept: 4}
    assert lie(site, "stays") == {"_before": 1, slept: 4}
    assert site.read(lambda c: c.scalar(select(func.count()).select_from(entries))) == 5
    assert findings(site) == []


def test_an_id_of_a_clock_that_is_months_ahead_moves_on_when_its_months_are_made(
    site: Installation, park: Tenant, clock: SettableClock
):
    far_ms = clock() + 200 * DAY_MS
    receipt(site, park, 1, clock())
    assert receipt(site, park, 2, far_ms) is Receipt.STORED
    drawn(site)
    assert level(site) is Level.FAIL  # no month is made yet
    months_ahead.kept(site)
    assert lie(site, "entries") == {"_before": 1, "_after": 1}
    assert level(site) is Level.WARN
    assert receipt(site, park, 2, far_ms) is Receipt.DUPLICATE
    clock.pass_s(170 * DAY_S)
    months_ahead.kept(site)
    assert lie(site, "entries") == lie(site, "entry_people") == {"_before": 1, named(far_ms): 1}
    assert findings(site) == []


def test_a_number_that_was_used_in_another_month_is_a_conflict(
    site: Installation, park: Tenant, clock: SettableClock
):
    months_ahead.kept(site)
    receipt(site, park, 1, clock())
    clock.pass_s(30 * DAY_S)
    assert receipt(site, park, 1, clock()) is Receipt.CONFLICT


def test_nobody_deletes_an_entry_in_any_month(site: Installation, park: Tenant, clock: SettableClock):
    months_ahead.kept(site)
    for seq in (1, 2, 3, 4):
        receipt(site, park, seq, clock())
        clock.pass_s(30 * DAY_S)
    assert len(lie(site, "entries")) == 4
    for part in ("", *listed(site)):
        for change in ("DELETE FROM entries{}", "UPDATE entries{} SET seq = 9", "TRUNCATE entries{} CASCADE"):

            def work(connection: Connection, statement: str = change.format(part)) -> None:
                connection.execute(text(statement))

            with pytest.raises(Exception, match="append-only"):
                site.write(work)


def test_a_new_month_is_looked_at_while_it_grows_and_not_again_without_need(
    site: Installation, park: Tenant, clock: SettableClock
):
    months_ahead.kept(site)
    clock.pass_s(30 * DAY_S)

    def known() -> float:
        query = text("SELECT reltuples FROM pg_class WHERE oid = to_regclass(:name)")
        return float(site.read(lambda c: c.scalar(query, {"name": f"entry_people{named(clock())}"})))

    for seqs in (range(1, 401), range(401, 1201)):
        items = [entry_item(park.gate, seq, clock()) for seq in seqs]
        for low in range(0, len(items), 400):
            ingest.ingest(site, park.gate, items[low : low + 400])
        months_ahead.looked_over(site)
        assert known() == seqs[-1]
    receipt(site, park, 9_001, clock())
    months_ahead.looked_over(site)
    assert known() == 1200


def test_every_months_table_has_the_keys_references_guards_and_indexes_of_the_first(site: Installation):
    months_ahead.kept(site)

    def has(table: str, part: str) -> list[str]:
        found = site.read(lambda c: c.scalars(text(HAS), {"name": f"{table}{part}"}).all())
        return sorted(one.replace(f"entries{part}", "entries") for one in found)

    for table in PARTED:
        first, *others = [has(table.name, part) for part in listed(site)]
        assert others == [first] * 3
    made, people = has("entries", "_after"), has("entry_people", "_after")
    assert {"pPRIMARY KEY (id)", "uUNIQUE (device, seq)", "index falsetruevenue_id,true_ms,id"} <= {*made}
    assert any("BEFORE DELETE OR UPDATE OR TRUNCATE" in one and "refuse_change()" in one for one in made)
    assert "fFOREIGN KEY (entry_id) REFERENCES entries(id)" in people
