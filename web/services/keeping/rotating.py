"""Exchanges the master key while the site serves: seals every field and digest anew, piece by piece.

While it goes on both keys open and both digests find, and the new key seals. Each piece is one transaction
with its mark, so that it goes on where it was stopped; the old key goes when a whole round found nothing.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

from domain.errors import InputError, TamperedError
from web.db.connecting.connection import Connection, Record
from web.db.connecting.turns import Turn, taken
from web.services.desk.filtering.filters_people import resealed_query
from web.services.installation import Installation
from web.services.people import recognising
from web.services.places.importing import places_import
from web.services.visits import invitations
from web.settings import Settings
from web.store.keeping import keeping_rotation
from web.store.keeping.keeping_rotation import DIGESTS, SEALED, WRITTEN, Step
from web.store.master_keys import is_in_file, master_keys_of
from web.store.sealing import KEY_BYTES, Keyring, keys_written, master_keys

AT_ONCE = 500
_ROUNDS_MOST = 10
_Values = dict[str, object]
_Terms = list[tuple[str, bytes]]


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the exchange of keys is: steps done of all, rows looked at and sealed anew."""

    is_going_on: bool
    done: int
    of: int
    seen: int
    changed: int


@dataclass(frozen=True, slots=True)
class _New:
    """What is to be written of a row, and a visitor's digests."""

    row: Record
    values: _Values
    terms: _Terms


def ordered(settings: Settings) -> Keyring:
    """Make a new key known beside the old one, or let it take over when it is known already; the keys then.

    First every process learns it, then the first of them seals with it. InputError where keys come from a
    variable or a command: whoever gives them orders it there.
    """
    if not is_in_file(settings):
        raise InputError(
            "MASTER_KEY",
            "The key comes from a variable or a command: give the new and the old key there, and start anew.",
            "主密钥来自环境变量或命令：请在该处依次提供新密钥和旧密钥，然后重启。",
        )
    path = settings.master_key_file
    ring = master_keys(path, may_make=False)
    if ring.is_rotating:
        return ring
    if ring.is_announced:
        made = Keyring((ring.keys[-1], *ring.keys[:-1]))
    else:
        made = Keyring((*ring.keys, secrets.token_bytes(KEY_BYTES)), is_announced=True)
    keys_written(path, made)
    return made


def refreshed(inst: Installation) -> Keyring:
    """The keys as their source has them now, taken into use by this process."""
    ring = master_keys_of(inst.settings, may_make=False)
    inst.cipher.adopt(ring.keys)
    return ring


def work_off(inst: Installation, stopping: Callable[[], bool] = lambda: False) -> bool:
    """Go on with an exchange that was ordered; True when it is over now, False when there is none."""
    ring = refreshed(inst)
    if not ring.is_rotating:
        return False
    fingerprint = inst.cipher.fingerprints[0]
    for _ in range(_ROUNDS_MOST):
        changed = 0
        for table in (*SEALED, *WRITTEN):
            changed += _table(inst, fingerprint, table, stopping)
            if stopping():
                return False
        if not changed and _is_whole(inst, fingerprint):
            return _retired(inst, ring)
        inst.write(keeping_rotation.forgotten)
    return False


def progress(inst: Installation) -> Progress:
    """How far it is, for a page or a command; also beside the process that does it."""
    ring = master_keys_of(inst.settings, may_make=False)
    steps = inst.ask(partial(keeping_rotation.steps, fingerprint=inst.cipher.fingerprints[0]))
    return Progress(
        ring.is_rotating or ring.is_announced,
        sum(step.done_ms is not None for step in steps.values()),
        len(SEALED) + len(WRITTEN),
        sum(step.seen for step in steps.values()),
        sum(step.changed for step in steps.values()),
    )


def _table(inst: Installation, fingerprint: str, table: str, stopping: Callable[[], bool]) -> int:
    step = inst.ask(partial(keeping_rotation.steps, fingerprint=fingerprint)).get(table)
    step = step or Step(table, "", 0, 0, None)
    if step.done_ms is not None:
        return step.changed
    while not stopping():
        rows = inst.ask(partial(_rows, table=table, after=step.after))
        new = inst.ask(partial(_made, inst=inst, table=table, rows=rows))
        after = keeping_rotation.key_of(table, rows[-1]) if rows else step.after
        step = inst.write(partial(_written, inst, fingerprint, step, after, rows, new))
        if not rows:
            break
    return step.changed


def _rows(connection: Connection, table: str, after: str) -> Sequence[Record]:
    return keeping_rotation.rows_after(connection, table, after, AT_ONCE)


def _written(
    inst: Installation,
    fingerprint: str,
    step: Step,
    after: str,
    rows: Sequence[Record],
    new: Sequence[_New],
    connection: Connection,
) -> Step:
    """A piece and its mark in one transaction; what was changed meanwhile is left to the next round."""
    taken(connection, Turn.MAKING_KEYS)
    alone = [one for one in new if one.terms]
    plain = [(one.row, one.values) for one in new if not one.terms]
    keeping_rotation.all_changed(connection, step.name, plain)
    for one in alone:
        if keeping_rotation.changed(connection, step.name, one.row, one.values):
            keeping_rotation.terms_replaced(connection, one.row.id, one.terms)
    now_ms = inst.now_ms()
    done_ms = None if rows else now_ms
    moved = replace(
        step, after=after, seen=step.seen + len(rows), changed=step.changed + len(new), done_ms=done_ms
    )
    keeping_rotation.noted(connection, fingerprint, moved, now_ms)
    return moved


def _made(connection: Connection, inst: Installation, table: str, rows: Sequence[Record]) -> list[_New]:
    """What is not of the first key yet, made anew."""
    found = keeping_rotation.terms_of(connection, [row.id for row in rows]) if table == "visitors" else {}
    made: list[_New] = []
    for row in rows:
        values, terms = _values(inst, table, row), _Terms()
        if table == "visitors":
            wanted = _visitor_terms(inst, row)
            if values or found.get(row.id, set()) != set(wanted):
                terms, values = wanted, values or {"masked_name": row.masked_name}
        if values:
            made.append(_New(row, values, terms))
    return made


def _values(inst: Installation, table: str, row: Record) -> _Values:
    if table in WRITTEN:
        return _rewritten(inst, table, row)
    values: _Values = {}
    for column in SEALED[table]:
        sealed = getattr(row, column)
        if not sealed:
            continue
        new = inst.cipher.resealed(sealed, keeping_rotation.place_of(table, column, row))
        if new is not None:
            values[column] = new
    if table == "invitations" and row.token_sealed is None:
        secret = invitations.secret_of(inst, row)
        values["token_sealed"] = inst.cipher.sealed(secret, invitations.token_place(row.id))
    if (keyed := DIGESTS.get(table)) is not None:
        digest = _digest(inst, table, row)
        if digest != getattr(row, keyed):
            values[keyed] = digest
    return values


def _digest(inst: Installation, table: str, row: Record) -> bytes | None:
    """A row's keyed digest out of what is sealed beside it."""
    if table == "entry_people":
        if row.plate_digest is None:
            return None
        private = json.loads(_clear(inst, table, "record_sealed", row))
        return inst.cipher.digest("plate", private["plate"])
    if table == "liaisons":
        name, phone = (_clear(inst, table, f"{part}_sealed", row) for part in ("name", "phone"))
        return inst.cipher.digest("liaison", f"{name}\0{phone}")
    return inst.cipher.digest("host", _clear(inst, table, "host_sealed", row))


def _visitor_terms(inst: Installation, row: Record) -> _Terms:
    parts = {
        part: _clear(inst, "visitors", f"{part}_sealed", row)
        for part in ("name", "phone", "id_number", "plate")
        if getattr(row, f"{part}_sealed") is not None
    }
    return recognising.terms_of(inst.cipher, parts)


def _clear(inst: Installation, table: str, column: str, row: Record) -> str:
    place = keeping_rotation.place_of(table, column, row)
    return inst.cipher.opened(getattr(row, column), place).decode()


def _rewritten(inst: Installation, table: str, row: Record) -> _Values:
    """Text that holds sealed words: queries of the desk, and what an import found before it."""
    column = WRITTEN[table]
    text = str(getattr(row, column))
    makers: Mapping[str, Callable[[], str]] = {
        "query": lambda: resealed_query(inst, row.account_id, text),
        "changes": lambda: places_import.without_people(text),
    }
    try:
        new = makers[column]()
    except TamperedError:  # of a key that went long ago: it opens for nobody
        return {}
    return {column: new} if new != text else {}


def _is_whole(inst: Installation, fingerprint: str) -> bool:
    steps = inst.ask(partial(keeping_rotation.steps, fingerprint=fingerprint))
    return all(name in steps and steps[name].done_ms is not None for name in (*SEALED, *WRITTEN))


def _retired(inst: Installation, ring: Keyring) -> bool:
    """Let the old keys go, where this program may; else whoever gave them takes them away."""
    inst.write(keeping_rotation.forgotten)
    if is_in_file(inst.settings):
        keys_written(inst.settings.master_key_file, Keyring(ring.keys[:1]))
        refreshed(inst)
    return True
