"""Whoever steals the database or reads the logs learns nobody's name, phone, plate or number (A5, A11)."""

from __future__ import annotations

import logging
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import text

from tests.web.tenants import SettableClock, Tenant, entry_item
from web.services import accounts
from web.services.desk import exporting_stream, filters_people, searching
from web.services.desk.filters import Filter
from web.services.desk.filters_people import Part
from web.services.gates import gates, ingest
from web.services.installation import Installation
from web.services.keeping import purging
from web.services.logs import sequencing
from web.services.passing import checkin, paper, passages
from web.services.passing.checkin import CheckIn
from web.services.passing.paper_columns import Column
from web.services.passing.paper_rows import Line
from web.services.passing.passage_typing import Typed
from web.services.people import codes, credential_import, holds, visitors
from web.services.people.holds import Given
from web.services.people.visitors import Registration
from web.services.places import enterprises_details, liaisons, places_import
from web.services.places.places_import_rows import table_of

_ROOT = Path(__file__).parents[3]
PEOPLE = [
    ("欧阳娜娜", "13800138000", "11010519491231002X", "苏A·7X9Q2"),
    ("Grzegorz Brzęczyszczykiewicz", "+48 512 345 678", "ZS0123456", "WX 90210"),
    ("محمد العربي", "+44 20 7946 0018", "", "粤B·D5F6G7"),
]
SECRETS = [
    "欧阳娜娜", "阳娜", "娜娜", "Grzegorz", "rzegorz", "Brzęczyszczykiewicz", "zęczyszczykiewicz",
    "محمد", "العربي",
    "13800138000", "+48512345678", "512345678", "512 345 678", "+442079460018", "7946 0018",
    "11010519491231002X", "ZS0123456", "A7X9Q2", "A·7X9Q2", "WX90210", "WX 90210", "BD5F6G7", "B·D5F6G7",
    "a sentence works well",
]  # fmt: skip


def live(inst: Installation, park: Tenant) -> None:
    """A day of everything that takes people's data in."""
    accounts.create_account(inst, "guard", "a sentence works well", accounts.CLERK)
    for seq, (name, phone, id_number, plate) in enumerate(PEOPLE, start=1):
        given = Registration(park.enterprise, name, phone, "contractor", id_number, plate)
        made = visitors.register(inst, park.staff, given)
        codes.card_text(inst, park.staff, made.visitor_id)
        codes.phone_codes(inst, made.visitor_id, inst.now_ms() // 30_000, 2)
        form = CheckIn(checkin.new_entry_id(inst), name, phone, plate=plate)
        checkin.check_in(inst, park.poster, form)
        checkin.check_in(inst, park.poster, form)
        at_gate = {"plate": plate, "name": name, "phone": phone, "occupants": [phone]}
        item = entry_item(park.gate, seq, inst.now_ms(), private=at_gate)
        damaged = {**item, "outcome": name, "seq": seq + 100}
        ingest.ingest(
            inst, park.gate, [item, {**item, "at_ms": 5}, damaged, {"name": name, "phone": phone}, name]
        )
        by_hand = Typed(checkin.new_entry_id(inst), name=name, phone=phone, plate=plate, phones=phone)
        passages.record(inst, park.staff, park.entrance, by_hand)
        cells = {Column.TIME: f"08:0{seq}", Column.DIRECTION: "in", Column.NAME: name, Column.PHONE: phone}
        sheet = (
            Line(seq, {**cells, Column.PLATE: plate, Column.NOTE: "no badge", Column.DECISION: "refuse"}),
        )
        paper.tried(inst, park.staff, park.entrance, date(2026, 11, 20), sheet)
        paper.keep(inst, park.staff, park.entrance, date(2026, 11, 20), sheet)
        for typed in (name, phone, id_number, plate):
            visitors.listed(inst, park.staff, typed)
            who = filters_people.sealed_term(inst, "guard", Part.WHO, typed)
            host = filters_people.sealed_term(inst, "guard", Part.HOST, typed)
            for wanted in (Filter(venue_id=park.venue, who=who), Filter(host=host, who=who)):
                searching.search(inst, park.staff, wanted, account_id="guard")
        hold = Given("red", f"{name} {phone} {id_number} {plate}", "Call the office", "Call the office")
        holds.set_by_rule(inst, "contact", made.visitor_id, hold)
    rows = "".join(f"{name},{phone},{id_number},test\n" for name, phone, id_number, _ in PEOPLE)
    table = credential_import.report(inst, park.staff, f"name,phone,id number,kind\n{rows}".encode())
    assert credential_import.apply(inst, park.staff, "guard", table.steps).added == len(PEOPLE)
    look_after(inst, park)
    b"".join(exporting_stream.csv(inst, park.staff, Filter(venue_id=park.venue)))
    gates.bundle(inst, park.gate, 0)
    sequencing.sequence(inst)


def look_after(inst: Installation, park: Tenant) -> None:
    """Contacts and liaisons, typed, imported over one another, and taken back."""
    area = park.area.area_path.strip("/").split("/")[-1]
    rows = "".join(f"Park Ltd,{name},{phone},{name},{phone}\n" for name, phone, _, _ in PEOPLE)
    header = "enterprise,contact,contact phone,liaison,liaison phone\n"
    for name, phone, _, _ in PEOPLE:
        given = enterprises_details.Given("Park Ltd", contact_name=name, contact_phone=phone)
        enterprises_details.change(inst, park.staff, park.enterprise, given)
        liaisons.assign(inst, park.area, [park.enterprise], liaisons.add(inst, park.area, area, name, phone))
    for row in rows.splitlines():
        table = table_of((header + row).encode())
        assert places_import.apply(inst, park.area, "guard", table.lines, issue=True).changed == 1
    for done in places_import.done(inst, "guard")[:1]:
        places_import.undo(inst, "guard", done.id)


def spelt(secret: str) -> Iterator[bytes]:
    for encoding in ("utf-8", "utf-16-le", "gb18030"):
        yield secret.encode(encoding)
    yield secret.encode("unicode_escape")


def found_in(body: bytes) -> list[str]:
    return [secret for secret in SECRETS if any(spelling in body for spelling in spelt(secret))]


def database(inst: Installation) -> bytes:
    """Every byte of the database as it lies on the disk, journals included."""
    folder = inst.settings.home
    if inst.settings.database_url:
        inst.write(lambda c: c.execute(text("CHECKPOINT")))
        folder = Path(str(inst.read(lambda c: c.scalar(text("SHOW data_directory")))))
    return b"\n".join(files_of(folder))


def files_of(folder: Path) -> list[bytes]:
    """What all files of a folder hold. A living database may unlink one meanwhile: then all are read anew."""
    for _ in range(20):
        with suppress(FileNotFoundError):
            files = [path for path in folder.rglob("*") if path.is_file() and path.name != "master.key"]
            return [path.read_bytes() for path in files]
    raise AssertionError("the files of the database never stood still")


def test_the_database_holds_nobody_in_clear(inst: Installation, park: Tenant):
    live(inst, park)
    body = database(inst)
    assert b"Park Ltd site" in body  # it is this database that is looked at
    assert found_in(body) == []


def test_what_is_handed_to_gates_and_into_the_log_holds_nobody(inst: Installation, park: Tenant):
    live(inst, park)
    note = gates.bundle(inst, park.gate, 0)
    assert note is not None
    leaves = inst.read(lambda c: [bytes(b) for b in c.scalars(text("SELECT body FROM leaves"))])
    assert len(leaves) > len(PEOPLE)
    assert found_in(note + b"\n".join(leaves)) == []
    assert found_in(b"".join(exporting_stream.csv(inst, park.staff, Filter(venue_id=park.venue)))) == []


def test_the_logs_hold_nobody_even_at_their_most_talkative(
    inst: Installation,
    park: Tenant,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
):
    for name in ("", "sqlalchemy.engine", "sqlalchemy.pool"):
        caplog.set_level(logging.DEBUG, logger=name)
    live(inst, park)
    said = caplog.text + "".join(capfd.readouterr())
    assert "INSERT INTO credentials" in said
    assert found_in(said.encode()) == []


def test_an_error_of_the_database_names_nobody(inst: Installation, park: Tenant):
    name = PEOPLE[0][0]
    with pytest.raises(Exception, match="no_such_table") as failed:
        inst.write(lambda c: c.execute(text("INSERT INTO no_such_table VALUES (:name)"), {"name": name}))
    assert found_in(str(failed.value).encode()) == []


def test_after_the_retention_not_even_the_key_tells_who_was_at_the_gate(
    inst: Installation, park: Tenant, clock: SettableClock
):
    live(inst, park)
    clock.pass_s(29 * 86_400)
    purging.purge(inst)
    kept = inst.read(lambda c: c.scalar(text("SELECT count(*) FROM entry_people")))
    assert kept == 0
    rows = searching.search(inst, park.staff, Filter(venue_id=park.venue)).rows
    assert len(rows) == 4 * len(PEOPLE)
    assert {row.masked_name for row in rows} == {""}


def test_a_running_site_with_its_gate_names_nobody_anywhere():
    done = subprocess.run(
        [sys.executable, "-m", "tests.no_plain_people"],
        capture_output=True,
        text=True,
        check=False,
        cwd=_ROOT,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    told = [line for line in done.stdout.splitlines() if " hits in " in line]
    assert len(told) == 7
    assert all(": 0 hits in " in line for line in told), done.stdout
