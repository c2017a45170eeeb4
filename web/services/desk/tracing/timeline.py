"""The picture of a trace: a line per person, a bar per stay, the stays of the case as bands behind them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from xml.etree.ElementTree import Element, SubElement, tostring

from domain.contact import Contact, Stay
from domain.hours import local_time

_DAY_MS = 86_400_000
_WIDTH, _NAMES, _RIGHT = 1000.0, 150.0, 12.0
_HEAD, _LINE, _BAR = 34.0, 26.0, 12.0
_LEAST_BAR = 3.0
_INK, _SOFT, _RULE, _BAND, _ACCENT = "#1d2733", "#5a6675", "#d7dde4", "#fbe3c0", "#1f5f8b"
_FONT = "system-ui, 'PingFang SC', 'Noto Sans CJK SC', 'Microsoft YaHei', sans-serif"
_TICKS_MOST = 15


@dataclass(frozen=True, slots=True)
class _Axis:
    """Time along the width: Unix milliseconds to the picture's units."""

    first_ms: int
    last_ms: int

    def x(self, at_ms: int) -> float:
        """Where a time stands."""
        span = max(1, self.last_ms - self.first_ms)
        return _NAMES + (_WIDTH - _NAMES - _RIGHT) * (at_ms - self.first_ms) / span


def timeline(
    cases: Sequence[Stay], shown: Sequence[Contact], names: Mapping[str, str], case_name: str, zone: str
) -> str:
    """The picture as SVG text: `cases` on the first line, then one line per contact; times in `zone`.

    A stay whose end nobody saw is drawn hollow, a meeting side by side has a dot.
    """
    stays = [*cases, *(meeting.other for one in shown for meeting in one.meetings)]
    if not stays:
        return ""
    axis = _Axis(min(stay.in_ms for stay in stays), max(stay.out_ms for stay in stays))
    height = _HEAD + _LINE * (1 + len(shown)) + 8
    size = {"viewBox": f"0 0 {_WIDTH:g} {height:g}", "width": "100%", "font-family": _FONT, "font-size": "13"}
    svg = Element(
        "svg", {"xmlns": "http://www.w3.org/2000/svg", "role": "img", "aria-labelledby": "timeline", **size}
    )
    _ticks(svg, axis, height, zone)
    for case in cases:
        left = axis.x(case.in_ms)
        wide = max(_LEAST_BAR, axis.x(case.out_ms) - left)
        _rect(svg, left, _HEAD, wide, height - _HEAD, {"fill": _BAND, "fill-opacity": "0.55"})
    _line(svg, axis, 0, case_name, list(cases), "#b4540a")
    for number, one in enumerate(shown, start=1):
        _line(svg, axis, number, names.get(one.visitor_id, "—"), _own(one), _ACCENT)
        for meeting in one.meetings:
            if meeting.is_close:
                middle = _HEAD + _LINE * number + _LINE / 2
                spot = {"cx": f"{axis.x(meeting.at_ms):.1f}", "cy": f"{middle:g}", "r": "4.5", "fill": _INK}
                SubElement(svg, "circle", spot)
    return tostring(svg, encoding="unicode")


def _own(contact: Contact) -> list[Stay]:
    return list({meeting.other.entry_id: meeting.other for meeting in contact.meetings}.values())


def _line(svg: Element, axis: _Axis, number: int, name: str, stays: Sequence[Stay], colour: str) -> None:
    top = _HEAD + _LINE * number
    label = SubElement(svg, "text", {"x": "0", "y": f"{top + _LINE / 2 + 4.5:g}", "fill": _INK})
    label.text = name
    for stay in stays:
        left = axis.x(stay.in_ms)
        wide = max(_LEAST_BAR, axis.x(stay.out_ms) - left)
        seen = {"fill": colour} if stay.is_seen else {"fill": "#fff", "stroke-dasharray": "3 2"}
        _rect(svg, left, top + (_LINE - _BAR) / 2, wide, _BAR, {**seen, "stroke": colour, "rx": "2"})


def _ticks(svg: Element, axis: _Axis, height: float, zone: str) -> None:
    """Days along the top, and hours when it is less than two days."""
    is_short = axis.last_ms - axis.first_ms < 2 * _DAY_MS
    step = _DAY_MS // 8 if is_short else _DAY_MS
    step *= max(1, -(-(axis.last_ms - axis.first_ms) // step // _TICKS_MOST))
    first = local_time(axis.first_ms, zone).replace(hour=0, minute=0, second=0, microsecond=0)
    at = int(first.timestamp()) * 1000
    while at <= axis.last_ms:
        if at >= axis.first_ms:
            x = f"{axis.x(at):.1f}"
            SubElement(
                svg, "line", {"x1": x, "x2": x, "y1": f"{_HEAD - 6:g}", "y2": f"{height:g}", "stroke": _RULE}
            )
            told = local_time(at, zone).strftime("%m-%d %H:%M" if is_short else "%m-%d")
            anchor = "end" if axis.x(at) > _WIDTH - 40 else "middle"
            text = SubElement(svg, "text", {"x": x, "y": "16", "fill": _SOFT, "text-anchor": anchor})
            text.text = told
        at += step


def _rect(svg: Element, x: float, y: float, width: float, height: float, look: Mapping[str, str]) -> None:
    where = {"x": f"{x:.1f}", "y": f"{y:.1f}", "width": f"{width:.1f}", "height": f"{height:.1f}"}
    SubElement(svg, "rect", {**where, **look})
