"""What the gate trusts: the newest signed bundle, and how far the visitors here are known to go with it."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from domain.bundle import Bundle, opened_bundle
from domain.canonical import canonical_json
from domain.code import VerifyingKey
from domain.decision import Facts
from domain.errors import TamperedError
from domain.facts_page import FactsPlace
from domain.gate_settings import GateSettings
from domain.note import LogKey, NoteKey
from domain.policy import Policy
from domain.sealed_entry import SealingKey
from domain.venue import Entrance
from domain.wording import Sentence
from kiosk.facts.known import KnownVisitors
from kiosk.host.clock import GateClock
from machine.durable import write_durably

NEVER_MS = 10**13  # the age of rules nobody ever gave: older than every limit
_KEEP_EVERY_MS = 60_000
_UNSEALED = Sentence(
    "The server is too old to take people's names sealed: passages are counted, nobody is written down. "
    "Update the server.",
    "服务器版本过旧，无法接收加密的人员信息：通行只计数，不记录人员。请升级服务器。",
)
_LOADING = Sentence(
    "The visitors of this place are still being fetched. Whoever is not known yet is not decided about here.",
    "访客数据正在下载，尚未下载到的访客按未知访客处理。",
)


@dataclass(frozen=True)
class Rules:
    """One bundle, and the visitors it goes with; never changed, only replaced."""

    entrance: Entrance
    seq: int
    policy: Policy
    keys: tuple[VerifyingKey, ...]
    known: KnownVisitors
    facts_place: FactsPlace = field(default_factory=FactsPlace)
    settings: GateSettings = field(default_factory=GateSettings)
    sealing: SealingKey | None = None
    log: tuple[LogKey, ...] = ()

    def facts(self, is_inside: Callable[[str], bool], bundle_age_ms: int) -> Facts:
        """What `judge` needs to know; looking up raises FactsError when the file cannot be read."""
        return Facts(
            keys=self.keys,
            is_revoked=self.known.is_revoked,
            visitor_of=self.known.by_code,
            is_inside=is_inside,
            bundle_age_ms=bundle_age_ms,
        )


def without_visitors(facts: Facts) -> Facts:
    """The same where nobody can be looked up: the rules count as out of date, whatever they say then."""
    return replace(facts, is_revoked=lambda cti: False, visitor_of=lambda cti: None, bundle_age_ms=NEVER_MS)


@dataclass(frozen=True, slots=True)
class _Confirmed:
    """When the server last vouched for what is here, and up to where its visitors went then."""

    at_ms: int
    place: FactsPlace


class Trust:
    """Holds the rules in force. One thread accepts bundles, any thread may read `rules`."""

    def __init__(
        self, home: Path, key: NoteKey, entrance: Entrance, clock: GateClock, kiosk_id: str = ""
    ) -> None:
        """`entrance` is where the kiosk was last; rules that name `kiosk_id` may move it to another one."""
        self._note_path = home / "bundle.note"
        self._state_path = home / "bundle.json"
        self._key = key
        self._kiosk_id = kiosk_id
        self._clock = clock
        self._least_seq = 0
        self._confirmed: _Confirmed | None = None
        self._kept_ms = self._issued_ms = 0
        self._notice: Sentence | None = None
        self.known = KnownVisitors(home, key)
        self.rules = Rules(entrance, 0, Policy(), (), self.known)

    def close(self) -> None:
        """Give the file of visitors back."""
        self.known.close()

    @property
    def least_seq(self) -> int:
        """The number below which no bundle is accepted; a server must number beyond it."""
        return self._least_seq

    @property
    def notice(self) -> Sentence | None:
        """What the staff are told about rules or visitors that cannot be used, or are not here yet."""
        if self._notice or self.known.notice:
            return self._notice or self.known.notice
        if self.rules.seq and self.rules.sealing is None:
            return _UNSEALED
        follows = self.known.place.epoch == self.rules.facts_place.epoch
        return None if follows and self.known.is_whole else _LOADING

    def load(self) -> None:
        """Take up the bundle that was kept; a forged or exchanged one is left alone and `notice` says so."""
        try:
            state = json.loads(self._state_path.read_text("utf-8"))
            self._least_seq, confirmed = int(state["seq"]), _confirmed(state)
            bundle = self._opened(self._note_path.read_bytes())
        except FileNotFoundError:
            return
        except (OSError, ValueError, KeyError, TypeError, TamperedError) as error:
            self._notice = Sentence(
                f"The rules kept on this kiosk cannot be used ({error}). It waits for new ones.",
                "本终端保存的规则无法使用，正在等待新的规则。",
            )
            return
        self._take(bundle)
        self._confirmed = confirmed
        if confirmed:
            self._clock.not_before_signed(confirmed.at_ms)

    def accept(self, note: bytes) -> Rules:
        """Put a bundle from the server into force and keep it; TamperedError or OSError change nothing."""
        bundle = self._opened(note)
        confirmed = self._confirmed
        if self.known.has(bundle.facts):
            # Not "now": the same bundle once more, kept back for days, must not look new.
            at_ms = max(bundle.issued_ms, confirmed.at_ms if confirmed else 0)
            confirmed = _Confirmed(at_ms, bundle.facts)
        write_durably(self._note_path, note)
        self._keep(bundle.seq, confirmed)
        self._take(bundle)
        self._confirmed = confirmed
        if confirmed:
            self._clock.not_before_signed(confirmed.at_ms)
        self._notice = None
        return self.rules

    def take_page(self, note: bytes) -> None:
        """Apply the next page of visitors; TamperedError, FactsError or OSError change nothing.

        Rules whose visitors are all here now count from when they were made.
        """
        issued_ms, place = self._issued_ms, self.rules.facts_place
        # A clock that nobody set must not make withdrawn codes look as if they were over.
        now_s = self._clock.now_ms() // 1000 if self._clock.anchor else 0
        self.known.take(note, place.epoch, now_s)
        if self.known.has(place) and not self._is_confirmed(issued_ms, place):
            self._confirmed = _Confirmed(issued_ms, place)
            self._keep(self.rules.seq, self._confirmed)

    def confirm(self) -> None:
        """The server said that all here is still the newest; OSError if that cannot be kept."""
        if not self.rules.seq or not self._clock.anchor or not self.known.has(self.rules.facts_place):
            return
        self._confirmed = _Confirmed(self._clock.now_ms(), self.known.place)
        if self._confirmed.at_ms - self._kept_ms >= _KEEP_EVERY_MS:
            self._keep(self.rules.seq, self._confirmed)

    def age_ms(self) -> int:
        """How long ago the server made or confirmed the rules; longer than any limit without rules."""
        confirmed = self._confirmed
        # Visitors that were lost since, or cannot be read, make the rules as good as never confirmed.
        if confirmed is None or not self.known.has(confirmed.place):
            return NEVER_MS
        return max(0, self._clock.now_ms() - confirmed.at_ms)

    def _opened(self, note: bytes) -> Bundle:
        here = self.rules.entrance.id
        return opened_bundle(note, self._key, here, self._least_seq, self._kiosk_id)

    def _take(self, bundle: Bundle) -> None:
        self.rules = Rules(
            entrance=bundle.entrance,
            seq=bundle.seq,
            policy=bundle.policy,
            keys=bundle.keys,
            known=self.known,
            facts_place=bundle.facts,
            settings=bundle.settings,
            sealing=bundle.sealing,
            log=bundle.log,
        )
        self._least_seq, self._issued_ms = bundle.seq, bundle.issued_ms
        self._clock.not_before_signed(bundle.issued_ms)

    def _is_confirmed(self, at_ms: int, place: FactsPlace) -> bool:
        """Whether what is confirmed already says as much."""
        confirmed = self._confirmed
        return confirmed is not None and confirmed.at_ms >= at_ms and self.known.has(confirmed.place)

    def _keep(self, seq: int, confirmed: _Confirmed | None) -> None:
        state: dict[str, object] = {"seq": seq}
        if confirmed:
            place = confirmed.place
            state |= {"confirmed_ms": confirmed.at_ms, "facts_epoch": place.epoch, "facts_seq": place.seq}
        write_durably(self._state_path, canonical_json(state) + b"\n")
        self._kept_ms = confirmed.at_ms if confirmed else 0


def _confirmed(state: dict[str, Any]) -> _Confirmed | None:
    if "confirmed_ms" not in state:
        return None
    place = FactsPlace(str(state.get("facts_epoch", "")), int(state.get("facts_seq", 0)))
    return _Confirmed(int(state["confirmed_ms"]), place)
