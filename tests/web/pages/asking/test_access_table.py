"""The table of who may open what names every endpoint, and what it does not name is open to nobody."""

from __future__ import annotations

from flask.testing import FlaskClient

from domain.access import Role
from tests.web.pages.site import PASSWORD, Site, opened, seen, sent, signed_in
from tests.web.tenants import Tenant
from web.services import accounts
from web.views.access import Open
from web.views.asking.guarding import access_table


def test_every_endpoint_stands_in_the_table_and_nothing_else_does(read_only: Site) -> None:
    assert {rule.endpoint for rule in read_only.app.url_map.iter_rules()} == set(access_table(read_only.app))


def test_everybody_reaches_doors_and_files_only(read_only: Site) -> None:
    public = {
        name for name, found in access_table(read_only.app).items() if Open.PUBLIC in (found.see, found.do)
    }
    groups = {name.rpartition(".")[0] for name in public}
    # Whoever adds one here adds a page that strangers reach.
    assert groups <= {
        *("", "bootstrap", "checkin", "invitation_door", "me", "log_files", "auth", "provider", "kiosk_api"),
        *("staff_door", "privacy", "api_docs", "health"),
    }


def test_who_may_not_is_told_who_can_help_in_both_languages(site: Site, there: Tenant) -> None:
    accounts.create_account(site.inst, "guard", PASSWORD, Role.GUARD, enterprise_id=there.enterprise)
    guard = signed_in(site, "guard")
    refused = opened(site, guard, "/desk/trace")
    assert refused.status_code == 403
    assert "administrator, owner, compliance officer" in seen(refused.text)
    assert "管理员、单位负责人、合规专员" in seen(refused.text)
    state = f"/venues/{there.venue}/state"
    assert sent(site, guard, state, page="/account", state="closed").status_code == 403
    assert opened(site, guard, f"/venues/{there.venue}").status_code == 200


def test_what_the_table_does_not_name_is_open_to_nobody(site: Site, staff: FlaskClient) -> None:
    del site.app.extensions["access"]["visitors.listed"]
    assert opened(site, staff, "/visitors").status_code == 403
    assert opened(site, site.client(), "/visitors").status_code == 403
