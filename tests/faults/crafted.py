"""QR symbols with valid error correction around any bits at all: what a printer can do to a reader."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from random import Random

import numpy as np
from numpy.typing import NDArray
from segno import consts, encoder

Image = NDArray[np.uint8]
QUIET_ZONE = 4
_LEVELS = (consts.ERROR_LEVEL_L, consts.ERROR_LEVEL_M, consts.ERROR_LEVEL_Q, consts.ERROR_LEVEL_H)
# ISO/IEC 18004 table 2; the rest of the sixteen mode indicators are reserved.
_END, _NUMERIC, _ALPHANUMERIC, _PART, _BYTE, _KANJI, _HANZI = (
    0,
    0b0001,
    0b0010,
    0b0011,
    0b0100,
    0b1000,
    0b1101,
)
# Bits of the count (ISO/IEC 18004 table 3) for versions 1–9, 10–26 and 27–40, and bits of one character.
_COUNTED = {
    _NUMERIC: ((10, 12, 14), 10),
    _ALPHANUMERIC: ((9, 11, 13), 11),
    _BYTE: ((8, 16, 16), 8),
    _KANJI: ((8, 10, 12), 13),
    _HANZI: ((8, 10, 12), 13),
}
_SHIFTS = (0x00, 0x01, 0x0E, 0x0F, 0x1B, 0x1D, 0x80, 0xFE, 0xFF)  # SOH, SO, SI, ESC, GS and no UTF-8


@dataclass(frozen=True, slots=True)
class Crafted:
    """A symbol's modules (n × n, 1 is dark) and how its bits were chosen."""

    kind: str
    modules: Image


def crafted(random: Random) -> Crafted:
    """A symbol whose error correction is right and whose content is what `random` chose."""
    version = random.choices(
        (random.randint(1, 6), random.randint(7, 14), random.randint(15, 40)), (90, 9, 1)
    )[0]
    level = random.choice(_LEVELS)
    room = consts.SYMBOL_CAPACITY[version][level]
    kind = random.choices(("noise", "segments", "lies", "part"), (3, 4, 2, 1))[0]
    bits = list(islice(_bits(random, kind, version), room))
    return Crafted(kind, symbol(bits, version, level, random.randrange(8)))


def symbol(bits: list[int], version: int, level: int, mask: int) -> Image:
    """The modules of a symbol that holds exactly these data bits, filled up with zeros."""
    room = consts.SYMBOL_CAPACITY[version][level]
    data = encoder.Buffer(bits + [0] * (room - len(bits)))
    width = encoder.calc_matrix_size(version)
    matrix = encoder.make_matrix(width, width)
    encoder.add_finder_patterns(matrix, width, width)
    encoder.add_alignment_patterns(matrix, width, width)
    encoder.add_codewords(matrix, encoder.make_final_message(version, level, data), version)
    mask, matrix = encoder.find_and_apply_best_mask(matrix, width, width, mask)
    encoder.add_format_info(matrix, version, level, mask)
    encoder.add_version_info(matrix, version)
    return np.array(matrix, dtype=np.uint8)


def drawn(modules: Image, scale: int, quiet: int = QUIET_ZONE) -> Image:
    """The symbol in black on white, `scale` pixels a module."""
    light = np.where(np.pad(modules, quiet), 0, 255).astype(np.uint8)
    return np.kron(light, np.ones((scale, scale), np.uint8))


def number(value: int, width: int) -> list[int]:
    """The bits of a number, highest first."""
    return [value >> place & 1 for place in reversed(range(width))]


def _bits(random: Random, kind: str, version: int) -> Iterator[int]:
    """Endless bits: the caller takes as many as the symbol has room for, so that some are cut off."""
    if kind == "part":
        yield from _part(random)
    while kind == "noise":
        yield from number(random.getrandbits(64), 64)
    for _ in range(random.randint(1, 6)):
        yield from _segment(random, version, lies=kind == "lies")
    yield from number(_END, 4)
    while True:
        yield random.getrandbits(1)


def _segment(random: Random, version: int, *, lies: bool) -> list[int]:
    mode = random.randrange(16) if lies or random.random() < 0.3 else random.choice(list(_COUNTED))
    head = number(mode, 4)
    match mode:
        case 0b0011:  # Structured Append
            return _part(random)
        case 0b0111:  # ECI
            return head + _designator(random)
        case 0b1001:  # FNC1 in second position
            return head + number(random.getrandbits(8), 8)
        case 0b1101:  # Hanzi, whose only character set is number 1
            head += number(random.choice((1, 1, random.randrange(16))), 4)
    return head + _characters(random, mode, version, lies=lies) if mode in _COUNTED else head


def _characters(random: Random, mode: int, version: int, *, lies: bool) -> list[int]:
    widths, each = _COUNTED[mode]
    width = widths[0 if version < 10 else 1 if version < 27 else 2]
    count = random.randint(0, 12)
    told = random.getrandbits(width) if lies else count
    bits = number(told, width)
    for _ in range(count):
        odd = mode == _BYTE and random.random() < 0.3
        bits += number(random.choice(_SHIFTS) if odd else random.getrandbits(each), each)
    return bits


def _part(random: Random) -> list[int]:
    """A Structured Append header (ISO/IEC 18004 §8), also with a part behind the last one."""
    return (
        number(_PART, 4)
        + number(random.randrange(16), 4)
        + number(random.randrange(16), 4)
        + number(random.getrandbits(8), 8)
    )


def _designator(random: Random) -> list[int]:
    """An ECI designator of one to three bytes, or of the form that none has (ISO/IEC 18004 §7.4.2)."""
    first = random.choice(("known", "one", "two", "three", "none"))
    match first:
        case "known":
            return number(random.choice((1, 3, 20, 25, 26, 27, 28, 29, 30, 32)), 8)
        case "one":
            return number(random.getrandbits(7), 8)
        case "two":
            return [1, 0, *number(random.getrandbits(14), 14)]
        case "three":
            return [1, 1, 0, *number(random.getrandbits(21), 21)]
    return [1, 1, 1, *number(random.getrandbits(5), 5)]
