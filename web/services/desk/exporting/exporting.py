"""Files of entries: ordered with a filter, agreed to by a second person when they name people, withdrawn."""

from __future__ import annotations

from dataclasses import replace

from domain.access import Right
from domain.errors import InputError
from web.db.connecting.connection import Connection
from web.services.access import notes, rights
from web.services.desk.exporting import exporting_jobs
from web.services.desk.exporting.exporting_forms import Form
from web.services.desk.filtering import filters
from web.services.desk.filtering.filters import Filter
from web.services.desk.filtering.filters_times import Period
from web.services.errors import NotFoundError
from web.services.installation import Installation, new_id
from web.services.logs import purposes
from web.services.logs.purposes import Act
from web.services.places.places import DEFAULT_ZONE
from web.store.desk import exports
from web.store.scope import Scope

# Each makes one file at a time; whoever waits, waits for these.
OWN_MOST = 5
KEPT_MS = 86_400_000
PURPOSES = purposes.choices(Act.EXPORT)
ZONE = DEFAULT_ZONE


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


def agree(inst: Installation, scope: Scope, export_id: str, *, account_id: str, yes: bool = True) -> None:
    """Let somebody else's file be made, or not; NotFoundError unless it waits and is in one's scope."""
    row = exporting_jobs.ordered(inst, export_id)
    if not exporting_jobs.may_agree(inst, scope, account_id, row):
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
    exporting_jobs.ordered_by(inst, export_id, account_id)
    # Whatever became of it since: one that was just made is deleted too.
    inst.write(lambda connection: exports.withdrawn(connection, export_id))
    exporting_jobs.cleared(inst, export_id)
