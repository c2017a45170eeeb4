"""What an entry costs on a real PostgreSQL: made, signed and drawn by the services, then weighed."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Final

from bench.clocks import Clocks
from bench.query import day
from bench.query.building import looked_at, midnight_before
from bench.query.town import VENUES, Town, founded, visitor_id
from domain.code import CodeClass
from domain.entry import Entry
from web.db.connecting.connection import Connection
from web.services.desk.projecting import projecting
from web.services.installation import Installation
from web.services.logs import log_tiles, sequencing
from web.services.passing.recording import record
from web.store.logs import log
from web.store.people import visitors

_AT_ONCE: Final = 500
_YEAR_S: Final = 365 * 86_400
PER_VENUE_DAY: Final = ("venue_days", "hour_counts", "day_counts", "spreads")
PER_PERSON: Final = ("visitors", "visitor_terms", "codes")
LOG: Final = ("leaves", "log_sequence", "log_nodes", "checkpoints")
PERSONAL: Final = ("entry_people", "stays")
PER_ENTRY: Final = ("entries", *PERSONAL, *LOG)
# A table of a month counts as the one that it is part of, and so do its indexes.
_SIZES: Final = (
    "SELECT coalesce(whole.relname, t.relname), sum(pg_table_size(t.oid))::bigint FROM pg_class t "
    "LEFT JOIN pg_inherits ON inhrelid = t.oid LEFT JOIN pg_class whole ON whole.oid = inhparent "
    "WHERE t.relkind = 'r' AND coalesce(whole.relname, t.relname) = ANY(%s) GROUP BY 1"
)
_INDEXES: Final = (
    "SELECT coalesce(whole.relname, t.relname), coalesce(all_of.relname, i.relname), "
    "sum(pg_relation_size(i.oid))::bigint FROM pg_index x "
    "JOIN pg_class i ON i.oid = x.indexrelid JOIN pg_class t ON t.oid = x.indrelid "
    "LEFT JOIN pg_inherits p ON p.inhrelid = t.oid LEFT JOIN pg_class whole ON whole.oid = p.inhparent "
    "LEFT JOIN pg_inherits q ON q.inhrelid = i.oid LEFT JOIN pg_class all_of ON all_of.oid = q.inhparent "
    "WHERE t.relkind = 'r' AND coalesce(whole.relname, t.relname) = ANY(%s) GROUP BY 1, 2 ORDER BY 3 DESC"
)


@dataclass(frozen=True, slots=True)
class Table:
    """The bytes of a table and of each of its indexes, for one of what it has rows for."""

    rows: float
    indexes: dict[str, float]

    @property
    def bytes(self) -> float:
        """All of it together."""
        return self.rows + sum(self.indexes.values())


@dataclass(frozen=True, slots=True)
class Worked:
    """One stage of an entry's way: microseconds of each side's processor, and of the clock on the wall."""

    site_us: float
    database_us: float
    wall_us: float


@dataclass(frozen=True, slots=True)
class Stored:
    """Bytes of tables for an entry, a venue's day or a person; the log as files; what making them took."""

    entries: int
    venue_days: int
    people: int
    tables: dict[str, Table]
    leaf: float
    tile: float
    checkpoint: int
    # Of the database, which a disk must write at once: entry, signature and figures together.
    journal: float
    recorded: Worked
    sequenced: Worked
    drawn: Worked

    def of(self, names: tuple[str, ...]) -> float:
        """The bytes of these tables together, for one of what they have rows for."""
        return sum(self.tables[name].bytes for name in names)


def town_of(inst: Installation, count: int) -> Town:
    """People enough for `count` entries of a day, each with a card."""
    town = founded(inst, round(count / day.PASSAGES_OF_EACH) + 1)
    inst.write(partial(_cards, people=town.people, now_ms=inst.now_ms()))
    return town


def measured(
    inst: Installation, town: Town, count: int, clocks: Clocks, used: Callable[[], tuple[float, float]]
) -> Stored:
    """Make `count` entries of one day and weigh them; `used` as in `wire.measured`."""
    made = day.entries_of(town, midnight_before(inst.now_ms()), count, seed=1)

    def worked(work: Callable[[], None]) -> Worked:
        began, before = clocks.seconds(), used()
        work()
        took, after = clocks.seconds() - began, used()
        each = 1e6 / len(made)
        site, database = after[0] - before[0], max(0.0, after[1] - before[1])
        return Worked(site * each, database * each, took * each)

    began = inst.read(_journal)
    recorded = worked(lambda: _recorded(inst, made))
    sequenced = worked(lambda: _until_nothing(lambda: sequencing.sequence(inst)))
    drawn = worked(lambda: _until_nothing(lambda: projecting.caught_up(inst)))
    written = inst.read(_journal) - began
    looked_at(inst)
    newest = inst.read(log.latest_checkpoint)
    assert newest is not None
    bodies = inst.read(lambda connection: log.bodies(connection, 0, len(made)))
    venue_days = min(VENUES, len({entry.venue for entry in made}))
    counts = dict.fromkeys(PER_ENTRY, len(made)) | dict.fromkeys(PER_VENUE_DAY, venue_days)
    return Stored(
        len(made), venue_days, town.people,
        inst.read(partial(_weighed, counts=counts | dict.fromkeys(PER_PERSON, town.people))),
        sum(map(len, bodies)) / len(bodies) + 2,
        len(log_tiles.hashes(inst, "0", "000")) / 256 * (1 + 1 / 255),
        len(newest.note), written / len(made), recorded, sequenced, drawn,
    )  # fmt: skip


def _recorded(inst: Installation, made: list[Entry]) -> None:
    for first in range(0, len(made), _AT_ONCE):
        inst.write(partial(_kept, inst=inst, made=made[first : first + _AT_ONCE]))


def _kept(connection: Connection, inst: Installation, made: list[Entry]) -> None:
    record(connection, inst.cipher, made, made[-1].at_ms)


def _until_nothing(work: Callable[[], int]) -> None:
    while work():
        pass


def _cards(connection: Connection, people: int, now_ms: int) -> None:
    for number in range(people):
        visitors.code_added(
            connection,
            cti=hashlib.sha256(b"card %d" % number).hexdigest()[:32],
            visitor_id=visitor_id(number),
            code_class=CodeClass.CARD,
            expires_s=now_ms // 1000 + _YEAR_S,
            issued_ms=now_ms,
            revoked_ms=None,
        )


def _journal(connection: Connection) -> int:
    written = "SELECT (pg_current_wal_insert_lsn() - '0/0')::bigint"
    return int(connection.exec_driver_sql(written).scalar_one())


def _weighed(connection: Connection, counts: dict[str, int]) -> dict[str, Table]:
    names = ([*counts],)
    sizes = {str(name): int(size) for name, size in connection.exec_driver_sql(_SIZES, names)}
    indexes: dict[str, dict[str, float]] = {name: {} for name in counts}
    for table, index, size in connection.exec_driver_sql(_INDEXES, names):
        indexes[table][index] = size / counts[table]
    return {name: Table(sizes[name] / count, indexes[name]) for name, count in counts.items()}
