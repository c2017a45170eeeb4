"""The kiosks' own calls as the description tells them; web/views/gates/kiosk_api.py answers them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel, TypeAdapter

from web.api.gates.kiosk_shapes import (
    BatchGiven,
    BatchTold,
    EnrolGiven,
    Enrolled,
    HeartbeatGiven,
    HeartbeatTold,
    KioskProblem,
    Rotated,
    VenueTold,
)
from web.views.every_page.problems import GATES

TAG = "Calls of kiosks"
SCHEME = "kiosk"
SCHEMES: Mapping[str, Any] = {
    SCHEME: {
        "type": "http",
        "scheme": "bearer",
        "description": "The credential that a kiosk was given when it enrolled; a token is none.",
    }
}
_PROBLEM = "application/problem+json"
_ALWAYS = (401, 403, 503)
SUMMARIES: Mapping[str, tuple[str, str]] = {
    "kiosk_enrol": ("Trade a one-time token for a kiosk's own credential.", "用一次性登记码换取终端凭据。"),
    "kiosk_bundle": ("The signed bundle; 304 when the kiosk has it.", "签名的规则包；已有则为 304。"),
    "kiosk_facts": (
        "The signed page of changes to visitors after a place; 204 for none.",
        "某位置之后访客变更的签名页；没有则为 204。",
    ),
    "kiosk_venue": ("What passed at the venue today, after a place.", "本场所今日某位置之后的通行。"),
    "kiosk_entries": ("Take a batch, with a result for each item.", "接收一批记录，逐条返回结果。"),
    "kiosk_heartbeat": ("Note how the kiosk is, and tell it the time.", "记录终端状态并告知时间。"),
    "kiosk_rotate": ("A new credential; the old one ends when it is used.", "新凭据；启用后旧凭据失效。"),
}
_ENROL, _SELF = GATES
_TEXT = {"text/plain": {"schema": {"type": "string"}}}


def paths() -> dict[str, Any]:
    """The calls as OpenAPI paths."""
    # What is no number counts as 0: a gate begins anew then.
    seq = {"anyOf": [{"type": "integer", "minimum": 0}, {"type": "string"}]}
    line = {"type": "string"}
    return {
        _ENROL: {"post": _call("kiosk_enrol", {201: Enrolled}, (400, 410, 429), EnrolGiven, security=[])},
        f"{_SELF}/bundle": {"get": _call("kiosk_bundle", {200: _TEXT, 304: None}, (), have=seq)},
        f"{_SELF}/facts": {
            "get": _call("kiosk_facts", {200: _TEXT, 204: None}, (410,), epoch=line, after=seq)
        },
        f"{_SELF}/venue": {"get": _call("kiosk_venue", {200: VenueTold}, (), after_ms=seq, after_id=line)},
        f"{_SELF}/entries": {"post": _call("kiosk_entries", {200: BatchTold}, (400, 413), BatchGiven)},
        f"{_SELF}/heartbeat": {
            "post": _call("kiosk_heartbeat", {200: HeartbeatTold}, (400,), HeartbeatGiven)
        },
        f"{_SELF}/rotate": {"post": _call("kiosk_rotate", {200: Rotated}, ())},
    }


def schemas() -> dict[str, Any]:
    """The shapes of the calls, by the names that `paths` gives them."""
    kinds = (EnrolGiven, Enrolled, BatchGiven, BatchTold, HeartbeatGiven, HeartbeatTold, VenueTold, Rotated)
    found: dict[str, Any] = {}
    for kind in (*kinds, KioskProblem):
        shape = _shape(kind)
        found |= {_name(name): one for name, one in shape.pop("$defs", {}).items()}
        found[_name(kind.__name__)] = shape
    return found


def _shape(kind: type[BaseModel]) -> dict[str, Any]:
    template = "#/components/schemas/" + _name("{model}")
    text = json.dumps(TypeAdapter(kind).json_schema(ref_template=template))
    told: dict[str, Any] = json.loads(text)
    return told


def _name(name: str) -> str:
    return name if name.startswith("Kiosk") else f"Kiosk{name}"


def _call(
    name: str,
    answers: Mapping[int, Any],
    refusals: tuple[int, ...],
    takes: type[BaseModel] | None = None,
    *,
    security: list[dict[str, list[str]]] | None = None,
    **asked: Mapping[str, Any],
) -> dict[str, Any]:
    told: dict[str, Any] = {
        "operationId": name,
        "tags": [TAG],
        "summary": SUMMARIES[name][0],
        "x-summary-zh": SUMMARIES[name][1],
        "security": [{SCHEME: []}] if security is None else security,
        "parameters": [
            {"in": "query", "name": parameter, "required": False, "schema": dict(shape)}
            for parameter, shape in asked.items()
        ],
        "responses": {
            **{str(status): _answer(content) for status, content in answers.items()},
            **{str(status): _problem() for status in sorted({*refusals, *_ALWAYS})},
        },
    }
    if takes is not None:
        told["requestBody"] = {"required": True, "content": {"application/json": {"schema": _ref(takes)}}}
    return told


def _answer(content: Any) -> dict[str, Any]:
    if content is None:
        return {"description": "Nothing new"}
    shown = content if isinstance(content, dict) else {"application/json": {"schema": _ref(content)}}
    return {"description": "Done", "content": shown}


def _problem() -> dict[str, Any]:
    return {"description": "Problem", "content": {_PROBLEM: {"schema": _ref(KioskProblem)}}}


def _ref(kind: type[BaseModel]) -> dict[str, str]:
    return {"$ref": f"#/components/schemas/{_name(kind.__name__)}"}
