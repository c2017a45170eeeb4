from __future__ import annotations

from pathlib import Path

from tests.faults.running_kiosk import FAULTS, drilled


def test_a_kiosk_outlives_its_reader_and_its_camera_and_loses_no_visitor(tmp_path: Path) -> None:
    """How long each takes is printed by `python -m tests.faults.running_kiosk`."""
    seconds, entries, status = drilled(tmp_path)
    assert entries == [1, 2, 3]
    assert status == 0
    assert {name for name, _, _ in FAULTS} < set(seconds)
