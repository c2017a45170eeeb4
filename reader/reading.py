"""Pixels in, texts out: both readers and the image work behind one function.

How hard a picture is looked at is the caller's choice. `LIVE` answers within a video frame:
zxing-cpp first, and only where it saw a symbol or a finder pattern and read nothing, more work at
that place: it is laid flat module by module (`straightening`), then looked at closer by both
readers. zbar never runs over a whole live frame, which takes it 20 to 40 of the 33 ms there are.
`THOROUGH` is for photographs and prints: both readers over everything, then finder patterns are
sought in the picture enlarged and sharpened, then other views of it until one is read. What each
stage is worth: `python -m bench degraded`. Frames are looked at one by one: in 451 frames of the
generated clip 4 held a symbol that was located and not read, all within 0.2 s of frames that
were, so that joining several frames would have brought no visitor through sooner.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace
from enum import StrEnum
from functools import partial
from types import MappingProxyType
from typing import Final

import numpy as np
from numpy.typing import NDArray

from reader import straightening, views
from reader.budget import EVERY_STAGE, Budget, Stage
from reader.engines import PYZBAR, READERS, ZXING, anatomies, see_with_pyzbar, see_with_zxing
from reader.found import Anatomy, Box, Outline, Reading, Sight
from reader.merging import joined, merged, nearest_first
from reader.views import View

__all__ = ["PYZBAR", "ZXING", "Anatomy", "Effort", "Reading", "Stage", "dissect", "read", "read_with"]

_MOST_PLACES: Final = 2  # bounds a live frame in a crowd of posters
_MOST_PIXELS: Final = 4_000_000  # of an enlarged view: a 12-megapixel photograph is large enough
_ROUND_AN_OUTLINE: Final = 0.12  # of its side: a corner may be that far off
_MOST_FINDER_PIXELS: Final = 2_000_000
_ZXING_MS, _PYZBAR_MS = 4.0, 30.0  # a million pixels

_Look = tuple[Callable[[View], View], tuple[Callable[[views.Gray], Sight], ...]]


class Effort(StrEnum):
    """How long a picture may be looked at: one video frame, or until every view is tried."""

    LIVE = "live"
    THOROUGH = "thorough"


_MILLISECONDS: Final = MappingProxyType({Effort.LIVE: 34.0, Effort.THOROUGH: 240.0})
"""What the work after the first look may cost; a live frame with it stays below 45 ms."""


def read(
    image: NDArray[np.uint8], *, effort: Effort, stages: frozenset[Stage] = EVERY_STAGE
) -> tuple[Reading, ...]:
    """Read every QR symbol in a grey (h × w) or BGR (h × w × 3) uint8 picture.

    The symbol nearest the centre, for its size, comes first. Micro QR and rMQR are not read. An
    empty picture or one of another kind holds nothing: the answer is (), never an exception.
    `stages` are left out only to measure what each is worth.
    """
    gray = views.as_gray(image)
    if gray is None:
        return ()
    look = _live if effort is Effort.LIVE else _thorough
    found = look(views.whole(gray), Budget(_MILLISECONDS[effort], stages))
    return nearest_first(found, gray.shape)


def read_with(image: NDArray[np.uint8], reader: str) -> tuple[Reading, ...]:
    """Read with one library alone ("zxing" or "pyzbar") and no image work, to compare them."""
    if reader not in READERS:
        raise ValueError(f"reader must be one of {', '.join(READERS)}, not {reader!r}")
    gray = views.as_gray(image)
    return () if gray is None else nearest_first(READERS[reader](gray).readings, gray.shape)


def dissect(image: NDArray[np.uint8]) -> tuple[Anatomy, ...]:
    """Read every QR symbol that zxing-cpp sees at once, and say how each is made; () as for `read`.

    The one nearest the centre comes first, as in `read`. No other views are tried: a print that needs
    them is not good.
    """
    gray = views.as_gray(image)
    return () if gray is None else nearest_first(anatomies(gray), gray.shape)


def _live(view: View, budget: Budget) -> tuple[Reading, ...]:
    sight = see_with_zxing(view.gray)
    return sight.readings or _closer(view, sight, budget)


def _thorough(view: View, budget: Budget) -> tuple[Reading, ...]:
    sight = see_with_zxing(view.gray)
    within = views.within(view, _MOST_PIXELS)
    found = merged(sight.readings, _in_picture(within, see_with_pyzbar))
    found = merged(found, _closer(view, sight, budget))
    return found or next(filter(None, _other_looks(within, budget)), ())


def _closer(view: View, sight: Sight, budget: Budget) -> tuple[Reading, ...]:
    """Look again at what was seen and could not be read: laid flat, then closer and sharper."""
    found: tuple[Reading, ...] = ()
    for outline in sight.outlines[:_MOST_PLACES]:
        if not _among(found, Box.around(outline.corners)):
            found = merged(found, _laid_flat(view, outline, budget))
    suspects = sight.suspects
    fitting = tuple(place for place in suspects if place.side <= max(view.gray.shape))
    for place in joined(fitting or suspects)[:_MOST_PLACES]:
        if not _among(found, place):
            found = merged(found, _close_up(view, place, budget))
    return found


def _laid_flat(view: View, outline: Outline, budget: Budget) -> tuple[Reading, ...]:
    """Lay a located symbol flat by its finder patterns, which bend less than its four corners."""
    here = views.cut(view, Box.around(outline.corners).grown(_ROUND_AN_OUTLINE))
    by_finders = straightening.from_finders(here, here, budget) if here is not None else ()
    return merged(by_finders or straightening.from_outlines(view, (outline,), budget))


def _among(found: tuple[Reading, ...], place: Box) -> bool:
    return any(Box.around(reading.corners).shared_with(place) > 0 for reading in found)


def _close_up(view: View, place: Box, budget: Budget) -> tuple[Reading, ...]:
    """Look at one place with every means, the cheapest first."""
    near = views.closer(view, place)
    if near is None or not budget.allows(Stage.CLOSER, _ZXING_MS * _million(near)):
        return ()
    clear = views.sharpened(near)
    sight = see_with_zxing(clear.gray)
    return (
        _placed(clear, sight.readings)
        or merged(straightening.from_outlines(near, sight.outlines, budget))
        or _read_if(budget, Stage.CLOSER, clear, see_with_pyzbar, _PYZBAR_MS)
        or straightening.from_finders(near, clear, budget)
    )


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


def _other_looks(view: View, budget: Budget) -> Iterator[tuple[Reading, ...]]:
    yield from _by_finders(view, budget)
    for change, readers in _LOOKS:
        changed = change(view)
        for reader in readers:
            cost = _PYZBAR_MS if reader is see_with_pyzbar else _ZXING_MS
            yield _read_if(budget, Stage.VIEWS, changed, reader, cost)
    yield from _by_finders(views.inverted(view), budget)


def _by_finders(view: View, budget: Budget) -> Iterator[tuple[Reading, ...]]:
    """Look for finder patterns in the picture, in one enlarged and in that one sharpened."""
    within = views.within(view, _MOST_FINDER_PIXELS)
    yield straightening.from_finders(within, within, budget)
    large = views.enlarged(within, _MOST_FINDER_PIXELS)
    if large.gray.size > 1.5 * within.gray.size:
        yield straightening.from_finders(large, large, budget)
    yield straightening.from_finders(large, views.sharpened(large), budget)


def _read_if(
    budget: Budget, stage: Stage, view: View, reader: Callable[[views.Gray], Sight], cost: float
) -> tuple[Reading, ...]:
    return _in_picture(view, reader) if budget.allows(stage, cost * _million(view)) else ()


def _in_picture(view: View, reader: Callable[[views.Gray], Sight]) -> tuple[Reading, ...]:
    return _placed(view, reader(view.gray).readings)


def _placed(view: View, readings: tuple[Reading, ...]) -> tuple[Reading, ...]:
    return tuple(replace(one, corners=view.corners_in_picture(one.corners)) for one in readings)


def _million(view: View) -> float:
    return view.gray.size / 1e6
