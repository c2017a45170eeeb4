"""How long data is kept, what a legal hold keeps longer, and the certificates of what was erased."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from flask import Response
from pydantic import Field

from domain.access import Right
from domain.keeping import Node, NodeKind, Purpose
from web.api.declaring.calling import account, scope
from web.api.declaring.operations import Operations
from web.api.declaring.purposes import named
from web.api.declaring.shapes import WHOLE, Given, Id, Line, Loose, Made, list_of, told
from web.services.errors import NotFoundError
from web.services.keeping import legal_holds, rules
from web.services.keeping.purging import preview, runs
from web.services.keeping.purging.preview import Preview
from web.services.keeping.purging.runs import Run
from web.services.keeping.rules import Change, Shown
from web.services.logs.purposes import Act
from web.views.asking.session import installation

keeping_api = Operations("keeping", "Keeping data")
Keeping = told(Shown, "Keeping")
KeepingPreview = told(Preview, "KeepingPreview")
# The reason of a hold may name somebody.
LegalHold = told(legal_holds.Hold, "LegalHold", "reason", "name")
Erasure = told(Run, "Erasure", "certificate")
_Purpose = named(Act.LEGAL_HOLD)
_Days = Annotated[int, Field(ge=1, le=36_500), WHOLE]


class KeepingGiven(Given):
    """How many days something is kept at a place; `most` bounds what is below an area. null: as above it."""

    purpose: Annotated[Purpose, Loose]
    days: _Days | None
    most: _Days | None = None

    def read(self) -> Change:
        """The same as the service takes it."""
        return Change(self.purpose, self.days, self.most)


class LegalHoldGiven(Given):
    """What a case needs: one visitor, or a venue's days (2026-11-20), both included."""

    subject: Literal["visitor", "venue"]
    subject_id: Id
    purpose: _Purpose  # type: ignore[valid-type]
    reason: Annotated[str, Field(max_length=500)]
    from_day: Line = ""
    until_day: Line = ""


@keeping_api.read("/keeping/<kind>/<place_id>", Right.SEE_RULES, Keeping)
def show_keeping(kind: str, place_id: str) -> Any:
    """How long each kind of data is kept at a place, and who decided it; kind: area, enterprise or venue."""
    return rules.shown(installation(), scope(), _node(kind, place_id))


@keeping_api.act("/keeping/<kind>/<place_id>/preview", Right.SEE_RULES, KeepingPreview, takes=KeepingGiven)
def preview_keeping(kind: str, place_id: str, given: KeepingGiven) -> Any:
    """How much the next run would erase with another number of days; nothing is changed."""
    return preview.preview(installation(), scope(), _node(kind, place_id), given.read())


@keeping_api.change("/keeping/<kind>/<place_id>", Right.EDIT_KEEPING, takes=KeepingGiven)
def change_keeping(kind: str, place_id: str, given: KeepingGiven) -> None:
    """Keep one kind of data for another number of days."""
    rules.change(installation(), scope(), account().id, _node(kind, place_id), given.read())


@keeping_api.read("/legal-holds", Right.SEE_DEEDS, list_of(LegalHold, "LegalHolds"))
def list_legal_holds() -> Any:
    """What is kept for a case, whatever its time."""
    return {"items": legal_holds.listed(installation(), scope())}


@keeping_api.make("/legal-holds", Right.EDIT_KEEPING, Made, takes=LegalHoldGiven)
def set_legal_hold(given: LegalHoldGiven) -> Any:
    """Keep something for a case."""
    held = legal_holds.Given(**given.model_dump())
    return {"id": legal_holds.set_hold(installation(), scope(), account().id, held)}


@keeping_api.act("/legal-holds/<legal_hold_id>/lift", Right.EDIT_KEEPING)
def lift_legal_hold(legal_hold_id: str) -> None:
    """Let it be erased in its time again; somebody else than who set it."""
    legal_holds.lift(installation(), scope(), account().id, legal_hold_id)


@keeping_api.read("/erasures", Right.SEE_DEEDS, list_of(Erasure, "Erasures"))
def list_erasures() -> Any:
    """The runs that erased something, the newest first."""
    return {"items": runs.listed(installation(), scope())}


@keeping_api.file("GET", "/erasures/<run_id>/certificate", Right.SEE_DEEDS, ("text/plain",))
def erasure_certificate(run_id: str) -> Response:
    """The signed certificate of a run; anybody checks it offline."""
    text = runs.run(installation(), scope(), run_id).certificate
    response = Response(text, mimetype="text/plain")
    response.headers.set("Content-Disposition", "attachment", filename=f"erased-{run_id[:8]}.txt")
    return response


def _node(kind: str, place_id: str) -> Node:
    if kind not in set(NodeKind):
        raise NotFoundError
    return Node(NodeKind(kind), place_id)
