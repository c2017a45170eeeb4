"""The one filter of the desk: which entries a table, figure, trace or file is about; kept in the URL."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import TypeVar
from urllib.parse import parse_qs, urlencode

from domain.decision import Outcome
from domain.entry import Way
from domain.errors import InputError
from domain.reason import Reason
from domain.venue import Direction
from domain.visitor import VisitorClass
from domain.wording import Sentence
from web.services.desk.filtering import filters_times
from web.services.desk.filtering.filters_times import Period, local_text, utc_text
from web.services.errors import NotFoundError
from web.services.installation import Installation
from web.services.passing.passage_typing import parsed_temperature
from web.store.desk import filtering_places
from web.store.desk.filtering_places import Here
from web.store.scope import Scope

TEXT_MOST = 200
# A sealed person of TEXT_MOST characters of four bytes, in base64.
TOKEN_MOST = 1_200
_E = TypeVar("_E", bound=StrEnum)


@dataclass(frozen=True, slots=True)
class Filter:
    """Which entries; every part that is empty does not narrow. Times are Unix milliseconds.

    `until_ms` itself is left out. A `period` has its times as of when it was read. `who` and `host` are
    sealed (filters_people): the person sought never stands in a URL. Temperatures are tenths of a degree.
    """

    area_id: str = ""
    enterprise_id: str = ""
    venue_id: str = ""
    entrance_id: str = ""
    period: Period = Period.OWN
    from_ms: int | None = None
    until_ms: int | None = None
    who: str = ""
    host: str = ""
    classes: tuple[VisitorClass, ...] = ()
    outcomes: tuple[Outcome, ...] = ()
    reasons: tuple[Reason, ...] = ()
    directions: tuple[Direction, ...] = ()
    ways: tuple[Way, ...] = ()
    kiosk_id: str = ""
    temperature_least: int | None = None
    temperature_most: int | None = None
    text: str = ""

    @property
    def is_narrow(self) -> bool:
        """Whether anything narrows it."""
        return self != Filter()


@dataclass(frozen=True, slots=True)
class Asked:
    """A filter as it was typed, what it means, what could not be read, its places' names, and its zone."""

    typed: Mapping[str, str]
    wanted: Filter
    wrong: Mapping[str, Sentence]
    here: Here
    zone: str


PLACES: Mapping[str, str] = MappingProxyType(
    {
        "area": "area_id",
        "enterprise": "enterprise_id",
        "venue": "venue_id",
        "entrance": "entrance_id",
        "kiosk": "kiosk_id",
    }
)
_SETS: Mapping[str, str] = MappingProxyType(
    {"class": "classes", "outcome": "outcomes", "reason": "reasons", "direction": "directions", "way": "ways"}
)
# Everything that may stand in the URL of a page of the desk.
NAMES = (*PLACES, "period", "from", "until", "who", "host", *_SETS, "warm_from", "warm_to", "text")
_NO_SUCH = Sentence("One choice is not known here and was left out.", "有一项选择无法识别，已忽略。")


def from_args(inst: Installation, scope: Scope, args: Mapping[str, Sequence[str]], zone: str) -> Asked:
    """What a URL asks for; `zone` is for times without their own, unless one venue is chosen.

    What cannot be read narrows nothing and is told; NotFoundError for places outside the scope.
    """
    first = {name: values[0].strip()[:TOKEN_MOST] for name, values in args.items() if values}
    places = {field: first.get(name, "") for name, field in PLACES.items()}
    here = _named(inst, scope, places)
    zone = here.time_zone or zone
    wrong: dict[str, Sentence] = {}
    period = next(iter(_members(Period, args, "period", wrong)), Period.OWN)
    if period is Period.OWN:
        times = filters_times.own(first.get("from", ""), first.get("until", ""), zone, wrong)
    else:
        times = filters_times.spanned(period, inst.now_ms(), zone)
    wanted = Filter(
        **places,
        period=period,
        from_ms=times[0],
        until_ms=times[1],
        who=first.get("who", ""),
        host=first.get("host", ""),
        classes=_members(VisitorClass, args, "class", wrong),
        outcomes=_members(Outcome, args, "outcome", wrong),
        reasons=_members(Reason, args, "reason", wrong),
        directions=_members(Direction, args, "direction", wrong),
        ways=_members(Way, args, "way", wrong),
        temperature_least=_tenths(first, "warm_from", wrong),
        temperature_most=_tenths(first, "warm_to", wrong),
        text=" ".join(first.get("text", "")[:TEXT_MOST].split()),
    )
    return Asked(_typed(wanted, first, zone), wanted, wrong, here, zone)


def expect_visible(inst: Installation, scope: Scope, wanted: Filter) -> None:
    """NotFoundError when the filter names a place outside the scope."""
    _named(inst, scope, {field: getattr(wanted, field) for field in PLACES.values()})


def to_args(wanted: Filter) -> dict[str, list[str]]:
    """The filter as the arguments of a URL; `from_args` reads the same out of them at the same moment."""
    told: dict[str, list[str]] = {name: [str(getattr(wanted, field))] for name, field in PLACES.items()}
    told["period"] = [wanted.period]
    if wanted.period is Period.OWN:
        told["from"], told["until"] = [utc_text(wanted.from_ms)], [utc_text(wanted.until_ms)]
    told |= {"who": [wanted.who], "host": [wanted.host]}
    told |= {name: [*getattr(wanted, field)] for name, field in _SETS.items()}
    told["warm_from"] = [_degrees(wanted.temperature_least)]
    told["warm_to"] = [_degrees(wanted.temperature_most)]
    told["text"] = [wanted.text]
    return {name: values for name, values in told.items() if any(values)}


def as_query(wanted: Filter) -> str:
    """The filter as the query of a URL."""
    return urlencode(to_args(wanted), doseq=True)


def from_query(inst: Installation, scope: Scope, query: str, zone: str) -> Asked:
    """What the query of a URL asks for; see `from_args`."""
    return from_args(inst, scope, parse_qs(query), zone)


def _named(inst: Installation, scope: Scope, places: Mapping[str, str]) -> Here:
    here = inst.ask(lambda connection: filtering_places.named(connection, scope, **places))
    if here is None:
        raise NotFoundError
    return here


def _typed(wanted: Filter, first: Mapping[str, str], zone: str) -> dict[str, str]:
    """What the fields of the form show again: what was typed, but times in the zone of the page."""
    shown = {name: first.get(name, "")[:TEXT_MOST] for name in ("warm_from", "warm_to", "text")}
    shown |= {"from": "", "until": ""}
    if wanted.period is Period.OWN:
        for name, at_ms in (("from", wanted.from_ms), ("until", wanted.until_ms)):
            shown[name] = first.get(name, "") if at_ms is None else local_text(at_ms, zone)
    return shown


def _members(
    kind: type[_E], args: Mapping[str, Sequence[str]], name: str, wrong: dict[str, Sentence]
) -> tuple[_E, ...]:
    """Those members of an enum that are asked for, each once, in the enum's order."""
    given = {one for one in args.get(name, ()) if one}
    if given - {*kind}:
        wrong[name] = _NO_SUCH
    return tuple(member for member in kind if member in given)


def _tenths(first: Mapping[str, str], name: str, wrong: dict[str, Sentence]) -> int | None:
    text = first.get(name, "")
    try:
        return parsed_temperature(text) if text else None
    except InputError as error:
        wrong[name] = error.sentence
        return None


def _degrees(tenths: int | None) -> str:
    return "" if tenths is None else f"{tenths // 10}.{tenths % 10}"
