"""Credentials of visitors: entered by staff, declared by the visitor, verified and withdrawn."""

from __future__ import annotations

from domain.credential import APPOINTMENT
from domain.errors import InputError
from web.db.connecting.connection import Connection, Record
from web.services.errors import NotFoundError
from web.services.installation import Installation, new_id
from web.services.people.credential_values import (
    CredentialRow,
    Dated,
    Given,
    Kept,
    Source,
    State,
    checked,
    compared,
    state_of,
)
from web.store.gates import changes
from web.store.people import credentials
from web.store.scope import PROGRAM, Scope
from web.store.visits import visits

DECLARED_MOST = 20


def add(inst: Installation, scope: Scope, account_id: str, visitor_id: str, given: Given) -> None:
    """Enter a credential that staff saw; what the visitor declared alike becomes verified.

    NotFoundError outside the scope; InputError when it is there already.
    """
    dated = checked(given, inst.now_ms())

    def work(connection: Connection) -> None:
        _locked(connection, scope, visitor_id)
        done = keep(connection, inst.now_ms(), visitor_id, dated, Source.STAFF, account_id)
        if done in (Kept.THERE, Kept.OTHER_END):
            raise _there()
        changes.touched(connection, [visitor_id])

    inst.write(work)


def declare(inst: Installation, visitor_id: str, given: Given) -> None:
    """Keep what a visitor says about themselves, unverified; InputError when it cannot be kept."""
    dated = checked(given, inst.now_ms())

    def work(connection: Connection) -> None:
        _locked(connection, PROGRAM, visitor_id)
        if credentials.unseen(connection, visitor_id) >= DECLARED_MOST:
            raise InputError(
                "kind",
                f"{DECLARED_MOST} declarations wait for the staff; more is not possible now.",
                f"已有 {DECLARED_MOST} 项申报等待核验，暂不能再申报。",
            )
        if credentials.same(connection, visitor_id, dated.kind, dated.since_ms) is not None:
            raise _there()
        _added(connection, inst.now_ms(), visitor_id, dated, Source.SELF, "", verified=False)
        changes.touched(connection, [visitor_id])

    inst.write(work)


def verify(inst: Installation, scope: Scope, account_id: str, visitor_id: str, credential_id: str) -> None:
    """Vouch for what a visitor declared; NotFoundError outside the scope and for one that is withdrawn.

    The declaration ends and a verified one takes its place, so that a replay still finds what was known.
    """

    def work(connection: Connection) -> None:
        row = _one(connection, scope, visitor_id, credential_id)
        if not row.verified:
            _vouched(connection, inst.now_ms(), row, Source(row.source), account_id)
            changes.touched(connection, [visitor_id])

    inst.write(work)


def withdraw(inst: Installation, scope: Scope, visitor_id: str, credential_id: str) -> None:
    """End a credential that was wrong; it stays to be seen. NotFoundError as in `verify`.

    With an appointment ends the visit that it came from.
    """

    def work(connection: Connection) -> None:
        row = _one(connection, scope, visitor_id, credential_id)
        if row.kind == APPOINTMENT:
            visits.withdrawn(connection, visits.of_credential(connection, row.id), inst.now_ms())
        credentials.withdrawn(connection, row.id, inst.now_ms())
        changes.touched(connection, [visitor_id])

    inst.write(work)


def withdraw_own(inst: Installation, visitor_id: str, credential_id: str) -> None:
    """Take back one's own declaration as long as no staff saw it; NotFoundError for any other."""

    def work(connection: Connection) -> None:
        row = _one(connection, PROGRAM, visitor_id, credential_id)
        if row.verified or row.source != Source.SELF:
            raise NotFoundError
        credentials.withdrawn(connection, row.id, inst.now_ms())
        changes.touched(connection, [visitor_id])

    inst.write(work)


def listed(inst: Installation, scope: Scope, visitor_id: str) -> list[CredentialRow]:
    """A visitor's credentials, newest first; a declaration that was verified is shown once."""
    rows = inst.ask(lambda connection: credentials.rows(connection, scope, visitor_id))
    vouched = {(row.kind, row.since_ms, row.created_ms) for row in rows if row.verified}
    return [
        CredentialRow(
            row.id,
            row.kind,
            row.since_ms,
            row.until_ms,
            state_of(row, inst.now_ms()),
            row.source,
            row.created_ms,
        )
        for row in rows
        if row.verified or (row.kind, row.since_ms, row.withdrawn_ms) not in vouched
    ]


def own(inst: Installation, visitor_id: str) -> list[CredentialRow]:
    """What a visitor sees of their own credentials: all but those they took back or staff withdrew."""
    return [row for row in listed(inst, PROGRAM, visitor_id) if row.state is not State.WITHDRAWN]


def keep(
    connection: Connection, now_ms: int, visitor_id: str, dated: Dated, source: Source, account_id: str
) -> Kept:
    """Keep a credential that somebody vouches for, once; whoever calls holds the visitor's lock."""
    there = credentials.same(connection, visitor_id, dated.kind, dated.since_ms)
    done = compared(there, dated)
    if done is Kept.VERIFIED and there is not None:
        _vouched(connection, now_ms, there, source, account_id)
    if done is Kept.ADDED:
        _added(connection, now_ms, visitor_id, dated, source, account_id, verified=True)
    return done


def _vouched(connection: Connection, now_ms: int, row: Record, source: Source, account_id: str) -> None:
    credentials.withdrawn(connection, row.id, now_ms)
    dated = Dated(row.kind, row.since_ms, row.until_ms)
    _added(connection, now_ms, row.visitor_id, dated, source, account_id, verified=True)


def _added(
    connection: Connection,
    now_ms: int,
    visitor_id: str,
    dated: Dated,
    source: Source,
    account_id: str,
    *,
    verified: bool,
) -> None:
    credentials.added(
        connection,
        id=new_id(),
        visitor_id=visitor_id,
        kind=dated.kind,
        since_ms=dated.since_ms,
        until_ms=dated.until_ms,
        verified=int(verified),
        source=source.value,
        account_id=account_id,
        created_ms=now_ms,
    )


def _locked(connection: Connection, scope: Scope, visitor_id: str) -> None:
    if not credentials.visitors_locked(connection, scope, [visitor_id]):
        raise NotFoundError


def _one(connection: Connection, scope: Scope, visitor_id: str, credential_id: str) -> Record:
    _locked(connection, scope, visitor_id)
    row = credentials.row(connection, visitor_id, credential_id)
    if row is None:
        raise NotFoundError
    return row


def _there() -> InputError:
    return InputError(
        "kind",
        "This is there already, with the same beginning. Withdraw that one first if it is wrong.",
        "已有相同种类和起始时间的凭证；如有误，请先作废原有的。",
    )
