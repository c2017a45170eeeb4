"""How long data is kept: rules with a preview, legal holds, certificates, and what people asked for."""

from __future__ import annotations

from flask import Blueprint, Response, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_login import current_user

from domain.errors import InputError
from domain.keeping import DAYS_LEAST, DAYS_MOST, Node, NodeKind, Purpose, may_stand
from web.services.keeping import legal_holds, requests, rules
from web.services.keeping.purging import preview, runs
from web.services.keeping.rules import Change
from web.services.logs import purposes
from web.services.logs.purposes import Act
from web.services.places import places
from web.store.keeping.legal_holds import VENUE, VISITOR
from web.views.asking.session import installation, scope
from web.views.every_page.language import said
from web.views.keeping import keeping_words

keeping = Blueprint("keeping", __name__)


@keeping.get("/keeping")
def overview() -> ResponseReturnValue:
    """The rules of the node that the account looks after."""
    here = scope()
    if here.enterprise_id:
        return redirect(url_for("keeping.page", kind=NodeKind.ENTERPRISE, identity=here.enterprise_id))
    area_id = here.area_path.strip("/").split("/")[-1]
    if not area_id:
        abort(404)
    return redirect(url_for("keeping.page", kind=NodeKind.AREA, identity=area_id))


@keeping.get("/keeping/<kind>/<identity>")
def page(kind: str, identity: str) -> ResponseReturnValue:
    """The rules of one node."""
    return _shown(_node(kind, identity))


@keeping.post("/keeping/<kind>/<identity>")
def change(kind: str, identity: str) -> ResponseReturnValue:
    """Show what a rule would erase, or set it when that was seen."""
    node = _node(kind, identity)
    try:
        wanted = _wanted(node)
        seen = preview.preview(installation(), scope(), node, wanted)
        if request.form.get("do") != "save":
            return _shown(node, wanted=wanted, seen=seen)
        rules.change(installation(), scope(), current_user.get_id(), node, wanted)
    except InputError as error:
        return _shown(node, wrong=said(error.sentence)), 422
    flash(gettext("Saved. What is over is erased with the next run, within the hour."))
    return redirect(url_for("keeping.page", kind=kind, identity=identity), 303)


@keeping.get("/keeping/holds")
def holds() -> ResponseReturnValue:
    """Legal holds in scope, and a form for a new one."""
    return _holds()


@keeping.post("/keeping/holds")
def set_hold() -> ResponseReturnValue:
    """Set a hold on a venue's period, or on a visitor."""
    form = request.form
    subject = VISITOR if form.get("visitor") else VENUE
    given = legal_holds.Given(
        subject,
        form.get("visitor", "")[:64] or form.get("venue", "")[:64],
        form.get("reason", "")[:1000],
        form.get("from_day", "")[:10],
        form.get("until_day", "")[:10],
        form.get("purpose", "")[:40],
    )
    try:
        legal_holds.set_hold(installation(), scope(), current_user.get_id(), given)
    except InputError as error:
        return _holds(wrong=said(error.sentence), given=given), 422
    flash(gettext("The hold is in force: nothing it names is erased until somebody else lifts it."))
    return redirect(url_for("keeping.holds"), 303)


@keeping.post("/keeping/holds/<hold_id>/lift")
def lift(hold_id: str) -> ResponseReturnValue:
    """End a hold that somebody else set."""
    try:
        legal_holds.lift(installation(), scope(), current_user.get_id(), hold_id)
    except InputError as error:
        return _holds(wrong=said(error.sentence)), 422
    flash(gettext("The hold is lifted. What is over is erased with the next run."))
    return redirect(url_for("keeping.holds"), 303)


@keeping.get("/keeping/certificates")
def certificates() -> ResponseReturnValue:
    """The runs of erasing in scope."""
    return _page("keeping/certificates.html", runs=runs.listed(installation(), scope()))


@keeping.get("/keeping/certificates/<run_id>.txt")
def certificate(run_id: str) -> ResponseReturnValue:
    """The signed text of a run."""
    run = runs.run(installation(), scope(), run_id)
    response = Response(run.certificate, mimetype="text/plain; charset=utf-8")
    response.headers["Content-Disposition"] = f"attachment; filename=erased-{run.id}.txt"
    return response


@keeping.get("/keeping/requests")
def asked() -> ResponseReturnValue:
    """What people asked about their own data."""
    listed = requests.listed(installation(), scope())
    return _page("keeping/requests.html", requests=listed, purposes=requests.PURPOSES)


def _node(kind: str, identity: str) -> Node:
    if kind not in set(NodeKind):
        abort(404)
    return Node(NodeKind(kind), identity)


def _wanted(node: Node) -> Change:
    purpose = request.form.get("purpose", "")
    if purpose not in set(Purpose) or not may_stand(Purpose(purpose), node.kind):
        abort(400)
    return Change(Purpose(purpose), _days("days"), _days("most") if node.kind is NodeKind.AREA else None)


def _days(name: str) -> int | None:
    typed = request.form.get(name, "").strip()
    if not typed:
        return None
    # Whatever is no number of days is out of bounds, and the service says so.
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) <= 4 else 0


def _shown(
    node: Node, *, wanted: Change | None = None, seen: preview.Preview | None = None, wrong: str = ""
) -> str:
    inst, here = installation(), scope()
    shown = rules.shown(inst, here, node)
    return _page(
        "keeping/page.html",
        shown=shown,
        wanted=wanted,
        seen=seen,
        wrong=wrong,
        below=rules.below(inst, here, node),
        least=DAYS_LEAST,
        most=DAYS_MOST,
        node_names=keeping_words.NODES,
        about=keeping_words.ABOUT,
    )


def _holds(wrong: str = "", given: legal_holds.Given | None = None) -> str:
    inst, here = installation(), scope()
    return _page(
        "keeping/holds.html",
        holds=legal_holds.listed(inst, here),
        venues=places.venues(inst, here),
        purposes=purposes.choices(Act.LEGAL_HOLD),
        given=given,
        wrong=wrong,
        own_account=current_user.get_id(),
        visitor=request.args.get("visitor", "")[:64],
    )


def _page(template: str, **values: object) -> str:
    return render_template(
        template,
        purpose_names=keeping_words.PURPOSES,
        counted=keeping_words.COUNTED,
        causes=keeping_words.CAUSES,
        states=keeping_words.STATES,
        kinds=keeping_words.KINDS,
        ways=keeping_words.WAYS,
        **values,
    )
