"""A text as the modules of a QR code (ISO/IEC 18004); the one place that knows the encoder."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import segno
from numpy.typing import NDArray

from domain.errors import InputError
from printables.masking import best_mask
from reader.inspection.limits import QUIET_ZONE as QUIET_ZONE

LEVELS = ("L", "M", "Q", "H")

Corner = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Symbol:
    """A QR code: its text, level (L, M, Q, H), version (1–40) and rows of modules, True is dark.

    The quiet zone is not part of `modules`; whoever places the symbol keeps it free.
    """

    text: str
    level: str
    version: int
    modules: tuple[tuple[bool, ...], ...]

    @property
    def size(self) -> int:
        """Modules along one side, without the quiet zone."""
        return len(self.modules)


def qr(text: str, level: str, mask: int | None = None) -> Symbol:
    """The smallest QR code that holds `text` at exactly `level`; never a Micro QR.

    Upper-case URLs (`HTTPS://HOST/V/…`) and base45 come out in alphanumeric mode, other text as
    UTF-8 bytes that are declared to be so. Without `mask` (0–7) the pattern with the lowest penalty
    is chosen, as the standard asks. InputError if the text is empty or longer than one symbol can hold.
    """
    if level not in LEVELS:
        raise ValueError(f"level must be one of {', '.join(LEVELS)}, not {level!r}")
    if not text:
        raise InputError("code", "A code cannot be empty; give its text.", "码内容不能为空，请填写。")
    if mask is not None:
        code = _encoded(text, level, mask)
        return Symbol(text, level, int(code.version), _rows(_dark(code)))
    # Any mask will do to begin with: each differs from it in the same modules whatever the text.
    code = _encoded(text, level, 0)
    candidates = _dark(code)[None] ^ _flips(int(code.version), level)
    return Symbol(text, level, int(code.version), _rows(candidates[best_mask(candidates)]))


def _encoded(text: str, level: str, mask: int, version: int | None = None) -> segno.QRCode:
    # Without its character set declared (ECI), Chinese is guessed to be Shift-JIS by zbar and others.
    plain = text.isascii()
    try:
        return segno.make(
            text,
            error=level,
            version=version,
            mode=None if plain else "byte",
            mask=mask,
            encoding=None if plain else "utf-8",
            eci=not plain,
            micro=False,
            boost_error=False,
        )
    except UnicodeEncodeError:
        raise InputError(
            "code",
            "This text holds half of a character; please type it again.",
            "内容含有残缺字符，请重新输入。",
        ) from None
    except segno.DataOverflowError:
        raise InputError(
            "code",
            f"This text of {len(text)} characters is too long for one code; please shorten it.",
            f"内容共 {len(text)} 个字符，一个二维码放不下，请缩短。",
        ) from None


@lru_cache(maxsize=16)
def _flips(version: int, level: str) -> NDArray[np.bool_]:
    """What each of the eight masks changes in a symbol that has the first, its format bits included."""
    masked = np.stack([_dark(_encoded("0", level, mask, version)) for mask in range(8)])
    return np.asarray(masked ^ masked[0])


def _dark(code: segno.QRCode) -> NDArray[np.bool_]:
    flat = b"".join(bytes(row) for row in code.matrix)
    return np.frombuffer(flat, np.uint8).reshape(len(code.matrix), -1).astype(bool)


def _rows(dark: NDArray[np.bool_]) -> tuple[tuple[bool, ...], ...]:
    return tuple(map(tuple, dark.tolist()))


def packed(symbol: Symbol) -> bytes:
    """The modules row by row, one bit each (1 is dark), most significant bit first.

    Rows follow each other without padding; the last byte is filled with zeros. Module (row, column)
    is bit `row * size + column`.
    """
    bits = "".join("1" if module else "0" for row in symbol.modules for module in row)
    padded = bits.ljust(-len(bits) // 8 * -8, "0")
    return int(padded, 2).to_bytes(len(padded) // 8, "big")


@lru_cache(maxsize=16)
def outlines(symbol: Symbol) -> tuple[tuple[Corner, ...], ...]:
    """The borders of the dark areas as closed polygons of (column, row) corners, in modules.

    Filled with the even-odd rule they give exactly the dark modules. There is no edge between
    neighbouring dark modules, so no viewer or printer can show a hairline there.
    """
    columns, rows = _turns(symbol)
    # Borders alternate: from each turn one edge leads along its row, the other along its column.
    across, down = _partners(rows, columns), _partners(columns, rows)
    corners = list(zip(columns.tolist(), rows.tolist(), strict=True))
    loops, seen = [], [False] * len(corners)
    for start in range(len(corners)):
        loop: list[Corner] = []
        at = start
        while not seen[at]:
            other = across[at]
            seen[at] = seen[other] = True
            loop += (corners[at], corners[other])
            at = down[other]
        if loop:
            loops.append(tuple(loop))
    return tuple(loops)


def _turns(symbol: Symbol) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Columns and rows of the points where borders turn; where two dark areas touch by a corner, twice."""
    dark = np.pad(np.array(symbol.modules, dtype=bool), 1)
    a, b, c, d = dark[:-1, :-1], dark[:-1, 1:], dark[1:, :-1], dark[1:, 1:]
    touching = (a == d) & (b == c) & (a != b)
    turns = (a ^ b ^ c ^ d).astype(np.int64) + 2 * touching
    rows, columns = np.nonzero(turns)
    times = turns[rows, columns]
    return np.repeat(columns, times), np.repeat(rows, times)


def _partners(lines: NDArray[np.int64], along: NDArray[np.int64]) -> list[int]:
    """For each turn the other end of its edge: on a line the first and second belong together, and so on."""
    order = np.lexsort((np.arange(len(lines)), along, lines))
    partners = np.empty(len(lines), dtype=np.int64)
    partners[order[0::2]], partners[order[1::2]] = order[1::2], order[0::2]
    other: list[int] = partners.tolist()
    return other
