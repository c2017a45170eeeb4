"""Answers that are files to keep."""

from __future__ import annotations

from flask import Response


def attached(body: bytes, mime: str, name: str) -> Response:
    """A file under a name that holds nothing about anybody."""
    response = Response(body, mimetype=mime)
    response.headers.set("Content-Disposition", "attachment", filename=name)
    return response
