"""A day's round: every door with a poster, who is due, how far it has got, and the days before."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import groupby
from zoneinfo import ZoneInfo

from web.db.connecting.connection import Connection, Record
from web.services.installation import Installation, start_of_day_ms
from web.services.places.places import DEFAULT_ZONE
from web.services.tables.csv_lines import BOM, csv_lines
from web.services.visits.rounds.hanging import VERDICT_NAMES
from web.store.scope import Scope
from web.store.visits import patrols

# A phone loads 3 kB a door (a tenth of it compressed): more are no round that anybody walks in a day.
DOORS_MOST = 300
LOOKS_MOST = 5000
_COLUMNS = (
    "time (UTC) 时间", "enterprise 企业", "venue 场所", "entrance 出入口", "verdict 结果",
    "poster 海报编号", "leads to 指向", "account 账号",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class RoundDoor:
    """A door of a round; `verdict` is today's, "" while it is due, and `last_ms` that of the last look."""

    id: str
    name: str
    venue_name: str
    address: str
    time_zone: str
    verdict: str
    last_ms: int | None
    own_look: str


@dataclass(frozen=True, slots=True)
class RoundPart:
    """The doors of one enterprise."""

    enterprise_id: str
    name: str
    doors: tuple[RoundDoor, ...]

    @property
    def done(self) -> int:
        """How many were looked at today."""
        return sum(1 for door in self.doors if door.verdict)


@dataclass(frozen=True, slots=True)
class Round:
    """Today's round; `bare` doors have no poster to look at, and `is_cut` says that there are more."""

    parts: tuple[RoundPart, ...]
    bare: int
    is_cut: bool

    @property
    def total(self) -> int:
        """How many doors there are to look at."""
        return sum(len(part.doors) for part in self.parts)

    @property
    def done(self) -> int:
        """How many were looked at today."""
        return sum(part.done for part in self.parts)


@dataclass(frozen=True, slots=True)
class LookRow:
    """A look of some day; `serial` is the poster's, None when it is out of scope or none was read."""

    id: str
    at_ms: int
    time_zone: str
    enterprise_name: str
    venue_name: str
    entrance_name: str
    verdict: str
    serial: int | None
    hosts: tuple[str, ...]
    login: str


def today(inst: Installation, scope: Scope, account_id: str, liaison_id: str = "") -> Round:
    """The round of the doors in scope, or of those in one liaison's hands; days begin at each venue."""

    def work(connection: Connection) -> Round:
        doors = patrols.doors(connection, scope, liaison_id, DOORS_MOST + 1)
        looks = patrols.last_looks(connection, scope)
        hung = [door for door in doors[:DOORS_MOST] if door.posters]
        parts = tuple(
            RoundPart(key[0], key[1], tuple(_door(inst, one, looks.get(one.id), account_id) for one in some))
            for key, some in groupby(hung, lambda door: (door.enterprise_id, door.enterprise_name))
        )
        return Round(parts, len(doors[:DOORS_MOST]) - len(hung), len(doors) > DOORS_MOST)

    return inst.read(work)


def history(inst: Installation, scope: Scope, day: date) -> tuple[LookRow, ...]:
    """What was seen in scope on one day of the default zone, the latest first."""
    from_ms, until_ms = _bounds(day)

    def work(connection: Connection) -> tuple[LookRow, ...]:
        rows = patrols.looks(connection, scope, from_ms, until_ms, LOOKS_MOST)
        return tuple(_look(row) for row in rows)

    return inst.ask(work)


def csv(rows: Sequence[LookRow]) -> Iterator[bytes]:
    """The looks of a day as a table, in both languages; no cell is read as a formula (W10)."""
    yield BOM + csv_lines([_COLUMNS])
    for row in rows:
        verdict = VERDICT_NAMES[row.verdict]
        cells = (
            datetime.fromtimestamp(row.at_ms / 1000, UTC).isoformat(timespec="seconds"),
            row.enterprise_name,
            row.venue_name,
            row.entrance_name,
            f"{verdict.en} {verdict.zh}",
            str(row.serial or ""),
            ", ".join(row.hosts),
            row.login,
        )
        yield csv_lines([cells])


def this_day(inst: Installation) -> date:
    """Today in the default zone."""
    return datetime.fromtimestamp(inst.now_ms() / 1000, ZoneInfo(DEFAULT_ZONE)).date()


def _door(inst: Installation, row: Record, look: Record | None, account_id: str) -> RoundDoor:
    is_todays = look is not None and look.at_ms >= start_of_day_ms(inst.now_ms(), row.time_zone)
    return RoundDoor(
        row.id,
        row.name,
        row.venue_name,
        row.address,
        row.time_zone,
        look.verdict if look is not None and is_todays else "",
        look.at_ms if look is not None else None,
        look.id if look is not None and is_todays and look.account_id == account_id else "",
    )


def _look(row: Record) -> LookRow:
    return LookRow(
        row.id,
        row.at_ms,
        row.time_zone,
        row.enterprise_name,
        row.venue_name,
        row.entrance_name,
        row.verdict,
        row.serial,
        tuple(row.note.splitlines()),
        row.login or "",
    )


def _bounds(day: date) -> tuple[int, int]:
    first, last = (
        datetime(one.year, one.month, one.day, tzinfo=ZoneInfo(DEFAULT_ZONE))
        for one in (day, day + timedelta(days=1))
    )
    return int(first.timestamp() * 1000), int(last.timestamp() * 1000)
