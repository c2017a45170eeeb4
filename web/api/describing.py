"""The description of the API (OpenAPI 3.1), tidied: one Problem, short names, what every call may carry."""

from __future__ import annotations

import json
from typing import Any

from apiflask import APIFlask

from web.api.repeating import HEADER

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
            "token": {"type": "http", "scheme": "bearer", "description": "A token made on the page Connect."}
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
    return spec


def _completed(method: str, operation: dict[str, Any]) -> None:
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
    schemas: dict[str, Any] = spec["components"]["schemas"]
    long = sorted(name for name in schemas if "." in name)
    names: dict[str, str] = {}
    for name in long:
        short = name.rpartition(".")[2]
        names[name] = short
    text = json.dumps(spec)
    for name in sorted(names, key=len, reverse=True):
        text = text.replace(f'"#/components/schemas/{name}"', f'"#/components/schemas/{names[name]}"')
    spec = json.loads(text)
    schemas = spec["components"]["schemas"]
    for name, short in names.items():
        shape = schemas.pop(name)
        if schemas.setdefault(short, shape) != shape:
            raise ValueError(f"two shapes are called {short}")
    spec["components"]["schemas"] = dict(sorted(schemas.items()))
    return spec
