"""What the meetings of a contact come to: as the database says it, said again."""

from __future__ import annotations

from domain.contact import Contact, Met


def summed(contact: Contact) -> Met:
    return Met(
        contact.visitor_id,
        len(contact.meetings),
        contact.overlap_ms,
        min(meeting.apart_ms for meeting in contact.meetings),
        contact.is_close,
        contact.is_assumed,
    )
