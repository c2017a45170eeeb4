"""Staff keep credentials, travels and holds of a visitor, and import a table of them."""

from __future__ import annotations

import io
import random
import re

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from domain.access import Role
from domain.hold import Hold, HoldLevel
from tests.web.holding import on_hold
from tests.web.pages.site import PASSWORD, Site, hidden_fields, opened, seen, sent, signed_in
from tests.web.tenants import Tenant, tenant
from web.services import accounts
from web.services.passing.known import known_at
from web.services.people import credentials, holds, travels
from web.services.people.credential_values import Given
from web.services.people.holds import HoldState
from web.services.people.visitors import Registration, register
from web.store.scope import PROGRAM

PROPOSAL = {
    "level": "red",
    "purpose": "safety",
    "instruction": "Call Ms Chen, 8021",
    "reason": "Owes 3,000 yuan",
    "appeal": "Write to appeals@park.example",
    "ends_day": "2026-11-30",
}


def visitor_of(site: Site, there: Tenant, name: str = "王小明", phone: str = "13800138000") -> str:
    return register(site.inst, there.staff, Registration(there.enterprise, name, phone, "visitor")).visitor_id


def second(site: Site, there: Tenant) -> FlaskClient:
    """Another member of the enterprise's staff, signed in."""
    accounts.create_account(site.inst, "bob", PASSWORD, Role.OWNER, enterprise_id=there.enterprise)
    return signed_in(site, "bob")


def in_force(site: Site, who: str) -> tuple[Hold, ...]:
    return site.inst.read(lambda c: known_at(c, [who], site.clock()))[who].holds


def shown(site: Site, client: FlaskClient, path: str) -> str:
    return seen(opened(site, client, path).text)


def test_a_credential_is_added_verified_and_withdrawn(site: Site, staff: FlaskClient, there: Tenant) -> None:
    who = visitor_of(site, there)
    page = f"/visitors/{who}"
    assert "Nothing is known yet" in shown(site, staff, page)
    fields = {"kind": "", "other": "Forklift licence", "since_day": "2026-11-19", "until_day": "2027-11-18"}
    assert sent(site, staff, f"{page}/credentials", page, **fields).status_code == 303
    text = shown(site, staff, page)
    assert "Forklift licence Verified since 2026-11-19 · until 2027-11-18 · entered by staff" in text
    credentials.declare(site.inst, who, Given("test", "2026-11-19 08:30"))
    assert "Not yet seen by staff since 2026-11-19 08:30:00" in shown(site, staff, page)
    [declared] = [row.id for row in credentials.listed(site.inst, PROGRAM, who) if row.kind == "test"]
    assert sent(site, staff, f"{page}/credentials/{declared}/verify", page).status_code == 303
    assert "Not yet seen" not in shown(site, staff, page)
    for row in credentials.listed(site.inst, PROGRAM, who):
        assert sent(site, staff, f"{page}/credentials/{row.id}/withdraw", page).status_code == 303
    assert shown(site, staff, page).count("Withdrawn") >= 2


@pytest.mark.parametrize(
    ("fields", "field", "says"),
    [
        ({"kind": "", "other": ""}, "other", "Please fill this in"),
        ({"kind": "test", "since_day": "soon"}, "since_day", "not a date"),
        ({"kind": "test", "since_time": "08:30"}, "since_day", "not a date"),
        ({"kind": "test", "until_day": "2020-01-01"}, "until_day", "over already"),
    ],
)
def test_what_is_wrong_stands_beside_its_field_and_what_was_typed_stays(
    site: Site, staff: FlaskClient, there: Tenant, fields: dict[str, str], field: str, says: str
) -> None:
    who = visitor_of(site, there)
    answer = sent(site, staff, f"/visitors/{who}/credentials", f"/visitors/{who}", **fields)
    assert answer.status_code == 422
    assert answer.headers["Cache-Control"] == "no-store"
    assert says in seen(answer.text)
    assert f'aria-describedby="{field}-error"' in answer.text
    assert all(value in answer.text for value in fields.values())
    assert credentials.listed(site.inst, PROGRAM, who) == []


def test_where_somebody_was_is_noted_and_removed(site: Site, staff: FlaskClient, there: Tenant) -> None:
    page = f"/visitors/{visitor_of(site, there)}"
    assert sent(site, staff, f"{page}/travels", page, area="C 区", day="").status_code == 422
    assert sent(site, staff, f"{page}/travels", page, area="C 区", day="2026-11-18").status_code == 303
    assert "C 区 2026-11-18 · entered by staff" in shown(site, staff, page)
    noted = travels.listed(site.inst, PROGRAM, page.rpartition("/")[2])[0].id
    assert sent(site, staff, f"{page}/travels/{noted}/remove", page).status_code == 303
    assert "C 区" not in shown(site, staff, page)


def test_a_hold_takes_two_people(site: Site, staff: FlaskClient, there: Tenant) -> None:
    who, other = visitor_of(site, there), second(site, there)
    page = f"/visitors/{who}"
    assert "No hold on anybody" in shown(site, staff, "/holds")
    assert sent(site, staff, f"{page}/holds", page, **PROPOSAL).status_code == 303
    assert "somebody else has to confirm it" in shown(site, staff, page)
    [waiting] = holds.listed(site.inst, PROGRAM, HoldState.WAITING)
    own = f"{page}/holds/{waiting.id}"
    sent(site, staff, f"{own}/confirm", page)
    assert "You proposed this hold" in shown(site, staff, page)
    assert in_force(site, who) == ()
    assert "Holds · 1 waits" in shown(site, other, "/visitors")
    answer = sent(site, other, f"{own}/confirm", "/holds", **{"from": "holds"})
    assert answer.location.endswith("/holds")
    assert [hold.instruction for hold in in_force(site, who)] == ["Call Ms Chen, 8021"]
    assert in_force(site, who)[0].level is HoldLevel.RED
    text = shown(site, other, "/holds")
    assert "In force · 1" in text
    assert "confirmed by bob" in text
    sent(site, staff, f"{own}/lift", page)
    assert in_force(site, who) == ()
    assert "lifted by admin@park.example" in shown(site, staff, page)


def test_a_bad_proposal_names_its_fields(site: Site, staff: FlaskClient, there: Tenant) -> None:
    page = f"/visitors/{visitor_of(site, there)}"
    answer = sent(site, staff, f"{page}/holds", page, **(PROPOSAL | {"ends_day": "2026-11-01"}))
    assert answer.status_code == 422
    assert 'aria-describedby="ends_day-error"' in answer.text
    assert "Owes 3,000 yuan" in answer.text
    assert holds.listed(site.inst, PROGRAM, HoldState.WAITING) == []


def test_another_tenants_visitors_holds_and_credentials_are_not_found(site: Site, there: Tenant) -> None:
    mill = tenant(site.inst, "West Area", "Mill Ltd")
    stranger = second(site, mill)
    who, own = visitor_of(site, there), visitor_of(site, mill, "李雷", "13900139000")
    credentials.declare(site.inst, who, Given("test"))
    travels.declare(site.inst, who, "C", "2026-11-18")
    hold = on_hold(site.inst, there.staff, who, holds.Given("red", "r", "i", "a"))
    theirs = credentials.listed(site.inst, PROGRAM, who)[0].id
    place = travels.listed(site.inst, PROGRAM, who)[0].id
    for visitor in (who, own):
        for path, fields in (
            (f"credentials/{theirs}/verify", {}),
            (f"credentials/{theirs}/withdraw", {}),
            (f"travels/{place}/remove", {}),
            (f"holds/{hold}/confirm", {}),
            (f"holds/{hold}/lift", {}),
        ):
            page = f"/visitors/{own}"
            assert sent(site, stranger, f"/visitors/{visitor}/{path}", page, **fields).status_code == 404
    for path, fields in (
        ("credentials", {"kind": "test"}),
        ("credentials", {"kind": ""}),
        ("travels", {"area": "C", "day": "2026-11-18"}),
        ("holds", PROPOSAL),
    ):
        assert (
            sent(site, stranger, f"/visitors/{who}/{path}", f"/visitors/{own}", **fields).status_code == 404
        )
    assert "王" not in shown(site, stranger, "/holds")
    assert len(in_force(site, who)) == 1


@pytest.mark.parametrize(
    "path", ["/holds", "/credentials/import", "/visitors/x/holds", "/credentials/import/apply"]
)
def test_nobody_gets_there_without_signing_in(site: Site, visitor: FlaskClient, path: str) -> None:
    assert visitor.get(path, base_url=site.url).status_code in (302, 405)
    assert visitor.post(path, base_url=site.url).status_code in (400, 401, 405)


TABLE = "姓名,手机号,凭证种类,采样时间\n王小明,13800138000,test,2026-11-19 08:30\n李雷,1390013900,test,\n"


def uploaded(site: Site, client: FlaskClient, table: bytes) -> TestResponse:
    hidden = hidden_fields(opened(site, client, "/credentials/import").text)
    data = {**hidden, "table": (io.BytesIO(table), "people.csv")}
    return client.post("/credentials/import", base_url=site.url, data=data)


def test_a_table_is_shown_first_and_then_applied_exactly_once(
    site: Site, staff: FlaskClient, there: Tenant
) -> None:
    who = visitor_of(site, there)
    report = uploaded(site, staff, TABLE.encode("gb18030"))
    text = seen(report.text)
    assert report.status_code == 200
    assert re.search(r"1 to add|to add 1", text)
    assert "phone: This is not a complete phone number" in text
    assert "小明" not in report.text
    assert "13800138000" not in report.text
    assert credentials.listed(site.inst, PROGRAM, who) == []
    for says in ("1 added, 0 verified, 0 were there already.", "0 added, 0 verified, 1 were there already."):
        answer = staff.post("/credentials/import/apply", base_url=site.url, data=hidden_fields(report.text))
        assert answer.location.endswith("/credentials/import")
        assert says in shown(site, staff, "/credentials/import")
    [row] = credentials.listed(site.inst, PROGRAM, who)
    assert (row.kind, row.source) == ("test", "import")


def test_a_plan_is_bound_to_its_account_to_its_hour_and_to_this_site(
    site: Site, staff: FlaskClient, there: Tenant
) -> None:
    who, other = visitor_of(site, there), second(site, there)
    plan = hidden_fields(uploaded(site, staff, TABLE.encode()).text)["plan"]
    for client, sent_plan in ((other, plan), (staff, plan[:-4] + "AAAA"), (staff, "")):
        hidden = hidden_fields(opened(site, client, "/credentials/import").text)
        client.post("/credentials/import/apply", base_url=site.url, data={**hidden, "plan": sent_plan})
        assert "too old" in shown(site, client, "/credentials/import")
    site.clock.pass_s(3601)
    hidden = hidden_fields(opened(site, staff, "/credentials/import").text)
    staff.post("/credentials/import/apply", base_url=site.url, data={**hidden, "plan": plan})
    assert credentials.listed(site.inst, PROGRAM, who) == []


@pytest.mark.parametrize(
    ("table", "says"),
    [
        (b"", "not empty"),
        (b"\x89PNG\0", "is a picture"),
        (b"a\0b", "not text"),
        (b"x" * 1_500_001, "larger than 1.5 MB"),
        (b"a,b\n1,2", "no column"),
    ],
)
def test_a_useless_file_is_refused_beside_the_field(
    site: Site, staff: FlaskClient, there: Tenant, table: bytes, says: str
) -> None:
    answer = uploaded(site, staff, table)
    assert answer.status_code == 422
    assert says in seen(answer.text)


def test_a_full_table_of_many_kinds_fits_into_a_form_or_is_refused(
    site: Site, staff: FlaskClient, there: Tenant
) -> None:
    visitor_of(site, there)
    head = "姓名,手机号,凭证种类\n"
    same = head + "".join(f"王小明,13800138000,kind {n}\n" for n in range(2000))
    report = uploaded(site, staff, same.encode())
    assert report.status_code == 200
    answer = staff.post("/credentials/import/apply", base_url=site.url, data=hidden_fields(report.text))
    assert answer.status_code == 303
    assert "2000 added" in shown(site, staff, "/credentials/import")
    chance = random.Random(1)
    words = ("".join(chr(chance.randrange(0x4E00, 0x9000)) for _ in range(60)) for _ in range(2000))
    odd = uploaded(site, staff, (head + "".join(f"王小明,13800138000,{word}\n" for word in words)).encode())
    assert odd.status_code == 422
    assert "too many different rows" in seen(odd.text)
