"""What each field of a policy says, in sentences: the one wording for editor, history and simulator."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import groupby
from typing import Any

from domain.credential import kind_named
from domain.hours import WEEKDAYS, OpeningHours
from domain.inheritance import Layer, Level
from domain.policy import Asked, CredentialRule, Treatment
from domain.visitor import CLASS_NAMES, VisitorClass
from domain.wording import Sentence
from web.services.rules.policies import OWN_ROOM

# The fields in the order in which people think of them; `version` is no field that anybody sets.
FIELD_NAMES: dict[str, Sentence] = {
    "classes": Sentence("Accepted classes", "接待类别"),
    "credentials": Sentence("Credentials", "凭证要求"),
    "temperature": Sentence("Temperature", "体温"),
    "temperature_limit_tenths": Sentence("Temperature limit", "体温上限"),
    "hours": Sentence("Opening hours", "开放时间"),
    "capacity": Sentence("Room inside", "容量"),
    "reentry": Sentence("Already inside", "重复进入"),
    "listed_areas": Sentence("Listed areas", "名单内地区"),
    "listed_days": Sentence("Days that listed areas count", "名单内地区追溯天数"),
    "vehicle_complete": Sentence("Vehicles", "车辆"),
    "unknown_visitor": Sentence("Unknown to the gate", "终端无登记信息者"),
    "bundle_limit_hours": Sentence("Gate without contact", "终端离线时限"),
    "confidential": Sentence("Confidential", "保密场所"),
}
TEMPERATURE: dict[str, Sentence] = {
    Asked.OFF: Sentence("Temperature is not asked for.", "不测体温。"),
    Asked.ASK: Sentence("Temperature is noted when it was taken.", "已测体温则记录。"),
    Asked.REQUIRE: Sentence("Nobody comes in before their temperature was taken.", "未测体温不得进入。"),
}
REENTRY: dict[str, Sentence] = {
    Treatment.ADMIT: Sentence("Whoever is inside already may come in again.", "已在场内者可再次进入。"),
    Treatment.REFER: Sentence("Whoever is inside already is sent to the staff.", "已在场内者转人工。"),
    Treatment.REFUSE: Sentence("Whoever is inside already is refused.", "已在场内者劝返。"),
}
UNKNOWN: dict[str, Sentence] = {
    Treatment.ADMIT: Sentence("Whom the gate does not know comes in.", "终端无登记信息者可进入。"),
    Treatment.REFER: Sentence(
        "Whom the gate does not know is sent to the staff.", "终端无登记信息者转人工。"
    ),
    Treatment.REFUSE: Sentence("Whom the gate does not know is refused.", "终端无登记信息者劝返。"),
}
VEHICLES: dict[bool, Sentence] = {
    True: Sentence(
        "A vehicle gives its plate and a phone for every person in it.",
        "车辆须登记车牌和车上每个人的电话。",
    ),
    False: Sentence("A vehicle may be registered with gaps.", "车辆信息可以不全。"),
}
CONFIDENTIAL: dict[bool, Sentence] = {
    True: Sentence("The venue counts people and never names them.", "本场所只计人数，不记身份。"),
    False: Sentence("The venue knows who was there.", "本场所记录来访者身份。"),
}
WITHOUT: dict[str, Sentence] = {
    Treatment.REFER: Sentence("without it sent to the staff", "缺少则转人工"),
    Treatment.REFUSE: Sentence("without it refused", "缺少则劝返"),
}
EVERYBODY = Sentence("Everybody", "所有人")
_ALL_DAY = ((0, 1440),)
_LEVELS: dict[Level, Sentence] = {
    Level.AREA: Sentence("from the area {name}", "来自区域“{name}”"),
    Level.ENTERPRISE: Sentence("from the enterprise {name}", "来自企业“{name}”"),
    Level.VENUE: Sentence("from the venue {name}", "来自场所“{name}”"),
    Level.ENTRANCE: Sentence("from the entrance {name}", "来自出入口“{name}”"),
}
_OWN_ROOM = Sentence("from the venue {name}, its own room", "来自场所“{name}”登记的容量")
DEFAULT = Sentence("default", "默认")


def described(name: str, value: Any) -> tuple[Sentence, ...]:
    """What a field with this value asks for; a list has a sentence for each of its items."""
    return _SAID[name](value)


def rule_said(rule: CredentialRule) -> Sentence:
    """One line of the class rules: for whom, which credential, how old, on whose word, and without it."""
    who, kind, without = classes_named(rule.classes), kind_named(rule.kind), WITHOUT[rule.otherwise]
    age = age_said(rule.max_age_hours)
    word = Sentence("seen by staff", "须经核验")
    if not rule.verified:
        word = Sentence("their own word is enough", "本人声明即可")
    return Sentence(
        f"{who.en}: {kind.en}, {age.en}, {word.en}; {without.en}.",
        f"{who.zh}：{kind.zh}，{age.zh}，{word.zh}；{without.zh}。",
    )


def age_said(hours: int | None) -> Sentence:
    """How old a credential may be; whole days from four days on."""
    if hours is None:
        return Sentence("in its dates", "在有效期内")
    if hours % 24 == 0 and hours > 72:
        return Sentence(f"at most {hours // 24} days old", f"{hours // 24} 天内")
    return Sentence(f"at most {hours} hours old", f"{hours} 小时内")


def classes_named(classes: Iterable[VisitorClass]) -> Sentence:
    """The names of classes in their own order; everybody when there is none."""
    names = [name for value, name in CLASS_NAMES.items() if value in set(classes)]
    if not names:
        return EVERYBODY
    return Sentence(", ".join(name.en for name in names), "、".join(name.zh for name in names))


def source_said(layer: Layer, area_names: dict[str, str]) -> Sentence:
    """Where a line of a policy came from; an area's layer has its name beside it."""
    wording = _OWN_ROOM if layer.version == OWN_ROOM else _LEVELS[layer.level]
    return wording.filled(name=layer.name or area_names.get(layer.scope_id, "…"))


def openings_text(openings: Iterable[tuple[int, int]]) -> str:
    """A day's openings as people write them: `08:00–12:00, 13:00–18:00`."""
    return ", ".join(f"{_clock(start)}–{_clock(end)}" for start, end in openings)


def _clock(minute: int) -> str:
    return f"{minute // 60:02d}:{minute % 60:02d}"


def _classes(value: frozenset[VisitorClass]) -> tuple[Sentence, ...]:
    if not value:
        return (Sentence("Nobody is accepted.", "不接待任何人。"),)
    if value == frozenset(VisitorClass):
        return (Sentence("Every class is accepted.", "接待所有类别。"),)
    names = classes_named(value)
    return (Sentence(f"Accepted: {names.en}.", f"接待：{names.zh}。"),)


def _credentials(value: tuple[CredentialRule, ...]) -> tuple[Sentence, ...]:
    return tuple(map(rule_said, value)) or (Sentence("No credential is asked for.", "不要求凭证。"),)


def _hours(value: OpeningHours) -> tuple[Sentence, ...]:
    week = Sentence("Open at all hours.", "全天开放。")
    if not any(value.weekly):
        week = Sentence("Never open.", "从不开放。")
    elif value.weekly != (_ALL_DAY,) * 7:
        runs = [(openings, list(days)) for openings, days in groupby(range(7), value.weekly.__getitem__)]
        said = [_run(days, openings) for openings, days in runs if openings]
        en, zh = "; ".join(s.en for s in said), "；".join(s.zh for s in said)
        week = Sentence(f"Open {en}.", f"开放：{zh}。")
    if not value.holidays:
        return (week,)
    dates = ", ".join(dates_text(value.holidays))
    return (week, Sentence(f"Closed on {dates}.", f"不开放日期：{dates}。"))


def dates_text(dates: Iterable[Any]) -> list[str]:
    """Dates in order, those that follow each other as `2026-10-01–2026-10-07`."""
    runs: list[list[Any]] = []
    for day in sorted(dates):
        if runs and day.toordinal() == runs[-1][-1].toordinal() + 1:
            runs[-1].append(day)
        else:
            runs.append([day])
    return [run[0].isoformat() if len(run) == 1 else f"{run[0]}–{run[-1]}" for run in runs]


def _run(days: list[int], openings: tuple[tuple[int, int], ...]) -> Sentence:
    first, last = WEEKDAYS[days[0]], WEEKDAYS[days[-1]]
    times = openings_text(openings)
    if len(days) == 1:
        return Sentence(f"{first.en} {times}", f"{first.zh} {times}")
    return Sentence(f"{first.en}–{last.en} {times}", f"{first.zh}至{last.zh} {times}")


def _capacity(value: int | None) -> tuple[Sentence, ...]:
    if value is None:
        return (Sentence("Any number of people inside.", "不限人数。"),)
    return (Sentence(f"At most {value:,} people inside.", f"场内最多 {value:,} 人。"),)


def _limit(value: int) -> tuple[Sentence, ...]:
    shown = f"{value / 10:.1f}"
    return (Sentence(f"From {shown} °C on sent to the staff.", f"体温达到 {shown} °C 转人工。"),)


def _listed(value: frozenset[str]) -> tuple[Sentence, ...]:
    if not value:
        return (Sentence("No area is listed.", "无名单内地区。"),)
    return tuple(
        Sentence(f"Whoever was in {area} is sent to the staff.", f"到过“{area}”者转人工。")
        for area in sorted(value)
    )


def _days(value: int) -> tuple[Sentence, ...]:
    return (Sentence(f"A listed area counts for {value} days.", f"名单内地区按近 {value} 天计算。"),)


def _limit_hours(value: int) -> tuple[Sentence, ...]:
    return (
        Sentence(
            f"A gate without contact for more than {value} hours sends everybody to the staff.",
            f"终端离线超过 {value} 小时，一律转人工。",
        ),
    )


def _from_table(table: Any) -> Callable[[Any], tuple[Sentence, ...]]:
    return lambda value: (table[value],)


_SAID: dict[str, Callable[[Any], tuple[Sentence, ...]]] = {
    "classes": _classes,
    "credentials": _credentials,
    "temperature": _from_table(TEMPERATURE),
    "temperature_limit_tenths": _limit,
    "hours": _hours,
    "capacity": _capacity,
    "reentry": _from_table(REENTRY),
    "listed_areas": _listed,
    "listed_days": _days,
    "vehicle_complete": _from_table(VEHICLES),
    "unknown_visitor": _from_table(UNKNOWN),
    "bundle_limit_hours": _limit_hours,
    "confidential": _from_table(CONFIDENTIAL),
}
