"""The rows of a table of what to print, matched to the entrances that they mean."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from domain.errors import InputError
from domain.venue import VenueState, parsed_short_number, poster_id
from domain.wording import Sentence
from web.db.connecting.connection import Connection, Record
from web.services.installation import Installation
from web.services.printing.printing import WAITS
from web.services.printing.printing_doors import POSTERS_MOST
from web.services.printing.tables.printing_table import Column, Line
from web.services.tables.table_headers import plain
from web.store.printing import printing
from web.store.scope import Scope

_AT_ONCE: Final = 200


@dataclass(frozen=True, slots=True)
class Door:
    """An entrance that a row means; `has_code` says whether a poster of it counts."""

    id: str
    called: str
    has_code: bool


@dataclass(frozen=True, slots=True)
class Match:
    """What becomes of one row: the entrances it means, or why it is left out.

    `missing` are the cells of a row whose place is not there yet, by the names of columns.
    """

    number: int
    called: str
    doors: tuple[Door, ...] = ()
    why: Sentence | None = None
    missing: Mapping[str, str] = field(default_factory=dict)


def matched(inst: Installation, scope: Scope, lines: Sequence[Line]) -> tuple[Match, ...]:
    """What each row means in this scope, in the order of the table; each entrance is printed once."""

    def work(connection: Connection) -> tuple[Match, ...]:
        matching = _Matching(connection, scope, lines)
        return tuple(matching.match(line) for line in lines)

    return inst.read(work)


class _Matching:
    """The entrances that could be meant, and which row named each first."""

    def __init__(self, connection: Connection, scope: Scope, lines: Sequence[Line]) -> None:
        self._venues: dict[str, list[Record]] = defaultdict(list)
        # As names are kept: a space is one space.
        called = {" ".join(line.cells.get(Column.VENUE, "").split()) for line in lines} - {""}
        for names in _parts(sorted(called)):
            for row in printing.doors_of_venues(connection, scope, names):
                self._venues[plain(row.venue_name)].append(row)
        self._numbers: dict[str, Record] = {}
        numbers = {_number(line) for line in lines} - {None}
        for found in _parts(sorted(filter(None, numbers))):
            for row in printing.doors_with_posters(connection, scope, short_numbers=found):
                self._numbers[row.named_number] = row
        identities = {_identity(line) for line in lines} - {None}
        for found in _parts(sorted(filter(None, identities))):
            for row in printing.doors_with_posters(connection, scope, poster_ids=found):
                self._numbers[row.named_id] = row
        self._row_with: dict[str, int] = {}

    def match(self, line: Line) -> Match:
        """What a row means, or why nothing."""
        named = " · ".join(line.cells[one] for one in (Column.VENUE, Column.ENTRANCE) if one in line.cells)
        named = named or line.cells.get(Column.SHORT_NUMBER) or line.cells.get(Column.CODE, "")
        found = self._by_code(line) if {Column.CODE, Column.SHORT_NUMBER} & line.cells.keys() else None
        found = found or self._by_name(line)
        if isinstance(found, Sentence):
            cells = {column.name: cell for column, cell in line.cells.items()}
            missing = cells if found in (NO_VENUE, NO_ENTRANCE) else {}
            return Match(line.number, named, why=found, missing=missing)
        doors = tuple(Door(row.entrance_id, f"{row.venue_name} · {row.name}", bool(row.id)) for row in found)
        earlier = [self._row_with.setdefault(door.id, line.number) for door in doors]
        if repeated := next((number for number in earlier if number != line.number), 0):
            return Match(line.number, named, why=REPEATED.filled(row=repeated))
        return Match(line.number, named, doors)

    def _by_code(self, line: Line) -> list[Record] | Sentence | None:
        """The entrance of the code that a row names; None for a row that names none in its cells."""
        named = _identity(line) or _number(line)
        row = self._numbers.get(named) if named else None
        if row is None:
            return UNKNOWN_CODE
        if row.id is None or row.id != row.named_id:
            return WITHDRAWN if row.named_is_revoked else OLDER.filled(number=row.short_number)
        return _usable([row])

    def _by_name(self, line: Line) -> list[Record] | Sentence:
        name = line.cells.get(Column.VENUE, "")
        if not name:
            return NO_NAME
        rows = self._venues.get(plain(name), [])
        for column, kept in ((Column.OPERATOR, "enterprise_name"), (Column.ADDRESS, "address")):
            said = plain(line.cells.get(column, ""))
            same = [row for row in rows if plain(getattr(row, kept)) == said]
            # An address that is written otherwise does not hide the only venue of that name.
            if said and (same or column is Column.OPERATOR):
                rows = same
        if not rows:
            return NO_VENUE
        if len({row.venue_id for row in rows}) > 1:
            return SEVERAL
        entrance = plain(line.cells.get(Column.ENTRANCE, ""))
        meant_doors = [row for row in rows if not entrance or plain(row.name or "") == entrance]
        meant_doors = [row for row in meant_doors if row.entrance_id is not None]
        return _usable(meant_doors) if meant_doors else NO_ENTRANCE


def _usable(rows: list[Record]) -> list[Record] | Sentence:
    state = rows[0].state
    if state == VenueState.APPLIED:
        return WAITS
    return CLOSED if state == VenueState.CLOSED else rows


def _identity(line: Line) -> str | None:
    """The id of the poster whose address or 26 symbols stand in a row."""
    written = line.cells.get(Column.CODE, "").strip().upper()
    identity = poster_id(written.rpartition("/V/")[2]) if written else None
    return identity.hex() if identity else None


def _number(line: Line) -> str | None:
    return parsed_short_number(line.cells.get(Column.SHORT_NUMBER, ""))


def _parts(names: Sequence[str]) -> Iterator[list[str]]:
    for at in range(0, len(names), _AT_ONCE):
        yield list(names[at : at + _AT_ONCE])


def expect_printable(matches: Sequence[Match]) -> None:
    """InputError when one job cannot print what these rows mean."""
    count = sum(len(match.doors) for match in matches)
    if count > POSTERS_MOST:
        raise InputError(
            "table",
            f"One job prints at most {POSTERS_MOST:,} entrances; split the table.",
            f"一次最多打印 {POSTERS_MOST:,} 个出入口，请拆分表格。",
        )


NO_NAME = Sentence(
    "Give the name of the venue, or the number below its code.", "请填写场所名称，或码下方的编号。"
)
NO_VENUE = Sentence("There is no venue of this name here.", "没有此名称的场所。")
NO_ENTRANCE = Sentence("This venue has no such entrance.", "该场所没有此出入口。")
SEVERAL = Sentence(
    "Several venues have this name. Give the enterprise, or the address as it is kept here.",
    "有多个同名场所，请填写单位，或按系统中的写法填写地址。",
)
UNKNOWN_CODE = Sentence(
    "This code or number is none of yours. Correct it, or leave it empty and give the venue.",
    "此场所码或编号不属于您的场所。请更正，或留空并填写场所。",
)
WITHDRAWN = Sentence(
    "This code was withdrawn. Leave it empty and give the venue.", "此场所码已作废。请留空并填写场所。"
)
OLDER = Sentence(
    "The entrance has a newer code, {number}. Leave this one empty to print the newer.",
    "该出入口已有新码 {number}。留空则打印新码。",
)
CLOSED = Sentence("This venue is closed. Open it first.", "该场所已关闭，请先重新开放。")
REPEATED = Sentence("Row {row} names the same entrance.", "与第 {row} 行是同一出入口。")
