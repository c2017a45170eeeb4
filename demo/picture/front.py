"""The fronts of what visitors hold up: a phone's screen, a printed card, a sign with somebody else's code."""

from dataclasses import dataclass
from functools import cache

import cv2
import numpy as np
from PIL import Image, ImageDraw, ImageFont

from demo.picture.optics import Picture
from demo.scene import Shown
from printables.fonts import FontMissingError, default_face
from printables.symbol import QUIET_ZONE, qr

Colour = tuple[int, int, int]
_INK: Colour = (34, 33, 36)
_VISITOR_CODE = "CP1:"


@dataclass(frozen=True)
class Front:
    """What one side of a held thing shows: `colour` is BGR, as printed or lit, at `per_metre` pixels a metre.

    `corner_radius` is in metres; `glows` says that it is a screen, with light of its own.
    """

    colour: Picture
    per_metre: float
    corner_radius: float
    glows: bool = False


def front(shown: Shown, text: str, per_metre: float) -> Front:
    """Return the front of a thing that shows `text` as a QR code; InputError if no QR code can hold it."""
    draw = {Shown.PHONE: _phone, Shown.CARD: _card, Shown.POSTER: _sign}[shown]
    return draw(text, per_metre)


class _Sheet:
    """A page drawn in millimetres at some number of pixels a metre."""

    def __init__(self, width: float, height: float, per_metre: float, colour: Colour) -> None:
        self.scale = per_metre / 1000
        self.image = Image.new("RGB", (round(width * self.scale), round(height * self.scale)), colour)
        self._draw = ImageDraw.Draw(self.image)

    def box(
        self, x: float, y: float, width: float, height: float, colour: Colour, round_by: float = 0
    ) -> None:
        corners = [x * self.scale, y * self.scale, (x + width) * self.scale, (y + height) * self.scale]
        self._draw.rounded_rectangle(corners, round_by * self.scale, fill=colour)

    def words(self, x: float, y: float, text: str, height: float, colour: Colour, anchor: str = "mm") -> None:
        """Write `text` with letters of `height` mm; the anchor is Pillow's."""
        font = _font(max(4, round(height * self.scale * 1.35)))
        self._draw.text((x * self.scale, y * self.scale), text, fill=colour, font=font, anchor=anchor)

    def code(self, x: float, y: float, side: float, text: str, ink: Colour, paper: Colour) -> None:
        """Print `text` as a QR code; its quiet zone fills the square of `side` mm to the edge."""
        modules = np.pad(np.array(qr(text, "M").modules, np.uint8), QUIET_ZONE)
        pixels = round(side * self.scale)
        # Whole pixels for every module first, then averaged down: edges as even as a screen's.
        big = np.kron(modules, np.ones((12, 12), np.uint8)).astype(np.float32)
        dark = cv2.resize(big, (pixels, pixels), interpolation=cv2.INTER_AREA)[..., None]
        colour = dark * np.array(ink) + (1 - dark) * np.array(paper)
        printed = Image.fromarray(colour.astype(np.uint8))
        self.image.paste(printed, (round(x * self.scale), round(y * self.scale)))

    def finished(self) -> Picture:
        return np.ascontiguousarray(np.asarray(self.image, np.uint8)[..., ::-1])


@cache
def _font(size: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    try:
        typeface = default_face()
    except FontMissingError:
        return ImageFont.load_default(size)
    return ImageFont.truetype(str(typeface.path), size, index=typeface.index)


def _phone(text: str, per_metre: float) -> Front:
    """A phone of 75 x 152 mm whose page shows the code in its upper half, above the thumb."""
    ours = text.startswith(_VISITOR_CODE)
    title = "访客码 Visitor code" if ours else "付款码 Payment code"
    accent: Colour = (22, 93, 165) if ours else (16, 160, 90)
    sheet = _Sheet(75, 152, per_metre, (20, 20, 22))
    sheet.box(0.4, 0.4, 74.2, 151.2, (44, 45, 48), 9.6)
    sheet.box(1.0, 1.0, 73, 150, (9, 9, 10), 9.0)
    sheet.box(3.2, 4.0, 68.6, 144, (246, 247, 249), 6.0)
    sheet.box(31, 5.6, 13, 3.4, (9, 9, 10), 1.7)
    sheet.words(12, 8, "09:41", 2.4, _INK)
    sheet.box(61, 6.8, 6, 2.6, (80, 82, 86), 0.7)
    sheet.words(37.5, 15, title, 3.3, _INK)
    sheet.box(5.2, 20.5, 64.6, 64.6, (255, 255, 255), 2.0)
    sheet.code(5.5, 20.8, 64, text, (0, 0, 0), (255, 255, 255))
    sheet.box(12, 90, 51, 1.4, (222, 226, 232), 0.7)
    sheet.box(12, 90, 33, 1.4, accent, 0.7)
    sheet.words(37.5, 98, "王** W***" if ours else "12.80", 4.0, _INK)
    sheet.words(37.5, 105, "请对准摄像头 Hold to the camera", 2.2, (110, 114, 122))
    sheet.box(14, 113, 47, 11, accent, 3.0)
    sheet.box(25, 144.6, 25, 1.1, _INK, 0.5)
    return Front(sheet.finished(), per_metre, 9.6e-3, glows=True)


def _card(text: str, per_metre: float) -> Front:
    """A card of 85.6 x 54 mm (ISO/IEC 7810 ID-1): lines of text on the left, the code on the right."""
    sheet = _Sheet(85.6, 54, per_metre, (214, 215, 214))
    sheet.box(0, 0, 85.6, 0.5, (226, 227, 226))
    sheet.box(0, 53.4, 85.6, 0.6, (170, 171, 172))
    sheet.box(4, 5, 1.4, 9, (22, 93, 165))
    sheet.words(7, 7.2, "访客卡", 3.2, _INK, "lm")
    sheet.words(7, 12, "VISITOR CARD", 2.0, (96, 98, 102), "lm")
    sheet.words(4, 21, "王** W***", 2.8, _INK, "lm")
    for row, width in enumerate((27.0, 22.0, 29.0, 18.0)):
        sheet.box(4, 26.5 + 4.2 * row, width, 1.5, (150, 152, 156), 0.5)
    sheet.code(37.5, 4.0, 46, text, (30, 29, 31), (214, 215, 214))
    return Front(sheet.finished(), per_metre, 3.2e-3)


def _sign(text: str, per_metre: float) -> Front:
    """A printed sign of 100 x 140 mm with a code that is no visitor code."""
    wifi = text.startswith("WIFI:")
    colour: Colour = (30, 96, 150) if wifi else (28, 140, 84)
    sheet = _Sheet(100, 140, per_metre, (205, 205, 200))
    sheet.box(0, 0, 100, 30, colour)
    sheet.words(50, 11, "无线网络 Wi-Fi" if wifi else "扫码付款", 7.0, (212, 214, 210))
    sheet.words(50, 22, "Guest network" if wifi else "Scan to pay", 4.2, (205, 208, 204))
    sheet.box(11, 34, 78, 78, (212, 212, 208), 2)
    sheet.code(12, 35, 76, text, (33, 32, 33), (212, 212, 208))
    sheet.words(50, 118, "Guest" if wifi else "谢谢惠顾 Thank you", 3.4, (84, 85, 86))
    sheet.box(30, 124, 40, 1.2, (150, 151, 150))
    return Front(sheet.finished(), per_metre, 1.0e-3)
