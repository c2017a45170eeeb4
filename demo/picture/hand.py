"""The hand and forearm that hold a code towards the lens, as soft solids traced into cut-outs.

Units are metres. The face of what is held is the plane z = 0; the origin is the middle of the
phone, or the point of the sheet's lower edge that is pinched. The forearm comes from below right.
"""

from dataclasses import dataclass
from enum import Enum
from functools import cache

from demo.picture.optics import Field
from demo.picture.solids import Distance, ball, creased, limb, merged, within
from demo.picture.tracing import Relief, grid, traced

CORNER, EXTENT = (-0.09, -0.16), (0.28, 0.54)
"""Upper left (x, y) and size of the piece of the plane z = 0 that the cut-outs cover."""
_PIXEL = 0.0008


class Grip(Enum):
    """How the hand holds: around a phone, or a sheet by its lower edge between thumb and fingers."""

    AROUND = "around"
    EDGE = "edge"


@dataclass(frozen=True)
class Hand:
    """A traced hand: what is seen of it, and how far (metres) it is from each point of the held face."""

    relief: Relief
    gap: Field


@cache
def hand(grip: Grip) -> Hand:
    """Return the hand, traced once for each grip."""
    fingers, arm = _around() if grip is Grip.AROUND else _pinching()
    low_y = CORNER[1] + EXTENT[1]
    solids = {
        "skin": within(fingers, (-0.07, -0.05, -0.09), (0.09, 0.26, 0.03)),
        "coat": within(creased(arm, 0.0018, 0.045), (-0.03, 0.10, -0.14), (0.24, low_y, 0.03)),
    }
    relief = traced(solids, CORNER, EXTENT, _PIXEL, (-0.14, 0.035))
    face, shape = grid(CORNER, EXTENT, _PIXEL)
    return Hand(relief, solids["skin"](face).reshape(shape))


def _around() -> tuple[Distance, Distance]:
    """Return the fingers and sleeve of a hand around the lower half of a phone."""
    parts = [
        limb((-0.026, 0.078, -0.027), (-0.0490, 0.042, -0.006), (0.017, 0.0108)),
        limb((-0.0490, 0.042, -0.006), (-0.0345, 0.016, 0.0075), (0.0105, 0.0085)),
        limb((-0.002, 0.045, -0.034), (0.006, 0.085, -0.036), (0.030, 0.034)),
        limb((0.012, 0.100, -0.036), (0.050, 0.200, -0.046), (0.029, 0.025)),
    ]
    for knuckle, drop in ((0.024, 0.001), (0.042, 0.002), (0.0595, 0.003), (0.076, 0.004)):
        bend = (0.0455, knuckle, -0.009)
        parts += [
            limb((0.010, knuckle + 0.006, -0.030), bend, (0.0105, 0.0090)),
            limb(bend, (0.0345, knuckle - drop, 0.0055), (0.0088, 0.0072)),
        ]
    sleeve = limb((0.046, 0.185, -0.046), (0.118, 0.345, -0.070), (0.036, 0.050))
    return merged(parts, 0.008), sleeve


def _pinching() -> tuple[Distance, Distance]:
    """Return the fingers and sleeve of a hand that pinches a sheet whose lower edge is at y = 0."""
    parts = [
        limb((0.012, 0.062, -0.010), (0.001, 0.026, 0.012), (0.0165, 0.0115)),
        limb((0.001, 0.026, 0.012), (-0.003, -0.010, 0.0085), (0.0110, 0.0090)),
        ball((0.008, 0.070, -0.026), (0.036, 0.038, 0.024)),
        limb((0.018, 0.090, -0.030), (0.052, 0.180, -0.046), (0.028, 0.024)),
    ]
    for number in range(4):
        x, low = -0.020 - 0.007 * number, 0.014 + 0.017 * number
        parts += [
            limb((0.004, low + 0.030, -0.034), (x, low + 0.006, -0.024), (0.0115, 0.0098)),
            limb((x, low + 0.006, -0.024), (x + 0.024, low - 0.006, -0.010), (0.0095, 0.0080)),
        ]
    sleeve = limb((0.047, 0.165, -0.046), (0.110, 0.300, -0.070), (0.034, 0.048))
    return merged(parts, 0.007), sleeve
