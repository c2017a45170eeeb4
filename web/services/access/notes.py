"""Notes beside purposes: kept sealed beside the log until they are forgotten, for they may name somebody."""

from __future__ import annotations

import secrets
from collections.abc import Sequence

from domain.log import SALT_BYTES, commitment
from web.db.connecting.connection import Connection
from web.services.installation import Installation
from web.services.logs.purposes import parted
from web.store.access import deed_subjects


def committed(connection: Connection, inst: Installation, ref: str, text: str, at_ms: int) -> bytes:
    """Keep what a deed was about, and the note with it, under the name of its leaf; the commitment to it."""
    salt, subject = secrets.token_bytes(SALT_BYTES), text.encode("utf-8", "replace")
    sealed = inst.cipher.sealed(subject, _place(ref))
    deed_subjects.added(connection, ref=ref, salt=salt, subject_sealed=sealed, at_ms=at_ms)
    return commitment(subject, salt)


def notes_of(connection: Connection, inst: Installation, refs: Sequence[str]) -> dict[str, str]:
    """The notes that are kept under these names, by name; those without one are left out."""
    rows = deed_subjects.among(connection, refs) if refs else ()
    found = {
        row.ref: parted(inst.cipher.opened(row.subject_sealed, _place(row.ref)).decode())[1] for row in rows
    }
    return {ref: note for ref, note in found.items() if note}


def ref_of_disclosure(entry_id: str, at_ms: int) -> str:
    """Under which name the note of a disclosure is kept: an entry may be disclosed more than once."""
    return f"{entry_id}|{at_ms}"


def _place(ref: str) -> str:
    return f"deed_subjects|subject|{ref}"
