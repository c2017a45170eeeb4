"""The site under the scanner: over TLS, without limits on requests, and with a line for each of them.

`python -m tests.scan.site build HOME URL` makes the data and says as JSON who scans, from where, and which
routes there are for each; `… serve HOME URL LOG` serves it, always from the moment at which it was built.
Limits are tried elsewhere (tests/web/pages), and would hide from the scanner what is behind them.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import TextIO
from urllib.parse import urlsplit

from flask import Flask, Response, g, request
from flask_wtf.csrf import generate_csrf
from werkzeug.serving import WSGIRequestHandler, make_server

from tests.scan.certificate import certificate
from tests.scan.world import NOBODY, OWNER, SCRIPTS, at_home, filled, may, scanners, served_from_ms
from web.app import create_app
from web.background import Background
from web.views.access import Access, Open
from web.views.asking.extensions import limiter
from web.views.asking.guarding import access_table, let_in

_BY_SCRIPT = {
    "/me/own": '<input name="lang" value="en">',
    "/me/own/card": '<input name="kind" value="pdf">',
    "/me/own/credentials": '<input name="kind" value="Training"><input name="since_day" value="2026-11-18">',
    "/me/own/credentials/withdraw": '<input name="credential" value="nothing">',
    "/me/own/travels": '<input name="area" value="Harbour"><input name="day" value="2026-11-18">',
    "/me/own/data": '<input name="own-name" value="Ann"><input name="own-phone" value="13800138000">',
    "/me/own/export": '<input name="form" value="json">',
    "/me/own/withdraw": '<input name="visit" value="nothing">',
    "/me/own/erase": '<input name="sure" value="0">',
    "/patrol/reads": '<input type="file" name="picture">',
    "/patrol/whose": '<input name="texts" value="[]"><input name="entrance" value="">',
}


def build(home: Path, url: str) -> None:
    """Make the data; the last line says all that the scanner has to know."""
    home.mkdir()
    inst = at_home(home, url)
    own = filled(inst)
    app = create_app(inst)
    who = {name: asdict(one) for name, one in scanners(inst, app, own).items()}
    table = access_table(app)
    for name in (NOBODY, OWNER):
        who[name] |= {
            "pages": sorted(_routes(app, table, name, "GET")),
            "forms": sorted(_routes(app, table, name, "POST")),
        }
    inst.close()
    certificate(home)
    print(json.dumps(who), flush=True)


def serve(home: Path, url: str, log: Path) -> None:
    """Serve until the process is ended."""
    inst = at_home(home, url, served_from_ms())
    app = create_app(inst)
    limiter.enabled = False
    with log.open("w", encoding="utf-8", buffering=1) as lines:
        _noted(app, lines)
        app.add_url_rule(SCRIPTS, "forms_of_scripts", _forms_of_scripts)
        let_in(app, {"forms_of_scripts": Access(Open.PUBLIC, Open.PUBLIC)})
        # What is ordered is made, as on any site.
        Background(inst)
        files = (str(home / "scan.crt"), str(home / "scan.key"))
        port = urlsplit(url).port or 443
        server = make_server("127.0.0.1", port, app, threaded=True, request_handler=_Quiet, ssl_context=files)
        server.serve_forever()


def _forms_of_scripts() -> str:
    token = f'<input type="hidden" name="csrf_token" value="{generate_csrf()}">'
    return "".join(
        f'<form method="post" action="{action}" enctype="multipart/form-data">{token}{fields}</form>'
        for action, fields in _BY_SCRIPT.items()
    )


class _Quiet(WSGIRequestHandler):
    """Keeps one connection for many requests, and does not tell each: the log does."""

    protocol_version = "HTTP/1.1"

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """See werkzeug."""


def _routes(app: Flask, table: Mapping[str, Access], who: str, method: str) -> set[str]:
    return {
        rule.endpoint
        for rule in app.url_map.iter_rules()
        if method in (rule.methods or ())
        and may(who, table[rule.endpoint], method)
        and not rule.endpoint.endswith("static")
    }


def _noted(app: Flask, lines: TextIO) -> None:
    """Write down each answered request: method, endpoint, status, milliseconds, what became of its form."""

    def begun() -> None:
        g.begun = time.monotonic()

    def ended(answer: Response) -> Response:
        ms = round((time.monotonic() - g.begun) * 1000)
        # Set by the extension once the token of a form was right.
        is_form = request.method not in ("GET", "HEAD", "OPTIONS")
        said = "asked" if not is_form else "valid" if g.get("csrf_valid") else "no-token"
        onward = urlsplit(answer.location or "").path
        lines.write(
            f"{request.method}\t{request.endpoint or '-'}\t{answer.status_code}\t{ms}\t{said}\t{onward}\n"
        )
        return answer

    app.before_request_funcs.setdefault(None, []).insert(0, begun)
    app.after_request_funcs.setdefault(None, []).append(ended)


if __name__ == "__main__":
    if sys.argv[1] == "build":
        build(Path(sys.argv[2]), sys.argv[3])
    else:
        serve(Path(sys.argv[2]), sys.argv[3], Path(sys.argv[4]))
