"""The file of known visitors killed, damaged, set back or out of reach: told, begun anew, never believed."""

from __future__ import annotations

import os
import random
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from domain.facts_page import FactsPlace
from kiosk.facts.file import FILE_NAME, FactsError
from kiosk.facts.known import KnownVisitors
from tests.kiosk.conftest import NOW_S
from tests.kiosk.facts.conftest import OFFICE, names, page, person
from tests.kiosk.office import cti

_WRITER = """
import sys
from pathlib import Path
from domain.note import note_key
from kiosk.facts.known import KnownVisitors
home, key, notes = Path(sys.argv[1]), note_key(sys.argv[2]), sorted(Path(sys.argv[3]).iterdir())
known = KnownVisitors(home, key)
print("ready", flush=True)
for note in notes:
    known.take(note.read_bytes(), "a", 1)
    print(known.place.seq, flush=True)
"""


def test_killed_at_any_moment_the_file_stands_between_two_pages(tmp_path: Path):
    notes, home = tmp_path / "notes", tmp_path / "home"
    notes.mkdir()
    home.mkdir()
    count, a_page = 12, 300
    for n in range(count):
        people = [person(number, f"page {n}", (number * 100 + n,)) for number in range(a_page)]
        (notes / f"{n:02}").write_bytes(page(n, *people, newest=count))
    chance = random.Random(5)
    for _ in range(4):
        child = subprocess.Popen(
            [sys.executable, "-c", _WRITER, str(home), OFFICE.note_key.text, str(notes)],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[3])},
        )
        assert child.stdout is not None
        child.stdout.readline()
        for _ in range(chance.randrange(4)):
            child.stdout.readline()
        child.send_signal(signal.SIGKILL)
        child.wait()
        child.stdout.close()
        known = KnownVisitors(home, OFFICE.note_key)
        done = known.place.seq
        assert known.notice is None
        if done:
            shown = names(known, *(n * 100 + done - 1 for n in range(a_page)))
            assert set(shown) == {f"page {done - 1}"}
        assert names(known, 100 + done, 100 + done - 2) == [None, None]
        for path in list(notes.iterdir()):
            if int(path.name) < done:
                path.unlink()
        known.close()
    known = KnownVisitors(home, OFFICE.note_key)
    for path in sorted(notes.iterdir()):
        known.take(path.read_bytes(), "a", NOW_S)
    assert (known.place.seq, known.is_whole) == (count, True)
    known.close()


@pytest.mark.parametrize("seed", range(12))
def test_a_damaged_file_is_told_and_begun_anew_and_never_believed(
    tmp_path: Path, opens: Callable[[], KnownVisitors], seed: int
):
    opens().take(page(0, *(person(n) for n in range(400))), "a", NOW_S)
    opens().close()
    chance, path = random.Random(seed), tmp_path / FILE_NAME
    content = bytearray(path.read_bytes())
    for _ in range(1 + 30 * (seed % 3)):
        content[chance.randrange(len(content))] ^= 1 << chance.randrange(8)
    path.write_bytes(content if seed % 4 else content[: len(content) // 2])
    known = opens()
    for n in range(400):
        try:
            found = known.by_code(cti(n))
        except FactsError:
            known.mend()
            break
        assert found in (None, person(n).facts)
    if known.place == FactsPlace():
        assert known.notice is not None
        assert not known.has(FactsPlace("a", 1))
        known.take(page(0, *(person(n) for n in range(400))), "a", NOW_S)
    assert known.notice is None
    known.close()


def test_nonsense_in_place_of_the_file_is_begun_anew(tmp_path: Path, opens: Callable[[], KnownVisitors]):
    for nonsense in (b"nonsense" * 999, b"", b"SQLite format 3\0" + bytes(5_000)):
        (tmp_path / FILE_NAME).write_bytes(nonsense)
        known = opens()
        assert (known.place, known.is_readable) == (FactsPlace(), True)
        assert (known.notice is None) == (nonsense == b"")
        known.take(page(0, person(1)), "a", NOW_S)
        assert (names(known, 1), known.notice) == (["王*"], None)
        known.close()


def test_an_older_file_put_back_goes_on_from_its_own_place(
    tmp_path: Path, opens: Callable[[], KnownVisitors]
):
    opens().take(page(0, person(1)), "a", NOW_S)
    opens().close()
    old = (tmp_path / FILE_NAME).read_bytes()
    opens().take(page(1, person(1, codes=(), revoked=(1,))), "a", NOW_S)
    opens().close()
    (tmp_path / FILE_NAME).write_bytes(old)
    known = opens()
    assert not known.has(FactsPlace("a", 2)), "so that its rules are not taken as confirmed"
    known.take(page(1, person(1, codes=(), revoked=(1,))), "a", NOW_S)
    assert known.is_revoked(cti(1))


def test_a_disk_that_cannot_be_read_is_an_error_and_heals(tmp_path: Path, opens: Callable[[], KnownVisitors]):
    (tmp_path / FILE_NAME).mkdir()
    known = opens()
    assert (known.notice is not None, known.is_readable, known.has(FactsPlace())) == (True, False, False)
    for look in (known.is_revoked, known.by_code):
        with pytest.raises(FactsError):
            look(cti(1))
    assert (known.by_id("v1"), known.by_number("N0000001")) == (None, None)
    with pytest.raises(FactsError):
        known.take(page(0, person(1)), "a", NOW_S)
    (tmp_path / FILE_NAME).rmdir()
    known.mend()
    assert (known.notice, known.is_readable) == (None, True)
    known.take(page(0, person(1)), "a", NOW_S)
    assert names(known, 1) == ["王*"]


def test_a_changed_line_is_noticed_when_it_is_looked_up(tmp_path: Path, opens: Callable[[], KnownVisitors]):
    known = opens()
    known.take(page(0, person(1), person(2)), "a", NOW_S)
    beside = sqlite3.connect(tmp_path / FILE_NAME)
    beside.execute(
        "UPDATE visitor SET line = CAST(replace(line, 'visitor', 'courier') AS BLOB) WHERE id = 'v1'"
    )
    beside.execute("UPDATE code SET visitor = 2 WHERE cti = ?", (cti(1),))
    beside.commit()
    beside.close()
    with pytest.raises(FactsError):
        known.by_code(cti(1))
    assert not known.has(FactsPlace("a", 1))
    known.mend()
    assert (known.place, known.notice is not None) == (FactsPlace(), True)
