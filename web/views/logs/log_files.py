"""The log's public files, and the proof of one entry for staff: where it is in the log, as a file to take."""

from __future__ import annotations

import json
from pathlib import Path

from flask import Blueprint, Response, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from domain.errors import TamperedError
from domain.evidence import opened_evidence
from domain.log import leaf_hash
from domain.wording import Sentence
from web.services.errors import NotFoundError
from web.services.logs import log_head, log_proving, log_tiles, witnessing
from web.services.logs.checking import entry_checks, nightly
from web.services.logs.purposes import NOTE_MOST, Act, choices
from web.services.logs.witnessing import Witnesses
from web.views.asking.session import installation, now_ms, scope

# For everybody: hashes and signatures say nothing about anybody, and gates and auditors need them.
log_files = Blueprint("log_files", __name__, url_prefix="/log")
log_proofs = Blueprint("log_proofs", __name__)

# Beside the packages: they import nothing of this product.
_DOCS = Path(__file__).parents[3] / "docs"
_VERIFIERS = ("verify_log", "verify_certificate", "verify_export")
_FOREVER = "public, max-age=31536000, immutable"


@log_files.get("/checkpoint")
def checkpoint() -> Response:
    """The newest signed head."""
    response = Response(log_proving.head(installation()), content_type="text/plain; charset=utf-8")
    response.headers["Cache-Control"] = "public, max-age=1"
    return response


@log_files.get("/key")
def key() -> Response:
    """The log's verifier keys, one a line, the one that signs now first."""
    lines = "".join(f"{found.text}\n" for found in log_proving.log_keys(installation()))
    return Response(lines, content_type="text/plain; charset=utf-8")


@log_files.get("/<name>.py")
def verifier(name: str) -> Response:
    """The program by which a stranger checks what this log proves, offline."""
    if name not in _VERIFIERS:
        raise NotFoundError
    return send_file(_DOCS / f"{name}.py", mimetype="text/x-python", as_attachment=True)


@log_files.get("/tile/<level>/<path:place>")
def tile(level: str, place: str) -> Response:
    """A tile of hashes."""
    return _kept(log_tiles.hashes(installation(), level, place), _FOREVER)


@log_proofs.get("/log/tile/entries/<path:place>")
def leaves(place: str) -> Response:
    """A bundle of leaves, for those who look after everything: leaves of all venues stand together."""
    return _kept(log_tiles.leaves_for(installation(), scope().area_path, place), "private, max-age=3600")


@log_proofs.get("/entries/<entry_id>/proof")
def proof(entry_id: str) -> ResponseReturnValue:
    """Where an entry is in the log, and its files."""
    place = log_proving.place(installation(), scope(), entry_id)
    return render_template(
        "log/proof.html",
        place=place,
        check=entry_checks.checked(installation(), scope(), entry_id),
        purposes=choices(Act.UNMASK),
        key=log_proving.log_keys(installation())[0].text,
    )


@log_proofs.get("/entries/<entry_id>/evidence.json")
def evidence(entry_id: str) -> ResponseReturnValue:
    """The evidence without the private record; what proves nothing is told on the page instead."""
    try:
        return _attached(entry_id, log_proving.evidence(installation(), scope(), entry_id))
    except TamperedError:
        return _told(entry_id)


@log_proofs.get("/entries/<entry_id>/sheet")
def sheet(entry_id: str) -> ResponseReturnValue:
    """The evidence on paper, without the private record: told from the leaf, and not from the entry's row."""
    inst = installation()
    try:
        text = log_proving.evidence(inst, scope(), entry_id)
    except TamperedError:
        return _told(entry_id)
    shown = log_proving.verified(inst, text)
    return render_template(
        "log/sheet.html",
        place=log_proving.place(inst, scope(), entry_id),
        shown=shown,
        leaf=json.loads(shown.leaf),
        leaf_hash=leaf_hash(shown.leaf).hex(),
        proof=opened_evidence(text).proof.decode(),
        verifier=url_for("log_files.verifier", name="verify_log", _external=True),
        now_ms=now_ms(),
    )


@log_proofs.post("/entries/<entry_id>/evidence")
def disclosed(entry_id: str) -> ResponseReturnValue:
    """The evidence with the private record: the log says first who took it, and what for."""
    purpose = request.form.get("purpose", "")
    if purpose not in choices(Act.UNMASK):
        return _told(entry_id, "purpose")
    account = current_user.get_id()
    # A page lets nobody write more than this.
    note = request.form.get("note", "")[:NOTE_MOST]
    try:
        made = log_proving.disclosed(installation(), scope(), entry_id, account, purpose, note)
    except TamperedError:
        return _told(entry_id)
    return _attached(entry_id, made)


@log_files.app_template_global()
def log_trouble() -> Sentence | None:
    """Why the log signs nothing now, if so."""
    return log_head.told(installation())


@log_files.app_template_global()
def log_witnesses() -> Witnesses:
    """How gates that the account sees confirm the log."""
    return witnessing.witnesses(installation(), scope())


@log_files.app_template_global()
def log_check() -> nightly.Standing:
    """What the last check of the whole log found, as far as the account may be told."""
    return nightly.standing(installation(), scope())


def _told(entry_id: str, ask: str | None = None) -> ResponseReturnValue:
    return redirect(url_for("log_proofs.proof", entry_id=entry_id, ask=ask), 303)


def _kept(content: bytes, how: str) -> Response:
    response = Response(content, content_type="application/octet-stream")
    response.headers["Cache-Control"] = how
    return response


def _attached(entry_id: str, text: bytes) -> Response:
    response = Response(text, content_type="application/json")
    response.headers["Content-Disposition"] = f"attachment; filename=evidence-{entry_id}.json"
    response.headers["Cache-Control"] = "no-store"
    return response
