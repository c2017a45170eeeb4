"""Pictures that crafted symbols make before a camera, and the odd ones by name (faults I1–I8)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

import numpy as np
import segno

from tests.faults.crafted import Crafted, Image, crafted, drawn, number, symbol

GOOD_TEXT = "CP1:THE NEXT VISITOR"


@dataclass(frozen=True, slots=True)
class Picture:
    """A grey picture, and what is in it."""

    name: str
    image: Image


def random_pictures(seed: int, first: int, count: int) -> Iterator[Picture]:
    """`count` pictures of one crafted symbol each; the same number is always the same picture."""
    for which in range(first, first + count):
        random = Random(f"{seed}/{which}")
        yield _shown(random, crafted(random))


def _shown(random: Random, made: Crafted) -> Picture:
    image = drawn(made.modules, random.choice((2, 3, 3, 4)), random.choice((0, 2, 4, 4, 4)))
    shown = random.choices(("plain", "inverted", "mirrored", "turned", "pale"), (6, 1, 1, 1, 1))[0]
    match shown:
        case "inverted":
            image = 255 - image
        case "mirrored":
            image = image[:, ::-1]
        case "turned":
            image = np.rot90(image, random.randrange(1, 4))
        case "pale":
            image = (image // 5 + 120).astype(np.uint8)
    return Picture(f"{made.kind} {shown}", np.ascontiguousarray(image))


def good_picture() -> Picture:
    """The code of the next visitor, which must be read whatever came before."""
    return Picture("good", _symbol_of(segno.make(GOOD_TEXT, error="m", micro=False)))


def named_pictures() -> Iterator[Picture]:
    """Structured Append in every size, odd character sets, crowds, and frames that are no pictures."""
    yield from _sequences()
    yield from _characters()
    yield from _frames()
    good = good_picture().image
    yield Picture("inverted", 255 - good)
    yield Picture("mirrored", np.ascontiguousarray(good[:, ::-1]))
    yield Picture("two codes", _side_by_side([good, _symbol_of(segno.make("CP1:ANOTHER", micro=False))], 2))
    crowd = [_symbol_of(segno.make(f"CP1:VISITOR {which}", micro=False)) for which in range(20)]
    yield Picture("twenty codes", _side_by_side(crowd, 5))


def _sequences() -> Iterator[Picture]:
    for parts in range(2, 17):
        text = "an entry is never edited; " * parts
        images = [_symbol_of(part) for part in segno.make_sequence(text, symbol_count=parts)]
        yield Picture(f"the first of {parts} parts", images[0])
        yield Picture(f"the last of {parts} parts", images[-1])
        yield Picture(f"all of {parts} parts", _side_by_side(images, 4))


def _characters() -> Iterator[Picture]:
    made = {
        "Kanji": segno.make("点茗荷", mode="kanji", micro=False),
        "Hanzi": segno.make("书读百遍其义自现", mode="hanzi", micro=False),
        "ECI Shift JIS": segno.make("点茗", encoding="shift_jis", mode="byte", eci=True, micro=False),
        "ECI GB18030": segno.make("出入码", encoding="gb18030", eci=True, micro=False),
        "ECI Big5": segno.make("出入碼", encoding="big5", eci=True, micro=False),
        "ECI ISO 8859-1": segno.make("naïve", encoding="latin-1", eci=True, micro=False),
        "SO and SOH": segno.make(bytes([0x0E, 0x01, 0x0F, 0x04]) + b"CP1:A", mode="byte", micro=False),
        "zeros": segno.make(bytes(17), mode="byte", micro=False),
    }
    for name, code in made.items():
        yield Picture(name, _symbol_of(code))
    unknown = [*number(7, 4), 1, 1, 0, *number(999999, 21), *number(4, 4), *number(1, 8)]
    yield Picture("unknown ECI", drawn(symbol(unknown + number(65, 8), 2, 0, 3), 4))


def _frames() -> Iterator[Picture]:
    noise = np.random.default_rng(7)
    yield Picture("no pixels", np.zeros((0, 0), np.uint8))
    yield Picture("no rows", np.zeros((0, 640), np.uint8))
    yield Picture("one pixel", np.zeros((1, 1), np.uint8))
    yield Picture("1 × 5000", noise.integers(0, 256, (1, 5000), dtype=np.uint8))
    yield Picture("5000 × 1", noise.integers(0, 256, (5000, 1), dtype=np.uint8))
    yield Picture("720p noise", noise.integers(0, 256, (720, 1280), dtype=np.uint8))
    yield Picture("720p black and white noise", noise.integers(0, 2, (720, 1280), dtype=np.uint8) * 255)
    yield Picture("12-MP noise", noise.integers(0, 256, (3000, 4000), dtype=np.uint8))
    yield Picture("12-MP black and white noise", noise.integers(0, 2, (3000, 4000), dtype=np.uint8) * 255)


def _symbol_of(code: segno.QRCode) -> Image:
    return drawn(np.array(code.matrix, dtype=np.uint8), 4)


def _side_by_side(images: list[Image], across: int) -> Image:
    side = max(max(image.shape) for image in images)
    down = -(-len(images) // across)
    sheet = np.full((down * side, across * side), 255, np.uint8)
    for which, image in enumerate(images):
        top, left = which // across * side, which % across * side
        sheet[top : top + image.shape[0], left : left + image.shape[1]] = image
    return sheet
