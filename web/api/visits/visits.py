"""Announced visits, and invitations with which visitors announce themselves."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from flask import Response
from pydantic import Field

from domain.access import Right
from domain.visitor import VisitorClass
from web.api.declaring.calling import account, scope
from web.api.declaring.days import day_of
from web.api.declaring.operations import Operations
from web.api.declaring.shapes import WHOLE, Count, Given, Id, Line, Loose, Made, Query, Told, list_of, told
from web.api.places.posters import FILES, as_file
from web.services.places import places
from web.services.visits import (
    announcing,
    announcing_ends,
    announcing_expected,
    invitations,
    invitations_files,
)
from web.services.visits.announcing import Announced
from web.services.visits.announcing_expected import Day, Detail
from web.services.visits.announcing_times import When
from web.services.visits.announcing_values import Given as Announcement
from web.services.visits.invitations import Given as Invited
from web.services.visits.invitations import Invitation as InvitationRow
from web.views.asking.session import installation

visits_api = Operations("visits", "Visits and invitations")
VisitDay = told(Day, "VisitDay")
VisitWhole = told(Detail, "VisitDetail", "host")
VisitsMade = told(Announced, "VisitsMade")
Invitation = told(InvitationRow, "Invitation", "host")


class WhenGiven(Given):
    """When somebody is expected: one window, or the same hours on weekdays (0 is Monday) up to a last day."""

    day: Line
    from_time: Line = ""
    until_time: Line = ""
    last_day: Line = ""
    weekdays: list[Annotated[int, Field(ge=0, le=6), WHOLE]] = Field(default_factory=list, max_length=7)

    def read(self) -> When:
        """The same as the service takes it."""
        return When(self.day, self.from_time, self.until_time, self.last_day, frozenset(self.weekdays))


class VisitGiven(Given):
    """Who is expected, by whom, when."""

    name: Line
    phone: Line
    host: Line
    when: WhenGiven
    visitor_class: Annotated[VisitorClass, Loose] = VisitorClass.VISITOR
    purpose: Line = ""
    venue_id: Id = ""
    plate: Line = ""


class InvitationGiven(Given):
    """Who invites, when, and how many may come."""

    host: Line
    when: WhenGiven
    most: Annotated[int, Field(ge=1, le=1000), WHOLE] = 1
    visitor_class: Annotated[VisitorClass, Loose] = VisitorClass.VISITOR
    purpose: Line = ""
    venue_id: Id = ""


class MoveGiven(Given):
    """When and where a visit is to be instead."""

    venue_id: Id = ""
    when: WhenGiven


class WithdrawGiven(Given):
    """Whether the visits that an invitation led to end as well."""

    with_visits: bool = False


class DayAsked(Query):
    """Which day; today without."""

    day: str = Field(default="", max_length=10, description="Like 2026-11-20.")


class InvitationCardAsked(Query):
    """The form of the file."""

    kind: Literal["pdf", "png", "svg"] = "pdf"


class Link(Told):
    """An invitation's link."""

    link: str


@visits_api.read("/enterprises/<enterprise_id>/visits", Right.SEE_PEOPLE, VisitDay, query=DayAsked)
def list_visits(enterprise_id: str, asked: DayAsked) -> Any:
    """Who is expected at an enterprise on a day, masked."""
    return announcing_expected.of_day(
        installation(), scope(), enterprise_id, day_of(asked.day) if asked.day else None
    )


@visits_api.make("/enterprises/<enterprise_id>/visits", Right.EDIT_PEOPLE, VisitsMade, takes=VisitGiven)
def announce_visit(enterprise_id: str, given: VisitGiven) -> Any:
    """Announce somebody; what was announced before is not announced again."""
    values = given.model_dump(exclude={"when"})
    announced = Announcement(when=given.when.read(), **values)
    return announcing.announce(installation(), scope(), account().id, enterprise_id, announced)


@visits_api.read("/visits/<visit_id>", Right.SEE_PEOPLE, VisitWhole)
def show_visit(visit_id: str) -> Any:
    """One visit and the others of its series."""
    return announcing_expected.detail(installation(), scope(), visit_id)


@visits_api.act("/visits/<visit_id>/move", Right.EDIT_PEOPLE, Made, takes=MoveGiven)
def move_visit(visit_id: str, given: MoveGiven) -> Any:
    """Move a visit to another day, hour or venue; it has another id then."""
    when = given.when.read()
    return {"id": announcing.move(installation(), scope(), account().id, visit_id, given.venue_id, when)}


@visits_api.act("/visits/<visit_id>/withdraw", Right.EDIT_PEOPLE)
def withdraw_visit(visit_id: str) -> None:
    """Withdraw one visit."""
    announcing_ends.withdraw(installation(), scope(), visit_id)


@visits_api.act("/visits/<visit_id>/withdraw-series", Right.EDIT_PEOPLE, Count)
def withdraw_series(visit_id: str) -> Any:
    """Withdraw what is left of a visit's series; tells how many."""
    return {"count": announcing_ends.withdraw_series(installation(), scope(), visit_id)}


@visits_api.read(
    "/enterprises/<enterprise_id>/invitations", Right.SEE_PEOPLE, list_of(Invitation, "Invitations")
)
def list_invitations(enterprise_id: str) -> Any:
    """An enterprise's invitations."""
    places.enterprise(installation(), scope(), enterprise_id)
    return {"items": invitations.listed(installation(), scope(), enterprise_id)}


@visits_api.make("/enterprises/<enterprise_id>/invitations", Right.EDIT_PEOPLE, Made, takes=InvitationGiven)
def create_invitation(enterprise_id: str, given: InvitationGiven) -> Any:
    """Make an invitation."""
    values = given.model_dump(exclude={"when", "most"})
    invited = Invited(when=given.when.read(), most=str(given.most), **values)
    return {"id": invitations.create(installation(), scope(), account().id, enterprise_id, invited)}


@visits_api.read("/invitations/<invitation_id>", Right.EDIT_PEOPLE, Invitation)
def show_invitation(invitation_id: str) -> Any:
    """One invitation."""
    return invitations.detail(installation(), scope(), invitation_id)


@visits_api.act("/invitations/<invitation_id>/link", Right.EDIT_PEOPLE, Link)
def invitation_link(invitation_id: str) -> Any:
    """The link to hand to those who are invited."""
    return {"link": invitations.link(installation(), scope(), invitation_id)}


@visits_api.file(
    "GET", "/invitations/<invitation_id>/card", Right.EDIT_PEOPLE, FILES, query=InvitationCardAsked
)
def invitation_card(invitation_id: str, asked: InvitationCardAsked) -> Response:
    """An invitation with its code, to send or to print."""
    return as_file(invitations_files.artefact(installation(), scope(), invitation_id, asked.kind))


@visits_api.act("/invitations/<invitation_id>/withdraw", Right.EDIT_PEOPLE, Count, takes=WithdrawGiven)
def withdraw_invitation(invitation_id: str, given: WithdrawGiven) -> Any:
    """Withdraw an invitation; tells how many visits ended with it."""
    ended = invitations.withdraw(installation(), scope(), invitation_id, with_visits=given.with_visits)
    return {"count": ended}
