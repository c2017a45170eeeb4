"""How a page is looked at in a browser: by axe, on screens of two sizes, for a finger, at its console."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, Page, ViewportSize

from tests.web.pages.site import width_of

PHONE: ViewportSize = {"width": 390, "height": 844}
DESK: ViewportSize = {"width": 1366, "height": 768}
# What lies over the right edge.
WIDE = """[...document.querySelectorAll('main *')]
    .filter(e => !e.closest('.visually-hidden') && e.getBoundingClientRect().right > innerWidth - 8)
    .map(e => e.textContent.trim().slice(0, 40))"""
_SMALL = """[...document.querySelectorAll('a, button, summary, select, input:not([type=hidden])')]
    .filter(e => !e.closest('.skip, .choice, label') && e.offsetParent !== null)
    .map(e => [e.textContent.trim().slice(0, 40), e.getBoundingClientRect()])
    .filter(([, r]) => r.width > 0 && (r.height < 43.5 || r.width < 24))
    .map(([text, r]) => text + ' ' + r.width + ' × ' + r.height)"""
# Forwards and back, as Tab goes: what has the focus shows at one of five points, and no bar lies over it.
_COVERED = """() => {
    const here = document.activeElement, found = [], root = document.documentElement;
    root.style.scrollBehavior = 'auto';  // not smoothly: it is looked at at once
    const all = [...document.querySelectorAll('a[href], button, summary, select, textarea, input')];
    for (const e of [...all, ...all.reverse()]) {
        e.focus();
        if (document.activeElement !== e) continue;
        const r = e.getClientRects()[0], label = e.closest('label');
        const shows = [[.5, .5], [.1, .1], [.9, .1], [.1, .9], [.9, .9]].some(([x, y]) => {
            const top = document.elementFromPoint(r.x + r.width * x, r.y + r.height * y);
            return top && (e.contains(top) || top.contains(e) || (label && label.contains(top)));
        });
        if (!shows) found.push(e.outerHTML.slice(0, 80) + ' ' + Math.round(r.y));
    }
    here.focus();
    scrollTo(0, 0);
    root.style.scrollBehavior = '';
    return found;
}"""


@contextmanager
def quiet(context: BrowserContext) -> Iterator[None]:
    """What happens meanwhile lets no console complain; a form with mistakes answers 422, which is meant."""
    found: list[str] = []
    context.on("console", lambda said: found.append(said.text) if said.type == "error" else None)
    context.on("weberror", lambda error: found.append(str(error.error)))
    yield
    assert [fault for fault in found if "Failed to load resource" not in fault] == []


def usable(page: Page, what: str) -> None:
    """It is for everybody, and on a phone and at a desk nothing sticks out or is too low for a finger."""
    # The markup of both languages is one; what is said otherwise is marked in the Chinese page.
    if page.locator("html[lang=zh-CN]").count():
        accessible(page, what)
    for screen in (DESK, PHONE):
        page.set_viewport_size(screen)
        assert width_of(page) <= screen["width"], (what, screen)
        assert too_small(page) == [], (what, screen)
        assert covered(page) == [], (what, screen)


def accessible(page: Page, what: str) -> None:
    found = Axe().run(page)
    assert found.violations_count == 0, f"{what}: {found.generate_report()}"


def too_small(page: Page) -> list[str]:
    """What is shown to be pressed and lower than a finger needs, or narrower than 24 px (WCAG 2.5.8)."""
    return list(page.evaluate(_SMALL))


def covered(page: Page) -> list[str]:
    """What cannot be seen while it has the focus, with its place from the top (WCAG 2.4.11)."""
    return list(page.evaluate(_COVERED))
