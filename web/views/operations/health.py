"""Whether this process can serve now, for whoever distributes requests and starts processes."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify

from web.db.connecting.condition import answers
from web.db.connecting.connection import DatabaseError
from web.db.connecting.looking import Standing
from web.views.asking.extensions import limiter
from web.views.asking.session import installation

health = Blueprint("health", __name__)


@health.get("/health/readiness")
@limiter.exempt
def readiness() -> Response:
    """200 while the database answers, else 503; a replica that is away makes nothing unready.

    `replica` is "none" without one, else how it stands (web/db/connecting/looking.py), with whole seconds
    behind.
    """
    inst = installation()
    try:
        inst.ask(answers)
        standing, behind_ms = inst.replica.standing() if inst.replica else ("none", 0)
    except DatabaseError:
        answer = jsonify(ready=False, database="away")
        answer.status_code = 503
        return answer
    told: dict[str, object] = {"ready": True, "database": "ok", "replica": standing}
    if standing in (Standing.FOLLOWS, Standing.BEHIND):
        told["replica_behind_s"] = round(behind_ms / 1000)
    answer = jsonify(told)
    answer.headers["Cache-Control"] = "no-store"
    return answer
