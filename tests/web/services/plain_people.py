"""People everywhere that people's data is taken in, and where any of them can be read."""

from __future__ import annotations

from contextlib import suppress
from datetime import date
from pathlib import Path

from tests.web.holding import on_hold
from tests.web.tenants import Tenant, entry_item
from web.services import accounts
from web.services.desk import searching
from web.services.desk.exporting import exporting_stream
from web.services.desk.filtering import filters_people
from web.services.desk.filtering.filters import Filter
from web.services.desk.filtering.filters_people import Part
from web.services.gates import gates, ingest
from web.services.installation import Installation
from web.services.logs import sequencing
from web.services.passing import checkin, passages
from web.services.passing.checkin import CheckIn
from web.services.passing.paper import paper
from web.services.passing.paper.paper_columns import Column
from web.services.passing.paper.paper_rows import Line
from web.services.passing.passage_typing import Typed
from web.services.people import codes, credential_import, visitors
from web.services.people.holds import Given
from web.services.people.visitors import Registration
from web.services.places import enterprises_details, liaisons
from web.services.places.importing import places_import
from web.services.places.importing.places_import_rows import table_of

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
        on_hold(inst, park.staff, made.visitor_id, hold)
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


def spelt(secret: str) -> set[bytes]:
    return {secret.encode(encoding) for encoding in ("utf-8", "utf-16-le", "gb18030", "unicode_escape")}


def found_in(body: bytes) -> list[str]:
    return [secret for secret in SECRETS if any(spelling in body for spelling in spelt(secret))]


def files_of(folder: Path) -> list[bytes]:
    """What all files of a folder hold. A living database may unlink one meanwhile: then all are read anew."""
    for _ in range(20):
        with suppress(FileNotFoundError):
            files = [path for path in folder.rglob("*") if path.is_file() and path.name != "master.key"]
            return [path.read_bytes() for path in files]
    raise AssertionError("the files of the database never stood still")
