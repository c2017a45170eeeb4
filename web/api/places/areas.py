"""Areas, and the enterprises in them."""

from __future__ import annotations

from typing import Any

from pydantic import Field

from domain.access import Right
from web.api.declaring.calling import account, scope
from web.api.declaring.operations import Operations
from web.api.declaring.paging import Paging, paged
from web.api.declaring.shapes import Given, Id, Line, Made, list_of, page_of, told
from web.services.places import areas, enterprises_details, moving, places
from web.services.places.areas import AreaRow
from web.services.places.moving import Effects
from web.services.places.place_rows import EnterpriseRow
from web.views.asking.session import installation

areas_api = Operations("areas", "Areas and enterprises")
Area = told(AreaRow, "Area")
Enterprise = told(EnterpriseRow, "Enterprise")
MoveEffects = told(Effects, "MoveEffects")
EnterpriseKnown = told(enterprises_details.Detail, "EnterpriseKnown", "area_path")


class AreaGiven(Given):
    """A new area below another one."""

    parent_id: Id
    name: Line


class NameGiven(Given):
    """A new name."""

    name: Line


class EnterpriseGiven(Given):
    """A new enterprise; without an area it is in the topmost one of the role."""

    name: Line
    credit_code: Line = ""
    area_id: Id = ""


class EnterpriseDetails(Given):
    """What an enterprise is, all of it: what is left out becomes empty."""

    name: Line
    credit_code: Line = ""
    kind: Line = ""
    size_class: Line = ""
    contact_name: Line = ""
    contact_phone: Line = ""


class EnterpriseMove(Given):
    """Which area an enterprise belongs to from now on."""

    area_id: Id = Field(description="An area in scope.")


class AreaMove(Given):
    """Below which area an area hangs from now on."""

    parent_id: Id


@areas_api.read("/areas", Right.SEE_PLACES, list_of(Area, "Areas"))
def list_areas() -> Any:
    """The tree of areas in scope, each after the one it is in."""
    return {"items": areas.tree(installation(), scope())}


@areas_api.make("/areas", Right.EDIT_AREAS, Made, takes=AreaGiven)
def create_area(given: AreaGiven) -> Any:
    """Add an area below another one."""
    return {"id": areas.add(installation(), account(), given.parent_id, given.name)}


@areas_api.change("/areas/<area_id>/name", Right.EDIT_AREAS, takes=NameGiven)
def rename_area(area_id: str, given: NameGiven) -> None:
    """Rename an area."""
    areas.rename(installation(), account(), area_id, given.name)


@areas_api.remove("/areas/<area_id>", Right.EDIT_AREAS, also=(422,))
def remove_area(area_id: str) -> None:
    """Remove an area that holds nothing."""
    areas.remove(installation(), account(), area_id)


@areas_api.read("/enterprises", Right.SEE_PLACES, page_of(Enterprise, "EnterprisePage"), query=Paging)
def list_enterprises(asked: Paging) -> Any:
    """The enterprises in scope, by name."""
    rows = places.enterprises(installation(), scope())
    return paged(installation(), "enterprises", rows, lambda row: (row.name, row.id), asked)


@areas_api.read("/enterprises/<enterprise_id>", Right.SEE_PLACES, Enterprise)
def show_enterprise(enterprise_id: str) -> Any:
    """One enterprise."""
    return places.enterprise(installation(), scope(), enterprise_id)


@areas_api.read("/enterprises/<enterprise_id>/details", Right.EDIT_PLACES, EnterpriseKnown)
def show_enterprise_details(enterprise_id: str) -> Any:
    """What is known of an enterprise, its contact and liaison in clear."""
    return enterprises_details.detail(installation(), scope(), enterprise_id)


@areas_api.make("/enterprises", Right.EDIT_PLACES, Made, takes=EnterpriseGiven)
def create_enterprise(given: EnterpriseGiven) -> Any:
    """Add an enterprise to an area in scope."""
    return {
        "id": places.create_enterprise(installation(), scope(), given.name, given.credit_code, given.area_id)
    }


@areas_api.change("/enterprises/<enterprise_id>", Right.EDIT_PLACES, takes=EnterpriseDetails)
def change_enterprise(enterprise_id: str, given: EnterpriseDetails) -> None:
    """Say anew what an enterprise is."""
    details = enterprises_details.Given(**given.model_dump())
    enterprises_details.change(installation(), scope(), enterprise_id, details)


@areas_api.act(
    "/enterprises/<enterprise_id>/move-preview", Right.EDIT_AREAS, MoveEffects, takes=EnterpriseMove
)
def preview_enterprise_move(enterprise_id: str, given: EnterpriseMove) -> Any:
    """What moving an enterprise to another area would change; nothing is moved."""
    return moving.enterprise_effects(installation(), account(), enterprise_id, given.area_id)


@areas_api.act("/enterprises/<enterprise_id>/move", Right.EDIT_AREAS, takes=EnterpriseMove)
def move_enterprise(enterprise_id: str, given: EnterpriseMove) -> None:
    """Move an enterprise to another area."""
    moving.move_enterprise(installation(), account(), enterprise_id, given.area_id)


@areas_api.act("/areas/<area_id>/move-preview", Right.EDIT_AREAS, MoveEffects, takes=AreaMove)
def preview_area_move(area_id: str, given: AreaMove) -> Any:
    """What hanging an area below another one would change; nothing is moved."""
    return moving.area_effects(installation(), account(), area_id, given.parent_id)


@areas_api.act("/areas/<area_id>/move", Right.EDIT_AREAS, takes=AreaMove)
def move_area(area_id: str, given: AreaMove) -> None:
    """Hang an area with all that is in it below another one."""
    moving.move_area(installation(), account(), area_id, given.parent_id)
