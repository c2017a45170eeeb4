"""What the server makes of a gate's entries that come later, and what its simulator says."""

from __future__ import annotations

import json
import secrets
from typing import Any

from click.testing import CliRunner
from flask.testing import FlaskClient
from sqlalchemy import func, select

from domain.decision import Presence, Vehicle
from domain.entry import Entry, people_in
from domain.entry_wire import entry_from_json
from domain.reason import Reason, sentence_of
from domain.sealed_entry import NONCE_BYTES, SECRET_BYTES, Counted, Session
from tests.golden.cases import Case
from tests.golden.said import Said, said, wanted
from tests.golden.world import URL, World
from tests.web.pages.site import hidden_fields, seen
from web.app import create_app
from web.cli import Root, commands
from web.db.connecting.connection import Connection
from web.db.tables import alerts
from web.services.desk import searching
from web.services.desk.filtering.filters import Filter
from web.services.passing import own_entries
from web.services.passing.deciding import Passage, judged
from web.services.passing.known import known_at
from web.services.signing_keys import keys
from web.store.places import places
from web.store.scope import PROGRAM

_UPLOADED_AFTER_MS = 3_600_000
_OUTCOME_WORDS = {"admitted": "Admitted", "refused": "Refused", "referred": "See staff"}


def told_after_an_upload(world: World, case: Case, made: list[Any]) -> Said:
    """What the log shows of a gate's entry that came an hour later through the kiosks' interface.

    Before it came, the server decided itself by the rules that the entry names: it has to agree.
    """
    world.let_in_before(case)
    world.at(case.now_ms + _UPLOADED_AFTER_MS)
    (item,) = made
    # The gate's numbers follow on those of whom it let in before.
    item["seq"] = len(world.people_before(case)) + 1
    again = _judged_again(world, case, entry_from_json(item))
    _upload(world, case, item)
    (row,) = searching.search(
        world.inst, PROGRAM, Filter(venue_id=world.places[case.id].venue, from_ms=case.now_ms)
    ).rows
    kept = world.inst.read(lambda c: own_entries.made_before(c, world.inst, row.id))
    assert kept is not None
    told = said(kept.decision, is_entry=True)
    assert (row.reason.en, row.reason.zh) == (told.en, told.zh)
    assert again in (None, told), case.id
    about = select(func.count()).select_from(alerts).where(alerts.c.entry_id == item["id"])
    assert world.inst.read(lambda c: c.scalar(about)) == 0, case.id
    return told


def _upload(world: World, case: Case, item: Any) -> None:
    answer = world.client().post(
        "/api/v1/kiosks/self/entries",
        base_url=URL,
        json={"entries": [_sealed(world, entry_from_json(item))]},
        headers={"Authorization": f"Bearer {world.places[case.id].credential}"},
    )
    assert [result["status"] for result in answer.get_json()["results"]] == ["stored"], answer.text


def _sealed(world: World, entry: Entry) -> Any:
    """The entry as its gate would send it."""
    key = world.inst.read(keys.sealing)
    assert key is not None
    session = Session(key, secrets.token_bytes(SECRET_BYTES))
    return json.loads(session.body(entry, Counted(people_in(entry)), secrets.token_bytes(NONCE_BYTES)))


def _judged_again(world: World, case: Case, entry: Entry) -> Said | None:
    """The server's own decision about an entry, by the rules that it names and what was known at its time.

    None where there is nobody to judge: an entry keeps no text of a bad code, names no stranger and, at a
    confidential venue, nobody; and where the gate's rules had grown old, which the server's own never do.
    """
    visitor = entry.private.visitor_id
    if not visitor or case.is_withdrawn or case.age_ms:
        return None
    assert visitor == world.places[case.id].visitor

    def work(connection: Connection) -> Said:
        door = places.entrance_row(connection, PROGRAM, entry.entrance)
        assert door is not None
        private = entry.private
        others = private.occupants
        vehicle = Vehicle(private.plate, 1 + len(others), ("by code", *others))
        passage = Passage(
            known_at(connection, [visitor], entry.at_ms)[visitor],
            entry.at_ms,
            entry.presence,
            entry.direction,
            private.temperature_tenths,
            vehicle if private.plate or others else None,
        )
        found = judged(connection, door, passage, version=entry.policy_version)
        return said(found.decision, is_entry=True)

    return world.inst.read(work)


def told_by_the_simulator(world: World, clerk: FlaskClient, case: Case) -> Said:
    """What the command says; of a vehicle, for which it has no option, what the page says."""
    world.let_in_before(case)
    if case.vehicle is not None:
        return _told_by_its_page(world, clerk, case)
    place = world.places[case.id]
    words = ["judge", "--entrance", place.entrance, "--visitor", place.short_number, "--json"]
    words += ["--direction", case.json["direction"]]
    words += ["--temperature", case.temperature] if case.temperature else []
    root = Root(world.inst.settings, world.clock, create_app)
    done = CliRunner().invoke(commands, words, obj=root)
    assert done.exit_code < 3, (case.id, done.output, done.exception)
    answer = json.loads(done.output)
    sentence = answer["sentence"]
    return Said(
        answer["outcome"], answer["reason"], sentence["en"], sentence["zh"], Presence.STAFF, is_entry=False
    )


def wanted_by_the_simulator(case: Case) -> Said:
    """The golden answer as staff would get it; nothing is kept of it."""
    return wanted(case, Presence.STAFF, is_entry=False)


def _told_by_its_page(world: World, clerk: FlaskClient, case: Case) -> Said:
    place, vehicle = world.places[case.id], case.vehicle
    assert vehicle is not None
    typed = {
        "entrance": place.entrance,
        "who": "known",
        "visitor": place.short_number,
        "direction": case.json["direction"],
        "temperature": case.temperature,
        "has_vehicle": "1",
        "plate": vehicle["plate"],
        "occupants": str(vehicle["occupants"]),
        "phones": "\n".join(phone for phone in vehicle["phones"] if phone),
    }
    hidden = hidden_fields(clerk.get("/account", base_url=URL).text)
    pages = {
        language: clerk.post(f"/simulator?lang={language}", base_url=URL, data={**hidden, **typed})
        for language in ("zh", "en")
    }
    shown = {language: seen(page.text) for language, page in pages.items()}
    expected = case.json["expected"]
    # A page has no reason but its sentence: the one of the closed list that both languages show.
    found = [
        (reason, sentence)
        for reason in Reason
        for sentence in [sentence_of(reason, _values(expected, reason))]
        if sentence.en in shown["en"] and sentence.zh in shown["zh"]
    ]
    ((reason, sentence),) = found
    (outcome,) = (value for value, word in _OUTCOME_WORDS.items() if f"{word} " in shown["en"])
    return Said(outcome, reason, sentence.en, sentence.zh, Presence.STAFF, is_entry=False)


def _values(expected: Any, reason: Reason) -> dict[str, str]:
    """What fills the places of a reason's sentence, read out of the golden sentences themselves."""
    if reason is not Reason.VEHICLE_INCOMPLETE:
        return {}
    return {
        "missing": expected["en"].partition("Missing: ")[2].removesuffix("."),
        "missing_zh": expected["zh"].partition("缺少：")[2].removesuffix("。"),
    }
