"""What the gate trusts: the newest signed bundle, kept on disk and checked again each time it is loaded."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from domain.bundle import Bundle, opened_bundle
from domain.canonical import canonical_json
from domain.code import VerifyingKey
from domain.decision import Facts, VisitorFacts
from domain.errors import TamperedError
from domain.gate_settings import GateSettings
from domain.note import NoteKey
from domain.policy import Policy
from domain.venue import Entrance
from domain.wording import Sentence
from kiosk.clock import GateClock
from kiosk.durable import write_durably

_NEVER_MS = 10**13  # the age of rules nobody ever gave: older than every limit
_KEEP_EVERY_MS = 60_000


@dataclass(frozen=True)
class Rules:
    """One bundle, indexed for look-ups of a microsecond; never changed, only replaced."""

    entrance: Entrance
    seq: int
    policy: Policy
    keys: tuple[VerifyingKey, ...]
    visitors: dict[bytes, VisitorFacts]
    revoked: frozenset[bytes]
    numbers: dict[str, VisitorFacts] = field(default_factory=dict)
    settings: GateSettings = field(default_factory=GateSettings)

    def facts(self, is_inside: Callable[[str], bool], bundle_age_ms: int) -> Facts:
        """What `judge` needs to know."""
        return Facts(
            keys=self.keys,
            is_revoked=self.revoked.__contains__,
            visitor_of=self.visitors.get,
            is_inside=is_inside,
            bundle_age_ms=bundle_age_ms,
        )


class Trust:
    """Holds the rules in force. One thread accepts bundles, any thread may read `rules`."""

    def __init__(self, home: Path, key: NoteKey, entrance: Entrance, clock: GateClock) -> None:
        self._note_path = home / "bundle.note"
        self._state_path = home / "bundle.json"
        self._key = key
        self._clock = clock
        self._least_seq = 0
        self._confirmed_ms: int | None = None
        self._kept_ms = 0
        self.notice: Sentence | None = None
        self.rules = Rules(entrance, 0, Policy(), (), {}, frozenset())

    @property
    def least_seq(self) -> int:
        """The number below which no bundle is accepted; a server must number beyond it."""
        return self._least_seq

    def load(self) -> None:
        """Take up the bundle that was kept; a forged or exchanged one is left alone and `notice` says so."""
        try:
            state = json.loads(self._state_path.read_text("utf-8"))
            self._least_seq, confirmed_ms = int(state["seq"]), int(state["confirmed_ms"])
            bundle = self._opened(self._note_path.read_bytes())
        except FileNotFoundError:
            return
        except (OSError, ValueError, KeyError, TypeError, TamperedError) as error:
            self.notice = Sentence(
                f"The rules kept on this kiosk cannot be used ({error}). It waits for new ones.",
                "本终端保存的规则无法使用，正在等待新的规则。",
            )
            return
        self._take(bundle, confirmed_ms)

    def accept(self, note: bytes) -> Rules:
        """Put a bundle from the server into force and keep it; TamperedError or OSError change nothing."""
        bundle = self._opened(note)
        # Without the server's time our clock may be far off, and would become a floor for a long time.
        now_ms = self._clock.now_ms() if self._clock.anchor else 0
        confirmed_ms = max(now_ms, bundle.issued_ms)
        write_durably(self._note_path, note)
        self._keep(bundle.seq, confirmed_ms)
        self._take(bundle, confirmed_ms)
        self.notice = None
        return self.rules

    def confirm(self) -> None:
        """The server said that the bundle here is still the newest; OSError if that cannot be kept."""
        if not self.rules.seq or not self._clock.anchor:
            return
        self._confirmed_ms = self._clock.now_ms()
        if self._confirmed_ms - self._kept_ms >= _KEEP_EVERY_MS:
            self._keep(self.rules.seq, self._confirmed_ms)

    def age_ms(self) -> int:
        """How long ago the server made or confirmed the rules; longer than any limit without rules."""
        if self._confirmed_ms is None:
            return _NEVER_MS
        return max(0, self._clock.now_ms() - self._confirmed_ms)

    def _opened(self, note: bytes) -> Bundle:
        return opened_bundle(note, self._key, self.rules.entrance.id, self._least_seq)

    def _take(self, bundle: Bundle, confirmed_ms: int) -> None:
        by_id = {visitor.visitor_id: visitor for visitor in bundle.visitors}
        visitors = {code.cti: by_id[code.visitor_id] for code in bundle.codes if code.visitor_id in by_id}
        self.rules = Rules(
            entrance=bundle.entrance,
            seq=bundle.seq,
            policy=bundle.policy,
            keys=bundle.keys,
            visitors=visitors,
            revoked=frozenset(bundle.revoked),
            numbers={visitor.short_number: visitor for visitor in bundle.visitors if visitor.short_number},
            settings=bundle.settings,
        )
        self._least_seq = bundle.seq
        self._confirmed_ms = confirmed_ms
        self._clock.not_before_signed(bundle.issued_ms)
        self._clock.not_before_signed(confirmed_ms)

    def _keep(self, seq: int, confirmed_ms: int) -> None:
        write_durably(self._state_path, canonical_json({"seq": seq, "confirmed_ms": confirmed_ms}) + b"\n")
        self._kept_ms = confirmed_ms
