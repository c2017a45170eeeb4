"""Shows a gate where one of its own entries stands in the log, so that it can check it by itself."""

from __future__ import annotations

import secrets
from collections.abc import Mapping

from domain import sealed_entry
from domain.entry import Entry
from domain.entry_bytes import entry_bytes
from domain.entry_wire import entry_from_json
from domain.errors import InputError
from domain.spot_check import ShownLeaf
from web.db.connecting.connection import Connection, Record
from web.services.gates.gate import Gate
from web.services.installation import Installation
from web.services.logs import log_tree
from web.services.signing_keys import keys
from web.store.gates import kiosks
from web.store.logs import log
from web.store.passing import entries

_ID_MOST = 64


def shown(
    connection: Connection, inst: Installation, gate: Gate, item: Mapping[str, object], newest: Record | None
) -> ShownLeaf:
    """The leaf of an entry with its proof under the newest checkpoint; `item` is the entry as it was sent.

    Without a place for one that is not under it (yet), or is not this gate's. UnavailableError when hashes
    of the log are missing.
    """
    identity = item.get("id")
    if not isinstance(identity, str) or len(identity) > _ID_MOST or newest is None:
        return ShownLeaf("")
    leaf = log.leaf_of(connection, "entry", identity)
    if leaf is None or leaf.leaf_index is None or leaf.leaf_index >= newest.size:
        return ShownLeaf(identity)
    if not kiosks.made(connection, gate.id, identity):
        return ShownLeaf(identity)
    hashes = log_tree.included(connection, leaf.leaf_index, newest)
    salt = entries.salt_of(connection, identity)
    told = _for_its_maker(connection, inst, identity, item, salt) if salt is not None else b""
    return ShownLeaf(identity, leaf.leaf_index, leaf.body, hashes, told)


def _for_its_maker(
    connection: Connection, inst: Installation, identity: str, item: Mapping[str, object], salt: bytes
) -> bytes:
    """The salt, as closed as the entry came in; b"" for whoever has another entry than was sent.

    With salt and leaf, names and phones could be guessed by whoever took a gate's disk or listens.
    """
    if not sealed_entry.is_sealed(item):
        return salt if _is_the_one(connection, identity, item) else b""
    secret_of = keys.opening(connection, inst).get
    try:
        told = sealed_entry.opened(item, secret_of)
    except InputError:
        return b""
    if not _is_the_one(connection, identity, told):
        return b""
    return sealed_entry.answered(item, secret_of, salt, secrets.token_bytes(sealed_entry.NONCE_BYTES))


def _is_the_one(connection: Connection, identity: str, told: Mapping[str, object]) -> bool:
    try:
        entry: Entry = entry_from_json(told)
    except InputError:
        return False
    return entries.known(connection, [identity]).get(identity) == entry_bytes(entry).content_hash()
