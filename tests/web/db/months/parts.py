"""In which month's table rows lie, and the entries that tests put into several months."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import partial
from typing import Any

from sqlalchemy import Connection, text

from tests.web.tenants import SettableClock, Tenant, entry_item
from web.db.months import log_months
from web.services.desk.projecting import projecting
from web.services.gates import ingest
from web.services.installation import Installation
from web.services.logs import sequencing
from web.services.operations import months_ahead
from web.services.passing.recording import Receipt
from web.store.logs import log

DAY_S = 86_400
DAY_MS = DAY_S * 1000
ENTRY = text(
    "INSERT INTO entries (id, device, seq, venue_id, entrance_id, direction, at_ms, received_ms, outcome,"
    " reason, presence, way, policy_version, bundle_seq, clock, content_hash)"
    " VALUES (:id, 'd', :seq, 'v', 'n', 'in', 1, 1, 'admitted', 'welcome', '-', 'kiosk', 1, 1, '{}', 'x')"
)

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


def named(at_ms: int) -> str:
    return datetime.fromtimestamp(at_ms / 1000, UTC).strftime("_%Y_%m")


def sent(site: Installation, park: Tenant, *seqs: int) -> list[str]:
    """Entries of now from a gate; their ids."""
    items = [entry_item(park.gate, seq, site.now_ms()) for seq in seqs]
    results = ingest.ingest(site, park.gate, items).results
    assert {result.status for result in results} == {Receipt.STORED}
    return [str(item["id"]) for item in items]


def receipt(site: Installation, park: Tenant, seq: int, at_ms: int, **changes: Any) -> Receipt:
    """What becomes of an entry of any time."""
    item = entry_item(park.gate, seq, at_ms, **changes)
    return ingest.ingest(site, park.gate, [item]).results[0].status


def drawn(site: Installation) -> None:
    while sequencing.sequence(site):
        pass
    while projecting.caught_up(site):
        pass


def lie(site: Installation, table: str) -> dict[str, int]:
    """How many rows of a parent lie in which of its tables, in the order of their names."""
    return site.read(partial(lie_in, table=table))


def lie_in(connection: Connection, table: str) -> dict[str, int]:
    query = text(f"SELECT tableoid::regclass::text AS part, count(*) AS n FROM {table} GROUP BY 1")
    found = {row.part.removeprefix(table): row.n for row in connection.execute(query)}
    return dict(sorted(found.items(), key=lambda item: (item[0] != log_months.BEFORE, item[0])))


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


_FILE = text("SELECT pg_relation_filenode(to_regclass(:name))")


def file_of(connection: Connection, table: str) -> int:
    """The file that a table's rows lie in: another one when they were written anew or all taken out."""
    return int(connection.scalar(_FILE, {"name": table}))
