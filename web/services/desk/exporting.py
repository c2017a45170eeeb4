"""Files of entries: ordered with a filter, agreed to by a second person when they name people, fetched."""

from __future__ import annotations

import shutil
from dataclasses import dataclass, replace
from pathlib import Path

from domain.access import Right
from domain.errors import InputError
from web.db.connection import Connection, Record
from web.services import accounts
from web.services.access import notes, rights
from web.services.desk import filters
from web.services.desk.exporting_forms import Form
from web.services.desk.filters import Filter
from web.services.desk.filters_times import Period
from web.services.errors import NotFoundError
from web.services.installation import Installation, new_id
from web.services.logs import purposes
from web.services.logs.purposes import Act
from web.services.operations import shelf
from web.services.places.places import DEFAULT_ZONE
from web.store import accounts as account_store
from web.store import exports, filtering_places
from web.store.scope import Scope

# Each makes one file at a time; whoever waits, waits for these.
OWN_MOST = 5
KEPT_MS = 86_400_000
PURPOSES = purposes.choices(Act.EXPORT)


@dataclass(frozen=True, slots=True)
class Job:
    """An order as its page shows it; `total` is 0 until it is known. Names are logins."""

    id: str
    account_id: str
    made_by: str
    agreed_by: str
    query: str
    form: str
    unmasked: bool
    purpose: str
    state: str
    done: int
    total: int
    size: int
    sha256: str
    trouble: str
    made_ms: int
    plan_id: str
    note: str

    @property
    def name(self) -> str:
        """What its file is called."""
        return f"entries-{self.id[:6]}.{self.form}"

    @property
    def stage(self) -> str:
        """What happens with it now: its state, and "counting" until it is known how many rows there are."""
        return "counting" if self.state == exports.MAKING and not self.total else self.state

    @property
    def is_over(self) -> bool:
        """Whether nothing happens with it any more."""
        return self.state not in (exports.WAITING, exports.MAKING)


def order(
    inst: Installation,
    scope: Scope,
    wanted: Filter,
    *,
    account_id: str,
    form: str,
    unmasked: bool = False,
    purpose: str = "",
    note: str = "",
) -> str:
    """The id of a new order; one that names people waits for a second person. InputError names a field."""
    filters.expect_visible(inst, scope, wanted)
    if form not in set(Form):
        raise InputError("form", "Choose CSV, XLSX or JSON Lines.", "请选择 CSV、XLSX 或 JSON Lines。")
    if unmasked or purpose or note:
        purposes.checked(Act.EXPORT, purpose)
    noted, identity = purposes.checked_note(note), new_id()
    # "Today" is the day on which it was ordered, whenever it is made, and whoever reads what it covers.
    settled = replace(wanted, period=Period.OWN)

    def work(connection: Connection) -> None:
        grant_id = rights.held(connection, inst, scope, account_id, Right.EXPORT)
        if unmasked:
            rights.held(connection, inst, scope, account_id, Right.UNMASK)
        if exports.unfinished(connection, account_id) >= OWN_MOST:
            raise InputError(
                "form",
                f"{OWN_MOST} of your files are not made yet; order more when they are.",
                f"您已有 {OWN_MOST} 个文件尚未完成，请稍后再导出。",
            )
        exports.added(
            connection,
            id=identity,
            account_id=account_id,
            grant_id=grant_id,
            query=filters.as_query(settled),
            form=form,
            unmasked=int(unmasked),
            purpose=purpose,
            state=exports.WAITING if unmasked else exports.MAKING,
            made_ms=inst.now_ms(),
        )
        if noted:
            notes.committed(connection, inst, identity, purposes.joined("", noted), inst.now_ms())

    inst.write(work)
    return identity


def jobs(inst: Installation, scope: Scope, *, account_id: str) -> tuple[list[Job], list[Job]]:
    """An account's own orders, the newest first, and those of others that wait for its agreement."""

    def work(connection: Connection) -> tuple[list[Record], list[Record]]:
        own = exports.of_account(connection, account_id)
        return list(own), list(exports.in_state(connection, exports.WAITING))

    own, waiting = inst.read(work)
    others = [row for row in waiting if _may_agree(inst, scope, account_id, row)]
    return [_shown(inst, row) for row in own], [_shown(inst, row) for row in others]


def job(inst: Installation, scope: Scope, export_id: str, *, account_id: str) -> Job:
    """An order of this account, or one that waits for its agreement; NotFoundError for any other."""
    row = _row(inst, export_id)
    if row.account_id != account_id and not _may_agree(inst, scope, account_id, row):
        raise NotFoundError
    return _shown(inst, row)


def agree(inst: Installation, scope: Scope, export_id: str, *, account_id: str, yes: bool = True) -> None:
    """Let somebody else's file be made, or not; NotFoundError unless it waits and is in one's scope."""
    row = _row(inst, export_id)
    if not _may_agree(inst, scope, account_id, row):
        raise NotFoundError
    state = exports.MAKING if yes else exports.WITHDRAWN
    values = {"state": state, "agreed_by": account_id if yes else ""}

    def work(connection: Connection) -> None:
        for right in (Right.EXPORT, Right.UNMASK):
            rights.held(connection, inst, scope, account_id, right)
        if not exports.changed(connection, export_id, exports.WAITING, **values):
            raise NotFoundError

    inst.write(work)


def withdraw(inst: Installation, export_id: str, *, account_id: str) -> None:
    """Stop an order of this account, and delete its file if there is one."""
    row = _own(inst, export_id, account_id)
    inst.write(lambda c: exports.changed(c, export_id, row.state, state=exports.WITHDRAWN))
    for part in ("result", "manifest"):
        shelf.drop(inst, on_shelf(export_id, part))
    shutil.rmtree(folder(inst, export_id), ignore_errors=True)


def result(inst: Installation, export_id: str, *, account_id: str) -> tuple[Path, Path, Job]:
    """Where the file and its manifest lie; NotFoundError while there is none, or the role is over."""
    row = _own(inst, export_id, account_id)
    owner = accounts.account(inst, account_id, row.grant_id)
    if owner is None or not owner.may(Right.EXPORT):
        raise NotFoundError
    here = folder(inst, export_id)
    file, manifest = here / "result", here / "manifest.json"
    if row.state != exports.READY:
        raise NotFoundError
    files = ((file, on_shelf(export_id)), (manifest, on_shelf(export_id, "manifest")))
    if not all(shelf.is_here(inst, owner, path) for path, owner in files):
        raise NotFoundError
    return file, manifest, _shown(inst, row)


def on_shelf(export_id: str, part: str = "result") -> str:
    """Under which name every machine finds a file of an order: its "result" or its "manifest"."""
    return f"export {export_id} {part}"


def folder(inst: Installation, export_id: str) -> Path:
    """The folder of an order's file."""
    return inst.settings.home / "export-jobs" / export_id


def covers(inst: Installation, scope: Scope, other: Scope) -> bool:
    """Whether a scope sees everything that another sees."""
    if scope.everything or scope == other:
        return scope != Scope()
    if scope.area_path and other.area_path:
        return other.area_path.startswith(scope.area_path)
    if not (scope.area_path and other.enterprise_id):
        return False
    asked = {"area_id": "", "venue_id": "", "entrance_id": "", "kiosk_id": ""}
    return inst.ask(
        lambda c: filtering_places.named(c, scope, enterprise_id=other.enterprise_id, **asked) is not None
    )


def _may_agree(inst: Installation, scope: Scope, account_id: str, row: Record) -> bool:
    if row.state != exports.WAITING or row.account_id == account_id:
        return False
    owner = accounts.account(inst, row.account_id, row.grant_id)
    return owner is not None and covers(inst, scope, owner.scope)


def _own(inst: Installation, export_id: str, account_id: str) -> Record:
    row = _row(inst, export_id)
    if row.account_id != account_id:
        raise NotFoundError
    return row


def _row(inst: Installation, export_id: str) -> Record:
    row = inst.ask(lambda connection: exports.row(connection, export_id))
    if row is None:
        raise NotFoundError
    return row


def _shown(inst: Installation, row: Record) -> Job:
    return Job(
        row.id,
        row.account_id,
        login(inst, row.account_id),
        login(inst, row.agreed_by),
        row.query,
        row.form,
        bool(row.unmasked),
        row.purpose,
        row.state,
        row.row_count,
        row.row_total,
        row.file_bytes,
        row.sha256,
        row.trouble,
        row.made_ms,
        row.plan_id,
        note_of(inst, row.id),
    )


def note_of(inst: Installation, export_id: str) -> str:
    """What was noted beside the purpose of an order, until it is forgotten; "" for nothing."""
    return inst.ask(lambda connection: notes.notes_of(connection, inst, [export_id])).get(export_id, "")


def login(inst: Installation, account_id: str) -> str:
    """Under which name an account signs in; "" for none."""
    names = inst.ask(lambda connection: account_store.logins(connection, [account_id] if account_id else []))
    return names.get(account_id, "")


ZONE = DEFAULT_ZONE
