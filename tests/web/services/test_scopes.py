"""Every service that takes a scope: another tenant's ids are as unknown as ids that never were (A4)."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
import zlib
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from sqlalchemy import Connection, func, select

from domain.errors import InputError
from printables.drawing import PictureAt
from tests.web.tenants import Tenant, entry_item
from web import services
from web.db.tables import metadata
from web.services import (
    accounts,
    arriving,
    checkin,
    codes,
    fleet,
    gate_settings,
    gates,
    ingest,
    logbook,
    logos,
    paper,
    passages,
    places,
    posters,
    printing,
    printing_checks,
    printing_doors,
    printing_jobs,
    printing_passes,
    rotation,
    silence,
    simulating,
    visitors,
)
from web.services.errors import NotFoundError
from web.services.installation import Installation
from web.services.logbook import LogFilter
from web.services.paper_columns import Column
from web.services.paper_rows import Line
from web.services.passage_typing import Typed
from web.services.printing import Options
from web.services.printing_doors import Wanted as WantedDoors
from web.services.simulating import Question
from web.services.visitors import Registration
from web.store import entries
from web.store import logos as logo_store
from web.store.fleet import Wanted
from web.store.scope import PROGRAM, Scope

LOGO = b"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 9 9'><rect width='9' height='9'/></svg>"


def registered(inst: Installation, tenant: Tenant, name: str = "Wang Wei", phone: str = "13800138000") -> str:
    given = Registration(tenant.enterprise, name, phone, "visitor", plate="苏A12345")
    return visitors.register(inst, tenant.staff, given).visitor_id


# Ten in the morning at the venue; keyed in an hour later than it was written.
TODAY = date(2026, 11, 20)
LINES = (
    Line(2, {Column.TIME: "09:00", Column.DIRECTION: "in", Column.NAME: "Li", Column.PHONE: "13800138001"}),
)
TYPED = Typed("01a1fdfa-4600-7000-8000-000000000001", name="Li", phone="13800138001")


def by_hand(inst: Installation, ids: dict[str, str]) -> str:
    """The entry that the mill's staff made by hand."""
    wanted = entries.Wanted(entrance_id=ids["entrance"], way="staff")
    rows = inst.read(lambda connection: entries.page(connection, PROGRAM, wanted))
    return next((row.id for row in rows if not row.corrects), "nothing")


@pytest.fixture
def theirs(inst: Installation, mill: Tenant) -> dict[str, str]:
    """The ids of everything that is the mill's."""
    person = registered(inst, mill)
    notice = gate_settings.add_notice(inst, mill.staff, mill.venue, "停电通知", "No power")
    passages.record(inst, mill.staff, mill.entrance, TYPED)
    paper.keep(inst, mill.staff, mill.entrance, TODAY, LINES)
    job = printing_jobs.order_posters(inst, mill.staff, [mill.entrance], Options(), "pdf", issue=False)
    printing_jobs.work_off(inst)
    pixels = {"width": 200, "height": 100, "pixels": zlib.compress(bytes(60_000)), "added_ms": 0}
    inst.write(lambda connection: logo_store.put(connection, mill.enterprise, **pixels))
    ingest.ingest(inst, mill.gate, [entry_item(mill.gate, 1, inst.now_ms(), private={"visitor_id": person})])
    return {
        "enterprise": mill.enterprise,
        "venue": mill.venue,
        "entrance": mill.entrance,
        "poster": mill.poster,
        "kiosk": mill.gate.id,
        "visitor": person,
        "notice": notice,
        "job": job,
        "ticket": arriving.ticket_of(gates.new_enrolment(inst, mill.staff, mill.entrance).text),
    }


Ask = Callable[[Installation, Scope, dict[str, str]], Any]

REFUSED: dict[str, Ask] = {
    "arriving.watched": lambda i, s, x: arriving.watched(i, s, x["ticket"]),
    "fleet.detail": lambda i, s, x: fleet.detail(i, s, x["kiosk"]),
    "fleet.move": lambda i, s, x: fleet.move(i, s, x["kiosk"], x["entrance"]),
    "fleet.rename": lambda i, s, x: fleet.rename(i, s, x["kiosk"], "East gate"),
    "rotation.ask": lambda i, s, x: rotation.ask(i, s, x["kiosk"]),
    "codes.card": lambda i, s, x: codes.card(i, s, x["visitor"], kind="png", languages=("en",)),
    "codes.card_text": lambda i, s, x: codes.card_text(i, s, x["visitor"]),
    "gate_settings.shown": lambda i, s, x: gate_settings.shown(i, s, x["venue"]),
    "gate_settings.set_pin": lambda i, s, x: gate_settings.set_pin(i, s, x["venue"], "4711"),
    "gate_settings.set_speaks": lambda i, s, x: gate_settings.set_speaks(i, s, x["venue"], True),
    "gate_settings.add_notice": lambda i, s, x: gate_settings.add_notice(
        i, s, x["venue"], "停电", "No power"
    ),
    "gate_settings.remove_notice": lambda i, s, x: gate_settings.remove_notice(i, s, x["venue"], x["notice"]),
    "gates.new_enrolment": lambda i, s, x: gates.new_enrolment(i, s, x["entrance"]),
    "gates.revoke_kiosk": lambda i, s, x: gates.revoke_kiosk(i, s, x["kiosk"]),
    "paper.keep": lambda i, s, x: paper.keep(i, s, x["entrance"], TODAY, LINES),
    "paper.tried": lambda i, s, x: paper.tried(i, s, x["entrance"], TODAY, LINES),
    "paper.undo": lambda i, s, x: paper.undo(i, s, x["entrance"], i.now_ms() - 1),
    "passages.desk": lambda i, s, x: passages.desk(i, s, x["entrance"]),
    "passages.record": lambda i, s, x: passages.record(i, s, x["entrance"], TYPED),
    "passages.take_back": lambda i, s, x: passages.take_back(i, s, x["entrance"], by_hand(i, x)),
    "codes.new_card": lambda i, s, x: codes.new_card(i, s, x["visitor"]),
    "logos.as_png": lambda i, s, x: logos.as_png(i, s, x["enterprise"]),
    "logos.in_scope": lambda i, s, x: logos.in_scope(i, s, x["enterprise"]),
    "logos.put": lambda i, s, x: logos.put(i, s, x["enterprise"], LOGO),
    "logos.remove": lambda i, s, x: logos.remove(i, s, x["enterprise"]),
    "printing.of_entrance": lambda i, s, x: printing.of_entrance(
        i, s, x["entrance"], Options("label", languages=("en",))
    ),
    "printing_doors.door": lambda i, s, x: printing_doors.door(i, s, x["entrance"]),
    "printing_jobs.job": lambda i, s, x: printing_jobs.job(i, s, x["job"]),
    "printing_jobs.order_cards": lambda i, s, x: printing_jobs.order_cards(
        i, s, [x["visitor"]], Options("card")
    ),
    "printing_jobs.order_posters": lambda i, s, x: printing_jobs.order_posters(
        i, s, [x["entrance"]], Options(), "pdf", issue=True
    ),
    "printing_jobs.remove": lambda i, s, x: printing_jobs.remove(i, s, x["job"]),
    "printing_jobs.result": lambda i, s, x: printing_jobs.result(i, s, x["job"]),
    "printing_passes.windscreen": lambda i, s, x: printing_passes.windscreen(
        i, s, x["visitor"], "A 1", Options("windscreen", languages=("en",))
    ),
    "places.enterprise": lambda i, s, x: places.enterprise(i, s, x["enterprise"]),
    "places.venue": lambda i, s, x: places.venue(i, s, x["venue"]),
    "places.create_venue": lambda i, s, x: places.create_venue(i, s, x["enterprise"], name="n", address="a"),
    "places.set_venue_state": lambda i, s, x: places.set_venue_state(i, s, x["venue"], "closed"),
    "places.create_entrance": lambda i, s, x: places.create_entrance(i, s, x["venue"], "back door"),
    "posters.issue": lambda i, s, x: posters.issue(i, s, x["entrance"]),
    "posters.revoke": lambda i, s, x: posters.revoke(i, s, x["poster"]),
    "posters.artefact": lambda i, s, x: posters.artefact(
        i, s, x["poster"], kind="svg", languages=("en",), size="a4"
    ),
    "simulating.door": lambda i, s, x: simulating.door(i, s, x["entrance"]),
    "simulating.simulated": lambda i, s, x: simulating.simulated(i, s, Question(x["entrance"], x["visitor"])),
    "simulating.visitor_id": lambda i, s, x: simulating.visitor_id(i, s, x["visitor"]),
    "visitors.register": lambda i, s, x: visitors.register(
        i, s, Registration(x["enterprise"], "Li", "13800138001", "visitor")
    ),
    "visitors.renew_link": lambda i, s, x: visitors.renew_link(i, s, x["visitor"]),
    "visitors.visitor": lambda i, s, x: visitors.visitor(i, s, x["visitor"]),
}


def _some(found: object) -> list[Any]:
    """What was found as a list, empty for nothing."""
    return [found] if found else []


def _chosen(inst: Installation, scope: Scope, entrance: str) -> list[str]:
    """The entrances that may be printed; nothing to tick is a mistake in the form and told as such."""
    try:
        return printing_doors.chosen(inst, scope, WantedDoors(), [entrance])[0]
    except InputError:
        return []


EMPTY: dict[str, Ask] = {
    "fleet.listed": lambda i, s, x: fleet.listed(i, s) or fleet.listed(i, s, Wanted(venue_id=x["venue"])),
    "silence.count": lambda i, s, x: silence.count(i, s),
    "gates.listed": lambda i, s, x: gates.listed(i, s),
    "logbook.search": lambda i, s, x: logbook.search(i, s, LogFilter(x["venue"])).rows,
    "logbook.newer": lambda i, s, x: logbook.newer(i, s, LogFilter(x["venue"]), "0").rows,
    "logbook.csv": lambda i, s, x: list(logbook.csv(i, s, LogFilter(x["venue"])))[1:],
    "paper.batches": lambda i, s, x: paper.batches(i, s, x["venue"]),
    "passages.told": lambda i, s, x: [
        told for told in [passages.told(i, s, x["entrance"], by_hand(i, x))] if told
    ],
    "places.enterprises": lambda i, s, x: places.enterprises(i, s),
    "places.venues": lambda i, s, x: places.venues(i, s) or places.venues(i, s, x["enterprise"]),
    "logos.of_enterprise": lambda i, s, x: _some(logos.of_enterprise(i, s, x["enterprise"])),
    "posters.issue_missing": lambda i, s, x: posters.issue_missing(i, s, [x["entrance"]]),
    "printing.from_form": lambda i, s, x: _some(
        [
            item
            for item in printing.from_form(i, s, {"title": "x"}, Options("notice"), x["enterprise"])[0].items
            if isinstance(item, PictureAt)
        ]
    ),
    "printing.poster_content": lambda i, s, x: _some(printing.poster_content(i, s, x["entrance"])),
    "printing_checks.entrance_called": lambda i, s, x: _some(
        printing_checks.entrance_called(i, s, x["entrance"])
    ),
    "printing_doors.chosen": lambda i, s, x: _chosen(i, s, x["entrance"]),
    "printing_doors.listed": lambda i, s, x: [
        door for door in printing_doors.listed(i, s, WantedDoors(), 50)[0] if door.venue_id == x["venue"]
    ],
    "printing_jobs.jobs": lambda i, s, x: printing_jobs.jobs(i, s),
    "simulating.candidates": lambda i, s, x: simulating.candidates(i, s, "Wang Wei"),
    "simulating.doors": lambda i, s, x: [d for d in simulating.doors(i, s) if d.id == x["entrance"]],
    "visitors.listed": lambda i, s, x: [
        row
        for text in ("", "Wang Wei", "Wang", "138 0013 8000", "苏A12345")
        for row in visitors.listed(i, s, text)
    ],
    "visitors.found_by_text": lambda i, s, x: i.read(
        lambda c: visitors.found_by_text(c, i.cipher, s, "13800138000")
    ),
    "visitors.same_person": lambda i, s, x: i.read(
        lambda c: visitors.same_person(
            c, i.cipher, s, visitors.checked(Registration("", "Wang Wei", "13800138000", "visitor"))
        )
    ),
}

SILENT = {
    "paper.undo",
    "fleet.move",
    "fleet.rename",
    "rotation.ask",
    "silence.count",
    "gate_settings.set_pin",
    "gate_settings.set_speaks",
    "gates.revoke_kiosk",
    "places.set_venue_state",
    "posters.issue_missing",
    "posters.revoke",
    "logos.in_scope",
}
# Drawn once below, or gone after the first time.
ONCE = {
    "codes.card",
    "posters.artefact",
    "gate_settings.remove_notice",
    "logos.put",
    "logos.remove",
    "printing_jobs.remove",
    "printing_passes.windscreen",
}

# What makes something new where the account is, and so names nothing of others.
OWN = {"places.create_enterprise", "places.root"}
# Opens a file in a process of its own: tried in test_printing_checks.
ELSEWHERE = {"printing_checks.inspected"}
# Tried in the tests of these services themselves, each with ids of another tenant.
PLACES = {
    *("applications.approve", "applications.listed", "applications.of_venue"),
    *("applications.send_again", "applications.send_back", "areas.tree"),
    *("enterprises_details.change", "enterprises_details.detail"),
    *("liaisons.add", "liaisons.assign", "liaisons.board", "liaisons.change"),
    *("liaisons.person", "liaisons.remove", "places.enterprises_of_area", "places.expect_own_code"),
    *("places_changing.change_venue", "places_changing.rename_entrance"),
    *("places_import.apply", "places_import.planned"),
    *("poster_life.mark_posted", "poster_life.mark_printed"),
}
# Tried in test_inbox_scopes.py, which makes what they are about.
INBOX = {
    *("alerts.detail", "alerts.listed", "alerts.open_counts", "alerts.reopen", "alerts.settle"),
    *("quarantine.detail", "quarantine.dismiss", "quarantine.listed", "quarantine.open_count"),
    *("quarantine.take", "remedies.done", "importing.imported"),
}


def scoped() -> set[str]:
    found: set[str] = set()
    for module in pkgutil.iter_modules(services.__path__):
        functions = inspect.getmembers(
            importlib.import_module(f"{services.__name__}.{module.name}"), inspect.isfunction
        )
        found |= {
            f"{module.name}.{name}"
            for name, function in functions
            if function.__module__ == f"{services.__name__}.{module.name}"
            and not name.startswith("_")
            and "scope" in inspect.signature(function).parameters
        }
    return found


def test_every_function_that_takes_a_scope_is_tried_here():
    assert scoped() == {*REFUSED, *EMPTY, *OWN, *INBOX, *ELSEWHERE, *PLACES}


def strangers(park: Tenant) -> tuple[Scope, ...]:
    return park.area, park.staff, Scope()


def test_another_tenants_ids_are_not_found(inst: Installation, park: Tenant, theirs: dict[str, str]):
    before = tables(inst)
    for scope in strangers(park):
        for name, ask in REFUSED.items():
            with pytest.raises(NotFoundError) as refused:
                ask(inst, scope, theirs)
            with pytest.raises(NotFoundError) as unknown:
                ask(inst, scope, dict.fromkeys(theirs, "nothing"))
            assert str(refused.value) == str(unknown.value), name
    assert tables(inst) == before


def test_lists_hold_nothing_of_another_tenant(inst: Installation, park: Tenant, theirs: dict[str, str]):
    own = {park.enterprise, park.venue, park.gate.id}
    for scope in strangers(park):
        for name, ask in EMPTY.items():
            assert {row.id for row in ask(inst, scope, theirs) or []} <= own, name
    assert places.enterprises(inst, Scope()) == []


def test_the_owner_gets_all_of_it(inst: Installation, mill: Tenant, park: Tenant, theirs: dict[str, str]):
    for scope in (mill.staff, mill.area, PROGRAM):
        for name, ask in {**EMPTY, **REFUSED}.items():
            if name not in ONCE:
                assert ask(inst, scope, theirs) or name in SILENT, name


def test_an_enterprise_account_makes_no_enterprises_and_an_area_account_only_in_its_area(
    inst: Installation, park: Tenant, mill: Tenant
):
    for scope in (park.staff, Scope()):
        with pytest.raises(NotFoundError):
            places.create_enterprise(inst, scope, "Another Ltd")
    made = places.create_enterprise(inst, park.area, "Another Ltd")
    assert made in {row.id for row in places.enterprises(inst, park.area)}
    assert made not in {row.id for row in places.enterprises(inst, mill.area)}
    with pytest.raises(NotFoundError):
        places.create_enterprise(inst, Scope(area_path="/no/such/"), "Another Ltd")


def test_a_name_that_no_database_can_hold_is_only_unknown(inst: Installation, park: Tenant):
    for odd in ("\0", "a\0b", "\ud800", "' OR 1=1 --", "%", "_" * 10, "x" * 10_000, "é" * 64):
        named = dict.fromkeys(
            ("enterprise", "venue", "entrance", "poster", "kiosk", "visitor", "notice", "ticket", "job"), odd
        )
        for ask in REFUSED.values():
            with pytest.raises(NotFoundError):
                ask(inst, park.staff, named)
        for ask in EMPTY.values():
            ask(inst, park.staff, named)
        assert visitors.listed(inst, park.staff, odd) == []
        assert accounts.is_free(inst, odd)
        assert accounts.account(inst, odd) is None
        assert checkin.poster_page(inst, odd) is None
        assert checkin.poster_by_short_number(inst, odd) is None
        assert gates.gate_of(inst, odd) is None
        assert visitors.by_link(inst, odd) is None
        with pytest.raises(NotFoundError):
            codes.strip(inst, odd, inst.now_ms() // 30_000, 1)


def test_the_path_of_an_area_is_no_pattern_and_no_prefix_of_a_neighbour(inst: Installation, park: Tenant):
    for path in ("/", "%", "/%/", park.area.area_path[:-3], park.area.area_path.replace("/", "_")):
        seen = places.enterprises(inst, Scope(area_path=path))
        assert (park.enterprise in {row.id for row in seen}) == (path in ("/", park.area.area_path[:-3]))


def tables(inst: Installation) -> dict[str, int]:
    def counted(connection: Connection) -> dict[str, int]:
        return {
            name: connection.scalar(select(func.count()).select_from(table)) or 0
            for name, table in metadata.tables.items()
        }

    return inst.read(counted)
