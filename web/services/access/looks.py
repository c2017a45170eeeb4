"""Who looked at whose data: kept with each deed, for the enterprise to read and for the person themselves."""

from __future__ import annotations

import csv as csv_lines
import io
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial

from domain.access import Right
from domain.deed import Deed
from domain.wording import Sentence
from web.db.connecting.connection import Connection, Record
from web.services.access import notes, rights
from web.services.accounts import Account
from web.services.desk.exporting.exporting_forms import csv_cell
from web.services.desk.filtering.filters_times import utc_text
from web.services.installation import Installation, new_id
from web.services.logs.purposes import NAMES
from web.store.access import looks
from web.store.scope import Scope

DEEDS: Mapping[Deed, Sentence] = {
    Deed.QUERY: Sentence("searched for somebody", "按人查询"),
    Deed.EXPORT: Sentence("took a file of entries", "导出记录"),
    Deed.TRACE: Sentence("traced contacts", "追踪接触"),
    Deed.NOTICE: Sentence("wrote notices to contacts", "制作告知书"),
    Deed.ROLL_CALL: Sentence("opened the list of a roll call", "打开清点名单"),
    Deed.UNMASK: Sentence("took somebody’s data in clear", "查看未脱敏信息"),
    Deed.HOLD: Sentence("changed a hold", "变更管控"),
    Deed.POLICY: Sentence("changed the entry rules", "修改通行规则"),
    Deed.STAFF: Sentence("changed somebody’s rights", "变更人员权限"),
}
# What a person is told of themselves. A hold has its own sentence on their page, and a proposal none.
TOLD_TO_PEOPLE = (Deed.QUERY, Deed.EXPORT, Deed.TRACE, Deed.NOTICE, Deed.ROLL_CALL, Deed.UNMASK)
SHOWN = 100
_OWN_SHOWN = 20
_CSV_MOST = 100_000
_AT_ONCE = 500
OWN_DEEDS: Mapping[Deed, Sentence] = {
    **DEEDS,
    Deed.EXPORT: Sentence("your data was in a file of entries", "导出的记录文件中包含您的数据"),
}
"""The same as the person reads it on their own page."""


@dataclass(frozen=True, slots=True)
class Concerns:
    """Whose data a deed is about: known visitors, or places within a scope where nobody is named.

    `met` is how many visitors of which enterprise were in a file; each of them is kept by `kept_of_file`.
    """

    visitors: Sequence[str] = ()
    scope: Scope | None = None
    enterprise_id: str = ""
    venue_id: str = ""
    entrance_id: str = ""
    met: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Look:
    """One deed as the enterprise reads it; `people` is 0 where nobody in particular was asked for.

    The `note` is told to those alone who may see everybody whom the deed concerns: it may name them.
    """

    leaf_ref: str
    at_ms: int
    login: str
    deed: Deed
    purpose: str
    people: int
    enterprise_name: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class OwnLooks:
    """What a visitor reads of themselves: how often, and the last times with what for."""

    count: int
    last: tuple[tuple[int, Deed, str], ...]


def kept(
    connection: Connection,
    inst: Installation,
    ref: str,
    account_id: str,
    deed: Deed,
    purpose: str,
    concerns: Concerns,
    at_ms: int | None = None,
) -> None:
    """Keep whose data a deed with this leaf is about, in the deed's own transaction."""
    whose = {row.id: row.enterprise_id for row in looks.owners_of(connection, concerns.visitors)}
    named = list(whose.items())
    if concerns.scope is not None:
        place = {
            "enterprise_id": concerns.enterprise_id,
            "venue_id": concerns.venue_id,
            "entrance_id": concerns.entrance_id,
        }
        owners = {*looks.enterprises_at(connection, concerns.scope, **place), *concerns.met}
        named += [("", owner) for owner in sorted(owners - set(whose.values()))]
    # Traces had their purpose in free words once, which may name others: their leaves keep them.
    told = {
        "deed": deed.value,
        "purpose": purpose if purpose in NAMES else "",
        "leaf_ref": ref,
        "account_id": account_id,
    }
    moment = inst.now_ms() if at_ms is None else at_ms
    looks.added(
        connection,
        [
            {
                "id": new_id(), "visitor_id": visitor, "enterprise_id": owner, "at_ms": moment,
                "people": 0 if visitor else concerns.met.get(owner, 0), **told,
            }
            for visitor, owner in named
        ],
    )  # fmt: skip


def met(inst: Installation, visitor_ids: Sequence[str]) -> Mapping[str, int]:
    """How many of these visitors each enterprise registered; who was forgotten meanwhile is not counted."""
    found: Counter[str] = Counter()
    for batch in _batches(visitor_ids):
        rows = inst.ask(partial(looks.owners_of, visitor_ids=batch))
        found.update(row.enterprise_id for row in rows)
    return found


def kept_of_file(
    inst: Installation, ref: str, account_id: str, purpose: str, visitor_ids: Sequence[str]
) -> None:
    """Keep for each of these visitors that they were in a file, whose deed has this leaf."""
    told = {
        "deed": Deed.EXPORT.value, "purpose": purpose, "leaf_ref": ref, "account_id": account_id,
        "at_ms": inst.now_ms(), "of_file": 1,
    }  # fmt: skip

    def work(connection: Connection, batch: Sequence[str]) -> None:
        rows = looks.owners_of(connection, batch)
        each = ({"id": new_id(), "visitor_id": row.id, "enterprise_id": row.enterprise_id} for row in rows)
        looks.added(connection, [{**told, **one} for one in each])

    for batch in _batches(visitor_ids):
        inst.write(partial(work, batch=batch))


def listed(
    inst: Installation, account: Account, *, deed: str = "", login: str = "", before_ms: int | None = None
) -> list[Look]:
    """The newest deeds with data of the account's node and below, at most `SHOWN` + 1."""
    return _found(inst, account, deed, login, before_ms, SHOWN + 1)


def csv(inst: Installation, account: Account, *, deed: str = "", login: str = "") -> bytes:
    """The same as a table, at most 100,000 rows."""
    sheet = io.StringIO()
    writer = csv_lines.writer(sheet)
    writer.writerow(["time_utc", "login", "deed", "deed_zh", "purpose", "people", "enterprise", "leaf"])
    for look in _found(inst, account, deed, login, None, _CSV_MOST):
        named = DEEDS[look.deed]
        cells = [look.login, named.en, named.zh, look.purpose, str(look.people), look.enterprise_name]
        writer.writerow([utc_text(look.at_ms), *map(csv_cell, cells), look.leaf_ref])
    return b"\xef\xbb\xbf" + sheet.getvalue().encode("utf-8")


def own(inst: Installation, visitor_id: str) -> OwnLooks:
    """How often a visitor's data was looked at, and when and what for the last times."""
    deeds = [deed.value for deed in TOLD_TO_PEOPLE]

    def work(connection: Connection) -> OwnLooks:
        rows = looks.of_visitor(connection, visitor_id, deeds, _OWN_SHOWN)
        last = tuple((row.at_ms, Deed(row.deed), row.purpose) for row in rows)
        return OwnLooks(looks.count_of_visitor(connection, visitor_id, deeds), last)

    return inst.read(work)


def _batches(visitor_ids: Sequence[str]) -> Iterator[Sequence[str]]:
    return (visitor_ids[at : at + _AT_ONCE] for at in range(0, len(visitor_ids), _AT_ONCE))


def _found(
    inst: Installation, account: Account, deed: str, login: str, before_ms: int | None, limit: int
) -> list[Look]:
    rights.required(account, Right.SEE_DEEDS)

    def work(connection: Connection) -> list[Look]:
        rows = looks.deeds_in(
            connection,
            account.scope,
            deed=deed,
            login=login.strip().casefold(),
            before_ms=before_ms,
            limit=limit,
        )
        told = _notes(connection, inst, account.scope, rows)
        return [_shown(row, told.get(_note_ref(row), "")) for row in rows]

    return inst.read(work)


def _notes(
    connection: Connection, inst: Installation, scope: Scope, rows: Sequence[Record]
) -> dict[str, str]:
    """The notes of deeds that concern nobody beyond the scope, by the names that they are kept under."""
    beyond = looks.beyond(connection, scope, [row.leaf_ref for row in rows])
    own = [_note_ref(row) for row in rows if row.leaf_ref not in beyond]
    return notes.notes_of(connection, inst, own)


def _note_ref(row: Record) -> str:
    is_disclosure = row.deed == Deed.UNMASK
    return notes.ref_of_disclosure(row.leaf_ref, row.at_ms) if is_disclosure else str(row.leaf_ref)


def _shown(row: Record, note: str) -> Look:
    told = (row.leaf_ref, row.at_ms, row.login or "", Deed(row.deed), row.purpose, row.people)
    return Look(*told, row.enterprise_name, note)
