"""The host of a visit: whom the visitor comes to see; sealed, found by a keyed digest, masked in lists."""

from __future__ import annotations

from domain.visitor import cleaned, masked_name
from web.store.sealing import FieldCipher

_NAME_MOST = 60


def checked_host(typed: str) -> str:
    """A host's name in normal form; InputError names `host`."""
    return cleaned(typed, "host", _NAME_MOST)


def columns(cipher: FieldCipher, table: str, identity: str, host: str) -> dict[str, bytes]:
    """The columns that keep a host's name in a row of `table`, `visits` or `invitations`."""
    return {
        "host_sealed": cipher.sealed(host.encode(), _place(table, identity)),
        "host_digest": digest(cipher, host),
    }


def digest(cipher: FieldCipher, host: str) -> bytes:
    """What a host's name is asked for by."""
    return cipher.digest("host", host)


def opened(cipher: FieldCipher, table: str, identity: str, sealed: bytes) -> str:
    """The host's name in clear."""
    return cipher.opened(sealed, _place(table, identity)).decode()


def masked(cipher: FieldCipher, table: str, identity: str, sealed: bytes) -> str:
    """The host's name as lists show it."""
    return masked_name(opened(cipher, table, identity, sealed))


def _place(table: str, identity: str) -> str:
    return f"{table}|host|{identity}"
