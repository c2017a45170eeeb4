"""A venue that gates without network filled beyond its room: one alert a day, whatever arrives first."""

from __future__ import annotations

import json
from itertools import permutations
from typing import Any

import pytest
from sqlalchemy import insert

from domain.alert import AlertKind, alert_sentence
from tests.web.alone import HOUR, MINUTE, Holder, evidence, found, holder, passed, took
from tests.web.tenants import SettableClock, Tenant, enrolled
from web.db.tables import policies
from web.services.findings import alerts
from web.services.gates.gates import Gate
from web.services.installation import Installation
from web.store.findings.alerts import Wanted


@pytest.fixture
def south(inst: Installation, park: Tenant) -> Gate:
    """The other gate of a park in which three people have room."""
    row = {"scope_kind": "venue", "scope_id": park.venue, "version": 2, "body": json.dumps({"capacity": 3})}
    added = {**row, "account_id": "x", "created_ms": 0}
    inst.write(lambda c: c.execute(insert(policies).values(**added)).rowcount)
    return enrolled(inst, park.staff, park.side_entrance)[0]


def group(gate: Gate, seq: int, at_ms: int, who: Holder | None, people: int = 1, way: str = "in") -> Any:
    """An entry of so many people together, by the rules that know a limit."""
    item = passed(gate, seq, at_ms, who, direction=way, policy_version=2)
    item["private"]["companions"] = people - 1
    return item


def full(inst: Installation) -> list[object]:
    return [evidence(row) for row in found(inst, AlertKind.OVER_CAPACITY)]


def test_two_gates_that_filled_a_venue_apart_are_one_alert_with_the_most_who_were_inside(
    inst: Installation, park: Tenant, south: Gate, clock: SettableClock
) -> None:
    base = clock.ms - HOUR
    north = [
        passed(park.gate, n, base + n * MINUTE, holder(inst, park, f"N {n}"), policy_version=2)
        for n in (1, 2)
    ]
    assert took(inst, park.gate, *north) == ["stored"] * 2
    assert full(inst) == []
    far = [group(south, n, base + (n + 10) * MINUTE, holder(inst, park, f"S {n}")) for n in (1, 2, 3)]
    took(inst, south, *far[:2])
    [alert] = found(inst, AlertKind.OVER_CAPACITY)
    told = {"day": "2026-11-20", "time": "09:12", "people": 4, "capacity": 3, "true_ms": far[1]["at_ms"]}
    assert evidence(alert) == told
    assert (alert.kiosk_id, alert.venue_id, alert.entry_id) == (south.id, park.venue, far[1]["id"])
    took(inst, south, far[2])
    assert len(full(inst)) == 1
    [row] = alerts.listed(inst, park.staff, Wanted(kinds=(AlertKind.OVER_CAPACITY,))).rows
    assert "up to 4 people were inside at once; 3 are allowed" in row.sentence.en
    assert "最多有 4 人，容量为 3 人" in row.sentence.zh


def test_an_exit_that_arrives_later_explains_it_and_the_order_does_not_matter(
    inst: Installation, park: Tenant, south: Gate, clock: SettableClock
) -> None:
    base = clock.ms - HOUR
    ann, bob = holder(inst, park, "Ann"), holder(inst, park, "Bob")
    took(inst, park.gate, group(park.gate, 1, base, ann, people=3))
    took(inst, south, group(south, 1, base + 2 * MINUTE, bob))
    assert len(full(inst)) == 1
    took(inst, park.gate, group(park.gate, 2, base + MINUTE, ann, people=3, way="out"))
    assert full(inst) == []


def test_no_order_of_arrival_leaves_an_alert_where_there_was_room(
    inst: Installation, park: Tenant, south: Gate, clock: SettableClock
) -> None:
    for nth, order in enumerate(permutations(range(3))):
        base = clock.ms - 5 * HOUR + nth * 30 * MINUTE
        who, seq = holder(inst, park, f"Person {nth}"), 10 * nth
        three = [
            (park.gate, group(park.gate, seq + 1, base, who, people=3)),
            (park.gate, group(park.gate, seq + 2, base + MINUTE, who, way="out")),
            (south, group(south, seq + 1, base + 2 * MINUTE, None)),
        ]
        for index in order:
            gate, item = three[index]
            took(inst, gate, item)
        took(inst, south, group(south, seq + 2, base + 3 * MINUTE, None, way="out"))
        assert full(inst) == [], order


def test_without_a_limit_and_of_gates_in_contact_nothing_is_counted(
    inst: Installation, park: Tenant, mill: Tenant, south: Gate, clock: SettableClock
) -> None:
    took(inst, mill.gate, *(group(mill.gate, n, clock.ms - HOUR, None, people=5) for n in (1, 2)))
    took(inst, south, group(south, 1, clock.ms, None, people=9))
    assert full(inst) == []


def test_its_sentence_says_how_many_and_how_many_are_allowed() -> None:
    told = {"day": "2026-11-20", "time": "09:12", "people": "4", "capacity": "3"}
    said = alert_sentence(AlertKind.OVER_CAPACITY, told)
    for text in (said.en, said.zh):
        assert all(value in text for value in told.values())
        assert "…" not in text
