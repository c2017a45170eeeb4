"""What a golden case asks for, and by that which ways of being decided about can express it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from domain.hours import local_time
from tests.domain.decision_vectors import CASES, milliseconds

Json = dict[str, Any]


class Runner(StrEnum):
    """A way in which the product decides about somebody."""

    KIOSK = "kiosk"
    PHONE = "phone check-in"
    STAFF = "staff page"
    IMPORT = "import"
    REPLAY = "offline replay"
    SIMULATOR = "simulator"


class Lack(StrEnum):
    """Why a way cannot express a case; each is seen in the case itself."""

    NO_CODE = "takes no code, only a person"
    NO_STRANGER = "registers whom it does not know"
    NO_BUNDLE = "asks the server itself and holds no rules that could grow old"
    NOT_TYPED = "takes nothing that nobody typed"
    NO_ENTRY = "there is no entry of it"
    NO_NAMES = "asks for nobody's name there, so that nothing is known of them"
    NO_OTHERS = "takes one person with their plate, and nobody else in the vehicle"
    NO_FIELD = "has no field for a temperature where none is asked"
    SECOND_HOUR = "takes a repeated hour for its first"
    NO_DRIVER = "a driver's phone is known as soon as they are named"


@dataclass(frozen=True)
class Case:
    """One golden case by its properties."""

    id: str
    json: Json

    @property
    def now_ms(self) -> int:
        return milliseconds(self.json["now"])

    @property
    def age_ms(self) -> int:
        return int(self.json["facts"].get("bundle_age_ms", 0))

    @property
    def shown(self) -> str:
        """`phone`, `card` or `person` for somebody who is known or not, else `text`."""
        shown = self.json["shown"]
        return "person" if isinstance(shown, dict) else shown if shown in ("phone", "card") else "text"

    @property
    def text(self) -> str:
        """The text of somebody else's code, or of a bad one."""
        return str(self.json["shown"])

    @property
    def person(self) -> Json | None:
        """What is known of the visitor; None for a stranger and a code that names nobody."""
        if self.shown == "person":
            return dict(self.json["shown"])
        known: Json | None = self.json["known"]
        return known if self.shown in ("phone", "card") else None

    @property
    def is_stranger(self) -> bool:
        """A genuine code of somebody who is not known where it is shown."""
        return self.shown in ("phone", "card") and self.json["known"] is None

    @property
    def is_withdrawn(self) -> bool:
        return bool(self.json["facts"].get("revoked"))

    @property
    def temperature(self) -> str:
        """As somebody types it, "" for none."""
        tenths = self.json["facts"].get("temperature_tenths")
        return "" if tenths is None else f"{tenths / 10:.1f}"

    @property
    def vehicle(self) -> Json | None:
        found: Json | None = self.json["facts"].get("vehicle")
        return found

    @property
    def others(self) -> tuple[str, ...]:
        """The phones of the others in the vehicle, "" for one that is missing."""
        if self.vehicle is None:
            return ()
        phones = [*self.vehicle["phones"][1:], *[""] * self.vehicle["occupants"]]
        return tuple(phones[: max(0, self.vehicle["occupants"] - 1)])

    @property
    def is_confidential(self) -> bool:
        return bool(self.json["policy"].get("confidential"))

    @property
    def is_ambiguous(self) -> bool:
        """Whether the clock at the venue shows this time for the second time."""
        return bool(local_time(self.now_ms, self.json["entrance"]["time_zone"]).fold)


GOLDEN = {identity: Case(identity, case) for identity, case in CASES.items()}


def lack(case: Case, runner: Runner) -> Lack | None:
    """Why this way cannot express the case; None when it can, and then it has to."""
    if case.vehicle is not None and not any(case.vehicle["phones"][:1]):
        return Lack.NO_DRIVER
    if runner in (Runner.KIOSK, Runner.REPLAY):
        is_entry = case.json["expected"]["is_entry"]
        return None if runner is Runner.KIOSK or is_entry else Lack.NO_ENTRY
    if case.age_ms:
        return Lack.NO_BUNDLE
    if runner is Runner.STAFF:
        return Lack.NOT_TYPED if case.shown == "text" and not case.text else None
    return _of_a_person(case, runner)


def _of_a_person(case: Case, runner: Runner) -> Lack | None:
    """Of the ways to which a person is named and no code is shown."""
    if case.shown == "text" or case.is_withdrawn:
        return Lack.NO_CODE
    if case.person is None:
        return Lack.NO_STRANGER
    if runner is Runner.SIMULATOR:
        return None
    if case.is_confidential and case.person:
        return Lack.NO_NAMES
    if runner is Runner.IMPORT:
        if case.vehicle is not None and (case.others or not case.vehicle["plate"]):
            return Lack.NO_OTHERS
        return Lack.SECOND_HOUR if case.is_ambiguous else None
    is_asked = case.json["policy"].get("temperature", "off") != "off"
    return Lack.NO_FIELD if case.temperature and not is_asked else None


def possible(runner: Runner) -> list[Case]:
    """The cases that a runner has to run."""
    return [case for case in GOLDEN.values() if lack(case, runner) is None]
