"""The kiosks' calls are described as they are: what they take, what they answer, field by field."""

from __future__ import annotations

from typing import Any

from flask import Flask
from pydantic import BaseModel

from domain.enrolment import parsed_enrolment
from tests.web.tenants import Tenant, entry_item
from web.api.gates import kiosk_calls, kiosk_shapes
from web.services.gates import gates
from web.services.installation import Installation
from web.services.logs import sequencing

SELF = "/api/v1/kiosks/self"
BEAT = {"version": "1.0", "camera": "ok", "waiting": 0, "bundle_seq": 1, "foreign": 0}


def body(kind: type[BaseModel], told: Any) -> Any:
    """What was answered, if it has exactly the fields that the description names."""
    kind.model_validate(told)
    assert set(told) == set(kind.model_fields), "describe it in web/api/gates/kiosk_shapes.py"
    return told


def test_every_call_of_a_kiosk_is_described_and_under_a_scheme_of_its_own(
    site_app: Flask, described: Any
) -> None:
    rules = [rule for rule in site_app.url_map.iter_rules() if rule.endpoint.startswith("kiosk_api.")]
    ours = {
        (path, method.upper())
        for path, methods in described["paths"].items()
        for method, one in methods.items()
        if one["tags"] == [kiosk_calls.TAG]
    }
    assert ours == {(rule.rule, next(iter({"GET", "POST"} & (rule.methods or set())))) for rule in rules}
    assert set(described["components"]["securitySchemes"]) == {"token", "kiosk"}


def test_answers_have_the_fields_of_the_description(
    site_app: Flask, embedded_park: tuple[Installation, Tenant]
) -> None:
    inst, park = embedded_park
    client = site_app.test_client()
    shown = parsed_enrolment(gates.new_enrolment(inst, park.staff, park.entrance).text)
    asked = {"token": shown.token, "name": "North", "version": "1.0"}
    enrolled = body(kiosk_shapes.Enrolled, client.post("/api/v1/kiosks/enrol", json=asked).get_json())
    told = {"Authorization": f"Bearer {park.credential}"}
    beat = body(
        kiosk_shapes.HeartbeatTold, client.post(f"{SELF}/heartbeat", json=BEAT, headers=told).get_json()
    )
    item = entry_item(park.gate, 1, inst.now_ms())
    sent = {"entries": [item], "gaps": [], "settled": [], "log": {"head": "", "refused": None}}
    batch = client.post(f"{SELF}/entries", json=sent, headers=told).get_json()
    assert body(kiosk_shapes.BatchTold, batch)["results"][0]["status"] == "stored"
    while sequencing.sequence(inst):
        pass
    venue = client.get(f"{SELF}/venue", headers=told).get_json()
    assert len(body(kiosk_shapes.VenueTold, venue)["passages"]) == 1
    for path, status in (
        ("bundle", 200),
        (f"facts?epoch={beat['facts_epoch']}", 200),
        ("facts?epoch=x", 410),
    ):
        assert client.get(f"{SELF}/{path}", headers=told).status_code == status, path
    body(kiosk_shapes.Rotated, client.post(f"{SELF}/rotate", json={}, headers=told).get_json())
    refused = client.get(f"{SELF}/venue", headers={"Authorization": f"Bearer {enrolled['kiosk_id']}"})
    assert refused.status_code == 401
    body(kiosk_shapes.KioskProblem, refused.get_json())


def test_what_the_kiosk_sends_is_what_the_description_takes(described: Any) -> None:
    schema = described["components"]["schemas"]["KioskEntry"]
    gate = gates.Gate("k" * 32, "e" * 32, "v" * 32)
    item = entry_item(gate, 1, 1_700_000_000_000)
    assert {*schema["properties"], "v"} == set(item)
