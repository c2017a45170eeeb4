"""Tables of months on a real PostgreSQL: made ahead, never losing an entry, guarded and emptied like one."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, func, select, text

from tests.web.grounds import CHEAP
from tests.web.log.tampering import findings
from tests.web.tenants import SettableClock, Tenant, entry_item, tenant
from web.db import months
from web.db.engine import open_engine
from web.db.foreseeing import foreseen
from web.db.migrating import migrate, migrate_to
from web.db.months import AFTER, PARTED, Month
from web.db.tables import entries, entry_people, leaves, legal_holds, purge_runs, stays
from web.services import keys
from web.services.desk import projecting
from web.services.gates import ingest
from web.services.installation import Installation, opened
from web.services.keeping import legal_holds as holds
from web.services.keeping import purging
from web.services.keeping.legal_holds import Given
from web.services.logs import sequencing
from web.services.operations import doctor, gauges, months_ahead
from web.services.operations.check import Level
from web.services.passing.recording import Receipt
from web.settings import Settings
from web.store.legal_holds import VENUE, VISITOR

DAY_MS = 86_400_000


@pytest.fixture
def engine(emptied_postgres: str) -> Iterator[Engine]:
    """The migrated database without a row."""
    made = open_engine(emptied_postgres)
    yield made
    made.dispose()


@pytest.fixture
def clock(engine: Engine) -> SettableClock:
    """Twenty days before the end of the table that is there."""
    with engine.connect() as connection:
        (first, _) = months.listed(connection)
    return SettableClock((first.until_ms or 0) - 20 * DAY_MS)


@pytest.fixture
def site(emptied_postgres: str, clock: SettableClock, tmp_path: Path) -> Iterator[Installation]:
    made = opened(Settings(tmp_path, emptied_postgres, "https://park.example", "District", CHEAP), clock)
    keys.ensure(made)
    yield made
    made.close()


@pytest.fixture
def park(site: Installation) -> Tenant:
    return tenant(site, "East Area", "Park Ltd")


def listed(site: Installation) -> list[str]:
    return [month.part for month in site.read(months.listed)]


def named(at_ms: int) -> str:
    return datetime.fromtimestamp(at_ms / 1000, UTC).strftime("_%Y_%m")


def sent(site: Installation, park: Tenant, seq: int, at_ms: int, **changes: Any) -> Receipt:
    item = entry_item(park.gate, seq, at_ms, **changes)
    return ingest.ingest(site, park.gate, [item]).results[0].status


def lie(site: Installation, table: str) -> dict[str, int]:
    """How many rows of a parent lie in which of its tables."""
    query = text(f"SELECT tableoid::regclass::text AS part, count(*) AS n FROM {table} GROUP BY 1")
    rows = site.read(lambda connection: connection.execute(query).all())
    return {row.part.removeprefix(table): row.n for row in rows}


def drawn(site: Installation) -> None:
    while sequencing.sequence(site):
        pass
    while projecting.caught_up(site):
        pass


def level(site: Installation) -> Level | None:
    checks = doctor.checked(site.settings, site.now_ms)
    return next((check.level for check in checks if check.name.startswith("months")), None)


def test_an_entry_of_next_month_lands_in_next_months_table(
    site: Installation, park: Tenant, clock: SettableClock
):
    months_ahead.kept(site)
    assert sent(site, park, 1, clock()) is Receipt.STORED
    clock.pass_s(30 * 86_400)
    assert sent(site, park, 2, clock()) is Receipt.STORED
    drawn(site)
    expected = {"_before": 1, named(clock()): 1}
    assert [lie(site, table.name) for table in (entries, entry_people)] == [expected] * 2
    assert findings(site) == []


def test_two_whole_months_are_kept_ready_and_made_once(site: Installation, clock: SettableClock):
    months_ahead.kept(site)
    months_ahead.kept(site)
    coming = [named(clock() + days * DAY_MS) for days in (30, 60)]
    assert listed(site) == ["_before", *coming, AFTER]
    assert gauges.measured(site).months == months_ahead.Months(2, 0)
    assert level(site) is Level.OK


def test_a_server_whose_worker_slept_for_three_months_loses_nothing_and_says_so(
    site: Installation, park: Tenant, clock: SettableClock
):
    for seq in range(1, 6):
        assert sent(site, park, seq, clock(), private={"visitor_id": "visitor 1"}) is Receipt.STORED
        clock.pass_s(23 * 86_400)
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
    sent(site, park, 1, clock())
    assert sent(site, park, 2, far_ms) is Receipt.STORED
    drawn(site)
    assert level(site) is Level.FAIL  # no month is made yet
    months_ahead.kept(site)
    assert lie(site, "entries") == {"_before": 1, AFTER: 1}
    assert level(site) is Level.WARN
    assert sent(site, park, 2, far_ms) is Receipt.DUPLICATE
    clock.pass_s(170 * 86_400)
    months_ahead.kept(site)
    assert lie(site, "entries") == lie(site, "entry_people") == {"_before": 1, named(far_ms): 1}
    assert findings(site) == []


def test_a_number_that_was_used_in_another_month_is_a_conflict(
    site: Installation, park: Tenant, clock: SettableClock
):
    months_ahead.kept(site)
    sent(site, park, 1, clock())
    clock.pass_s(30 * 86_400)
    assert sent(site, park, 1, clock()) is Receipt.CONFLICT


def test_nobody_deletes_an_entry_in_any_month(site: Installation, park: Tenant, clock: SettableClock):
    months_ahead.kept(site)
    for seq in (1, 2, 3, 4):
        sent(site, park, seq, clock())
        clock.pass_s(30 * 86_400)
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
    clock.pass_s(30 * 86_400)

    def known() -> float:
        query = text("SELECT reltuples FROM pg_class WHERE oid = to_regclass(:name)")
        return float(site.read(lambda c: c.scalar(query, {"name": f"entry_people{named(clock())}"})))

    for seqs in (range(1, 401), range(401, 1201)):
        items = [entry_item(park.gate, seq, clock()) for seq in seqs]
        for low in range(0, len(items), 400):
            ingest.ingest(site, park.gate, items[low : low + 400])
        months_ahead.looked_over(site)
        assert known() == seqs[-1]
    sent(site, park, 9_001, clock())
    months_ahead.looked_over(site)
    assert known() == 1200


# What a table has, a text each; of an index whether it is unique, of all rows, and its columns.
HAS = """
SELECT 'index ' || x.indisunique || (x.indpred IS NULL) || (
    SELECT string_agg(attname, ',' ORDER BY nth)
    FROM unnest(x.indkey::int[]) WITH ORDINALITY AS k (number, nth)
    JOIN pg_attribute ON attrelid = x.indrelid AND attnum = number)
FROM pg_index x WHERE indrelid = to_regclass(:name)
UNION ALL
SELECT contype::text || pg_get_constraintdef(oid) FROM pg_constraint
WHERE conrelid = to_regclass(:name) AND contype IN ('p', 'u', 'f')
UNION ALL
SELECT pg_get_triggerdef(oid) FROM pg_trigger WHERE tgrelid = to_regclass(:name) AND NOT tgisinternal
UNION ALL
SELECT attname || format_type(atttypid, atttypmod) || attnotnull || coalesce(pg_get_expr(adbin, adrelid), '')
FROM pg_attribute LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum
WHERE attrelid = to_regclass(:name) AND attnum > 0
"""


def test_every_months_table_has_the_keys_references_guards_and_indexes_of_the_first(site: Installation):
    months_ahead.kept(site)

    def has(table: str, part: str) -> list[str]:
        found = site.read(lambda c: c.scalars(text(HAS), {"name": f"{table}{part}"}).all())
        return sorted(one.replace(f"entries{part}", "entries") for one in found)

    for table in PARTED:
        first, *others = [has(table.name, part) for part in listed(site)]
        assert others == [first] * 3
    made, people = has("entries", AFTER), has("entry_people", AFTER)
    assert {"pPRIMARY KEY (id)", "uUNIQUE (device, seq)", "index falsetruevenue_id,true_ms,id"} <= {*made}
    assert any("BEFORE DELETE OR UPDATE OR TRUNCATE" in one and "refuse_change()" in one for one in made)
    assert "fFOREIGN KEY (entry_id) REFERENCES entries(id)" in people


def whole_month(site: Installation, park: Tenant, clock: SettableClock) -> Month:
    """A month of entries, and time passed until nothing of it is kept any more."""
    months_ahead.kept(site)
    clock.pass_s(30 * 86_400)
    for seq in (1, 2, 3):
        sent(site, park, seq, clock(), private={"visitor_id": f"visitor {seq}"})
    drawn(site)
    month = next(one for one in site.read(months.listed) if one.part == named(clock()))
    clock.pass_s(70 * 86_400)
    sent(site, park, 4, clock(), private={"visitor_id": "visitor 1"})
    return month


def files(site: Installation, month: Month) -> list[int]:
    """The files that a month's rows about people lie in: new ones when they were taken out as a whole."""
    names = [f"{table}{month.part}" for table in (entry_people, stays)]
    query = text("SELECT pg_relation_filenode(to_regclass(:name))")
    return [site.read(lambda c, name=name: c.scalar(query, {"name": name})) for name in names]


def test_a_month_without_a_hold_is_emptied_whole_and_its_certificate_stands_in_the_log(
    site: Installation, park: Tenant, clock: SettableClock
):
    month = whole_month(site, park, clock)
    before = files(site, month)
    assert lie(site, "stays")[month.part] == 3
    assert purging.purge(site) == (3, 0)
    assert not set(files(site, month)) & set(before)
    assert lie(site, "entry_people").get(month.part) is None
    assert lie(site, "stays").get(month.part) is None
    assert lie(site, "entries")[month.part] == 3
    (run,) = site.read(lambda c: c.execute(select(purge_runs)).all())
    assert f"erased passages 3 venue {park.venue} before" in run.certificate
    kinds = site.read(lambda c: c.scalars(select(leaves.c.kind).where(leaves.c.ref == run.id)).all())
    assert kinds == ["purge"]
    drawn(site)
    assert findings(site) == []
    assert purging.purge(site) == (0, 0)
    assert (
        sent(site, park, 5, (month.since_ms or 0) + DAY_MS) is Receipt.STORED
    )  # from a gate that was cut off


def test_a_month_that_a_backup_reads_goes_row_by_row(site: Installation, park: Tenant, clock: SettableClock):
    month = whole_month(site, park, clock)
    before = files(site, month)
    with site.reading.connect() as connection:
        assert connection.scalar(select(func.count()).select_from(entry_people)) == 4
        assert purging.purge(site) == (3, 0)
        assert connection.scalar(select(func.count()).select_from(entry_people)) == 4  # of its own moment
    assert files(site, month) == before
    assert lie(site, "entry_people").get(month.part) is None


def test_a_month_in_which_somebody_is_held_goes_row_by_row_but_for_them(
    site: Installation, park: Tenant, clock: SettableClock
):
    month = whole_month(site, park, clock)
    before = files(site, month)
    hold = {
        "id": "h",
        "subject": VISITOR,
        "subject_id": "visitor 2",
        "reason_sealed": b"",
        "set_by": "ann",
    }
    site.write(lambda c: c.execute(legal_holds.insert().values(**hold, set_ms=clock(), lifted_by="")))
    assert purging.purge(site) == (2, 0)
    assert files(site, month) == before
    assert lie(site, "entry_people")[month.part] == 1


def test_a_month_of_a_place_that_is_held_is_left_alone(
    site: Installation, park: Tenant, clock: SettableClock
):
    month = whole_month(site, park, clock)
    holds.set_hold(site, park.staff, "ann", Given(VENUE, park.venue, "a case"))
    assert purging.purge(site) == (0, 0)
    assert lie(site, "entry_people")[month.part] == 3


ENTRY = text(
    "INSERT INTO entries (id, device, seq, venue_id, entrance_id, direction, at_ms, received_ms, outcome,"
    " reason, presence, way, policy_version, bundle_seq, clock, content_hash)"
    " VALUES (:id, 'd', :seq, 'v', 'n', 'in', 1, 1, 'admitted', 'welcome', '-', 'kiosk', 1, 1, '{}', 'x')"
)
_PERSON = text(
    "INSERT INTO entry_people (entry_id, visitor_id, at_ms, salt, record_sealed) VALUES (:id, '', 1, '', '')"
)
_STAY = text(
    "INSERT INTO stays (entry_id, venue_id, visitor_id, entrance_id, in_ms) VALUES (:id, 'v', '', 'n', 1)"
)
_PAST = "01900000-0000-7000-8000-00000000000"
_FAR = "02900000-0000-7000-8000-000000000000"
_FILES = text("SELECT pg_relation_filenode(to_regclass(:name))")


@pytest.fixture
def before_months(empty_postgres: str) -> Iterator[Engine]:
    """A database of the schema before there were months, filled."""
    made = open_engine(empty_postgres)
    with made.begin() as connection:
        migrate_to(connection, "0013")
        for seq in range(1, 10):
            for statement in (ENTRY, _PERSON, _STAY):
                connection.execute(statement, {"id": f"{_PAST}{seq}", "seq": seq})
    yield made
    made.dispose()


@pytest.mark.parametrize("has_far_ahead", [False, True], ids=["as usual", "with an id of years ahead"])
def test_a_filled_database_is_parted_without_writing_its_rows_anew(
    before_months: Engine, has_far_ahead: bool
):
    with before_months.begin() as connection:
        if has_far_ahead:
            for statement in (ENTRY, _PERSON, _STAY):
                connection.execute(statement, {"id": _FAR, "seq": 99})
        names = [table.name for table in PARTED]
        lay = [connection.scalar(_FILES, {"name": name}) for name in names]
    assert migrate(before_months) is True
    with before_months.connect() as connection:
        assert [connection.scalar(_FILES, {"name": f"{name}_before"}) for name in names] == lay
        for name in names:
            counts = [
                connection.scalar(text(f"SELECT count(*) FROM {name}{part}")) for part in ("_before", AFTER)
            ]
            assert counts == [9, int(has_far_ahead)]
        checks = "SELECT count(*) FROM pg_constraint WHERE conname = 'before_months'"
        assert connection.scalar(text(checks)) == 0


def test_a_site_writes_on_while_its_database_is_looked_at_before_it_is_parted(before_months: Engine):
    foreseen(before_months)
    foreseen(before_months)  # as one that was stopped, and begins again
    with before_months.begin() as connection:
        connection.execute(ENTRY, {"id": f"{_PAST}a", "seq": 10})
    assert migrate(before_months) is True
    with before_months.connect() as connection:
        assert connection.scalar(select(func.count()).select_from(entries)) == 10
