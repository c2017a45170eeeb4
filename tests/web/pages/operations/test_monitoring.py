"""The rules and the dashboard ask for numbers that the site tells, and for routes that it has."""

from __future__ import annotations

import json
import re
from pathlib import Path

import click
import yaml

from domain.alert import AlertKind
from tests.deploy.files import DEPLOY
from tests.web.pages.metrics import read, watched
from tests.web.pages.site import Site
from web.cli import commands
from web.services.gates.fleet.fleet_values import Presence
from web.views.operations import metrics

MONITORING = DEPLOY / "monitoring"


def asked() -> list[str]:
    """Every expression of the rules and of the dashboard."""
    rules = yaml.safe_load((MONITORING / "alerts.yaml").read_text("utf-8"))["groups"]
    board = json.loads((MONITORING / "dashboard.json").read_text("utf-8"))
    found = [rule["expr"] for group in rules for rule in group["rules"]]
    return found + [target["expr"] for panel in board["panels"] for target in panel["targets"]]


def test_every_number_that_is_asked_for_is_told(site: Site):
    there = watched(site)
    assert there.client().get("/healthz").status_code == 200
    answer = read(there)
    told = {*answer, *(name for family in answer.values() for name, *_ in family)}
    named = {name for expression in asked() for name in re.findall(r"\bcodeplace_\w+", expression)}
    # These are told only where there is a replica, months with tables of their own, or a night was.
    elsewhere = {
        *("replica_asked", "months_ahead", "log_checked_timestamp_seconds", "log_findings"),
        "log_check_failed_timestamp_seconds",
    }
    assert named - told <= {f"codeplace_{name}" for name in elsewhere}
    source = Path(metrics.__file__).read_text("utf-8")
    assert all(f'("{name}", ' in source or f'"{name}",' in source for name in elsewhere)


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


def test_what_an_alert_tells_to_type_is_a_whole_command():
    text = (MONITORING / "alerts.yaml").read_text("utf-8")
    told = re.findall(r"\bcodeplace ([a-z ]+)", text)
    assert {"doctor", "kiosks", "log fsck"} <= set(told)
    assert "-m web" not in text, "that has neither the settings nor the user of the site"
    for words in told:
        command: click.Command = commands
        for word in words.split():
            assert isinstance(command, click.Group), words
            command = command.commands[word]
        assert not [one for one in command.params if one.required], f"{words} needs more to be typed"
