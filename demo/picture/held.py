"""What a visitor holds up, with the hand that holds it, as one flat cut-out the lens sees in perspective."""

from dataclasses import dataclass
from itertools import pairwise

import cv2
import numpy as np
from PIL import Image, ImageDraw

from demo.picture.clothes import Clothes
from demo.picture.cutout import Box, lay, trimmed
from demo.picture.figure import dressed
from demo.picture.front import Front, front
from demo.picture.hand import CORNER, EXTENT, Grip, hand
from demo.picture.optics import Field, Picture, blurred, step
from demo.scene import Appearance, Shown

# Where the middle of the thing is from the origin of the hand that holds it, metres.
_MIDDLE = {Shown.PHONE: (0.0, 0.0), Shown.CARD: (0.022, -0.027), Shown.POSTER: (0.0, -0.070)}
_SLICES = 12
_FINEST = 4600.0
"""Pixels a metre beyond which no lens at arm's length could see more."""


@dataclass(frozen=True)
class Held:
    """A held thing as 8-bit BGRA, colour multiplied by coverage, at several sizes, each half the one before.

    `per_metre` are pixels a metre in the first of `sizes`; `origin` is the place (x, y in metres)
    of its upper left corner from the middle of the thing; `area` is the thing's own face in it (x,
    y, width, height in pixels), and `bare` the part of that face which no finger covers, 255 or
    less. `bands` are boxes (left, top, right, bottom, in pixels of the first size) that together
    hold everything that is not empty.
    """

    sizes: tuple[Picture, ...]
    per_metre: float
    origin: tuple[float, float]
    area: tuple[int, int, int, int]
    bare: Picture
    bands: tuple[Box, ...]


def held(appearance: Appearance, clothes: Clothes, per_metre: float, mirrored: bool) -> Held:
    """Return what the visitor holds, fine enough for a lens that sees `per_metre` pixels in a metre of it.

    The hand is the visitor's other one when `mirrored`; what is printed never is.
    """
    scale = min(per_metre, _FINEST)
    page = front(appearance.shown, appearance.text, scale)
    grip = Grip.AROUND if appearance.shown is Shown.PHONE else Grip.EDGE
    back, fingers, gap = _hand(grip, clothes, scale, mirrored)
    left = -(CORNER[0] + EXTENT[0]) if mirrored else CORNER[0]
    middle = _MIDDLE[appearance.shown]
    origin = (left - middle[0], CORNER[1] - middle[1])
    height, width = page.colour.shape[:2]
    x, y = round(-origin[0] * scale - width / 2), round(-origin[1] * scale - height / 2)
    here = (slice(y, y + height), slice(x, x + width))
    canvas = back
    shown = _lit(page, appearance.difficulty.brightness)
    touch = 0.55 + 0.45 * step(-0.001, 0.011, gap[here])
    outline = _outline(page)
    opaque = np.dstack([shown * touch[..., None], np.full(outline.shape, 255)]).astype(np.uint8)
    lay(canvas[here], trimmed(opaque, outline))
    lay(canvas[here], fingers[here])
    bare = np.minimum(outline, 255 - fingers[here][..., 3])
    if page.glows:
        _glow(canvas, bare, (x, y), scale, appearance.difficulty.brightness)
    return Held(_halved(canvas), scale, origin, (x, y, width, height), bare, _bands(canvas))


def _hand(grip: Grip, clothes: Clothes, scale: float, mirrored: bool) -> tuple[Picture, Picture, Field]:
    """Return the hand behind the thing, the fingers before it (BGRA), and how far they are from its face."""
    traced = hand(grip)
    whole = dressed(traced.relief, clothes)
    size = (round(EXTENT[0] * scale), round(EXTENT[1] * scale))
    nearer = blurred((traced.relief.depth > 0).astype(np.float32), 0.8)[..., None]
    order = -1 if mirrored else 1
    layers = [whole[:, ::order], (whole * nearer).astype(np.uint8)[:, ::order]]
    back, fingers = (cv2.resize(np.ascontiguousarray(layer), size) for layer in layers)
    gap = cv2.resize(np.ascontiguousarray(traced.gap[:, ::order]), size)
    return np.asarray(back, np.uint8), np.asarray(fingers, np.uint8), np.asarray(gap, np.float32)


def _lit(page: Front, brightness: float) -> Field:
    """Return the front in the light of the lobby: paper a little uneven, glass with a veil it mirrors."""
    height, width = page.colour.shape[:2]
    down, across = np.mgrid[0 : 1 : height * 1j, 0 : 1 : width * 1j].astype(np.float32)
    colour = page.colour.astype(np.float32)
    if not page.glows:
        return np.asarray(colour * (brightness * (1.0 - 0.13 * down - 0.05 * across))[..., None], np.float32)
    veil = 13 + 16 * (1 - down) + 9 * step(0.04, 0.0, np.abs(across + 0.45 * down - 0.75) - 0.16)
    lit = colour * brightness * (1.0 - 0.05 * np.abs(across - 0.5))[..., None]
    lit = lit * 0.97 + veil[..., None] * np.array([1.0, 0.98, 0.93], np.float32)
    return np.asarray(np.minimum(lit, 255), np.float32)


def _glow(canvas: Picture, bare: Picture, corner: tuple[int, int], scale: float, brightness: float) -> None:
    """Add the haze that a bright screen (`bare`, at `corner`) leaves around itself in a cheap lens."""
    x, y = corner
    height, width = bare.shape
    small = np.zeros((canvas.shape[0] // 8, canvas.shape[1] // 8), np.float32)
    small[y // 8 : (y + height) // 8, x // 8 : (x + width) // 8] = 1
    soft = blurred(small, 0.012 * scale / 8)
    haze = np.asarray(cv2.resize(soft, (canvas.shape[1], canvas.shape[0])), np.float32)
    haze[y : y + height, x : x + width] *= (255 - bare).astype(np.float32) / 255
    added = np.asarray(haze * 24 * brightness, np.uint8)
    cv2.add(canvas, cv2.merge([added, added, added, np.zeros_like(added)]), canvas)


def _outline(page: Front) -> Picture:
    """Return the coverage of the thing with its rounded corners."""
    height, width = page.colour.shape[:2]
    mask = Image.new("L", (width * 3, height * 3), 0)
    corners = (0, 0, width * 3 - 1, height * 3 - 1)
    radius = page.corner_radius * page.per_metre * 3
    ImageDraw.Draw(mask).rounded_rectangle(corners, radius, fill=255)
    return np.asarray(mask.resize((width, height), Image.Resampling.BOX), np.uint8)


def _bands(canvas: Picture) -> tuple[Box, ...]:
    """Return boxes around what is not empty, one for each of some slices from top to bottom."""
    height = canvas.shape[0]
    edges = [height * number // _SLICES for number in range(_SLICES + 1)]
    boxes = []
    for top, bottom in pairwise(edges):
        x, y, width, tall = cv2.boundingRect(cv2.cvtColor(canvas[top:bottom], cv2.COLOR_BGR2GRAY))
        if width and tall:
            boxes.append((x, top + y, x + width, top + y + tall))
    return tuple(boxes)


def _halved(canvas: Picture) -> tuple[Picture, ...]:
    """Return the picture and its halves down to an eighth, so that far things do not flicker."""
    sizes = [canvas]
    for _ in range(3):
        last = sizes[-1]
        half = (last.shape[1] // 2, last.shape[0] // 2)
        sizes.append(np.asarray(cv2.resize(last, half, interpolation=cv2.INTER_AREA), np.uint8))
    return tuple(sizes)
