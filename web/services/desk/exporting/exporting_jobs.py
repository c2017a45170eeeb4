"""Orders of files as they are shown: own ones, those that wait for one's agreement, where a file lies."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from domain.access import Right
from web.db.connecting.connection import Connection, Record
from web.services import accounts
from web.services.access import notes
from web.services.errors import NotFoundError
from web.services.installation import Installation
from web.services.operations import shelf
from web.store.access import accounts as account_store
from web.store.desk import exports, filtering_places
from web.store.scope import Scope


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


def jobs(inst: Installation, scope: Scope, *, account_id: str) -> tuple[list[Job], list[Job]]:
    """An account's own orders, the newest first, and those of others that wait for its agreement."""

    def work(connection: Connection) -> tuple[list[Record], list[Record]]:
        own = exports.of_account(connection, account_id)
        return list(own), list(exports.in_state(connection, exports.WAITING))

    own, waiting = inst.read(work)
    others = [row for row in waiting if may_agree(inst, scope, account_id, row)]
    shown = _shown(inst, [*own, *others])
    return shown[: len(own)], shown[len(own) :]


def job(inst: Installation, scope: Scope, export_id: str, *, account_id: str) -> Job:
    """An order of this account, or one that waits for its agreement; NotFoundError for any other."""
    row = ordered(inst, export_id)
    if row.account_id != account_id and not may_agree(inst, scope, account_id, row):
        raise NotFoundError
    return _shown(inst, [row])[0]


def result(inst: Installation, export_id: str, *, account_id: str) -> tuple[Path, Path, Job]:
    """Where the file and its manifest lie; NotFoundError while there is none, or the role is over."""
    row = ordered_by(inst, export_id, account_id)
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
    return file, manifest, _shown(inst, [row])[0]


def ordered(inst: Installation, export_id: str) -> Record:
    """The order with this id; NotFoundError when there is none."""
    row = inst.ask(lambda connection: exports.row(connection, export_id))
    if row is None:
        raise NotFoundError
    return row


def ordered_by(inst: Installation, export_id: str, account_id: str) -> Record:
    """The order with this id that this account made; NotFoundError for any other."""
    row = ordered(inst, export_id)
    if row.account_id != account_id:
        raise NotFoundError
    return row


def may_agree(inst: Installation, scope: Scope, account_id: str, row: Record) -> bool:
    """Whether an order waits for somebody who sees what its owner sees, and this account is not its owner."""
    if row.state != exports.WAITING or row.account_id == account_id:
        return False
    owner = accounts.account(inst, row.account_id, row.grant_id)
    return owner is not None and covers(inst, scope, owner.scope)


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


def on_shelf(export_id: str, part: str = "result") -> str:
    """Under which name every machine finds a file of an order: its "result" or its "manifest"."""
    return f"export {export_id} {part}"


def folder(inst: Installation, export_id: str) -> Path:
    """The folder of an order's file."""
    return inst.settings.home / "export-jobs" / export_id


def cleared(inst: Installation, export_id: str) -> None:
    """Delete the files of an order, here and where every machine finds them."""
    for part in ("result", "manifest"):
        shelf.drop(inst, on_shelf(export_id, part))
    shutil.rmtree(folder(inst, export_id), ignore_errors=True)


def note_of(inst: Installation, export_id: str) -> str:
    """What was noted beside the purpose of an order, until it is forgotten; "" for nothing."""
    return inst.ask(lambda connection: notes.notes_of(connection, inst, [export_id])).get(export_id, "")


def login(inst: Installation, account_id: str) -> str:
    """Under which name an account signs in; "" for none."""
    names = inst.ask(lambda connection: account_store.logins(connection, [account_id] if account_id else []))
    return names.get(account_id, "")


def _shown(inst: Installation, rows: Sequence[Record]) -> list[Job]:
    def work(connection: Connection) -> tuple[dict[str, str], dict[str, str]]:
        people = sorted({one for row in rows for one in (row.account_id, row.agreed_by) if one})
        logins = account_store.logins(connection, people)
        return logins, notes.notes_of(connection, inst, [row.id for row in rows])

    logins, noted = inst.read(work)
    return [
        Job(
            id=row.id,
            account_id=row.account_id,
            made_by=logins.get(row.account_id, ""),
            agreed_by=logins.get(row.agreed_by, ""),
            query=row.query,
            form=row.form,
            unmasked=bool(row.unmasked),
            purpose=row.purpose,
            state=row.state,
            done=row.row_count,
            total=row.row_total,
            size=row.file_bytes,
            sha256=row.sha256,
            trouble=row.trouble,
            made_ms=row.made_ms,
            plan_id=row.plan_id,
            note=noted.get(row.id, ""),
        )
        for row in rows
    ]
