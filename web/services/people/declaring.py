"""What a visitor says about themselves at a poster, where the rules ask for it; nobody has verified it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from domain.credential import APPOINTMENT
from domain.errors import InputError
from domain.policy import CredentialRule, Policy
from domain.visitor import VisitorClass
from web.db.connecting.connection import Connection
from web.services.installation import Installation, new_id
from web.services.people.credential_values import Dated, Given, Source, checked
from web.services.people.travels import AREAS_MOST
from web.services.tables import moments
from web.store.gates import changes
from web.store.people import credentials, visited_areas
from web.store.scope import PROGRAM


@dataclass(frozen=True, slots=True)
class AskedCredential:
    """A credential that the rules ask of a visitor; `key` names its fields in a form."""

    key: str
    kind: str
    max_age_hours: int | None


@dataclass(frozen=True, slots=True)
class Asks:
    """What the rules of an entrance let a visitor declare: credentials, and areas of the last `days` days."""

    credentials: tuple[AskedCredential, ...] = ()
    areas: tuple[str, ...] = ()
    days: int = 0


@dataclass(frozen=True, slots=True)
class Declared:
    """What was declared, as it was typed: a credential under its key, the areas, and the last day there."""

    credentials: tuple[tuple[str, Given], ...] = ()
    areas: tuple[str, ...] = ()
    day: str = ""


NOTHING = Declared()


def asks_of(policy: Policy) -> Asks:
    """What to ask at a poster: only what is asked of everybody or of visitors, each kind once."""
    if policy.confidential:
        return Asks()
    asked = {rule.kind: _asked(rule) for rule in policy.credentials if _is_for_visitors(rule)}
    return Asks(tuple(asked.values()), tuple(sorted(policy.listed_areas)), policy.listed_days)


def keep(
    connection: Connection, inst: Installation, visitor_id: str, said: Declared, asks: Asks, zone: str
) -> bool:
    """Keep what a visitor declared, unverified, if anything; InputError names the form's field.

    Their own earlier declaration of the same kind ends with it; what staff verified stays as it is.
    """
    kinds = {asked.key: asked.kind for asked in asks.credentials}
    now_ms = inst.now_ms()
    dated = [_dated(key, kinds[key], given, now_ms, zone) for key, given in said.credentials if key in kinds]
    areas = [area for area in said.areas if area in asks.areas]
    day_ms = _last_day(said.day, now_ms, zone) if areas else 0
    if not dated and not areas:
        return False
    credentials.visitors_locked(connection, PROGRAM, [visitor_id])
    for each in dated:
        _keep_credential(connection, now_ms, visitor_id, each)
    _keep_areas(connection, now_ms, visitor_id, areas, day_ms)
    changes.touched(connection, [visitor_id])
    return True


def _asked(rule: CredentialRule) -> AskedCredential:
    # A kind may be any words, a field's name may not; and rules may change while the form is open.
    key = "proof_" + hashlib.blake2b(rule.kind.encode(), digest_size=6).hexdigest()
    return AskedCredential(key, rule.kind, rule.max_age_hours)


def _is_for_visitors(rule: CredentialRule) -> bool:
    # Nobody announces themselves at the door.
    if rule.kind == APPOINTMENT:
        return False
    return not rule.classes or VisitorClass.VISITOR in rule.classes


def _dated(key: str, kind: str, given: Given, now_ms: int, zone: str) -> Dated:
    try:
        return checked(Given(kind, given.since, given.until), now_ms, zone)
    except InputError as error:
        raise InputError(f"{key}_{error.field}", error.sentence.en, error.sentence.zh) from None


def _last_day(typed: str, now_ms: int, zone: str) -> int:
    at_ms = moments.since_ms(typed, zone, now_ms, "area_day")
    if at_ms is None:
        raise InputError("area_day", "Please give the last day you were there.", "请填写最后在当地的日期。")
    return at_ms


def _keep_credential(connection: Connection, now_ms: int, visitor_id: str, dated: Dated) -> None:
    if credentials.same(connection, visitor_id, dated.kind, dated.since_ms) is not None:
        return
    for before in credentials.standing(connection, [visitor_id]):
        if before.kind == dated.kind and before.source == Source.SELF and not before.verified:
            credentials.withdrawn(connection, before.id, now_ms)
    credentials.added(
        connection,
        id=new_id(),
        visitor_id=visitor_id,
        kind=dated.kind,
        since_ms=dated.since_ms,
        until_ms=dated.until_ms,
        verified=0,
        source=Source.SELF.value,
        account_id="",
        created_ms=now_ms,
    )


def _keep_areas(connection: Connection, now_ms: int, visitor_id: str, areas: list[str], day_ms: int) -> None:
    known = {(row.area, row.at_ms) for row in visited_areas.rows(connection, PROGRAM, visitor_id)}
    new = [area for area in areas if (area, day_ms) not in known]
    if len(known) + len(new) > AREAS_MOST:
        raise InputError(
            "areas",
            f"{AREAS_MOST} areas are kept already; please speak to the staff.",
            f"已记录 {AREAS_MOST} 项，请联系工作人员。",
        )
    for area in new:
        visited_areas.added(
            connection,
            id=new_id(),
            visitor_id=visitor_id,
            area=area,
            at_ms=day_ms,
            source=Source.SELF.value,
            account_id="",
            created_ms=now_ms,
        )
