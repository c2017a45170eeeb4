"""What a gate keeps of who passed: sealed, and counted by tags that mean nothing once the power is off."""

from __future__ import annotations

import json
import stat
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from demo.kiosk_stand import Stand
from domain.errors import InputError
from domain.policy import Policy, Treatment
from domain.reason import Reason
from domain.venue import Direction
from domain.wording import Sentence
from kiosk.desk.desk import Desk
from kiosk.desk.overview import Overview
from kiosk.gate.answer import Card
from kiosk.gate.gate import Gate
from kiosk.gate.particulars import Particulars
from kiosk.gate.register import Register
from kiosk.occupancy.inside import Arrival, Passage
from kiosk.privacy.tags import KEY_BYTES, Tags, kept_key, memory_folder
from tests.kiosk.conftest import Bench
from tests.kiosk.gate.door import Door, answered

TODAY = date(2026, 11, 20)
POWER_WAS_OFF = Tags(b"another" + bytes(25))


@pytest.fixture
def stand() -> Iterator[Stand]:
    made = Stand()
    yield made
    made.close()


def bodies(bench: Bench) -> list[Any]:
    return [json.loads(body) for body in bench.spool.do(lambda spool: spool.bodies_since(0))]


def staff_of(door: Door) -> Desk:
    return Desk(door.register, door.gate, lambda answer: None, lambda direction: None)


def test_each_start_and_each_day_has_a_secret_of_its_own(bench: Bench) -> None:
    bench.office.teach(bench.trust, policy=Policy(bundle_limit_hours=200))
    door = Door(bench)
    door.shows(bench.office.code(1, card=True))
    door.shows(bench.office.code(2, card=True))
    Door(bench).shows(bench.office.code(2, card=True))
    bench.time.passes(86_400)
    door.shows(bench.office.code(3, card=True))
    secrets = [body["sealed"]["epk"] for body in bodies(bench)]
    assert secrets[0] == secrets[1]
    assert len(set(secrets)) == 3
    assert len({body["sealed"]["box"] for body in bodies(bench)}) == 4


def test_a_new_key_of_the_server_is_used_at_once(bench: Bench) -> None:
    bench.office.teach(bench.trust)
    door = Door(bench)
    door.shows(bench.office.code(1))
    other = type(bench.office)(bench.office.now_s).sealing
    bench.trust.accept(bench.office.bundle(2, sealing=type(other)("02", other.public)))
    door.shows(bench.office.code(2))
    assert [body["sealed"]["kid"] for body in bodies(bench)] == ["01", "02"]


def test_after_the_power_was_off_presence_is_what_the_server_tells(bench: Bench) -> None:
    bench.office.teach(bench.trust, policy=Policy(reentry=Treatment.REFER, bundle_limit_hours=200))
    first = Door(bench)
    first.shows(bench.office.code(1, card=True))
    (made,) = bodies(bench)
    door = Door(bench, tags=POWER_WAS_OFF)
    assert door.register.today.people(door.register.day()).inside == 1, "counts need no names"
    assert not door.register.today.is_inside("v1", door.register.day())
    told = Arrival(Passage(made["id"], "v1", Direction.IN, bench.time.wall, 1))
    assert door.register.hear("park", [told])
    assert door.register.today.is_inside("v1", door.register.day())
    assert door.register.today.people(door.register.day()).inside == 1, "the same entry is one passage"
    assert answered(door.shows(bench.office.code(1, card=True))) == (Card.REFERRED, Reason.ALREADY_INSIDE)


def test_vehicles_are_counted_after_a_restart(bench: Bench) -> None:
    bench.office.teach(bench.trust)
    door = Door(bench)
    given = Particulars(name="李雷", phone="+8613800138000", plate="苏A12345", in_vehicle=True)
    staff_of(door).driven(given)
    again = Door(bench)
    assert again.register.today.vehicles(again.register.day()).inside == 1
    leaving = Door(bench, Direction.OUT)
    staff_of(leaving).driven(given)
    after = Door(bench).register
    assert (after.today.vehicles(after.day()).inside, after.today.people(after.day()).inside) == (0, 0)


def test_the_last_entry_keeps_its_name_in_memory_and_loses_it_with_the_start(stand: Stand) -> None:
    stand.staff.desk.registered("李雷", "+8613800138000")
    stand.show_code(1)
    last = stand.staff.desk.last()
    assert last is not None
    stand.staff.desk.took_back(last.id)  # what it corrects is counted anew from the spool
    assert _name(stand.staff.overview) == "李*"
    register = Register(
        "kiosk-1", Direction.IN, stand.trust, stand.spool, stand.clock, lambda n: bytes(n - 1) + b"1"
    )
    register.recall()
    desk = Desk(register, Gate(register), lambda answer: None, lambda direction: None)
    recalled = desk.last()
    assert recalled is not None
    assert (recalled.name, recalled.visitor_id, recalled.is_known) == ("", "", False)
    assert _name(Overview(register, Gate(register), desk, lambda: None)) == "Before this start"
    desk.took_back(recalled.id)
    assert register.today.people(register.day()).came == 0


def _name(overview: Overview) -> str:
    state: Any = overview.state()
    return str(state["last"]["name"]["en"])


def test_before_the_servers_key_is_here_nobody_is_written_down(bench: Bench) -> None:
    bench.office.teach(bench.trust, sealing=None)
    door = Door(bench)
    for act in (
        lambda: staff_of(door).registered("李雷", "+8613800138000"),
        lambda: staff_of(door).driven(Particulars(name="李雷", plate="苏A12345", in_vehicle=True)),
    ):
        with pytest.raises(InputError, match="not arrived here yet") as refusal:
            act()
        assert "暂不能现场登记" in refusal.value.sentence.zh
    assert bodies(bench) == []
    door.gate.expect(Particulars(companions=2, plate="苏A12345", occupants=("+8613800138000",)))
    door.shows(bench.office.code(1))
    staff_of(door).refused(Sentence("张三 again", "张三又来了"))
    raw = b"".join(bench.spool.do(lambda spool: spool.bodies_since(0)))
    for who in ('"v1"', "苏A12345", "13800138000", "张三", (1).to_bytes(16, "big").hex()):
        assert who.encode() not in raw
    assert [body["private"]["companions"] for body in bodies(bench)] == [3, 0]
    assert bench.trust.notice is not None
    assert "Update the server" in bench.trust.notice.en


def test_tags_are_equal_for_one_text_of_one_day_under_one_key() -> None:
    tags = Tags(bytes(32))
    assert tags.of("v1", TODAY) == Tags(bytes(32)).of("v1", TODAY)
    others = (tags.of("v2", TODAY), tags.of("v1", date(2026, 11, 21)), POWER_WAS_OFF.of("v1", TODAY))
    assert tags.of("v1", TODAY) not in others
    assert tags.of("", TODAY) == ""
    assert len(tags.of("v1", TODAY)) == 16


def counting() -> Any:
    numbers = iter(range(1, 100))
    return lambda count: next(numbers).to_bytes(count, "big")


def test_the_key_is_kept_while_the_machine_runs_for_its_owner_alone(tmp_path: Path) -> None:
    random = counting()
    first = kept_key(tmp_path, "k1", random)
    assert kept_key(tmp_path, "k1", random) == first
    assert kept_key(tmp_path, "k2", random) != first
    (path,) = tmp_path.glob("*k1*")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


@pytest.mark.parametrize("spoil", ["readable", "short", "long", "link", "folder"])
def test_a_key_that_others_may_have_made_or_read_is_not_used(tmp_path: Path, spoil: str) -> None:
    random = counting()
    first = kept_key(tmp_path, "k1", random)
    (path,) = tmp_path.glob("*k1*")
    match spoil:
        case "readable":
            path.chmod(0o644)
        case "short" | "long":
            path.write_bytes(bytes(KEY_BYTES - 1 if spoil == "short" else KEY_BYTES + 1))
        case "link":
            path.rename(tmp_path / "elsewhere")
            path.symlink_to(tmp_path / "elsewhere")
        case "folder":
            path.unlink()
            path.mkdir()
    found = kept_key(tmp_path, "k1", random)
    assert (len(found), found != first) == (KEY_BYTES, True)


def test_without_a_folder_in_memory_the_key_is_of_this_process(tmp_path: Path) -> None:
    random = counting()
    assert kept_key(None, "k1", random) != kept_key(None, "k1", random)
    assert kept_key(tmp_path / "gone", "k1", random) != kept_key(tmp_path / "gone", "k1", random)


def test_only_a_folder_in_memory_is_chosen(tmp_path: Path) -> None:
    mounts = tmp_path / "mounts"
    ram, disk = tmp_path / "ram", tmp_path / "ram" / "disk"
    disk.mkdir(parents=True)
    mounts.write_text(f"/dev/sda / ext4 rw 0 0\ntmpfs {ram} tmpfs rw 0 0\n/dev/sdb {disk} ext4 rw 0 0\n")
    assert memory_folder(("", str(disk), str(tmp_path / "no"), str(ram)), mounts) == ram
    assert memory_folder((str(disk), str(tmp_path)), mounts) is None
    assert memory_folder((str(ram),), tmp_path / "no mounts here") is None
