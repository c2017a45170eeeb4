"""`python -m demo.screens`: makes the documentation's pictures anew, out of the running product."""

from __future__ import annotations

import tempfile
import time
from pathlib import Path

import click
from playwright.sync_api import Browser, Page, ViewportSize, expect, sync_playwright

from demo import seed
from demo.browser import chromium_path
from demo.phone_pages import free_port
from demo.processes import Child
from demo.replay import Replay
from domain.venue import poster_id
from web.services.installation import opened
from web.services.places import places
from web.services.signing_keys import keys
from web.settings import Settings
from web.store.scope import PROGRAM

_PHONE, _DESK, _GATE = (390, 844), (1280, 800), (1280, 720)
_READY_S = 60.0
_VISITORS = 5


@click.command()
@click.option("--out", default=Path("docs/screens"), type=click.Path(path_type=Path), show_default=True)
def screens(out: Path) -> None:
    """Start site and kiosk over a fresh installation, and photograph their pages in both languages."""
    out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path(), args=["--no-sandbox"])
        _Studio(Path(folder), browser, out).work()
        browser.close()


class _Studio:
    """One fresh installation with its processes, and the camera before it."""

    def __init__(self, folder: Path, browser: Browser, out: Path) -> None:
        self._home, self._browser, self._out = folder / "var", browser, out
        self._port, self._kiosk_port = free_port(), free_port()
        self._site = f"http://127.0.0.1:{self._port}"
        self._settings = Settings(home=self._home, base_url=self._site)

    def work(self) -> None:
        """Everything, in the order in which it happens at a gate."""
        demo, first, text, symbols, replay = self._prepared()
        clip = self._home / "visitors.avi"
        children = [Child("site", ["web", "serve", "--port", str(self._port)], {"DATA_DIR": str(self._home)})]
        try:
            children[0].wait_for("ready ", _READY_S)
            kiosk_home = str(self._home / "kiosk")
            Child("enrol", ["kiosk", "enrol", text, "--home", kiosk_home], {}).finish(_READY_S)
            replay.draw_visitors()
            run = ["kiosk", "run", "--source", str(clip), "--home", kiosk_home]
            children.append(Child("kiosk", [*run, "--port", str(self._kiosk_port)], {}))
            children[1].wait_for("kiosk ready ", _READY_S)
            self._wait_for_visitors()
            self._phone(symbols, first.visitor_link)
            self._desk(demo, first)
            self._round(demo, first, symbols)
        finally:
            for child in reversed(children):
                child.stop()

    def _prepared(self) -> tuple[seed.Demo, seed.FirstLook, str, str, Replay]:
        inst = opened(self._settings, lambda: time.time_ns() // 1_000_000)
        try:
            keys.ensure(inst)
            demo, first = seed.seeded(inst)
            assert first is not None
            phones = [seed.phone_codes(inst, who, int(time.time()), 0.5) for who in demo.visitor_ids]
            poster = places.venue(inst, PROGRAM, demo.venue_id).entrances[0].posters[0]
            replay = Replay(self._home / "visitors.avi", phones, demo.cards)
            return demo, first, seed.enrolment(inst, demo), poster.symbols, replay
        finally:
            inst.close()

    def _wait_for_visitors(self) -> None:
        """Until the kiosk has answered a few, so that the log has something to show."""
        page = self._page(_GATE, "zh")
        while self._answers(page) < _VISITORS:
            time.sleep(0.2)
        page.context.close()

    def _answers(self, page: Page) -> int:
        """How many answers the kiosk has given, as its card on show says; 0 between two cards."""
        state = page.request.get(f"http://127.0.0.1:{self._kiosk_port}/state").json()
        return int((state["answer"] or {"number": 0})["number"])

    def _phone(self, symbols: str, link: str) -> None:
        for language in ("zh", "en"):
            page = self._page(_PHONE, language)
            page.goto(f"{self._site}/V/{symbols}?lang={language}")
            self._shot(page, f"check-in-{language}")
            page.fill("[name=name]", "李雷" if language == "zh" else "Jane Doe")
            page.fill("[name=phone]", "139 0013 9000")
            page.click("#check-in button[value=in]")
            page.wait_for_url("**/checked-in/*")
            self._shot(page, f"checked-in-{language}")
            page.goto(f"{self._site}/me?lang={language}#{link.partition('#')[2]}")
            page.wait_for_timeout(1500)
            self._shot(page, f"my-code-{language}")
            page.context.close()

    def _desk(self, demo: seed.Demo, first: seed.FirstLook) -> None:
        for language in ("zh", "en"):
            page = self._signed_in(_DESK, language, first)
            for name, path in (
                ("home", "/"),
                ("venue", f"/venues/{demo.venue_id}"),
                ("log", f"/venues/{demo.venue_id}/log"),
                ("rules", f"/policies/venue/{demo.venue_id}"),
                ("simulator", "/simulator"),
                ("visitor", f"/visitors/{demo.visitor_ids[0]}"),
                ("staff", f"/entrances/{demo.entrance_id}/passages"),
                ("kiosks", "/kiosks"),
                ("inbox", "/inbox"),
                ("inside", f"/desk/inside?venue={demo.venue_id}"),
                ("figures", "/desk/figures"),
                ("trace", "/desk/trace"),
                ("watch", "/desk/watch"),
                ("exports", "/desk/exports"),
                ("paper", f"/venues/{demo.venue_id}/paper/keys"),
            ):
                page.goto(f"{self._site}{path}")
                self._shot(page, f"{name}-{language}")
            page.context.close()

    def _round(self, demo: seed.Demo, first: seed.FirstLook, symbols: str) -> None:
        """A liaison on the way: one door looked at, by a photograph of its poster."""
        poster = f"/venues/{demo.venue_id}/posters/{(poster_id(symbols) or b'').hex()}/poster.png?size=A5"
        for language in ("zh", "en"):
            page = self._signed_in(_PHONE, language, first)
            page.goto(f"{self._site}/patrol")
            photo = page.request.get(f"{self._site}{poster}").body()
            door = page.locator(f"#door-{demo.entrance_id}")
            door.locator("[type=file]").set_input_files(
                {"name": "photo.png", "mimeType": "image/png", "buffer": photo}
            )
            expect(door.locator(".door-said")).to_be_visible(timeout=_READY_S * 1000)
            self._shot(page, f"round-{language}")
            page.goto(f"{self._site}/venues/{demo.venue_id}/pictures")
            self._shot(page, f"pictures-{language}")
            page.context.close()

    def _signed_in(self, size: tuple[int, int], language: str, first: seed.FirstLook) -> Page:
        page = self._page(size, language)
        page.goto(f"{self._site}/sign-in?lang={language}")
        page.fill("[name=login]", first.login)
        page.fill("[name=password]", first.password)
        page.press("[name=password]", "Enter")
        page.wait_for_url(lambda url: "sign-in" not in url)
        return page

    def _page(self, size: tuple[int, int], language: str) -> Page:
        locale = {"zh": "zh-CN", "en": "en-GB"}[language]
        viewport: ViewportSize = {"width": size[0], "height": size[1]}
        return self._browser.new_context(locale=locale, viewport=viewport).new_page()

    def _shot(self, page: Page, name: str) -> None:
        path = self._out / f"{name}.png"
        page.screenshot(path=path)
        click.echo(str(path))


if __name__ == "__main__":
    screens()
