"""Sending a call again: done once, answered the same, bound to what was sent, for a day."""

from __future__ import annotations

from tests.web.api.program import Program
from tests.web.tenants import SettableClock, Tenant
from web.db.tables import idempotent_calls
from web.services.connecting import repeated_calls
from web.services.connecting.repeated_calls import Standing
from web.services.installation import Installation


def test_a_call_that_is_sent_again_is_done_once(owner: Program, there: Tenant) -> None:
    body = {"name": "East door"}
    first = owner.call("POST", f"/venues/{there.venue}/entrances", body, Idempotency_Key="door-1")
    again = owner.call("POST", f"/venues/{there.venue}/entrances", body, Idempotency_Key="door-1")
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json == again.json
    assert again.headers["Idempotent-Replayed"] == "true"
    assert "Idempotent-Replayed" not in first.headers
    doors = [door["name"] for door in owner.get(f"/venues/{there.venue}")["entrances"]]
    assert doors.count("East door") == 1


def test_a_key_belongs_to_what_came_with_it(owner: Program, there: Tenant) -> None:
    path = f"/venues/{there.venue}/entrances"
    assert owner.call("POST", path, {"name": "A"}, Idempotency_Key="k").status_code == 201
    for other in ((path, {"name": "B"}), (f"/entrances/{there.entrance}/posters", None)):
        answer = owner.call("POST", *other, Idempotency_Key="k")
        assert (answer.status_code, answer.json["errors"][0]["pointer"]) == (422, "Idempotency-Key")


def test_a_call_that_was_refused_may_be_mended_under_its_key(owner: Program, there: Tenant) -> None:
    path = f"/venues/{there.venue}/entrances"
    assert owner.call("POST", path, {"name": " "}, Idempotency_Key="k").status_code == 422
    assert owner.call("POST", path, {"name": "C"}, Idempotency_Key="k").status_code == 201


def test_a_call_whose_first_is_not_answered_waits(
    owner: Program, there: Tenant, embedded_park: tuple[Installation, Tenant]
) -> None:
    inst = embedded_park[0]
    begun = repeated_calls.begun(inst, owner.token_id, "k", b"\0" * 32)
    assert begun is Standing.NEW
    assert repeated_calls.begun(inst, owner.token_id, "k", b"\0" * 32) is Standing.RUNNING
    assert repeated_calls.begun(inst, owner.token_id, "k", b"\1" * 32) is Standing.OTHER
    assert repeated_calls.begun(inst, "another token", "k", b"\1" * 32) is Standing.NEW


def test_keys_have_a_form(owner: Program, there: Tenant) -> None:
    for key in ("", "with space", "x" * 101):
        answer = owner.call("POST", f"/venues/{there.venue}/entrances", {"name": "D"}, Idempotency_Key=key)
        assert answer.status_code == 400


def test_answers_are_kept_sealed_and_for_a_day(
    owner: Program, there: Tenant, embedded_park: tuple[Installation, Tenant], clock: SettableClock
) -> None:
    inst, path = embedded_park[0], f"/venues/{there.venue}/entrances"
    made = owner.call("POST", path, {"name": "E"}, Idempotency_Key="k").json["id"]
    kept = inst.read(lambda connection: connection.execute(idempotent_calls.select()).one())
    assert made.encode() not in kept.answer_sealed
    clock.pass_s(86_400)
    assert repeated_calls.pruned(inst) == 0
    clock.pass_s(1)
    assert repeated_calls.pruned(inst) == 1
    later = owner.call("POST", path, {"name": "E"}, Idempotency_Key="k")
    assert (later.status_code, later.json["existing"]) == (409, made)


def test_what_is_there_already_is_named_without_a_key_as_well(owner: Program, there: Tenant) -> None:
    body = {"enterprise_id": there.enterprise, "name": "New hall", "address": "2 Road"}
    made = owner.call("POST", "/venues", body).json["id"]
    again = owner.call("POST", "/venues", {**body, "name": " New  hall "})
    assert (again.status_code, again.json["existing"]) == (409, made)
    assert "another name or address" in again.json["detail"]
    chinese = owner.call("POST", "/venues", body, Accept_Language="zh-CN").json
    assert "该单位在此地址已有同名场所" in chinese["detail"]
    assert owner.call("POST", "/venues", {**body, "address": "3 Road"}).status_code == 201
    door = owner.call("POST", f"/venues/{there.venue}/entrances", {"name": "North gate"})
    assert (door.status_code, door.json["existing"]) == (409, there.entrance)
    second = owner.call("PUT", f"/entrances/{there.side_entrance}/name", {"name": "North gate"})
    assert (second.status_code, second.json) == (409, door.json)
    change = {"name": "New hall", "address": "2 Road"}
    changed = owner.call("PUT", f"/venues/{there.venue}", change)
    assert (changed.status_code, changed.json) == (409, again.json)
    missing = owner.call("POST", "/venues", {**body, "enterprise_id": "nothing"})
    assert "existing" not in missing.json
