"""A worker that signs nothing keeps up with the head of the one that does, so that it can take its place.

The head that was signed last is kept outside of the database (`log_head`): one file on each machine with a
worker. A machine that is new has none, and must not believe a database that may be restored. It believes it
as soon as it has seen the log grow: whoever signed that has a head of its own and compared it.
"""

from __future__ import annotations

from web.db.connecting.connection import Connection
from web.services.installation import Installation
from web.services.logs import log_head
from web.store.logs import log


def may_sign(inst: Installation) -> bool:
    """Whether this machine's head is in the database; whoever cannot sign leaves it to another machine."""
    return inst.read(lambda connection: log_head.trouble(connection, inst)) is None


class Follower:
    """What a worker saw of the head so far."""

    def __init__(self) -> None:
        self._size: int | None = None

    def followed(self, inst: Installation) -> bool:
        """Bring this machine's head up to the newest; whether it has one now."""
        if log_head.path_of(inst).exists():
            log_head.kept(inst)
            return True
        note = inst.ask(self._vouched)
        if note is None:
            return False
        log_head.write(inst, note)
        return True

    def _vouched(self, connection: Connection) -> bytes | None:
        """The newest head, if somebody signed it since the last look."""
        newest = log.latest_checkpoint(connection)
        size = newest.size if newest is not None else 0
        before, self._size = self._size, size
        return bytes(newest.note) if newest is not None and before is not None and size > before else None
