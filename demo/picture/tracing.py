"""Looks at soft solids from the front and lights them as the lobby does: what is seen becomes a relief.

The view is parallel to z, because a relief is later scaled by its distance from the lens.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from demo.picture.optics import Field, blurred, step
from demo.picture.solids import Distance, length

_STEPS = 44
_LAMPS = (np.array([[0.18], [-0.86], [0.48]]) / np.sqrt(0.18**2 + 0.86**2 + 0.48**2)).astype(np.float32)
"""The way to the lamps overhead and a little in front."""


@dataclass(frozen=True)
class Relief:
    """What was seen: which solid each pixel belongs to, how it is lit, and how near it is.

    `shares` maps a solid's name to its coverage (height, width) in 0..1; `light` is linear BGR
    (height, width, 3); `depth` is z of the surface, very low where there is none.
    """

    shares: dict[str, Field]
    light: Field
    depth: Field


def traced(
    solids: dict[str, Distance],
    corner: tuple[float, float],
    extent: tuple[float, float],
    pixel: float,
    reach: tuple[float, float],
) -> Relief:
    """Look at the solids from the front.

    `corner` is the (x, y) of the upper left, `extent` the (width, height) looked at, `pixel` the
    size of one pixel, `reach` the (farthest, nearest) z that can hold a solid, all in the caller's
    units.
    """
    points, shape = grid(corner, extent, pixel)
    points[2] = reach[1]
    hit = _march(solids, points, reach[0], pixel)
    at = np.ascontiguousarray(points[:, hit])
    owners = np.argmin(np.stack([solid(at) for solid in solids.values()]), axis=0)
    light = np.zeros((points.shape[1], 3), np.float32)
    light[hit] = _lit(solids, at, pixel, reach[1] - reach[0]).T
    shares = {}
    for number, name in enumerate(solids):
        share = np.zeros(points.shape[1], np.float32)
        share[hit] = owners == number
        shares[name] = blurred(share.reshape(shape), 0.7)
    depth = np.where(hit, points[2], np.float32(-1e6)).reshape(shape)
    spread = _filled(light.reshape(*shape, 3), hit.reshape(shape))
    return Relief(shares, spread, np.asarray(depth, np.float32))


def grid(
    corner: tuple[float, float], extent: tuple[float, float], pixel: float
) -> tuple[Field, tuple[int, int]]:
    """Return the middles of all pixels as points (3, n) of the plane z = 0, and the shape (height, width)."""
    width, height = round(extent[0] / pixel), round(extent[1] / pixel)
    across, down = np.meshgrid(np.arange(width) + 0.5, np.arange(height) + 0.5)
    points = np.zeros((3, width * height), np.float32)
    points[0], points[1] = across.ravel() * pixel + corner[0], down.ravel() * pixel + corner[1]
    return points, (height, width)


def _nearest(solids: dict[str, Distance], points: Field) -> Field:
    return np.asarray(np.minimum.reduce([solid(points) for solid in solids.values()]), np.float32)


def _march(solids: dict[str, Distance], points: Field, farthest: float, pixel: float) -> NDArray[np.bool_]:
    """Move the points along -z until they touch, in place; return which did."""
    going = np.arange(points.shape[1])
    moving = points.copy()
    hit = np.zeros(points.shape[1], np.bool_)
    for _ in range(_STEPS):
        gap = _nearest(solids, moving)
        touching = gap < pixel * 0.4
        moving[2] -= np.where(touching, 0, gap * np.float32(0.92))
        points[2, going] = moving[2]
        hit[going[touching]] = True
        left = ~touching & (moving[2] > farthest)
        going, moving = going[left], np.ascontiguousarray(moving[:, left])
        if not len(going):
            return hit
    hit[going] = True
    return hit


def _lit(solids: dict[str, Distance], points: Field, pixel: float, span: float) -> Field:
    """Return the light on each point: lamps overhead, bright doors behind, the kiosk's screen in front."""
    normal = _normals(solids, points, pixel)
    openness = np.ones(points.shape[1], np.float32)
    for share in (0.025, 0.07, 0.16):
        reached = _nearest(solids, points + normal * np.float32(share * span))
        openness *= 0.55 + 0.45 * step(0.0, share * span, reached)
    lamp = np.maximum(np.sum(_LAMPS * normal, axis=0), 0)
    lamp *= _shadow(solids, points + normal * np.float32(2 * pixel), span)
    _, y, z = normal
    parts = (
        ((0.55 - 0.45 * y) * openness * 0.36, (0.95, 1.0, 1.03)),
        (lamp * 0.60, (0.90, 1.0, 1.06)),
        (np.clip(1 - z, 0, 1) ** 3 * (0.6 - 0.4 * y) * openness * 0.38, (1.12, 1.03, 0.96)),
        (np.maximum(z, 0) * openness * 0.16, (1.12, 1.02, 0.94)),
    )
    light = np.zeros_like(points)
    for amount, tint in parts:
        light += amount * np.array(tint, np.float32)[:, None]
    return light


def _normals(solids: dict[str, Distance], points: Field, pixel: float) -> Field:
    """Return unit normals by four taps on a tetrahedron."""
    normal = np.zeros_like(points)
    for tap in ((1, -1, -1), (-1, -1, 1), (-1, 1, -1), (1, 1, 1)):
        offset = np.array(tap, np.float32)[:, None]
        normal += _nearest(solids, points + offset * np.float32(pixel)) * offset
    return np.asarray(normal / (length(normal) + 1e-9), np.float32)


def _shadow(solids: dict[str, Distance], points: Field, span: float) -> Field:
    """Return how much of the lamps each point sees, with the soft edges of a wide lamp."""
    seen = np.ones(points.shape[1], np.float32)
    for share in (0.035, 0.09, 0.18, 0.34, 0.55):
        far = np.float32(share * span)
        seen = np.minimum(seen, 0.5 + 1.6 * _nearest(solids, points + _LAMPS * far) / far)
    return step(0.0, 1.0, seen)


def _filled(light: Field, hit: NDArray[np.bool_]) -> Field:
    """Return the light carried on beyond the outline, so that soft edges take the colour of the inside."""
    mask = hit.astype(np.float32)
    reach = max(2.0, hit.shape[0] / 60)
    spread = blurred(light, reach) / (blurred(mask, reach)[..., None] + 1e-4)
    return np.asarray(np.where(hit[..., None], light, spread), np.float32)
