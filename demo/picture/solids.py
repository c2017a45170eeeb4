"""Soft solids given by their distance (signed distance fields), as smooth as bodies and cloth are.

Units are the caller's. x runs right, y down, z towards the viewer. Points are (3, n): one row each
of x, y and z, so that every step runs over contiguous memory. Distances after Inigo Quilez,
"distance functions".
"""

from collections.abc import Callable

import numpy as np

from demo.picture.optics import Field

Distance = Callable[[Field], Field]
"""Takes points (3, n), returns how far each is outside of the solid (negative inside), never too far."""
Place = tuple[float, float, float]


def ball(centre: Place, radii: Place) -> Distance:
    """Return an ellipsoid."""
    middle, size = _column(centre), _column(radii)

    def distance(points: Field) -> Field:
        scaled = (points - middle) / size
        outer = length(scaled)
        scaled /= size
        return np.asarray(outer * (outer - 1) / (length(scaled) + 1e-6), np.float32)

    return distance


def limb(start: Place, end: Place, thick: tuple[float, float]) -> Distance:
    """Return a round-ended stick from `start` to `end` whose radius goes from thick[0] to thick[1]."""
    first = _column(start)
    along = _column(end) - first
    share_x, share_y, share_z = (along / np.sum(along * along))[:, 0]
    growth = np.float32(thick[1] - thick[0])

    def distance(points: Field) -> Field:
        away = points - first
        # Not a matrix product: those start threads that cost more than they save on three rows.
        x, y, z = away
        share = np.clip(share_x * x + share_y * y + share_z * z, 0, 1)
        away -= along * share
        return np.asarray(length(away) - np.float32(thick[0]) - growth * share, np.float32)

    return distance


def merged(solids: list[Distance], softness: float) -> Distance:
    """Return the union of the solids with joints filled over a width of `softness`."""
    width, gain = np.float32(softness), np.float32(0.25 / softness)

    def distance(points: Field) -> Field:
        total = solids[0](points)
        for solid in solids[1:]:
            other = solid(points)
            fillet = np.maximum(width - np.abs(total - other), 0)
            total = np.minimum(total, other) - fillet * fillet * gain
        return total

    return distance


def creased(solid: Distance, depth: float, wave: float) -> Distance:
    """Return the solid with folds as of cloth, about `wave` apart."""
    turn = np.float32(2 * np.pi / wave)

    def distance(points: Field) -> Field:
        x, y, z = points * turn
        folds = np.sin(0.9 * x + 0.55 * y + 1.7 * np.sin(0.35 * y + 0.2 * z))
        folds *= np.sin(0.3 * x - 0.8 * y + 0.7 * z + 1.1 * np.sin(0.5 * x))
        return solid(points) + np.float32(depth) * np.asarray(folds, np.float32)

    return distance


def within(solid: Distance, low: Place, high: Place) -> Distance:
    """Return the same solid, known to lie between two corners, measured exactly only near them.

    Far points get the distance to that box instead, which is never too long and much cheaper.
    """
    bottom, top = _column(low), _column(high)
    margin = np.float32(0.15 * np.max(top - bottom))

    def distance(points: Field) -> Field:
        far = length(np.maximum(np.maximum(bottom - points, points - top), 0))
        near = far < margin
        far[near] = solid(points[:, near])
        return far

    return distance


def turned(solid: Distance, degrees: float) -> Distance:
    """Return the solid turned about the vertical axis, its front towards the right of the picture."""
    cos, sin = np.float32(np.cos(np.radians(degrees))), np.float32(np.sin(np.radians(degrees)))

    def distance(points: Field) -> Field:
        x, y, z = points
        return solid(np.stack([cos * x - sin * z, y, sin * x + cos * z]))

    return distance


def length(vectors: Field) -> Field:
    """Return the lengths of vectors (3, n)."""
    x, y, z = vectors
    return np.asarray(np.sqrt(x * x + y * y + z * z), np.float32)


def _column(place: Place) -> Field:
    return np.array(place, np.float32)[:, None]
