"""What the leaf of a deed committed to, as the key and the database open it until it is forgotten."""

from __future__ import annotations

from sqlalchemy import select

from web.db.tables import deed_subjects
from web.services.installation import Installation


def committed(inst: Installation, ref: str) -> tuple[str, bytes] | None:
    """The text and the salt of the commitment; None when there was none, or it is forgotten."""
    query = select(deed_subjects).where(deed_subjects.c.ref == ref)
    row = inst.read(lambda connection: connection.execute(query).first())
    if row is None:
        return None
    return inst.cipher.opened(row.subject_sealed, f"deed_subjects|subject|{ref}").decode(), row.salt
