"""The rules and the dashboard ask for numbers that the site tells, and for routes that it has."""

from __future__ import annotations

import json
import re

import yaml

from domain.alert import AlertKind
from tests.deploy.files import DEPLOY
from tests.web.pages.site import Site
from web.services.gates.fleet_values import Presence

MONITORING = DEPLOY / "monitoring"


def asked() -> list[str]:
    """Every expression of the rules and of the dashboard."""
    rules = yaml.safe_load((MONITORING / "alerts.yaml").read_text("utf-8"))["groups"]
    board = json.loads((MONITORING / "dashboard.json").read_text("utf-8"))
    found = [rule["expr"] for group in rules for rule in group["rules"]]
    return found + [target["expr"] for panel in board["panels"] for target in panel["targets"]]


def test_every_number_that_is_asked_for_is_told():
    told = {
        *(
            "codeplace_leaves",
            "codeplace_leaves_unsigned",
            "codeplace_leaves_undrawn",
            "codeplace_free_bytes",
            "codeplace_replica_asked",
            "codeplace_months_ahead",
        ),
        *("codeplace_kiosks", "codeplace_kiosk_entries_waiting", "codeplace_open_alerts"),
        *("codeplace_request_seconds_count", "codeplace_request_seconds_bucket"),
    }
    named = {name for expression in asked() for name in re.findall(r"\bcodeplace_\w+", expression)}
    assert named == told


def test_routes_states_and_kinds_in_them_exist(site: Site):
    rules = {rule.rule for rule in site.app.url_map.iter_rules()}
    kinds = {"state": {one.value for one in Presence}, "kind": {one.value for one in AlertKind}}
    for expression in asked():
        for label, operator, value in re.findall(r'(rule|state|kind)(=~|=)"([^"]+)"', expression):
            there = rules if label == "rule" else kinds[label]
            found = [one for one in there if (re.fullmatch(value, one) if operator == "=~" else one == value)]
            assert found, expression


def test_every_alert_says_what_to_do_in_both_languages():
    for group in yaml.safe_load((MONITORING / "alerts.yaml").read_text("utf-8"))["groups"]:
        for rule in group["rules"]:
            told = rule["annotations"]
            assert told["action"]
            assert re.search(r"[\u4e00-\u9fff]", told["summary"])
            assert re.search(r"[a-z]{3}", told["summary"])
