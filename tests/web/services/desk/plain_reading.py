"""The figures and stays that a plain reading of all entries at once gives."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from domain.entry import made_ms
from tests.web.services.desk.drawing import MINUTE, Made


def expected(made: Sequence[Made], clocks: Mapping[str, tuple[str, int]], now_ms: int) -> dict[str, object]:
    """The same by a plain reading of all entries at once."""
    gone = {one.corrects for one in made}
    counting = [one for one in made if not one.corrects and one.id not in gone]
    drawn = _stays([one for one in counting if one.outcome == "admitted" and one.who], clocks, now_ms)
    hours: dict[tuple[object, ...], list[int]] = defaultdict(lambda: [0, 0, 0])
    days: dict[tuple[int, str], list[int]] = defaultdict(lambda: [0] * 7)
    for one in counting:
        at = _local(one.true_ms, clocks[one.venue][0])
        way = "in" if one.inward else "out"
        key = (
            one.venue,
            _day(at),
            at.hour,
            one.venue + " door",
            way,
            one.outcome,
            one.reason,
            one.of_class,
            one.way,
        )
        _add(hours[key], (1, one.people, int(one.has_plate)))
        admitted, inward = one.outcome == "admitted", one.inward
        told = (
            1,
            one.people * (admitted and inward),
            one.people * (admitted and not inward),
            int(one.has_plate and admitted and inward),
            one.people * (one.outcome == "refused"),
            one.people * (one.outcome == "referred"),
            int(one.reason == "temperature_high"),
        )
        _add(days[_day(at), one.venue], told)
    times: dict[tuple[int, str], list[int]] = defaultdict(list)
    for one in made:
        if not one.corrects:
            times[_day(_local(one.true_ms, clocks[one.venue][0])), one.venue].append(one.true_ms)
    spread = _paces(made, counting, clocks)
    for stay in drawn:
        if stay[7] in ("scanned", "swept") and stay[8] == "scanned":
            day = _day(_local(stay[4], clocks[stay[1]][0]))
            spread["dwell", stay[1], day, "", (stay[6] - stay[4]) // MINUTE] += 1
    return {
        "stays": sorted(drawn),
        "venue_days": sorted((*key, *days[key], min(at), max(at)) for key, at in times.items()),
        "hour_counts": sorted((*key, *sums) for key, sums in hours.items()),
        "spreads": sorted((*key, times) for key, times in spread.items() if times),
    }


def _add(sums: list[int], told: tuple[int, ...]) -> None:
    for nth, number in enumerate(told):
        sums[nth] += number


def _paces(
    made: Sequence[Made], counting: Sequence[Made], clocks: Mapping[str, tuple[str, int]]
) -> Counter[tuple[object, ...]]:
    at = {(one.device, one.seq): one.true_ms for one in made}
    spread: Counter[tuple[object, ...]] = Counter()
    for one in counting:
        if one.device == "web":
            gap = one.true_ms - made_ms(one.id)
            told = one.way in ("poster", "staff") and 0 <= gap <= 600_000
        else:
            before = at.get((one.device, one.seq - 1))
            gap = one.true_ms - before if before is not None else 0
            told = 0 < gap <= 60_000
        if told:
            day = _day(_local(one.true_ms, clocks[one.venue][0]))
            spread["pace", one.venue, day, one.way, (gap + 500) // 1000] += 1
    return spread


def _stays(
    passed: Sequence[Made], clocks: Mapping[str, tuple[str, int]], now_ms: int
) -> list[tuple[object, ...]]:
    """Walk with each visitor through their passages, holding the one stay that is open."""
    drawn: list[tuple[object, ...]] = []
    by_visitor: dict[str, list[Made]] = defaultdict(list)
    for one in sorted(passed, key=lambda one: (one.true_ms, one.id)):
        by_visitor[one.who].append(one)
    for whose in by_visitor.values():
        came: Made | None = None
        last_ms = -1
        for one in [*whose, None]:
            if came is not None:
                closes = _next_end(came.true_ms, clocks[came.venue])
                end = ("", None, "")
                if one is not None and one.true_ms <= closes:
                    swept = "swept" if one.way == "sweep" else "scanned"
                    if one.venue != came.venue:
                        end = ("", one.true_ms, "elsewhere")
                    elif one.inward:
                        end = ("", one.true_ms, "again")
                    else:
                        end = (one.venue + " door", one.true_ms, swept)
                elif closes <= now_ms:
                    end = ("", closes, "rule")
                drawn.append(
                    (
                        came.id,
                        came.venue,
                        came.who,
                        came.venue + " door",
                        came.true_ms,
                        *end,
                        "scanned",
                        came.people,
                    )
                )
                if end[2] in ("scanned", "swept"):
                    last_ms, came, one = one.true_ms, None, None
                    continue
                came = None
            if one is None:
                continue
            if one.inward:
                came = one
            else:
                began = max(_last_end(one.true_ms, clocks[one.venue]), last_ms)
                swept = "swept" if one.way == "sweep" else "scanned"
                door = one.venue + " door"
                drawn.append(
                    (one.id, one.venue, one.who, door, began, door, one.true_ms, swept, "assumed", one.people)
                )
            last_ms = one.true_ms
    return drawn


def _local(at_ms: int, zone: str) -> datetime:
    return datetime.fromtimestamp(at_ms / 1000, ZoneInfo(zone))


def _day(at: datetime) -> int:
    return (at.date() - datetime(1970, 1, 1).date()).days


def _ends(at_ms: int, clock: tuple[str, int]) -> list[int]:
    """The ends of the days around a moment."""
    zone, minute = clock
    midnight = _local(at_ms, zone).replace(hour=0, minute=0, second=0, microsecond=0)
    return [
        int((midnight + timedelta(days=day, minutes=minute)).timestamp() * 1000) for day in (-2, -1, 0, 1, 2)
    ]


def _next_end(at_ms: int, clock: tuple[str, int]) -> int:
    return min(end for end in _ends(at_ms, clock) if end > at_ms)


def _last_end(at_ms: int, clock: tuple[str, int]) -> int:
    return max(end for end in _ends(at_ms, clock) if end < at_ms)
