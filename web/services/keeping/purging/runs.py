"""A run of erasing: counts kept in the transaction that erases, then one signed certificate and its leaf."""

from __future__ import annotations

import json
from dataclasses import dataclass

from domain.certificate import Certificate, Line, certificate_leaf
from domain.keeping import Purpose
from web.db.connecting.connection import Connection, Record
from web.services.errors import NotFoundError
from web.services.installation import Installation, new_id
from web.services.signing_keys import keys
from web.store.keeping import purge_runs
from web.store.passing import entries
from web.store.scope import Scope

SITE = "site"
PURGE, SUBJECT, GATE, SITE_END = "purge", "subject", "kiosk", "decommission"
_LISTED_MOST = 60
# Whoever asks to be forgotten is erased table by table; everybody sees the sums by kind of data.
_SHOWN_AS = {
    "entry_people": Purpose.PASSAGES.value,
    "credentials": Purpose.FACTS.value,
    "visited_areas": Purpose.FACTS.value,
    "holds": Purpose.FACTS.value,
    "deed_subjects": Purpose.QUESTIONS.value,
    "traces": Purpose.QUESTIONS.value,
    "roll_marks": Purpose.ROLL_CALLS.value,
}


@dataclass(frozen=True, slots=True)
class Erased:
    """How much of one kind of data was erased on a node (as `venue <id>`), from before when; None: all."""

    what: str
    count: int
    node: str
    before_ms: int | None


@dataclass(frozen=True, slots=True)
class Run:
    """A finished run as its list shows it; `counts` by kind of data."""

    id: str
    enterprise_name: str
    cause: str
    begun_ms: int
    ended_ms: int
    counts: dict[str, int]
    certificate: str


def noted(
    connection: Connection, inst: Installation, enterprise_id: str, erased: Erased, cause: str = PURGE
) -> None:
    """Count something as erased, in the transaction that erases it; nothing is kept of nothing.

    A run that was stopped goes on: its counts are exactly what is gone.
    """
    if not erased.count:
        return
    row = purge_runs.open_run(connection, cause, enterprise_id)
    if row is None:
        identity, counts = new_id(), {}
        purge_runs.begun(
            connection,
            id=identity,
            cause=cause,
            enterprise_id=enterprise_id,
            begun_ms=inst.now_ms(),
            counts="{}",
        )
    else:
        identity, counts = row.id, json.loads(row.counts)
    told = counts.setdefault(f"{erased.what} {erased.node}", [0, None])
    told[0] += erased.count
    told[1] = erased.before_ms
    purge_runs.counted(connection, identity, counts)
    kind = _SHOWN_AS.get(erased.what, erased.what)
    if kind in set(Purpose):
        purge_runs.erased_counted(connection, inst.now_ms(), {kind: erased.count})


def finished(connection: Connection, inst: Installation, enterprise_id: str, cause: str = PURGE) -> str:
    """End the open run of an enterprise ("": the site) with its certificate; its id, "" if there is none."""
    row = purge_runs.open_run(connection, cause, enterprise_id)
    return _certified(connection, inst, row) if row is not None else ""


def all_finished(connection: Connection, inst: Installation) -> int:
    """End all runs of the purge that are open, those too that were stopped once; how many."""
    rows = purge_runs.all_open(connection, PURGE)
    for row in rows:
        _certified(connection, inst, row)
    return len(rows)


def listed(inst: Installation, scope: Scope) -> list[Run]:
    """The finished runs in scope, newest first."""
    return [_run(row) for row in inst.ask(lambda c: purge_runs.rows(c, scope, limit=_LISTED_MOST))]


def run(inst: Installation, scope: Scope, run_id: str) -> Run:
    """One finished run; NotFoundError outside the scope."""
    rows = inst.ask(lambda c: purge_runs.rows(c, scope, run_id=run_id))
    if not rows:
        raise NotFoundError
    return _run(rows[0])


def _certified(connection: Connection, inst: Installation, row: Record) -> str:
    now_ms = inst.now_ms()
    made = Certificate(
        row.id,
        inst.settings.operator,
        f"enterprise {row.enterprise_id}" if row.enterprise_id else SITE,
        row.cause,
        row.begun_ms,
        now_ms,
        tuple(_lines(row)),
    )
    key, _, private = keys.signing(connection, inst, keys.LOG)
    note = made.signed(key, private)
    entries.leaf_added(connection, "purge", row.id, certificate_leaf(now_ms, made, note))
    purge_runs.ended(connection, row.id, now_ms, note.decode())
    return str(row.id)


def _lines(row: Record) -> list[Line]:
    told = json.loads(row.counts)
    return [
        Line(name.partition(" ")[0], count, name.partition(" ")[2], before_ms)
        for name, (count, before_ms) in sorted(told.items())
    ]


def _run(row: Record) -> Run:
    counts: dict[str, int] = {}
    for line in _lines(row):
        counts[line.what] = counts.get(line.what, 0) + line.count
    name = row.enterprise_name or ""
    return Run(row.id, name, row.cause, row.begun_ms, row.ended_ms, counts, row.certificate)
