"""What kiosks are answered: the wire as it is, and one shape for every error."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import text
from werkzeug.test import TestResponse

from domain.bundle import opened_bundle
from domain.enrolment import parsed_enrolment
from tests.web.lending import lent_app
from tests.web.tenants import SettableClock, Tenant, entry_item
from web.services.gates import gates
from web.services.installation import Installation
from web.services.logs import sequencing
from web.services.signing_keys import keys
from web.store import counters
from web.views.asking.extensions import limiter

API = "/api/v1/kiosks"


@pytest.fixture
def client(inst: Installation) -> Iterator[FlaskClient]:
    with lent_app(inst) as app:
        app.testing = False  # what fails is answered
        yield app.test_client()


def bearer(credential: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {credential}"}


def problem(response: TestResponse, status: int) -> dict[str, Any]:
    """The one shape of errors (RFC 9457)."""
    assert response.status_code == status, response.get_data(as_text=True)
    assert response.mimetype == "application/problem+json"
    told = json.loads(response.get_data())
    assert set(told) == {"type", "status", "detail", "detail_zh"}
    assert told["status"] == status
    assert told["detail"]
    assert told["detail_zh"]
    return dict(told)


def upload(client: FlaskClient, park: Tenant, *items: object) -> TestResponse:
    return client.post(f"{API}/self/entries", json={"entries": [*items]}, headers=bearer(park.credential))


def entry_count(inst: Installation) -> int:
    return int(inst.read(lambda c: c.scalar(text("SELECT count(*) FROM entries"))) or 0)


def token(inst: Installation, park: Tenant) -> str:
    return parsed_enrolment(gates.new_enrolment(inst, park.staff, park.entrance).text).token


def test_a_kiosk_enrols_and_then_speaks_for_itself(inst: Installation, client: FlaskClient, park: Tenant):
    told = {"token": token(inst, park), "name": "North", "version": "1.0"}
    response = client.post(f"{API}/enrol", json=told)
    assert response.status_code == 201
    got = response.get_json()
    assert got["entrance"] == {
        "id": park.entrance, "name": "North gate", "venue_id": park.venue, "venue_name": "Park Ltd site",
    }  # fmt: skip
    beat = {"version": "1.0", "camera": "ok", "waiting": 0, "bundle_seq": 0, "foreign": 0}
    heard = client.post(f"{API}/self/heartbeat", json=beat, headers=bearer(got["credential"]))
    assert heard.status_code == 200
    newest = inst.read(lambda c: counters.value_of(c, counters.BUNDLE))
    answered = heard.get_json()
    assert len(answered.pop("facts_epoch")) == 32
    assert answered == {
        "now_ms": inst.now_ms(), "bundle_seq": newest, "facts_seq": 0, "missing": [], "rotate": False,
        "next_s": 5, "venue": [0, ""],
    }  # fmt: skip
    assert "gone" not in problem(client.post(f"{API}/enrol", json=told), 410)["detail"]
    assert "Set-Cookie" not in response.headers


def test_the_bundle_is_a_signed_note_or_nothing_new(inst: Installation, client: FlaskClient, park: Tenant):
    first = client.get(f"{API}/self/bundle", headers=bearer(park.credential))
    assert (first.status_code, first.mimetype) == (200, "text/plain")
    key, _, _ = inst.read(lambda c: keys.signing(c, inst, keys.BUNDLE))
    seq = opened_bundle(first.get_data(), key, park.entrance, 0).seq
    again = client.get(f"{API}/self/bundle?have={seq}", headers=bearer(park.credential))
    assert (again.status_code, again.get_data()) == (304, b"")
    for odd in ("x", "-1", "9" * 5000, "", "1e3", "%00"):
        assert client.get(f"{API}/self/bundle?have={odd}", headers=bearer(park.credential)).status_code == 200


def test_a_batch_is_answered_item_by_item(inst: Installation, client: FlaskClient, park: Tenant):
    one, two = (entry_item(park.gate, seq, inst.now_ms()) for seq in (1, 3))
    got = upload(client, park, one, {"id": "x"}, two, one).get_json()
    assert [result["status"] for result in got["results"]] == ["stored", "invalid", "stored", "duplicate"]
    assert [result["id"] for result in got["results"]] == [one["id"], "x", two["id"], one["id"]]
    assert got["results"][1]["detail"]
    assert (got["highest_seq"], got["missing"], got["checkpoint"]) == (3, [[2, 2]], None)
    assert got["now_ms"] == inst.now_ms()
    sequencing.sequence(inst)
    assert upload(client, park).get_json()["checkpoint"].startswith("park.example/log\n2\n")


@pytest.mark.parametrize("odd", ["\ud800", 2**64, 10**400, float("nan")])
def test_a_value_that_no_entry_holds_keeps_no_other_entry_from_arriving(
    inst: Installation, client: FlaskClient, park: Tenant, odd: object
):
    good = entry_item(park.gate, 1, inst.now_ms())
    bad = entry_item(park.gate, 2, inst.now_ms()) | {"bundle_seq": odd}
    headers = {**bearer(park.credential), "Content-Type": "application/json"}
    answer = client.post(f"{API}/self/entries", data=json.dumps({"entries": [bad, good]}), headers=headers)
    assert [told["status"] for told in answer.json["results"]] == ["invalid", "stored"]


@pytest.mark.parametrize("number", [2**63, -(2**63) - 1, 2**64, 2**64 + 1, 10**400 + 7])
def test_a_number_beyond_64_bits_lies_aside_as_it_was_sent(
    inst: Installation, client: FlaskClient, park: Tenant, number: int
):
    bad = entry_item(park.gate, 1, inst.now_ms()) | {"bundle_seq": number}
    assert [told["status"] for told in upload(client, park, bad).get_json()["results"]] == ["invalid"]
    [row] = inst.read(lambda c: c.execute(text("SELECT body_sealed, body_hash FROM quarantine")).all())
    body = inst.cipher.opened(row.body_sealed, f"quarantine|body|{row.body_hash.hex()}")
    assert json.loads(body) == bad


def test_too_many_or_too_much_is_413_and_keeps_nothing(inst: Installation, client: FlaskClient, park: Tenant):
    item = entry_item(park.gate, 1, inst.now_ms())
    problem(upload(client, park, *[item] * 501), 413)
    problem(upload(client, park, item, "x" * 1_000_000), 413)
    problem(upload(client, park, item, "x" * 2_100_000), 413)
    assert entry_count(inst) == 0
    assert upload(client, park, *[item] * 500).status_code == 200
    fits = 1_000_000 - len(json.dumps({"entries": [item, ""]}))
    assert upload(client, park, item, "x" * (fits - 10)).status_code == 200


GARBAGE = [
    b"", b"null", b"[]", b"5", b'"x"', b"{", b"{}", b'{"entries": {}}', b'{"entries": "x"}',
    b"\xff\xfe", b"\0",
    b'{"entries": [' + b"[" * 100_000, b'{"entries": ' + b"[" * 20_000 + b"]" * 20_000 + b"}", b"9" * 100_000,
    b"<html>captive portal</html>", b'{"entries": [' + b"9" * 5_000 + b"]}",
]  # fmt: skip


def test_what_is_no_batch_is_400_and_never_an_error_of_ours(client: FlaskClient, park: Tenant):
    for body in GARBAGE:
        for path in ("entries", "heartbeat"):
            response = client.post(
                f"{API}/self/{path}",
                data=body,
                content_type="application/json",
                headers=bearer(park.credential),
            )
            problem(response, 400)
        problem(client.post(f"{API}/enrol", data=body, content_type="application/json"), 400)
        limiter.reset()


def test_nesting_at_the_edge_of_what_can_be_read_is_never_an_error_of_ours(
    inst: Installation, client: FlaskClient, park: Tenant
):
    item = json.dumps(entry_item(park.gate, 1, inst.now_ms())).encode()
    for levels in range(780, 1000, 3):
        body = b'{"entries": [' + item + b", " + b"[" * levels + b"]" * levels + b"]}"
        response = client.post(
            f"{API}/self/entries", data=body, content_type="application/json", headers=bearer(park.credential)
        )
        assert response.status_code in (200, 400), levels


def test_a_body_that_does_not_say_it_is_json_is_400(client: FlaskClient, park: Tenant):
    for kind in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", ""):
        response = client.post(
            f"{API}/self/entries", data=b'{"entries": []}', content_type=kind, headers=bearer(park.credential)
        )
        problem(response, 400)


def test_without_a_live_kiosks_credential_it_is_401(client: FlaskClient, park: Tenant):
    headers: list[dict[str, str]] = [
        {}, {"Authorization": ""}, {"Authorization": "Bearer"}, {"Authorization": "Bearer "},
        {"Authorization": park.credential}, {"Authorization": f"Basic {park.credential}"},
        {"Authorization": f"Bearer {park.credential}x"}, {"Authorization": f"Bearer {park.credential[:-1]}"},
        {"Authorization": "Bearer \x80\xff"}, {"Authorization": "Bearer " + "x" * 5_000},
        {"Authorization": f"Bearer  {park.credential}"}, {"Cookie": f"session={park.credential}"},
    ]  # fmt: skip
    for header in headers:
        problem(client.get(f"{API}/self/bundle", headers=header), 401)
        problem(client.post(f"{API}/self/entries", json={"entries": []}, headers=header), 401)


def test_a_revoked_kiosk_is_401_and_nothing_of_it_is_stored(
    inst: Installation, client: FlaskClient, park: Tenant
):
    gates.revoke_kiosk(inst, park.staff, park.gate.id)
    problem(upload(client, park, entry_item(park.gate, 1, inst.now_ms())), 401)
    problem(client.get(f"{API}/self/bundle", headers=bearer(park.credential)), 401)
    assert entry_count(inst) == 0


def test_an_enrolment_with_a_bad_field_names_it(inst: Installation, client: FlaskClient, park: Tenant):
    good = {"token": token(inst, park), "name": "North", "version": "1.0"}
    wrong: list[tuple[str, object]] = [
        ("token", None), ("token", 5), ("token", "x" * 201), ("name", []), ("name", "x" * 201),
        ("version", {}),
    ]  # fmt: skip
    for field, value in wrong:
        assert field in problem(client.post(f"{API}/enrol", json={**good, field: value}), 400)["detail"]
        missing = {name: kept for name, kept in good.items() if name != field}
        assert field in problem(client.post(f"{API}/enrol", json=missing), 400)["detail"]
    assert client.post(f"{API}/enrol", json=good).status_code == 201


def test_odd_text_in_an_enrolment_is_no_error_of_ours(inst: Installation, client: FlaskClient, park: Tenant):
    for odd in ("\ud800", "\0", "", "' OR 1=1 --"):
        body = json.dumps({"token": odd, "name": odd or "x", "version": odd})
        response = client.post(f"{API}/enrol", data=body, content_type="application/json")
        assert response.status_code in (400, 410)
    body = json.dumps({"token": token(inst, park), "name": "a\ud800\0b", "version": "\0\ud800"})
    assert client.post(f"{API}/enrol", data=body, content_type="application/json").status_code == 201


def test_guessing_enrolments_is_limited_and_says_when_to_come_again(
    inst: Installation, client: FlaskClient, park: Tenant
):
    told = {"token": "guess", "name": "x", "version": "1"}
    for _ in range(20):
        problem(client.post(f"{API}/enrol", json=told), 410)
    response = client.post(f"{API}/enrol", json=told)
    problem(response, 429)
    assert 0 < int(response.headers["Retry-After"]) <= 60
    assert upload(client, park).status_code == 200  # kiosks at work are not held up


WRONG_ADDRESSES = [
    ("GET", "/api/v1/kiosks/self/entries", 405), ("DELETE", "/api/v1/kiosks/self/bundle", 405),
    ("GET", "/api/v1/kiosks/self/visitors", 404), ("GET", "/api/v1/kiosks/self/%00", 404),
]  # fmt: skip


def test_a_wrong_address_or_method_has_the_same_shape(client: FlaskClient, park: Tenant):
    for method, path, status in WRONG_ADDRESSES:
        problem(client.open(path, method=method, headers=bearer(park.credential)), status)


def test_a_page_of_another_site_cannot_speak_for_a_kiosk(client: FlaskClient, park: Tenant):
    headers = {**bearer(park.credential), "Origin": "https://evil.example"}
    problem(client.post(f"{API}/self/entries", json={"entries": []}, headers=headers), 403)


def test_an_error_of_ours_has_the_same_shape_and_tells_nothing(
    inst: Installation, client: FlaskClient, park: Tenant, capfd: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
):  # fmt: skip
    item = entry_item(park.gate, 1, inst.now_ms(), private={"plate": "A7X9Q2"})
    inst.write(lambda c: c.execute(text("ALTER TABLE entry_people RENAME TO hidden")))
    try:
        told = problem(upload(client, park, item), 500)
    finally:
        inst.write(lambda c: c.execute(text("ALTER TABLE hidden RENAME TO entry_people")))
    assert "entry_people" not in told["detail"]
    logged = "".join(capfd.readouterr()) + caplog.text
    assert "request_failed" in logged
    assert "/api/v1/kiosks/self/entries" in logged
    for secret in ("A7X9Q2", park.credential, item["id"]):
        assert secret not in logged
    assert upload(client, park, item).get_json()["results"][0]["status"] == "stored"


def test_every_answer_forbids_to_be_kept_or_guessed_at(client: FlaskClient, park: Tenant):
    for response in (upload(client, park), client.get(f"{API}/self/bundle", headers=bearer("x"))):
        assert response.headers["X-Content-Type-Options"] == "nosniff"
        assert "Set-Cookie" not in response.headers


def test_the_health_of_the_service_is_a_plain_ok(client: FlaskClient):
    response = client.get("/healthz")
    assert (response.status_code, response.get_data()) == (200, b"ok\n")


def test_entries_of_a_gate_that_was_cut_off_for_a_month_drain_in_order(
    inst: Installation, client: FlaskClient, park: Tenant, clock: SettableClock
):
    made_ms = inst.now_ms()
    clock.pass_s(30 * 86_400)
    batch = [entry_item(park.gate, seq, made_ms + seq) for seq in range(1, 1_001)]
    for at in (0, 500):
        got = upload(client, park, *batch[at : at + 500]).get_json()
        assert {result["status"] for result in got["results"]} == {"stored"}
        assert got["missing"] == []
    assert got["highest_seq"] == 1_000
    assert entry_count(inst) == 1_000
