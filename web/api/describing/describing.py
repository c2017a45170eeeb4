"""The description of the API (OpenAPI 3.1), tidied: one Problem, short names, what every call may carry."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from apiflask import APIFlask

from web.api.declaring.repeating import HEADER
from web.api.describing import chinese
from web.api.gates import kiosk_calls

VERSION = "1"
_ABOUT = """Everything the pages do, for programs. Times are Unix milliseconds. Lists come in pages with
a cursor. A POST with the header Idempotency-Key is done once, however often it is sent. What cannot be done
is said as problem details (RFC 9457), in English or Chinese as Accept-Language asks.

网页能做的，接口也能做。时间为 Unix 毫秒；列表用游标翻页；带 Idempotency-Key 的 POST 只执行一次；
错误按 RFC 9457 返回，语言由 Accept-Language 决定。"""
_PROBLEM = {
    "type": "object",
    "description": "What stood against it (RFC 9457).",
    "required": ["type", "title", "status", "detail", "errors"],
    "properties": {
        "type": {"type": "string", "format": "uri-reference"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string", "description": "What to do about it."},
        "existing": {"type": "string", "description": "The id of what is there already (409)."},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["pointer", "detail"],
                "properties": {"pointer": {"type": "string"}, "detail": {"type": "string"}},
            },
        },
    },
}
_REPEAT = {
    "in": "header",
    "name": HEADER,
    "required": False,
    "description": "A name for this one thing to be done, so that it can be sent again safely for 24 hours.",
    "schema": {"type": "string", "minLength": 1, "maxLength": 100, "pattern": "^[!-~]+$"},
}


def described(app: APIFlask) -> None:
    """Set up how the description of an app's operations is made."""
    app.config.update(
        OPENAPI_VERSION="3.1.0",
        AUTO_200_RESPONSE=False,
        AUTO_404_RESPONSE=False,
        AUTO_VALIDATION_ERROR_RESPONSE=False,
        AUTO_AUTH_ERROR_RESPONSE=False,
        AUTO_SERVERS=False,
        SECURITY_SCHEMES={
            "token": {
                "type": "http",
                "scheme": "bearer",
                "description": "A token made on the page Connect.",
            },
            **kiosk_calls.SCHEMES,
        },
    )
    app.title, app.version, app.description = "Code & Place", VERSION, _ABOUT
    app.spec_processor(_tidied)
    for blueprint in app.blueprints.values():
        # APIFlask asks this of every blueprint; pages are none of its own and know nothing of it.
        vars(blueprint).setdefault("enable_openapi", False)


def _tidied(spec: Any) -> Any:
    schemas = spec["components"].setdefault("schemas", {})
    schemas["Problem"] = _PROBLEM
    spec = _renamed(spec)
    for path in spec["paths"].values():
        for method, operation in path.items():
            _completed(method, operation)
    spec["paths"] |= kiosk_calls.paths()
    spec["tags"].append({"name": kiosk_calls.TAG})
    spec["components"]["schemas"] |= kiosk_calls.schemas()
    return spec


def _completed(method: str, operation: dict[str, Any]) -> None:
    operation["x-summary-zh"] = chinese.OPERATIONS[operation["operationId"]]
    for parameter in operation["parameters"]:
        if parameter["in"] == "path":
            parameter["required"] = True
            parameter["schema"].setdefault("maxLength", 200)
    if "requestBody" in operation:
        operation["requestBody"]["required"] = True
    if method == "post":
        operation["parameters"].append(_REPEAT)
    for answer in operation["responses"].values():
        if not answer.get("content", True):
            del answer["content"]


def _renamed(spec: Any) -> Any:
    """Nested shapes under their own names: each was described once for every shape that holds it."""
    shapes: dict[str, Any] = spec["components"]["schemas"]
    names = {name: _short(name, shapes) for name in shapes}
    text = re.sub(
        r'"#/components/schemas/([^"]+)"',
        lambda found: f'"#/components/schemas/{names[found[1]]}"',
        json.dumps(spec),
    )
    spec = json.loads(text)
    renamed = {names[name]: shape for name, shape in spec["components"]["schemas"].items()}
    spec["components"]["schemas"] = dict(sorted(renamed.items()))
    return spec


def _short(name: str, shapes: Mapping[str, Any]) -> str:
    """The last part of a nested name, unless another shape has that name too."""
    short = name.rpartition(".")[2]
    alike = [shape for other, shape in shapes.items() if other.rpartition(".")[2] == short]
    return short if len({_plain(shape) for shape in alike}) == 1 else name.replace(".", "")


def _plain(shape: Any) -> str:
    """A shape as text in which what it holds has its short name."""
    return re.sub(r'schemas/[^"]*\.', "schemas/", json.dumps(shape, sort_keys=True))
