"""The ways of deciding that a browser reaches: the poster's form, the staff's desk, the paper register."""

from __future__ import annotations

import io
from datetime import datetime

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from domain.decision import Outcome, Presence
from domain.hours import local_time
from domain.reason import Reason, sentence_of
from domain.venue import poster_symbols
from tests.golden.cases import Case
from tests.golden.said import Said, wanted
from tests.golden.world import LOGIN, PASSWORD, URL, World
from tests.web.pages.site import hidden_fields, seen
from web.services.passing import own_entries
from web.services.passing.own_entries import Recorded
from web.store.desk import searching
from web.store.desk.filtering import Wanted
from web.store.scope import PROGRAM

_OUTCOME_WORDS = {Outcome.REFUSED: "Refused"}
# What a spreadsheet's columns are called on the printed register, in the language of its staff.
_HEADER = "时间,方向,姓名,电话,类别,车牌,体温 °C,判定"
_IMPORTED_AFTER_MS = 600_000


def clerk_of(world: World) -> FlaskClient:
    """A browser in which the clerk is signed in; sessions end within hours, and cases are months apart."""
    client = world.client()
    hidden = hidden_fields(client.get("/sign-in", base_url=URL).text)
    answer = client.post("/sign-in", base_url=URL, data={**hidden, "login": LOGIN, "password": PASSWORD})
    assert answer.status_code == 303, seen(answer.text)
    return client


def told_on_a_phone(world: World, case: Case) -> Said:
    """What a phone shows after the poster's form was sent."""
    place = world.places[case.id]
    world.let_in_before(case)
    client = world.client()
    # A form that was opened before: any page of the site has its token.
    hidden = hidden_fields(client.get("/n", base_url=URL).text)
    path = f"/V/{poster_symbols(bytes.fromhex(place.poster))}"
    typed = {
        "name": place.name,
        "phone": place.phone,
        "direction": case.json["direction"],
        "temperature": case.temperature,
        **_vehicle_typed(case),
    }
    answer = client.post(path, base_url=URL, data={**hidden, **typed})
    assert answer.status_code == 303, (case.id, seen(answer.text))
    shown = seen(client.get(answer.location, base_url=URL).text)
    entry = _entry_at(world, case)
    for language in (entry.decision.sentence.en, entry.decision.sentence.zh):
        assert language in shown, (case.id, shown)
    return _said(entry)


def wanted_on_a_phone(case: Case) -> Said:
    """The golden answer; what proves the presence is the printed poster."""
    return wanted(case, Presence.POSTER_STATIC)


def told_at_the_desk(world: World, clerk: FlaskClient, case: Case) -> Said:
    """What the staff's page answers to one press."""
    place = world.places[case.id]
    world.let_in_before(case)
    text = "" if case.shown == "person" else world.code(case)
    path = f"/entrances/{place.entrance}/passages"
    typed = {
        "who": text or place.phone,
        "direction": case.json["direction"],
        "temperature": case.temperature,
    }
    typed |= _vehicle_typed(case)
    hidden = hidden_fields(clerk.get("/account", base_url=URL).text)
    answer = clerk.post(path, base_url=URL, data={**hidden, **typed})
    if answer.status_code == 200:
        return _of_somebody_elses_code(case, answer)
    assert answer.status_code == 303, (case.id, seen(answer.text))
    shown = seen(clerk.get(answer.location, base_url=URL).text)
    entry = _entry(world, answer.location.partition("entry=")[2])
    for language in (entry.decision.sentence.en, entry.decision.sentence.zh):
        assert language in shown, (case.id, shown)
    return _said(entry)


def _vehicle_typed(case: Case) -> dict[str, str]:
    if case.vehicle is None:
        return {}
    return {
        "in_vehicle": "y",
        "plate": case.vehicle["plate"],
        "others": str(len(case.others)),
        "phones": "\n".join(phone for phone in case.others if phone),
    }


def wanted_at_the_desk(case: Case) -> Said:
    """The golden answer; the staff themselves prove the presence, a card stays a card."""
    is_card = case.json["expected"]["presence"] == Presence.STATIC
    return wanted(case, Presence.STATIC if is_card else Presence.STAFF)


def told_by_the_import(world: World, clerk: FlaskClient, case: Case) -> Said:
    """What becomes of the row of a paper register, keyed in ten minutes later."""
    place = world.places[case.id]
    world.let_in_before(case)
    at = local_time(case.now_ms, case.json["entrance"]["time_zone"])
    world.at(case.now_ms + _IMPORTED_AFTER_MS)
    path = f"/venues/{place.venue}/paper"
    hidden = hidden_fields(clerk.get("/account", base_url=URL).text)
    form = {**hidden, "entrance": place.entrance, "day": at.date().isoformat()}
    upload = (io.BytesIO(f"{_HEADER}\n{_row(case, place.name, place.phone, at)}\n".encode()), "sheet.csv")
    report = clerk.post(path, base_url=URL, data={**form, "table": upload})
    assert report.status_code == 200, (case.id, seen(report.text))
    kept = clerk.post(f"{path}/keep", base_url=URL, data=hidden_fields(report.text))
    assert kept.status_code == 303, (case.id, seen(kept.text))
    entry = _entry_at(world, case)
    if entry.decision.outcome is not Outcome.ADMITTED:
        assert entry.decision.sentence.en in seen(report.text), case.id
    return _said(entry)


def wanted_by_the_import(case: Case) -> Said:
    """The golden answer; what proves the presence is the paper."""
    return wanted(case, Presence.PAPER)


def _row(case: Case, name: str, phone: str, at: datetime) -> str:
    if case.is_confidential:
        name, phone = "", ""
    kind = (case.person or {}).get("class", "visitor")
    plate = case.vehicle["plate"] if case.vehicle is not None else ""
    return f"{at:%H:%M:%S},{case.json['direction']},{name},{phone},{kind},{plate},{case.temperature},"


def _of_somebody_elses_code(case: Case, answer: TestResponse) -> Said:
    """The page's own words, for nothing is kept of such a code."""
    shown = seen(answer.text)
    assert "Nothing was recorded." in shown, (case.id, shown)
    reason = Reason.NOT_A_VISITOR_CODE
    sentence = sentence_of(reason, {})
    assert sentence.en in shown
    assert sentence.zh in shown
    (outcome,) = (value for value, word in _OUTCOME_WORDS.items() if word in shown)
    return Said(outcome, reason, sentence.en, sentence.zh, Presence.STAFF, is_entry=False)


def _entry_at(world: World, case: Case) -> Recorded:
    """The one entry that the case made at its venue, besides those of a minute before."""
    wanted_here = Wanted(venue_id=world.places[case.id].venue, from_ms=case.now_ms)
    (row,) = world.inst.read(lambda c: searching.page(c, PROGRAM, wanted_here))
    return _entry(world, row.id)


def _entry(world: World, entry_id: str) -> Recorded:
    found = world.inst.read(lambda c: own_entries.made_before(c, world.inst, entry_id))
    assert found is not None
    return found


def _said(entry: Recorded) -> Said:
    decision, sentence = entry.decision, entry.decision.sentence
    return Said(decision.outcome, decision.reason, sentence.en, sentence.zh, decision.presence, is_entry=True)
