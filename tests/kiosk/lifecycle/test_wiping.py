"""A kiosk that goes out of service is emptied on its entrance's name, and says what it never delivered."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from domain.errors import InputError
from domain.note import NoteKey
from domain.venue import Entrance
from kiosk.__main__ import kiosk
from kiosk.host.identity import Identity, saved_identity, state_folder
from kiosk.lifecycle.wiping import waiting, wiped
from tests.kiosk.spool.filling import filled, take_all

NOW_MS = 1_795_140_000_000


@pytest.fixture
def home(tmp_path: Path) -> Path:
    place = tmp_path / "kiosk"
    place.mkdir()
    key = NoteKey("park.example/bundle", bytes(32))
    entrance = Entrance("e1", "North gate", "v1", "Park site")
    saved_identity(place, Identity("https://park.example", "k1", "secret-credential", key, entrance))
    assert waiting(place, lambda: NOW_MS) == 0
    (place / "deeper").mkdir()
    (place / "deeper" / "facts.db").write_bytes(b"O*** of somebody" * 1000)
    return place


def test_nothing_is_left_and_the_text_says_what_was_there(home: Path) -> None:
    done = wiped(home, 3, lambda: NOW_MS)
    assert list(home.rglob("*")) == []
    assert "undelivered 3\n" in done.text
    assert "entrance e1 North gate\n" in done.text
    assert "wiped 2026-11-20T02:00:00+00:00\n" in done.text
    with pytest.raises(InputError):
        wiped(home, 0, lambda: NOW_MS)


def test_the_command_asks_for_the_name_of_the_entrance(home: Path, tmp_path: Path) -> None:
    told = tmp_path / "certificate.txt"
    words = ["wipe", "--home", str(home), "--certificate", str(told)]
    wrong = CliRunner().invoke(kiosk, [*words, "--entrance", "South gate"])
    assert (wrong.exit_code, (home / "kiosk.json").exists()) == (2, True)
    right = CliRunner().invoke(kiosk, [*words, "--entrance", "North gate"])
    assert right.exit_code == 0, right.output
    assert told.read_text().startswith("code-and-place/kiosk-wiped@v1\nkiosk k1\n")
    assert not (home / "kiosk.json").exists()


def test_entries_that_were_never_delivered_are_named_and_nothing_is_wiped(home: Path, tmp_path: Path) -> None:
    spool = filled(state_folder(home, "k1"), 2)
    take_all(spool, NOW_MS)
    spool.close()
    filled(state_folder(home, "k1"), 3).close()
    told = tmp_path / "certificate.txt"
    words = ["wipe", "--home", str(home), "--entrance", "North gate", "--certificate", str(told)]
    refused = CliRunner().invoke(kiosk, words)
    assert refused.exit_code == 2, refused.output
    assert "3 entries were never delivered" in refused.output
    assert (home / "kiosk.json").exists()
    agreed = CliRunner().invoke(kiosk, [*words, "--undelivered"])
    assert agreed.exit_code == 0, agreed.output
    assert "undelivered 3\n" in told.read_text()
    assert list(home.rglob("*")) == []


def test_what_waits_under_an_identity_from_before_counts_too(home: Path) -> None:
    filled(state_folder(home, "k0"), 2).close()
    filled(state_folder(home, "k1"), 1).close()
    assert waiting(home, lambda: NOW_MS) == 3


def test_a_kiosk_that_runs_is_not_wiped(home: Path) -> None:
    running = filled(state_folder(home, "k1"), 1)
    try:
        done = CliRunner().invoke(
            kiosk, ["wipe", "--home", str(home), "--entrance", "North gate", "--undelivered"]
        )
        assert done.exit_code != 0, done.output
        assert "already running" in done.output
        assert (home / "kiosk.json").exists()
    finally:
        running.close()


def test_damaged_entries_that_may_be_nowhere_else_are_named(home: Path) -> None:
    folder = state_folder(home, "k1")
    filled(folder, 1).close()
    (folder / "entries.sqlite3").write_bytes(b"no database at all" * 100)
    words = ["wipe", "--home", str(home), "--entrance", "North gate"]
    for _ in range(2):  # the first look sets them aside
        refused = CliRunner().invoke(kiosk, words)
        assert refused.exit_code == 2, refused.output
        assert "entries.sqlite3.damaged-" in refused.output
        assert (home / "kiosk.json").exists()
    assert CliRunner().invoke(kiosk, [*words, "--undelivered"]).exit_code == 0
