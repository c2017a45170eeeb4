"""The description: whole, in both languages, and the same as what is there."""

from __future__ import annotations

import json
import re
from typing import Any

from flask import Flask

from tests.web.api.program import Program
from web.api.declaring.operations import RIGHTS_OF
from web.api.describing import chinese
from web.api.gates import kiosk_calls


def test_every_operation_is_described_in_both_languages(described: dict[str, Any]) -> None:
    operations = {one["operationId"]: one for path in described["paths"].values() for one in path.values()}
    ours = {name.partition(".")[2] for name in RIGHTS_OF}
    assert ours == set(chinese.OPERATIONS)
    assert set(operations) == ours | set(kiosk_calls.SUMMARIES)
    assert {tag["name"] for tag in described["tags"]} == set(chinese.SUBJECTS)
    for name, one in operations.items():
        assert one["summary"].endswith((".", "…")), name
        assert re.search(r"[\u4e00-\u9fff]", one["x-summary-zh"]), name
        of_kiosks = [] if name == "kiosk_enrol" else [{"kiosk": []}]
        assert one["security"] == ([{"token": [one["x-right"]]}] if name in ours else of_kiosks)


def test_every_shape_that_is_named_is_there_and_none_has_a_name_of_the_program(
    described: dict[str, Any],
) -> None:
    named = set(re.findall(r'"#/components/schemas/([^"]+)"', json.dumps(described)))
    assert named <= set(described["components"]["schemas"])
    assert [name for name in named if "." in name] == []


def test_no_address_holds_what_somebody_is_called(described: dict[str, Any]) -> None:
    told = [
        (path, parameter["name"])
        for path, methods in described["paths"].items()
        for one in methods.values()
        for parameter in one["parameters"]
        if parameter["in"] in ("path", "query")
    ]
    personal = {"name", "phone", "plate", "who", "term", "host", "id_number", "login"}
    assert [one for one in told if one[1] in personal] == []


def test_the_page_of_the_description_speaks_the_readers_language(site_app: Flask, owner: Program) -> None:
    client = site_app.test_client()
    pages = {
        code: client.get("/api/docs", headers={"Accept-Language": code}).get_data(as_text=True)
        for code in ("en", "zh")
    }
    assert "Add an entrance." in pages["en"]
    assert "新增出入口。" in pages["zh"]
    assert "Add an entrance." not in pages["zh"]
