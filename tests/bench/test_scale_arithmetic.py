"""The arithmetic of `python -m bench scale`: what a load needs, and what breaks when it grows."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from bench.clocks import Clocks
from bench.scale.breaking import Bytes, Limits, at, first_broken
from bench.scale.command import scale_command
from bench.scale.load import Cost, Load, Sizes, Speeds
from bench.scale.needs import changed_within, checkpoints_a_day, machines, room, streams, years_of_keys

ROOT = Path(__file__).parents[2]
# Every request takes a millisecond of each side.
EVEN = Cost(1_000, 1_000)
SPEEDS = Speeds(EVEN, EVEN, EVEN, EVEN, EVEN, EVEN, EVEN, 20_000, 5_000, used=0.5)
# Nobody changes anything: no gate fetches a bundle or a page.
STILL = Load(changes_a_day=0, visitor_changes_a_day=0)


def test_gates_that_call_every_five_seconds_ask_more_often_than_people_pass():
    rates = {one.name: one.a_second for one in streams(STILL, SPEEDS)}
    assert rates == {
        "check-ins of phones": pytest.approx(1_200),
        "entries of gates": pytest.approx(6_800),
        "heartbeats": 20_000,
        "news of the venue": 20_000,
        "bundles": 0,
        "pages of visitors": 0,
    }


def test_processors_follow_from_requests_with_room_and_processes_need_connections():
    needed = machines(STILL, SPEEDS, cores=32)
    assert needed.site_cores == needed.database_cores == 96  # 48,000 milliseconds a second, half used
    assert needed.site_machines == 3
    assert needed.connections == 96 * 33


def test_a_change_is_in_nearly_every_beat_once_there_are_many():
    assert changed_within(0, 5) == 0
    assert changed_within(86_400, 1) == pytest.approx(0.632, abs=0.001)
    assert changed_within(5_000, 60) > changed_within(5_000, 5) > 0.25


def test_a_change_is_fetched_by_the_gates_of_one_area_of_many():
    def fetched(areas: int) -> tuple[float, float]:
        rates = {one.name: one.a_second for one in streams(replace(Load(), areas=areas), SPEEDS)}
        return rates["bundles"], rates["pages of visitors"]

    everybody, one_street = fetched(1), fetched(1_500)
    assert everybody == (pytest.approx(5_025, rel=0.01), pytest.approx(20_000, rel=0.01))
    assert one_street[0] < everybody[0] / 1_000
    assert one_street[1] < everybody[1] / 50


def test_who_it_was_goes_after_the_days_it_is_kept_and_entries_and_log_stay():
    sizes = Sizes(800, 1_200, 700, 40_000, 1_000, *[1.0] * 9)
    found = room(STILL, sizes)
    assert found.a_day == 270e9 + 40e9
    assert found.personal_kept == 28 * 120e9
    assert (found.entries_a_year, found.log_a_year) == (365 * 80e9, 365 * 70e9)
    assert (found.people, found.figures_a_year) == (25e9, 365 * 40e9)


def test_heads_are_signed_by_size_and_by_time():
    assert checkpoints_a_day(replace(STILL, entries_a_day=256 * 1_000)) == 1_000 + 172_800


def test_fifty_thousand_numbers_of_keys_serve_eight_thousand_enterprises_for_a_year():
    assert years_of_keys(8_219) == pytest.approx(1.0, abs=0.001)
    assert years_of_keys(822) == pytest.approx(10.0, abs=0.01)


def test_a_province_half_as_large_has_the_same_shape():
    half = at(Load(), 0.5)
    assert (half.peak_a_second, half.kiosks, half.beat_s) == (4_000, 50_000, 5.0)
    assert half.mean_a_second == pytest.approx(Load().mean_a_second / 2)


def test_what_breaks_first_is_told_first_and_at_its_load():
    few = replace(STILL, enterprises=0)
    found = first_broken(few, SPEEDS, Limits(database_cores=64, connections=10**9), Bytes(4_000, 1))
    assert [one.part for one in found] == [
        "projector behind at the peak",
        "one database's processors",
        "sequencer behind at the peak",
        "projector never catches up",
    ]
    # 48 processors of the database at the whole load, 32 of 64 are to be used: two thirds of it.
    assert found[1].peak_a_second == pytest.approx(8_000 * 2 / 3, rel=0.1)
    assert found[0].peak_a_second == pytest.approx(5_000, rel=0.1)


def test_more_of_everything_moves_what_breaks_further_away():
    tight = Limits(database_cores=8, line_mb_s=1, journal_mb_s=1, connections=100)
    wide = Limits(database_cores=16, line_mb_s=2, journal_mb_s=2, connections=200)
    each = Bytes(4_000, 5_000)
    before = {one.part: one.step for one in first_broken(Load(), SPEEDS, tight, each)}
    after = {one.part: one.step for one in first_broken(Load(), SPEEDS, wide, each)}
    moved = {"one database's processors", "connections of one database", "one database's journal"}
    assert all(after[part] > before[part] for part in moved)


def reckoned(*arguments: str) -> Result:
    clocks = Clocks(time.time, time.monotonic)
    return CliRunner().invoke(scale_command, ["--recorded", *arguments], obj=clocks)


def test_reckoning_with_recorded_figures_gives_the_same_line_each_time():
    first, second = reckoned(), reckoned()
    assert first.exit_code == 0, first.stderr
    assert first.stdout == second.stdout
    told = json.loads(first.stdout.splitlines()[-1])
    assert told["load"]["people"] == 25_000_000
    assert {"machines", "streams", "room", "days", "broken"} <= told.keys()


def test_the_tables_of_the_document_are_what_the_command_prints():
    printed = reckoned("--tables").stdout.strip().split("\n\n")
    text = (ROOT / "docs" / "scale.md").read_text("utf-8")
    assert len(printed) == 3
    for table in printed:
        assert table in text, "put in the output of: python -m bench scale --recorded --tables"


def test_a_peak_that_no_day_has_is_refused_in_a_sentence():
    done = reckoned("--peak-a-second", "10")
    assert done.exit_code == 1
    assert "--peak-a-second" in done.stderr


def test_a_small_measurement_weighs_every_table_and_every_request():
    small = [sys.executable, "-m", "bench", "scale", "--entries", "1000"]
    done = subprocess.run(small, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    sizes = json.loads(done.stdout.splitlines()[-1])["measured"]["sizes"]
    assert all(value > 0 for value in sizes.values())
    assert sizes["single"] > sizes["batched"]  # a request for one entry has a head of its own
