"""The pages that visitors' phones open, of a fresh site of its own, for what measures them."""

from __future__ import annotations

import io
import socket
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
from PIL import Image

from demo import seed
from demo.processes import Child
from web.services.installation import opened
from web.services.places import places
from web.services.signing_keys import keys
from web.services.visits.rounds import place_pictures
from web.settings import Settings
from web.store.scope import PROGRAM

_READY_S = 60.0


@contextmanager
def phone_pages() -> Iterator[dict[str, str]]:
    """Addresses by name, while a site with demo data and a picture of its door runs on a free port."""
    with tempfile.TemporaryDirectory() as folder:
        port = free_port()
        settings = Settings(home=Path(folder) / "var", base_url=f"http://127.0.0.1:{port}")
        pages = _seeded(settings)
        site = Child("site", ["web", "serve", "--port", str(port)], {"DATA_DIR": str(settings.home)})
        try:
            site.wait_for("ready ", _READY_S)
            yield pages
        finally:
            site.stop()


def free_port() -> int:
    """A port of this machine that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _seeded(settings: Settings) -> dict[str, str]:
    inst = opened(settings, lambda: time.time_ns() // 1_000_000)
    try:
        keys.ensure(inst)
        demo, first = seed.seeded(inst)
        assert first is not None
        place_pictures.put(inst, PROGRAM, demo.venue_id, "", _door())
        poster = places.venue(inst, PROGRAM, demo.venue_id).entrances[0].posters[0]
        door = f"{settings.base_url}/V/{poster.symbols}"
        mine, _, secret = first.visitor_link.partition("#")
        return {
            "check-in, Chinese": f"{door}?lang=zh",
            "check-in, English": f"{door}?lang=en",
            "code, Chinese": f"{mine}?lang=zh#{secret}",
            "code, English": f"{mine}?lang=en#{secret}",
        }
    finally:
        inst.close()


def _door() -> bytes:
    """Noise, which no picture of the same size outweighs."""
    pixels = np.random.default_rng(1).integers(0, 255, (900, 1200, 3), np.uint8)
    body = io.BytesIO()
    Image.fromarray(pixels).save(body, "JPEG")
    return body.getvalue()
