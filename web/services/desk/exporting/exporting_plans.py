"""Files that are made again every day, week or month, each of the period before, into a folder."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from enum import StrEnum
from functools import partial
from zoneinfo import ZoneInfo

from domain.access import Right
from domain.errors import InputError
from domain.hours import local_time
from domain.visitor import cleaned
from web.db.connecting.connection import Connection, Record
from web.services.access import rights
from web.services.desk.exporting.exporting_forms import Form
from web.services.desk.filtering import filters
from web.services.desk.filtering.filters import Filter
from web.services.desk.filtering.filters_times import Period, ms_of
from web.services.errors import NotFoundError
from web.services.installation import Installation, new_id
from web.store.desk import exports
from web.store.scope import Scope

_NAME_MOST = 100
PLANS_MOST = 20
_CLOCK = re.compile(r"([01]?[0-9]|2[0-3]):([0-5][0-9])")


class Every(StrEnum):
    """How often, and of which period: the day, the week from Monday, or the month before."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"


@dataclass(frozen=True, slots=True)
class Plan:
    """A plan as its list shows it."""

    id: str
    name: str
    query: str
    form: str
    every: Every
    at_minute: int
    time_zone: str
    next_ms: int


def create(
    inst: Installation,
    scope: Scope,
    wanted: Filter,
    zone: str,
    *,
    account_id: str,
    name: str,
    form: str,
    every: str,
    at: str,
) -> str:
    """The id of a new plan at a local time like 06:30; its files are masked. InputError names a bad field."""
    filters.expect_visible(inst, scope, wanted)
    called, found = cleaned(name, "name", _NAME_MOST), _CLOCK.fullmatch(at.strip())
    if form not in set(Form):
        raise InputError("form", "Choose CSV, XLSX or JSON Lines.", "请选择 CSV、XLSX 或 JSON Lines。")
    if every not in set(Every):
        raise InputError("every", "Choose day, week or month.", "请选择每天、每周或每月。")
    if found is None:
        raise InputError("at", "Give a time of day like 06:30.", "请填写时间，例如 06:30。")
    minute, identity = int(found[1]) * 60 + int(found[2]), new_id()
    # The plan's own period takes the place of the filter's.
    lasting = replace(wanted, period=Period.OWN, from_ms=None, until_ms=None)

    def work(connection: Connection) -> None:
        grant_id = rights.held(connection, inst, scope, account_id, Right.EXPORT)
        if len(exports.plans_of(connection, account_id)) >= PLANS_MOST:
            raise InputError("name", "Stop a plan first; 20 is the most.", "最多 20 个计划，请先停止一个。")
        exports.plan_added(
            connection,
            id=identity,
            account_id=account_id,
            grant_id=grant_id,
            name=called,
            query=filters.as_query(lasting),
            form=form,
            every=every,
            at_minute=minute,
            time_zone=zone,
            next_ms=after(Every(every), minute, zone, inst.now_ms()),
            created_ms=inst.now_ms(),
        )

    inst.write(work)
    return identity


def listed(inst: Installation, *, account_id: str) -> list[Plan]:
    """An account's plans, by name."""
    rows = inst.ask(lambda connection: exports.plans_of(connection, account_id))
    return [
        Plan(r.id, r.name, r.query, r.form, Every(r.every), r.at_minute, r.time_zone, r.next_ms) for r in rows
    ]


def stop(inst: Installation, plan_id: str, *, account_id: str) -> None:
    """End a plan of this account; NotFoundError when there is none."""
    if not inst.write(lambda c: exports.plan_stopped(c, account_id, plan_id, inst.now_ms())):
        raise NotFoundError


def ordered(inst: Installation) -> int:
    """Order a file for each plan that is due, for each period that is over; returns how many."""
    done, now_ms = 0, inst.now_ms()
    while rows := inst.ask(lambda connection: exports.plans_due(connection, now_ms)):
        for row in rows:
            done += inst.write(partial(_ordered, inst, row))
    return done


def after(every: Every, at_minute: int, zone: str, now_ms: int) -> int:
    """When a plan is due next after a time: that minute of the next day, Monday or first of a month."""
    here = ZoneInfo(zone)
    day = local_time(now_ms, zone).date()
    clock = time(at_minute // 60, at_minute % 60)
    for later in range(64):
        date = day + timedelta(days=later)
        if (every is Every.WEEK and date.weekday() != 0) or (every is Every.MONTH and date.day != 1):
            continue
        due_ms = ms_of(datetime.combine(date, clock, here))
        if due_ms > now_ms:
            return due_ms
    raise AssertionError("two months have a Monday and a first day")


def covered(every: Every, due_ms: int, zone: str) -> tuple[int, int]:
    """From when to when the file reaches that is due at a time: the period that ended before its day."""
    ends = local_time(due_ms, zone).replace(hour=0, minute=0, second=0, microsecond=0, fold=0)
    if every is Every.MONTH:
        begins = (ends - timedelta(days=1)).replace(day=1)
    else:
        begins = ends - timedelta(days=7 if every is Every.WEEK else 1)
    return ms_of(begins), ms_of(ends)


def name_of(inst: Installation, row: Record) -> str:
    """What the file of an order is called; that of a plan after the plan and its period."""
    plan = inst.ask(lambda connection: exports.plan(connection, row.plan_id)) if row.plan_id else None
    if plan is None:
        return f"entries-{row.id[:6]}.{row.form}"
    begins, ends = (
        f"{local_time(at_ms, plan.time_zone):%Y%m%d}"
        for at_ms in covered(Every(plan.every), row.made_ms, plan.time_zone)
    )
    called = re.sub(r"\W+", "_", plan.name).strip("_")
    return f"{called}-{begins}-{ends}-{plan.id[:6]}.{row.form}"


def _ordered(inst: Installation, plan: Record, connection: Connection) -> bool:
    every, zone = Every(plan.every), plan.time_zone
    following = after(every, plan.at_minute, zone, plan.next_ms)
    if not exports.plan_moved(connection, plan.id, plan.next_ms, following):
        return False
    begins, ends = covered(every, plan.next_ms, zone)
    joint = "&" if plan.query else ""
    span = filters.as_query(Filter(from_ms=begins, until_ms=ends))
    exports.added(
        connection,
        id=new_id(),
        account_id=plan.account_id,
        grant_id=plan.grant_id,
        plan_id=plan.id,
        query=f"{plan.query}{joint}{span}",
        form=plan.form,
        unmasked=0,
        purpose="",
        state=exports.MAKING,
        made_ms=plan.next_ms,
    )
    return True
