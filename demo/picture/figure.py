"""The people: a head, a face behind a mask, shoulders, arms and walking legs, traced into cut-outs.

Units are metres; x runs right in the picture, y down from the height of the lens (so the floor is
at 1.5), z towards the lens from the middle of the body. Faces have no features on purpose: nobody
in the clip is anybody.
"""

import math
from functools import cache

import numpy as np

from demo.picture.clothes import Clothes, Colour, Hair
from demo.picture.optics import Field, Picture, developed, linear
from demo.picture.solids import Distance, ball, creased, limb, merged, turned, within
from demo.picture.tracing import Relief, traced

TORSO_CORNER, TORSO_SIZE = (-0.42, -0.36), (0.84, 1.08)
LEGS_CORNER, LEGS_SIZE = (-0.42, 0.48), (0.84, 1.04)
TORSO_PIXEL, LEGS_PIXEL = 0.0035, 0.006
"""Metres a pixel of the cut-outs spans: the lens is focused nearer, so no more would be seen."""
TURNS = (0, 30, 60)
"""The turns about its own axis, in degrees, a body is traced in."""
STRIDES = 8
"""How many pictures one whole stride of two steps has."""


@cache
def torso(hair: Hair, turn: int) -> Relief:
    """Return the body from the hips up, turned by `turn` degrees about its own axis."""
    solids = {name: turned(solid, turn) for name, solid in _upper_body(hair).items()}
    return traced(solids, TORSO_CORNER, TORSO_SIZE, TORSO_PIXEL, (-0.35, 0.35))


@cache
def legs(stride: int) -> Relief:
    """Return the legs and hips at one of the `STRIDES` moments of walking towards the lens."""
    swing = 2 * math.pi * stride / STRIDES
    left, right = _leg(-1, swing), _leg(1, swing + math.pi)
    hips = merged([ball((0, 0.55, 0), (0.165, 0.13, 0.115))], 0.02)
    solids = {
        "trousers": creased(merged([hips, left[0], right[0]], 0.05), 0.006, 0.16),
        "shoes": merged([left[1], right[1]], 0.01),
    }
    return traced(solids, LEGS_CORNER, LEGS_SIZE, LEGS_PIXEL, (-0.5, 0.5))


def _leg(side: int, swing: float) -> tuple[Distance, Distance]:
    """Return one leg and its shoe; `swing` is the angle in the stride, 0 = foot passing forwards."""
    forward = 0.30 * math.sin(swing)
    lift = 0.10 * max(math.cos(swing), 0)
    hip = (0.09 * side, 0.60, 0.0)
    ankle = (0.085 * side, 1.40 - lift, forward)
    knee = (0.092 * side, 1.0 - 0.3 * lift, forward * 0.45 + 0.05 + 0.9 * lift)
    thigh = limb(hip, knee, (0.088, 0.062))
    shank = limb(knee, ankle, (0.062, 0.046))
    heel, toe = (ankle[0], ankle[1] + 0.05, ankle[2] - 0.03), (ankle[0], ankle[1] + 0.06, forward + 0.15)
    return merged([thigh, shank], 0.03), limb(heel, toe, (0.045, 0.042))


def _upper_body(hair: Hair) -> dict[str, Distance]:
    """Return the solids above the hips; the right arm in the picture is bent, its hand is drawn apart."""
    chest = merged(
        [
            ball((0, 0.275, 0), (0.160, 0.20, 0.112)),
            ball((0, 0.46, 0), (0.152, 0.26, 0.112)),
            ball((0, 0.64, 0), (0.168, 0.20, 0.118)),
            limb((-0.150, 0.130, -0.015), (0.150, 0.130, -0.015), (0.048, 0.048)),
            limb((-0.06, 0.092, -0.025), (0.06, 0.092, -0.025), (0.048, 0.048)),
        ],
        0.07,
    )
    arms = [
        limb((-0.178, 0.135, -0.01), (-0.222, 0.41, -0.02), (0.056, 0.046)),
        limb((-0.222, 0.41, -0.02), (-0.215, 0.63, 0.06), (0.046, 0.036)),
        limb((0.178, 0.135, -0.01), (0.222, 0.40, 0.0), (0.056, 0.048)),
        limb((0.222, 0.40, 0.0), (0.19, 0.36, 0.15), (0.048, 0.042)),
    ]
    cloth = creased(creased(merged([chest, *arms], 0.035), 0.0045, 0.17), 0.002, 0.07)
    collar = [limb((0.050 * s, 0.05, -0.01), (0.014 * s, 0.10, 0.066), (0.020, 0.018)) for s in (-1, 1)]
    face, neck = _head()
    eyes = [ball((0.034 * s, -0.134, 0.066), (0.017, 0.0065, 0.0135)) for s in (-1, 1)]
    shirt = merged([limb((0, 0.11, 0.062), (0, 0.23, 0.088), (0.044, 0.020)), *collar], 0.02)
    return {
        "coat": within(_above(cloth, 0.68), (-0.33, 0.02, -0.2), (0.33, 0.72, 0.24)),
        "shirt": within(shirt, (-0.1, 0.0, -0.05), (0.1, 0.25, 0.14)),
        "skin": within(merged([face, neck], 0.02), (-0.1, -0.27, -0.13), (0.1, 0.1, 0.13)),
        "eyes": within(merged(eyes, 0.005), (-0.06, -0.16, 0.04), (0.06, -0.11, 0.1)),
        "hair": within(_hair(hair), (-0.14, -0.30, -0.18), (0.14, 0.14, 0.17)),
        "mask": within(_mask(), (-0.1, -0.16, -0.02), (0.1, 0.04, 0.13)),
    }


def _above(solid: Distance, level: float) -> Distance:
    """Return the part of the solid above the height `level`."""
    return lambda points: np.maximum(solid(points), points[1] - np.float32(level))


def _head() -> tuple[Distance, Distance]:
    """Return the face with its ears, and the neck."""
    nose = limb((0, -0.14, 0.083), (0, -0.10, 0.099), (0.010, 0.014))
    ears = [ball((0.082 * side, -0.115, -0.015), (0.012, 0.032, 0.02)) for side in (-1, 1)]
    face = merged([_skull(), nose, *ears], 0.03)
    neck = limb((0, -0.05, -0.025), (0, 0.12, -0.02), (0.053, 0.056))
    return face, neck


def _skull() -> Distance:
    skull = ball((0, -0.145, -0.012), (0.080, 0.110, 0.098))
    return merged([skull, ball((0, -0.075, 0.020), (0.060, 0.080, 0.070))], 0.03)


def _mask() -> Distance:
    """Return a medical mask: stretched over nose and chin, tied behind the ears."""
    over = merged([_skull(), limb((0, -0.13, 0.084), (0, -0.095, 0.101), (0.012, 0.016))], 0.06)

    def distance(points: Field) -> Field:
        x, y, z = points
        upper_edge = -0.108 - 0.35 * np.maximum(0.050 - np.abs(x), 0) - y
        lower_edge = y - 0.012 - 0.25 * (z - 0.05)
        edges = np.maximum(np.maximum(upper_edge, lower_edge), 0.005 - z)
        return np.asarray(np.maximum(over(points) - np.float32(0.006), edges), np.float32)

    return distance


def _hair(hair: Hair) -> Distance:
    """Return the hair or the cap."""
    if hair is Hair.CAP:
        crown = ball((0, -0.185, -0.012), (0.090, 0.085, 0.106))
        brim = ball((0, -0.180, 0.078), (0.068, 0.010, 0.075))
        return merged([crown, brim], 0.012)
    top = ball((0, -0.180, -0.022), (0.091, 0.094, 0.106))
    parts = [top, limb((-0.05, -0.222, 0.045), (0.045, -0.212, 0.055), (0.022, 0.022))]
    parts += [limb((0.076 * s, -0.2, 0.0), (0.078 * s, -0.135, -0.01), (0.020, 0.012)) for s in (-1, 1)]
    if hair is Hair.LONG:
        parts += [limb((0.078 * s, -0.17, -0.005), (0.088 * s, 0.06, -0.03), (0.026, 0.030)) for s in (-1, 1)]
        parts += [limb((0, -0.1, -0.08), (0, 0.08, -0.08), (0.07, 0.06))]
    return creased(merged(parts, 0.02), 0.0013, 0.06)


def dressed(relief: Relief, clothes: Clothes) -> Picture:
    """Return the relief in its colours as 8-bit BGRA, colour already multiplied by the coverage."""
    colours = {
        "coat": clothes.coat,
        "shirt": clothes.shirt,
        "skin": clothes.skin,
        "eyes": _shaded(clothes.skin),
        "hair": clothes.hair_colour,
        "mask": clothes.mask,
        "trousers": clothes.trousers,
        "shoes": (38, 36, 36),
    }
    light = np.zeros_like(relief.light)
    cover = np.zeros(relief.depth.shape, np.float32)
    for name, share in relief.shares.items():
        light += share[..., None] * linear(colours[name])
        cover += share
    light *= relief.light / np.maximum(cover, 1e-3)[..., None]
    shown = developed(light).astype(np.float32) * cover[..., None]
    return np.dstack([shown, cover * 255]).clip(0, 255).astype(np.uint8)


def _shaded(colour: Colour) -> Colour:
    """Return the colour of skin in the shade of a brow: all a lens focused elsewhere sees of eyes."""
    blue, green, red = colour
    return blue // 2, green // 2, red // 2
