"""The rules of entry and the simulator in a real browser: by phone and at a desk, in both languages."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from domain.policy_text import fields_from_json
from tests.web.pages.looking import usable
from tests.web.pages.site import LOGIN, Site
from tests.web.tenants import Tenant, tenant
from web.services.accounts import ADMIN, Account
from web.services.people import visitors
from web.services.rules import policy_editing
from web.services.rules.policy_presets import PRESETS
from web.store.scope import PROGRAM, Scope


@pytest.fixture
def there(served: Site) -> Tenant:
    made = tenant(served.inst, "East Area", "Park Ltd")
    for name in ("138 0013 8000", "138 0013 8001"):
        given = visitors.Registration(made.enterprise, "Ann Lee", name, "contractor")
        visitors.register(served.inst, PROGRAM, given)
    return made


def every_state(served: Site, page: Page, there: Tenant) -> Iterator[str]:
    """Each page once empty, filled, mistaken and answered."""
    editor = f"{served.url}/policies/venue/{there.venue}"
    page.goto(f"{served.url}/policies/areas")
    yield "areas"
    page.goto(f"{editor}/history")
    yield "no history"
    page.goto(editor)
    yield "empty"
    page.locator("summary").first.click()
    page.select_option("#preset", "rules-2022")
    with page.expect_navigation():
        page.click("[value=fill]")
    page.locator("[name=has_hours]").check()
    page.fill("#mon", "22-6")
    page.select_option("#rule-0-kind", "other")
    yield "filled in"
    with page.expect_navigation():
        page.click(".save-bar [value=save]")
    expect(page.locator("#mon-error")).to_be_visible()
    yield "mistaken"
    page.fill("#mon", "8-12, 13-18")
    page.fill("#rule-0-name", "Forklift licence")
    with page.expect_navigation():
        page.click(".save-bar [value=check]")
    yield "preview"
    with page.expect_navigation():
        page.click(".save-bar [value=save]")
    expect(page.locator("[role=status]")).to_be_visible()
    yield "saved"
    page.locator("[name=has_classes]").check()
    with page.expect_navigation():
        page.click(".save-bar [value=save]")
    expect(page.locator(".door .notice").first).to_be_visible()
    yield "contradicting itself"
    page.goto(f"{editor}/history")
    page.locator("details.ask summary").first.click()
    yield "history"
    page.goto(f"{served.url}/simulator")
    page.fill("#visitor", "Ann Lee")
    with page.expect_navigation():
        page.click(".save-bar button")
    expect(page.locator("[name=chosen]").first).to_be_attached()
    yield "which of them"
    with page.expect_navigation():
        page.click(".save-bar button")
    page.locator(".answer summary").click()
    yield "answer"
    page.locator("label:has([value=made-up])").click()
    page.fill("#temperature", "hot")
    with page.expect_navigation():
        page.click(".save-bar button")
    expect(page.locator("#temperature-error")).to_be_visible()
    yield "simulator, mistaken"


@pytest.mark.parametrize("page", ["en-GB", "zh-CN"], indirect=True)
def test_axe_finds_nothing_and_every_page_fits_both_screens(served: Site, page: Page, there: Tenant) -> None:
    for name in every_state(served, page, there):
        usable(page, name)


def test_enter_in_a_field_saves_and_does_not_press_another_button(
    served: Site, page: Page, there: Tenant
) -> None:
    root = "/" + there.area.area_path.split("/")[1] + "/"
    who = Account("admin", LOGIN, ADMIN, Scope(area_path=root))
    policy_editing.save(served.inst, who, "venue", there.venue, PRESETS["site"].fields, 0)
    page.goto(f"{served.url}/policies/venue/{there.venue}")
    page.fill("#capacity", "77")
    page.press("#capacity", "Enter")
    expect(page.locator("[role=status]")).to_be_visible()
    found = policy_editing.page(served.inst, who, "venue", there.venue)
    assert fields_from_json(found.fields) == fields_from_json({**PRESETS["site"].fields, "capacity": 77})


def test_what_is_not_set_is_out_of_the_way(served: Site, page: Page, there: Tenant) -> None:
    page.goto(f"{served.url}/policies/entrance/{there.entrance}")
    expect(page.locator("#mon")).to_be_hidden()
    page.locator("[name=has_hours]").check()
    expect(page.locator("#mon")).to_be_visible()
    page.click("[value=add]")
    expect(page.locator("#rule-0-name")).to_be_hidden()
    page.select_option("#rule-0-kind", "other")
    expect(page.locator("#rule-0-name")).to_be_visible()
    page.goto(f"{served.url}/simulator")
    expect(page.locator("#visitor_class")).to_be_hidden()
    page.locator("label:has([value=made-up])").click()
    expect(page.locator("#visitor_class")).to_be_visible()
    expect(page.locator("#visitor")).to_be_hidden()
