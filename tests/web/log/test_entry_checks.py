"""Whoever opens one entry is told at once when it is not what was logged (L1–L4)."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from tests.web.log.tampering import entry_ids, fill, recompute, unguarded
from tests.web.tenants import Tenant
from web.db.tables import leaves
from web.services.errors import NotFoundError
from web.services.installation import Installation
from web.services.logs.checking import entry_checks
from web.services.logs.checking.entry_checks import EntryCheck
from web.services.passing import checkin
from web.services.passing.checkin import CheckIn
from web.store.scope import PROGRAM


@pytest.fixture
def log(inst: Installation, park: Tenant) -> list[str]:
    """Three hundred entries in the log under one head: a full tile, and the beginning of the next."""
    fill(inst, park, *range(1, 301))
    return entry_ids(inst)


def said(inst: Installation, entry_id: str) -> str:
    return " ".join(found.sentence.en for found in entry_checks.checked(inst, PROGRAM, entry_id).findings)


def test_an_entry_as_it_was_logged_is_found_under_the_signed_head(inst: Installation, log: list[str]):
    assert entry_checks.checked(inst, PROGRAM, log[3]) == EntryCheck((), 3, 300)
    assert entry_checks.checked(inst, PROGRAM, log[299]) == EntryCheck((), 299, 300)


def test_an_entry_that_waits_for_its_place_is_no_fault(inst: Installation, park: Tenant, log: list[str]):
    given = CheckIn(checkin.new_entry_id(inst), "Li Na", "13900139000")
    waiting = checkin.check_in(inst, park.poster, given).entry_id
    assert entry_checks.checked(inst, PROGRAM, waiting) == EntryCheck(())


def test_only_who_may_see_an_entry_may_have_it_checked(inst: Installation, mill: Tenant, log: list[str]):
    with pytest.raises(NotFoundError):
        entry_checks.checked(inst, mill.staff, log[3])


def test_what_was_changed_stands_beside_what_was_logged(inst: Installation, log: list[str]):
    unguarded(inst, "UPDATE entries SET outcome = 'refused' WHERE id = :id", id=log[3])
    assert (
        said(inst, log[3])
        == "The entry's outcome is not what its leaf says: here refused, in the log admitted."
    )
    assert said(inst, log[4]) == ""


@pytest.mark.parametrize(
    ("statement", "told"),
    [
        ("UPDATE entry_people SET record_sealed = :junk WHERE entry_id = :id", "does not open"),
        ("UPDATE entries SET leaf_month = 1 WHERE id = :id", "leaf_month"),
        ("UPDATE leaves SET body = :junk WHERE ref = :id", "not what was hashed"),
        ("DELETE FROM log_sequence WHERE leaf_index = 281", "not made over this leaf"),
        ("UPDATE checkpoints SET peaks = :junk", "Hashes of the log are missing"),
        ("UPDATE checkpoints SET note = :junk", "o"),
    ],
)
def test_whatever_stands_between_an_entry_and_the_head_is_looked_at(
    inst: Installation, log: list[str], statement: str, told: str
):
    unguarded(inst, statement, id=log[280], junk=b"altered")
    assert told in said(inst, log[280])


def test_an_entry_whose_leaf_is_gone_says_so(inst: Installation, log: list[str]):
    unguarded(
        inst,
        "DELETE FROM log_sequence WHERE leaf_index = 3",
        "DELETE FROM leaves WHERE ref = :id",
        id=log[3],
    )
    assert said(inst, log[3]) == "It has no leaf in the log."


def test_who_changes_row_and_leaf_and_all_hashes_still_has_no_signature(inst: Installation, log: list[str]):
    body = inst.read(lambda c: c.scalar(select(leaves.c.body).where(leaves.c.ref == log[3])))
    unguarded(
        inst,
        "UPDATE entries SET outcome = 'refused' WHERE id = :id",
        "UPDATE leaves SET body = :body WHERE ref = :id",
        id=log[3],
        body=body.replace(b'"admitted"', b'"refused"'),
    )
    recompute(inst, with_key=False)
    assert "signature" in said(inst, log[3])
