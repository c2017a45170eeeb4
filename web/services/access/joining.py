"""What a link for staff leads to: an account with a password, or one that an OpenID provider answers for."""

from __future__ import annotations

from domain.access import Role
from domain.errors import InputError
from domain.visitor import cleaned
from web.db.connecting.connection import Connection
from web.services.access import granting, inviting
from web.services.access.granting import Checked
from web.services.access.inviting import Invitation
from web.services.accounts import normal_login
from web.services.errors import GoneError
from web.services.installation import Installation, new_id
from web.services.signing_in import passwords, provider
from web.services.signing_in.provider import Identity
from web.store.access import accounts, identities, second_factors, sessions, staff_invitations
from web.store.scope import Scope


def shown(inst: Installation, secret: str) -> Invitation:
    """What a link is for; GoneError when it is over, or never was."""
    return inst.read(lambda connection: inviting.open_one(connection, inst, secret))


def accept(inst: Installation, secret: str, login: str, password: str) -> str:
    """The id of the account that a link makes, or lets back in under its own login; once.

    InputError names the bad field, GoneError when the link is over.
    """
    known = shown(inst, secret)
    name = known.login or normal_login(cleaned(login, "login"))
    hashed = passwords.hashed(passwords.acceptable(password, "password", name), inst.settings.password_cost)

    def work(connection: Connection) -> str:
        invitation = _used(connection, inst, secret)
        if invitation.account_id:
            _renewed(connection, inst, invitation, hashed)
            return invitation.account_id
        return _joined(connection, inst, invitation, _new(connection, inst, name, hashed), secret)

    return inst.write(work)


def accept_as(inst: Installation, secret: str, identity: Identity, login: str = "") -> str:
    """The id of the account that a link gives to whoever an OpenID provider says somebody is; once.

    Whoever has an account already gets the role in it. A new account, and one that is let back in, has no
    password from then on. InputError names the bad field, GoneError when the link is over.
    """

    def work(connection: Connection) -> str:
        invitation = _used(connection, inst, secret)
        owner = identities.account_of(connection, identity.issuer, identity.subject)
        if invitation.account_id:
            _renewed(connection, inst, invitation, "")
            provider.connected(connection, inst, invitation.account_id, identity)
            return invitation.account_id
        if owner is None:
            owner = _new(connection, inst, normal_login(cleaned(login, "login")), "")
            provider.connected(connection, inst, owner, identity)
        return _joined(connection, inst, invitation, owner, secret)

    return inst.write(work)


def login_of(inst: Installation, identity: Identity) -> str:
    """Under which login somebody whom the provider answers for is known here; "" for nobody."""

    def work(connection: Connection) -> str:
        owner = identities.account_of(connection, identity.issuer, identity.subject)
        row = accounts.by_id(connection, owner) if owner is not None else None
        return row.login if row is not None else ""

    return inst.read(work)


def _used(connection: Connection, inst: Installation, secret: str) -> Invitation:
    invitation = inviting.open_one(connection, inst, secret)
    if not staff_invitations.used(connection, invitation.id, inst.now_ms()):
        raise GoneError(inviting.OVER)
    return invitation


def _new(connection: Connection, inst: Installation, login: str, hashed: str) -> str:
    if accounts.by_login(connection, login) is not None:
        raise InputError("login", "This name is taken. Choose another.", "该用户名已被使用，请换一个。")
    identity, now_ms = new_id(), inst.now_ms()
    values = {"id": identity, "login": login, "password_hash": hashed}
    accounts.added(connection, **values, created_ms=now_ms)
    return identity


def _joined(
    connection: Connection, inst: Installation, invitation: Invitation, account_id: str, secret: str
) -> str:
    account = accounts.by_id(connection, account_id)
    if account is None or account.disabled_ms is not None:
        raise InputError(
            "provider",
            "Your account here is disabled. Ask whoever looks after accounts.",
            "您在本系统的账号已停用，请联系账号管理人员。",
        )
    row = staff_invitations.by_token(connection, inviting.hashed(secret))
    assert row is not None
    node = Scope(row.area_path, row.enterprise_id or "")
    from_ms = max(inst.now_ms(), row.grant_from_ms)
    given = Checked(Role(row.role), node, from_ms, row.grant_until_ms)
    granting.added(connection, inst, row.invited_by, account_id, given, new_id())
    told = {"invitation": invitation.id, "account": account_id}
    granting.tell(connection, inst, account_id, "joined", told)
    return account_id


def _renewed(connection: Connection, inst: Installation, invitation: Invitation, hashed: str) -> None:
    accounts.set_password(connection, invitation.account_id, hashed)
    # Whoever had the account in hand may have connected a sign-in of their own.
    identities.all_removed(connection, invitation.account_id)
    second_factors.removed(connection, invitation.account_id)
    second_factors.codes_removed(connection, invitation.account_id)
    sessions.ended_of(connection, invitation.account_id, inst.now_ms())
    told = {"invitation": invitation.id, "account": invitation.account_id}
    granting.tell(connection, inst, invitation.account_id, "back", told)
