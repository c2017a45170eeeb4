"""The monthly rehearsal: a made-up case goes the whole way of a trace, and every step is timed.

The case is nobody: invented stays at real venues and hours. Whom they would have met is counted only.
"""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from domain.contact import Stay
from domain.hours import local_time
from domain.wording import Sentence
from web.db.connecting.connection import Connection
from web.services.desk.tracing import contact_finding, timeline, tracing_export, tracing_notices
from web.services.desk.tracing.tracing import REHEARSAL
from web.services.desk.tracing.tracing_values import Found, Question
from web.services.installation import Installation, new_id
from web.services.places.places import DEFAULT_ZONE
from web.store.desk import rehearsals, traces
from web.store.scope import Scope

_DAYS, _MINUTES = 14, 30
_HOUR_MS, _DAY_MS = 3_600_000, 86_400_000
_PLACES_MOST = 20
_SHOWN = 20
# Hours of the day.
_NIGHT = range(1, 5)
_PATIENT_DAYS = 3
# The steps of a trace, in their order.
STEPS: dict[str, Sentence] = {
    "case": Sentence("Case", "病例行程"),
    "first": Sentence("First step", "第一层"),
    "second": Sentence("Both steps", "两层"),
    "picture": Sentence("Picture", "时间图"),
    "table": Sentence("Table", "表格"),
    "notices": Sentence("Notices", "提示函"),
}
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """One rehearsal: what it counted, and how many milliseconds each step took."""

    id: str
    made_ms: int
    by: str
    counted: dict[str, int]
    took_ms: dict[str, int]


def rehearse(inst: Installation, scope: Scope, account_id: str = "", seed: int | None = None) -> Rehearsal:
    """Go through all steps with a made-up case among the venues in scope, and keep how long each took.

    `account_id` is "" when the month asked for it.
    """
    took: dict[str, int] = {}
    identity, until_ms = new_id(), inst.now_ms()

    def timed(step: str, work: Callable[[], _T]) -> _T:
        began = inst.now_ms()
        result = work()
        took[step] = inst.now_ms() - began
        return result

    question = Question((), _DAYS, _MINUTES, until_ms, second=False)
    case = timed("case", lambda: inst.ask(lambda c: _case(c, scope, until_ms, seed)))
    timed("first", lambda: inst.read(lambda c: contact_finding.among(c, scope, case, question)))
    asked = Question((), _DAYS, _MINUTES, until_ms, second=True)
    found = timed("second", lambda: inst.read(lambda c: contact_finding.among(c, scope, case, asked)))
    timed("picture", lambda: _picture(inst, found))
    timed("table", lambda: b"".join(tracing_export.csv(inst, found)))
    timed("notices", lambda: _notices(inst, found))
    told = {
        "took_ms": took,
        "counted": found.figures(),
        "area": scope.area_path,
        "enterprise": scope.enterprise_id,
    }
    inst.write(
        lambda connection: traces.added(
            connection,
            id=identity,
            account_id=account_id,
            mode=REHEARSAL,
            purpose="",
            question_sealed=b"",
            figures=json.dumps(told),
            made_ms=until_ms,
            closed_ms=inst.now_ms(),
        )
    )
    return Rehearsal(identity, until_ms, "", found.figures(), took)


def listed(inst: Installation, scope: Scope, limit: int = 24) -> list[Rehearsal]:
    """Rehearsals among venues in scope, newest first."""
    rows = inst.ask(lambda connection: traces.newest(connection, REHEARSAL, 10 * limit))
    shown: list[Rehearsal] = []
    for row in rows:
        told = json.loads(row.figures)
        if _sees(scope, told["area"], told["enterprise"]):
            shown.append(Rehearsal(row.id, row.made_ms, row.asker or "", told["counted"], told["took_ms"]))
    return shown[:limit]


def due(inst: Installation) -> int:
    """Rehearse for every top area that has not had one in this calendar month; how many were due.

    In the night: beside ten million entries it takes a processor of the database for ten seconds and more.
    A site that is off at night rehearses by day, from the fourth of the month on.
    """
    now = local_time(inst.now_ms(), DEFAULT_ZONE)
    if now.hour not in _NIGHT and now.day <= _PATIENT_DAYS:
        return 0
    month_ms = int(now.replace(day=1, hour=0, minute=0, second=0, microsecond=0).timestamp()) * 1000
    paths = inst.ask(lambda connection: rehearsals.top_areas(connection))
    had = {
        json.loads(row.figures)["area"]
        for row in inst.ask(lambda connection: rehearsals.since(connection, REHEARSAL, month_ms))
    }
    waiting = [path for path in paths if path not in had]
    for path in waiting:
        rehearse(inst, Scope(area_path=path))
    return len(waiting)


def _sees(scope: Scope, area: str, enterprise: str) -> bool:
    """Whether what was counted there lies wholly in a scope."""
    if scope.everything:
        return True
    if enterprise:
        return scope.enterprise_id == enterprise
    return bool(scope.area_path) and area.startswith(scope.area_path)


def _case(connection: Connection, scope: Scope, until_ms: int, seed: int | None) -> list[Stay]:
    """Somebody who never was: up to two places a day for two weeks, one to three hours each."""
    dice = random.Random(seed if seed is not None else until_ms)  # noqa: S311
    venues = rehearsals.lively(connection, scope, until_ms // _DAY_MS - _DAYS, _PLACES_MOST)
    stays: list[Stay] = []
    for day in range(_DAYS):
        for place in dice.sample(venues, min(len(venues), 2)):
            begins = until_ms - (day + 1) * _DAY_MS + dice.randrange(8 * _HOUR_MS)
            ends = min(until_ms, begins + _HOUR_MS + dice.randrange(2 * _HOUR_MS))
            identity = f"made-up-{len(stays)}"
            stays.append(
                Stay(identity, "made-up", place.id, place.entrance_id, begins, ends, "", "scanned", "scanned")
            )
    return sorted(stays, key=lambda stay: stay.in_ms)


def _picture(inst: Installation, found: Found) -> str:
    some = found.contacts[:_SHOWN]
    read = inst.read(lambda connection: contact_finding.meetings(connection, found, some))
    return timeline.timeline(found.cases, [*read.values()], {}, "—", "UTC")


def _notices(inst: Installation, found: Found) -> bytes:
    drafts = inst.read(lambda connection: tracing_notices.of(connection, found))
    return tracing_notices.pdf_of(drafts, ("zh", "en")) if drafts else b""
