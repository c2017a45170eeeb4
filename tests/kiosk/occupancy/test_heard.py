"""The file of what other gates told: damaged, full or of another day, it never stops a gate."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.venue import Direction
from kiosk.occupancy.heard import FILE_NAME, Heard
from kiosk.occupancy.inside import Arrival, Passage

DAY = date(2026, 11, 22)
MADE = [
    Arrival(Passage(f"e{n}", f"tag{n % 3}", Direction.IN if n % 2 else Direction.OUT, 1_000 + n, 1 + n % 4))
    for n in range(8)
]


def file_of(folder: Path) -> Path:
    return folder / FILE_NAME


def test_what_is_told_twice_is_kept_once_also_by_the_next_run(tmp_path: Path):
    heard = Heard(tmp_path)
    heard.keep("park", DAY, MADE[:5])
    heard.keep("park", DAY, MADE[3:])
    Heard(tmp_path).keep("park", DAY, MADE)
    assert Heard(tmp_path).told("park", DAY) == MADE
    assert len(file_of(tmp_path).read_text().splitlines()) == 1 + len(MADE)
    assert file_of(tmp_path).stat().st_mode & 0o077 == 0


def test_a_correction_is_kept_as_well(tmp_path: Path):
    Heard(tmp_path).keep("park", DAY, [Arrival(None, "e1")])
    assert Heard(tmp_path).told("park", DAY) == [Arrival(None, "e1")]


@pytest.mark.parametrize(("venue", "day"), [("mill", DAY), ("park", date(2026, 11, 23))])
def test_another_venue_or_day_begins_anew(tmp_path: Path, venue: str, day: date):
    heard = Heard(tmp_path)
    heard.keep("park", DAY, MADE)
    assert heard.told(venue, day) == []
    heard.keep(venue, day, MADE[:1])
    assert (heard.told(venue, day), heard.told("park", DAY)) == (MADE[:1], [])


@given(st.data())
def test_cut_anywhere_the_rest_is_known_and_more_can_follow(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
):
    folder = tmp_path_factory.mktemp("gate")
    Heard(folder).keep("park", DAY, MADE)
    whole = file_of(folder).read_bytes()
    cut = data.draw(st.integers(0, len(whole)))
    junk = data.draw(st.binary(max_size=6))
    file_of(folder).write_bytes(whole[:cut] + junk)
    assert [one for one in Heard(folder).told("park", DAY) if one not in MADE] == []
    Heard(folder).keep("park", DAY, MADE)
    assert [one for one in MADE if one not in Heard(folder).told("park", DAY)] == []


def test_a_disk_that_cannot_be_written_stops_nothing(tmp_path: Path):
    heard = Heard(tmp_path / "gone")
    heard.keep("park", DAY, MADE)
    assert heard.told("park", DAY) == []
