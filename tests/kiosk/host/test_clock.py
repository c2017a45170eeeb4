from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from kiosk.host import machine
from kiosk.host.clock import Anchor, GateClock, Machine

DAY_MS = 86_400_000
NOON_MS = 1_795_000_000_000


@dataclass
class Watch:
    wall: int = NOON_MS
    boot: int = 50_000
    boot_id: str = "boot-1"
    counts_sleep: bool = True

    @property
    def machine(self) -> Machine:
        return Machine(lambda: self.wall, lambda: self.boot, self.boot_id, self.counts_sleep)

    def passes(self, ms: int) -> None:
        self.wall += ms
        self.boot += ms


def test_without_a_server_the_wall_clock_is_used_and_the_entry_says_so() -> None:
    watch = Watch()
    stamp = GateClock(watch.machine).stamp()
    assert (stamp.now_ms, stamp.wall_ms) == (NOON_MS, NOON_MS)
    assert (stamp.clock.offset_ms, stamp.clock.offset_age_ms) == (None, None)


def test_a_measurement_takes_the_middle_of_the_round_trip() -> None:
    watch = Watch()
    clock = GateClock(watch.machine)
    watch.passes(200)
    assert clock.measured(NOON_MS + 60_000 + 100, 50_000, 50_200)
    assert clock.now_ms() == watch.wall + 60_000
    watch.passes(5_000)
    stamp = clock.stamp()
    assert stamp.now_ms == watch.wall + 60_000
    assert (stamp.clock.offset_ms, stamp.clock.offset_age_ms) == (60_000, 5_000)


def test_an_answer_that_took_too_long_says_nothing() -> None:
    clock = GateClock(Watch().machine)
    assert not clock.measured(NOON_MS + DAY_MS, 50_000, 59_000)
    assert clock.now_ms() == NOON_MS


def test_setting_the_wall_clock_changes_nothing_once_the_server_was_heard() -> None:
    watch = Watch()
    clock = GateClock(watch.machine)
    clock.measured(NOON_MS, watch.boot, watch.boot)
    for step in (-365 * DAY_MS, 365 * DAY_MS):
        watch.wall = NOON_MS + step
        assert clock.now_ms() == NOON_MS
        assert clock.stamp().wall_ms == watch.wall  # the raw clock is kept as it was
        assert clock.stamp().clock.offset_ms == -step


def test_a_rolled_back_clock_does_not_go_behind_the_last_entry() -> None:
    watch = Watch()
    clock = GateClock(watch.machine)
    clock.not_before_own(NOON_MS)
    watch.wall -= 365 * DAY_MS
    assert clock.now_ms() == NOON_MS


def test_a_rolled_back_clock_does_not_go_behind_a_signed_time() -> None:
    watch = Watch()
    clock = GateClock(watch.machine)
    clock.not_before_signed(NOON_MS + 1)
    assert clock.now_ms() == NOON_MS + 1
    clock.measured(NOON_MS - DAY_MS, watch.boot, watch.boot)
    assert clock.now_ms() == NOON_MS + 1


def test_one_night_with_a_wrong_clock_does_not_close_the_gate_for_a_year() -> None:
    watch = Watch(wall=NOON_MS + 365 * DAY_MS)
    clock = GateClock(watch.machine)
    clock.not_before_own(clock.now_ms())
    watch.wall = NOON_MS
    assert clock.now_ms() == NOON_MS + 365 * DAY_MS
    clock.measured(NOON_MS, watch.boot, watch.boot)
    assert clock.now_ms() == NOON_MS


def test_a_measurement_is_good_until_the_machine_restarts() -> None:
    watch = Watch()
    anchor = Anchor("boot-1", 10_000, NOON_MS - 40_000, NOON_MS + 20_000)
    assert GateClock(watch.machine, anchor).now_ms() == NOON_MS + 60_000
    watch.boot_id = "boot-2"
    assert GateClock(watch.machine, anchor).now_ms() == NOON_MS


def test_a_machine_whose_count_stops_while_it_sleeps_goes_on_with_the_wall_clock() -> None:
    watch = Watch(counts_sleep=False)
    clock = GateClock(watch.machine)
    clock.measured(NOON_MS + 1_000, watch.boot, watch.boot)
    watch.wall += 8 * 3_600_000
    assert clock.now_ms() == watch.wall + 1_000


def test_a_measurement_survives_a_restart_of_the_program(tmp_path: Path) -> None:
    anchor = Anchor("boot-1", 1, 2, 3)
    machine.keep_anchor(tmp_path, anchor)
    assert machine.kept_anchor(tmp_path) == anchor
    (tmp_path / "clock.json").write_text("{")
    assert machine.kept_anchor(tmp_path) is None


def test_this_machine_has_one_boot_id_and_counts_upwards(tmp_path: Path) -> None:
    here = machine.this_machine(tmp_path)
    assert here.boot_id == machine.this_machine(tmp_path).boot_id
    assert 0 < here.boot_ms() <= here.boot_ms()


def test_without_a_boot_id_of_the_system_one_is_made_and_kept_for_this_boot(tmp_path: Path) -> None:
    path = tmp_path / "boot.json"
    first = machine._remembered_boot_id(path, NOON_MS)
    assert machine._remembered_boot_id(path, NOON_MS + 900) == first
    assert machine._remembered_boot_id(path, NOON_MS + DAY_MS) != first
