"""Rehearses on an installation of its own: keys change, one is withdrawn, no visitor is refused for it."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from domain.bundle import Bundle, opened_bundle
from domain.code import CodeClass, VisitorCode, verified
from domain.enrolment import parsed_enrolment
from domain.minting import minted
from web.services.gates import gates
from web.services.gates.gates import Gate
from web.services.installation import Installation, opened
from web.services.people import codes, visitors
from web.services.people.visitors import Registration
from web.services.places import places
from web.services.signing_keys import issuing, keys
from web.services.signing_keys.key_making import DAY_S
from web.settings import Settings
from web.store.scope import PROGRAM, Scope

# From the first key to the one after the next: every kind of change happens in between.
DAYS = 200
VISITORS = 10
# A gate that is cut off learns of a key at the latest on its last day of contact (design §3).
OFFLINE_DAYS = 13


@dataclass(frozen=True, slots=True)
class Rehearsed:
    """Counts of the rehearsal. `refused` and `believed` must be 0.

    `shown`: valid codes shown at gates while keys changed; `refused`: those not taken; `signers`: keys that
    signed them. `forged`: codes of a stolen key; `believed`: those taken by a gate that called since. `anew`:
    cards printed anew and phones' next codes; `anew_refused`: those not taken. `steps`: seconds of each step.
    """

    shown: int
    refused: int
    signers: int
    forged: int
    believed: int
    anew: int
    anew_refused: int
    steps: tuple[tuple[str, float], ...]


class _Clock:
    def __init__(self, ms: int) -> None:
        self.ms = ms

    def __call__(self) -> int:
        return self.ms


class _Doors:
    """Gates with what they know: one always in contact, and one for each day of a fortnight's silence."""

    def __init__(self, inst: Installation, entrance: str) -> None:
        self._inst = inst
        shown = gates.new_enrolment(inst, PROGRAM, entrance)
        got = gates.enrol(inst, parsed_enrolment(shown.text).token, "rehearsal", "1")
        self._gate = Gate(got.kiosk_id, got.entrance_id, got.venue_id)
        self._known: list[Bundle] = []

    def called(self) -> None:
        """Let the gates that are in contact today fetch the newest bundle."""
        have = self._known[0].seq if self._known else 0
        note = gates.bundle(self._inst, self._gate, have)
        newest = self._known[0] if note is None else self._opened(note)
        self._known = [newest, *self._known][: OFFLINE_DAYS + 1]

    def refusing(self, text: str) -> int:
        """How many of the gates do not take a code."""
        now_s = self._inst.now_ms() // 1000
        return sum(not isinstance(verified(text, known.keys, now_s), VisitorCode) for known in self._known)

    def taking(self, text: str) -> bool:
        """Whether the gate that was just in contact takes a code."""
        return isinstance(verified(text, self._known[0].keys, self._inst.now_ms() // 1000), VisitorCode)

    def __len__(self) -> int:
        return len(self._known)

    def _opened(self, note: bytes) -> Bundle:
        name = self._inst.ask(lambda connection: keys.signing(connection, self._inst, keys.BUNDLE)[0])
        return opened_bundle(note, name, self._gate.entrance_id, 0, self._gate.id)


def rehearsed(
    now_ms: int,
    seconds: Callable[[], float],
    told: Callable[[str], None] = lambda step: None,
    *,
    days: int = DAYS,
    people: int = VISITORS,
) -> Rehearsed:
    """Run through these days with so many visitors, and then a theft, in a folder of its own.

    `seconds` is a clock that only goes on; `told` hears each step as it begins.
    """
    steps: list[tuple[str, float]] = []

    @contextmanager
    def step(name: str) -> Iterator[None]:
        told(name)
        began = seconds()
        yield
        steps.append((name, round(seconds() - began, 2)))

    with TemporaryDirectory(prefix="rehearsal-") as folder:
        clock = _Clock(now_ms)
        inst = opened(Settings(home=Path(folder)), clock)
        try:
            with step("build"):
                enterprise, everybody, doors = _built(inst, people)
            with step("rotate"):
                shown, refused, signers = _rotated(inst, clock, everybody, doors, days)
            with step("withdraw"):
                forged, believed = _withdrawn(inst, enterprise, doors)
            with step("issue anew"):
                anew, anew_refused = _issued_anew(inst, everybody, doors)
        finally:
            inst.close()
    return Rehearsed(shown, refused, signers, forged, believed, anew, anew_refused, tuple(steps))


def _built(inst: Installation, count: int) -> tuple[str, list[str], _Doors]:
    everywhere = Scope(area_path=places.root(inst, PROGRAM))
    enterprise = places.create_enterprise(inst, everywhere, "Rehearsal")
    venue = places.create_venue(inst, PROGRAM, enterprise, name="Rehearsal", address="1 Rehearsal Road")
    entrance = places.create_entrance(inst, PROGRAM, venue, "Gate")
    given = (Registration(enterprise, f"Rehearsal {at}", f"138{at:08d}", "visitor") for at in range(count))
    people = [visitors.register(inst, PROGRAM, each).visitor_id for each in given]
    keys.ensure(inst)
    return enterprise, people, _Doors(inst, entrance)


def _rotated(
    inst: Installation, clock: _Clock, people: list[str], doors: _Doors, days: int
) -> tuple[int, int, int]:
    """Day by day: everybody shows a fresh code of their phone and the card of the first day to every gate."""
    cards = [codes.card_text(inst, PROGRAM, who) for who in people]
    shown = refused = 0
    signers: set[bytes] = set()
    for _ in range(days):
        keys.ensure(inst)
        doors.called()
        for text in (*(_phone_code(inst, who) for who in people), *cards):
            shown += len(doors)
            refused += doors.refusing(text)
            signers.add(_kid(inst, text))
        clock.ms += DAY_S * 1000
    return shown, refused, len(signers)


def _withdrawn(inst: Installation, enterprise: str, doors: _Doors) -> tuple[int, int]:
    """A thief signs codes with the enterprise's key; it is withdrawn, and the gate calls once."""
    doors.called()
    signs = inst.read(lambda connection: issuing.signer(connection, inst, enterprise))
    now_s = inst.now_ms() // 1000
    forged = [
        minted(signs.private, signs.kid, secrets.token_bytes(16), CodeClass.CARD, now_s, now_s + DAY_S)
        for _ in range(100)
    ]
    assert all(doors.taking(text) for text in forged)  # else the rehearsal shows nothing
    issuing.withdraw(inst, signs.kid.hex())
    doors.called()
    return len(forged), sum(doors.taking(text) for text in forged)


def _issued_anew(inst: Installation, people: list[str], doors: _Doors) -> tuple[int, int]:
    texts = [_phone_code(inst, who) for who in people]
    texts += [codes.card_text(inst, PROGRAM, who) for who in people]
    return len(texts), sum(not doors.taking(text) for text in texts)


def _phone_code(inst: Installation, who: str) -> str:
    return codes.phone_codes(inst, who, inst.now_ms() // 1000 // codes.STEP_S, 1)[0][1]


def _kid(inst: Installation, text: str) -> bytes:
    known = inst.ask(lambda connection: issuing.verifying(connection, inst.now_ms()))
    found = verified(text, known, inst.now_ms() // 1000)
    return found.kid if isinstance(found, VisitorCode) else b""
