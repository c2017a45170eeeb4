"""Areas, enterprises, venues, their posters and policies, asked for with another tenant's ids."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from domain.errors import InputError
from domain.inheritance import Level
from tests.web.services.scopes.asking import Ask, Ids, admin, at_each_level, some
from tests.web.services.scopes.belongings import CODE
from web.services.installation import Installation, new_id
from web.services.places import areas, enterprises_details, liaisons, logos, places, places_changing
from web.services.places.enterprises_details import Given
from web.services.places.importing import already_there, places_import
from web.services.places.importing.places_import_columns import Column
from web.services.places.importing.places_import_plan import Plan
from web.services.places.importing.places_import_rows import Line
from web.services.places.posters import applications, poster_life, posters
from web.services.rules import policy_editing, policy_history, policy_places
from web.services.rules.policy_places import PolicyPlace
from web.store.scope import Scope

LOGO = b"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 9 9'><rect width='9' height='9'/></svg>"


def _at(ids: Ids, found: Iterable[str]) -> list[str]:
    """Those of the ids found that are the tenant's."""
    return [one for one in found if one in set(ids.values())]


def _table(ids: Ids) -> list[Line]:
    """A table that changes what the tenant's enterprise is, and makes nothing where that is not known."""
    cells = {Column.ENTERPRISE: ids["name"], Column.AREA: ids["area_name"], Column.SIZE: "small"}
    return [Line(2, cells)]


def _drafts(plan: Plan) -> list[str]:
    return [draft.id for drafts in plan.drafts.values() for draft in drafts]


def _board(board: liaisons.Board) -> list[str]:
    return [*(row.id for row in board.unassigned), *(row.id for row in board.liaisons)]


def _taken(inst: Installation, scope: Scope, code: str) -> bool:
    """Whether somebody is told that an enterprise has this credit code."""
    try:
        inst.read(lambda connection: already_there.expect_own_code(connection, scope, code))
    except InputError:
        return True
    return False


def _looked_at(inst: Installation, scope: Scope, poster: str) -> bool:
    """Whether it came to looking at the photograph of a poster, which is none."""
    try:
        poster_life.mark_posted(inst, scope, poster, b"no photograph")
    except InputError:
        return True
    return False


def _version(ids: Ids) -> int:
    """The only version of the policy of the tenant's venue."""
    return int(ids["version"]) if ids["version"].isdecimal() else 0


def _doors(inst: Installation, scope: Scope, ids: Ids, level: Level) -> list[Any]:
    here = PolicyPlace(level, ids[level.value], "", "Asia/Shanghai", area_path=ids["area_path"])
    return list(inst.read(lambda connection: policy_places.doors_below(connection, admin(scope), here)))


REFUSED: dict[str, Ask] = {
    "applications.send_back": lambda i, s, x: applications.send_back(i, s, "somebody", x["waiting"], "why"),
    "applications.approve": lambda i, s, x: applications.approve(i, s, "somebody", x["waiting"]) == 0,
    "applications.send_again": lambda i, s, x: applications.send_again(i, s, x["returned"]),
    "areas.add": lambda i, s, x: areas.add(i, admin(s), x["area"], "Hill"),
    "areas.rename": lambda i, s, x: areas.rename(i, admin(s), x["empty_area"], "Quay two"),
    "areas.remove": lambda i, s, x: areas.remove(i, admin(s), x["empty_area"]),
    "enterprises_details.detail": lambda i, s, x: enterprises_details.detail(i, s, x["enterprise"]),
    "enterprises_details.change": lambda i, s, x: enterprises_details.change(
        i, s, x["enterprise"], Given("Renamed Ltd", CODE)
    ),
    "liaisons.add": lambda i, s, x: liaisons.add(i, s, x["area"], "Zhao", "13900139001"),
    "liaisons.person": lambda i, s, x: liaisons.person(i, s, x["liaison"]),
    "liaisons.change": lambda i, s, x: liaisons.change(i, s, x["liaison"], "Qian", "13900139002"),
    "liaisons.assign": lambda i, s, x: liaisons.assign(i, s, [x["enterprise"]], x["liaison"]),
    "places.create_enterprise": lambda i, s, x: places.create_enterprise(
        i, s, "Another Ltd", area_id=x["area"]
    ),
    "places_changing.change_venue": lambda i, s, x: places_changing.change_venue(
        i, s, x["venue"], name="n", address="a", kind="other", capacity=None, time_zone="Asia/Shanghai"
    ),
    "places_changing.rename_entrance": lambda i, s, x: places_changing.rename_entrance(
        i, s, x["entrance"], "Back door"
    ),
    "policy_editing.page": lambda i, s, x: at_each_level(
        x, lambda level, at: policy_editing.page(i, admin(s), level, at)
    ),
    "policy_editing.restore": lambda i, s, x: at_each_level(
        x, lambda level, at: policy_editing.restore(i, admin(s), level, at, _version(x), _version(x))
    ),
    "policy_editing.save": lambda i, s, x: at_each_level(
        x,
        lambda level, at: policy_editing.save(
            i, admin(s), level, at, {"capacity": 9}, _version(x) if level == "venue" else 0
        ),
    ),
    "policy_history.history": lambda i, s, x: at_each_level(
        x, lambda level, at: policy_history.history(i, admin(s), level, at)
    ),
    "policy_places.place": lambda i, s, x: at_each_level(
        x, lambda level, at: i.read(lambda c: policy_places.place(c, admin(s), level, at))
    ),
    "poster_life.mark_printed": lambda i, s, x: poster_life.mark_printed(i, s, x["poster"]),
    "poster_life.mark_posted": lambda i, s, x: _looked_at(i, s, x["poster"]),
    "logos.as_png": lambda i, s, x: logos.as_png(i, s, x["enterprise"]),
    "logos.in_scope": lambda i, s, x: logos.in_scope(i, s, x["enterprise"]),
    "logos.put": lambda i, s, x: logos.put(i, s, x["enterprise"], LOGO),
    "places.enterprise": lambda i, s, x: places.enterprise(i, s, x["enterprise"]),
    "places.venue": lambda i, s, x: places.venue(i, s, x["venue"]),
    "places.create_venue": lambda i, s, x: places.create_venue(
        i, s, x["enterprise"], name="n", address=new_id()
    ),
    "places.set_venue_state": lambda i, s, x: places.set_venue_state(i, s, x["venue"], "closed"),
    "places.create_entrance": lambda i, s, x: places.create_entrance(i, s, x["venue"], new_id()),
    "posters.issue": lambda i, s, x: posters.issue(i, s, x["entrance"]),
    "posters.artefact": lambda i, s, x: posters.artefact(
        i, s, x["poster"], kind="svg", languages=("en",), size="a4"
    ),
    "posters.remarks": lambda i, s, x: posters.remarks(i, s, x["poster"], languages=("en",), size="a4"),
    "liaisons.remove": lambda i, s, x: liaisons.remove(i, s, x["liaison"]),
    "posters.revoke": lambda i, s, x: posters.revoke(i, s, x["poster"]),
    "logos.remove": lambda i, s, x: logos.remove(i, s, x["enterprise"]),
}

EMPTY: dict[str, Ask] = {
    "applications.listed": lambda i, s, x: [row.venue_id for row in applications.listed(i, s)],
    "applications.to_print": lambda i, s, x: list(applications.to_print(i, s)),
    "applications.of_venue": lambda i, s, x: some(applications.of_venue(i, s, x["waiting"])),
    "areas.tree": lambda i, s, x: _at(x, (row.id for row in areas.tree(i, s))),
    "liaisons.board": lambda i, s, x: _board(liaisons.board(i, s)),
    "places.enterprises_of_area": lambda i, s, x: places.enterprises_of_area(i, s, x["area"]),
    "already_there.expect_own_code": lambda i, s, x: some(_taken(i, s, x["code"])),
    "places_import.planned": lambda i, s, x: _at(x, _drafts(places_import.planned(i, s, _table(x)))),
    "places_import.apply": lambda i, s, x: _at(
        x, _drafts(places_import.apply(i, s, "somebody", _table(x), issue=True))
    ),
    "policy_places.areas": lambda i, s, x: _at(x, (row.id for row in policy_places.areas(i, admin(s)))),
    "policy_places.doors_below": lambda i, s, x: [row for at in Level for row in _doors(i, s, x, at)],
    "places.enterprises": lambda i, s, x: places.enterprises(i, s),
    "places.venues": lambda i, s, x: places.venues(i, s) or places.venues(i, s, x["enterprise"]),
    "logos.of_enterprise": lambda i, s, x: some(logos.of_enterprise(i, s, x["enterprise"])),
    "posters.issue_missing": lambda i, s, x: posters.issue_missing(i, s, [x["entrance"]]),
}

# Gives nothing back when it is done.
SILENT = {
    *("applications.send_back", "applications.send_again", "areas.rename", "areas.remove"),
    *("enterprises_details.change", "liaisons.change", "liaisons.remove", "logos.in_scope", "logos.put"),
    *("logos.remove", "places.set_venue_state", "places_changing.change_venue"),
    *("places_changing.rename_entrance", "poster_life.mark_printed", "posters.issue_missing"),
    *("posters.remarks", "posters.revoke"),
}
# What an enterprise has no say in, even its own.
AREA_ONLY = {
    *("applications.send_back", "applications.approve", "areas.add", "areas.rename", "areas.remove"),
    *("areas.tree", "liaisons.add", "liaisons.person", "liaisons.change", "liaisons.assign"),
    *("liaisons.remove", "liaisons.board", "places.create_enterprise"),
    *("policy_places.areas",),
}
