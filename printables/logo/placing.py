"""A logo put into the room that a print leaves for it: beside the code, never over it."""

from __future__ import annotations

from domain.wording import Sentence
from printables.drawing import Box, Picture, PictureAt
from printables.findings import FindingCode
from reader.inspection.findings import Finding

# Smaller than this nobody can tell whose it is.
_LEAST = 5.0


def placed_logo(
    logo: Picture | None, room: Box, across: float = 1.0, down: float = 0.0
) -> tuple[tuple[PictureAt, ...], tuple[Finding, ...]]:
    """The logo as large as `room` (mm) allows, and what there is to say when it had to be left out.

    `across` and `down` say where in the room a smaller one stands: 0 is left or top, 1 right or bottom.
    """
    if logo is None:
        return (), ()
    wide, high = room.right - room.left, room.bottom - room.top
    scale = min(wide / logo.columns, high / logo.rows)
    width, height = logo.columns * scale, logo.rows * scale
    if max(width, height) < _LEAST:
        return (), (_left_out(),)
    x, y = room.left + (wide - width) * across, room.top + (high - height) * down
    return (PictureAt(logo, x, y, width, height),), ()


def _left_out() -> Finding:
    sentence = Sentence(
        "There is no room for the logo beside the code; it is left out.", "二维码旁没有放标志的位置，已略去。"
    )
    return Finding(FindingCode.LOGO_LEFT_OUT, sentence, False)
