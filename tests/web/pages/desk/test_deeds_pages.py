"""Who looked: the enterprise reads it with names of the staff, the person without."""

from __future__ import annotations

from flask.testing import FlaskClient

from domain.access import Role
from tests.web.pages.site import PASSWORD, Site, opened, seen, sent, signed_in
from tests.web.tenants import Tenant, tenant
from web.services import accounts
from web.services.people.visitors import Registration, register


def own_part(site: Site, secret: str, language: str = "en") -> str:
    headers = {"Authorization": f"Bearer {secret}", "Accept-Language": language}
    return seen(site.app.test_client().post("/me/own", base_url=site.url, headers=headers).text)


def owner_of(site: Site, there: Tenant, login: str) -> FlaskClient:
    accounts.create_account(site.inst, login, PASSWORD, Role.OWNER, enterprise_id=there.enterprise)
    return signed_in(site, login)


def test_a_search_for_somebody_is_told_to_the_enterprise_and_to_them(site: Site, there: Tenant) -> None:
    done = register(
        site.inst, there.staff, Registration(there.enterprise, "Ann Lee", "13800138000", "visitor")
    )
    secret, owner = done.link.partition("#")[2], owner_of(site, there, "olga")
    assert "Staff never looked at my data" in own_part(site, secret)
    assert "Nobody looked" in seen(opened(site, owner, "/deeds").text)
    found = sent(site, owner, "/desk/filter", page="/desk", who_typed="13800138000")
    opened(site, owner, found.location)
    own = own_part(site, secret)
    assert "Staff looked at my data" in own
    assert "searched for somebody" in own
    assert "olga" not in own
    assert "按人查询" in own_part(site, secret, "zh")
    told = seen(opened(site, owner, "/deeds").text)
    assert "olga searched for somebody Park Ltd" in told
    assert "138" not in told
    assert "olga" in opened(site, owner, "/deeds.csv?deed=query").text
    assert "olga" not in opened(site, owner, "/deeds.csv?deed=export").text
    stranger = owner_of(site, tenant(site.inst, "West Area", "Mill Ltd"), "mia")
    assert "Nobody looked" in seen(opened(site, stranger, "/deeds").text)
    for odd in ("/deeds?deed=x&before=x&login=%00", "/deeds?before=" + "9" * 30):
        assert opened(site, owner, odd).status_code == 200


def test_only_those_who_watch_open_the_page(site: Site, there: Tenant) -> None:
    for role, status in ((Role.AUDITOR, 200), (Role.CLERK, 403), (Role.GUARD, 403)):
        accounts.create_account(site.inst, role, PASSWORD, role, enterprise_id=there.enterprise)
        who = signed_in(site, role)
        assert opened(site, who, "/deeds").status_code == status
        assert ("/deeds" in opened(site, who, "/").text) == (status == 200)
