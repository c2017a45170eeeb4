"""Kiosks: enrolled, looked at, renamed, moved, given new credentials, withdrawn."""

from __future__ import annotations

from typing import Any

from domain.access import Right
from web.api.declaring.calling import account, scope
from web.api.declaring.operations import Operations
from web.api.declaring.paging import Paging, paged
from web.api.declaring.shapes import Given, Id, Line, Told, page_of, told
from web.services.desk.filtering import filters
from web.services.desk.filtering.filters import Filter
from web.services.gates import arriving, gates
from web.services.gates.fleet import fleet, rotation
from web.services.gates.fleet.fleet_values import Detail, Presence, Unit, Watched
from web.store.gates.fleet import Wanted
from web.views.asking.session import installation

kiosks_api = Operations("kiosks", "Kiosks")
Kiosk = told(Unit, "Kiosk")
EnrolmentState = told(Watched, "EnrolmentState")
KioskWhole = told(Detail, "KioskDetail", "doors")


class KiosksAsked(Paging):
    """Which kiosks."""

    enterprise_id: Id = ""
    venue_id: Id = ""
    state: Presence | None = None


class NameGiven(Given):
    """A new name."""

    name: Line


class PlaceGiven(Given):
    """Where a kiosk stands from now on."""

    entrance_id: Id


class Enrolment(Told):
    """What a kiosk reads to enrol: good once, until then; also as a picture (SVG). `ticket` is its name."""

    text: str
    expires_ms: int
    svg: str
    ticket: str


@kiosks_api.read("/kiosks", Right.SEE_GATES, page_of(Kiosk, "KioskPage"), query=KiosksAsked)
def list_kiosks(asked: KiosksAsked) -> Any:
    """The kiosks in scope and how they are, by name."""
    here = Filter(enterprise_id=asked.enterprise_id, venue_id=asked.venue_id)
    filters.expect_visible(installation(), scope(), here)
    wanted = Wanted(asked.enterprise_id, asked.venue_id)
    rows = fleet.listed(installation(), scope(), wanted, asked.state or "")
    return paged(installation(), "kiosks", rows, lambda unit: (unit.name, unit.id), asked)


@kiosks_api.read("/kiosks/<kiosk_id>", Right.SEE_GATES, KioskWhole)
def show_kiosk(kiosk_id: str) -> Any:
    """One kiosk: how it is, its alerts, where it stood."""
    return fleet.detail(installation(), scope(), kiosk_id)


@kiosks_api.make("/entrances/<entrance_id>/enrolments", Right.EDIT_GATES, Enrolment)
def create_enrolment(entrance_id: str) -> Any:
    """A one-time code with which a kiosk enrols at an entrance."""
    made = gates.new_enrolment(installation(), scope(), entrance_id)
    ticket = arriving.ticket_of(made.text)
    return {"text": made.text, "expires_ms": made.expires_ms, "svg": made.svg, "ticket": ticket}


@kiosks_api.read("/enrolments/<ticket>", Right.EDIT_GATES, EnrolmentState)
def show_enrolment(ticket: str) -> Any:
    """Whether the kiosk for which a code was made has enrolled, and which one it is."""
    return arriving.watched(installation(), scope(), ticket)


@kiosks_api.change("/kiosks/<kiosk_id>/name", Right.EDIT_GATES, takes=NameGiven)
def rename_kiosk(kiosk_id: str, given: NameGiven) -> None:
    """Rename a kiosk."""
    fleet.rename(installation(), scope(), kiosk_id, given.name)


@kiosks_api.change("/kiosks/<kiosk_id>/place", Right.EDIT_GATES, takes=PlaceGiven)
def move_kiosk(kiosk_id: str, given: PlaceGiven) -> None:
    """Let a kiosk stand at another entrance; what it made before stays with its old one."""
    fleet.move(installation(), scope(), kiosk_id, given.entrance_id, account().id)


@kiosks_api.act("/kiosks/<kiosk_id>/rotate", Right.EDIT_GATES)
def rotate_kiosk(kiosk_id: str) -> None:
    """Let a kiosk fetch a new credential with its next contact."""
    rotation.ask(installation(), scope(), kiosk_id)


@kiosks_api.act("/kiosks/<kiosk_id>/revoke", Right.EDIT_GATES)
def revoke_kiosk(kiosk_id: str) -> None:
    """Withdraw a kiosk: it can no longer send or fetch anything."""
    gates.revoke_kiosk(installation(), scope(), kiosk_id, account().id)
