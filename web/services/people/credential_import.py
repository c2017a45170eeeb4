"""Import of credentials from a table: first what would happen, row by row, then exactly that."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import partial

from domain.venue import shown_short_number
from domain.wording import Sentence
from web.db.connecting.connection import Connection, Record
from web.services.installation import Installation
from web.services.people.credential_columns import Column
from web.services.people.credential_rows import Problem, Row, table_of
from web.services.people.credential_values import Dated, Kept, Source, compared
from web.services.people.credentials import keep
from web.store.gates import changes
from web.store.people import credentials, finding
from web.store.scope import Scope
from web.store.sealing import FieldCipher

_AT_ONCE = 200
_TERMS = {Column.PHONE: "phone", Column.NAME: "name", Column.ID_NUMBER: "id_number"}


class Fate(StrEnum):
    """What would happen with a row."""

    ADD = "add"
    VERIFY = "verify"
    THERE = "there"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Step:
    """One credential that the import would keep."""

    visitor_id: str
    dated: Dated


@dataclass(frozen=True, slots=True)
class Line:
    """One row of the report; `who` is masked."""

    number: int
    who: str
    fate: Fate
    dated: Dated | None = None
    problem: Problem | None = None


@dataclass(frozen=True, slots=True)
class Report:
    """What would happen with every row, the steps that would be taken, and columns that are left out."""

    lines: tuple[Line, ...]
    steps: tuple[Step, ...]
    ignored: tuple[str, ...]

    def counted(self, fate: Fate) -> int:
        """How many rows share a fate."""
        return sum(1 for line in self.lines if line.fate == fate)


@dataclass(frozen=True, slots=True)
class Applied:
    """How many credentials an import added, verified, found there already, and could not keep."""

    added: int
    verified: int
    there: int
    lost: int


def report(inst: Installation, scope: Scope, data: bytes) -> Report:
    """What importing this CSV or XLSX file would do; nothing is written. InputError for a useless file."""
    table = table_of(data, inst.now_ms())

    def work(connection: Connection) -> Report:
        people = _People(connection, inst.cipher, scope, table.rows)
        return _Planner(connection, people).report(table.rows, table.ignored)

    return inst.read(work)


def apply(inst: Installation, scope: Scope, account_id: str, steps: Sequence[Step]) -> Applied:
    """Keep what a report showed. Stopped anywhere or done again, it goes on where it was."""
    done: list[Kept | None] = []
    for at in range(0, len(steps), _AT_ONCE):
        some = steps[at : at + _AT_ONCE]
        done += inst.write(partial(_kept, inst=inst, scope=scope, account_id=account_id, steps=some))
    return Applied(
        done.count(Kept.ADDED),
        done.count(Kept.VERIFIED),
        done.count(Kept.THERE),
        done.count(None) + done.count(Kept.OTHER_END),
    )


def _kept(
    connection: Connection, inst: Installation, scope: Scope, account_id: str, steps: Sequence[Step]
) -> list[Kept | None]:
    """None where the visitor is not there any more."""
    now_ms = inst.now_ms()
    there = credentials.visitors_locked(connection, scope, [step.visitor_id for step in steps])
    done = [
        keep(connection, now_ms, step.visitor_id, step.dated, Source.IMPORT, account_id)
        if step.visitor_id in there
        else None
        for step in steps
    ]
    pairs = zip(steps, done, strict=True)
    changes.touched(
        connection, [step.visitor_id for step, one in pairs if one in (Kept.ADDED, Kept.VERIFIED)]
    )
    return done


class _People:
    """Finds whom rows mean, all at once."""

    def __init__(
        self, connection: Connection, cipher: FieldCipher, scope: Scope, rows: Sequence[Row]
    ) -> None:
        self._cipher = cipher
        self._numbers = finding.by_number(
            connection, scope, [row.names[Column.NUMBER] for row in rows if Column.NUMBER in row.names]
        )
        self._terms = {
            column: finding.by_digest(
                connection,
                scope,
                term,
                [
                    digest
                    for row in rows
                    if column in row.names
                    for digest in cipher.digests(term, row.names[column])
                ],
            )
            for column, term in _TERMS.items()
        }

    def meant(self, row: Row) -> str | Problem:
        """The id of the one visitor whom all that the row says fits; else the problem."""
        among: set[str] | None = None
        for column, value in row.names.items():
            found = self._having(column, value)
            if not found:
                return Problem(column, _UNKNOWN)
            among = found if among is None else among & found
            if not among:
                return Problem(column, _OTHER)
        if among is None or len(among) > 1:
            return Problem(Column.NUMBER, _SEVERAL)
        return next(iter(among))

    def _having(self, column: Column, value: str) -> set[str]:
        if column is Column.NUMBER:
            return self._numbers.get(value, set())
        digests = self._cipher.digests(_TERMS[column], value)
        return set().union(*(self._terms[column].get(digest, set()) for digest in digests))


class _Planner:
    """Goes through the rows and says what would become of each."""

    def __init__(self, connection: Connection, people: _People) -> None:
        self._connection = connection
        self._people = people
        self._there: dict[tuple[str, str, int | None], Record] = {}
        self._planned: dict[tuple[str, str, int | None], tuple[int, Dated]] = {}

    def report(self, rows: Sequence[Row], ignored: tuple[str, ...]) -> Report:
        meant = {row.number: self._people.meant(row) for row in rows if row.problem is None}
        ids = [one for one in meant.values() if isinstance(one, str)]
        shown = finding.shown(self._connection, ids)
        self._look_up(list(dict.fromkeys(ids)))
        lines: list[Line] = []
        steps: list[Step] = []
        for row in rows:
            who = meant.get(row.number)
            if not isinstance(who, str) or row.dated is None:
                problem = row.problem or (who if isinstance(who, Problem) else None)
                lines.append(Line(row.number, row.typed, Fate.REFUSED, problem=problem))
                continue
            line = self._line(row.number, _named(*shown[who]), who, row.dated)
            lines.append(line)
            if line.fate in (Fate.ADD, Fate.VERIFY):
                steps.append(Step(who, row.dated))
        return Report(tuple(lines), tuple(steps), ignored)

    def _look_up(self, visitor_ids: list[str]) -> None:
        for at in range(0, len(visitor_ids), _AT_ONCE):
            for row in credentials.standing(self._connection, visitor_ids[at : at + _AT_ONCE]):
                self._there[row.visitor_id, row.kind, row.since_ms] = row

    def _line(self, number: int, who: str, visitor_id: str, dated: Dated) -> Line:
        key = (visitor_id, dated.kind, dated.since_ms)
        earlier = self._planned.get(key)
        if earlier is not None:
            return self._doubled(number, who, dated, earlier)
        self._planned[key] = number, dated
        match compared(self._there.get(key), dated):
            case Kept.ADDED:
                return Line(number, who, Fate.ADD, dated)
            case Kept.VERIFIED:
                return Line(number, who, Fate.VERIFY, dated)
            case Kept.THERE:
                return Line(number, who, Fate.THERE, dated)
            case Kept.OTHER_END:
                return Line(number, who, Fate.REFUSED, dated, Problem(Column.UNTIL, _OTHER_END))

    def _doubled(self, number: int, who: str, dated: Dated, earlier: tuple[int, Dated]) -> Line:
        row, first = earlier
        if first.until_ms == dated.until_ms:
            return Line(number, who, Fate.THERE, dated)
        return Line(number, who, Fate.REFUSED, dated, Problem(Column.UNTIL, _OTHER_ROW.filled(row=row)))


def _named(masked_name: str, number: str) -> str:
    return f"{masked_name} · {shown_short_number(number)}"


_UNKNOWN = Sentence(
    "Nobody with this is registered. Check it, or register the visitor first.",
    "没有登记此信息的访客，请核对，或先登记访客。",
)
_OTHER = Sentence(
    "This belongs to somebody else than the columns before it say. Put the row right.",
    "此列与前面的列指向不同的人，请改正此行。",
)
_SEVERAL = Sentence(
    "Several visitors fit this row. Give the visitor number, which only one has.",
    "有多位访客符合此行，请填写访客编号以区分。",
)
_OTHER_END = Sentence(
    "The same is there with another end. Withdraw that one first if this one is right.",
    "已有相同凭证，但有效期不同；如以此为准，请先作废原有的。",
)
_OTHER_ROW = Sentence(
    "Row {row} says the same with another end. Keep one of the two.",
    "第 {row} 行为同一凭证但有效期不同，请只保留一行。",
)
