"""A kiosk is cut off in the middle of a day and carried away: its files show nobody who passed (S14)."""

from __future__ import annotations

import json
import signal
import sqlite3
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from domain.code import CodeClass
from domain.decision import VisitorFacts
from domain.facts_page import KnownVisitor
from domain.gate_settings import GateSettings, sealed_pin
from domain.minting import minted
from domain.visitor import VisitorClass
from kiosk.facts.file import FILE_NAME as FACTS_FILE
from kiosk.spool.file import FILE_NAME
from tests.kiosk.office import KID, Office
from tests.kiosk.programs import Running, enrolled, picture, wait_for
from tests.kiosk.server import Desk

PIN = "4711"
NAMES = ("Ottilie Zwetschgenbaum", "欧阳春晓")
PHONES = ("13866660001", "13866660002", "13866660003")
PLATE = "苏E7Q9X3"
WHY = "Forgot the badge of Ottilie"
SHOWN, NOT_SHOWN = 1, 2


class Seeded(Office):
    """Its visitors' ids and codes are found nowhere by chance."""

    def seed(self, number: int) -> bytes:
        return b"\xc7\x1e" * 7 + bytes((0xAB, number))

    def visitor(self, number: int) -> KnownVisitor:
        facts = VisitorFacts(f"visitor-seed-{number}", VisitorClass.VISITOR, masked_name="王*")
        return KnownVisitor(facts, (self.seed(number),))

    def card(self, number: int) -> str:
        ends = self.now_s + 86_400
        return minted(self.code_key, KID, self.seed(number), CodeClass.CARD, self.now_s, ends)


@pytest.fixture
def desk() -> Iterator[Desk]:
    office = Seeded(int(time.time()))
    served = Desk(office)
    served.publish(office.bundle(1, settings=GateSettings(pin=sealed_pin(PIN, bytes(16)))), 1)
    yield served
    if not served.closed:
        served.close()


class Guard:
    """The staff at the kiosk's page."""

    def __init__(self, port: int) -> None:
        site = f"http://127.0.0.1:{port}"
        self._page = httpx.Client(base_url=site, headers={"Origin": site}, trust_env=False, timeout=60)
        assert self._page.post("/staff/open", json={"pin": PIN}).status_code == 200

    def does(self, act: str, **fields: str) -> Any:
        answer = self._page.post(f"/staff/acts/{act}", json=fields)
        assert answer.status_code == 200, answer.text
        return answer.json()


def spellings(text: str) -> list[bytes]:
    """A text as any file may hold it."""
    return [text.encode(), json.dumps(text).strip('"').encode(), text.encode("utf-16-le")]


def who(office: Seeded, number: int) -> list[bytes]:
    seed = office.seed(number)
    return [f"visitor-seed-{number}".encode(), seed, seed.hex().encode(), seed.hex().upper().encode()]


def files(home: Path) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in home.rglob("*") if path.is_file()}


def test_the_files_of_a_stolen_kiosk_name_nobody_who_passed(
    tmp_path: Path, desk: Desk, runs: Callable[..., Running]
) -> None:
    office = desk.office
    assert isinstance(office, Seeded)
    home, visits = tmp_path / "home", tmp_path / "visits"
    home.mkdir()
    visits.mkdir()
    picture(visits / "1.png", office.card(SHOWN))
    picture(visits / "2.png")
    enrolled(home, desk)
    kiosk = runs(home, visits, "--loop")
    kiosk.until_said("admitted welcome static entry 1")
    guard = Guard(kiosk.port)
    guard.does("registration", name=NAMES[0], phone=PHONES[0])
    wait_for(lambda: len(desk.stored) == 2)
    desk.close()  # what follows was never delivered
    guard.does("registration", name=NAMES[1], phone=PHONES[1])
    guard.does(
        "vehicle", driver="typed", name=NAMES[0], phone=PHONES[0], plate=PLATE, others="1", phone1=PHONES[2]
    )
    done = guard.does("refusal", why=WHY)
    guard.does("undo", entry=done["overview"]["last"]["id"])
    assert kiosk.stop(signal.SIGKILL) == -signal.SIGKILL

    seeded = [
        raw for text in (*NAMES, *PHONES, PLATE, WHY, "Ottilie", "春晓", "7Q9X3") for raw in spellings(text)
    ]
    found = files(home)
    assert any(path.name == FILE_NAME for path in found)
    people = [raw for number in (SHOWN, NOT_SHOWN) for raw in who(office, number)]
    for path, content in found.items():
        # The visitors of this place are known here by id, whether they passed or not.
        sought = seeded if path.name.startswith(FACTS_FILE) else seeded + people
        assert [raw for raw in sought if raw in content] == [], path
    facts = b"".join(content for path, content in found.items() if path.name.startswith(FACTS_FILE))
    assert all(any(raw in facts for raw in who(office, number)) for number in (SHOWN, NOT_SHOWN))
    _says_it_all_to_its_server(home, office)


def _says_it_all_to_its_server(home: Path, office: Seeded) -> None:
    """The bytes in which nothing was found do hold it."""
    (path,) = home.rglob(FILE_NAME)
    bodies = [row[0] for row in sqlite3.connect(path).execute("SELECT body FROM entry ORDER BY seq")]
    private = [office.opened(json.loads(body))["private"] for body in bodies]
    assert [one["name"] for one in private[1:4]] == [NAMES[0], NAMES[1], NAMES[0]]
    assert (private[0]["visitor_id"], private[0]["cti"]) == ("visitor-seed-1", office.seed(1).hex())
    assert (private[3]["plate"], private[3]["occupants"]) == (PLATE, [f"+86{PHONES[2]}"])
    assert private[4]["details"] == {"why": WHY}
