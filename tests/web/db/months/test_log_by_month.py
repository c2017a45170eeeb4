"""The log's tables of months: one log over all of them, and one asked at a time."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import pytest
from sqlalchemy import Connection, select, text
from sqlalchemy.exc import DBAPIError

from tests.web.db.months.parts import HAS, lie, month_of_leaf, sent, three_months
from tests.web.log.tampering import findings
from tests.web.tenants import SettableClock, Tenant
from web.db.months import log_months
from web.db.tables import checkpoints, log_sequence
from web.services.installation import Installation
from web.services.logs import log_proving, log_tiles
from web.services.operations import months_ahead
from web.store.drawn import projecting as drawing
from web.store.logs import log
from web.store.scope import PROGRAM


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
        # Of so few rows a plan for any index may seem as cheap as one for this; of millions it does not.
        connection.execute(text("SET LOCAL plan_cache_mode = force_custom_plan"))
        before = {row.relname: row.looks for row in connection.execute(_LOOKS, {"like": f"{table}%"})}
        asked(connection)
        after = connection.execute(_LOOKS, {"like": f"{table}%"}).all()
        return {row.relname for row in after if row.looks > before.get(row.relname, 0)}

    # More often than it takes the driver to prepare a statement.
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
    parts = [log_months.BEFORE, *(log_months.part(one) for one in site.read(log_months.listed)[1:])]
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
