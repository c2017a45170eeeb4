"""Forgets one person everywhere, because they asked: rows, what was typed about them, files, the gates."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from pathlib import Path
from urllib.parse import parse_qs

from domain.code import CodeClass
from domain.errors import TamperedError
from web.db.connecting.connection import Connection, Record
from web.db.connecting.turns import Turn, taken
from web.services.desk.exporting import exporting_jobs
from web.services.desk.filtering.filters_people import Part, opened_term
from web.services.errors import NotFoundError
from web.services.installation import Installation, new_id, new_token
from web.services.keeping import leaves
from web.services.keeping.naming import Person, person_of
from web.services.keeping.purging import runs
from web.services.keeping.purging.runs import SUBJECT, Erased
from web.services.printing import printing_folder
from web.store.gates import changes
from web.store.keeping import keeping_person, legal_holds
from web.store.keeping.keeping_person import Kept
from web.store.people import visitors
from web.store.scope import PROGRAM, Scope
from web.store.sealing import token_hash

LINK, STAFF = "link", "staff"
_AT_ONCE = 500


class State(StrEnum):
    """What became of a request. Values are stored: never rename, only add."""

    DOING = "doing"
    HELD = "held"
    DONE = "done"


@dataclass(frozen=True, slots=True)
class Answer:
    """What somebody is told: done, with the run whose certificate says so, or held for a legal case."""

    state: State
    request_id: str
    run_id: str = ""


def erase(
    inst: Installation, scope: Scope, visitor_id: str, way: str, *, account_id: str = "", purpose: str = ""
) -> Answer:
    """Forget a visitor in scope now, or as soon as no legal hold forbids it; NotFoundError outside the scope.

    From the first step on no link and no code of theirs is good. Stopped anywhere, `resumed` goes on.
    """

    def begin(connection: Connection) -> tuple[str, bool]:
        taken(connection, Turn.APPENDING)
        row = visitors.row(connection, scope, visitor_id)
        if row is None:
            raise NotFoundError
        before = keeping_person.request_of(connection, visitor_id)
        is_held = legal_holds.on_person(connection, visitor_id)
        state = State.HELD if is_held else State.DOING
        now_ms = inst.now_ms()
        if before is not None:
            keeping_person.request_changed(connection, before.id, state=state.value)
            return before.id, is_held
        identity = new_id()
        told = {"request": identity, "asked": "erase", "way": way, "purpose": purpose, "state": state.value}
        keeping_person.request_added(
            connection, id=identity, enterprise_id=row.enterprise_id, visitor_id=visitor_id, kind="erase",
            way=way, account_id=account_id, purpose=purpose, state=state.value, created_ms=now_ms,
        )  # fmt: skip
        leaves.added(connection, now_ms, account_id, identity, told, leaves.SUBJECT)
        _ended(connection, visitor_id, now_ms)
        return identity, is_held

    request_id, is_held = inst.write(begin)
    if is_held:
        return Answer(State.HELD, request_id)
    return _done(inst, request_id, visitor_id)


def resumed(inst: Installation) -> int:
    """Go on with requests that were stopped, or held by a case that is over; how many are done now."""
    done = 0
    for row in inst.ask(lambda c: keeping_person.requests_in(c, (State.DOING, State.HELD))):
        if inst.read(partial(legal_holds.on_person, visitor_id=row.visitor_id)):
            continue
        done += _done(inst, row.id, row.visitor_id).state is State.DONE
    return done


def _ended(connection: Connection, visitor_id: str, now_ms: int) -> None:
    for code_class in CodeClass:
        visitors.codes_revoked(connection, visitor_id, code_class, now_ms)
    visitors.set_link(connection, visitor_id, token_hash(new_token()))
    changes.touched(connection, [visitor_id])


def _done(inst: Installation, request_id: str, visitor_id: str) -> Answer:
    """Derived things first: they are found by what the visitor's own rows say."""
    row = inst.ask(lambda connection: visitors.row(connection, PROGRAM, visitor_id))
    if row is not None:
        person = inst.ask(lambda connection: person_of(connection, inst, row))
        note = partial(_note, inst=inst, enterprise_id=row.enterprise_id)
        _typed(inst, person, note)
        _files(inst, visitor_id, note)
        if not _rows(inst, visitor_id, note):
            inst.write(lambda c: keeping_person.request_changed(c, request_id, state=State.HELD.value))
            return Answer(State.HELD, request_id)
    return Answer(State.DONE, request_id, _closed(inst, request_id))


def _closed(inst: Installation, request_id: str) -> str:
    def work(connection: Connection) -> str:
        owner = next(
            row.enterprise_id
            for row in keeping_person.requests_in(connection, tuple(State))
            if row.id == request_id
        )
        run_id = runs.finished(connection, inst, owner, SUBJECT)
        keeping_person.request_changed(
            connection,
            request_id,
            state=State.DONE.value,
            visitor_id="",
            answer=run_id,
            done_ms=inst.now_ms(),
        )
        return run_id

    return inst.write(work)


_Note = Callable[[Connection, str, int], None]


def _note(connection: Connection, what: str, count: int, *, inst: Installation, enterprise_id: str) -> None:
    told = Erased(what, count, f"enterprise {enterprise_id}", None)
    runs.noted(connection, inst, enterprise_id, told, SUBJECT)


def _rows(inst: Installation, visitor_id: str, note: _Note) -> bool:
    """Every row that carries the visitor's id; gates forget with their next contact. False: it is held."""

    def work(connection: Connection) -> bool | None:
        taken(connection, Turn.APPENDING)
        if legal_holds.on_person(connection, visitor_id):  # set a moment ago: it beats erasing (A9)
            return None
        counts = keeping_person.erased(connection, visitor_id, inst.now_ms(), _AT_ONCE)
        for what, count in counts.items():
            note(connection, what, count)
        return "visitors" in counts or not counts

    while (is_over := inst.write(work)) is False:
        pass
    return is_over is True


def _typed(inst: Installation, person: Person, note: _Note) -> None:
    """What was typed or sent about them and lies sealed: search terms, traces, roll calls, quarantine."""
    openers: Mapping[Kept, Callable[[Record], tuple[str, bytes, str]]] = {
        Kept.DEEDS: lambda row: (row.ref, row.subject_sealed, f"deed_subjects|subject|{row.ref}"),
        Kept.TRACES: lambda row: (row.id, row.question_sealed, f"traces|question|{row.id}"),
        Kept.ROLL_MARKS: lambda row: (row.id, row.name_sealed, f"roll_marks|name|{row.id}"),
        Kept.QUARANTINE: lambda row: (
            row.body_hash.hex(), row.body_sealed, f"quarantine|body|{row.body_hash.hex()}"
        ),
    }  # fmt: skip
    for kept, opener in openers.items():
        rows = inst.ask(partial(keeping_person.sealed_rows, kept=kept))
        keys = [
            key for key, sealed, place in map(opener, rows) if person.is_named(_opened(inst, sealed, place))
        ]
        _forget(inst, kept, keys, note)
    asking: dict[Kept, list[str]] = {}
    for kept, row in inst.read(keeping_person.asking_rows):
        if any(person.is_named(term) for term in _terms(inst, row)):
            asking.setdefault(kept, []).append(row.id)
    for kept, keys in asking.items():
        _forget(inst, kept, keys, note)


def _forget(inst: Installation, kept: Kept, keys: list[str], note: _Note) -> None:
    if not keys:
        return
    if kept is Kept.EXPORTS:
        for key in keys:
            shutil.rmtree(exporting_jobs.folder(inst, key), ignore_errors=True)

    def work(connection: Connection) -> None:
        note(connection, kept.value, keeping_person.naming_erased(connection, kept, keys, inst.now_ms()))

    inst.write(work)


def _files(inst: Installation, visitor_id: str, note: _Note) -> None:
    """Files that may hold them: exports of whoever could see them, plans' files, and cards being printed."""
    seeing, _, since_ms = inst.read(partial(keeping_person.who_could_see, visitor_id=visitor_id))
    orders = inst.ask(partial(keeping_person.files_since, account_ids=seeing, since_ms=since_ms))
    _forget(inst, Kept.EXPORTS, [row.id for row in orders], note)
    plans = inst.ask(partial(keeping_person.plans_by, account_ids=seeing))
    gone = [path for path in _handed_over(inst.settings.home) if any(plan[:6] in path.name for plan in plans)]
    for path in gone:
        path.unlink(missing_ok=True)
    cards = [
        folder for folder in printing_folder.all_jobs(inst) if visitor_id in json.dumps(folder.order() or {})
    ]
    for folder in cards:
        folder.remove()

    def told(connection: Connection) -> None:
        note(connection, "files", len(gone) + len(cards))
        note(connection, "messages", keeping_person.messages_dropped(connection, seeing))

    inst.write(told)


def _handed_over(home: Path) -> list[Path]:
    folder = home / "exports"
    return [path for path in folder.iterdir() if path.is_file()] if folder.is_dir() else []


def _terms(inst: Installation, row: Record) -> list[str]:
    asked = parse_qs(row.query)
    parts = ((Part.WHO, asked.get("who", [""])[0]), (Part.HOST, asked.get("host", [""])[0]))
    return [opened_term(inst, row.account_id, part, token) or "" for part, token in parts if token]


def _opened(inst: Installation, sealed: bytes, place: str) -> str:
    try:
        return inst.cipher.opened(sealed, place).decode("utf-8", "replace")
    except TamperedError:
        return ""
