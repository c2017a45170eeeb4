"""Who may order a file, agree to one that names people, take it back."""

from __future__ import annotations

import json
from typing import Any

import pytest

from domain.errors import InputError
from tests.web.services.desk.exporting.passages import deeds, filled, jsonl
from tests.web.tenants import Tenant
from web.services.desk.exporting import exporting, exporting_jobs, exporting_manifest, exporting_work
from web.services.desk.exporting.exporting_columns import MASKED, UNMASKED
from web.services.desk.filtering.filters import Filter
from web.services.errors import NotFoundError
from web.services.installation import Installation
from web.services.operations import shelf
from web.store.scope import PROGRAM, Scope

DAY_S = 86_400
Pair = tuple[str, str]


def test_nobody_is_named_unless_a_second_person_of_the_scope_agrees(
    inst: Installation, park: Tenant, mill: Tenant, clerks: Pair
):
    filled(inst, park)
    first, second = clerks
    with pytest.raises(InputError):
        exporting.order(inst, park.staff, Filter(), account_id=first, form="jsonl", unmasked=True)
    asked = {"account_id": first, "form": "jsonl", "unmasked": True, "purpose": "audit"}
    identity = exporting.order(inst, park.staff, Filter(), **asked)
    assert exporting_work.work_off(inst) == 0
    row = exporting_jobs.ordered(inst, identity)
    for scope, account in ((park.staff, first), (mill.staff, "mill"), (mill.area, "mill")):
        with pytest.raises(NotFoundError):
            exporting.agree(inst, scope, identity, account_id=account)
        assert exporting_jobs.jobs(inst, scope, account_id=account)[1] == []
        assert not exporting_jobs.may_agree(inst, scope, account, row)
    with pytest.raises(NotFoundError):
        exporting_jobs.job(inst, mill.area, identity, account_id="mill")
    [waiting] = exporting_jobs.jobs(inst, park.staff, account_id=second)[1]
    assert (waiting.id, waiting.made_by, waiting.purpose) == (identity, "first", "audit")
    exporting.agree(inst, park.staff, identity, account_id=second)
    assert exporting_work.work_off(inst) == 1
    path, manifest, _ = exporting_jobs.result(inst, identity, account_id=first)
    person = jsonl(path)[2]
    assert [*person] == [*MASKED, *UNMASKED]
    assert (person["name"], person["phone"], person["plate"]) == ("Wang Wei", "+8613800138000", "苏A12345")
    assert person["occupants"] == "+8613900139000"
    told = json.loads(manifest.read_text("utf-8"))
    assert (told["unmasked"], told["agreed_by"], told["purpose"]) == (True, "second", "audit")
    assert deeds(inst)[-1]["told"]["agreed_by"] == second
    with pytest.raises(NotFoundError):
        exporting_jobs.result(inst, identity, account_id=second)


def test_a_second_person_may_refuse_and_the_first_withdraw(inst: Installation, park: Tenant, clerks: Pair):
    first, second = clerks
    asked = {"account_id": first, "form": "csv", "unmasked": True, "purpose": "audit"}
    refused, kept = (exporting.order(inst, park.staff, Filter(), **asked) for _ in range(2))
    exporting.agree(inst, park.staff, refused, account_id=second, yes=False)
    with pytest.raises(NotFoundError):
        exporting.withdraw(inst, kept, account_id=second)
    exporting.withdraw(inst, kept, account_id=first)
    assert exporting_work.work_off(inst) == 0
    assert {job.state for job in exporting_jobs.jobs(inst, park.staff, account_id=first)[0]} == {"withdrawn"}
    assert deeds(inst) == []


def test_five_files_of_one_account_wait_at_most(inst: Installation, park: Tenant, clerks: Pair):
    for _ in range(exporting.OWN_MOST):
        exporting.order(inst, park.staff, Filter(), account_id=clerks[0], form="csv")
    with pytest.raises(InputError):
        exporting.order(inst, park.staff, Filter(), account_id=clerks[0], form="csv")
    exporting.order(inst, park.staff, Filter(), account_id=clerks[1], form="csv")


def test_a_scope_covers_what_is_below_it_and_nothing_beside(inst: Installation, park: Tenant, mill: Tenant):
    for scope in (PROGRAM, park.area, park.staff):
        assert exporting_jobs.covers(inst, scope, park.staff)
    assert exporting_jobs.covers(inst, park.area, park.area)
    for scope in (park.staff, mill.area, mill.staff, Scope()):
        assert not exporting_jobs.covers(inst, scope, park.area)
    assert not exporting_jobs.covers(inst, mill.area, park.staff)
    assert not exporting_jobs.covers(inst, Scope(), Scope())


def test_a_file_that_is_taken_back_is_gone_everywhere(inst: Installation, park: Tenant, clerks: Pair):
    filled(inst, park)
    identity = exporting.order(inst, park.staff, Filter(), account_id=clerks[0], form="csv")
    exporting_work.work_off(inst)
    assert exporting_jobs.result(inst, identity, account_id=clerks[0])
    exporting.withdraw(inst, identity, account_id=clerks[0])
    assert gone(inst, park, clerks, identity)


def test_a_file_that_is_taken_back_while_it_gets_ready_is_gone_too(
    inst: Installation, park: Tenant, clerks: Pair, monkeypatch: pytest.MonkeyPatch
):
    filled(inst, park)
    identity = exporting.order(inst, park.staff, Filter(), account_id=clerks[0], form="csv")
    closed = exporting_manifest.closed

    def taken_back(*told: Any, **names: Any) -> Any:
        exporting.withdraw(inst, identity, account_id=clerks[0])
        exporting_jobs.folder(inst, identity).mkdir(parents=True)
        return closed(*told, **names)

    monkeypatch.setattr(exporting_manifest, "closed", taken_back)
    exporting_work.work_off(inst)
    assert gone(inst, park, clerks, identity)


def test_who_takes_back_a_file_that_was_just_made_finds_it_withdrawn(
    inst: Installation, park: Tenant, clerks: Pair, monkeypatch: pytest.MonkeyPatch
):
    filled(inst, park)
    identity = exporting.order(inst, park.staff, Filter(), account_id=clerks[0], form="csv")
    read = exporting_jobs.ordered

    def then_made(*asked: Any) -> Any:
        row = read(*asked)
        exporting_work.work_off(inst)
        return row

    monkeypatch.setattr(exporting_jobs, "ordered", then_made)
    exporting.withdraw(inst, identity, account_id=clerks[0])
    assert gone(inst, park, clerks, identity)


def gone(inst: Installation, park: Tenant, clerks: Pair, identity: str) -> bool:
    """Whether an order says that it was withdrawn, and nothing of its file is left."""
    [own] = exporting_jobs.jobs(inst, park.staff, account_id=clerks[0])[0]
    files = exporting_jobs.folder(inst, identity).exists() or shelf.owners(inst, "export ")
    return own.state == "withdrawn" and not files
