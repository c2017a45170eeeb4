"""Generated views of a symbol, each spoiled in one way: what a reader's stages are judged by.

No photograph is in these: a stage that was made to fit pictures we know does not shine here.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final

import numpy as np
from numpy.typing import NDArray

from printables.symbol import QUIET_ZONE, qr
from reader.opencv import cv2

Gray = NDArray[np.uint8]
Field = NDArray[np.float32]

_ALPHABET: Final = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"
_LENGTHS: Final = (14, 40, 90, 178)  # versions 1 to 8: short links to our own visitor code
_LEVELS: Final = ("L", "M", "Q")
PER_MODULE: Final = 12  # pixels of the flat symbol before a camera sees it
_ROOM: Final = 1.35  # side of the picture in sides of the symbol with its quiet zone


@dataclass(frozen=True, slots=True)
class Spoiled:
    """How one view is spoiled; lengths in modules of the symbol, light as a share of white.

    `module` is the size of a module in pixels, `turn`, `yaw` and `pitch` are degrees, `fold` the
    largest shift of creased cloth, `waves` how many folds cross the symbol, `blur` the sigma of the
    lens, `smear` the path moved while the shutter was open, `noise` the sigma of the sensor,
    `contrast` white minus black, `glare` the strength of a lamp's reflection, `shade` how much
    darker one side is, `damage` the share of the symbol under stains and scratches.
    """

    module: float = 4.0
    turn: float = 0.0
    yaw: float = 0.0
    pitch: float = 0.0
    fold: float = 0.0
    waves: float = 2.0
    blur: float = 0.15
    smear: float = 0.0
    noise: float = 0.01
    contrast: float = 0.7
    glare: float = 0.0
    shade: float = 0.1
    damage: float = 0.0


@dataclass(frozen=True, slots=True)
class Degraded:
    """One view: grey pixels and the text that is in them."""

    gray: Gray
    text: str = field(repr=False)


Draw = Callable[[np.random.Generator], Spoiled]


def _near(rng: np.random.Generator, least: float, most: float) -> float:
    return float(rng.uniform(least, most))


def _held(rng: np.random.Generator) -> dict[str, float]:
    """A hand holds nothing straight."""
    return {name: float(rng.normal(0, sigma)) for name, sigma in (("turn", 8), ("yaw", 10), ("pitch", 8))}


FAMILIES: Final[Mapping[str, Draw]] = MappingProxyType(
    {
        "creased": lambda r: Spoiled(
            **_held(r), module=_near(r, 3.5, 7), fold=_near(r, 0.4, 1.8), waves=_near(r, 1, 3), shade=0.3
        ),
        "blurred": lambda r: Spoiled(**_held(r), blur=_near(r, 0.4, 0.85)),
        "moved": lambda r: Spoiled(**_held(r), smear=_near(r, 0.8, 2.2)),
        "noisy": lambda r: Spoiled(**_held(r), module=_near(r, 2.5, 4), noise=_near(r, 0.1, 0.3)),
        "pale": lambda r: Spoiled(**_held(r), contrast=_near(r, 0.03, 0.12), shade=_near(r, 0, 0.5)),
        "glare": lambda r: Spoiled(**_held(r), glare=_near(r, 0.6, 2.0), blur=0.25),
        "damaged": lambda r: Spoiled(**_held(r), damage=_near(r, 0.02, 0.14)),
        "tilted": lambda r: Spoiled(
            turn=_near(r, -45, 45), yaw=_near(r, 35, 62), pitch=_near(r, -25, 25), module=4.5
        ),
        "small": lambda r: Spoiled(**_held(r), module=_near(r, 1.3, 2.4), blur=0.3, noise=0.015),
    }
)
"""The ways of spoiling a view, by name; each draws how much, from mild to what nobody reads."""


def views(family: str, count: int, seed: int = 0) -> Iterator[Degraded]:
    """Yield `count` views of one family, the same ones for the same seed."""
    for number in range(count):
        rng = np.random.default_rng((seed, number, *family.encode()))
        yield degraded(_text(rng), str(rng.choice(_LEVELS)), FAMILIES[family](rng), rng)


def degraded(text: str, level: str, how: Spoiled, rng: np.random.Generator) -> Degraded:
    """Return `text` as a QR symbol of `level`, seen as `how` says."""
    dark = np.pad(np.array(qr(text, level).modules, np.float32), QUIET_ZONE)
    return Degraded(photographed(flat_from(dark), how, rng), text)


def flat_from(dark: Field) -> Field:
    """Return rows of modules (1 is dark) as light, 1 white to 0 black, PER_MODULE pixels a module."""
    return 1 - np.kron(dark, np.ones((PER_MODULE, PER_MODULE), np.float32))


def photographed(flat: Field, how: Spoiled, rng: np.random.Generator) -> Gray:
    """Return a square print (light, PER_MODULE pixels a module) as a camera sees it, spoiled so."""
    modules = flat.shape[0] / PER_MODULE
    flat = _damaged(flat, how.damage, rng)
    side = round(modules * how.module * _ROOM)
    across, down = _plane_seen_at(side, modules, how)
    across, down = _creased(across, down, how, rng)
    light = _sampled(flat, across, down, how, rng)
    light = _lit(light, modules, how, rng)
    light = light + rng.normal(0, how.noise, light.shape).astype(np.float32)
    return np.asarray(np.clip(light * 255, 0, 255), np.uint8)


def _text(rng: np.random.Generator) -> str:
    return "".join(rng.choice(list(_ALPHABET), int(rng.choice(_LENGTHS))))


def _damaged(flat: Field, share: float, rng: np.random.Generator) -> Field:
    """Cover about `share` of the symbol with stains and scratches of either colour."""
    worn = flat.copy()
    side = flat.shape[0]
    covered = np.zeros(flat.shape, np.uint8)
    while covered.mean() < share:
        x, y = (int(v) for v in rng.integers(0, side, 2))
        colour = float(rng.choice((0.0, 0.5, 1.0)))
        if rng.random() < 0.5:
            axes = tuple(int(v) for v in rng.integers(PER_MODULE, 4 * PER_MODULE, 2))
            for sheet, value in ((worn, colour), (covered, 1)):
                cv2.ellipse(sheet, (x, y), axes, float(rng.uniform(0, 180)), 0, 360, value, -1)
        else:
            end = tuple(int(v) for v in rng.integers(0, side, 2))
            thick = int(rng.integers(2, PER_MODULE))
            for sheet, value in ((worn, colour), (covered, 1)):
                cv2.line(sheet, (x, y), end, value, thick)
    return worn


def _plane_seen_at(side: int, modules: float, how: Spoiled) -> tuple[Field, Field]:
    """Return for each pixel of a square picture the place (module units, 0 the middle) it sees."""
    turn, yaw, pitch = (math.radians(angle) for angle in (how.turn, how.yaw, how.pitch))
    roll = np.array([[math.cos(turn), -math.sin(turn), 0], [math.sin(turn), math.cos(turn), 0], [0, 0, 1]])
    about = np.array([[math.cos(yaw), 0, math.sin(yaw)], [0, 1, 0], [-math.sin(yaw), 0, math.cos(yaw)]])
    nod = np.array([[1, 0, 0], [0, math.cos(pitch), -math.sin(pitch)], [0, math.sin(pitch), math.cos(pitch)]])
    far = 2.5 * modules  # a lens at two and a half sides: strong but usual perspective
    place = np.column_stack([(about @ nod @ roll)[:, :2], (0, 0, far)])
    focal = far * how.module
    camera = np.array([[focal, 0, side / 2], [0, focal, side / 2], [0, 0, 1]])
    back = np.linalg.inv(camera @ place)
    x, y = np.meshgrid(np.arange(side) + 0.5, np.arange(side) + 0.5)
    seen = np.einsum("ij,jhw->ihw", back, np.stack([x, y, np.ones_like(x)]))
    return (seen[0] / seen[2]).astype(np.float32), (seen[1] / seen[2]).astype(np.float32)


def _creased(across: Field, down: Field, how: Spoiled, rng: np.random.Generator) -> tuple[Field, Field]:
    """Shift the places as cloth does: a few folds, each a wave that dies away from its line."""
    if not how.fold:
        return across, down
    reach = float(np.abs(across).max())
    moved_x, moved_y = across.copy(), down.copy()
    folds = 4
    for _ in range(folds):
        angle, phase = rng.uniform(0, math.pi), rng.uniform(0, 2 * math.pi)
        along = (across * math.cos(angle) + down * math.sin(angle)) / reach
        beside = (down * math.cos(angle) - across * math.sin(angle)) / reach
        fades = np.exp(-((beside - rng.uniform(-0.6, 0.6)) ** 2) / 0.5)
        wave = np.sin(math.pi * how.waves * rng.uniform(0.5, 1.0) * along + phase) * fades
        push = rng.uniform(0, 2 * math.pi)
        moved_x += np.float32(how.fold / math.sqrt(folds) * math.cos(push)) * wave
        moved_y += np.float32(how.fold / math.sqrt(folds) * math.sin(push)) * wave
    return moved_x.astype(np.float32), moved_y.astype(np.float32)


def _sampled(flat: Field, across: Field, down: Field, how: Spoiled, rng: np.random.Generator) -> Field:
    """Return what the pixels see: blurred by lens and movement in the symbol's own plane."""
    soft = cv2.GaussianBlur(flat, (0, 0), math.hypot(how.blur, 0.3 / how.module) * PER_MODULE)
    path = round(how.smear * PER_MODULE)
    if path > 1:
        kernel = np.zeros((2 * path + 1, 2 * path + 1), np.float32)
        angle = rng.uniform(0, math.pi)
        step = (round(path / 2 * math.cos(angle)), round(path / 2 * math.sin(angle)))
        cv2.line(kernel, (path - step[0], path - step[1]), (path + step[0], path + step[1]), 1.0)
        soft = cv2.filter2D(soft, -1, kernel / kernel.sum())
    middle = flat.shape[0] / 2
    return np.asarray(
        cv2.remap(
            np.asarray(soft, np.float32),
            across * PER_MODULE + middle - 0.5,
            down * PER_MODULE + middle - 0.5,
            cv2.INTER_LINEAR,
            borderMode=cv2.BORDER_CONSTANT,
            borderValue=0.75,
        ),
        np.float32,
    )


def _lit(light: Field, modules: float, how: Spoiled, rng: np.random.Generator) -> Field:
    """Give the view its contrast, a side in the shade and the reflection of a lamp."""
    side = light.shape[0]
    x, y = np.meshgrid(np.linspace(-1, 1, side), np.linspace(-1, 1, side))
    angle = rng.uniform(0, 2 * math.pi)
    fall = 1 - how.shade * (0.5 + 0.5 * (x * math.cos(angle) + y * math.sin(angle)))
    lit = (0.5 + (light - 0.5) * how.contrast) * fall
    if how.glare:
        at = rng.uniform(-0.45, 0.45, 2)
        away = np.hypot((x - at[0]) / rng.uniform(0.15, 0.4), (y - at[1]) / rng.uniform(0.15, 0.4))
        lit = lit + how.glare * np.exp(-(away**2) / 2)
    return np.asarray(lit, np.float32)
