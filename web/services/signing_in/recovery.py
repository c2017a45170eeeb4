"""Recovery codes: ten ways in for somebody without their phone, each of which works once."""

from __future__ import annotations

import secrets
import unicodedata
from collections.abc import Sequence

from web.db.connecting.connection import Connection
from web.services.installation import Installation, new_id
from web.store.access import second_factors
from web.store.sealing import token_hash

_CODES = 10
_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"
_GROUPS, _GROUP = 6, 4


def renewed(connection: Connection, account_id: str, now_ms: int) -> Sequence[str]:
    """Ten new codes in place of whatever there was; only their hashes are kept.

    119 bits each: enough that a plain hash keeps them (ASVS 5.0 6.5.2), whoever has the database.
    """
    second_factors.codes_removed(connection, account_id)
    codes = [_code() for _ in range(_CODES)]
    for code in codes:
        kept = {"id": new_id(), "account_id": account_id, "code_hash": _hash(account_id, code)}
        second_factors.code_added(connection, **kept, created_ms=now_ms)
    return codes


def used(inst: Installation, account_id: str, typed: str) -> bool:
    """Whether this is an unused code of the account, which is used up by this."""
    code_hash, now = _hash(account_id, typed), inst.now_ms()
    return inst.write(lambda connection: second_factors.code_taken(connection, account_id, code_hash, now))


def left(inst: Installation, account_id: str) -> int:
    """How many codes of an account still work."""
    return inst.ask(lambda connection: second_factors.codes_left(connection, account_id))


def _code() -> str:
    return "-".join("".join(secrets.choice(_ALPHABET) for _ in range(_GROUP)) for _ in range(_GROUPS))


def _hash(account_id: str, typed: str) -> bytes:
    """Of the symbols alone: in any case, with or without the hyphens."""
    normal = unicodedata.normalize("NFKC", typed).casefold()
    symbols = "".join(symbol for symbol in normal if symbol in _ALPHABET)
    return token_hash(f"{account_id} {symbols}")
