"""This kiosk's credential and its successor, none dropped before the other has worked; and its place."""

from __future__ import annotations

import contextlib
from dataclasses import replace
from pathlib import Path

from domain.venue import Entrance
from kiosk.host.identity import Identity, saved_identity
from kiosk.uplink.portal import Failure, Portal


class Credentials:
    """The credential in use, and the one before while the server may still know only that.

    Wherever it is cut short, one of those on the disk is good at the server: it takes the old one until
    the new one was used once, and the new one is on the disk before it is used.
    """

    def __init__(self, home: Path, identity: Identity, portal: Portal) -> None:
        """`portal` is told with which of them to speak."""
        self._home = home
        self._identity = identity
        self._portal = portal
        self._used = identity.credential

    def worked(self, rotate: bool = False) -> None:
        """The server took the credential in use, and asks for a new one with `rotate`."""
        if self._identity.previous and self._used == self._identity.credential:
            # If it cannot be kept that the old one is forgotten, it is with the next heartbeat.
            with contextlib.suppress(OSError):
                self._keep(replace(self._identity, previous=""))
        if rotate:
            given = self._portal.rotated()
            if not isinstance(given, Failure):
                with contextlib.suppress(OSError):  # no room to keep it: it is asked for again
                    self._keep(replace(self._identity, credential=given, previous=self._used))
                    self._use(given)

    def refused(self) -> None:
        """The server did not take it: try the other one, which a restored server may know instead."""
        if self._identity.previous:
            is_new = self._used == self._identity.credential
            self._use(self._identity.previous if is_new else self._identity.credential)

    def stands_at(self, entrance: Entrance) -> None:
        """Keep where this kiosk stands: the signed rules moved it."""
        known = self._identity.entrance
        place = Entrance(entrance.id, entrance.name, entrance.venue_id, entrance.venue_name)
        if place != known:
            # The rules on the disk say so too: if it cannot be kept now, it is with the next heartbeat.
            with contextlib.suppress(OSError):
                self._keep(replace(self._identity, entrance=place))

    def _keep(self, identity: Identity) -> None:
        saved_identity(self._home, identity)
        self._identity = identity

    def _use(self, credential: str) -> None:
        self._used = credential
        self._portal.use(credential)
