"""The description of the API: for programs as OpenAPI, for people as a page of our own without any script."""

from __future__ import annotations

from typing import Any, cast

from apiflask import APIFlask
from flask import Blueprint, Response, current_app, jsonify, render_template

from domain.wording import Sentence
from web.api.describing import chinese
from web.services.access.names import RIGHT_NAMES
from web.views.every_page.problems import explained

api_docs = Blueprint("api_docs", __name__, url_prefix="/api")
DOCS = ("api_docs.description", "api_docs.page")


@api_docs.get("/openapi.json")
def description() -> Response:
    """The description as OpenAPI 3.1; it names nobody, and no token is needed to read it."""
    response = jsonify(_spec())
    response.headers["Cache-Control"] = "public, max-age=300"
    return response


@api_docs.get("/docs")
def page() -> str:
    """The description to read."""
    spec = _spec()
    return render_template(
        "connect/docs.html",
        spec=spec,
        tags=[(_subject(tag["name"]), _operations(spec, tag["name"])) for tag in spec["tags"]],
        problems=explained(),
        right_names={right.value: name for right, name in RIGHT_NAMES.items()},
    )


def _subject(name: str) -> Sentence:
    return Sentence(name, chinese.SUBJECTS[name])


def _spec() -> dict[str, Any]:
    """Made once for an app: its operations stay as they are."""
    kept = current_app.extensions.get("api_description")
    if kept is None:
        kept = current_app.extensions["api_description"] = cast(APIFlask, current_app).spec
    return cast(dict[str, Any], kept)


def _operations(spec: dict[str, Any], tag: str) -> list[tuple[str, str, dict[str, Any]]]:
    return [
        (method.upper(), path, operation)
        for path, methods in spec["paths"].items()
        for method, operation in methods.items()
        if tag in operation.get("tags", ())
    ]
