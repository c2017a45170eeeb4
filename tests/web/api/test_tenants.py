"""Every operation asked with another tenant's ids, and with ids that never were: the same answer (A4)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from io import BytesIO
from typing import Any

import pytest
from flask import Flask
from PIL import Image

from domain.access import Role
from tests.web.api.program import Program, program
from tests.web.services.scopes.belongings import belongings
from tests.web.tenants import Tenant, tenant
from web.api.gates import kiosk_calls
from web.services.installation import Installation


def _pixels() -> bytes:
    body = BytesIO()
    Image.new("RGB", (240, 240), "white").save(body, "PNG")
    return body.getvalue()


PIXELS = _pixels()
# The names that paths and bodies give to what `belongings` makes.
NAMES = {
    "area_id": "area", "parent_id": "area", "enterprise_id": "enterprise", "venue_id": "venue",
    "entrance_id": "entrance", "poster_id": "poster", "kiosk_id": "kiosk", "visitor_id": "visitor",
    "entry_id": "entry", "credential_id": "permit", "hold_id": "hold", "travel_id": "travel", "job_id": "job",
    "notice_id": "notice", "liaison_id": "liaison", "place_id": "venue",
}  # fmt: skip
# Numbers that others' alerts and quarantined entries may have.
NUMBERS = {"alert_id": "1", "item_id": "1"}
_VALUES: dict[str, Any] = {
    "name": "Somebody", "phone": "13800138000", "host": "Host", "address": "1 Road", "reason": "A reason",
    "instruction": "Call", "appeal": "Call", "level": "red", "term": "13800138000", "kind": "Entry permit",
    "purpose": "authority", "when": {"day": "2026-11-21", "from_time": "09:00", "until_time": "18:00"},
    "state": "open", "remedy": "both_right", "step": "remind", "area": "滨江街道", "day": "2026-11-18",
    "fields": {}, "seen_version": 0, "version": 1, "counted": 0, "yes": True, "form": "csv", "every": "day",
    "at": "08:00", "mode": "drill", "after": "", "subject": "venue", "days": 30, "pin": "1234", "zh": "停电",
    "speaks": True, "url": "https://a.example/", "events": ["entry"], "paused": True, "marks": [],
    "role": "clerk",
    "place": "x", "login": "somebody", "rows": [{"number": 1, "time": "09:00", "direction": "in"}],
    "received_ms": 4_000_000_000_000, "issued_on": "2026-11-20", "dated": "2026-11-20", "texts": [],
    "id": "0" * 32, "ends": "22:30", "sure": True, "title": "A title", "household": "A household",
    "table": ("a.csv", b"name,phone\na,b\n"),
    **dict.fromkeys(("picture", "photo", "logo", "file"), ("a.png", PIXELS)),
}  # fmt: skip


@pytest.fixture
def two(
    site_app: Flask, embedded_park: tuple[Installation, Tenant]
) -> tuple[Program, dict[str, str], dict[str, str]]:
    """The park's owner's program, the mill's ids, and as many ids of nothing."""
    inst, park = embedded_park
    theirs = belongings(inst, tenant(inst, "West Area", "Mill Ltd"), "West Area", "Mill Ltd")
    caller = program(inst, site_app, park.staff, Role.OWNER)
    told = {name: theirs[what] for name, what in NAMES.items()} | NUMBERS
    return caller, told, dict.fromkeys(told, "nothing")


def test_what_is_of_others_is_as_unknown_as_what_never_was(
    two: tuple[Program, dict[str, str], dict[str, str]], described: dict[str, Any]
) -> None:
    caller, theirs, nothing = two
    tried, wrong = 0, []
    for method, path, body in _calls(described):
        answers = [_answer(caller, method, path, body, ids) for ids in (theirs, nothing)]
        statuses = [answer.status_code for answer in answers]
        # 403: the right is asked for before anything that was sent is looked at.
        if statuses[0] != statuses[1] or statuses[0] not in (403, 404):
            wrong.append((method, path, statuses, answers[0].text))
        for one in theirs.values():
            assert len(one) < 8 or one not in answers[0].text, (method, path)
        tried += statuses[0] == 404
    assert wrong == []
    assert tried > 110


def test_lists_and_searches_hold_nothing_of_others(
    two: tuple[Program, dict[str, str], dict[str, str]], described: dict[str, Any]
) -> None:
    caller, theirs, nothing = two
    answered = 0
    for path, methods in described["paths"].items():
        if "get" not in methods or "{" in path or methods["get"]["tags"] == [kiosk_calls.TAG]:
            continue
        answer = caller.call("GET", path.removeprefix("/api/v1"))
        answered += answer.status_code == 200
        for one in theirs.values():
            assert len(one) < 8 or one not in answer.text, path
        asked = [told["name"] for told in methods["get"]["parameters"] if told["name"] in NAMES]
        for name in asked:
            where = f"{path.removeprefix('/api/v1')}?{name}="
            told = [caller.call("GET", where + ids[name]) for ids in (theirs, nothing)]
            assert [one.status_code for one in told] in ([404, 404], [200, 200]), where
            assert told[0].text.replace(theirs[name], nothing[name]) == told[1].text, where
    assert answered > 15
    for path, body in (("/search/visitors", {"term": "13800138000"}), ("/search/entries", {})):
        assert caller.post(path, body)["items"] == []


def _calls(described: Any) -> Iterator[tuple[str, str, dict[str, Any] | None]]:
    """Every operation that names something by its id, with a body that fits."""
    for path, methods in described["paths"].items():
        for method, one in methods.items():
            if one["tags"] == [kiosk_calls.TAG]:
                continue
            body = _body(described, one)
            ids = {*re.findall(r"{(\w+)}", path), *(body or {})} & {*NAMES, *NUMBERS}
            if ids:
                yield method.upper(), path.removeprefix("/api/v1"), body


def _body(described: Any, one: Any) -> dict[str, Any] | None:
    if "requestBody" not in one:
        return None
    (content,) = one["requestBody"]["content"].values()
    name = content["schema"]["$ref"].rpartition("/")[2]
    shape = described["components"]["schemas"][name]
    body = {field: _VALUES.get(field, field) for field in shape.get("required", ())}
    body |= {field: _VALUES.get(field, field) for field in shape["properties"] if field in (*NAMES, "zh")}
    if "filter" in shape["properties"]:
        body["filter"] = {"venue_id": "venue_id"}
    if "keeping" in str(one["operationId"]):
        body["purpose"] = "passages"
    return body


def _answer(caller: Program, method: str, path: str, body: Any, ids: dict[str, str]) -> Any:
    told, where = _named(body, ids), _filled(path, ids)
    if any(isinstance(value, tuple) for value in (told or {}).values()):
        return caller.form(method, where, told)
    return caller.call(method, where, told)


def _named(body: dict[str, Any] | None, ids: dict[str, str]) -> dict[str, Any] | None:
    """The body with ids where it names them."""
    if body is None:
        return None
    told = {field: ids.get(field, value) for field, value in body.items()}
    if "filter" in told:
        told["filter"] = {"venue_id": ids["venue_id"]}
    for several, name in (("entrance_ids", "entrance_id"), ("enterprise_ids", "enterprise_id")):
        if several in told:
            told[several] = [ids[name]]
    if "entry_ids" in told:
        told["entry_ids"] = [ids["entry_id"][:36]]
    if "subject_id" in told:
        told["subject_id"] = ids["venue_id"]
    return told


def _filled(path: str, ids: dict[str, str]) -> str:
    level = {"level": "venue", "kind": "venue"}
    return re.sub(r"{(\w+)}", lambda found: {**level, **ids}.get(found[1], "nothing"), path)
