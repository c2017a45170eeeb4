"""Pixels in, texts out: both readers and the image work behind one function.

How hard a picture is looked at is the caller's choice. `LIVE` answers within a video frame:
zxing-cpp first, and only where it saw a symbol or a finder pattern and read nothing, a closer look
at that place with both readers. zbar never runs over a whole live frame, which takes it 20 to 40 of
the 33 ms there are. Measured on 1,600 generated 720p frames with blur, glare and noise: zxing-cpp
read 758; of 207 in which it saw something and read nothing, the closer look read 115 and zbar over
the whole frame 17; of the 635 in which it saw nothing, zbar read 5. `THOROUGH` is for photographs
and prints: both readers over everything, then other views of the picture until one of them is read.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace
from enum import StrEnum
from functools import partial
from typing import Final

import numpy as np
from numpy.typing import NDArray

from reader import views
from reader.engines import PYZBAR, READERS, ZXING, see_with_pyzbar, see_with_zxing
from reader.found import Box, Reading, Sight
from reader.merging import joined, merged, nearest_first
from reader.views import View

__all__ = ["PYZBAR", "ZXING", "Effort", "Reading", "read", "read_with"]

_MOST_PLACES: Final = 2  # bounds a live frame in a crowd of posters
_MOST_PIXELS: Final = 4_000_000  # of an enlarged view: a 12-megapixel photograph is large enough

_Look = tuple[Callable[[View], View], tuple[Callable[[views.Gray], Sight], ...]]


class Effort(StrEnum):
    """How long a picture may be looked at: one video frame, or until every view is tried."""

    LIVE = "live"
    THOROUGH = "thorough"


def read(image: NDArray[np.uint8], *, effort: Effort) -> tuple[Reading, ...]:
    """Read every QR symbol in a grey (h × w) or BGR (h × w × 3) uint8 picture.

    The symbol nearest the centre, for its size, comes first. Micro QR and rMQR are not read. An
    empty picture or one of another kind holds nothing: the answer is (), never an exception.
    """
    gray = views.as_gray(image)
    if gray is None:
        return ()
    view = views.whole(gray)
    found = _live(view) if effort is Effort.LIVE else _thorough(view)
    return nearest_first(found, gray.shape)


def read_with(image: NDArray[np.uint8], reader: str) -> tuple[Reading, ...]:
    """Read with one library alone ("zxing" or "pyzbar") and no image work, to compare them."""
    if reader not in READERS:
        raise ValueError(f"reader must be one of {', '.join(READERS)}, not {reader!r}")
    gray = views.as_gray(image)
    return () if gray is None else nearest_first(READERS[reader](gray).readings, gray.shape)


def _live(view: View) -> tuple[Reading, ...]:
    sight = see_with_zxing(view.gray)
    return sight.readings or _closer(view, sight.suspects)


def _thorough(view: View) -> tuple[Reading, ...]:
    sight = see_with_zxing(view.gray)
    found = merged(sight.readings, see_with_pyzbar(view.gray).readings)
    found = merged(found, _closer(view, sight.suspects))
    return found or next(filter(None, _other_looks(view)), ())


def _closer(view: View, suspects: tuple[Box, ...]) -> tuple[Reading, ...]:
    """Look again, closer and sharper, at the largest places where something could not be read."""
    found: tuple[Reading, ...] = ()
    fitting = tuple(place for place in suspects if place.side <= max(view.gray.shape))
    for place in joined(fitting or suspects)[:_MOST_PLACES]:
        close = views.closer(view, place)
        if close is not None:
            found = merged(found, _in_picture(close, see_with_zxing) or _in_picture(close, see_with_pyzbar))
    return found


_LOOKS: Final[tuple[_Look, ...]] = (
    (lambda view: view, (partial(see_with_zxing, one_threshold=True),)),
    (
        lambda view: views.resized(view, 0.5),
        (see_with_zxing, partial(see_with_zxing, one_threshold=True), see_with_pyzbar),
    ),
    (
        lambda view: views.sharpened(views.enlarged(view, _MOST_PIXELS, 1.5)),
        (see_with_zxing, see_with_pyzbar),
    ),
    (views.evened, (see_with_zxing, see_with_pyzbar)),
)
"""Other views of a picture that was not read, cheapest first, and who looks at each."""


def _other_looks(view: View) -> Iterator[tuple[Reading, ...]]:
    for change, readers in _LOOKS:
        changed = change(view)
        for reader in readers:
            yield _in_picture(changed, reader)


def _in_picture(view: View, reader: Callable[[views.Gray], Sight]) -> tuple[Reading, ...]:
    return tuple(
        replace(reading, corners=view.corners_in_picture(reading.corners))
        for reading in reader(view.gray).readings
    )
