"""Visitors: registering them, finding them however they are typed, and their private link."""

from __future__ import annotations

from dataclasses import replace

import pytest

from domain.errors import InputError
from tests.web.tenants import SettableClock, Tenant
from web.services.errors import NotFoundError
from web.services.installation import Installation
from web.services.people import recognising, visitors
from web.services.people.visitors import Registration

SPELLINGS = [
    "13800138000",
    "138 0013 8000",
    "+86 138-0013-8000",
    "0086 13800138000",
    "(138) 0013-8000",
    "１３８００１３８０００",
]
ID_NUMBER = "11010519491231002X"


def registration(tenant: Tenant, **changes: str) -> Registration:
    given = Registration(tenant.enterprise, "Wang Wei", "13800138000", "visitor", ID_NUMBER, "苏A·12345")
    return replace(given, **changes)


def found(inst: Installation, tenant: Tenant, text: str) -> list[str]:
    return [row.id for row in visitors.listed(inst, tenant.staff, text)]


def token_of(link: str) -> str:
    return link.partition("#")[2]


def test_a_registered_visitor_is_listed_masked(inst: Installation, park: Tenant):
    made = visitors.register(inst, park.staff, registration(park))
    [row] = visitors.listed(inst, park.staff)
    assert (row.id, row.masked_name, row.masked_phone) == (made.visitor_id, "W*** W***", "138****8000")
    assert (row.visitor_class, row.enterprise_name) == ("visitor", "Park Ltd")
    assert visitors.visitor(inst, park.area, made.visitor_id) == row


def test_a_visitor_is_found_by_everything_that_names_them(inst: Installation, park: Tenant):
    made = visitors.register(inst, park.staff, registration(park)).visitor_id
    visitors.register(
        inst, park.staff, registration(park, name="Li Na", phone="13900139000", id_number="", plate="")
    )
    number = visitors.visitor(inst, park.staff, made).short_number
    typed = [
        *SPELLINGS, "wang wei", "  WANG   WEI ", "Wei", "ｗａｎｇ", "苏A12345", "苏a 12345", "苏A-12345",
        ID_NUMBER, ID_NUMBER.lower(), "110105 19491231 002X",
        number, number.lower(), f"{number[:4]} {number[4:]}",
    ]  # fmt: skip
    for text in typed:
        assert found(inst, park, text) == [made], text


@pytest.mark.parametrize(
    "text", ["Wan", "%", "*", "138", "13800138001", "' OR 1=1 --", "x" * 5000, "W*** W***"]
)
def test_nobody_is_found_by_a_part_or_a_trick(inst: Installation, park: Tenant, text: str):
    visitors.register(inst, park.staff, registration(park))
    assert found(inst, park, text) == []


def test_an_empty_search_lists_the_newest_first(inst: Installation, park: Tenant, clock: SettableClock):
    made = []
    for nth in range(4):
        clock.pass_s(1)
        given = registration(park, phone=f"1380013800{nth}")
        made.append(visitors.register(inst, park.staff, given).visitor_id)
    assert found(inst, park, "  ") == made[::-1]
    assert [row.id for row in visitors.listed(inst, park.staff, limit=2)] == made[:1:-1]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", ""), ("name", " \0\u200b"), ("name", "x" * 10_000), ("phone", "12"), ("phone", ""),
        ("phone", "13800138000 or so"), ("phone", "1" * 10_000),
        ("visitor_class", "king"), ("visitor_class", ""),
        ("id_number", "11010519491231002Y"), ("id_number", "!"), ("plate", "?"), ("plate", "x" * 50),
    ],
)  # fmt: skip
def test_a_bad_field_is_named_and_nobody_is_registered(
    embedded_park: tuple[Installation, Tenant], field: str, value: str
):
    inst, park = embedded_park
    with pytest.raises(InputError) as refused:
        visitors.register(inst, park.staff, registration(park, **{field: value}))
    assert refused.value.field == field
    assert refused.value.sentence.zh != refused.value.sentence.en
    assert visitors.listed(inst, park.staff) == []


@pytest.mark.parametrize(
    "name", ["<script>alert(1)</script>", "{{7*7}}", "' OR 1=1--", "👩‍🔬 Dr. Ada", "مريم", "=HYPERLINK(1)"]
)
def test_an_odd_name_is_kept_as_it_is(embedded_park: tuple[Installation, Tenant], name: str):
    inst, park = embedded_park
    made = visitors.register(inst, park.staff, registration(park, name=name))
    own = visitors.by_link(inst, token_of(made.link))
    assert own is not None
    assert own.name == name
    assert found(inst, park, name) == [made.visitor_id]


def test_the_private_link_opens_its_owners_page_and_hides_its_secret_from_servers(
    inst: Installation, park: Tenant
):
    made = visitors.register(inst, park.staff, registration(park))
    assert made.link.startswith("https://park.example/me#")
    own = visitors.by_link(inst, token_of(made.link))
    assert own is not None
    assert (own.id, own.name) == (made.visitor_id, "Wang Wei")
    for wrong in ("", token_of(made.link)[:-1], token_of(made.link).lower(), made.link):
        assert visitors.by_link(inst, wrong) is None


def test_a_new_link_kills_the_old_one(inst: Installation, park: Tenant):
    made = visitors.register(inst, park.staff, registration(park))
    second = visitors.renew_link(inst, park.staff, made.visitor_id)
    assert visitors.by_link(inst, token_of(made.link)) is None
    own = visitors.by_link(inst, token_of(second))
    assert own is not None
    assert own.id == made.visitor_id


def test_only_a_hash_of_the_link_is_kept(embedded_park: tuple[Installation, Tenant]):
    inst, park = embedded_park
    made = visitors.register(inst, park.staff, registration(park))
    [kept] = inst.read(lambda c: c.exec_driver_sql("SELECT link_hash FROM visitors").scalars().all())
    assert token_of(made.link).encode() not in kept
    assert len(kept) == 32


def test_an_unknown_visitor_is_not_found(inst: Installation, park: Tenant):
    for ask in (visitors.visitor, visitors.renew_link):
        with pytest.raises(NotFoundError):
            ask(inst, park.staff, "nobody")


def test_a_person_is_the_same_by_phone_and_name_however_many_namesakes_there_are(
    inst: Installation, park: Tenant
):
    def register_many(connection) -> None:
        for nth in range(300):
            person = visitors.checked(registration(park, phone=f"138{nth:08d}", id_number="", plate=""))
            visitors.keep(connection, inst, park.enterprise, person, f"token {nth}")

    inst.write(register_many)
    for nth in (0, 150, 299):
        person = visitors.checked(registration(park, phone=f"138{nth:08d}"))
        same = inst.read(lambda c, person=person: recognising.same_person(c, inst.cipher, park.staff, person))
        assert found(inst, park, f"138{nth:08d}") == [same]
    stranger = visitors.checked(registration(park, phone="13900139000"))
    assert inst.read(lambda c: recognising.same_person(c, inst.cipher, park.staff, stranger)) is None
    assert len(visitors.listed(inst, park.staff, "wang", limit=1000)) == 300
