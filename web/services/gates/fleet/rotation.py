"""A kiosk's new credential: asked for by staff, given to the kiosk, in force once the kiosk used it."""

from __future__ import annotations

from web.services.errors import NotFoundError
from web.services.gates.gates import Gate
from web.services.installation import Installation, new_token
from web.store.gates import kiosks
from web.store.scope import PROGRAM, Scope
from web.store.sealing import token_hash


def ask(inst: Installation, scope: Scope, kiosk_id: str) -> None:
    """Let a kiosk in scope fetch a new credential with its next heartbeat; the old one is good until then."""
    if not inst.write(lambda c: kiosks.changed(c, scope, kiosk_id, rotate_ms=inst.now_ms())):
        raise NotFoundError


def given(inst: Installation, gate: Gate) -> str:
    """A new credential for a kiosk; one that was given before and never used is good no more."""
    credential = new_token()
    hashed = token_hash(credential)
    inst.write(lambda c: kiosks.changed(c, PROGRAM, gate.id, next_credential_hash=hashed))
    return credential
