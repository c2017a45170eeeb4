"""Starting points: sets of fields that fill the editor's form, to be changed before they are saved."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from domain.wording import Sentence

_NO_DAY: list[list[int]] = []


@dataclass(frozen=True, slots=True)
class Preset:
    """A starting point; `fields` are of the form that `domain.policy_text` reads.

    Credentials that it `adds` come to those that are asked for, instead of in their place.
    """

    name: Sentence
    about: Sentence
    fields: dict[str, Any]
    adds: bool = False


def _week(workdays: tuple[int, int], saturday: tuple[int, int] | None = None) -> dict[str, Any]:
    """Opening hours from Monday to Friday, and perhaps on Saturday, in hours of the day."""
    day = [[workdays[0] * 60, workdays[1] * 60]]
    week: dict[str, Any] = dict.fromkeys(("mon", "tue", "wed", "thu", "fri"), day)
    week["sat"] = [[saturday[0] * 60, saturday[1] * 60]] if saturday else _NO_DAY
    return {"weekly": {**week, "sun": _NO_DAY}, "holidays": []}


def _asks(
    kind: str, classes: list[str], otherwise: str = "refuse", hours: int | None = None
) -> dict[str, Any]:
    return {
        "kind": kind,
        "max_age_hours": hours,
        "classes": classes,
        "otherwise": otherwise,
        "verified": True,
    }


PRESETS: dict[str, Preset] = {
    "office": Preset(
        Sentence("Office park", "办公园区"),
        Sentence(
            "Weekdays 07:00–20:00, Saturday until 18:00; whoever is inside already goes to the staff.",
            "工作日 07:00–20:00，周六至 18:00；已在场内者转人工。",
        ),
        {
            "classes": ["employee", "contractor", "visitor", "courier"],
            "hours": _week((7, 20), (7, 18)),
            "reentry": "refer",
            "unknown_visitor": "refer",
        },
    ),
    "site": Preset(
        Sentence("Building site", "建筑工地"),
        Sentence(
            "Contractors need a safety induction of the last year and insurance; vehicles are complete.",
            "施工人员须在一年内完成入场安全培训并有保险；车辆信息须完整。",
        ),
        {
            "classes": ["employee", "contractor", "visitor"],
            "credentials": [
                _asks("induction", ["contractor"], hours=365 * 24),
                _asks("insurance", ["contractor"]),
                _asks("induction", ["visitor"], "refer"),
            ],
            "hours": _week((6, 20), (6, 20)),
            "reentry": "refer",
            "vehicle_complete": True,
        },
    ),
    "hospital": Preset(
        Sentence("Hospital", "医院"),
        Sentence(
            "Everybody's temperature is taken; visitors show who they are.",
            "所有人测量体温；访客核验身份。",
        ),
        {
            "temperature": "require",
            "temperature_limit_tenths": 373,
            "credentials": [_asks("identity", ["visitor"], "refer")],
            "unknown_visitor": "refer",
        },
    ),
    # The class rules of 2020 (分类建档) with the 48 hour test of 2022: from elsewhere with a proof, to work
    # after a training, otherwise with the identity checked; a fever goes to a person.
    "rules-2022": Preset(
        Sentence("Rules of 2022", "2022 年规则"),
        Sentence(
            "A 48 hour test and temperature for everybody; by class where from, training, identity.",
            "所有人 48 小时检测阴性证明、测量体温，并按类别查验来源地证明、培训和身份。",
        ),
        {
            "credentials": [
                _asks("test", [], hours=48),
                _asks("travel_proof", ["contractor", "courier", "visitor"], "refer"),
                _asks("induction", ["employee", "contractor"]),
                _asks("identity", ["visitor"], "refer"),
            ],
            "temperature": "require",
            "temperature_limit_tenths": 373,
            "listed_days": 14,
            "unknown_visitor": "refer",
            "vehicle_complete": True,
        },
    ),
    "appointment": Preset(
        Sentence("Visitors by appointment only", "访客凭预约"),
        Sentence(
            "Adds one line: visitors and contractors pass only in the time they were announced for.",
            "增加一行：访客和施工人员只能在预约的时间内通行。",
        ),
        {"credentials": [_asks("appointment", ["contractor", "visitor"])]},
        adds=True,
    ),
}
