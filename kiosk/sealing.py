"""What of an entry goes onto the disk: people's part sealed to the server, and counts beside it (S14)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from domain.entry import Entry, people_in
from domain.sealed_entry import NONCE_BYTES, SECRET_BYTES, Counted, SealingKey, Session, unnamed_body
from kiosk.tags import Tags


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


def counted(entry: Entry, tags: Tags, day: date) -> Counted:
    """What the gate goes on counting by; two strangers without a phone are never taken for one person."""
    private = entry.private
    whose = private.visitor_id or private.phone or private.cti
    return Counted(people_in(entry), tags.of(whose, day), tags.of(private.plate, day))
