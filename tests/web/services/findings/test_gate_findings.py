"""What entries tell about their gate: clocks (K1 to K4), copies (S3, S4), what is missing (S10, S11)."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from domain.gap import Gap, GapCause, gap_json
from tests.web.alone import DAY, HOUR, MINUTE, evidence, found, kinds, passed, took
from tests.web.tenants import SettableClock, Tenant, entry_item
from web.db.tables import entries
from web.services.gates.ingest import ingest
from web.services.installation import Installation

YEAR = 365 * DAY


def ticked(
    there: Tenant, seq: int, wall_ms: int, boot_ms: int, offset_ms: int | None, **more: Any
) -> dict[str, Any]:
    clock = {"boot_id": "b1", "boot_ms": boot_ms, "offset_ms": offset_ms, **more}
    clock.setdefault("offset_age_ms", None if offset_ms is None else 0)
    return entry_item(there.gate, seq, wall_ms, clock=clock)


def times(inst: Installation) -> list[tuple[int, int, str]]:
    rows = inst.read(lambda c: c.execute(select(entries).order_by(entries.c.seq)).all())
    return [(row.at_ms, row.true_ms, row.time_quality) for row in rows]


@pytest.mark.parametrize("wrong_by", [-YEAR, YEAR, -HOUR, HOUR, 10 * MINUTE, -10 * MINUTE])
def test_a_wrong_clock_keeps_every_entry_and_is_found_once(
    inst: Installation, park: Tenant, clock: SettableClock, wrong_by: int
) -> None:
    happened = [clock.ms - HOUR, clock.ms - HOUR + MINUTE]
    items = [ticked(park, seq, at + wrong_by, seq * MINUTE, -wrong_by) for seq, at in enumerate(happened, 1)]
    assert took(inst, park.gate, *items) == ["stored", "stored"]
    assert times(inst) == [(at + wrong_by, at, "synced") for at in happened]
    [alert] = found(inst)
    assert (alert.kind, alert.kiosk_id) == ("clock_apart", park.gate.id)
    assert evidence(alert)["minutes"] == round(wrong_by / MINUTE)


def test_a_second_or_two_and_five_minutes_are_no_alert(
    inst: Installation, park: Tenant, clock: SettableClock
) -> None:
    base = clock.ms - HOUR
    items = [
        ticked(park, 1, base, 0, 0),
        ticked(park, 2, base + MINUTE - 1000, MINUTE, 1000),  # a leap second
        ticked(park, 3, base + 2 * MINUTE + 299_000, 2 * MINUTE, -299_000),
    ]
    took(inst, park.gate, *items)
    assert kinds(inst) == []


def test_a_gate_that_never_had_contact_and_is_ahead_of_its_own_arrival(
    inst: Installation, park: Tenant, clock: SettableClock
) -> None:
    took(inst, park.gate, ticked(park, 1, clock.ms + YEAR, 1, None))
    assert kinds(inst) == ["clock_apart"]
    assert times(inst) == [(clock.ms + YEAR, clock.ms, "unknown")]


@pytest.mark.parametrize("measured", [True, False], ids=["measured", "never measured"])
@pytest.mark.parametrize(
    ("jump", "expected"),
    [(-HOUR, -60), (10 * MINUTE, 10), (-30_000, None), (4 * MINUTE, None), (0, None)],
)
def test_a_clock_that_was_stepped_while_entries_waited(
    inst: Installation,
    park: Tenant,
    clock: SettableClock,
    measured: bool,
    jump: int,
    expected: int | None,
) -> None:
    base = clock.ms - DAY
    one = ticked(park, 1, base, 0, 0 if measured else None)
    two = ticked(park, 2, base + MINUTE + jump, MINUTE, -jump if measured else None)
    took(inst, park.gate, one)
    took(inst, park.gate, two)
    jumps = found(inst, "clock_jump")
    assert [evidence(row)["minutes"] for row in jumps] == ([] if expected is None else [expected])
    assert [(row.entry_id, row.other_entry_id) for row in jumps] == [(one["id"], two["id"])] * len(jumps)


def test_a_restart_and_a_sleep_are_no_jump(inst: Installation, park: Tenant, clock: SettableClock) -> None:
    base = clock.ms - DAY
    again = ticked(park, 2, base + HOUR, 5, 0)
    again["clock"]["boot_id"] = "b2"
    # Slept three hours on a machine that does not count them: the server's offset says that all is well.
    slept = ticked(park, 3, base + 4 * HOUR, 6, 0)
    slept["clock"]["boot_id"] = "b2"
    took(inst, park.gate, ticked(park, 1, base, 10 * HOUR, 0), again, slept)
    assert kinds(inst) == []


def test_only_entries_that_follow_one_another_are_compared_whenever_they_arrive(
    inst: Installation, park: Tenant, clock: SettableClock
) -> None:
    base = clock.ms - DAY
    three = [ticked(park, seq, base + seq * MINUTE - (HOUR if seq > 1 else 0), seq * MINUTE, None)
             for seq in (1, 2, 3)]  # fmt: skip
    took(inst, park.gate, three[2], three[0])
    assert kinds(inst) == []
    took(inst, park.gate, three[1])
    [alert] = found(inst, "clock_jump")
    assert (evidence(alert)["first"], evidence(alert)["last"]) == (1, 2)


def test_the_same_id_with_other_bytes_is_an_alert_once(
    inst: Installation, park: Tenant, clock: SettableClock
) -> None:
    first = passed(park.gate, 1, clock.ms, None)
    changed = {**first, "outcome": "refused", "reason": "code_expired"}
    took(inst, park.gate, first, changed)
    took(inst, park.gate, changed)
    [alert] = found(inst)
    assert (alert.kind, alert.entry_id) == ("changed_body", first["id"])
    assert len(set(evidence(alert)["hashes"].values())) == 2


def test_a_copied_kiosk_is_one_alert_for_all_its_numbers(
    inst: Installation, park: Tenant, clock: SettableClock
) -> None:
    took(inst, park.gate, *(entry_item(park.gate, seq, clock.ms - 100) for seq in range(1, 6)))
    copied = [entry_item(park.gate, seq, clock.ms - 50) for seq in range(1, 6)]
    assert took(inst, park.gate, *copied) == ["conflict"] * 5
    [alert] = found(inst)
    assert (alert.kind, alert.kiosk_id) == ("cloned_device", park.gate.id)


@pytest.mark.parametrize(
    ("cause", "kind"),
    [(GapCause.ABSENT, "gap"), (GapCause.VANISHED, "new_epoch"), (GapCause.DAMAGED, "new_epoch")],
)
def test_a_gap_that_is_told_is_an_alert_with_how_many_never_came(
    inst: Installation, park: Tenant, clock: SettableClock, cause: GapCause, kind: str
) -> None:
    took(inst, park.gate, *(entry_item(park.gate, seq, clock.ms) for seq in (1, 2, 6)))
    told = [gap_json(Gap(2, 5, cause, clock.ms))]
    ingest(inst, park.gate, [], told)
    ingest(inst, park.gate, [], told)
    [alert] = found(inst)
    said = evidence(alert)
    assert (alert.kind, said["first"], said["last"], said["missing"]) == (kind, 2, 5, 3)


def test_numbers_that_come_after_all_close_their_alert_in_any_order(
    inst: Installation, park: Tenant, clock: SettableClock
) -> None:
    items = {seq: entry_item(park.gate, seq, clock.ms) for seq in range(1, 7)}
    told = [gap_json(Gap(2, 3, GapCause.ABSENT, clock.ms))]
    took(inst, park.gate, items[1], items[6])
    ingest(inst, park.gate, [], told)
    assert kinds(inst) == ["gap"]
    took(inst, park.gate, items[3])
    assert kinds(inst) == ["gap"]
    took(inst, park.gate, items[2])
    assert kinds(inst) == []


def test_numbers_that_silently_never_come_are_found_after_a_quarter_of_an_hour(
    inst: Installation, park: Tenant, clock: SettableClock
) -> None:
    items = {seq: entry_item(park.gate, seq, clock.ms) for seq in range(1, 9)}
    took(inst, park.gate, items[1], items[5])
    assert kinds(inst) == []
    clock.pass_s(16 * 60)
    took(inst, park.gate, items[6])
    [alert] = found(inst)
    assert (alert.kind, evidence(alert)["first"], evidence(alert)["last"]) == ("gap", 2, 4)
    took(inst, park.gate, items[3])
    clock.pass_s(16 * 60)
    took(inst, park.gate, items[7])
    assert {(evidence(row)["first"], evidence(row)["last"]) for row in found(inst)} == {(2, 2), (4, 4)}
    took(inst, park.gate, items[2], items[4])
    assert kinds(inst) == []
