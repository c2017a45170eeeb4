"""The kiosk's camera itself: how it projects, how long its shutter is open, its dark corners, its noise."""

import math
from dataclasses import dataclass

import cv2
import numpy as np

from demo.picture.backdrop import FOCAL_PER_WIDTH
from demo.picture.motion import HeldPose
from demo.picture.optics import Field, Picture, blurred

EXPOSURE_S = 1 / 50
"""How long the shutter is open: indoor light, and a multiple of the mains' half wave against flicker."""
READOUT_S = 1 / 60
"""How much later the lowest row is read than the highest."""
_TILES = 5
_TILE_MARGIN = 64


@dataclass(frozen=True)
class Lens:
    """A camera that makes pictures of `width` x `height` pixels."""

    width: int
    height: int

    @property
    def focal(self) -> float:
        """Focal length in pixels."""
        return FOCAL_PER_WIDTH * self.width

    def seen(self, x: float, y: float, z: float) -> tuple[float, float]:
        """Return the pixel at which a place in the room is seen."""
        return (
            (self.width - 1) / 2 + self.focal * x / z,
            (self.height - 1) / 2 + self.focal * y / z,
        )

    def plane(self, pose: HeldPose, speed: tuple[float, float]) -> Field:
        """Return the homography from metres on a held plane to pixels.

        `speed` is how fast (pixels a second) the plane moves over the picture: the rows are read
        one after the other, so what moves is sheared.
        """
        turn, yaw, pitch = (math.radians(angle) for angle in (pose.turn, pose.yaw, pose.pitch))
        roll = np.array(
            [[math.cos(turn), -math.sin(turn), 0], [math.sin(turn), math.cos(turn), 0], [0, 0, 1]]
        )
        side = np.array([[math.cos(yaw), 0, math.sin(yaw)], [0, 1, 0], [-math.sin(yaw), 0, math.cos(yaw)]])
        up = np.array(
            [[1, 0, 0], [0, math.cos(pitch), -math.sin(pitch)], [0, math.sin(pitch), math.cos(pitch)]]
        )
        place = (side @ up @ roll)[:, :2]
        middle = ((self.width - 1) / 2, (self.height - 1) / 2)
        camera = np.array([[self.focal, 0, middle[0]], [0, self.focal, middle[1]], [0, 0, 1]])
        flat = camera @ np.column_stack([place, (pose.x, pose.y, pose.z)])
        per_row = READOUT_S / self.height
        late = np.array(
            [
                [1, speed[0] * per_row, -speed[0] * per_row * middle[1]],
                [0, 1 + speed[1] * per_row, -speed[1] * per_row * middle[1]],
                [0, 0, 1],
            ]
        )
        return np.asarray(late @ flat, np.float32)


class Sensor:
    """Turns the light on the chip into the picture that is sent: exposure, vignette, noise."""

    def __init__(self, lens: Lens, rng: np.random.Generator) -> None:
        self._lens = lens
        across, down = np.meshgrid(np.linspace(-1, 1, lens.width), np.linspace(-1, 1, lens.height))
        fall = 1 / (1 + 0.12 * (across**2 + 0.5 * down**2)) ** 2
        self._vignette = np.repeat(np.asarray(fall * 255, np.uint8)[..., None], 3, axis=2)
        self._tiles = [self._grain(rng) for _ in range(_TILES)]
        self._rng = rng

    def _grain(self, rng: np.random.Generator) -> Picture:
        """Return a tile of noise around 128: fine in brightness, coarser in colour."""
        shape = (self._lens.height + _TILE_MARGIN, self._lens.width + _TILE_MARGIN)
        bright = blurred(rng.standard_normal(shape, np.float32), 0.55) * 3.3
        half = (shape[0] // 2 + 1, shape[1] // 2 + 1, 3)
        colour = cv2.resize(blurred(rng.standard_normal(half, np.float32), 0.8), (shape[1], shape[0]))
        return np.asarray(np.clip(128 + bright[..., None] + 2.3 * colour + 0.5, 0, 255), np.uint8)

    def exposed(self, light: Picture, gain: float) -> Picture:
        """Return the picture the camera sends for 8-bit `light`, in place; `gain` near 1 is its exposure."""
        cv2.multiply(light, self._vignette, light, scale=gain / 255)
        number, x, y = self._rng.integers(0, (_TILES, _TILE_MARGIN, _TILE_MARGIN))
        tile = self._tiles[number][y : y + self._lens.height, x : x + self._lens.width]
        cv2.addWeighted(light, 1.0, tile, 1.0, -128, light)
        return light


def smeared(cut_out: Picture, move: tuple[float, float]) -> Picture:
    """Return the cut-out blurred along `move`, the pixels it travels while the shutter is open.

    Shifts of a half, a quarter … each averaged with the picture before them, make an even smear in
    few steps.
    """
    shift = (move[0] / 2, move[1] / 2)
    while (whole := (round(shift[0]), round(shift[1]))) != (0, 0):
        cut_out = _averaged(cut_out, *whole)
        shift = (shift[0] / 2, shift[1] / 2)
    return cut_out


def _averaged(cut_out: Picture, across: int, down: int) -> Picture:
    """Return the mean of the cut-out and itself shifted by whole pixels; borders stay as they are."""
    height, width = cut_out.shape[:2]
    if abs(across) >= width or abs(down) >= height:
        return cut_out
    mean = cut_out.copy()
    to = (slice(max(down, 0), height + min(down, 0)), slice(max(across, 0), width + min(across, 0)))
    of = (slice(max(-down, 0), height + min(-down, 0)), slice(max(-across, 0), width + min(-across, 0)))
    mean[to] = cv2.addWeighted(cut_out[to], 0.5, cut_out[of], 0.5, 0)
    return mean


def defocused(cut_out: Picture, sigma: float) -> Picture:
    """Return the cut-out blurred by `sigma` pixels; wide blurs by three boxes, which is far cheaper."""
    if sigma < 2.2:
        side = 3 if sigma < 0.85 else 0
        return np.asarray(cv2.GaussianBlur(cut_out, (side, side), sigma), np.uint8)
    side = round((math.sqrt(4 * sigma * sigma + 1) - 1) / 2) * 2 + 1
    for _ in range(3):
        cut_out = np.asarray(cv2.blur(cut_out, (side, side)), np.uint8)
    return cut_out
