"""What is made of a trace says what is sure, and names nobody."""

from __future__ import annotations

import csv
import io

import pypdfium2

from tests.web.alone import DAY, HOUR, MINUTE, Holder, passed, took
from tests.web.services.desk.passing import drawn
from tests.web.services.desk.tracing.asking import asked, somebody, stayed, typed
from tests.web.tenants import SettableClock, Tenant
from web.services.desk.tracing import tracing, tracing_notices, tracing_pages
from web.services.installation import Installation


def test_the_table_says_when_in_both_times_and_masks_everybody(
    inst: Installation, park: Tenant, town: dict[str, Holder], clock: SettableClock, asker: str
):
    trace = asked(inst, park.area, asker, typed(clock, "13800138000"))
    tracing.release(inst, park.area, asker, trace.id, "3")
    text = b"".join(tracing_pages.table(inst, park.area, asker, trace.id))
    assert text.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(text.decode("utf-8-sig"))))
    assert len(rows) == 4
    assert "*" in rows[1][2]
    assert rows[1][8].endswith("+08:00")
    assert rows[1][10].endswith("Z")
    assert "Bo Lee" not in text.decode()


def test_drafts_of_notices_are_sheets_that_name_nobody(
    inst: Installation, park: Tenant, town: dict[str, Holder], clock: SettableClock, asker: str
):
    trace = asked(inst, park.area, asker, typed(clock, "13800138000"))
    tracing.release(inst, park.area, asker, trace.id, "3")
    for to_people, sheets in ((False, 1), (True, 3)):
        made = tracing_pages.notices(
            inst, park.area, asker, trace.id, ("zh", "en"), "Office, 010-12345678", to_people=to_people
        )
        assert len(pypdfium2.PdfDocument(made)) == sheets


def test_what_is_assumed_is_called_so_wherever_it_is_told(
    inst: Installation, park: Tenant, clock: SettableClock, asker: str
):
    """Bo was not seen to leave before Ann came; Cy was. Of Ann's second stay only the exit was seen."""
    ann, bo, cy = (
        somebody(inst, park, f"{name} Lee", f"1380013800{n}") for n, name in enumerate(["Ann", "Bo", "Cy"])
    )
    nine = clock.ms - DAY - HOUR
    items = [
        passed(park.gate, 1, nine - HOUR, bo),
        *stayed(2, park.gate, ann, nine, HOUR),
        *stayed(4, park.gate, cy, nine + 20 * MINUTE, 5 * MINUTE),
        passed(park.gate, 6, nine + 10 * HOUR, ann, direction="out"),
    ]
    assert set(took(inst, park.gate, *items)) == {"stored"}
    drawn(inst)
    trace = asked(inst, park.area, asker, typed(clock, "13800138000", minutes="0"))
    assert (trace.figures["contacts"], trace.figures["assumed"]) == (2, 1)
    tracing.release(inst, park.area, asker, trace.id, "2")
    shown = tracing_pages.shown(inst, park.area, trace.id, "en")
    assert {one.visitor_id: one.is_assumed for one in shown.people} == {bo.visitor: True, cy.visitor: False}
    assert [stay.is_entry_assumed for stay in shown.cases] == [False, True]
    # Bo's bar, and that of the second stay.
    assert shown.picture.count("stroke-dasharray") == 2
    text = b"".join(tracing_pages.table(inst, park.area, asker, trace.id)).decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(text)))[1:]
    assert {row[-1] for row in rows if row[12] == "scanned"} == {""}
    assert {row[-1] for row in rows if row[12] != "scanned"} == {"yes"}
    _, found = tracing.result(inst, park.area, trace.id)
    [venue] = inst.read(lambda connection: tracing_notices.of(connection, found))
    assert "for 1 of them a time is assumed" in venue.text.en
    assert "其中 1 人的在场时间含推定" in venue.text.zh
    sheets = inst.read(lambda connection: tracing_notices.personal(connection, found))
    assert sorted("time is assumed" in sheet.text.en for sheet in sheets) == [False, True]
    assert sorted("推定" in sheet.text.zh for sheet in sheets) == [False, True]
