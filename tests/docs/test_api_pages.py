"""What docs/api.md and docs/webhooks.md show is done as it stands there, against a running site."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from tests.api_fuzz.world import World, world
from web.services.connecting import signing
from web.services.connecting.events import CHOICES, Event
from web.services.connecting.signing import Secrets

DOCS = Path(__file__).parents[2] / "docs"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with world(tmp_path_factory.mktemp("site") / "var") as made:
        yield made


def blocks(page: str, language: str) -> list[str]:
    text = (DOCS / page).read_text(encoding="utf-8")
    return re.findall(rf"^```{language}\n(.*?)^```$", text, re.M | re.S)


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of somebody who tries the examples, with a logo and a table in it."""
    folder = tmp_path_factory.mktemp("desk")
    Image.new("RGB", (300, 200), "navy").save(folder / "logo.png")
    (folder / "places.csv").write_text("enterprise,venue,address,entrance\nPark Ltd,Hall 9,9 Road,East\n")
    return folder


def printed(script: str, site: World, desk: Path) -> str:
    """What a script of the page prints."""
    told = {
        "SITE": site.url,
        "TOKEN": site.secret,
        "VENUE": site.ids["venue_id"],
        "ENTERPRISE": site.ids["enterprise_id"],
        "ENTRANCE": site.ids["entrance_id"],
        "TODAY": site.ids["day"],
    }
    command = ["bash", "-eu", "-c", script]
    environment = {**os.environ, **told}
    return subprocess.run(
        command, env=environment, cwd=desk, capture_output=True, text=True, check=True
    ).stdout


def done(script: str, site: World, desk: Path) -> Any:
    """What a script prints, as JSON; of several answers the list."""
    text, found, at = printed(script, site, desk), [], 0
    while text[at:].strip():
        value, length = json.JSONDecoder().raw_decode(text[at:].lstrip())
        found.append(value)
        at = len(text) - len(text[at:].lstrip()) + length
    return found[0] if len(found) == 1 else found


@pytest.mark.skipif(shutil.which("curl") is None, reason="needs curl")
def test_the_examples_of_the_api_work_as_they_stand_there(site: World, desk: Path) -> None:
    scripts = blocks("api.md", "sh")
    told = [done(script, site, desk) for script in scripts]
    venues, visitors, _, tables, paper, _, trace, entries, door, wrong, made = told
    assert len(venues["items"]) == 2
    assert venues["next"]
    assert [one["masked_name"] for one in visitors["items"]] != []
    assert "13800138000" not in json.dumps(visitors)
    assert len(entries["items"]) <= 2
    assert done(scripts[-3], site, desk) == door
    assert (wrong["status"], wrong["errors"][0]["pointer"], wrong["title"]) == (422, "#/name", "字段内容无效")
    assert made["id"]
    assert Image.open(desk / "kept.png").size == (300, 200)
    applied, undone = tables
    assert (applied["venues"], undone["count"]) == (1, 2)
    assert (paper["new"], paper["bad"]) == (1, 0)
    assert "<svg" in (desk / "hours.svg").read_text(encoding="utf-8")
    assert (desk / "day.csv").read_text(encoding="utf-8-sig").startswith("日期")
    assert trace["trace_id"] or trace["several"]


def test_the_example_tells_a_delivery_from_a_forged_and_from_an_old_one() -> None:
    (example,) = blocks("webhooks.md", "python")
    told: dict[str, Any] = {}
    exec(compile(example, "docs/webhooks.md", "exec"), told)
    secret, body, now_ms = (
        signing.new_secret(),
        '{"type":"entry","名":1}'.encode(),
        time.time_ns() // 1_000_000,
    )
    headers = signing.headers(Secrets(secret), "msg_1", now_ms, body)
    verified = told["verified"]
    assert verified(secret, headers, body)
    assert not verified(secret, headers, body + b" ")
    assert not verified(secret, {**headers, "webhook-id": "msg_2"}, body)
    assert not verified(signing.new_secret(), headers, body)
    old = signing.headers(Secrets(secret), "msg_1", now_ms - 310_000, body)
    assert not verified(secret, old, body)
    renewed = Secrets(secret).renewed(now_ms)
    assert verified(secret, signing.headers(renewed, "msg_1", now_ms, body), body)
    assert verified(renewed.current, signing.headers(renewed, "msg_1", now_ms, body), body)


def test_every_event_is_explained() -> None:
    text = (DOCS / "webhooks.md").read_text(encoding="utf-8")
    for event in (*CHOICES, Event.TEST):
        assert f"| `{event}` |" in text
