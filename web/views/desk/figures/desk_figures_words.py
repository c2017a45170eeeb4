"""What the figures are called, and the periods that can be chosen at once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from flask_babel import gettext

from domain.hours import WEEKDAYS, local_time
from domain.reason import Reason
from web.services.desk.figures.figures import Figures
from web.services.desk.figures.figures_days import Span, date_of, day_of, start_ms
from web.services.desk.figures.figures_values import Sums
from web.services.desk.filtering.filters import Asked
from web.services.desk.filtering.filters_times import Period, utc_text
from web.views.desk.desk_words import PERIODS
from web.views.every_page.language import said
from web.views.every_page.reason_names import REASON_NAMES

_Choice = tuple[str, dict[str, str], bool]


@dataclass(frozen=True, slots=True)
class Shown:
    """A figure with its name, and what it was before; None where that is not known."""

    name: str
    value: int
    before: int | None

    @property
    def change(self) -> str:
        """By how much of what it was it changed, like `+12 %` or `±0 %`; "" where that says nothing."""
        if not self.before:
            return ""
        percent = round(100 * (self.value - self.before) / self.before)
        return f"{'±' if percent == 0 else '+' if percent > 0 else '−'}{abs(percent)} %"


def headline(found: Figures) -> list[Shown]:
    """The figures above everything else; none when nothing could be counted."""
    if found.counts is None:
        return []
    now, before = found.counts.whole, found.before
    shown = [
        Shown(gettext("people checked"), now.people, before.people if before else None),
        Shown(gettext("in"), now.people_in, before.people_in if before else None),
        Shown(gettext("out"), now.people_out, before.people_out if before else None),
        Shown(gettext("turned back"), now.people_refused, before.people_refused if before else None),
        Shown(gettext("to staff"), now.people_referred, before.people_referred if before else None),
        Shown(gettext("abnormal temperatures"), found.feverish, None),
        Shown(gettext("vehicles checked"), now.vehicles, before.vehicles if before else None),
        Shown(
            gettext("vehicles turned back"), now.vehicles_refused, before.vehicles_refused if before else None
        ),
    ]
    return shown if found.inside is None else [*shown, Shown(gettext("inside now"), found.inside, None)]


def span_text(span: Span) -> str:
    """The days of a span: `2026-11-20`, `2026-11-01 – 2026-11-20`, or `… until 11:00`."""
    first, last = date_of(span.days.first), date_of(span.days.last)
    return first.isoformat() if first == last else f"{first.isoformat()} – {last.isoformat()}"


def weekday(day: int) -> str:
    """The short name of a local day's weekday, Monday being 0 of `day` % 7 as a number below 7."""
    return said(WEEKDAYS[day if day < len(WEEKDAYS) else date_of(day).weekday()])


def local_date(day: int) -> str:
    """The date of a local day as `2026-11-20`."""
    return date_of(day).isoformat()


def reason_name(reason: str) -> str:
    """A reason in few words; one of a newer version is shown as it is written."""
    known = next((one for one in Reason if one == reason), None)
    return said(REASON_NAMES[known]) if known else reason


def by_people(side: Mapping[str, Sums]) -> list[tuple[str, Sums]]:
    """The values of a side, those with the most people first."""
    return sorted(side.items(), key=lambda pair: (-pair[1].people, pair[0]))


def quick_periods(asked: Asked) -> Iterator[_Choice]:
    """The filter's own periods."""
    chosen = asked.wanted.period
    none = asked.wanted.from_ms is None and asked.wanted.until_ms is None
    for period, name in PERIODS.items():
        is_chosen = period is chosen or (period is Period.TODAY and none)
        yield said(name), {"period": period.value}, is_chosen


def months(asked: Asked, now_ms: int) -> Iterator[_Choice]:
    """This calendar month and the one before."""
    this = local_time(now_ms, asked.zone).date().replace(day=1)
    earlier = (this - timedelta(days=1)).replace(day=1)
    later = (this + timedelta(days=31)).replace(day=1)
    for name, first, end in ((gettext("This month"), this, later), (gettext("Last month"), earlier, this)):
        from_ms, until_ms = _start(first, asked.zone), _start(end, asked.zone)
        is_chosen = (asked.wanted.from_ms, asked.wanted.until_ms) == (from_ms, until_ms)
        yield name, {"from": utc_text(from_ms), "until": utc_text(until_ms)}, is_chosen


def _start(day: date, zone: str) -> int:
    return start_ms(day_of(day), zone)
