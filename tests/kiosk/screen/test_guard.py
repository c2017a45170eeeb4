from __future__ import annotations

import http.client
import json
from collections.abc import Iterator
from typing import Any

import pytest

from domain.gate_settings import PIN_SALT_BYTES, GateSettings, sealed_pin
from kiosk.desk.acts import ACTS
from tests.kiosk.stand import Stand

PIN = "2580"
CHANGING = ["/scan", "/staff/open", "/staff/shut", "/staff/stay", *(f"/staff/acts/{name}" for name in ACTS)]


@pytest.fixture
def stand() -> Iterator[Stand]:
    made = Stand()
    made.rule(settings=GateSettings(pin=sealed_pin(PIN, bytes(PIN_SALT_BYTES))))
    yield made
    made.close()


def sent(
    stand: Stand, path: str, value: object = None, cookie: str = "", **headers: str
) -> http.client.HTTPResponse:
    connection = http.client.HTTPConnection("127.0.0.1", stand.port, timeout=60)
    own = f"http://127.0.0.1:{stand.port}"
    named = {name.replace("_", "-"): text for name, text in headers.items()}
    given = {"Origin": own, "Content-Type": "application/json", "Cookie": cookie, **named}
    body = value if isinstance(value, bytes) else json.dumps(value or {}).encode()
    connection.request("POST", path, body, {name: text for name, text in given.items() if text})
    return connection.getresponse()


def session(stand: Stand) -> str:
    answer = sent(stand, "/staff/open", {"pin": PIN})
    assert answer.status == 200
    cookie = answer.headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Strict" in cookie
    return cookie.split(";")[0]


@pytest.mark.parametrize("path", CHANGING)
@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "http://evil.example"},
        {"Origin": "null"},
        {"Origin": ""},
        {"Origin": "http://127.0.0.1:1"},
        {"Origin": "", "Sec_Fetch_Site": "cross-site"},
        {"Sec_Fetch_Site": "same-site"},
        {"Sec_Fetch_Site": "none"},
    ],
)
def test_another_site_changes_nothing_even_with_the_session(
    stand: Stand, path: str, headers: dict[str, str]
) -> None:
    assert sent(stand, path, {"text": "x", "pin": PIN}, session(stand), **headers).status == 403
    assert stand.scanned == []


def test_a_form_cannot_post_what_only_a_script_may(stand: Stand) -> None:
    assert sent(stand, "/scan", b"text=x", Content_Type="text/plain").status == 415
    assert sent(stand, "/scan", b"text=x", Content_Type="application/x-www-form-urlencoded").status == 415


def test_a_name_that_leads_here_opens_nothing(stand: Stand) -> None:
    host = f"evil.example:{stand.port}"
    assert sent(stand, "/scan", {"text": "x"}, Host=host, Origin=f"http://{host}").status == 400


@pytest.mark.parametrize("name", sorted(ACTS))
def test_every_act_needs_a_session(stand: Stand, name: str) -> None:
    for cookie in ("", f"staff-{stand.port}=guess"):
        assert sent(stand, f"/staff/acts/{name}", {}, cookie).status == 401
    assert sent(stand, "/staff/acts/unknown", {}, session(stand)).status == 404


def test_a_session_ends_when_it_is_shut(stand: Stand) -> None:
    cookie = session(stand)
    assert sent(stand, "/staff/stay", {}, cookie).status == 204
    assert sent(stand, "/staff/shut", {}, cookie).status == 204
    assert sent(stand, "/staff/stay", {}, cookie).status == 401


def test_a_wrong_pin_is_told_and_opens_nothing(stand: Stand) -> None:
    answer = sent(stand, "/staff/open", {"pin": "0000"})
    assert answer.status == 403
    assert answer.headers["Set-Cookie"] is None
    value: Any = json.loads(answer.read())
    assert value["errors"]["pin"]["en"] == "This PIN is wrong."


@pytest.mark.parametrize("value", [[], "text", 7, {"text": 7}, {"text": ""}, {"text": "x" * 4_297}])
def test_a_scan_that_is_no_text_is_refused(stand: Stand, value: object) -> None:
    assert sent(stand, "/scan", json.dumps(value).encode()).status == 422
    assert stand.scanned == []


def test_a_body_too_large_or_no_json_is_refused(stand: Stand) -> None:
    assert sent(stand, "/scan", b'{"text": "' + b"x" * 20_000 + b'"}').status == 413
    assert sent(stand, "/scan", b"{").status == 400
    assert sent(stand, "/staff/open", b"\xff").status == 400
