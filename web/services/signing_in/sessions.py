"""Sessions of signed-in browsers: a random secret with the browser, its hash and everything else here."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from domain.access import SECOND_FACTOR, Role
from web.db.connecting.connection import Connection, Record
from web.services.accounts import Account
from web.services.installation import Installation, new_id, new_token
from web.store.access import accounts, sessions
from web.store.scope import Scope
from web.store.sealing import token_hash

# ASVS 5.0 7.3.1 and 7.3.2: both limits, and how long somebody may stop half-way.
IDLE_MS = 2 * 3_600_000
ABSOLUTE_MS = 12 * 3_600_000
HALFWAY_MS = 15 * 60_000
_TOUCH_MS = 60_000


class Way(StrEnum):
    """How somebody signed in. Values are stored: never rename, only add."""

    TYPED = "password"
    PROVIDER = "oidc"


class Missing(StrEnum):
    """What somebody still has to do before anything is shown to them."""

    NOTHING = ""
    CODE = "code"
    SET_UP = "set_up"


@dataclass(frozen=True, slots=True)
class Session:
    """A browser that is signed in, or half-way there; times are Unix milliseconds."""

    id: str
    account: Account
    way: Way
    browser: str
    began_ms: int
    used_ms: int
    missing: Missing
    has_second_factor: bool


@dataclass(frozen=True, slots=True)
class Listed:
    """A session as its owner sees it in a list."""

    id: str
    way: Way
    browser: str
    began_ms: int
    used_ms: int


def begin(
    inst: Installation, account: Account, way: Way, browser: str, *, second_factor: bool = False
) -> str:
    """The secret of a new session in the role the account acts in; nothing of one before survives (W4)."""
    secret, now = new_token(), inst.now_ms()
    inst.write(
        lambda connection: sessions.added(
            connection,
            id=new_id(),
            secret_hash=token_hash(secret),
            account_id=account.id,
            grant_id=account.grant_id,
            way=way.value,
            second_factor=int(second_factor),
            browser=browser,
            began_ms=now,
            used_ms=now,
        )
    )
    return secret


def current(inst: Installation, secret: str) -> Session | None:
    """The session of a secret: one indexed read, and at most once a minute a note that it was used.

    None when it has ended or run out, when the account is disabled, or its role over.
    """
    now = inst.now_ms()
    row = inst.ask(lambda connection: sessions.by_secret(connection, token_hash(secret), now))
    if row is None or now - row.began_ms > ABSOLUTE_MS:
        return None
    missing = _missing(row)
    if now - row.used_ms > (HALFWAY_MS if missing else IDLE_MS):
        return None
    if now - row.used_ms > _TOUCH_MS:
        inst.write(lambda connection: sessions.touched(connection, row.id, now))
    return Session(
        row.id,
        _account(row),
        Way(row.way),
        row.browser,
        row.began_ms,
        row.used_ms,
        missing,
        bool(row.second_factor),
    )


def completed(inst: Installation, session: Session) -> str | None:
    """The new secret of a session in which a second factor was shown; None when it has ended (W4)."""
    return _renewed(inst, session.id, second_factor=1)


def acting(inst: Installation, session: Session, grant_id: str) -> str | None:
    """The new secret of a session that acts in another role of its account from now on.

    None when the account does not hold it now, or the session has ended.
    """

    def holds(connection: Connection) -> bool:
        held = accounts.grants_in_force(connection, session.account.id, inst.now_ms())
        return any(grant.id == grant_id for grant in held)

    return _renewed(inst, session.id, holds, grant_id=grant_id)


def listed(inst: Installation, account_id: str) -> Sequence[Listed]:
    """The sessions of an account that go on, the last used first."""
    going_on = sessions.not_over(inst.now_ms(), IDLE_MS, ABSOLUTE_MS)
    rows = inst.ask(lambda connection: sessions.of_account(connection, account_id, going_on))
    return [Listed(row.id, Way(row.way), row.browser, row.began_ms, row.used_ms) for row in rows]


def end(inst: Installation, account_id: str, session_id: str) -> bool:
    """End one session of an account; False when it has none such that goes on."""
    now = inst.now_ms()
    return inst.write(lambda connection: sessions.ended(connection, account_id, session_id, now))


def end_all(inst: Installation, account_id: str, *, but: str = "") -> int:
    """End every session of an account, but for the one named; how many that were."""
    now = inst.now_ms()
    return inst.write(lambda connection: sessions.ended_of(connection, account_id, now, but=but))


def forget_old(inst: Installation) -> int:
    """Delete sessions that are over; how many that were."""
    now = inst.now_ms()
    return inst.write(lambda connection: sessions.forgotten(connection, now, IDLE_MS, ABSOLUTE_MS))


def _renewed(
    inst: Installation,
    session_id: str,
    may: Callable[[Connection], bool] = lambda _connection: True,
    **values: object,
) -> str | None:
    secret, now = new_token(), inst.now_ms()

    def work(connection: Connection) -> bool:
        given = {**values, "used_ms": now}
        return may(connection) and sessions.renewed(connection, session_id, token_hash(secret), **given)

    return secret if inst.write(work) else None


def _missing(row: Record) -> Missing:
    if row.second_factor:
        return Missing.NOTHING
    if row.totp_ms is not None:
        return Missing.CODE
    return Missing.SET_UP if Role(row.role) in SECOND_FACTOR else Missing.NOTHING


def _account(row: Record) -> Account:
    scope = Scope(area_path=row.area_path, enterprise_id=row.enterprise_id or "")
    return Account(row.account_id, row.login, Role(row.role), scope, row.grant_id, row.liaison_id)
