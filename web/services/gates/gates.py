"""Kiosks as the server sees them: enrolment, their bundle, their heartbeat."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeGuard

from domain.bundle import Bundle, sealed_bundle
from domain.enrolment import TOKEN_LIFETIME_S, Enrolment, enrolment_text
from domain.errors import InputError
from domain.facts_page import FactsPlace
from domain.visitor import cleaned
from domain.wording import Sentence
from printables.drawing import Camera, Drawing, SymbolAt, Use
from printables.fonts import default_face
from printables.svg import svg
from printables.symbol import qr
from web.db.connecting.connection import Connection
from web.services.errors import GoneError, NotFoundError
from web.services.gates import gate_changes, gate_facts, gate_settings, venue_news
from web.services.gates.gate import Gate as Gate
from web.services.gates.gate_changes import Change
from web.services.installation import Installation, new_id, new_token
from web.services.places import places
from web.services.rules import policies
from web.services.signing_keys import issuing, keys
from web.store.gates import fleet, gate_news, kiosks
from web.store.places import places as place_store
from web.store.scope import PROGRAM, Scope
from web.store.sealing import token_hash

# More changes than any server loses; a kiosk that lies must not use the numbers up.
_FURTHEST_AHEAD = 2**32


@dataclass(frozen=True, slots=True)
class EnrolmentShown:
    """What an administrator holds in front of a new kiosk, or copies to it; works once, until it expires."""

    text: str
    expires_ms: int
    svg: str


@dataclass(frozen=True, slots=True)
class Enrolled:
    """What a new kiosk is given; the credential is shown to nobody else and kept as a hash."""

    kiosk_id: str
    credential: str
    entrance_id: str
    entrance_name: str
    venue_id: str
    venue_name: str


@dataclass(frozen=True, slots=True)
class Heartbeat:
    """What a kiosk tells about itself; nothing in it is about people."""

    version: str
    camera: str
    waiting: int
    bundle_seq: int
    foreign: int
    settled_seq: int = 0
    facts: FactsPlace = field(default_factory=FactsPlace)


@dataclass(frozen=True, slots=True)
class Heard:
    """What a kiosk is told in return: the newest bundle, and where it has to be with its visitors.

    `rotate` asks it to fetch a new credential; `venue` is the place of the newest passage of its venue today,
    so that it asks for news only when there are some.
    """

    bundle_seq: int
    facts: FactsPlace
    rotate: bool = False
    venue: tuple[int, str] = (0, "")


def new_enrolment(inst: Installation, scope: Scope, entrance_id: str) -> EnrolmentShown:
    """A one-time enrolment for an entrance in scope, as text and QR."""
    token = new_token()
    expires_ms = inst.now_ms() + TOKEN_LIFETIME_S * 1000

    def work(connection: Connection) -> str:
        if place_store.entrance_row(connection, scope, entrance_id) is None:
            raise NotFoundError
        kiosks.enrolment_added(
            connection, token_hash=token_hash(token), entrance_id=entrance_id, expires_ms=expires_ms
        )
        bundle_key, _, _ = keys.signing(connection, inst, keys.BUNDLE)
        return enrolment_text(Enrolment(inst.settings.base_url, token, bundle_key))

    text = inst.write(work)
    return EnrolmentShown(text, expires_ms, _picture(text))


def _picture(text: str) -> str:
    # Shown on an administrator's screen, half a metre from the new kiosk's camera.
    symbol = SymbolAt(qr(text, "M"), 0, 0, 1.5, Use(Camera.KIOSK, 500, "M"))
    title = "CPK1"
    return svg(Drawing(symbol.side, symbol.side, title, "en", default_face(), (symbol,)))


def enrol(inst: Installation, token: str, name: str, version: str) -> Enrolled:
    """The new kiosk's identity; GoneError when the token was used, has expired or never was."""
    credential, identity, shown = new_token(), new_id(), cleaned(name or "kiosk", "name")

    def work(connection: Connection) -> Enrolled:
        now_ms = inst.now_ms()
        entrance_id = kiosks.enrolment_used(connection, token_hash(token), now_ms)
        door = place_store.entrance_row(connection, PROGRAM, entrance_id) if entrance_id else None
        if door is None:
            raise GoneError(
                Sentence(
                    "This enrolment code was used or has expired. Make a new one on the entrance's page.",
                    "登记码已使用或已过期，请在出入口页面重新生成。",
                )
            )
        kiosks.added(
            connection,
            id=identity,
            entrance_id=door.id,
            name=shown,
            credential_hash=token_hash(credential),
            enrolled_ms=now_ms,
            version=version[:32],
            camera="",
        )
        fleet.place_noted(connection, identity, door.id, door.venue_id, now_ms)
        fleet.enrolment_became(connection, token_hash(token), identity)
        gate_changes.told(connection, inst, identity, Change.ENROLLED, door.id, door.venue_id)
        return Enrolled(identity, credential, door.id, door.name, door.venue_id, door.venue_name)

    return inst.write(work)


def gate_of(inst: Installation, credential: str) -> Gate | None:
    """The kiosk that holds this credential; None when it is unknown or revoked."""
    hashed = token_hash(credential)
    row = inst.ask(lambda connection: kiosks.by_credential(connection, hashed))
    if row is None or row.revoked_ms is not None:
        return None
    if row.next_credential_hash == hashed:
        # The kiosk has its new credential safe: from now on the old one is nobody's.
        inst.write(lambda connection: fleet.promoted(connection, hashed))
    return Gate(row.id, row.entrance_id, row.venue_id)


def bundle(inst: Installation, gate: Gate, have: int) -> bytes | None:
    """The signed bundle for the kiosk's entrance; None when the one it has is the newest."""

    def work(connection: Connection) -> bytes | None:
        seq = gate_news.newest(connection, gate_facts.standing(connection, gate)).rules
        if have == seq and seq > 0:
            return None
        name, _, private = keys.signing(connection, inst, keys.BUNDLE)
        return sealed_bundle(_bundle(connection, inst, gate, seq), name.name, private)

    return inst.read(work)


def heard(
    inst: Installation, gate: Gate, said: Heartbeat, vitals: Mapping[str, int | None] | None = None
) -> Heard:
    """Note the heartbeat, and `vitals` as columns of the kiosk; what the kiosk is to know in return."""

    def work(connection: Connection) -> Heard:
        facts = gate_facts.noted(connection, gate, said.facts)
        kiosks.changed(
            connection,
            PROGRAM,
            gate.id,
            seen_ms=inst.now_ms(),
            version=said.version[:32],
            camera=said.camera[:32],
            waiting=said.waiting,
            bundle_seq=said.bundle_seq,
            foreign_codes=said.foreign,
            **(vitals or {}),
        )
        newest = gate_news.newest(connection, gate_facts.standing(connection, gate)).rules
        # A kiosk takes nothing older than it has: after a restore we go on above what it knows.
        if newest < said.bundle_seq <= newest + _FURTHEST_AHEAD:
            newest = gate_news.of_kiosk(connection, gate.id, said.bundle_seq)
        rotate = kiosks.rotation_due(connection, gate.id)
        return Heard(newest, facts, rotate, venue_news.newest(connection, inst, gate))

    return inst.write(work)


def revoke_kiosk(inst: Installation, scope: Scope, kiosk_id: str, by: str = "") -> None:
    """Take a kiosk's credential away; what it had not sent stays with it. `by`: the account that does it."""
    if not inst.write(lambda c: gate_changes.withdrawn(c, inst, scope, kiosk_id, by)):
        raise NotFoundError


def _bundle(connection: Connection, inst: Installation, gate: Gate, seq: int) -> Bundle:
    door = place_store.entrance_row(connection, PROGRAM, gate.entrance_id)
    assert door is not None
    now_ms = inst.now_ms()
    return Bundle(
        seq=seq,
        issued_ms=now_ms,
        entrance=places.entrance_of(door),
        policy=policies.policy_for(connection, door),
        keys=issuing.verifying(connection, now_ms, door.area_path),
        facts=gate_facts.place_of(connection, gate),
        settings=gate_settings.for_bundle(connection, gate.venue_id),
        kiosk_id=gate.id,
        sealing=keys.sealing(connection),
        log=keys.log_witnessed(connection),
    )


def heartbeat_of(value: object) -> Heartbeat:
    """The heartbeat that was sent; InputError when it is not one."""
    fields = value if isinstance(value, dict) else {}
    version, camera = fields.get("version"), fields.get("camera")
    waiting, bundle_seq, foreign = (fields.get(name) for name in ("waiting", "bundle_seq", "foreign"))
    # Kiosks did not always tell these.
    settled_seq, facts_seq = fields.get("settled_seq", 0), fields.get("facts_seq", 0)
    facts_epoch = fields.get("facts_epoch", "")
    if (
        isinstance(version, str)
        and isinstance(camera, str)
        and _is_count(waiting, 2**31)
        and _is_count(bundle_seq, 2**53)
        and _is_count(foreign, 2**53)
        and _is_count(settled_seq, 2**53)
        and _is_count(facts_seq, 2**53)
        and isinstance(facts_epoch, str)
    ):
        facts = FactsPlace(facts_epoch, facts_seq)
        return Heartbeat(version, camera, waiting, bundle_seq, foreign, settled_seq, facts)
    raise InputError("heartbeat", "The heartbeat is incomplete.", "心跳数据不完整。")


def _is_count(value: object, limit: int) -> TypeGuard[int]:
    # `type(...) is`: a bool is an int to isinstance. The limits are those of the columns.
    return type(value) is int and 0 <= value < limit
