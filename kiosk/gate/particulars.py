"""What staff know of a passage beside the code."""

from __future__ import annotations

from dataclasses import dataclass

from domain.decision import Vehicle
from domain.visitor import masked_tail

BY_CODE = "code"
"""Stands for the phone of a driver who showed a code: it was given when they registered."""


@dataclass(frozen=True, slots=True)
class Particulars:
    """All that may be given; `occupants` are the phones of the others, "" unknown."""

    temperature_tenths: int | None = None
    companions: int = 0
    name: str = ""
    phone: str = ""
    plate: str = ""
    occupants: tuple[str, ...] = ()
    in_vehicle: bool = False

    @property
    def vehicle(self) -> Vehicle | None:
        """The vehicle as the rules look at it."""
        if not self.in_vehicle:
            return None
        phones = (self.phone if self.name else BY_CODE, *self.occupants)
        return Vehicle(self.plate, 1 + len(self.occupants), phones)

    @property
    def others(self) -> int:
        """How many come beside whoever is decided about."""
        return self.companions + len(self.occupants)

    @property
    def shown(self) -> str:
        """The particulars in one line that names nobody."""
        degrees = "" if self.temperature_tenths is None else f"{self.temperature_tenths / 10:.1f} °C"
        plate = masked_tail(self.plate) if self.plate else ""
        return " · ".join(part for part in (degrees, plate, f"+{self.others}" if self.others else "") if part)

    @property
    def beside_the_vehicle(self) -> Particulars:
        """What was measured and counted, without the vehicle itself."""
        return Particulars(self.temperature_tenths, self.companions)

    def may_be(self, typed: Particulars) -> bool:
        """Whether these and `typed` can be one vehicle: its plate and its driver do not differ."""
        pairs = ((self.plate, typed.plate), (self.name, typed.name))
        return all(not one or not other or one == other for one, other in pairs)

    def joined(self, other: Particulars) -> Particulars:
        """These with whatever `other` adds; a vehicle comes whole, with nobody of one noted before."""
        kept = NOTHING if other.in_vehicle else self
        return Particulars(
            self.temperature_tenths if other.temperature_tenths is None else other.temperature_tenths,
            other.companions or self.companions,
            other.name or self.name,
            other.phone or self.phone,
            other.plate or kept.plate,
            other.occupants or kept.occupants,
            other.in_vehicle or self.in_vehicle,
        )


NOTHING = Particulars()
