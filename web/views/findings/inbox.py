"""The conflict inbox: what gates that decided alone left for a person to look at, and how it is settled."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from flask_login import current_user
from werkzeug.wrappers import Response

from domain.alert import KIND_NAMES, AlertKind
from domain.errors import InputError
from domain.remedy import NEEDS_NOTE, REMEDY_NAMES, Remedy
from web.services.findings import alerts, quarantine
from web.services.findings.alerts import AlertDetail, Wanted
from web.services.gates.fleet import fleet
from web.services.places import places
from web.views.asking.session import installation, scope
from web.views.every_page.language import said
from web.views.findings.inbox_words import QUALITIES, evidence_shown, resolution_shown

inbox_pages = Blueprint("inbox", __name__)
inbox_pages.add_app_template_filter(evidence_shown)
inbox_pages.add_app_template_filter(resolution_shown)
_Page = Response | str | tuple[str, int]
_FIELDS = ("venue", "kiosk", "kind", "settled")


@inbox_pages.app_template_global()
def open_alerts() -> int:
    """How many alerts wait for the person who is signed in."""
    return sum(alerts.open_counts(installation(), scope()).values()) if current_user.is_authenticated else 0


@inbox_pages.get("/inbox")
def listed() -> _Page:
    """Open alerts, newest first; or those that were settled."""
    asked = {name: request.args.get(name, "")[:64] for name in _FIELDS}
    kinds = tuple(kind.value for kind in alerts.SHOWN if kind == asked["kind"])
    wanted = Wanted(asked["venue"], asked["kiosk"], kinds, asked["settled"] == "1")
    found = alerts.listed(installation(), scope(), wanted, before=request.args.get("before", ""))
    return render_template(
        "inbox/list.html",
        found=found,
        asked=asked,
        query={name: value for name, value in asked.items() if value},
        before=request.args.get("before", ""),
        counts=alerts.open_counts(installation(), scope()),
        kinds=[(kind, KIND_NAMES[kind]) for kind in alerts.SHOWN],
        kind_names=KIND_NAMES,
        venues=places.venues(installation(), scope()),
        kiosks=fleet.listed(installation(), scope()),
        quarantined=quarantine.open_count(installation(), scope()),
    )


@inbox_pages.get("/inbox/<int:alert_id>")
def alert(alert_id: int) -> _Page:
    """One alert: its sentence, its evidence, and what can be done."""
    return _shown(alerts.detail(installation(), scope(), alert_id))


@inbox_pages.post("/inbox/<int:alert_id>/settle")
def settle(alert_id: int) -> _Page:
    """Do what was chosen."""
    note = request.form.get("note", "")
    detail = alerts.detail(installation(), scope(), alert_id)
    remedy = request.form.get("remedy", "")
    try:
        chosen = alerts.settle(installation(), scope(), current_user.get_id(), alert_id, remedy, note)
    except InputError as error:
        return _shown(detail, {error.field: said(error.sentence)}, remedy, note), 400
    if chosen is Remedy.PROPOSE_HOLD and (visitor := _visitor_of(detail)):
        flash(gettext("Settled. Here a hold can be proposed."))
        return redirect(url_for("visitors.visitor", visitor_id=visitor), 303)
    flash(gettext("Settled: %(what)s.", what=said(REMEDY_NAMES[chosen])))
    return redirect(url_for("inbox.listed"), 303)


@inbox_pages.post("/inbox/<int:alert_id>/reopen")
def reopen(alert_id: int) -> _Page:
    """Open a settled alert again."""
    alerts.reopen(installation(), scope(), alert_id)
    return redirect(url_for("inbox.alert", alert_id=alert_id), 303)


def _shown(detail: AlertDetail, wrong: dict[str, str] | None = None, remedy: str = "", note: str = "") -> str:
    # Without knowing who it was, there is nobody to hold.
    offered = [r for r in detail.remedies if r is not Remedy.PROPOSE_HOLD or _visitor_of(detail)]
    if detail.row.kiosk_revoked:
        offered = [one for one in offered if one not in (Remedy.REVOKE_KIOSK, Remedy.ASK_AGAIN)]
    kiosks = {unit.id: unit.name for unit in fleet.listed(installation(), scope())}
    return render_template(
        "inbox/alert.html",
        detail=detail,
        alert=detail.row,
        kind_names=KIND_NAMES,
        remedies=[(one, REMEDY_NAMES[one], one in NEEDS_NOTE) for one in offered],
        qualities=QUALITIES,
        kiosks=kiosks,
        is_pair=detail.row.kind is AlertKind.TWO_GATES,
        wrong=wrong or {},
        remedy=remedy,
        note=note,
    )


def _visitor_of(detail: AlertDetail) -> str:
    return next((side.visitor_id for side in reversed(detail.sides) if side.masked_name), "")
