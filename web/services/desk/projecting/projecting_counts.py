"""How figures change when leaves are drawn: of each entry what it counts now, less what it counted before.

An entry counts unless another takes it back; what takes back counts nothing itself. As both are told by their
place in the log, the sums are the same however the log is cut.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from domain.decision import Outcome
from domain.entry import Way, made_ms
from domain.reason import Reason
from domain.venue import Direction
from web.services.desk.projecting.projecting_stays import Clocks
from web.services.desk.projecting.projecting_times import local_day, local_hour
from web.services.passing.own_entries import DEVICE
from web.store.drawn.projecting import Drawable

# Longer than this between two at one gate, nobody was waiting; a form open for longer lay there.
GATE_PAUSE_MS, FORM_PAUSE_MS = 60_000, 600_000
_BY_HAND = (Way.POSTER, Way.STAFF)

# (venue, local day, hour, entrance, direction, outcome, reason, class, way) and (entries, people, vehicles).
HourKey = tuple[str, int, int, str, str, str, str, str, str]
# (local day, venue) and the columns of `venue_days` from `entries` to `feverish`.
DayKey = tuple[int, str]
# (kind, venue, local day, way, bucket).
SpreadKey = tuple[str, str, int, str, int]


@dataclass(slots=True)
class Changes:
    """What is added to the figures; `times` are the first and last moment of an entry."""

    hours: dict[HourKey, list[int]] = field(default_factory=lambda: defaultdict(lambda: [0, 0, 0]))
    days: dict[DayKey, list[int]] = field(default_factory=lambda: defaultdict(lambda: [0] * 7))
    times: dict[DayKey, tuple[int, int]] = field(default_factory=dict)
    spreads: Counter[SpreadKey] = field(default_factory=Counter)

    def since(self, day: int) -> Changes:
        """What of it is about a local day and those after it."""
        return Changes(
            {key: value for key, value in self.hours.items() if key[1] >= day},
            {key: value for key, value in self.days.items() if key[0] >= day},
            {key: value for key, value in self.times.items() if key[0] >= day},
            Counter({key: value for key, value in self.spreads.items() if key[2] >= day}),
        )


@dataclass(frozen=True, slots=True)
class Drawn:
    """The leaves `low` ≤ index < `high`, and what else they touch.

    `rows` are all entries whose figures may change, by id, and `corrected` the first leaf that takes one
    back; `numbered` finds those that a pace is measured from by device and number.
    """

    low: int
    high: int
    rows: Mapping[str, Drawable]
    corrected: Mapping[str, int]
    numbered: Mapping[tuple[str, int], Drawable]
    clocks: Clocks


def changes(drawn: Drawn) -> Changes:
    """What the drawing of these leaves adds to the figures."""
    made = Changes()
    classes = {row.corrects: row.visitor_class for row in drawn.rows.values() if row.corrects}
    for row in drawn.rows.values():
        zone = drawn.clocks[row.venue_id][0]
        day = local_day(row.true_ms, zone)
        if row.corrects:
            continue
        if row.leaf_index >= drawn.low:
            _seen(made.times, (day, row.venue_id), row.true_ms)
        counted, counts = _counts(drawn, row, drawn.low), _counts(drawn, row, drawn.high)
        if counted != counts:
            # Who it was may be forgotten since; whoever takes an entry back names them again.
            of_class = row.visitor_class if row.visitor_class is not None else classes.get(row.id)
            hour = local_hour(row.true_ms, zone)
            _add(made, row, day, hour, of_class or "", 1 if counts else -1)
        paced = counted and _has_pace(drawn, row, drawn.low)
        paces = counts and _has_pace(drawn, row, drawn.high)
        if paced != paces and (seconds := _pace(drawn, row)) is not None:
            made.spreads["pace", row.venue_id, day, row.way, seconds] += 1 if paces else -1
    return made


def numbers(rows: Iterable[Drawable]) -> tuple[list[tuple[str, int]], list[tuple[str, int]]]:
    """The numbers just before and just after those of these entries, among kiosks' and not their own."""
    own = {(row.device, row.seq) for row in rows if row.device != DEVICE}
    before = [(device, seq - 1) for device, seq in own if seq > 1 and (device, seq - 1) not in own]
    after = [(device, seq + 1) for device, seq in own if (device, seq + 1) not in own]
    return before, after


def _counts(drawn: Drawn, row: Drawable, size: int) -> bool:
    """Whether an entry counted when the first `size` leaves were drawn."""
    leaf: int = row.leaf_index
    return leaf < size <= drawn.corrected.get(row.id, size)


def _has_pace(drawn: Drawn, row: Drawable, size: int) -> bool:
    if row.device == DEVICE:
        return True
    before = drawn.numbered.get((row.device, row.seq - 1))
    return before is not None and before.leaf_index < size


def _pace(drawn: Drawn, row: Drawable) -> int | None:
    """Whole seconds that a passage took, None when nothing tells."""
    if row.device == DEVICE:
        if row.way not in _BY_HAND:
            return None
        gap, least, most = row.at_ms - made_ms(row.id), 0, FORM_PAUSE_MS
    else:
        gap, least, most = row.at_ms - drawn.numbered[row.device, row.seq - 1].at_ms, 1, GATE_PAUSE_MS
    return (gap + 500) // 1000 if least <= gap <= most else None


def _add(made: Changes, row: Drawable, day: int, hour: int, of_class: str, sign: int) -> None:
    people, vehicles = sign * row.people, sign * bool(row.has_plate)
    sums = made.hours[
        row.venue_id, day, hour, row.entrance_id, row.direction, row.outcome, row.reason, of_class, row.way
    ]
    sums[0] += sign
    sums[1] += people
    sums[2] += vehicles
    whole = made.days[day, row.venue_id]
    whole[0] += sign
    whole[6] += sign * (row.reason == Reason.TEMPERATURE_HIGH)
    if row.outcome == Outcome.REFUSED:
        whole[4] += people
    elif row.outcome == Outcome.REFERRED:
        whole[5] += people
    elif row.direction == Direction.OUT:
        whole[2] += people
    else:
        whole[1] += people
        whole[3] += vehicles


def _seen(times: dict[DayKey, tuple[int, int]], key: DayKey, at_ms: int) -> None:
    first, last = times.get(key, (at_ms, at_ms))
    times[key] = (min(first, at_ms), max(last, at_ms))
