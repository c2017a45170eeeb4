"""Cards of many visitors: ten to a sheet, and the earlier ones stay good until the new are there."""

from __future__ import annotations

import pypdfium2
import pytest

from domain.code import CodeClass
from domain.errors import InputError
from tests.web.tenants import Tenant
from web.services.errors import NotFoundError
from web.services.installation import Installation
from web.services.people import codes, visitors
from web.services.printing import printing_jobs, printing_working
from web.services.printing.printing_options import Options
from web.store.people import visitors as visitor_store


def people(inst: Installation, park: Tenant, count: int) -> list[str]:
    given = [
        visitors.Registration(park.enterprise, f"Ann Lee {at}", f"138001380{at:02d}", "visitor")
        for at in range(count)
    ]
    return [visitors.register(inst, park.staff, one).visitor_id for one in given]


def test_cards_come_ten_to_a_sheet_with_backs_and_replace_those_of_before_only_when_done(
    inst: Installation, park: Tenant
):
    ids = people(inst, park, 11)
    codes.card_text(inst, park.staff, ids[0])
    before = card_of(inst, ids[0])
    job_id = printing_jobs.order_cards(inst, park.staff, ids, Options("card"))
    assert card_of(inst, ids[0]) == before
    printing_working.work_off(inst)
    done = printing_jobs.job(inst, park.staff, job_id).progress
    assert (done.printed, done.pages, done.problems) == (11, 4, ())
    assert card_of(inst, ids[0]) != before
    assert all(card_of(inst, identity) for identity in ids)
    path, shown = printing_jobs.result(inst, park.staff, job_id)
    document = pypdfium2.PdfDocument(path)
    assert len(document) == 4
    document.close()
    assert shown.name.startswith("cards-")


def test_cards_are_for_visitors_of_the_scope_and_at_most_so_many(
    inst: Installation, park: Tenant, mill: Tenant
):
    (ann,) = people(inst, park, 1)
    with pytest.raises(NotFoundError):
        printing_jobs.order_cards(inst, mill.staff, [ann], Options("card"))
    for ids in ([], ["x"] * 501):
        with pytest.raises(InputError) as refused:
            printing_jobs.order_cards(inst, park.staff, ids, Options("card"))
        assert refused.value.field == "visitor"


def card_of(inst: Installation, visitor_id: str) -> str:
    """The cti of the card that counts for a visitor."""
    now_s = inst.now_ms() // 1000
    row = inst.read(lambda c: visitor_store.code_row(c, visitor_id, CodeClass.CARD, now_s))
    assert row is not None
    return str(row.cti)
