"""`python -m web judge`: the decision as a status, beside the running site, and never a word kept."""

from __future__ import annotations

import hashlib
import json
import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest

from domain.access import Role
from tests.ports import free_port
from tests.web.commands.here import Done, run
from tests.web.tenants import SettableClock, tenant
from web.db.connecting.lock import ProcessLock
from web.services.accounts import Account
from web.services.installation import opened
from web.services.people import visitors
from web.services.rules import policy_editing
from web.services.signing_keys import keys
from web.settings import Settings
from web.store.scope import PROGRAM

AT = "2026-11-20T12:00:00+08:00"


@dataclass(frozen=True)
class Place:
    """A data folder with one entrance that asks for a test of 48 hours, and a registered visitor."""

    home: Path
    entrance: str
    visitor: str
    number: str


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Place:
    home = tmp_path_factory.mktemp("judge") / "var"
    inst = opened(Settings(home), SettableClock(1_795_140_000_000))
    try:
        keys.ensure(inst)
        park = tenant(inst, "East Area", "Park Ltd")
        rules = {
            "classes": ["visitor", "contractor"],
            "credentials": [{"kind": "test", "max_age_hours": 48}],
            "temperature": "ask",
        }
        who = Account("c", "c", Role.OWNER, park.staff)
        policy_editing.save(inst, who, "venue", park.venue, rules, 0)
        given = visitors.Registration(park.enterprise, "Ann Lee", "13800138000", "visitor")
        visitor = visitors.register(inst, PROGRAM, given).visitor_id
        number = visitors.visitor(inst, PROGRAM, visitor).short_number
    finally:
        inst.close()
    return Place(home, park.entrance, visitor, number)


def judged(place: Place, *words: str) -> Done:
    return run(place.home, "judge", *words)


def judged_apart(place: Place, *words: str) -> subprocess.CompletedProcess[str]:
    """The same in a process of its own."""
    return subprocess.run(
        [sys.executable, "-m", "web", "judge", *words],
        env=_environment(place), capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip


def _environment(place: Place) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "BASE_URL")}
    return {**kept, "DATA_DIR": str(place.home)}


def at_door(place: Place, *words: str) -> Done:
    return judged(place, "--entrance", place.entrance, "--at", AT, *words)


@pytest.fixture
def running(place: Place) -> Iterator[None]:
    """The site itself, which holds the lock of the data folder."""
    command = [sys.executable, "-m", "web", "serve", "--port", str(free_port())]
    process = subprocess.Popen(command, env=_environment(place), stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdout.readline().startswith("ready ")
    yield
    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=60)


def test_it_answers_beside_the_running_site(place: Place, running: None) -> None:
    door = ("--entrance", place.entrance, "--at", AT, "--class", "visitor")
    done = judged_apart(place, *door, "--credential", "test@2026-11-18T12:01:00+08:00")
    assert (done.returncode, done.stderr) == (0, "")
    assert "admitted 放行 (welcome)" in done.stdout
    unknown = judged_apart(place, *door, "--visitor", "x")
    assert (unknown.returncode, unknown.stdout) == (3, "")
    assert "Traceback" not in unknown.stderr


def test_the_status_is_the_decision(place: Place) -> None:
    fresh, old = "test@2026-11-18T12:01:00+08:00", "test@2026-11-18T11:59:00+08:00"
    for words, status, said in (
        (("--credential", fresh), 0, "admitted 放行 (welcome)"),
        (("--credential", old), 1, "refused 劝返 (credential_too_old)"),
        (("--credential", "test"), 2, "referred 转人工 (credential_undated)"),
        (("--credential", fresh, "--own-word"), 2, "referred 转人工 (credential_unverified)"),
        (("--credential", fresh, "--temperature", "38.1"), 2, "referred 转人工 (temperature_high)"),
        (("--direction", "out"), 0, "admitted 放行 (goodbye)"),
    ):
        done = at_door(place, "--class", "contractor", *words)
        assert (done.returncode, done.stderr) == (status, ""), words
        assert said in done.stdout
    assert (
        "检测阴性证明已超过 48 小时，请更新。"
        in at_door(place, "--class", "visitor", "--credential", old).stdout
    )


def test_json_holds_every_rule_and_where_each_line_came_from(place: Place) -> None:
    for named in (place.visitor, f"{place.number[:4].lower()} {place.number[4:]}"):
        done = at_door(place, "--visitor", named, "--json")
        assert done.returncode == 1
        told = json.loads(done.stdout)
        assert (told["outcome"], told["reason"], told["class"]) == (
            "refused",
            "credential_missing",
            "visitor",
        )
        assert {"venue", "class", "credential", "capacity"} <= {v["rule"] for v in told["verdicts"]}
        [line] = [line for line in told["policy"] if line["field"] == "credentials"]
        assert line["source"]["en"] == "from the venue Park Ltd site"
        assert "Ann" not in done.stdout


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--entrance", "nowhere", "--class", "visitor"), "no entrance with this id"),
        (("--entrance", "{entrance}", "--visitor", "BCDF 2346"), "no visitor with this short number"),
        (("--entrance", "{entrance}"), "either --visitor, or --class"),
        (("--entrance", "{entrance}", "--visitor", "x", "--class", "visitor"), "either --visitor"),
        (("--entrance", "{entrance}", "--class", "visitor", "--at", "noon"), "is no time"),
        (("--entrance", "{entrance}", "--class", "visitor", "--credential", "@"), "Write it like test@"),
        (("--entrance", "{entrance}", "--class", "visitor", "--temperature", "hot"), "from 34.0 to 43.0"),
        (("--entrance", "{entrance}", "--class", "king"), "king"),
        (("--class", "visitor"), "--entrance"),
    ],
)
def test_what_cannot_be_judged_has_a_status_of_its_own(
    place: Place, words: tuple[str, ...], said: str
) -> None:
    done = judged(place, *(word.format(entrance=place.entrance) for word in words))
    assert (done.returncode, done.stdout) == (3, "")
    assert said in done.stderr
    assert "Traceback" not in done.stderr


def test_a_folder_without_a_database_is_named_and_stays_empty(place: Place, tmp_path: Path) -> None:
    done = judged(Place(tmp_path, place.entrance, "", ""), "--entrance", place.entrance, "--class", "visitor")
    assert done.returncode == 3
    assert str(tmp_path) in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_database_of_another_schema_is_left_alone(place: Place, tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "codeplace.db")) as made:
        made.execute("CREATE TABLE alembic_version (version_num TEXT)")
        made.execute("INSERT INTO alembic_version VALUES ('9999')")
        made.commit()
    done = judged(Place(tmp_path, place.entrance, "", ""), "--entrance", place.entrance, "--class", "visitor")
    assert done.returncode == 3
    assert "another schema (9999)" in done.stderr


def test_nothing_is_written_not_even_the_lock(place: Place) -> None:
    database = place.home / "codeplace.db"
    before = hashlib.sha256(database.read_bytes()).digest()
    lock = ProcessLock(place.home)
    try:
        assert at_door(place, "--visitor", place.number).returncode == 1
    finally:
        lock.release()
    assert hashlib.sha256(database.read_bytes()).digest() == before


def test_help_says_what_each_status_means(place: Place) -> None:
    said = " ".join(judged(place, "--help").stdout.split())
    assert "0 when admitted, 1 when refused, 2 when referred to the staff, and 3" in said
