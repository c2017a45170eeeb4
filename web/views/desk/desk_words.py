"""A filter in words, condition by condition, each with the filter that is left without it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from domain.reason import sentence_of
from domain.wording import Sentence
from web.services.desk.filtering import filters_people
from web.services.desk.filtering.filters import Asked, Filter, to_args
from web.services.desk.filtering.filters_people import Part
from web.services.desk.filtering.filters_times import Period, local_text
from web.services.installation import Installation
from web.views.every_page.language import said
from web.views.every_page.words import named

PERIODS: Mapping[Period, Sentence] = {
    Period.TODAY: Sentence("Today", "今天"),
    Period.YESTERDAY: Sentence("Yesterday", "昨天"),
    Period.WEEK: Sentence("7 days", "近 7 天"),
}
_PLACES: Mapping[str, Sentence] = {
    "area": Sentence("Area", "区域"),
    "enterprise": Sentence("Enterprise", "企业"),
    "venue": Sentence("Venue", "场所"),
    "entrance": Sentence("Entrance", "出入口"),
    "kiosk": Sentence("Kiosk", "终端"),
}
_SETS: Mapping[str, tuple[str, Sentence]] = {
    "outcomes": ("outcome", Sentence("Decision", "判定")),
    "directions": ("direction", Sentence("Direction", "方向")),
    "classes": ("class", Sentence("Class", "类别")),
    "ways": ("way", Sentence("How", "登记方式")),
}
_PEOPLE: Mapping[Part, Sentence] = {
    Part.WHO: Sentence("Person", "人员"),
    Part.HOST: Sentence("Host", "受访人"),
}
_OTHERS = Sentence("sealed by another account", "由其他账号加密，无法打开")


@dataclass(frozen=True, slots=True)
class Condition:
    """What a condition is about, what it asks in the page's language, and the URL's arguments without it."""

    label: Sentence
    text: str
    without: Mapping[str, list[str]]


def conditions(inst: Installation, account_id: str, found: Asked) -> tuple[Condition, ...]:
    """The conditions of a filter in the language of the page; whoever is sought is masked."""
    wanted = found.wanted
    return tuple(
        Condition(label, text, to_args(replace(wanted, **{field: getattr(Filter(), field)})))
        for field, label, text in (
            *_places(found),
            *_times(found),
            *_people(inst, account_id, wanted),
            *_sets(wanted),
            *_numbers(wanted),
        )
    )


def _places(found: Asked) -> Iterator[tuple[str, Sentence, str]]:
    for name, label in _PLACES.items():
        if getattr(found.wanted, f"{name}_id"):
            yield f"{name}_id", label, getattr(found.here, f"{name}_name")


def _times(found: Asked) -> Iterator[tuple[str, Sentence, str]]:
    wanted = found.wanted
    if wanted.period is not Period.OWN:
        yield "period", Sentence("Period", "时间"), said(PERIODS[wanted.period])
        return
    labels = {"from_ms": Sentence("From", "从"), "until_ms": Sentence("Until", "至")}
    for field, label in labels.items():
        if (at_ms := getattr(wanted, field)) is not None:
            yield field, label, local_text(at_ms, found.zone).replace("T", " ")


def _people(inst: Installation, account_id: str, wanted: Filter) -> Iterator[tuple[str, Sentence, str]]:
    for part, label in _PEOPLE.items():
        if token := getattr(wanted, part):
            term = filters_people.opened_term(inst, account_id, part, token)
            yield part, label, said(_OTHERS) if term is None else filters_people.masked_term(term)


def _sets(wanted: Filter) -> Iterator[tuple[str, Sentence, str]]:
    for field, (table, label) in _SETS.items():
        if values := getattr(wanted, field):
            yield field, label, " / ".join(said(named(value, table)) for value in values)
    if wanted.reasons:
        told = (said(sentence_of(reason, {})) for reason in wanted.reasons)
        yield "reasons", Sentence("Reason", "原因"), " / ".join(told)


def _numbers(wanted: Filter) -> Iterator[tuple[str, Sentence, str]]:
    labels = {
        "temperature_least": Sentence("Temperature from", "体温不低于"),
        "temperature_most": Sentence("Temperature up to", "体温不高于"),
    }
    for field, label in labels.items():
        if (tenths := getattr(wanted, field)) is not None:
            yield field, label, f"{tenths / 10:.1f} °C"
    if wanted.text:
        yield "text", Sentence("Text", "文字"), wanted.text
