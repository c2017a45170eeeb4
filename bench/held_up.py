"""Our own codes held before a 60° 1280×720 webcam at a given distance: what `bench reach` reads."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from types import MappingProxyType
from typing import Final

import numpy as np
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from numpy.typing import NDArray

from demo.picture.backdrop import lobby
from demo.picture.front import front
from demo.picture.sensor import Lens, Sensor, defocused, smeared
from demo.scene import Shown
from domain.code import CARD_LIFETIME_S, PHONE_LIFETIME_S, CodeClass
from domain.minting import minted
from printables.kinds.visitor_card import CardContent, visitor_card
from printables.png import raster
from reader.opencv import cv2

Picture = NDArray[np.uint8]

SIZE: Final = (1280, 720)
FIELD_OF_VIEW: Final = 60.0  # degrees across
_FOCAL: Final = SIZE[0] / 2 / math.tan(math.radians(FIELD_OF_VIEW / 2))
_JPEG_QUALITY: Final = 82  # about what a webcam sends
_DPI: Final = 600
_PER_METRE: Final = 8_000.0  # pixels of a phone's front
_ISSUED: Final = 1_780_000_000


@dataclass(frozen=True, slots=True)
class Shot:
    """How one picture is taken: angles in degrees, blur and smear in pixels, light 1 as is."""

    distance: float
    turn: float
    yaw: float
    pitch: float
    x: float
    y: float
    blur: float
    smear: tuple[float, float]
    light: float
    seed: int


def shot(distance: float, number: int) -> Shot:
    """Return the `number`-th shot at `distance` metres: held about straight, focused about right."""
    rng = np.random.default_rng((round(distance * 1000), number))
    path, angle = abs(rng.normal(0, 1.2)), rng.uniform(0, 2 * math.pi)
    turn, yaw, pitch = (float(rng.normal(0, sigma)) for sigma in (8, 11, 9))
    return Shot(
        distance=distance,
        turn=turn,
        yaw=yaw,
        pitch=pitch,
        x=float(rng.uniform(-0.12, 0.12)) * distance,
        y=float(rng.uniform(-0.07, 0.07)) * distance,
        blur=float(rng.uniform(0.45, 0.95)),
        smear=(path * math.cos(angle), path * math.sin(angle)),
        light=float(rng.uniform(0.55, 1.0)),
        seed=number,
    )


def taken(carrier: str, text: str, how: Shot) -> Picture:
    """Return what the camera sends (720 × 1280 × 3, BGR) when `text` is held up on a carrier."""
    sheet, per_metre = CARRIERS[carrier](text)
    sheet = np.asarray(np.clip(sheet * how.light, 0, 255), np.uint8)
    # Twice as fine as the camera, then averaged: a pixel sees an area, not a point.
    fine = 2 * _FOCAL / how.distance
    size = (round(sheet.shape[1] * fine / per_metre), round(sheet.shape[0] * fine / per_metre))
    small = np.asarray(cv2.resize(sheet, size, interpolation=cv2.INTER_AREA), np.uint8)
    seen = cv2.warpPerspective(
        np.dstack([small, np.full(small.shape[:2], 255, np.uint8)]),
        _projection(how, fine, small.shape),
        (2 * SIZE[0], 2 * SIZE[1]),
    )
    pixels = np.asarray(cv2.resize(seen, SIZE, interpolation=cv2.INTER_AREA), np.uint8)
    seen = defocused(smeared(pixels, how.smear), how.blur)
    cover = seen[..., 3:].astype(np.float32) / 255
    light = lobby(SIZE, 0).picture * (1 - cover) + seen[..., :3] * cover
    picture = _sensor(how.seed).exposed(np.asarray(light, np.uint8), 1.0)
    jpeg = cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, _JPEG_QUALITY])[1]
    return np.asarray(cv2.imdecode(jpeg, cv2.IMREAD_COLOR), np.uint8)


def _projection(how: Shot, fine: float, shape: tuple[int, ...]) -> NDArray[np.float64]:
    """Return the matrix from pixels of the sheet (`fine` a metre) to those of the doubled picture."""
    turn, yaw, pitch = (math.radians(angle) for angle in (how.turn, how.yaw, how.pitch))
    roll = np.array([[math.cos(turn), -math.sin(turn), 0], [math.sin(turn), math.cos(turn), 0], [0, 0, 1]])
    side = np.array([[math.cos(yaw), 0, math.sin(yaw)], [0, 1, 0], [-math.sin(yaw), 0, math.cos(yaw)]])
    up = np.array([[1, 0, 0], [0, math.cos(pitch), -math.sin(pitch)], [0, math.sin(pitch), math.cos(pitch)]])
    per_pixel = how.distance / (2 * _FOCAL)
    metres = np.array(
        [[per_pixel, 0, -per_pixel * shape[1] / 2], [0, per_pixel, -per_pixel * shape[0] / 2], [0, 0, 1]]
    )
    place = np.column_stack([(side @ up @ roll)[:, :2], (how.x, how.y, how.distance)])
    camera = np.array([[2 * _FOCAL, 0, SIZE[0]], [0, 2 * _FOCAL, SIZE[1]], [0, 0, 1]])
    return np.asarray(camera @ place @ metres, np.float64)


def code(carrier: str, number: int) -> str:
    """Return a visitor code as issued, signed with a key that no kiosk trusts."""
    rng = np.random.default_rng(number)
    key = Ed25519PrivateKey.from_private_bytes(rng.bytes(32))
    if carrier == "phone":
        kind, lifetime = CodeClass.PHONE, PHONE_LIFETIME_S
    else:
        kind, lifetime = CodeClass.CARD, CARD_LIFETIME_S
    return minted(key, rng.bytes(2), rng.bytes(16), kind, _ISSUED, _ISSUED + lifetime)


def _phone(text: str) -> tuple[Picture, float]:
    return front(Shown.PHONE, text, _PER_METRE).colour, _PER_METRE


def _card(text: str) -> tuple[Picture, float]:
    content = CardContent(text, "王*明", "访客", "Visitor", date(2026, 12, 31), "H4RT7WXC", "云杉科技园")
    printed = np.asarray(raster(visitor_card(content), _DPI), np.uint8)[..., ::-1]
    # Black ink is no hole and paper no lamp.
    return np.asarray(28 + printed * (190 / 255), np.uint8), _DPI / 0.0254


CARRIERS: Final[Mapping[str, Callable[[str], tuple[Picture, float]]]] = MappingProxyType(
    {"phone": _phone, "card": _card}
)
"""What holds a code, by name: its front (BGR) and how many pixels of it make a metre."""


@cache
def _sensor(seed: int) -> Sensor:
    return Sensor(Lens(*SIZE), np.random.default_rng(seed % 4))
