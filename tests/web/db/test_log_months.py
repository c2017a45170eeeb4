"""The log's tables of months on a real PostgreSQL: one log over all of them, and one asked at a time."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import Connection, Engine, create_engine, func, select, text
from sqlalchemy.exc import DBAPIError

from tests.web.db.test_months import ENTRY, HAS
from tests.web.grounds import CHEAP
from tests.web.log.tampering import findings
from tests.web.tenants import SettableClock, Tenant, entry_item, tenant
from web.db import loading, log_months, months, snapshots
from web.db.connection import DatabaseAwayError
from web.db.engine import open_engine
from web.db.migrating import migrate, migrate_to
from web.db.tables import checkpoints, entries, leaves, log_sequence
from web.services import keys
from web.services.desk import projecting
from web.services.gates import ingest
from web.services.installation import Installation, opened
from web.services.logs import log_proving, log_tiles, sequencing
from web.services.operations import months_ahead
from web.services.passing.recording import Receipt
from web.settings import Settings
from web.store import log
from web.store import projecting as drawing
from web.store.scope import PROGRAM

DAY_S = 86_400
BEFORE = log_months.BEFORE


@pytest.fixture
def clock(emptied_postgres: str) -> SettableClock:
    """Twenty days before the end of the tables that are there."""
    engine = open_engine(emptied_postgres)
    with engine.connect() as connection:
        (first, _) = months.listed(connection)
    engine.dispose()
    return SettableClock((first.until_ms or 0) - 20 * DAY_S * 1000)


@pytest.fixture
def settings(emptied_postgres: str, tmp_path: Path) -> Settings:
    return Settings(tmp_path, emptied_postgres, "https://park.example", "District", CHEAP)


@pytest.fixture
def site(settings: Settings, clock: SettableClock) -> Iterator[Installation]:
    made = opened(settings, clock)
    keys.ensure(made)
    yield made
    made.close()


@pytest.fixture
def park(site: Installation) -> Tenant:
    return tenant(site, "East Area", "Park Ltd")


def named(at_ms: int) -> str:
    return datetime.fromtimestamp(at_ms / 1000, UTC).strftime("_%Y_%m")


def sent(site: Installation, park: Tenant, *seqs: int) -> list[str]:
    """Entries of now from a gate; their ids."""
    items = [entry_item(park.gate, seq, site.now_ms()) for seq in seqs]
    results = ingest.ingest(site, park.gate, items).results
    assert {result.status for result in results} == {Receipt.STORED}
    return [str(item["id"]) for item in items]


def drawn(site: Installation) -> None:
    while sequencing.sequence(site):
        pass
    while projecting.caught_up(site):
        pass


def lie(site: Installation, table: str) -> dict[str, int]:
    """How many rows of a parent lie in which of its tables, in the order of their names."""
    return site.read(partial(lie_in, table=table))


def month_of_leaf(site: Installation, entry: str) -> int:
    return int(site.read(partial(log.leaf_of, kind="entry", ref=entry)).id) // log_months.A_MONTH


def three_months(site: Installation, park: Tenant, clock: SettableClock) -> list[list[str]]:
    """The ids of 600 entries in each of three months, all signed and drawn."""
    made = []
    for nth in range(3):
        months_ahead.kept(site)
        made.append(sent(site, park, *range(nth * 600 + 1, nth * 600 + 601)))
        drawn(site)
        months_ahead.kept(site)
        clock.pass_s(30 * DAY_S)
    return made


def test_a_month_begins_with_its_own_numbers_and_the_log_goes_on(
    site: Installation, park: Tenant, clock: SettableClock
):
    (last,), (next_one,) = (ids[-1:] for ids in three_months(site, park, clock)[:2])
    parts = lie(site, "leaves")
    assert list(parts.values())[1:] == [600, 600]
    assert lie(site, "log_sequence") == parts
    ids = [month_of_leaf(site, one) for one in (last, next_one)]
    assert ids[0] == 0
    assert log_months.part(ids[1]) in parts
    assert site.read(log.size) == sum(parts.values())
    assert findings(site) == []


def test_proofs_and_tiles_hold_over_the_turns_of_months(
    site: Installation, park: Tenant, clock: SettableClock
):
    months_of_ids = three_months(site, park, clock)
    for ids in months_of_ids:
        for one in (ids[0], ids[-1]):
            assert log_proving.evidence(site, PROGRAM, one)
    notes = site.read(lambda c: c.scalars(select(checkpoints.c.note).order_by(checkpoints.c.size)).all())
    size = site.read(log.size)
    for note in notes:
        _, now, _ = log_proving.extended(site, bytes(note))
        assert now.size == size
    in_order = select(log_sequence.c.leaf_hash).order_by(log_sequence.c.leaf_index)
    hashes = site.read(lambda c: [bytes(one) for one in c.scalars(in_order)])
    for tile in range(size // 256):
        place = log_tiles.address(tile)
        assert log_tiles.hashes(site, "0", place) == b"".join(hashes[tile * 256 : (tile + 1) * 256])
        assert len(log_tiles.leaves(site, place)) > 256 * 100


_LOOKS = text(
    "SELECT relname, seq_scan + coalesce(idx_scan, 0) AS looks FROM pg_stat_xact_user_tables"
    " WHERE schemaname = current_schema AND relname LIKE :like"
)


def touched(site: Installation, table: str, asked: Callable[[Connection], object]) -> set[str]:
    """The tables of months that a question looked into and that hold rows, by PostgreSQL's own count."""
    filled = {f"{table}{part}" for part in lie(site, table)}

    def work(connection: Connection) -> set[str]:
        before = {row.relname: row.looks for row in connection.execute(_LOOKS, {"like": f"{table}%"})}
        asked(connection)
        after = connection.execute(_LOOKS, {"like": f"{table}%"}).all()
        return {row.relname for row in after if row.looks > before.get(row.relname, 0)}

    # More often than it takes the driver and PostgreSQL to settle for one plan.
    for _ in range(12):
        found = site.read(work)
    return {name.removeprefix(table) for name in found & filled}


_ASKED: dict[str, Callable[[Connection, int, str], object]] = {
    "a tile": lambda c, index, _: log.tile(c, 0, index, index + 5),
    "a bundle of leaves": lambda c, index, _: log.bodies(c, index, index + 5),
    "what is drawn next": lambda c, index, _: drawing.entries_between(c, index, index + 5),
    "the leaf of an entry": lambda c, _, one: log.leaf_of(c, "entry", one),
    "what was drawn of an entry": lambda c, _, one: drawing.entries_told(c, [one]),
}


def test_who_asks_for_leaves_by_index_or_by_entry_asks_one_month(
    site: Installation, park: Tenant, clock: SettableClock
):
    made = three_months(site, park, clock)
    for part, ids in zip(lie(site, "leaves"), made, strict=True):
        one = ids[300]
        index = site.read(partial(log.leaf_of, kind="entry", ref=one)).leaf_index
        for name, question in _ASKED.items():
            found = {
                table: touched(site, table, lambda c, q=question, i=index, o=one: q(c, i, o))
                for table in ("leaves", "log_sequence")
            }
            expected = {"leaves": set() if name == "a tile" else {part}, "log_sequence": {part}}
            assert (name, found) == (name, expected)


def test_who_asks_for_what_waits_asks_the_newest_month(
    site: Installation, park: Tenant, clock: SettableClock
):
    three_months(site, park, clock)
    sent(site, park, 9_001)
    newest = list(lie(site, "leaves"))[-1]
    questions = (lambda c: log.unsequenced(c, 10), log.waiting, log.newest, log.size)
    for question in questions:
        assert touched(site, "leaves", question) | touched(site, "log_sequence", question) == {newest}


def test_a_worker_that_slept_for_three_months_lets_numbers_go_on_where_they_were(
    site: Installation, park: Tenant, clock: SettableClock
):
    months_ahead.kept(site)
    ids = []
    for seq in range(1, 5):
        ids += sent(site, park, seq)
        clock.pass_s(30 * DAY_S)
    drawn(site)
    assert set(lie(site, "leaves")) == {BEFORE}
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


def test_no_index_and_no_leaf_has_its_place_in_two_months(
    site: Installation, park: Tenant, clock: SettableClock
):
    three_months(site, park, clock)
    rows = site.read(lambda c: c.execute(select(log_sequence).order_by(log_sequence.c.leaf_index)).all())
    first, last = rows[0], rows[-1]
    twice = (
        {"leaf_index": first.leaf_index, "leaf_id": last.leaf_id + 1, "leaf_hash": b""},
        {"leaf_index": last.leaf_index, "leaf_id": 424_242, "leaf_hash": b""},
        {"leaf_index": last.leaf_index, "leaf_id": last.leaf_id + 1, "leaf_hash": b""},
        {"leaf_index": last.leaf_index + 1, "leaf_id": last.leaf_id, "leaf_hash": b""},
    )
    for values in twice:
        with pytest.raises(DBAPIError, match=r"since_month|until_month|unique"):
            site.write(lambda c, row=values: c.execute(log_sequence.insert().values(row)))


def test_nobody_changes_a_leaf_in_any_month(site: Installation, park: Tenant, clock: SettableClock):
    three_months(site, park, clock)
    for table, column in (("leaves", "kind"), ("log_sequence", "leaf_hash")):
        for part in ("", *lie(site, table)):
            name = f"{table}{part}"
            for change in (
                f"DELETE FROM {name}", f"UPDATE {name} SET {column} = {column}", f"TRUNCATE {name} CASCADE",
            ):  # fmt: skip
                with pytest.raises(Exception, match="append-only"):
                    site.write(lambda c, statement=change: c.execute(text(statement)))


def test_every_month_of_the_log_has_the_keys_references_guards_and_indexes_of_the_first(site: Installation):
    months_ahead.kept(site)
    parts = [BEFORE, *(log_months.part(one) for one in site.read(log_months.listed)[1:])]
    assert len(parts) == 3

    def has(table: str, part: str) -> list[str]:
        found = site.read(lambda c: c.scalars(text(HAS), {"name": f"{table}{part}"}).all())
        return sorted(
            one.replace(f"leaves{part}", "leaves").replace(f"{table}{part}", table) for one in found
        )

    for table in ("leaves", "log_sequence"):
        first, *others = [has(table, part) for part in parts]
        assert others == [first] * 2
    assert {"pPRIMARY KEY (id)", "index falsetrueref,id"} <= {*has("leaves", parts[-1])}
    keys_of_order = {"pPRIMARY KEY (leaf_index)", "uUNIQUE (leaf_id)"}
    assert keys_of_order | {"fFOREIGN KEY (leaf_id) REFERENCES leaves(id)"} <= {
        *has("log_sequence", parts[-1])
    }


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
        assert lie_in(connection, "leaves") == {BEFORE: sum(before.values())}
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


_LEAF = text("INSERT INTO leaves (kind, ref, body) VALUES ('entry', :id, :body)")
_PLACES = text(
    "INSERT INTO log_sequence SELECT row_number() OVER (ORDER BY id) - 1, id, body FROM leaves ORDER BY id"
)
_PAST = "01900000-0000-7000-8000-{:012}"


def entry_put(connection: Connection, seq: int) -> None:
    """An entry and its leaf, as a site of the version before puts them in."""
    values = {"id": _PAST.format(seq), "seq": seq, "body": b"x"}
    connection.execute(ENTRY, values)
    connection.execute(_LEAF, values)


@pytest.fixture
def before_months(empty_postgres: str) -> Iterator[Engine]:
    """A database of the schema before the log had months, filled."""
    made = open_engine(empty_postgres)
    with made.begin() as connection:
        migrate_to(connection, "0016")
        for seq in range(1, 10):
            entry_put(connection, seq)
        connection.execute(_PLACES)
    yield made
    made.dispose()


def test_a_log_that_is_there_is_parted_while_a_site_writes_and_another_reads(before_months: Engine):
    names = ("leaves", "log_sequence", "entries_before")
    written = iter(range(10, 100_000))
    with before_months.connect() as reader:
        lay = {name: reader.scalar(_FILE, {"name": name}) for name in names}
        reader.execute(select(func.count()).select_from(leaves))
        migrating = threading.Thread(target=migrate, args=(before_months,))
        migrating.start()
        while not is_waited_for(before_months):
            assert migrating.is_alive()
        with before_months.begin() as connection:
            entry_put(connection, next(written))  # waits for less than a second
    while migrating.is_alive():
        with before_months.begin() as connection:
            entry_put(connection, next(written))
    count = next(written) - 1
    with before_months.connect() as connection:
        for name in names:
            part = name if name.endswith(BEFORE) else f"{name}{BEFORE}"
            assert connection.scalar(_FILE, {"name": part}) == lay[name]
        assert lie_in(connection, "leaves") == {BEFORE: count}
        assert lie_in(connection, "log_sequence") == {BEFORE: 9}
        checks = "SELECT count(*) FROM pg_constraint WHERE conname = 'before_months'"
        assert connection.scalar(text(checks)) == 0
        assert log.leaf_of(connection, "entry", _PAST.format(count)) is not None
        assert len(log.unsequenced(connection, count)) == count - 9


_FILE = text("SELECT pg_relation_filenode(to_regclass(:name))")


def is_waited_for(engine: Engine) -> bool:
    """Whether somebody waits for a table that another one uses."""
    waiting = text("SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted AND locktype = 'relation')")
    with engine.connect() as connection:
        return bool(connection.scalar(waiting))


def lie_in(connection: Connection, table: str) -> dict[str, int]:
    query = text(f"SELECT tableoid::regclass::text AS part, count(*) AS n FROM {table} GROUP BY 1")
    found = {row.part.removeprefix(table): row.n for row in connection.execute(query)}
    return dict(sorted(found.items(), key=lambda item: (item[0] != BEFORE, item[0])))
