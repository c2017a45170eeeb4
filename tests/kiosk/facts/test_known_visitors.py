"""The file of known visitors: follows one stream in order, survives kills and damage, never guesses."""

from __future__ import annotations

import os
import random
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain.errors import TamperedError
from domain.facts import VisitorFacts
from domain.facts_page import FactsPage, FactsPlace, KnownVisitor, line_of, sealed_page
from domain.visitor import VisitorClass
from kiosk.facts.file import FILE_NAME, FactsError
from kiosk.facts.known import KnownVisitors
from tests.kiosk.conftest import NOW_S
from tests.kiosk.office import NOTE_NAME, Office, cti

YEAR_S = 365 * 86_400
OFFICE = Office(NOW_S)


def person(
    number: int, name: str = "王*", codes: tuple[int, ...] | None = None, revoked: tuple[int, ...] = ()
) -> KnownVisitor:
    facts = VisitorFacts(f"v{number}", VisitorClass.VISITOR, masked_name=name, short_number=f"N{number:07d}")
    ctis = tuple(cti(code) for code in ((number,) if codes is None else codes))
    return KnownVisitor(facts, ctis, tuple((cti(code), NOW_S + YEAR_S) for code in revoked))


def page(after: int, *known: KnownVisitor, epoch: str = "a", **changed: Any) -> bytes:
    values: dict[str, Any] = {
        "epoch": epoch,
        "after": after,
        "upto": after + 1,
        "newest": after + 1,
        "lines": tuple(line_of(one) for one in known),
    } | changed
    return sealed_page(FactsPage(**values), NOTE_NAME, OFFICE.bundle_key)


@pytest.fixture
def opens(tmp_path: Path) -> Iterator[Callable[[], KnownVisitors]]:
    made: list[KnownVisitors] = []

    def again() -> KnownVisitors:
        if made:
            made[-1].close()
        made.append(KnownVisitors(tmp_path, OFFICE.note_key))
        return made[-1]

    yield again
    made[-1].close()


@pytest.fixture
def known(opens: Callable[[], KnownVisitors]) -> KnownVisitors:
    return opens()


def names(known: KnownVisitors, *numbers: int) -> list[str | None]:
    found = [known.by_code(cti(number)) for number in numbers]
    return [facts.masked_name if facts else None for facts in found]


def test_a_visitor_is_found_by_code_number_and_id(known: KnownVisitors):
    known.take(page(0, person(1), person(2, "L***", (2, 3))), "a", NOW_S)
    assert names(known, 1, 2, 3, 4) == ["王*", "L***", "L***", None]
    assert (
        known.by_number("N0000002") == known.by_id("v2") == known.by_code(cti(3)) == person(2, "L***").facts
    )
    assert (known.by_number(""), known.by_number("N0000009"), known.by_id("v9")) == (None, None, None)


def test_a_change_takes_the_place_of_what_was_known(known: KnownVisitors):
    known.take(page(0, person(1, codes=(1, 2)), person(3)), "a", NOW_S)
    known.take(page(1, person(1, "新*", codes=(5,), revoked=(1, 2))), "a", NOW_S)
    assert names(known, 1, 2, 5, 3) == [None, None, "新*", "王*"]
    assert [known.is_revoked(cti(n)) for n in (1, 2, 3, 5)] == [True, True, False, False]
    known.take(page(2, gone=("v1", "v8")), "a", NOW_S)
    assert (names(known, 5), known.by_id("v1"), known.by_number("N0000001")) == ([None], None, None)
    assert known.is_revoked(cti(1)), "whoever was forgotten keeps no code"


def test_all_of_it_is_there_again_after_a_restart(opens: Callable[[], KnownVisitors]):
    opens().take(page(0, person(1), person(2, revoked=(9,))), "a", NOW_S)
    again = opens()
    assert (again.place, again.is_whole) == (FactsPlace("a", 1), True)
    assert names(again, 1, 2) == ["王*", "王*"]
    assert again.is_revoked(cti(9))
    assert again.notice is None


PAGES = [page(n, person(n), person(7, f"state {n}", (70 + n,)), newest=6) for n in range(6)]


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.lists(st.integers(0, 5), max_size=20))
def test_pages_in_any_order_are_taken_only_in_theirs(
    tmp_path_factory: pytest.TempPathFactory, order: list[int]
):
    known = KnownVisitors(tmp_path_factory.mktemp("order"), OFFICE.note_key)
    expected = 0
    for number in order:
        if number == expected:
            known.take(PAGES[number], "a", NOW_S)
            expected += 1
        else:
            with pytest.raises(TamperedError):
                known.take(PAGES[number], "a", NOW_S)
        assert known.place == (FactsPlace("a", expected) if expected else FactsPlace())
    assert names(known, *(70 + n for n in range(6))) == [
        f"state {n}" if n == expected - 1 else None for n in range(6)
    ]
    known.close()


def test_forged_damaged_and_foreign_pages_change_nothing(known: KnownVisitors):
    known.take(page(0, person(1)), "a", NOW_S)
    good = page(1, person(2))
    other = Office(NOW_S)
    stranger = sealed_page(FactsPage("a", 1, 2, 2, (line_of(person(2)),)), NOTE_NAME, other.bundle_key)
    broken = page(1, person(2), lines=(line_of(person(2)), b'{"id":"v3"}'))
    for note in (
        stranger,
        page(1, person(2), epoch="b"),
        page(0, person(1, "旧*")),
        page(2, person(2)),
        OFFICE.bundle(9),
        broken,
        good[:-1],
        good.replace(b"v2", b"v3", 1),
        b"",
        b"<html>sign in</html>",
    ):
        with pytest.raises(TamperedError):
            known.take(note, "a", NOW_S)
        assert known.place == FactsPlace("a", 1)
        assert names(known, 1, 2) == ["王*", None]
        assert known.is_readable
    known.take(good, "a", NOW_S)
    assert names(known, 2) == ["王*"]


def test_a_new_stream_begins_anew_beside_the_old_one_until_it_is_whole(opens: Callable[[], KnownVisitors]):
    known = opens()
    known.take(page(0, person(1), person(2)), "a", NOW_S)
    known.take(page(0, person(3), epoch="b", newest=2), "b", NOW_S)
    assert known.has(FactsPlace("a", 1)), "the gate goes on deciding by what it had"
    assert not known.has(FactsPlace("b", 1))
    assert names(opens(), 1, 2, 3) == ["王*", "王*", "王*"]
    known = opens()
    with pytest.raises(TamperedError):
        known.take(page(1, person(9)), "a", NOW_S)
    known.take(page(1, person(1, "新*"), epoch="b"), "b", NOW_S)
    assert names(known, 1, 2, 3) == ["新*", None, "王*"]
    assert (known.has(FactsPlace("b", 2)), known.has(FactsPlace("a", 1))) == (True, False)


def test_a_new_stream_that_is_given_up_for_another_keeps_what_was_whole(known: KnownVisitors):
    known.take(page(0, person(1)), "a", NOW_S)
    known.take(page(0, person(2), epoch="b", newest=5), "b", NOW_S)
    known.take(page(0, person(3), epoch="c", newest=5), "c", NOW_S)
    assert (known.has(FactsPlace("a", 1)), known.has(FactsPlace("b", 1))) == (True, False)
    known.take(page(1, epoch="c", upto=5, newest=5), "c", NOW_S)
    assert names(known, 1, 2, 3) == [None, None, "王*"]


def test_a_withdrawn_code_stays_withdrawn_when_a_restored_server_has_lost_that(known: KnownVisitors):
    known.take(page(0, person(1, codes=(), revoked=(1,))), "a", NOW_S)
    known.take(page(0, person(1, codes=(1,)), epoch="b"), "b", NOW_S)
    assert known.is_revoked(cti(1))
    known.take(page(1, epoch="b"), "b", NOW_S + YEAR_S)
    assert not known.is_revoked(cti(1)), "it is over by itself"


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
