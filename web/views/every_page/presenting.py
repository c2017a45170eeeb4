"""How times and numbers look on a page: in the venue's zone, with the zone on hover."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from flask import Flask
from flask_babel import gettext, ngettext
from markupsafe import Markup

from domain.credential import kind_named
from domain.hours import local_time
from web.services.places.places import DEFAULT_ZONE
from web.settings import SITE_COMMAND
from web.views.asking.session import now_ms
from web.views.every_page.words import OUTCOME_ICONS, named

_MINUTE_MS = 60_000
_HOUR_MS = 60 * _MINUTE_MS
_DAY_MS = 24 * _HOUR_MS
_TIME_TAG = Markup('<time datetime="{iso}" title="{title}">{text}</time>')


def zone_time(at_ms: int, zone: str) -> Markup:
    """A `<time>`: the clock time, with the date when it is not today there; zone and offset on hover."""
    at, today = local_time(at_ms, zone), local_time(now_ms(), zone)
    text = f"{at:%H:%M:%S}" if at.date() == today.date() else f"{at:%Y-%m-%d %H:%M:%S}"
    return _tag(at, zone, text)


def zone_moment(at_ms: int, zone: str) -> Markup:
    """A `<time>` that says the day and the distance to UTC as well, for what is kept as evidence."""
    at = local_time(at_ms, zone)
    return _tag(at, zone, f"{at:%Y-%m-%d %H:%M:%S} {_utc_offset(at)}")


def zone_date(at_ms: int, zone: str) -> Markup:
    """A `<time>` that shows the day only."""
    at = local_time(at_ms, zone)
    return _tag(at, zone, f"{at:%Y-%m-%d}")


def ago(at_ms: int) -> str:
    """How long ago something was, in the largest unit that fits."""
    past = max(0, now_ms() - at_ms)
    if past < _MINUTE_MS:
        return str(gettext("just now"))
    if past < _HOUR_MS:
        return str(ngettext("%(num)d minute ago", "%(num)d minutes ago", past // _MINUTE_MS))
    if past < _DAY_MS:
        return str(ngettext("%(num)d hour ago", "%(num)d hours ago", past // _HOUR_MS))
    return str(ngettext("%(num)d day ago", "%(num)d days ago", past // _DAY_MS))


def parsed_local(typed: str, zone: str) -> int | None:
    """Unix milliseconds of what a datetime-local field sent, read in `zone`; None when it is no time."""
    try:
        at = datetime.fromisoformat(typed)
        return int(at.replace(tzinfo=ZoneInfo(zone)).timestamp() * 1000)
    except (ValueError, OverflowError):
        return None


def _tag(at: datetime, zone: str, text: str) -> Markup:
    title = f"{at:%Y-%m-%d %H:%M:%S} {zone} ({_utc_offset(at)})"
    return _TIME_TAG.format(iso=at.isoformat(timespec="seconds"), title=title, text=text)


def _utc_offset(at: datetime) -> str:
    offset = f"{at:%z}"
    return f"UTC{offset[:3]}:{offset[3:5]}"


def register_presenting(app: Flask) -> None:
    """Give templates the filters of this module and the names of enums."""
    for function in (zone_time, zone_moment, zone_date, ago, named, kind_named):
        app.add_template_filter(function)
    app.jinja_env.globals.update(
        outcome_icons=OUTCOME_ICONS, default_zone=DEFAULT_ZONE, site_command=SITE_COMMAND
    )
