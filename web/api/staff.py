"""Staff: who holds which role, invited by links, given roles and relieved of them."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field

from domain.access import Right, Role
from web.api.declaring.calling import account, scope
from web.api.declaring.operations import Operations
from web.api.declaring.shapes import Given, Id, Line, Loose, Made, list_of, told
from web.services.access import granting, inviting, staff
from web.services.access.granting import Wanted
from web.services.access.inviting import Invitation as InvitationRow
from web.services.access.inviting import Made as MadeLink
from web.services.access.staff import Held, Node
from web.views.asking.session import installation

staff_api = Operations("staff", "Staff")
Grant = told(Held, "Grant")
Place = told(Node, "StaffPlace")
StaffInvitation = told(InvitationRow, "StaffInvitation")
InvitationLink = told(MadeLink, "InvitationLink")


class RoleGiven(Given):
    """A role on a place (`key` of one of `/staff/places`), perhaps from and until a day (2026-11-20)."""

    role: Annotated[Role, Loose]
    place: Annotated[str, Field(max_length=400)]
    from_day: Line = ""
    until_day: Line = ""

    def read(self) -> Wanted:
        """The same as the service takes it."""
        return Wanted(self.role, self.place, self.from_day, self.until_day)


class TieGiven(Given):
    """Which liaison an account is; "" for none."""

    liaison_id: Id


class GrantGiven(RoleGiven):
    """A role for somebody who has an account already."""

    login: Line


@staff_api.read("/staff", Right.EDIT_STAFF, list_of(Grant, "Grants"))
def list_staff() -> Any:
    """Who holds or held a role here and below."""
    return {"items": staff.listed(installation(), account())}


@staff_api.read("/staff/places", Right.EDIT_STAFF, list_of(Place, "StaffPlaces"))
def list_staff_places() -> Any:
    """Where the caller can give roles, and which."""
    return {"items": staff.nodes(installation(), account())}


@staff_api.read("/staff/invitations", Right.EDIT_STAFF, list_of(StaffInvitation, "StaffInvitations"))
def list_staff_invitations() -> Any:
    """Links that nobody used yet."""
    return {"items": inviting.waiting(installation(), scope())}


@staff_api.make("/staff/invitations", Right.EDIT_STAFF, InvitationLink, takes=RoleGiven)
def invite_staff(given: RoleGiven) -> Any:
    """A link for somebody new, shown only now."""
    return inviting.invite(installation(), account(), given.read())


@staff_api.remove("/staff/invitations/<staff_invitation_id>", Right.EDIT_STAFF)
def withdraw_staff_invitation(staff_invitation_id: str) -> None:
    """End a link that nobody used yet."""
    inviting.withdraw(installation(), account(), staff_invitation_id)


@staff_api.make("/staff/grants", Right.EDIT_STAFF, Made, takes=GrantGiven)
def give_role(given: GrantGiven) -> Any:
    """Give a role to somebody who has an account; nobody gives more than they hold."""
    return {"id": granting.give(installation(), account(), given.login, given.read())}


@staff_api.act("/staff/grants/<grant_id>/end", Right.EDIT_STAFF)
def end_role(grant_id: str) -> None:
    """End a role at once, with its sessions and tokens."""
    granting.end(installation(), account(), grant_id)


@staff_api.make("/staff/accounts/<account_id>/reset", Right.EDIT_STAFF, InvitationLink)
def let_back_in(account_id: str) -> Any:
    """A link to a new password for somebody who lost theirs, shown only now."""
    return inviting.let_back_in(installation(), account(), account_id)


@staff_api.act("/staff/accounts/<account_id>/disable", Right.EDIT_STAFF)
def disable_account(account_id: str) -> None:
    """Let an account sign in no more; this can be taken back."""
    granting.set_disabled(installation(), account(), account_id, disabled=True)


@staff_api.act("/staff/accounts/<account_id>/enable", Right.EDIT_STAFF)
def enable_account(account_id: str) -> None:
    """Let an account sign in again."""
    granting.set_disabled(installation(), account(), account_id, disabled=False)


@staff_api.change("/staff/accounts/<account_id>/liaison", Right.EDIT_STAFF, takes=TieGiven)
def tie_liaison(account_id: str, given: TieGiven) -> None:
    """Say which liaison an account is."""
    granting.tie(installation(), account(), account_id, given.liaison_id)
