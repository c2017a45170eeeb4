"""Many posters drawn and read back, a few at a time, in the order they were asked for."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from dataclasses import dataclass

from domain.errors import InputError
from printables.drawing import Drawing
from printables.fonts import Face
from printables.kinds.poster import PosterContent, poster
from printables.linter import release

# zbar takes half of the time and lets other threads work meanwhile; processes would be faster still,
# but each needs another 110 MB.
_THREADS = 2
_AHEAD = 8


@dataclass(frozen=True, slots=True)
class Sheet:
    """What the posters of one run have in common."""

    languages: tuple[str, ...]
    size: str
    face: Face


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
        drawing = poster(content, languages=sheet.languages, size=sheet.size, face=sheet.face)
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
