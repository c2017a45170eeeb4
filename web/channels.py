"""Waitress: its loop leaves alone what a thread answers, and ends when all that came is answered."""
# mypy: disallow-subclassing-any=False

from __future__ import annotations

import socket
from time import perf_counter
from typing import TYPE_CHECKING, Any, Final

import waitress
from waitress.channel import HTTPChannel

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

# A proxy uses the connection that it used last: one without a request for so long gets none any more.
_QUIET_S: Final = 1.0
_TURN_S: Final = 0.05
_LONGEST_S: Final = 30.0


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

    def service(self) -> None:
        """See waitress; once the loop is to end, each answer says that it is the connection's last."""
        if not self.server.accepting:
            self.requests[0].headers["CONNECTION"] = "close"
        super().service()

    def is_idle(self) -> bool:
        """Whether no request is being answered and no answer is on its way."""
        return not self.requests and not self.total_outbufs_len


class Loop:
    """Waitress's loop, which answers what has come before it ends.

    Who comes later waits in the system's queue for another process that listens on the same socket.
    """

    def __init__(self, application: WSGIApplication, listening: socket.socket, **adjustments: Any) -> None:
        self._map: dict[int, object] = {}
        self._server = waitress.create_server(application, map=self._map, sockets=[listening], **adjustments)
        self._server.channel_class = Channel
        self._is_ending = False

    def end(self) -> None:
        """Let `run` return soon; a signal may call this."""
        self._is_ending = True
        self._server.pull_trigger()

    def run(self) -> None:
        """Answer until `end`; then take nobody in, and return with the last answer or after 30 s."""
        while not self._is_ending:
            self._turn(self._server.adj.asyncore_loop_timeout)
        self._server.accepting = False
        until = perf_counter() + _LONGEST_S
        while self._server.active_channels and perf_counter() < until:
            self._end_the_quiet()
        self._server.task_dispatcher.shutdown()

    def _end_the_quiet(self) -> None:
        moved = {channel: channel.last_activity for channel in self._server.active_channels.values()}
        until = perf_counter() + _QUIET_S
        while self._server.active_channels and perf_counter() < until:
            self._turn(_TURN_S)
        for channel, before in moved.items():
            if channel.is_idle() and channel.last_activity == before:
                channel.will_close = True

    def _turn(self, longest_s: float) -> None:
        adjusted = self._server.adj
        self._server.asyncore.loop(longest_s, adjusted.asyncore_use_poll, self._map, count=1)
