"""What the tests of prints share: real contents, the machine's font, both readers, and how many examples."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from hypothesis import settings
from PIL import Image

from printables.fonts import Face, default_face
from printables.kinds.poster import PosterContent
from printables.kinds.visitor_card import CardContent
from reader.reading import PYZBAR, ZXING, read_with

# Fifty times as many of whatever a test asks for: see test_kinds_any_text.
settings.register_profile("many", max_examples=5_000, deadline=None)


@pytest.fixture(scope="session")
def face() -> Face:
    return default_face()


@pytest.fixture(scope="session")
def poster_content() -> PosterContent:
    return PosterContent(
        url="HTTPS://CHECKIN.SPRUCE.EXAMPLE/V/CI5XYQNE6DLJHUZ2WVTM4GKA7R",
        short_number="K7M49QXR",
        venue_name="云杉科技园 · Spruce Science Park",
        entrance_name="南门 South gate",
        address="上海市浦东新区银杉路 88 号 · 88 Yinshan Road, Pudong, Shanghai",
        host="checkin.spruce.example",
        serial="0007-02",
        issued_on=date(2026, 3, 1),
        operator="云杉科技园物业管理处",
        retention_days=28,
    )


@pytest.fixture(scope="session")
def card_content() -> CardContent:
    # As long as a signed visitor code: 116 bytes in base45 after the prefix.
    return CardContent(
        code=("CP1:" + "6BFOXN%TS3DHPVO13J /G-/2YRVA.Q/R8" * 6)[:178],
        visitor_name="王*明",
        class_zh="访客",
        class_en="Visitor",
        valid_until=date(2026, 12, 31),
        short_number="H4RT7WXC",
        issuer="云杉科技园物业管理处",
    )


@pytest.fixture(scope="session")
def texts_read() -> Callable[[Image.Image], dict[str, list[str | None]]]:
    """What each reader alone reads from a picture."""

    def read(picture: Image.Image) -> dict[str, list[str | None]]:
        grey = np.asarray(picture.convert("L"))
        return {name: [found.text for found in read_with(grey, name)] for name in (ZXING, PYZBAR)}

    return read


@pytest.fixture
def table(tmp_path: Path) -> Path:
    """Where a test's table of venues lies."""
    return tmp_path / "venues.csv"
