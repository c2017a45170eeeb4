"""One person in every table and file that can hold one, and what lies on the disk."""

from __future__ import annotations

import json
from pathlib import Path

from sqlalchemy import Connection, LargeBinary, insert, select

from domain.access import Role
from tests.web.tenants import Tenant, entry_item
from web.db.tables import (
    deed_subjects,
    entry_people,
    export_plans,
    exports,
    looks,
    quarantine,
    roll_calls,
    roll_marks,
    traces,
    visitors,
)
from web.services import accounts
from web.services.desk import searching
from web.services.desk.filtering import filters_people, saved
from web.services.desk.filtering.filters import Filter
from web.services.desk.filtering.filters_people import Part
from web.services.desk.projecting import projecting
from web.services.gates import ingest
from web.services.installation import Installation
from web.services.logs import sequencing
from web.services.passing import checkin
from web.services.passing.checkin import CheckIn
from web.services.people import codes, credentials, travels
from web.services.people import visitors as people
from web.services.people.credential_values import Given
from web.services.people.visitors import Registration
from web.services.printing import printing_jobs
from web.services.printing.printing_options import Options

NAME, PHONE, ID, PLATE = "欧阳娜娜", "13800138000", "11010519491231002X", "苏A7X9Q2"


def everywhere(inst: Installation, park: Tenant) -> tuple[str, str]:
    """One person in every table and file that can hold one; their id and their code."""
    account = accounts.create_account(
        inst, "guard", "a sentence works well", Role.OWNER, enterprise_id=park.enterprise
    )
    given = Registration(park.enterprise, NAME, PHONE, "contractor", ID, PLATE)
    who = people.register(inst, park.staff, given).visitor_id
    card = codes.card_text(inst, park.staff, who)
    checkin.check_in(inst, park.poster, CheckIn(checkin.new_entry_id(inst), NAME, PHONE, plate=PLATE))
    credentials.add(inst, park.staff, account, who, Given("induction", "2026-11-19"))
    travels.note(inst, park.staff, account, who, "海滨街道", "2026-11-19")
    item = entry_item(park.gate, 9, inst.now_ms(), private={"name": NAME, "phone": PHONE})
    ingest.ingest(inst, park.gate, [{**item, "outcome": "odd"}])
    sealed = filters_people.sealed_term(inst, account, Part.WHO, PHONE)
    saved.kept(inst, account, "him", f"who={sealed}")
    searching.search(inst, park.staff, Filter(who=sealed), account_id=account)
    now = inst.now_ms()
    place = inst.cipher.sealed
    cell = {"account_id": account, "query": f"who={sealed}", "form": "csv"}
    rows = (
        (traces, {"id": "t", "account_id": account, "mode": "real", "purpose": "incident", "figures": "{}",
                  "question_sealed": place(json.dumps({"visitors": [who]}).encode(), "traces|question|t"),
                  "made_ms": now}),
        (roll_calls, {"id": "r", "venue_id": park.venue, "mode": "real", "started_by": account,
                      "started_ms": now}),
        (roll_marks, {"id": "m", "roll_call_id": "r", "entry_id": "", "mark": "unlisted", "marked_ms": now,
                      "marked_by": account, "name_sealed": place(NAME.encode(), "roll_marks|name|m")}),
        (exports, {**cell, "id": "x", "unmasked": 1, "purpose": "audit", "state": "ready", "made_ms": now}),
        (export_plans, {**cell, "id": "planid", "name": "daily", "every": "day", "at_minute": 1,
                        "time_zone": "UTC", "next_ms": now, "created_ms": now}),
        (looks, {"id": "l", "visitor_id": who, "enterprise_id": park.enterprise, "deed": "query",
                 "purpose": "audit", "leaf_ref": "x", "account_id": account, "at_ms": now}),
    )  # fmt: skip
    for table, values in rows:
        inst.write(lambda c, t=table, v=values: c.execute(insert(t).values(v)))
    for path in ("export-jobs/x/result", "exports/daily-planid.csv"):
        file = inst.settings.home / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(f"{NAME},{PHONE}")
    printing_jobs.order_cards(inst, park.staff, [who], Options("card"))
    sequencing.sequence(inst)
    projecting.caught_up(inst)
    return who, card


def sealed_bytes(connection: Connection) -> set[bytes]:
    """All that lies sealed about people, and their keyed digests, as it is on the disk."""
    return {
        bytes(value)
        for table in (visitors, entry_people, deed_subjects, quarantine, roll_marks, traces)
        for row in connection.execute(select(table))
        for column in table.c
        if isinstance(column.type, LargeBinary) and column.name.endswith("_sealed")
        if (value := getattr(row, column.name))
    }


def on_disk(*folders: Path) -> bytes:
    return b"\n".join(path.read_bytes() for folder in folders for path in folder.rglob("*") if path.is_file())
