"""Holds for those who were met, by a rule that somebody chose: counted first, then proposed together.

Nothing here decides by itself: one person proposes, another confirms, and a gate refers to the staff. The
second step is left out: it met nobody who is known to be a risk.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import partial

from domain.access import Right
from domain.contact import Met
from domain.errors import InputError
from domain.wording import Sentence
from web.db.connecting.connection import Connection
from web.services.access import rights
from web.services.desk.tracing import contact_finding, tracing
from web.services.desk.tracing.tracing import Trace
from web.services.desk.tracing.tracing_typed import whole
from web.services.desk.tracing.tracing_values import BREAKER, DAYS_MOST, Found
from web.services.installation import Installation, next_day_ms, start_of_day_ms
from web.services.people import case_holds, holds
from web.services.people.holds import Checked
from web.services.places.places import DEFAULT_ZONE
from web.store.desk import contacts
from web.store.people import holds as hold_store
from web.store.people.holds import HoldState
from web.store.scope import Scope

_DAY_MS, _MINUTE_MS = 86_400_000, 60_000
_MINUTES_MOST = 10_000


class Whom(StrEnum):
    """Who of those that were met is put on hold. Values stand in the log: never rename, only add."""

    CLOSE = "close"
    TOGETHER = "together"
    MET = "met"


WHOM: Mapping[str, Sentence] = {
    Whom.CLOSE.value: Sentence("Who was closer: same entrance, same minute", "同门同分钟的人员"),
    Whom.TOGETHER.value: Sentence(
        "Who was there at the same time for at least so long", "同时在场达到以下时长的人员"
    ),
    Whom.MET.value: Sentence("Everybody who was met", "全部接触人员"),
}


@dataclass(frozen=True, slots=True)
class Chosen:
    """What was typed: whom, how many minutes together, how many days after the last contact, which hold."""

    whom: str
    minutes: str
    days: str
    hold: holds.Given


@dataclass(frozen=True, slots=True)
class Count:
    """How many people the rule finds, and how many holds it makes: one for each of their registrations.

    Left out are people whose days are over, who have a hold of the case that does as much, and who are
    registered elsewhere or forgotten. `assumed`: met on assumed times only.
    """

    people: int
    assumed: int
    over: int
    standing: int
    elsewhere: int
    holds: int


@dataclass(frozen=True, slots=True)
class _Plan:
    """What a choice comes to: the case it belongs to, what the log tells of it, and a hold by visitor."""

    case_id: str
    told: Mapping[str, object]
    count: Count
    wanted: Mapping[str, Checked]


def counted(inst: Installation, scope: Scope, account_id: str, trace_id: str, chosen: Chosen) -> Count:
    """How many holds a choice makes; InputError names a bad field, or says that the trace is not released."""
    return _planned(inst, scope, account_id, trace_id, chosen)[1].count


def propose(
    inst: Installation, scope: Scope, account_id: str, trace_id: str, chosen: Chosen, number: str
) -> str:
    """The id of the case whose holds wait for a second person now.

    InputError when `number` is not how many holds the count shows, when there are none, when it is so many
    that whoever asked for the trace may not propose them, and while others of the case wait.
    """
    about, plan = _planned(inst, scope, account_id, trace_id, chosen)
    if not plan.wanted:
        raise InputError("whom", "This makes no hold.", "按此条件不产生管控。")
    case_holds.checked_count(number, plan.count.holds)
    if plan.count.holds > BREAKER and about.asker_id == account_id:
        raise InputError(
            "counted",
            f"More than {BREAKER} holds: somebody else than who asked for the trace has to propose them.",
            f"管控超过 {BREAKER} 项，须由追踪提出人以外的人员提出。",
        )

    def work(connection: Connection, some: Sequence[str]) -> int:
        rights.held(connection, inst, scope, account_id, Right.TRACE)
        wanted = {visitor_id: plan.wanted[visitor_id] for visitor_id in some}
        return case_holds.proposed(connection, inst, scope, account_id, plan.case_id, wanted, plan.told)

    everybody, most = sorted(plan.wanted), case_holds.AT_ONCE
    for at in range(0, len(everybody), most):
        inst.write(partial(work, some=everybody[at : at + most]))
    return plan.case_id


def _planned(
    inst: Installation, scope: Scope, account_id: str, trace_id: str, chosen: Chosen
) -> tuple[Trace, _Plan]:
    about, found = tracing.result(inst, scope, trace_id)
    if chosen.whom not in WHOM:
        raise InputError("whom", "Choose who is put on hold.", "请选择管控对象。")
    days = whole("days", chosen.days, 1, DAYS_MOST)
    minutes = whole("minutes", chosen.minutes, 1, _MINUTES_MOST) if chosen.whom == Whom.TOGETHER else 0
    hold = holds.checked(replace(chosen.hold, until=""), inst.now_ms())
    some = [one for one in found.contacts if _is_meant(one, chosen.whom, minutes)]
    told = {
        "trace": about.id,
        "whom": chosen.whom,
        "minutes": minutes,
        "days": days,
        "level": hold.level.value,
    }

    def work(connection: Connection) -> _Plan:
        rights.held(connection, inst, scope, account_id, Right.TRACE)
        names = _names(inst, about)
        case_id = hold_store.newest_rule(connection, names) or names[0]
        if hold_store.rows_in(connection, scope, HoldState.WAITING, inst.now_ms(), 1, case_id):
            raise InputError(
                "whom",
                "Holds of this case wait for a second person. Let them be confirmed or turned down first.",
                "该案件已有管控待第二人确认，请先确认或否决。",
            )
        last, whose = (
            contact_finding.last(connection, found),
            _registrations(connection, scope, about, found, some),
        )
        everybody = sorted(identity for own in whose.values() for identity in own)
        has = case_holds.standing(connection, names, everybody, inst.now_ms())
        why, wanted = Counter[str](), dict[str, Checked]()
        for one in some:
            own, until_ms = whose[one.visitor_id], _until_ms(last.get(one.visitor_id), days)
            such = replace(hold, until_ms=until_ms)
            if not own or until_ms is None:
                why["elsewhere"] += 1
            elif until_ms <= inst.now_ms():
                why["over"] += 1
            elif missing := [id_ for id_ in own if not any(case_holds.does(row, such) for row in has[id_])]:
                wanted |= dict.fromkeys(missing, such)
            else:
                why["standing"] += 1
        assumed = sum(one.is_assumed for one in some)
        count = Count(len(some), assumed, why["over"], why["standing"], why["elsewhere"], len(wanted))
        return _Plan(case_id, told, count, wanted)

    return about, inst.read(work)


def _is_meant(one: Met, whom: str, minutes: int) -> bool:
    if whom == Whom.CLOSE:
        return one.is_close
    return whom == Whom.MET or one.overlap_ms >= minutes * _MINUTE_MS


def _registrations(
    connection: Connection, scope: Scope, about: Trace, found: Found, some: Sequence[Met]
) -> dict[str, list[str]]:
    """All registrations in scope of each of these people: whoever has two codes could show the other."""
    whose = {one.visitor_id: {one.visitor_id} for one in some}
    met_as = [(whom, other) for other, whom in found.same.items() if whom in whose]
    for whom, other in (*met_as, *contacts.same_people(connection, scope, list(whose))):
        whose[whom].add(other)
    own = set(about.question.visitor_ids) if about.question else set()
    known = contacts.known_among(connection, scope, sorted(set().union(*whose.values()) - own))
    return {whom: sorted(registered & known) for whom, registered in whose.items()}


def _until_ms(last_ms: int | None, days: int) -> int | None:
    """The end of the day that is so many days after the last contact; None for whose stays are forgotten."""
    if last_ms is None:
        return None
    return next_day_ms(start_of_day_ms(last_ms + days * _DAY_MS, DEFAULT_ZONE), DEFAULT_ZONE)


def _names(inst: Installation, about: Trace) -> list[str]:
    """How the case may be called: keyed digests of whom the trace is about, which name nobody.

    The same for a later trace about the same person, though the first is closed and forgotten.
    """
    ids = about.question.visitor_ids if about.question else ()
    return [f"contacts-{made.hex()[:20]}" for one in ids for made in inst.cipher.digests("case", one)]
