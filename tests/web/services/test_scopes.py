"""Every service that takes a scope: another tenant's ids are as unknown as ids that never were (A4)."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import Connection, select

from tests.web.services.scopes import gates as of_gates
from tests.web.services.scopes import log as of_log
from tests.web.services.scopes import people as of_people
from tests.web.services.scopes import places as of_places
from tests.web.services.scopes import prints as of_prints
from tests.web.services.scopes.asking import Ask
from tests.web.services.scopes.belongings import belongings
from tests.web.tenants import Tenant
from web import services
from web.db.tables import metadata
from web.services import accounts
from web.services.errors import NotFoundError
from web.services.gates import gates
from web.services.installation import Installation
from web.services.passing import poster_pages
from web.services.people import codes, visitors
from web.services.places import places
from web.store.scope import PROGRAM, Scope

# First whatever only looks; what takes something away comes last, so that an owner gets each of them.
EMPTY: dict[str, Ask] = {
    **of_log.EMPTY, **of_people.EMPTY, **of_gates.EMPTY, **of_prints.EMPTY, **of_places.EMPTY,
}  # fmt: skip
REFUSED: dict[str, Ask] = {
    **of_log.REFUSED, **of_people.REFUSED, **of_gates.REFUSED, **of_prints.REFUSED, **of_places.REFUSED,
}  # fmt: skip
SILENT = {*of_log.SILENT, *of_people.SILENT, *of_gates.SILENT, *of_prints.SILENT, *of_places.SILENT}

# Name nothing of others: the top area of one's own scope, and whether an account is an administrator.
OWN = {"places.root", "areas.may_change", "tokens.create"}
# Proofs of whoever signs in, about nobody else.
OWN |= {"entering.change_password", "entering.prove", "entering.with_code", "sessions.begin"}
OWN |= {"second_factor.confirm", "second_factor.is_wanted", "second_factor.picture"}
# Steps of others that are tried.
OWN |= {"rights.required", "granting.checked", "granting.over", "searching.concerns", "searching.note"}
OWN |= {
    "exporting_manifest.promised",
    "case_holds.proposed",
    "roll_call_reading.as_it_stands",
    "roll_call_reading.since_it_began",
}
# Tried in tests of their own, which make what they are about.
ELSEWHERE = {
    "../log/test_nightly_checks.py": {"nightly.standing"},
    "access/test_required_rights.py": {"rights.held"},
    "access/test_looks.py": {"looks.csv", "looks.listed"},
    "access/test_staff.py": {
        *("granting.give", "granting.end", "granting.set_disabled", "granting.tie"),
        *("inviting.invite", "inviting.let_back_in", "inviting.waiting", "inviting.withdraw"),
        *("staff.listed", "staff.nodes"),
    },
    "findings/test_inbox_scopes.py": {
        *("alerts.detail", "alerts.listed", "alerts.open_counts", "alerts.reopen", "alerts.settle"),
        *("quarantine.detail", "quarantine.dismiss", "quarantine.listed", "quarantine.open_count"),
        *("quarantine.take", "importing.imported", "remedies.done"),
    },
    "gates/test_gate_changes.py": {"gate_changes.withdrawn"},
    "desk/tracing/test_holds_for_contacts.py": {
        *("tracing_holds.counted", "tracing_holds.propose", "case_holds.case"),
        *("case_holds.cases", "case_holds.confirm", "case_holds.end"),
    },
    "desk/tracing/test_tracing.py": {
        *("tracing.ask", "tracing.trace", "tracing.listed", "tracing.release", "tracing.result"),
        *("tracing.close", "tracing_pages.shown", "tracing_pages.table", "tracing_pages.notices"),
        *("tracing_rehearsal.rehearse", "tracing_rehearsal.listed"),
        *("contact_finding.found", "contact_finding.among", "contact_finding.registrations"),
        "tracing_typed.people",
    },
    "visits/test_announcing.py": {
        *("announcing.announce", "announcing.move", "announcing_values.where", "announcing_ends.withdraw"),
        *("announcing_ends.withdraw_series", "announcing_ends.batches", "announcing_ends.undo"),
        *("announcing_expected.of_day", "announcing_expected.detail"),
    },
    "visits/test_invitations.py": {
        *("invitations.create", "invitations.listed", "invitations.detail", "invitations.link"),
        *("invitations.withdraw", "invitations_files.artefact", "invitations_files.share_text"),
    },
    "visits/test_visit_import.py": {"visit_import.planned", "visit_import.apply"},
    "places/test_enterprise_codes.py": {"enterprise_codes.codes"},
    "signing_keys/test_issuing.py": {"issuing.listed", "issuing.renew", "issuing.withdraw"},
    "visits/test_place_pictures.py": {
        *("place_pictures.as_jpeg", "place_pictures.listed", "place_pictures.put", "place_pictures.remove"),
    },
    "visits/test_patrolling.py": {
        *("patrolling.looked", "patrolling.undo", "patrolling.whose", "rounds.history", "rounds.today"),
        "hanging.hanging",
    },
    "printing/test_printing_tables.py": {
        *("printing_jobs.propose", "printing_jobs.proposed", "printing_jobs.confirm"),
        *("printing_matching.matched", "printing_missing.lines"),
    },
    "places/test_places_import.py": {"places_import.entrances_made"},
    "places/test_moving.py": {
        *("moving.enterprise_effects", "moving.move_enterprise", "moving.area_effects", "moving.move_area"),
        "moving.places_for_area",
    },
    "places/test_life_of_codes.py": {
        *("poster_life.mark_all_printed", "poster_life.withdraw_replaced", "poster_life.restore"),
    },
    "desk/test_figures.py": {
        *("figures.figures", "figures.timed", "figures.times", "figures_sheet.sheet"),
        *("figures_table.by_venue", "figures.one_by_one"),
    },
    "desk/test_watching.py": {"watching_care.cases", "watching_care.take", "watching_care.undo"},
    "desk/exporting/test_who_may.py": {
        *("exporting.agree", "exporting_jobs.covers", "exporting_jobs.job", "exporting_jobs.jobs"),
        "exporting_jobs.may_agree",
    },
    "desk/test_inside.py": {
        *("inside.inside", "inside.exits_of", "inside.unnamed_at", "inside_list.csv", "inside_list.sheets"),
        "projecting_endings.set_end",
    },
    "keeping/test_erasing.py": {
        *("rules.shown", "rules.below", "rules.chain_of", "rules.change", "preview.preview", "runs.run"),
        *("runs.listed", "legal_holds.set_hold", "legal_holds.lift", "legal_holds.listed"),
        *("erasing.erase", "own_export.export", "requests.listed"),
    },
    "desk/test_surrounding.py": {"inside_beyond.gone_on", "inside_then.people_at", "inside_then.seen_out"},
    "desk/test_sweeping.py": {"sweeping.sweep", "sweeping.swept", "sweeping.take_back"},
    "desk/test_roll_calls.py": {
        *("roll_calls.start", "roll_calls.roll_call", "roll_calls.opened", "roll_calls.of_venue"),
        "roll_calls.since_it_began",
        *("roll_calls.marked", "roll_calls.end", "roll_call_files.csv", "roll_call_files.sheets"),
    },
    "connecting/test_webhooks.py": {
        *("webhooks.listed", "webhooks.webhook", "webhooks.change", "webhooks.renew", "webhooks.pause"),
        *(
            "webhooks.create",
            "webhooks.remove",
            "webhooks.test",
            "webhooks.deliveries",
            "webhooks.body_of",
            "webhooks.retry",
        ),
    },
    # Opens a file in a process of its own.
    "printing/test_printing_checks.py": {"printing_checks.inspected"},
}


@pytest.fixture
def theirs(inst: Installation, mill: Tenant) -> dict[str, str]:
    """The ids of everything that is the mill's."""
    return belongings(inst, mill, "West Area", "Mill Ltd")


def scoped() -> set[str]:
    found: set[str] = set()
    for module in pkgutil.walk_packages(services.__path__, f"{services.__name__}."):
        functions = inspect.getmembers(importlib.import_module(module.name), inspect.isfunction)
        found |= {
            f"{module.name.rpartition('.')[2]}.{name}"
            for name, function in functions
            if function.__module__ == module.name and not name.startswith("_") and acts_for_somebody(function)
        }
    return found


def acts_for_somebody(function: Callable[..., object]) -> bool:
    """Whether it takes a scope, or the account that has one."""
    parameters = inspect.signature(function).parameters
    return "scope" in parameters or any(one.annotation == "Account" for one in parameters.values())


def test_every_function_that_takes_a_scope_is_tried_here():
    tried = {*REFUSED, *EMPTY, *OWN, *(name for names in ELSEWHERE.values() for name in names)}
    assert sorted(scoped() - tried) == []
    assert sorted(tried - scoped()) == []


def test_what_is_tried_elsewhere_is_called_there():
    for file, names in ELSEWHERE.items():
        told = (Path(__file__).parent / file).read_text("utf-8")
        # What a remedy does is reached by settling with it.
        called = {name for name in names if name != "remedies.done"}
        assert {name for name in called if f"{name}(" not in told} == set()
        assert "mill." in told


def strangers(park: Tenant) -> tuple[Scope, ...]:
    return park.area, park.staff, Scope()


def test_another_tenants_ids_are_not_found(inst: Installation, park: Tenant, theirs: dict[str, str]):
    before = tables(inst)
    for scope in strangers(park):
        for name, ask in REFUSED.items():
            try:
                pytest.fail(f"{name} answered: {ask(inst, scope, theirs)!r}")
            except NotFoundError as error:
                refused = str(error)
            with pytest.raises(NotFoundError) as unknown:
                ask(inst, scope, dict.fromkeys(theirs, "nothing"))
            assert refused == str(unknown.value), name
    assert tables(inst) == before


def test_lists_hold_nothing_of_another_tenant(inst: Installation, park: Tenant, theirs: dict[str, str]):
    before, own = tables(inst), {park.enterprise, park.venue, park.gate.id}
    for scope in strangers(park):
        for name, ask in EMPTY.items():
            assert {getattr(row, "id", row) for row in ask(inst, scope, theirs) or []} <= own, name
    assert places.enterprises(inst, Scope()) == []
    assert tables(inst) == before


@pytest.mark.parametrize("who", ["staff", "area", "program"])
def test_the_owner_gets_all_of_it(inst: Installation, mill: Tenant, theirs: dict[str, str], who: str):
    scope = {"staff": mill.staff, "area": mill.area, "program": PROGRAM}[who]
    for name, ask in {**EMPTY, **REFUSED}.items():
        if who == "staff" and name in of_places.AREA_ONLY:
            continue
        assert ask(inst, scope, theirs) or name in SILENT, name


def test_an_enterprise_account_does_not_decide_what_the_area_decides(
    inst: Installation, mill: Tenant, theirs: dict[str, str]
):
    for name in of_places.AREA_ONLY:
        if name in EMPTY:
            assert not EMPTY[name](inst, mill.staff, theirs), name
        else:
            with pytest.raises(NotFoundError):
                REFUSED[name](inst, mill.staff, theirs)


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


def test_a_name_that_no_database_can_hold_is_only_unknown(
    inst: Installation, park: Tenant, theirs: dict[str, str]
):
    for odd in ("\0", "a\0b", "\ud800", "' OR 1=1 --", "%", "_" * 10, "x" * 10_000, "é" * 64):
        named = dict.fromkeys(theirs, odd)
        for ask in REFUSED.values():
            with pytest.raises(NotFoundError):
                ask(inst, park.staff, named)
        for ask in EMPTY.values():
            ask(inst, park.staff, named)
        assert visitors.listed(inst, park.staff, odd) == []
        assert accounts.is_free(inst, odd)
        assert accounts.account(inst, odd) is None
        assert poster_pages.poster_page(inst, odd) is None
        assert poster_pages.poster_by_short_number(inst, odd) is None
        assert gates.gate_of(inst, odd) is None
        assert visitors.by_link(inst, odd) is None
        with pytest.raises(NotFoundError):
            codes.strip(inst, odd, inst.now_ms() // 30_000, 1)


def test_the_path_of_an_area_is_no_pattern_and_no_prefix_of_a_neighbour(inst: Installation, park: Tenant):
    for path in ("/", "%", "/%/", park.area.area_path[:-3], park.area.area_path.replace("/", "_")):
        seen = places.enterprises(inst, Scope(area_path=path))
        assert (park.enterprise in {row.id for row in seen}) == (path in ("/", park.area.area_path[:-3]))


def tables(inst: Installation) -> dict[str, list[str]]:
    """Every row of every table."""

    def shown(connection: Connection) -> dict[str, list[str]]:
        return {
            name: sorted(repr(row) for row in connection.execute(select(table)))
            for name, table in metadata.tables.items()
        }

    return inst.read(shown)
