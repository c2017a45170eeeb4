"""The empty lobby the kiosk's camera looks into: ray-cast once in linear light, then only copied.

Coordinates are metres from the lens: x right, y down, z away from it. The camera hangs 1.5 m above
the floor and is focused at arm's length, so the room behind the visitors is soft, as it is in life.
"""

from dataclasses import dataclass
from functools import lru_cache

import cv2
import numpy as np
from numpy.typing import NDArray

from demo.picture.optics import Field, Picture, blurred, developed, step

FOCAL_PER_WIDTH = 0.9
"""Focal length in units of the picture's width: a webcam that sees 58 degrees across."""
EYE_HEIGHT = 1.5
"""Metres of the lens above the floor."""
DOOR_Z = 8.2
"""Metres from the lens to the glass doors at the end."""

PASSAGE_Z = (4.3, 5.4)
"""Metres from the lens to the edges of the passage in the left wall, out of which some visitors come."""

_LOW = np.array([-1.95, -1.35, -1.0], np.float32)
_HIGH = np.array([2.25, EYE_HEIGHT, DOOR_Z], np.float32)
_WEST, _CEILING, _EAST, _FLOOR, _END = 0, 1, 3, 4, 5
# Gate housings to either side of the way in, and a bench by the wall: low corner, high corner, colour (BGR).
_BOXES = (
    ((-1.32, 0.52, 2.5), (-1.06, EYE_HEIGHT, 3.8), (0.42, 0.41, 0.39)),
    ((1.06, 0.52, 2.5), (1.32, EYE_HEIGHT, 3.8), (0.42, 0.41, 0.39)),
    ((1.70, 1.02, 4.4), (2.25, EYE_HEIGHT, 6.6), (0.10, 0.17, 0.27)),
    ((-1.75, 0.95, 7.2), (-1.30, EYE_HEIGHT, 7.65), (0.55, 0.56, 0.57)),
    ((1.45, -1.35, 7.3), (1.80, EYE_HEIGHT, 7.65), (0.55, 0.60, 0.62)),
)
_LAMPS = tuple((x, -1.33, z) for z in (0.9, 3.0, 5.1, 7.2) for x in (-0.75, 1.05))
_DAYLIGHT = tuple((x, y, DOOR_Z - 0.02) for x in (-0.5, 0.5) for y in (-0.4, 0.5))
_DOOR_X, _DOOR_TOP = 1.0, -0.80


@dataclass(frozen=True)
class Lobby:
    """The empty lobby as BGR, and how far away (z in metres) what is seen in each pixel is."""

    picture: Picture
    depth: Field


# Whoever renders several clips looks into one lobby; it takes as long as forty frames with a visitor.
@lru_cache(maxsize=1)
def lobby(size: tuple[int, int], seed: int) -> Lobby:
    """Return the lobby in `size` = (width, height) pixels, the same for the same seed and read-only."""
    small = (max(2, size[0] // 2), max(2, size[1] // 2))
    grain = np.random.default_rng(seed).normal(0, 1, (256, 256)).astype(np.float32)
    rays = _rays(small)
    light = _seen(np.zeros((1, 3), np.float32), rays, grain) + _mirrored(rays, grain, small)
    picture = blurred(light.reshape(small[1], small[0], 3), small[0] / 420)
    bloom = blurred(np.maximum(picture - 0.8, 0), small[0] / 28)
    full = cv2.resize(picture + 0.25 * bloom, size, interpolation=cv2.INTER_CUBIC)
    distance, _, _ = _cast(np.zeros((1, 3), np.float32), rays)
    depth = cv2.resize((distance * rays[:, 2]).reshape(small[1], small[0]), size)
    shown = developed(np.maximum(np.asarray(full, np.float32), 0))
    made = Lobby(shown, np.asarray(depth, np.float32))
    made.picture.flags.writeable = made.depth.flags.writeable = False
    return made


def _rays(size: tuple[int, int]) -> Field:
    """Return the unit direction of every pixel's ray, (pixels, 3)."""
    width, height = size
    focal = FOCAL_PER_WIDTH * width
    x = (np.arange(width, dtype=np.float32) - (width - 1) / 2) / focal
    y = (np.arange(height, dtype=np.float32) - (height - 1) / 2) / focal
    across, down = np.meshgrid(x, y)
    rays = np.stack([across, down, np.ones_like(across)], axis=-1).reshape(-1, 3)
    return np.asarray(rays / np.linalg.norm(rays, axis=1, keepdims=True), np.float32)


def _mirrored(rays: Field, grain: Field, size: tuple[int, int]) -> Field:
    """Return the light the polished floor mirrors, scattered mostly up and down as worn stone does."""
    distance, _, surface = _cast(np.zeros((1, 3), np.float32), rays)
    floor = surface == _FLOOR
    points = rays[floor] * distance[floor, None] - np.array([0, 0.002, 0], np.float32)
    bounced = rays[floor] * np.array([1, -1, 1], np.float32)
    glossy = np.zeros_like(rays)
    glossy[floor] = _seen(points, bounced, grain)
    glossy *= 0.07 + 0.75 * (1 - np.abs(rays[:, 1:2])) ** 6
    picture = glossy.reshape(size[1], size[0], 3)
    soft = cv2.GaussianBlur(picture, (0, 0), size[0] / 160, sigmaY=size[0] / 40)
    return np.asarray(soft.reshape(-1, 3) * floor[:, None], np.float32)


def _cast(origin: Field, rays: Field) -> tuple[Field, Field, NDArray[np.intp]]:
    """Return for each ray the distance, the normal and the number of the first surface it meets.

    Numbers 0-5 are the room's low and high planes in x, y, z; 6 and up are the boxes.
    """
    safe = np.where(np.abs(rays) < 1e-6, np.float32(1e-6), rays)
    walls = np.where(safe < 0, (_LOW - origin) / safe, (_HIGH - origin) / safe)
    axis = np.argmin(walls, axis=1)
    rows = np.arange(len(rays))
    distance = walls[rows, axis].astype(np.float32)
    going_up = safe[rows, axis] > 0
    surface = axis + 3 * going_up
    normal = np.zeros_like(rays)
    normal[rows, axis] = np.where(going_up, -1, 1)
    for number, (low, high, _) in enumerate(_BOXES, start=6):
        near_low, near_high = (np.array(low) - origin) / safe, (np.array(high) - origin) / safe
        entering = np.minimum(near_low, near_high)
        inside = np.max(entering, axis=1)
        hit = (inside < np.min(np.maximum(near_low, near_high), axis=1)) & (inside > 1e-3)
        hit &= inside < distance
        side = np.argmax(entering, axis=1)
        distance[hit], surface[hit] = inside[hit], number
        normal[hit] = 0
        normal[rows[hit], side[hit]] = -np.sign(safe[rows[hit], side[hit]])
    return distance, normal, surface


def _seen(origin: Field, rays: Field, grain: Field) -> Field:
    """Return the linear BGR light that comes back along each ray."""
    distance, normal, surface = _cast(origin, rays)
    points = np.asarray(origin + rays * distance[:, None], np.float32)
    colour, glow = _surfaces(points, surface, grain)
    return np.asarray(colour * _lit(points, normal) + glow, np.float32)


def _lit(points: Field, normal: Field) -> Field:
    """Return the light that falls on each point: lamps, daylight from the doors, and what walls pass on."""
    light = np.full_like(points, 0.31) * np.array([0.94, 1.0, 1.04], np.float32)
    sources = [(lamp, (0.86, 1.0, 1.08), 0.80) for lamp in _LAMPS]
    sources += [(pane, (1.18, 1.05, 0.95), 1.3) for pane in _DAYLIGHT]
    for place, tint, strength in sources:
        away = np.array(place, np.float32) - points
        squared = np.sum(away * away, axis=1)
        unit = away / np.sqrt(squared)[:, None]
        leaving = np.abs(unit[:, 1] if place[1] < -1 else unit[:, 2])
        fall = np.maximum(np.sum(unit * normal, axis=1), 0) * leaving / (squared + 0.35)
        light += strength * fall[:, None] * np.array(tint, np.float32)
    return light * _corners(points)[:, None]


def _corners(points: Field) -> Field:
    """Return how open the surroundings of each point are: corners and the floor beside boxes are darker."""
    open_to = np.ones(len(points), np.float32)
    near = np.sort(np.minimum(points - _LOW, _HIGH - points), axis=1)
    open_to *= 0.55 + 0.45 * step(0.0, 0.7, near[:, 1])
    for low, high, _ in _BOXES:
        outside = np.maximum(np.maximum(np.array(low) - points, points - np.array(high)), 0)
        gap = np.linalg.norm(outside, axis=1).astype(np.float32)
        open_to *= np.where(gap < 1e-3, 1, 0.45 + 0.55 * step(0.0, 0.5, gap))
    return open_to


def _surfaces(points: Field, surface: NDArray[np.intp], grain: Field) -> tuple[Field, Field]:
    """Return the colour of each point and the light it gives off by itself."""
    x, y, z = points[:, 0], points[:, 1], points[:, 2]
    colour = np.full_like(points, 0.62) * np.array([0.90, 0.97, 1.0], np.float32)
    glow = np.zeros_like(points)
    walls = (surface == _WEST) | (surface == _EAST) | (surface == _END)
    low_wall = step(0.50, 0.52, y) * walls
    colour *= (1 - 0.52 * low_wall)[:, None]
    floor = surface == _FLOOR
    colour[floor] = np.array([0.33, 0.36, 0.38]) * (1 + 0.10 * _grain(grain, x, z, 9)[floor, None])
    joints = np.minimum(np.abs((x + 9) % 0.6 - 0.3), np.abs(z % 0.6 - 0.3))
    colour[floor] *= (0.66 + 0.34 * step(0.0, 0.012, joints))[floor, None]
    ceiling = surface == _CEILING
    grid = np.minimum(np.abs((x + 9.15) % 0.6 - 0.3), np.abs(z % 0.6 - 0.3))
    colour[ceiling] *= (0.8 + 0.2 * step(0.0, 0.02, grid))[ceiling, None]
    for lamp_x, _, lamp_z in _LAMPS:
        panel = ceiling & (np.abs(x - lamp_x) < 0.29) & (np.abs(z - lamp_z) < 0.29)
        glow[panel] = (2.3, 2.7, 2.8)
    for number, (_, _, tint) in enumerate(_BOXES, start=6):
        colour[surface == number] = tint
    _hang_boards(colour, points, surface)
    _open_doors(colour, glow, points, surface == _END)
    colour *= (1 + 0.04 * _grain(grain, x + y, z + 0.3 * y, 5))[:, None]
    return colour, glow


def _hang_boards(colour: Field, points: Field, surface: NDArray[np.intp]) -> None:
    """Paint the side walls: a passage, a notice board with sheets, an office door, and lights on the gate."""
    y, z = points[:, 1], points[:, 2]
    west, east = surface == _WEST, surface == _EAST
    passage = west & (z > PASSAGE_Z[0]) & (z < PASSAGE_Z[1]) & (y > -0.75)
    deep = 0.05 + 0.22 * step(PASSAGE_Z[1], PASSAGE_Z[0], z)
    colour[passage] = deep[passage, None] * np.array([0.95, 1.0, 1.05], np.float32)
    board = west & (np.abs(z - 3.0) < 0.65) & (np.abs(y + 0.12) < 0.42)
    colour[board] = (0.36, 0.22, 0.10)
    for middle, height, tint in (
        (2.70, -0.16, (0.75, 0.76, 0.76)),
        (3.02, -0.10, (0.25, 0.62, 0.72)),
        (3.36, -0.20, (0.78, 0.74, 0.70)),
    ):
        colour[west & (np.abs(z - middle) < 0.13) & (np.abs(y - height) < 0.2)] = tint
    colour[east & (np.abs(z - 3.75) < 0.52) & (y > -0.66)] = (0.5, 0.52, 0.53)
    colour[east & (np.abs(z - 3.75) < 0.46) & (y > -0.60)] = (0.13, 0.22, 0.33)
    colour[east & (np.abs(z - 5.6) < 0.35) & (np.abs(y + 0.1) < 0.45)] = (0.62, 0.60, 0.30)
    housing = (surface == 6) | (surface == 7)
    colour[housing & (y < 0.56)] = (0.035, 0.033, 0.03)
    colour[housing & (np.abs(y - 0.72) < 0.02)] = (0.7, 0.25, 0.05)


def _open_doors(colour: Field, glow: Field, points: Field, end: NDArray[np.bool_]) -> None:
    """Paint the glass doors and the overexposed street behind them."""
    x, y = points[:, 0], points[:, 1]
    glass = end & (np.abs(x) < _DOOR_X) & (y > _DOOR_TOP)
    sky = step(0.7, -0.7, y)
    street = 0.72 + 1.3 * sky
    crowns = 0.10 * np.sin(4.1 * x + 0.6) + 0.05 * np.sin(11.0 * x)
    greenery = 0.62 * step(-0.15, 0.1, y + crowns) * step(0.62, 0.5, y)
    tints = np.stack([street - 0.9 * greenery, street - 0.55 * greenery, street - 0.75 * greenery])
    glow[glass] = (tints.T * np.array([1.08, 1.02, 0.97]))[glass]
    colour[glass] = 0.04
    bars = np.minimum(np.abs(x), np.abs(np.abs(x) - _DOOR_X))
    handles = (np.abs(np.abs(x) - 0.10) < 0.016) & (np.abs(y - 0.45) < 0.28)
    frame = glass & ((bars < 0.045) | handles | (y < _DOOR_TOP + 0.06) | (y > EYE_HEIGHT - 0.1))
    glow[frame] = 0
    colour[frame] = 0.09


def _grain(grain: Field, across: Field, down: Field, per_metre: float) -> Field:
    """Return smooth random values of about unit spread, bumps 1 / per_metre wide."""
    u, v = across * per_metre * 8 % 254, down * per_metre * 8 % 254
    left, top = u.astype(np.intp), v.astype(np.intp)
    right, low = u - left, v - top
    upper = grain[top, left] * (1 - right) + grain[top, left + 1] * right
    lower = grain[top + 1, left] * (1 - right) + grain[top + 1, left + 1] * right
    return np.asarray(upper * (1 - low) + lower * low, np.float32)
