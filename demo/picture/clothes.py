"""What visitors look like: hair, skin and clothes, drawn at random."""

from dataclasses import dataclass
from enum import Enum

import numpy as np

Colour = tuple[int, int, int]
"""8-bit BGR in full light."""


class Hair(Enum):
    """How a visitor's head looks from far."""

    SHORT = "short"
    LONG = "long"
    CAP = "cap"


@dataclass(frozen=True)
class Clothes:
    """What one visitor wears and looks like."""

    hair: Hair
    hair_colour: Colour
    skin: Colour
    coat: Colour
    shirt: Colour
    trousers: Colour
    mask: Colour

    @classmethod
    def drawn(cls, rng: np.random.Generator) -> "Clothes":
        """Draw a look at random."""
        hair = tuple(Hair)[rng.integers(len(Hair))]
        return cls(
            hair=hair,
            hair_colour=_one_of(_CAPS if hair is Hair.CAP else _HAIR, rng),
            skin=_one_of(_SKIN, rng),
            coat=_one_of(_COATS, rng),
            shirt=_one_of(_SHIRTS, rng),
            trousers=_one_of(_TROUSERS, rng),
            mask=_one_of(_MASKS, rng),
        )


_HAIR: tuple[Colour, ...] = ((28, 26, 30), (34, 38, 52), (46, 58, 84), (92, 94, 98))
_CAPS: tuple[Colour, ...] = ((40, 36, 34), (96, 58, 34), (52, 50, 128))
_SKIN: tuple[Colour, ...] = ((160, 186, 224), (146, 172, 212), (122, 148, 188), (86, 106, 142))
_COATS: tuple[Colour, ...] = (
    (104, 84, 66),
    (70, 71, 74),
    (92, 104, 88),
    (134, 142, 176),
    (166, 172, 176),
    (78, 80, 122),
)
_SHIRTS: tuple[Colour, ...] = ((206, 206, 210), (60, 60, 64), (190, 176, 150))
_TROUSERS: tuple[Colour, ...] = ((70, 58, 52), (48, 47, 46), (96, 104, 116))
_MASKS: tuple[Colour, ...] = ((218, 200, 166), (224, 224, 224), (206, 196, 176))


def _one_of(colours: tuple[Colour, ...], rng: np.random.Generator) -> Colour:
    return colours[rng.integers(len(colours))]
