"""Connections of waitress that its loop leaves alone while a thread answers on them."""
# mypy: disallow-subclassing-any=False

from __future__ import annotations

from waitress.channel import HTTPChannel


class Channel(HTTPChannel):
    """A connection that the loop writes to only while no thread does.

    A thread that has an answer sends it itself, and wakes the loop if something is left. Meanwhile waitress
    would go round its loop again and again, and take the interpreter from the thread: with many requests at
    once that took as long as a third of answering them.
    """

    def writable(self) -> bool:
        """See waitress."""
        if not super().writable() or not self.outbuf_lock.acquire(blocking=False):
            return False
        self.outbuf_lock.release()
        return True
