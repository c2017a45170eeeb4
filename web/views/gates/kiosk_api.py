"""What kiosks ask and tell: they submit and pull, nothing else (design §5.5, §6)."""

from __future__ import annotations

import contextlib
import gzip
import json
from typing import cast

import structlog
from flask import Blueprint, Response, g, jsonify, make_response, request
from flask_limiter import RateLimitExceeded
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge

from domain.canonical import SAFE_INTEGER, exact_json
from domain.errors import CodePlaceError, InputError
from domain.facts_page import FactsPlace
from domain.spot_check import shown_json
from domain.witness import proof_texts
from web.db.connecting.connection import DatabaseAwayError, DatabaseError, is_away
from web.db.connecting.writer import TransactionLostError
from web.services.errors import GoneError, NotFoundError
from web.services.gates import gaps, gate_facts, gates, ingest, pacing, venue_news, witness
from web.services.gates.fleet import rotation, vitals
from web.services.gates.gates import Gate
from web.services.logs import witnessing
from web.views.asking.extensions import csrf, limiter
from web.views.asking.session import installation, now_ms
from web.views.every_page.problems import GATES

_STATUS: dict[type[CodePlaceError], int] = {InputError: 400, NotFoundError: 404, GoneError: 410}
_AWAY_S = 2
_FAST = 1  # of nine: a snapshot of 100,000 visitors waits for it
blueprint = Blueprint("kiosk_api", __name__, url_prefix="/api/v1/kiosks")
csrf.exempt(blueprint)  # kiosks carry a credential of their own and no cookie


@blueprint.post("/enrol")
@limiter.limit("20 per minute")
def enrol() -> Response:
    """Trade a one-time token for a kiosk's own credential."""
    told = _json()
    enrolled = gates.enrol(installation(), _text(told, "token"), _text(told, "name"), _text(told, "version"))
    response = jsonify(
        kiosk_id=enrolled.kiosk_id,
        credential=enrolled.credential,
        entrance={
            "id": enrolled.entrance_id,
            "name": enrolled.entrance_name,
            "venue_id": enrolled.venue_id,
            "venue_name": enrolled.venue_name,
        },
    )
    response.status_code = 201
    return response


@blueprint.get("/self/bundle")
def bundle() -> Response:
    """The signed bundle, or 304 when the kiosk has it already."""
    note = gates.bundle(installation(), _gate(), _number("have"))
    if note is None:
        return make_response("", 304)
    response = make_response(note)
    response.mimetype = "text/plain"
    return response


@blueprint.get("/self/facts")
def facts() -> Response:
    """The signed page of changes to visitors after the kiosk's place, or 204 when there are none."""
    place = FactsPlace(request.args.get("epoch", ""), _number("after"))
    note = gate_facts.page(installation(), _gate(), place)
    if note is None:
        return make_response("", 204)
    is_packed = request.accept_encodings.quality("gzip") > 0
    response = make_response(gzip.compress(note, _FAST, mtime=0) if is_packed else note)
    response.mimetype = "text/plain"
    if is_packed:
        response.headers["Content-Encoding"] = "gzip"
    return response


@blueprint.get("/self/venue")
def venue() -> Response:
    """What passed at the kiosk's venue today, after the place it knows of."""
    after = (_number("after_ms"), request.args.get("after_id", "")[:36])
    told = venue_news.news(installation(), _gate(), after)
    return jsonify(venue_id=told.venue_id, passages=told.passages, after=told.after, more=told.more)


@blueprint.post("/self/entries")
def entries() -> Response:
    """Take a batch; 200 whenever the batch was understood, with a result for each item."""
    asked = _json()
    batch, told = _list(asked.get("entries"), "entries"), _list(asked.get("gaps", []), "gaps")
    if len(batch) > ingest.ENTRIES_MOST or (request.content_length or 0) > ingest.BODY_MOST:
        raise RequestEntityTooLarge
    told_log = witnessing.told_of(asked.get("log"))
    unknown = witness.unknown(installation(), _gate(), _list(asked.get("settled", []), "settled"))
    done = ingest.ingest(installation(), _gate(), batch, told[: gaps.MOST])
    shown = witnessing.heard(installation(), _gate(), told_log) if told_log else None
    return jsonify(
        now_ms=now_ms(),
        results=[{"id": r.id, "status": r.status, "detail": r.detail} for r in done.results],
        highest_seq=done.highest_seq,
        missing=[list(gap) for gap in done.missing],
        checkpoint=(shown.note or None) if shown else done.checkpoint,
        consistency=proof_texts(shown.proof) if shown and shown.proof is not None else None,
        leaf=shown_json(shown.leaf) if shown and shown.leaf is not None else None,
        gaps=done.gaps,
        unknown=unknown,
    )


@blueprint.post("/self/heartbeat")
def heartbeat() -> Response:
    """Note how the kiosk is, and tell it the time, the newest bundle and what was lost here."""
    told = _json()
    said = gates.heartbeat_of(told)
    heard = gates.heard(installation(), _gate(), said, vitals.columns(vitals.vitals_of(told)))
    missing = ingest.lost(installation(), _gate(), said.settled_seq)
    return jsonify(
        now_ms=now_ms(),
        bundle_seq=heard.bundle_seq,
        facts_epoch=heard.facts.epoch,
        facts_seq=heard.facts.seq,
        missing=[list(span) for span in missing],
        rotate=heard.rotate,
        next_s=pacing.every_s(installation()),
        venue=heard.venue,
    )


@blueprint.post("/self/rotate")
def rotate() -> Response:
    """A new credential; the one that asked is good until the new one was used."""
    return jsonify(credential=rotation.given(installation(), _gate()))


@blueprint.before_request
def authenticate() -> Response | None:
    """401 unless a live kiosk's credential came along; only enrolment needs none."""
    if request.endpoint == f"{blueprint.name}.{enrol.__name__}":
        return None
    scheme, _, credential = request.headers.get("Authorization", "").partition(" ")
    gate = gates.gate_of(installation(), credential) if scheme == "Bearer" and credential else None
    if gate is None:
        return _problem(401, "This kiosk is not known here, or was revoked.")
    g.gate = gate
    return None


@blueprint.errorhandler(CodePlaceError)
def refused(error: CodePlaceError) -> Response:
    """What cannot be done, as problem details."""
    status = next((code for kind, code in _STATUS.items() if isinstance(error, kind)), 503)
    return _problem(status, error.sentence.en, error.sentence.zh)


@blueprint.errorhandler(DatabaseAwayError)
@blueprint.errorhandler(TransactionLostError)
def away(error: DatabaseError) -> Response:
    """A database that is away or full: nothing was kept, and the kiosk comes again."""
    if not is_away(error):
        raise error
    structlog.get_logger().error("database_failed", kind=type(getattr(error, "orig", None) or error).__name__)
    response = _problem(503, "The database cannot be written now.", "数据库暂时无法写入。")
    response.headers["Retry-After"] = str(_AWAY_S)
    return response


@blueprint.errorhandler(500)
@blueprint.errorhandler(HTTPException)
def failed(error: HTTPException) -> Response:
    """Everything else, in the same shape."""
    response = _problem(error.code or 500, error.name)
    if isinstance(error, RateLimitExceeded):
        response.headers["Retry-After"] = str(error.limit.limit.get_expiry())
    return response


@blueprint.before_app_request
def unknown() -> Response | None:
    """No address or method of ours: belongs to no blueprint, and a program still gets no page."""
    error = request.routing_exception
    ours = request.path.startswith(GATES) and isinstance(error, HTTPException)
    if not ours or error is None:
        return None
    response = _problem(error.code or 404, error.name)
    for name, value in error.get_headers():
        if name == "Allow":
            response.headers[name] = value
    return response


def _problem(status: int, detail: str, detail_zh: str = "") -> Response:
    """One error shape for programs (RFC 9457)."""
    response = jsonify(type="about:blank", status=status, detail=detail, detail_zh=detail_zh or detail)
    response.status_code = status
    response.mimetype = "application/problem+json"
    return response


def _number(name: str) -> int:
    """A number of the query that every database can hold; anything else is the beginning."""
    asked = request.args.get(name, 0, type=int)
    return asked if 0 <= asked <= SAFE_INTEGER else 0


def _gate() -> Gate:
    return cast(Gate, g.gate)


def _json() -> dict[str, object]:
    value = _read(request.get_data()) if request.is_json else None
    if not isinstance(value, dict):
        raise InputError("body", "The body is not a JSON object.", "请求内容不是 JSON 对象。")
    return value


def _read(body: bytes) -> object:
    with contextlib.suppress(ValueError):
        return exact_json(body)
    try:  # it takes more: one lone surrogate must not keep 499 entries from arriving
        return json.loads(body)
    except (ValueError, RecursionError):  # a hundred thousand brackets: no batch, and no fault of ours
        return None


def _list(value: object, name: str) -> list[object]:
    if not isinstance(value, list):
        raise InputError(name, f"{name} is not a list.", f"{name} 不是列表。")
    return value


def _text(told: dict[str, object], name: str) -> str:
    value = told.get(name)
    if not isinstance(value, str) or len(value) > 200:
        raise InputError(name, f"{name} is not a text of at most 200 characters.", f"字段 {name} 无效。")
    return value
