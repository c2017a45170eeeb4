"""What a reader found in a picture: readings, and places that look like a symbol nobody read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

Point: TypeAlias = tuple[int, int]
Corners: TypeAlias = tuple[Point, Point, Point, Point]
"""Four corners in pixels (x right, y down) of the picture that was given, going round the symbol."""


@dataclass(frozen=True, slots=True)
class Reading:
    """One QR symbol that was read.

    `text` is None when the bytes are not valid UTF-8 and the symbol names no character set of its
    own (ECI, Kanji): a guess is never passed on as text. `raw` holds the bytes in any case.
    `by` names every reader that read this symbol to the same text, the leading one first.
    """

    text: str | None
    raw: bytes
    corners: Corners
    by: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Box:
    """The upright rectangle around four corners, in pixels."""

    left: int
    top: int
    right: int
    bottom: int

    @classmethod
    def around(cls, corners: Corners) -> Box:
        """Return the smallest upright rectangle that holds all four corners."""
        xs, ys = zip(*corners, strict=True)
        return cls(min(xs), min(ys), max(xs), max(ys))

    @property
    def side(self) -> int:
        """The longer side in pixels."""
        return max(self.right - self.left, self.bottom - self.top)

    @property
    def area(self) -> int:
        """The area in square pixels."""
        return max(0, self.right - self.left) * max(0, self.bottom - self.top)

    def grown(self, share: float) -> Box:
        """Return the box with `share` of its longer side added on every side."""
        margin = round(self.side * share)
        return Box(self.left - margin, self.top - margin, self.right + margin, self.bottom + margin)

    def joined_with(self, other: Box) -> Box:
        """Return the smallest box that holds both."""
        return Box(
            min(self.left, other.left),
            min(self.top, other.top),
            max(self.right, other.right),
            max(self.bottom, other.bottom),
        )

    def shared_with(self, other: Box) -> float:
        """Return intersection over union, 0.0 (apart) to 1.0 (the same place)."""
        common = Box(
            max(self.left, other.left),
            max(self.top, other.top),
            min(self.right, other.right),
            min(self.bottom, other.bottom),
        )
        if common.right <= common.left or common.bottom <= common.top:
            return 0.0
        return common.area / (self.area + other.area - common.area)


@dataclass(frozen=True, slots=True)
class Outline:
    """A symbol that was located but not read: its corners, top left first, and modules a side."""

    corners: Corners
    size: int


@dataclass(frozen=True, slots=True)
class Anatomy:
    """A symbol that was read, and how it is made: modules a side, error correction, how much of it is spare.

    `corners` as in a reading. `unused` is the share of the error correction that was not needed (ISO/IEC
    15415), 1.0 for a flawless symbol; `level` is L, M, Q or H.
    """

    text: str | None
    corners: Corners
    size: int
    level: str
    unused: float


@dataclass(frozen=True, slots=True)
class Sight:
    """What one reader saw in one picture: symbols it read, and places that look like another.

    `outlines` are those among the suspects that were made out down to their size.
    """

    readings: tuple[Reading, ...] = ()
    suspects: tuple[Box, ...] = ()
    outlines: tuple[Outline, ...] = ()
