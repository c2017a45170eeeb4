"""Tokens for programs: bound to a grant, to named rights and in time; the secret is shown once."""

from __future__ import annotations

import base64
import re
import secrets
import zlib
from collections.abc import Sequence
from dataclasses import dataclass

from domain.access import RIGHTS, Right, Role
from domain.errors import InputError
from domain.visitor import cleaned
from web.db.connecting.connection import Connection, Record
from web.services import accounts
from web.services.accounts import Account
from web.services.errors import NotFoundError
from web.services.installation import Installation, new_id
from web.store.connecting import tokens
from web.store.sealing import token_hash

# What secret scanners look for: they can tell a token from other text by its checksum.
PREFIX = "cp_"
PATTERN = re.compile(r"cp_[a-z2-7]{45}")
DAYS_MOST = 365
TOKENS_MOST = 50
_SECRET_BYTES = 24
_DAY_MS = 86_400_000
_NOTED_EVERY_MS = 60_000


@dataclass(frozen=True, slots=True)
class Created:
    """A new token with its secret, which nobody can show again."""

    token_id: str
    secret: str
    expires_ms: int


@dataclass(frozen=True, slots=True)
class Token:
    """A token as its owner sees it; `is_over` when it expired or its role ended."""

    id: str
    name: str
    role: Role
    scopes: tuple[Right, ...]
    created_ms: int
    expires_ms: int
    used_ms: int | None
    is_over: bool


@dataclass(frozen=True, slots=True)
class Caller:
    """Who calls with a token: the account in the role it was made in, and what of that it may use."""

    token_id: str
    account: Account
    scopes: frozenset[Right]

    def may(self, right: Right) -> bool:
        """Whether both the role and the token's scopes have a right."""
        return right in self.scopes and self.account.may(right)


def grantable(role: Role) -> tuple[Right, ...]:
    """The rights that a token of a role can have: one's own account is for oneself."""
    return tuple(right for right in Right if right in RIGHTS[role] and right is not Right.OWN_ACCOUNT)


def create(inst: Installation, account: Account, name: str, scopes: Sequence[str], days: int) -> Created:
    """A new token for the role that the account acts in; InputError names the bad field."""
    named = cleaned(name, "name", 100)
    wanted = _checked_scopes(account, scopes)
    if not 1 <= days <= DAYS_MOST:
        raise InputError("days", f"Give 1 to {DAYS_MOST} days.", f"请填 1 至 {DAYS_MOST} 天。")
    secret, identity, now_ms = new_secret(), new_id(), inst.now_ms()
    expires_ms = now_ms + days * _DAY_MS

    def work(connection: Connection) -> None:
        if tokens.count(connection, account.id, now_ms) >= TOKENS_MOST:
            raise InputError(
                "name",
                f"You have {TOKENS_MOST} tokens already. Revoke one that is not needed.",
                f"您已有 {TOKENS_MOST} 个令牌，请先撤销不用的。",
            )
        tokens.added(
            connection,
            id=identity,
            account_id=account.id,
            grant_id=account.grant_id,
            name=named,
            secret_hash=token_hash(secret),
            scopes=" ".join(wanted),
            created_ms=now_ms,
            expires_ms=expires_ms,
        )

    inst.write(work)
    return Created(identity, secret, expires_ms)


def listed(inst: Installation, account_id: str) -> list[Token]:
    """The account's tokens that were not revoked, the newest first."""
    now_ms = inst.now_ms()
    rows = inst.ask(lambda connection: tokens.of_account(connection, account_id))
    return [_shown(row, now_ms) for row in rows]


def revoke(inst: Installation, account_id: str, token_id: str) -> None:
    """End one of the account's tokens; NotFoundError when it has no such token."""
    if not inst.write(lambda connection: tokens.revoked(connection, account_id, token_id, inst.now_ms())):
        raise NotFoundError


def caller(inst: Installation, secret: str) -> Caller | None:
    """Who calls with this secret; None when the token, its grant or its account is over or unknown."""
    if not is_whole(secret):
        return None
    now_ms = inst.now_ms()
    row = inst.ask(lambda connection: tokens.by_secret(connection, token_hash(secret), now_ms))
    account = accounts.account(inst, row.account_id, row.grant_id) if row is not None else None
    if row is None or account is None:
        return None
    if row.used_ms is None or now_ms - row.used_ms > _NOTED_EVERY_MS:
        inst.write(lambda connection: tokens.used(connection, row.id, now_ms, now_ms - _NOTED_EVERY_MS))
    return Caller(row.id, account, frozenset(_scopes_of(row)))


def new_secret() -> str:
    """A secret nobody has: the prefix, 192 random bits and their CRC-32, in base32."""
    random = secrets.token_bytes(_SECRET_BYTES)
    return PREFIX + _text(random + zlib.crc32(random).to_bytes(4, "big"))


def is_whole(secret: str) -> bool:
    """Whether this can be a secret: its form and checksum are right. Says nothing about its being good."""
    if not PATTERN.fullmatch(secret):
        return False
    body = secret.removeprefix(PREFIX)
    raw = base64.b32decode(body.upper() + "=" * (-len(body) % 8))
    return zlib.crc32(raw[:-4]).to_bytes(4, "big") == raw[-4:] and _text(raw) == body


def _text(raw: bytes) -> str:
    return base64.b32encode(raw).decode("ascii").rstrip("=").lower()


def _checked_scopes(account: Account, scopes: Sequence[str]) -> list[str]:
    known = [right.value for right in grantable(account.role)]
    if not scopes or set(scopes) - set(known):
        raise InputError(
            "scopes",
            "Choose at least one of the rights that your role has.",
            "请至少选择一项本角色拥有的权限。",
        )
    return [value for value in known if value in set(scopes)]


def _scopes_of(row: Record) -> tuple[Right, ...]:
    named = set(row.scopes.split())
    return tuple(right for right in Right if right.value in named)


def _shown(row: Record, now_ms: int) -> Token:
    ended = row.ended_ms is not None or (row.until_ms is not None and row.until_ms <= now_ms)
    return Token(
        row.id,
        row.name,
        Role(row.role),
        _scopes_of(row),
        row.created_ms,
        row.expires_ms,
        row.used_ms,
        ended or row.expires_ms <= now_ms,
    )
