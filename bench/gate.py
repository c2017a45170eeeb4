"""A whole gate on a generated clip: a fresh installation, its site, a kiosk enrolled to it."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from bench.stamps import stamped
from demo import seed
from demo.clip import FPS, render, write_clip
from demo.processes import Child
from demo.scene import Appearance
from demo.visits import planned
from web.services.installation import opened
from web.services.signing_keys import keys
from web.settings import Settings

_READY_S: Final = 60.0
_HOURS: Final = 0.5
_DRAWN_IN: Final = 30.0  # seconds until a clip plays: codes in it must be good then


@dataclass(frozen=True, slots=True)
class Staged:
    """What a kiosk needs to be started, and what it will see."""

    home: Path
    port: int
    enrolment: str
    clip: Path
    appearances: tuple[Appearance, ...]
    length_s: float


def staged(folder: Path, size: tuple[int, int], now: Callable[[], float]) -> Staged:
    """Make an installation in `folder` and draw the clip of its visitors, `size` (width, height).

    `now` gives Unix seconds.
    """
    port = _free_port()
    settings = Settings(home=folder / "var", base_url=f"http://127.0.0.1:{port}")
    inst = opened(settings, lambda: int(now() * 1000))
    try:
        keys.ensure(inst)
        demo, _ = seed.seeded(inst)
        enrolment = seed.enrolment(inst, demo)
        now_s = int(now())
        phones = [seed.phone_codes(inst, visitor, now_s, _HOURS) for visitor in demo.visitor_ids]
    finally:
        inst.close()
    appearances, length_s = planned(phones, demo.cards, now() + _DRAWN_IN)
    clip = folder / "visitors.avi"
    write_clip(clip, stamped(render(appearances, length_s, size=size)), FPS, size)
    return Staged(folder / "var", port, enrolment, clip, appearances, length_s)


@contextmanager
def running(stage: Staged) -> Iterator[str]:
    """Start site and kiosk as users do and yield the kiosk's address; both are stopped afterwards."""
    kiosk_home, kiosk_port = stage.home / "kiosk", _free_port()
    environment = {"DATA_DIR": str(stage.home), "BASE_URL": f"http://127.0.0.1:{stage.port}"}
    children = [Child("site", ["web", "serve", "--port", str(stage.port)], environment)]
    try:
        children[0].wait_for("ready ", _READY_S)
        Child("enrol", ["kiosk", "enrol", stage.enrolment, "--home", str(kiosk_home)], {}).finish(_READY_S)
        run = ["kiosk", "run", "--source", str(stage.clip), "--home", str(kiosk_home)]
        children.append(Child("kiosk", [*run, "--port", str(kiosk_port)], {}))
        address = f"http://127.0.0.1:{kiosk_port}"
        yield address
    finally:
        for child in reversed(children):
            child.stop()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
