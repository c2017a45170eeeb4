"""What of an entry goes onto the disk: people's part sealed to the server, and counts beside it (S14)."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date

from domain.canonical import canonical_json
from domain.entry import Entry, people_in
from domain.log import SALT_BYTES, commitment
from domain.sealed_entry import (
    NONCE_BYTES,
    SECRET_BYTES,
    Counted,
    SealingKey,
    Session,
    is_sealed,
    unnamed_body,
)
from kiosk.privacy.tags import Tags


class Sealing:
    """Seals under a secret of this process and day, which is nowhere but in its memory."""

    def __init__(
        self, key: Callable[[], SealingKey | None], tags: Tags, random: Callable[[int], bytes]
    ) -> None:
        """`key` is the server's, None as long as it gave none: then nothing of who it was is kept."""
        self._key = key
        self._tags = tags
        self._random = random
        self._session: Session | None = None
        self._day: date | None = None

    def body(self, entry: Entry, day: date) -> bytes:
        """The canonical bytes of an entry of `day`."""
        key = self._key()
        if key is None:
            return unnamed_body(entry)
        session = self._session
        if session is None or session.key != key or self._day != day:
            session = self._session = Session(key, self._random(SECRET_BYTES))
            self._day = day
        return session.body(entry, counted(entry, self._tags, day), self._random(NONCE_BYTES))

    def committed(self, own: bytes, salt: bytes) -> bytes | None:
        """What the log must hold for the private record of an entry, by the salt that the server told.

        None where nobody here can tell: the server has no salt any more, or another run or day of this gate
        sealed the entry. b"", which no log holds, for a salt that is none.
        """
        if not salt:
            return None
        value = json.loads(own)
        if not is_sealed(value):
            return _commitment(canonical_json(value["private"]), salt)
        session = self._session
        private = session.private_of(value) if session is not None else None
        if session is None or private is None:
            return None
        return _commitment(private, session.answer_of(value, salt))


def _commitment(private: bytes, salt: bytes | None) -> bytes:
    return commitment(private, salt) if salt is not None and len(salt) == SALT_BYTES else b""


def counted(entry: Entry, tags: Tags, day: date) -> Counted:
    """What the gate goes on counting by; two strangers without a phone are never taken for one person."""
    private = entry.private
    whose = private.visitor_id or private.phone or private.cti
    return Counted(people_in(entry), tags.of(whose, day), tags.of(private.plate, day))
