"""This kiosk's credential and its successor: none is dropped before the other has worked."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from kiosk.identity import Identity, saved_identity


class Credentials:
    """The credential in use, and the one before while the server may still know only that.

    Whatever was cut short, at least one of those on the disk is good at the server: it takes the old one
    until the new one was used once, and the new one is on the disk before it is used.
    """

    def __init__(self, home: Path, identity: Identity, use: Callable[[str], None]) -> None:
        """`use` is told which credential requests carry from now on."""
        self._home = home
        self._use = use
        self.identity = identity
        self._used = identity.credential

    def given(self, credential: str) -> None:
        """Keep a new credential and use it; OSError, and the old one stays, if it cannot be kept."""
        identity = replace(self.identity, credential=credential, previous=self._used)
        saved_identity(self._home, identity)
        self.identity = identity
        self._switch(credential)

    def worked(self) -> None:
        """The server took the credential in use: once that is the new one, the old one is forgotten."""
        if self.identity.previous and self._used == self.identity.credential:
            with contextlib.suppress(OSError):  # forgotten with a later heartbeat, or the next start
                self._keep(replace(self.identity, previous=""))

    def refused(self) -> None:
        """The server did not take it: try the other one, which it may know instead after a restore."""
        if self.identity.previous:
            is_new = self._used == self.identity.credential
            self._switch(self.identity.previous if is_new else self.identity.credential)

    def moved(self, identity: Identity) -> None:
        """Keep where this kiosk stands now; OSError if that cannot be."""
        self._keep(replace(self.identity, entrance=identity.entrance))

    def _keep(self, identity: Identity) -> None:
        saved_identity(self._home, identity)
        self.identity = identity

    def _switch(self, credential: str) -> None:
        self._used = credential
        self._use(credential)
