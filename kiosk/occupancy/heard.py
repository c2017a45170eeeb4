"""What the venue's other gates told today, on the disk: a gate that starts again offline knows it still."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path

from domain.venue import Direction
from kiosk.occupancy.inside import Arrival, Passage

FILE_NAME = "venue-today.jsonl"
_PEOPLE_MOST = 1_000
Row = Sequence[object]


class Heard:
    """One file that grows by a line for each arrival, with tags and nobody's name; each day begins anew.

    It is a help and no record: what a power cut takes from its end, the server tells again.
    """

    def __init__(self, folder: Path) -> None:
        self._path = folder / FILE_NAME
        self._head = ""
        self._lines: set[str] = set()

    def keep(self, venue_id: str, day: date, arrivals: Sequence[Arrival]) -> None:
        """Keep what is new among arrivals whose people are tags of that day."""
        with contextlib.suppress(OSError):  # only a restart without network would miss it
            self._begin(_head(venue_id, day))
            new = [line for line in map(_line, arrivals) if line not in self._lines]
            if new:
                with self._path.open("a", encoding="utf-8") as file:
                    file.writelines(new)
                self._lines.update(new)

    def told(self, venue_id: str, day: date) -> list[Arrival]:
        """All that is kept of a venue's day; nothing of another's. Lines that are damaged are left out."""
        try:
            head, *lines = self._path.read_text("utf-8", "replace").splitlines(keepends=True)
        except (OSError, ValueError):
            return []
        return list(_read(lines)) if head == _head(venue_id, day) else []

    def _begin(self, head: str) -> None:
        if self._head == head:
            return
        kept = self._path.read_text("utf-8", "replace") if self._path.exists() else ""
        self._lines = set(kept.splitlines(keepends=True)[1:]) if kept.startswith(head) else set()
        if not kept.startswith(head):
            self._path.write_text(head, encoding="utf-8")
            self._path.chmod(0o600)
        elif not kept.endswith("\n"):  # cut off: the next line must not become one with it
            with self._path.open("a", encoding="utf-8") as file:
                file.write("\n")
        self._head = head


def arrival_of(
    entry_id: object, whose: object, direction: object, at_ms: object, people: object, corrects: object
) -> Arrival:
    """One row; `direction` is "" when nobody passed. ValueError when it is no row."""
    if not (isinstance(entry_id, str) and isinstance(whose, str) and isinstance(corrects, str)):
        raise ValueError("a row of passages")
    if direction == "":
        return Arrival(None, corrects)
    if not isinstance(direction, str) or type(at_ms) is not int:
        raise ValueError("a row of passages")
    if type(people) is not int or not 0 <= people <= _PEOPLE_MOST:
        raise ValueError("a row of passages")
    return Arrival(Passage(entry_id, whose, Direction(direction), at_ms, people), corrects)


def _line(arrival: Arrival) -> str:
    one = arrival.passage
    row: Row = ("", "", "", 0, 0, arrival.corrects)
    if one is not None:
        row = (one.id, one.whose, one.direction.value, one.at_ms, one.people, arrival.corrects)
    return json.dumps(row) + "\n"


def _read(lines: Sequence[str]) -> Iterator[Arrival]:
    for line in lines:
        with contextlib.suppress(ValueError, TypeError, RecursionError):
            yield arrival_of(*json.loads(line))


def _head(venue_id: str, day: date) -> str:
    return json.dumps({"day": day.isoformat(), "v": 1, "venue": venue_id}) + "\n"
