"""Where a visitor, and what they hold, is at a moment: walking up, holding still as people can, leaving.

Places are metres from the lens: x right, y down, z away. Whatever is said for the left side is
mirrored for the right.
"""

import math
from dataclasses import dataclass

import numpy as np

from demo.scene import Appearance, Shown, Side

_STEPS_PER_S = 1.9
_STANDING = (-0.13, 0.98)
_REACH_S = 0.55
# Where the middle of the thing is (x, y, z) when it is held to the lens: a code some 230 pixels wide of 1280.
_TO_LENS = {
    Shown.PHONE: (0.030, 0.020, 0.285),
    Shown.CARD: (0.016, 0.004, 0.225),
    Shown.POSTER: (0.050, 0.006, 0.350),
}
# Where it is carried, from the middle of a body that faces the lens: before the chest.
_CARRIED = (0.01, 0.16, 0.27)


@dataclass(frozen=True)
class BodyPose:
    """Where the middle of the body is, how far it is turned (degrees), and its place in the stride (0..1)."""

    x: float
    y: float
    z: float
    turn: float
    stride: float


@dataclass(frozen=True)
class HeldPose:
    """Where the middle of the held thing is, and its angles in degrees (in the plane, sideways, up)."""

    x: float
    y: float
    z: float
    turn: float
    yaw: float
    pitch: float


@dataclass(frozen=True)
class Habit:
    """What makes one visitor's movement theirs: phases of the tremble, and small offsets of how they hold."""

    phases: tuple[float, ...]
    offsets: tuple[float, ...]

    @classmethod
    def drawn(cls, rng: np.random.Generator) -> "Habit":
        """Draw a habit at random."""
        return cls(tuple(rng.uniform(0, 2 * math.pi, 8)), tuple(rng.uniform(-1, 1, 6)))


def mirrored(appearance: Appearance) -> bool:
    """Return whether the visitor comes from the right, and so holds with the other hand."""
    return appearance.side is Side.RIGHT


def body_at(appearance: Appearance, habit: Habit, at_s: float) -> BodyPose:
    """Return where the body is at `at_s` seconds of the clip."""
    begins, ends = appearance.held_s
    if at_s < begins:
        share = _share(appearance.starts_s, begins, at_s)
        pace = 1 - (1 - share) ** 1.5
        x, z = _way_in(appearance.side, pace)
        turn = 45 * (1 - _smooth((share - 0.45) / 0.45))
        walking = min(1.0, 4 * (1 - share))
    else:
        share = max(0.0, (at_s - ends) / (appearance.ends_s - ends))
        x = _STANDING[0] + 1.25 * share**1.6
        z = _STANDING[1] - 0.10 * share
        turn, walking = 60 * _smooth(share / 0.35), min(1.0, 4 * share)
    stride = (at_s - appearance.starts_s) * _STEPS_PER_S / 2 % 1
    bob = 0.020 * abs(math.sin(2 * math.pi * stride)) * walking
    roll = 0.012 * math.sin(2 * math.pi * stride) * walking
    idle = 0.004 * math.sin(1.3 * at_s + habit.phases[0])
    height = 0.03 * habit.offsets[0]
    side = -1 if mirrored(appearance) else 1
    x += roll + idle + 0.05 * habit.offsets[1]
    return BodyPose(side * x, height - bob, z + 0.07 * habit.offsets[3], turn, stride)


def held_at(appearance: Appearance, habit: Habit, at_s: float) -> HeldPose:
    """Return where the held thing is at `at_s` seconds of the clip."""
    begins, ends = appearance.held_s
    reach = _smooth((at_s - begins + _REACH_S) / _REACH_S)
    drop = _smooth((at_s - ends) / 0.42)
    out = reach * (1 - drop)
    side = -1 if mirrored(appearance) else 1
    body = body_at(appearance, habit, at_s)
    hard, wobble = appearance.difficulty, _tremble(habit, at_s)
    held_x, held_y, held_z = _TO_LENS[appearance.shown]
    swing = hard.sway * math.sin(2 * math.pi * hard.sway_hz * at_s + habit.phases[1])
    rise = 0.35 * hard.sway * math.sin(2.7 * math.pi * hard.sway_hz * at_s + habit.phases[2])
    near = (
        side * held_x + 0.022 * habit.offsets[1] + wobble[0] + swing,
        held_y + 0.009 * habit.offsets[2] + wobble[1] + rise,
        held_z * hard.distance * (1 + 0.05 * habit.offsets[3]) + 2 * wobble[2],
    )
    x, y, z = (a + (b - a) * out for a, b in zip(_carried(body, side), near, strict=True))
    return HeldPose(
        x=x,
        y=y,
        z=z,
        turn=(hard.turn + 3 * habit.offsets[4] + 220 * wobble[1]) * (0.3 + 0.7 * out),
        yaw=(hard.yaw + 4 * habit.offsets[5] + 300 * wobble[2]) * out,
        pitch=24 * (1 - out) + (5 + hard.pitch + 300 * wobble[0]) * out,
    )


def hunted(appearance: Appearance, at_s: float) -> float:
    """Return the blur, in pixels of a picture 1280 wide, of a lens that hunts for its focus."""
    begins, ends = appearance.held_s
    arriving = _smooth((at_s - begins + _REACH_S) / _REACH_S)
    found = _smooth((at_s - begins) / (0.62 * (ends - begins)))
    return appearance.difficulty.defocus * arriving * (1 - found)


def closeness(appearance: Appearance, at_s: float) -> float:
    """Return how much of the picture is bright because something is held to the lens, 0..1."""
    begins, ends = appearance.held_s
    return _smooth((at_s - begins + _REACH_S) / 0.9) * (1 - _smooth((at_s - ends) / 0.8))


def _carried(body: BodyPose, side: int) -> tuple[float, float, float]:
    """Return where the hand is that carries something before the chest; it turns less than the body does."""
    across, down, ahead = _CARRIED
    cos, sin = math.cos(math.radians(body.turn / 2)), math.sin(math.radians(body.turn / 2))
    return body.x + side * (across * cos + ahead * sin), body.y + down, body.z - ahead * cos


def _way_in(side: Side, pace: float) -> tuple[float, float]:
    """Return (x, z) on the curve from where the visitor appears to where they stand."""
    if side is Side.BACK:
        start, bend = (-2.10, 4.75), (0.10, 3.9)
    else:
        start, bend = (-1.50, 2.15), (-0.70, 1.60)
    rest = 1 - pace
    return (
        rest * rest * start[0] + 2 * rest * pace * bend[0] + pace * pace * _STANDING[0],
        rest * rest * start[1] + 2 * rest * pace * bend[1] + pace * pace * _STANDING[1],
    )


def _tremble(habit: Habit, at_s: float) -> tuple[float, float, float]:
    """Return the unrest of an outstretched hand in x, y, z, metres: a slow drift and a fast tremble."""
    drift = [0.0028 * math.sin(rate * at_s + habit.phases[3 + i]) for i, rate in enumerate((2.9, 3.7, 2.2))]
    fast = [0.0005 * math.sin(rate * at_s + habit.phases[7 - i]) for i, rate in enumerate((41, 47, 37))]
    return drift[0] + fast[0], drift[1] + fast[1], drift[2] + fast[2]


def _share(begins: float, ends: float, at: float) -> float:
    return min(max((at - begins) / (ends - begins), 0.0), 1.0)


def _smooth(value: float) -> float:
    ramp = min(max(value, 0.0), 1.0)
    return ramp * ramp * (3 - 2 * ramp)
