"""Setting a place's own part of the policy: every change is a new version, none is ever changed."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from domain.access import Right
from domain.canonical import canonical_json
from domain.deed import Deed
from domain.errors import InputError
from domain.inheritance import Layer, Level, effective
from domain.policy import Policy
from domain.policy_text import fields_from_json, policy_json
from domain.wording import Sentence
from web.db.connecting.connection import Connection, Record
from web.services.access import rights
from web.services.access.looks import Concerns
from web.services.accounts import Account
from web.services.desk import deeds
from web.services.errors import NotFoundError
from web.services.installation import Installation
from web.services.rules import policies, policy_lines
from web.services.rules.policy_lines import PolicyLine
from web.services.rules.policy_places import PolicyPlace, doors_below, place
from web.store import policies as kept
from web.store.gates import gate_news
from web.store.places import places

_SHOWN_MOST = 20
# A draft stands above every version that was kept, and is never kept itself.
_DRAFT = 2**31 - 1


@dataclass(frozen=True, slots=True)
class DoorPolicy:
    """What is in force at entrances that all ask for the same, by the same layers."""

    names: tuple[str, ...]
    lines: tuple[PolicyLine, ...]
    warnings: tuple[Sentence, ...]
    overruled: tuple[Sentence, ...]


@dataclass(frozen=True, slots=True)
class PolicyPage:
    """A place's own fields (as JSON values) in their newest version (0: none yet), and what they lead to."""

    place: PolicyPlace
    fields: Mapping[str, Any]
    version: int
    doors: tuple[DoorPolicy, ...]
    hidden: int


def page(
    inst: Installation,
    account: Account,
    level: str,
    identity: str,
    draft: Mapping[str, Any] | None = None,
) -> PolicyPage:
    """What a place asks for and what is in force below it; with a draft, as it would be with that.

    NotFoundError where this account may not set it; InputError names the draft's bad field.
    """

    def work(connection: Connection) -> PolicyPage:
        here = place(connection, account, level, identity)
        newest = _newest(connection, here)
        own = fields_of(newest)
        shown = own if draft is None else _normal(draft)
        doors = _doors(connection, account, here, shown)
        version = newest.version if newest else 0
        return PolicyPage(here, own, version, doors[:_SHOWN_MOST], len(doors[_SHOWN_MOST:]))

    return inst.read(work)


def save(
    inst: Installation,
    account: Account,
    level: str,
    identity: str,
    fields: Mapping[str, Any],
    seen_version: int,
) -> int | None:
    """Keep the fields (JSON values) as a new version; returns its number, None when nothing changed.

    InputError names a bad field, or `version` when somebody else saved since `seen_version`;
    ForbiddenError for a role that changes no rules.
    """
    rights.required(account, Right.EDIT_RULES)
    asked = _normal(fields)

    def work(connection: Connection) -> int | None:
        here = place(connection, account, level, identity)
        if asked == fields_of(_newest(connection, here)):
            return None
        # Gates learn of it with their next contact; and two who save at once now wait for each other.
        _told(connection, account, here)
        newest = _newest(connection, here)
        if (newest.version if newest else 0) != seen_version:
            raise _overtaken()
        body = canonical_json(asked).decode("utf-8")
        made = kept.added(connection, here.key, body, account.id, inst.now_ms())
        told = {"level": here.level.value, "place": here.id, "version": made}
        at = {here.level: here.id}
        whose = None
        if here.level is not Level.AREA:
            venue, entrance = at.get(Level.VENUE, ""), at.get(Level.ENTRANCE, "")
            whose = Concerns((), account.scope, at.get(Level.ENTERPRISE, ""), venue, entrance)
        deeds.noted(connection, inst, account.id, Deed.POLICY, told, concerns=whose)
        return made

    return inst.write(work)


def _told(connection: Connection, account: Account, here: PolicyPlace) -> None:
    """Let the gates hear of it that a place's rules hold for."""
    if here.level is Level.AREA:
        gate_news.below(connection, here.area_path)
    elif here.level is Level.ENTERPRISE:
        gate_news.of_enterprise(connection, here.id)
    elif here.level is Level.VENUE:
        gate_news.of_venue(connection, here.id)
    else:
        for door in doors_below(connection, account, here):
            gate_news.of_venue(connection, door.venue_id)


def restore(
    inst: Installation, account: Account, level: str, identity: str, version: int, seen_version: int
) -> int | None:
    """Make what a version said the newest one again; None when it says so already."""

    def work(connection: Connection) -> Record | None:
        here = place(connection, account, level, identity)
        return next((row for row in kept.history(connection, here.key) if row.version == version), None)

    row = inst.read(work)
    if row is None:
        raise NotFoundError
    return save(inst, account, level, identity, fields_of(row), seen_version)


def fields_of(row: Record | None) -> dict[str, Any]:
    """The fields that a version sets, as JSON values; none where there is no version."""
    return _normal(json.loads(row.body)) if row else {}


def _normal(fields: Mapping[str, Any]) -> dict[str, Any]:
    """The fields in their one form, so that equal ones are equal; a list without an item is not set."""
    read = fields_from_json(fields)
    whole = policy_json(Policy(**read))
    empty = {name for name in ("credentials", "listed_areas") if not read.get(name)}
    if read.get("capacity") is None:
        empty.add("capacity")
    # Through JSON, so that a member of an enum is its value and a tuple is a list.
    normal: dict[str, Any] = json.loads(
        json.dumps({n: whole[n] for n in read if n not in {*empty, "version"}})
    )
    return normal


def _newest(connection: Connection, here: PolicyPlace) -> Record | None:
    return kept.in_force(connection, [here.key]).get(here.key)


def _overtaken() -> InputError:
    return InputError(
        "version",
        "Somebody else saved this policy after you opened it. What you typed is still here: "
        "look at the history, then save again.",
        "您打开页面后，已有他人保存了新版本。您填写的内容仍在，请查看历史后再次保存。",
    )


def _doors(
    connection: Connection, account: Account, here: PolicyPlace, own: Mapping[str, Any]
) -> tuple[DoorPolicy, ...]:
    rows = doors_below(connection, account, here)
    draft = Layer(here.level, here.id, here.name, _DRAFT, fields_from_json(own))
    alike: dict[str, tuple[list[str], tuple[Layer, ...]]] = {}
    for row, kept_over in zip(rows, policies.layers_of(connection, rows), strict=True):
        over = _with(draft, kept_over, row)
        key = repr([(one.level, one.scope_id, one.version) for one in over])
        alike.setdefault(key, ([], over))[0].append(f"{row.venue_name} · {row.name}")
    nameless = {one.scope_id for _, over in alike.values() for one in over if not one.name}
    names = places.area_names(connection, sorted(nameless))
    return tuple(_door(tuple(doors), over, draft, names) for doors, over in alike.values())


def _with(draft: Layer, over: tuple[Layer, ...], door: Record) -> tuple[Layer, ...]:
    """The layers over a door with the draft in its place, the widest first."""
    at = (draft.level, draft.scope_id)
    others = [one for one in over if (one.level, one.scope_id) != at or one.version == policies.OWN_ROOM]
    order = policies.places_over(door)
    both = [*others, *([draft] if draft.fields else [])]
    return tuple(sorted(both, key=lambda one: order.index((one.level.value, one.scope_id))))


def _door(names: tuple[str, ...], over: tuple[Layer, ...], draft: Layer, areas: dict[str, str]) -> DoorPolicy:
    found = effective(over)
    return DoorPolicy(
        names,
        policy_lines.lines(found, areas),
        policy_lines.warnings(found.policy),
        policy_lines.overruled(draft, found),
    )
