"""The world of every golden case in one real installation: its place, rules, people and their codes."""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from flask import Flask
from flask.testing import FlaskClient

from domain.code import CodeClass
from domain.minting import minted
from tests.domain.decision_vectors import milliseconds, shown_in, visitor_of
from tests.domain.visitor_code_attack import NAMES, private_key
from tests.domain.visitor_code_vectors import KEYS
from tests.golden.cases import Case
from tests.web.conftest import CHEAP
from tests.web.lending import lent_app
from tests.web.tenants import SettableClock, enrolled, entry_item
from web.db.connecting.connection import Connection
from web.services.accounts import CLERK
from web.services.gates import ingest
from web.services.gates.gates import Gate
from web.services.installation import Installation, new_id, opened
from web.services.people import codes, visitors
from web.services.places import places
from web.services.places.posters import posters
from web.services.signing_in import passwords
from web.services.signing_keys import issuing, keys
from web.services.signing_keys.key_making import VISITOR
from web.settings import Settings
from web.store import keys as key_store
from web.store import policies
from web.store.access import accounts
from web.store.gates import changes
from web.store.people import credentials, holds, visited_areas
from web.store.people import visitors as visitor_store
from web.store.places import places as place_store
from web.store.scope import PROGRAM, Scope
from web.views.asking.extensions import limiter

URL = "https://golden.example"
LOGIN, PASSWORD = "clerk@golden.example", "a password for tests only"
# Before every case, so that all of it is known by then.
BUILT_MS = milliseconds("2026-10-01T08:00:00+08:00")
_RENEWED_MS = milliseconds("2027-03-01T08:00:00+08:00")
_BEFORE_MS = 60_000
_AT_ONCE = 8
_LEVELS = ("area", "enterprise", "venue", "entrance")


@dataclass(frozen=True)
class Place:
    """Where a case happens, and the visitor it is about ("" when there is none)."""

    enterprise: str
    venue: str
    entrance: str
    poster: str
    gate: Gate
    credential: str
    visitor: str
    name: str
    phone: str
    short_number: str


@dataclass(frozen=True)
class World:
    """An installation with the places of all cases, and its clock."""

    inst: Installation
    app: Flask
    clock: SettableClock
    places: dict[str, Place]

    def client(self) -> FlaskClient:
        """Somebody's browser."""
        client = self.app.test_client()
        client.environ_base["HTTP_ACCEPT_LANGUAGE"] = "en"
        return client

    def at(self, ms: int) -> None:
        """Set the server's clock."""
        self.clock.ms = ms

    def code(self, case: Case) -> str:
        """What is shown in this case, as the server issued it by now, and perhaps withdrew it."""
        if case.shown == "text":
            return str(shown_in(case.json))
        if case.is_stranger:
            return self._of_nobody(CodeClass[case.shown.upper()])
        text = self._issued(case)
        if case.is_withdrawn:
            self._withdraw(self.places[case.id].visitor)
        return text

    def _issued(self, case: Case) -> str:
        visitor = self.places[case.id].visitor
        if case.shown == "card":
            return codes.card_text(self.inst, PROGRAM, visitor)
        return codes.phone_codes(self.inst, visitor, self.clock.ms // 30_000, 1)[0][1]

    def _withdraw(self, visitor: str) -> None:
        def work(connection: Connection) -> None:
            for kind in CodeClass:
                visitor_store.codes_revoked(connection, visitor, kind, self.clock.ms)
            changes.touched(connection, [visitor])

        self.inst.write(work)

    def people_before(self, case: Case) -> list[str]:
        """Whom a gate of the venue let in a minute before and who are there still."""
        facts, place = case.json["facts"], self.places[case.id]
        inside = [place.visitor if who == "p1" else f"somebody-{who}" for who in facts.get("inside", [])]
        others = max(0, (facts.get("people_inside") or 0) - len(inside))
        return [*inside, *(f"someone-{number}" for number in range(others))]

    def let_in_before(self, case: Case) -> None:
        """Bring the entries of those who are inside already, as their gate sends them."""
        people, gate = self.people_before(case), self.places[case.id].gate
        at_ms = case.now_ms - _BEFORE_MS
        self.at(at_ms)
        batch: list[object] = [
            entry_item(gate, seq, at_ms, private={"visitor_id": who}) for seq, who in enumerate(people, 1)
        ]
        done = ingest.ingest(self.inst, gate, batch)
        assert {result.status.value for result in done.results} <= {"stored"}, done.results
        self.at(case.now_ms)

    def _of_nobody(self, kind: CodeClass) -> str:
        """A genuine code that was issued to nobody who is known here (or not any more)."""
        signs = self.inst.read(lambda c: issuing.signer(c, self.inst, ""))
        now_s = self.clock.ms // 1000
        return minted(signs.private, signs.kid, secrets.token_bytes(16), kind, now_s - 1, now_s + 59)


def built(home: Path, cases: Sequence[Case]) -> dict[str, Place]:
    """Make an installation in `home` with the places of these cases, for `entered`."""
    clock = SettableClock(BUILT_MS)
    inst = opened(Settings(home, "", URL, "Golden District", CHEAP), clock)
    try:
        for at_ms in (BUILT_MS, _RENEWED_MS):  # as the worker does in time
            clock.ms = at_ms
            keys.ensure(inst)
        clock.ms = BUILT_MS
        _trust_the_keys_of_the_vectors(inst)
        _employ_a_clerk(inst)
        # Several at once share a commit; the order in which they are made matters to none of them.
        with ThreadPoolExecutor(_AT_ONCE) as pool:
            made = pool.map(lambda each: _place(inst, each[1], each[0]), enumerate(cases, 1))
            return {case.id: place for case, place in zip(cases, made, strict=True)}
    finally:
        inst.close()


@contextmanager
def entered(home: Path, found: dict[str, Place]) -> Iterator[World]:
    """The world in `home`, opened with its application; nobody counts requests there."""
    clock = SettableClock(BUILT_MS)
    inst = opened(Settings(home, "", URL, "Golden District", CHEAP), clock)
    try:
        # Made while it counts: others are lent the same application.
        with lent_app(inst) as app:
            limiter.enabled = False
            yield World(inst, app, clock, found)
    finally:
        limiter.enabled = True
        inst.close()


def _trust_the_keys_of_the_vectors(inst: Installation) -> None:
    """Codes of the vector file are this server's, as far as its keys go; none of them signs here."""
    for key in KEYS:
        if key.scope != "visitor":
            continue
        kid = key.kid.hex()
        private: Ed25519PrivateKey = private_key(NAMES[key.kid])
        values = {
            "purpose": VISITOR,
            "kid": kid,
            "name": "golden.example/visitor",
            "public": key.public,
            "private_sealed": inst.cipher.sealed(private.private_bytes_raw(), key_store.place(VISITOR, kid)),
            "not_before_s": key.not_before,
            "signs_until_s": 0,
            "not_after_s": key.not_after,
        }
        inst.write(lambda connection, values=values: key_store.added(connection, **values))


def _employ_a_clerk(inst: Installation) -> None:
    root = places.root(inst, PROGRAM)
    hashed = passwords.hashed(PASSWORD, CHEAP)
    row = {"id": "clerk", "login": LOGIN, "password_hash": hashed, "created_ms": BUILT_MS}
    held = {"id": "clerk", "account_id": "clerk", "role": CLERK, "area_path": root, "from_ms": BUILT_MS}
    inst.write(lambda connection: accounts.added(connection, **row))
    inst.write(lambda connection: accounts.grant_added(connection, **held, created_ms=BUILT_MS))


def _place(inst: Installation, case: Case, number: int) -> Place:
    top = places.root(inst, PROGRAM)
    path = inst.write(lambda c: place_store.area_added(c, new_id(), f"Area {case.id}", top))
    enterprise = places.create_enterprise(inst, Scope(area_path=path), f"Enterprise {case.id}")
    wanted = case.json["entrance"]
    venue = places.create_venue(
        inst, PROGRAM, enterprise, name=f"Venue {case.id}", address="1 Golden Road",
        time_zone=wanted["time_zone"],
    )  # fmt: skip
    entrance = places.create_entrance(inst, PROGRAM, venue, "North gate")
    poster = posters.issue(inst, PROGRAM, entrance)
    gate, credential = enrolled(inst, PROGRAM, entrance)
    # Applied and approved come before a venue's first opening, which has no form yet.
    inst.write(lambda c: place_store.venue_changed(c, PROGRAM, venue, state=wanted["venue_state"]))
    if case.json["policy"]:
        level = _LEVELS[number % len(_LEVELS)]
        scopes = dict(zip(_LEVELS, (path.split("/")[-2], enterprise, venue, entrance), strict=True))
        body = json.dumps(case.json["policy"])
        inst.write(lambda c: policies.added(c, (level, scopes[level]), body, "clerk", BUILT_MS))
    name, phone = f"Golden {case.id}", f"+86138{number:08d}"
    visitor = _visitor(inst, case, enterprise, name, phone) if case.person is not None else ""
    short = visitors.visitor(inst, PROGRAM, visitor).short_number if visitor else ""
    return Place(enterprise, venue, entrance, poster, gate, credential, visitor, name, phone, short)


def _visitor(inst: Installation, case: Case, enterprise: str, name: str, phone: str) -> str:
    facts = visitor_of(case.person or {})
    given = visitors.Registration(enterprise, name, phone, facts.visitor_class)
    visitor = visitors.register(inst, PROGRAM, given).visitor_id
    seal = inst.cipher.sealed

    def work(connection: Connection) -> None:
        # Into the tables: a form of today refuses what is over already, which a gate may still hold.
        for held in facts.credentials:
            credentials.added(
                connection, id=new_id(), visitor_id=visitor, kind=held.kind, since_ms=held.since_ms,
                until_ms=held.until_ms, verified=int(held.verified), source="staff", account_id="clerk",
                created_ms=BUILT_MS,
            )  # fmt: skip
        for hold in facts.holds:
            identity = new_id()
            holds.added(
                connection, id=identity, visitor_id=visitor, level=hold.level, rule="",
                instruction=hold.instruction,
                reason_sealed=seal(b"golden", f"holds|reason|{identity}"), appeal="", until_ms=hold.until_ms,
                proposed_by="clerk", proposed_ms=BUILT_MS, confirmed_by="second", confirmed_ms=BUILT_MS,
            )  # fmt: skip
        for area, at_ms in facts.areas:
            visited_areas.added(
                connection, id=new_id(), visitor_id=visitor, area=area, at_ms=at_ms, source="staff",
                account_id="clerk", created_ms=BUILT_MS,
            )  # fmt: skip
        changes.touched(connection, [visitor])

    inst.write(work)
    return visitor
