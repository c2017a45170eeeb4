"""What browsers may keep: files for a year under addresses that change with them, pages only to go back."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path
from typing import Any

from flask import Flask, Response, request
from flask_login import current_user

from web.views.asking.session import cookie_name

_YEAR = "public, max-age=31536000, immutable"
_DAY = "public, max-age=86400"


def register_caching(app: Flask) -> None:
    """Version the addresses of static files, and set Cache-Control where a page did not."""
    folder = Path(app.static_folder or "")

    def version(endpoint: str, values: dict[str, Any]) -> None:
        if endpoint == "static" and "filename" in values:
            values.setdefault("v", _digest(folder / str(values["filename"])))

    app.url_defaults(version)
    app.after_request(_kept)


@cache
def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:12]


def _kept(response: Response) -> Response:
    if request.endpoint in ("static", "bootstrap.static"):
        if response.status_code in (200, 304):
            response.headers["Cache-Control"] = _YEAR if "v" in request.args else _DAY
    elif response.mimetype == "text/html" and "Cache-Control" not in response.headers:
        # What staff saw must not come back with the back button after they signed out.
        signed_in = cookie_name("session") in request.cookies and current_user.is_authenticated
        response.headers["Cache-Control"] = "no-store" if signed_in else "private, no-cache"
    return response
