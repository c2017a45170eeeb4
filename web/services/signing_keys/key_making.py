"""Makes one signing or sealing key of the installation and keeps it, its private part sealed."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from urllib.parse import urlsplit

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from web.db.connecting.connection import Connection
from web.services.installation import Installation
from web.store import keys

VISITOR, BUNDLE, LOG, SEALING = "visitor", "bundle", "log", "sealing"
DAY_S = 86_400
FOREVER_S = 2**32 - 1


@dataclass(frozen=True, slots=True)
class Term:
    """When a key was made, until when it signs, and until when what it signed is believed; Unix seconds.

    It counts from a day before it was made: a gate's clock may be behind.
    """

    made_s: int
    signs_until_s: int = FOREVER_S
    until_s: int = FOREVER_S


def make(
    connection: Connection,
    inst: Installation,
    purpose: str,
    term: Term,
    name: str = "",
    enterprise_id: str = "",
) -> str:
    """The kid of a new key: two random bytes in hex that no other key of its purpose has."""
    private = (X25519PrivateKey if purpose == SEALING else Ed25519PrivateKey).generate()
    taken = keys.kids(connection, purpose)
    kid = next(kid for kid in iter(lambda: secrets.token_hex(2), "") if kid not in taken)
    host = urlsplit(inst.settings.base_url).netloc
    keys.added(
        connection,
        purpose=purpose,
        kid=kid,
        name=name or f"{host}/{purpose}",
        public=private.public_key().public_bytes_raw(),
        private_sealed=inst.cipher.sealed(private.private_bytes_raw(), keys.place(purpose, kid)),
        not_before_s=term.made_s - DAY_S,
        signs_until_s=term.signs_until_s,
        not_after_s=term.until_s,
        enterprise_id=enterprise_id,
    )
    return kid
