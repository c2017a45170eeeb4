"""Many posters drawn and read back, a few at a time, in the order they were asked for."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from dataclasses import dataclass

from domain.errors import InputError
from printables.arranging import in_black
from printables.drawing import Drawing, Picture
from printables.fonts import Face
from printables.kinds.kind import Direction, Ink
from printables.kinds.label import venue_label
from printables.kinds.poster import PosterContent, poster
from printables.linter import release

# zbar takes half of the time and lets other threads work meanwhile; processes would be faster still,
# but each needs another 110 MB.
_THREADS = 2
_AHEAD = 8


@dataclass(frozen=True, slots=True)
class Sheet:
    """What the posters of one run have in common; with a `label` size (mm) they are labels instead."""

    languages: tuple[str, ...]
    size: str
    face: Face
    direction: Direction = Direction.PORTRAIT
    ink: Ink = Ink.COLOUR
    logo: Picture | None = None
    label: tuple[float, float] | None = None

    def drawing(self, content: PosterContent) -> Drawing:
        """One poster or label, not yet checked; InputError as for `poster` and `venue_label`."""
        if self.label:
            drawing = venue_label(content, *self.label, languages=self.languages, face=self.face)
        else:
            drawing = poster(
                content,
                languages=self.languages,
                size=self.size,
                direction=self.direction,
                logo=self.logo,
                face=self.face,
            )
        return in_black(drawing) if self.ink is Ink.BLACK else drawing


def released(contents: Iterable[PosterContent], sheet: Sheet) -> Iterator[Drawing | InputError]:
    """For each content the poster that passed every check, or why there is none (often a PrintRefused).

    `contents` is read only a few ahead, so that any number of posters takes the same memory.
    """
    with ThreadPoolExecutor(_THREADS, "poster") as pool:
        waiting: deque[Future[Drawing | InputError]] = deque()
        for content in contents:
            waiting.append(_begun(content, sheet, pool))
            if len(waiting) >= _AHEAD:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()


def _begun(content: PosterContent, sheet: Sheet, pool: Executor) -> Future[Drawing | InputError]:
    """The poster laid out here and now (fonts are read in one thread only), its checks begun."""
    try:
        drawing = sheet.drawing(content)
    except InputError as refused:
        answer: Future[Drawing | InputError] = Future()
        answer.set_result(refused)
        return answer
    return pool.submit(_checked, drawing)


def _checked(drawing: Drawing) -> Drawing | InputError:
    try:
        return release(drawing)
    except InputError as refused:
        return refused
