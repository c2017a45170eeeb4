"""One visitor of the clip, painted where the motion says they are."""

import math

import cv2
import numpy as np
from numpy.typing import NDArray

from demo.picture.backdrop import Lobby
from demo.picture.clothes import Clothes
from demo.picture.cutout import Box, around, lay, trimmed
from demo.picture.figure import (
    LEGS_CORNER,
    LEGS_PIXEL,
    LEGS_SIZE,
    STRIDES,
    TORSO_CORNER,
    TORSO_PIXEL,
    TORSO_SIZE,
    TURNS,
    dressed,
    legs,
    torso,
)
from demo.picture.held import held
from demo.picture.motion import BodyPose, Habit, HeldPose, body_at, held_at, hunted, mirrored
from demo.picture.optics import Field, Picture, blurred
from demo.picture.sensor import EXPOSURE_S, Lens, defocused, smeared
from demo.scene import Appearance

_NO_LEGS_WITHIN = 1.5
_FREE_WITHIN = 2.3
"""Metres from the lens within which nothing of the lobby stands in front of a visitor."""
_ROOM = 6
"""Empty pixels around the pieces of a body, into which they can smear."""
_CHIP_BLUR = 0.7
"""Blur in pixels (of a picture 1280 wide) of the best focus a cheap lens has."""


class Visitor:
    """Paints one appearance on frame after frame."""

    def __init__(self, appearance: Appearance, lens: Lens, rng: np.random.Generator) -> None:
        self.appearance = appearance
        self._lens = lens
        self._clothes = Clothes.drawn(rng)
        self._habit = Habit.drawn(rng)
        begins, ends = appearance.held_s
        nearest = held_at(appearance, self._habit, (begins + ends) / 2).z
        self._held = held(appearance, self._clothes, lens.focal / nearest, mirrored=mirrored(appearance))
        self._lamp = _lamp(self._held.per_metre, appearance.difficulty.glare)
        self._pieces: dict[tuple[str, int], tuple[Picture, tuple[float, float]]] = {}

    def distance(self, at_s: float) -> float:
        """Return how far (metres) from the lens the visitor stands at `at_s` seconds of the clip."""
        return body_at(self.appearance, self._habit, at_s).z

    def paint(self, frame: Picture, lobby: Lobby, at_s: float) -> None:
        """Paint the visitor on `frame`, in place, as seen with the shutter opening at `at_s` seconds."""
        body = body_at(self.appearance, self._habit, at_s)
        later = body_at(self.appearance, self._habit, at_s + EXPOSURE_S)
        if body.z > _NO_LEGS_WITHIN:
            stride = int(body.stride * STRIDES) % STRIDES
            self._paint_piece("legs", stride, frame, lobby, (body, later))
        turn = min(TURNS, key=lambda each: abs(each - body.turn))
        self._paint_piece("torso", turn, frame, lobby, (body, later))
        pose = held_at(self.appearance, self._habit, at_s)
        self._paint_held(frame, lobby, pose, at_s)

    def _paint_piece(
        self, part: str, number: int, frame: Picture, lobby: Lobby, poses: tuple[BodyPose, BodyPose]
    ) -> None:
        """Paint a piece of the body where it is, smeared to where it will be when the shutter closes."""
        piece, (x, y) = self._piece(part, number)
        now, later = poses
        left, top = self._lens.seen(now.x + x, now.y + y, now.z)
        next_left, next_top = self._lens.seen(later.x + x, later.y + y, later.z)
        scale = self._lens.focal * (TORSO_PIXEL if part == "torso" else LEGS_PIXEL) / now.z
        move = (next_left - left, next_top - top)
        right, bottom = left + scale * piece.shape[1], top + scale * piece.shape[0]
        box = around([(left, top), (right, bottom)], 2, self._size)
        if box is None:
            return
        matrix = np.array([[scale, 0, left - box[0]], [0, scale, top - box[1]]], np.float32)
        # Smeared before it is enlarged: the body is soft, and has many times fewer pixels here.
        moved = smeared(piece, (move[0] / scale, move[1] / scale))
        shown = cv2.warpAffine(moved, matrix, (box[2] - box[0], box[3] - box[1]))
        self._lay(frame, lobby, np.asarray(shown, np.uint8), box, now.z)

    def _piece(self, part: str, number: int) -> tuple[Picture, tuple[float, float]]:
        """Return a piece of the body without its empty borders, and where (metres) its corner is."""
        if (part, number) not in self._pieces:
            whole, corner, pixel = self._traced(part, number)
            soft = cv2.GaussianBlur(whole, (0, 0), 0.75)
            x, y, width, height = cv2.boundingRect(soft[..., 3])
            seen = soft[y : y + height, x : x + width]
            border = (_ROOM, _ROOM, _ROOM, _ROOM)
            framed = np.asarray(cv2.copyMakeBorder(seen, *border, cv2.BORDER_CONSTANT), np.uint8)
            place = (corner[0] + (x - _ROOM) * pixel, corner[1] + (y - _ROOM) * pixel)
            self._pieces[part, number] = framed, place
        return self._pieces[part, number]

    def _traced(self, part: str, number: int) -> tuple[Picture, tuple[float, float], float]:
        if part == "legs":
            relief, corner, size, pixel = legs(number), LEGS_CORNER, LEGS_SIZE, LEGS_PIXEL
        else:
            relief = torso(self._clothes.hair, number)
            corner, size, pixel = TORSO_CORNER, TORSO_SIZE, TORSO_PIXEL
        whole = dressed(relief, self._clothes)
        if mirrored(self.appearance):
            whole = np.ascontiguousarray(whole[:, ::-1])
            corner = (-(corner[0] + size[0]), corner[1])
        return whole, corner, pixel

    def _paint_held(self, frame: Picture, lobby: Lobby, pose: HeldPose, at_s: float) -> None:
        """Paint the held thing in perspective, with the blur of its motion and of the lens."""
        later = held_at(self.appearance, self._habit, at_s + EXPOSURE_S)
        here, there = self._lens.seen(pose.x, pose.y, pose.z), self._lens.seen(later.x, later.y, later.z)
        move = (there[0] - here[0], there[1] - here[1])
        plane = self._lens.plane(pose, (move[0] / EXPOSURE_S, move[1] / EXPOSURE_S))
        level = self._level(pose.z)
        source = self._held.sizes[level]
        per_metre = self._held.per_metre / 2**level
        (left, top) = self._held.origin
        from_pixels = np.array([[1 / per_metre, 0, left], [0, 1 / per_metre, top], [0, 0, 1]])
        matrix = plane @ from_pixels
        blur = self._blur(at_s)
        box = self._held_box(matrix, level, 2 + 3 * blur + math.hypot(*move))
        if box is None:
            return
        shown = _warped(source, matrix, box)
        if self.appearance.difficulty.glare:
            shown = self._with_glare(shown, plane, box, at_s)
        soft = defocused(smeared(shown, move), blur)
        self._lay(frame, lobby, soft, box, pose.z)

    def _held_box(self, matrix: Field, level: int, margin: float) -> Box | None:
        """Return the part of the picture that holds what is seen of the held thing."""
        seen = []
        for left, top, right, bottom in self._held.bands:
            corners = np.array([(left, top), (right, top), (right, bottom), (left, bottom)]) / 2**level
            places = _moved(matrix, corners)
            if around(places, margin, self._size) is not None:
                seen += places
        return around(seen, margin, self._size) if seen else None

    def _with_glare(self, shown: Picture, plane: Field, box: Box, at_s: float) -> Picture:
        """Return the held thing with the reflection of a lamp, which wanders as the hand tilts."""
        x, y, width, height = self._held.area
        phase = self._habit.phases[6]
        right = width * (0.5 + 0.62 * math.sin(2.6 * at_s + phase))
        down = height * (0.33 + 0.20 * math.sin(1.7 * at_s + 2 * phase))
        middle = (self._lamp.shape[1] / 2, self._lamp.shape[0] / 2)
        move = np.array([[1, 0.25, right - middle[0]], [0, 1, down - middle[1]]], np.float32)
        on_face = cv2.multiply(
            cv2.warpAffine(self._lamp, move, (width, height)), self._held.bare, scale=1 / 255
        )
        (left, top), per_metre = self._held.origin, self._held.per_metre
        start = (left + x / per_metre, top + y / per_metre)
        from_pixels = np.array([[1 / per_metre, 0, start[0]], [0, 1 / per_metre, start[1]], [0, 0, 1]])
        light = _warped(np.asarray(on_face, np.uint8), plane @ from_pixels, box)
        added = cv2.merge([light, light, light, np.zeros_like(light)])
        return np.asarray(cv2.add(shown, added), np.uint8)

    def _lay(self, frame: Picture, lobby: Lobby, shown: Picture, box: Box, distance: float) -> None:
        """Lay a cut-out over the frame, behind what of the lobby is nearer."""
        left, top, right, bottom = box
        if distance > _FREE_WITHIN:
            nearer = lobby.depth[top:bottom, left:right] < distance
            shown = trimmed(
                shown, np.asarray(cv2.blur(255 - 255 * nearer.astype(np.uint8), (5, 5)), np.uint8)
            )
        lay(frame[top:bottom, left:right], shown)

    def _level(self, distance: float) -> int:
        """Return the size of the held thing that has about one pixel for each pixel of the picture."""
        excess = self._held.per_metre / (self._lens.focal / distance)
        return min(max(int(math.log2(max(excess, 1.0)) + 0.2), 0), len(self._held.sizes) - 1)

    def _blur(self, at_s: float) -> float:
        """Return the blur of the lens in pixels: it hunts for focus while something is held to it."""
        return (_CHIP_BLUR + hunted(self.appearance, at_s)) * self._lens.width / 1280

    @property
    def _size(self) -> tuple[int, int]:
        return self._lens.width, self._lens.height


def _lamp(per_metre: float, strength: float) -> Picture:
    """Return the reflection of a ceiling lamp as one channel: a burnt-out middle and a wide halo."""
    reach = round(0.050 * per_metre)
    field = np.zeros((2 * reach, 2 * reach), np.float32)
    half_height, half_width = round(0.0055 * per_metre), round(0.012 * per_metre)
    field[reach - half_height : reach + half_height, reach - half_width : reach + half_width] = 1
    light = 1.25 * blurred(field, 0.0022 * per_metre) + 0.9 * blurred(field, 0.012 * per_metre)
    return np.asarray(np.clip(light * 235 * strength, 0, 255), np.uint8)


def _warped(source: Picture, matrix: Field, box: Box) -> Picture:
    """Return what of `source` is seen in `box` when `matrix` takes its pixels to those of the picture."""
    shift = np.array([[1, 0, -box[0]], [0, 1, -box[1]], [0, 0, 1]])
    size = (box[2] - box[0], box[3] - box[1])
    return np.asarray(cv2.warpPerspective(source, shift @ matrix, size), np.uint8)


def _moved(matrix: Field, points: NDArray[np.float64]) -> list[tuple[float, float]]:
    """Return where `matrix` takes points (n, 2)."""
    moved = matrix @ np.column_stack([points, np.ones(len(points))]).T
    return [(float(x), float(y)) for x, y in (moved[:2] / moved[2]).T]
