"""The page of issuing keys: an enterprise reads its own, administrators renew and withdraw what is theirs."""

from __future__ import annotations

import re

import pytest
from flask.testing import FlaskClient

from domain.access import Role
from domain.hours import local_time
from tests.web.pages.site import PASSWORD, Site, opened, seen, sent, signed_in
from tests.web.tenants import Tenant, tenant
from web.services import accounts
from web.services.people import codes, visitors
from web.services.people.visitors import Registration
from web.services.places import places
from web.services.signing_keys import issuing, keys


@pytest.fixture
def card(site: Site, there: Tenant) -> str:
    """The park's own key, which gates know and which signed a card."""
    given = Registration(there.enterprise, "Wang Wei", "13800138000", "visitor")
    who = visitors.register(site.inst, there.staff, given).visitor_id
    keys.ensure(site.inst)
    site.clock.pass_s(issuing.PUBLISHED_S)
    codes.card_text(site.inst, there.staff, who)
    (own,) = (key for key in issuing.listed(site.inst) if key.enterprise_id)
    assert (own.is_signing, own.cards) == (True, 1)
    return own.kid


def kids(html: str) -> set[str]:
    return set(re.findall(r'class="mono">([0-9a-f]{4})<', html))


def test_a_key_that_signs_from_its_first_day_is_never_said_to_begin_later(site: Site):
    keys.ensure(site.inst)
    page = seen(opened(site, signed_in(site), "/keys").text)
    today = local_time(site.clock(), places.DEFAULT_ZONE).date()
    assert f"signs now {today} –" in page
    assert "The next key is made by itself on" in page


def test_an_enterprise_reads_which_key_signs_for_it_and_when_it_changes_and_changes_nothing(
    site: Site, there: Tenant, card: str
):
    other = tenant(site.inst, "West Area", "Mill Ltd")
    visitors.register(
        site.inst, other.staff, Registration(other.enterprise, "Li Na", "13900139000", "visitor")
    )
    keys.ensure(site.inst)
    accounts.create_account(site.inst, "olga", PASSWORD, Role.OWNER, enterprise_id=there.enterprise)
    owner = signed_in(site, "olga")
    assert "Issuing keys" in seen(opened(site, owner, "/kiosks").text)
    page = opened(site, owner, "/keys").text
    common = {key.kid for key in issuing.listed(site.inst) if not key.enterprise_id}
    assert kids(page) == {card} | common
    # 90 days from the 20th of November, less the 30 in which the next one is made.
    assert "The next key is made by itself on 2027-01-19" in seen(page)
    assert "Make the next key now" not in seen(page)
    for path in ("/keys/renew", f"/keys/{card}/withdraw"):
        assert sent(site, owner, path, page="/account", enterprise_id=there.enterprise).status_code == 403
    chinese = seen(opened(site, owner, "/keys?lang=zh").text)
    assert "签发中" in chinese
    assert "新密钥将于" in chinese


def test_an_administrator_renews_and_withdraws_by_buttons_that_ask_once(site: Site, there: Tenant, card: str):
    staff = signed_in(site)
    page = opened(site, staff, "/keys").text
    assert page.count("This cannot be undone") == 2
    assert "1 printed card among it" in seen(page)
    sent(site, staff, "/keys/renew", page="/keys", enterprise_id=there.enterprise)
    page = seen(opened(site, staff, "/keys").text)
    assert "it signs in 14 days" in page
    assert "told to gates" in page
    done = sent(site, staff, f"/keys/{card}/withdraw", page="/keys")
    assert done.status_code == 303
    page = seen(opened(site, staff, "/keys").text)
    assert "1 card must be printed anew" in page
    assert "withdrawn" in page
    assert sent(site, staff, "/keys/zzzz/withdraw", page="/keys").status_code == 404


def test_who_looks_after_an_area_touches_neither_others_keys_nor_the_installations(
    site: Site, there: Tenant, card: str
):
    other = tenant(site.inst, "West Area", "Mill Ltd")
    accounts.create_account(site.inst, "wes", PASSWORD, Role.ADMIN, area_path=other.area.area_path)
    wes = signed_in(site, "wes")
    common = next(key.kid for key in issuing.listed(site.inst) if not key.enterprise_id)
    page = opened(site, wes, "/keys").text
    assert kids(page) == {common}
    assert "No key of an enterprise yet" in seen(page)
    assert f"/keys/{common}/withdraw" not in page
    for kid in (card, common):
        assert sent(site, wes, f"/keys/{kid}/withdraw", page="/keys").status_code == 404
    for enterprise in (there.enterprise, "", "nobody"):
        assert sent(site, wes, "/keys/renew", page="/keys", enterprise_id=enterprise).status_code == 404
    assert not any(key.revoked_ms for key in issuing.listed(site.inst))


def test_many_are_searched_by_name(site: Site, there: Tenant, card: str):
    staff = signed_in(site)
    assert card in kids(opened(site, staff, "/keys?name=ark").text)
    page = opened(site, staff, "/keys?name=100%25")
    assert (card in kids(page.text), "No enterprise of that name has a key" in seen(page.text)) == (
        False,
        True,
    )


def test_a_kiosk_is_taken_out_of_service_step_by_step(site: Site, staff: FlaskClient, there: Tenant):
    page = f"/kiosks/{there.gate.id}"
    for shown in (opened(site, staff, page), None):
        if shown is None:
            sent(site, staff, f"{page}/revoke", page=page)
            shown = opened(site, staff, page)
            assert "Withdrawn 2026-11-20" in seen(shown.text)
        assert "Take it out of service" in seen(shown.text)
        assert "python -m kiosk export --out entries.cpx" in seen(shown.text)
        assert "python -m kiosk wipe --entrance 'North gate' --certificate wiped.txt" in seen(shown.text)
        assert 'href="/quarantine/bring"' in shown.text
