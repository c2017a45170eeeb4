"""The turn of a month: numbers of leaves go on, whoever writes, waits, fails or is restored meanwhile."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import Connection, Engine, create_engine, func, select, text

from tests.web.db.months.parts import (
    DAY_S,
    ENTRY,
    drawn,
    lie,
    lie_in,
    month_of_leaf,
    named,
    sent,
    three_months,
)
from tests.web.log.tampering import findings
from tests.web.tenants import SettableClock, Tenant
from web.db.bringing import loading, snapshots
from web.db.connecting.connection import DatabaseAwayError
from web.db.connecting.engine import open_engine
from web.db.months import log_months
from web.db.tables import entries
from web.services.installation import Installation, opened
from web.services.logs import sequencing
from web.services.operations import months_ahead
from web.settings import Settings
from web.store.logs import log


def test_a_worker_that_slept_for_three_months_lets_numbers_go_on_where_they_were(
    site: Installation, park: Tenant, clock: SettableClock
):
    months_ahead.kept(site)
    ids = []
    for seq in range(1, 5):
        ids += sent(site, park, seq)
        clock.pass_s(30 * DAY_S)
    drawn(site)
    assert set(lie(site, "leaves")) == {log_months.BEFORE}
    months_ahead.kept(site)
    ids += sent(site, park, 5)
    drawn(site)
    months_ahead.kept(site)
    assert lie(site, "leaves")[named(clock())] == 1
    assert all(site.read(partial(log.leaf_of, kind="entry", ref=one)) for one in ids)
    assert findings(site) == []


def test_nobody_waits_for_a_turn_that_waits_for_somebody(
    site: Installation, park: Tenant, clock: SettableClock
):
    months_ahead.kept(site)
    clock.pass_s(30 * DAY_S)
    with site.reading.connect() as reader:
        assert reader.scalar(select(func.count()).select_from(entries)) == 0
        with pytest.raises(DatabaseAwayError):
            months_ahead.kept(site)
        (one,) = sent(site, park, 1)
    months_ahead.kept(site)
    (other,) = sent(site, park, 2)
    assert month_of_leaf(site, one) == 0
    assert log_months.part(month_of_leaf(site, other)) == named(clock())


def test_a_turn_that_is_not_committed_leaves_numbers_and_entries_as_they_were(
    site: Installation, park: Tenant, clock: SettableClock
):
    months_ahead.kept(site)
    clock.pass_s(30 * DAY_S)

    def work(connection: Connection) -> None:
        assert log_months.turned(connection, clock())
        raise InterruptedError("the worker ends before it commits")

    with pytest.raises(InterruptedError):
        site.write(work)
    (one,) = sent(site, park, 1)
    assert month_of_leaf(site, one) == 0
    drawn(site)
    assert findings(site) == []


def test_a_month_turns_while_two_sites_append_and_sequence(
    site: Installation, settings: Settings, park: Tenant, clock: SettableClock
):
    months_ahead.kept(site)
    began, has_turned, is_over = threading.Event(), threading.Event(), threading.Event()
    ids: list[str] = []

    def append(inst: Installation) -> None:
        after = 0
        for seq in range(1, 100_000, 7):
            ids.extend(sent(inst, park, *range(seq, seq + (7 if seq % 2 else 1))))
            if len(ids) > 20:
                began.set()
            after += has_turned.is_set()
            if after > 5:
                break
        is_over.set()

    def sequence(inst: Installation) -> None:
        while not is_over.is_set():
            sequencing.sequence(inst)

    other = opened(settings, clock)
    threads = [
        threading.Thread(target=append, args=(site,)),
        threading.Thread(target=sequence, args=(other,)),
    ]
    for thread in threads:
        thread.start()
    assert began.wait(60)
    clock.pass_s(30 * DAY_S)
    while named(clock()) not in lie(site, "leaves"):
        try:
            months_ahead.kept(site)
        except DatabaseAwayError:
            continue  # as the worker: the next round may succeed
    has_turned.set()
    for thread in threads:
        thread.join(60)
    drawn(other)
    months_ahead.kept(site)
    other.close()
    assert len(lie(site, "log_sequence")) == 2
    assert findings(site) == []
    found = site.read(lambda c: [log.leaf_of(c, "entry", one) for one in ids])
    assert sorted(row.leaf_index for row in found) == [*range(found[0].leaf_index, site.read(log.size))]


@pytest.fixture
def elsewhere(postgres: str) -> Iterator[Engine]:
    engine = create_engine(postgres, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.exec_driver_sql("CREATE SCHEMA elsewhere")
    made = open_engine(f"{postgres}&options=-csearch_path%3Delsewhere")
    yield made
    made.dispose()
    with engine.connect() as connection:
        connection.exec_driver_sql("DROP SCHEMA elsewhere CASCADE")
    engine.dispose()


def test_a_database_that_is_restored_goes_on_with_the_numbers_that_it_had(
    site: Installation, park: Tenant, clock: SettableClock, elsewhere: Engine, tmp_path: Path
):
    made = three_months(site, park, clock)
    before = lie(site, "leaves")
    url = site.settings.resolved_database_url
    with snapshots.taken(url, tmp_path, lambda _done, _of: None) as snapshot:
        loading.server_loaded(snapshot.members, elsewhere, snapshot.revision)
    with elsewhere.begin() as connection:
        assert lie_in(connection, "leaves") == {log_months.BEFORE: sum(before.values())}
        assert log.leaf_of(connection, "entry", made[2][0])
        newest = log.newest(connection)
        told = connection.scalar(
            text("INSERT INTO leaves (kind, ref, body) VALUES ('k', 'r', '') RETURNING id")
        )
        assert told == newest + 1
        connection.execute(ENTRY, {"id": "01900000-0000-7000-8000-000000000001", "seq": 1})
        month = connection.scalar(select(entries.c.leaf_month).where(entries.c.device == "d"))
        assert month == newest // log_months.A_MONTH
        # The next month has its own tables again.
        later = clock() + 31 * DAY_S * 1000
        assert log_months.made(connection, later) == 3
        assert log_months.turned(connection, later)
