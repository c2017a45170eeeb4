"""Fetches what the gate must know: a newer bundle first, then page by page the changes to its visitors."""

from __future__ import annotations

import contextlib
import math
from collections.abc import Callable
from dataclasses import replace

from domain.errors import TamperedError
from domain.facts_page import FactsPlace
from kiosk.facts.file import FactsError
from kiosk.facts.trust import Trust
from kiosk.uplink.backoff import Backoff
from kiosk.uplink.heartbeat import Beat
from kiosk.uplink.portal import Failure, Portal


class Pulling:
    """Compares what a heartbeat told with what is here. Used by the uplink's thread alone."""

    def __init__(
        self, portal: Portal, trust: Trust, seconds: Callable[[], float], random: Callable[[], float]
    ) -> None:
        self._portal, self._trust, self._seconds = portal, trust, seconds
        self._bundle_backoff, self._page_backoff = Backoff(random), Backoff(random)
        self._bundle_due_s = self._page_due_s = 0.0
        self._bundle_refused = self._page_refused = False
        self._beat: Beat | None = None
        self._asked_for_keys = False

    @property
    def was_refused(self) -> bool:
        """Whether the last bundle or page was forged or old, or the bundle could not be kept."""
        return self._bundle_refused or self._page_refused

    @property
    def due_s(self) -> float:
        """When there is something to fetch, in monotonic seconds; infinity while all is here."""
        if self._lacks_bundle():
            return self._bundle_due_s
        return self._page_due_s if self._lacks_visitors() else math.inf

    def heard(self, beat: Beat) -> None:
        """What the server has; what is here already is confirmed."""
        self._beat = beat
        self._trust.known.mend()
        self._confirm_if_all_is_here()

    def step(self) -> None:
        """Fetch one thing that is due."""
        if self._lacks_bundle():
            self._fetch_bundle()
        elif self._lacks_visitors():
            self._fetch_page()
        self._confirm_if_all_is_here()

    def _lacks_bundle(self) -> bool:
        beat = self._beat
        return beat is not None and (
            beat.bundle_seq > self._trust.rules.seq or self._follows_another(beat) or self._lacks_keys(beat)
        )

    def _lacks_keys(self, beat: Beat) -> bool:
        """Whether the bundle here may be an older server's, which told no key of its log: asked for once."""
        return beat.bundle_seq > 0 and not self._trust.rules.log and not self._asked_for_keys

    def _lacks_visitors(self) -> bool:
        known = self._trust.known
        return self._beat is not None and known.is_readable and not known.has(self._beat.facts)

    def _follows_another(self, beat: Beat) -> bool:
        """Whether the bundle here names another stream: this gate was moved, or its server restored."""
        return beat.bundle_seq > 0 and beat.facts.epoch != self._trust.rules.facts_place.epoch

    def _fetch_bundle(self) -> None:
        beat = self._beat
        assert beat is not None
        seq = self._trust.rules.seq
        anew = self._follows_another(beat) or self._lacks_keys(beat)
        note = self._portal.bundle(0 if anew else seq)
        if isinstance(note, Failure):
            self._bundle_due_s = self._seconds() + self._bundle_backoff.failed(note.pause_s)
            return
        self._asked_for_keys = True
        if note is None:
            self._beat = replace(beat, bundle_seq=seq)
            return
        try:
            rules = self._trust.accept(note)
        except (TamperedError, OSError):
            # Forged, older, or no room to keep it: the rules in force stay in force.
            self._bundle_due_s = self._seconds() + self._bundle_backoff.failed()
            self._bundle_refused = True
            return
        if rules.seq < beat.bundle_seq:
            # Ours, and no longer the newest: somebody holds the newest back.
            self._bundle_due_s = self._seconds() + self._bundle_backoff.failed()
            self._bundle_refused = True
            return
        self._bundle_backoff.succeeded()
        self._bundle_due_s, self._bundle_refused = 0.0, False
        if rules.facts_place.epoch != beat.facts.epoch:
            self._beat = None  # it changed between the two: the next heartbeat tells anew

    def _fetch_page(self) -> None:
        epoch, here = self._trust.rules.facts_place.epoch, self._trust.known.place
        note = self._portal.facts(here if here.epoch == epoch else FactsPlace(epoch))
        if isinstance(note, Failure):
            self._page_due_s = self._seconds() + self._page_backoff.failed(note.pause_s)
            return
        if note is None:
            self._beat = None
            return
        try:
            self._trust.take_page(note)
        except (TamperedError, FactsError, OSError) as error:
            self._page_due_s = self._seconds() + self._page_backoff.failed()
            self._page_refused = isinstance(error, TamperedError)
            return
        self._page_backoff.succeeded()
        self._page_due_s, self._page_refused = 0.0, False

    def _confirm_if_all_is_here(self) -> None:
        beat = self._beat
        if beat is None or self._lacks_bundle() or not self._trust.known.has(beat.facts):
            return
        # Fewer than we have: a restored server, which goes on above our number at the next heartbeat.
        if beat.bundle_seq == self._trust.rules.seq:
            # A disk that cannot keep the time of it: the rules in force are confirmed all the same.
            with contextlib.suppress(OSError):
                self._trust.confirm()
