"""The log as people read it: newest first, stable while it grows, filtered, live, and as a file."""

from __future__ import annotations

import csv as csv_format
import io
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import insert, text

from domain.decision import Outcome
from domain.entry_wire import entry_from_json
from tests.web.tenants import Tenant, entry_item
from web.db.tables import entries
from web.services.desk import searching
from web.services.desk.exporting import exporting_stream
from web.services.desk.exporting.exporting_columns import MASKED
from web.services.desk.filtering.filters import Filter
from web.services.desk.searching import Page
from web.services.gates import ingest
from web.services.installation import Installation
from web.services.passing import checkin, recording
from web.services.passing.checkin import CheckIn
from web.services.people import visitors
from web.services.people.visitors import Registration
from web.services.places import places
from web.store.keeping import keeping_due

HOUR_MS = 3_600_000


def send(inst: Installation, tenant: Tenant, *seqs: int, **changes: object) -> list[str]:
    """Entries a second apart; returns their ids."""
    items = [entry_item(tenant.gate, seq, inst.now_ms() + seq * 1000, **dict(changes)) for seq in seqs]
    done = ingest.ingest(inst, tenant.gate, list(items))
    assert {str(result.status) for result in done.results} <= {"stored"}
    return [str(item["id"]) for item in items]


def search(inst: Installation, tenant: Tenant, before: str = "", limit: int = 50, **asked: Any) -> Page:
    wanted = Filter(venue_id=tenant.venue, **asked)
    return searching.search(inst, tenant.staff, wanted, before=before, limit=limit)


def ids(page: Page) -> list[str]:
    return [row.id for row in page.rows]


def table(inst: Installation, tenant: Tenant, **asked: Any) -> list[dict[str, str]]:
    wanted = Filter(venue_id=tenant.venue, **asked)
    body = b"".join(exporting_stream.csv(inst, tenant.staff, wanted))
    assert body.startswith(b"\xef\xbb\xbf")
    return list(csv_format.DictReader(io.StringIO(body.decode("utf-8-sig"), newline="")))


def column(name: str) -> str:
    return f"{MASKED[name].en} {MASKED[name].zh}"


def test_entries_are_shown_newest_first(inst: Installation, park: Tenant):
    made = send(inst, park, 3, 1, 2)
    assert ids(search(inst, park)) == [made[0], made[2], made[1]]


def test_pages_stay_as_they_are_while_entries_arrive(inst: Installation, park: Tenant):
    made = send(inst, park, *range(1, 26))
    first = search(inst, park, limit=10)
    send(inst, park, *range(26, 40))
    second = search(inst, park, before=first.older, limit=10)
    send(inst, park, *range(40, 45))
    third = search(inst, park, before=second.older, limit=10)
    assert ids(first) + ids(second) + ids(third) == made[::-1]
    assert third.older == ""
    assert first.older
    assert second.older


def test_entries_of_one_millisecond_are_each_shown_once(inst: Installation, park: Tenant):
    items = [entry_item(park.gate, seq, 5_000_000) for seq in range(1, 11)]
    ingest.ingest(inst, park.gate, list(items))
    seen, before = [], ""
    while True:
        page = search(inst, park, before=before, limit=3)
        seen += ids(page)
        before = page.older
        if not before:
            break
    assert sorted(seen) == sorted(item["id"] for item in items)


def test_an_odd_cursor_breaks_nothing(inst: Installation, park: Tenant):
    send(inst, park, 1)
    for at in ("x", "1", "", "9" * 40, "9" * 15, "9" * 18, "-1", "١٢", "1.5"):
        for identity in (".x", ".\0", ".\ud800", "."):
            search(inst, park, before=at + identity)
        searching.newer(inst, park.staff, Filter(venue_id=park.venue), at)


@pytest.fixture
def mixed(inst: Installation, park: Tenant) -> dict[str, str]:
    """One entry of each kind, by what it is."""
    now = inst.now_ms()
    given = Registration(park.enterprise, "Wang Wei", "13800138000", "courier")
    person = visitors.register(inst, park.staff, given).visitor_id
    items = {
        "early": entry_item(park.gate, 1, now - 3 * HOUR_MS),
        "refused": entry_item(park.gate, 2, now - 2 * HOUR_MS, outcome="refused", reason="code_expired"),
        "referred": entry_item(park.gate, 3, now - HOUR_MS, outcome="referred", reason="on_hold"),
        "known": entry_item(park.gate, 4, now, private={"visitor_id": person}),
    }
    ingest.ingest(inst, park.gate, list(items.values()))
    made = {name: str(item["id"]) for name, item in items.items()}
    done = checkin.check_in(inst, park.poster, CheckIn(checkin.new_entry_id(inst), "Li Na", "13900139000"))
    return {**made, "poster": done.entry_id}


def test_every_filter_narrows(inst: Installation, park: Tenant, mixed: dict[str, str]):
    now = inst.now_ms()

    def named(**asked: Any) -> set[str]:
        found = ids(search(inst, park, **asked))
        return {name for name, identity in mixed.items() if identity in found}

    assert named() == set(mixed)
    assert named(from_ms=now - HOUR_MS) == {"referred", "known", "poster"}
    assert named(until_ms=now - HOUR_MS) == {"early", "refused"}
    assert named(from_ms=now - 2 * HOUR_MS, until_ms=now) == {"refused", "referred"}
    assert named(entrance_id=park.entrance) == set(mixed)
    assert named(entrance_id=park.side_entrance) == set()
    assert named(outcomes=(Outcome.REFUSED,)) == {"refused"}
    assert named(outcomes=(Outcome.REFERRED,)) == {"referred"}
    assert named(outcomes=(Outcome.ADMITTED,), from_ms=now) == {"known", "poster"}


TEXTS: dict[str, set[str]] = {
    "W*** W***": {"known"}, "L*** N***": {"poster"}, "W***": set(), "Wang Wei": set(), "13800138000": set(),
    "has expired": {"refused"}, "已过期": {"refused"}, "欢迎": {"early", "known", "poster"},
    "please speak to the staff": {"referred"}, "nothing says this": set(), "%": set(), "\0": set(),
    "": {"early", "refused", "referred", "known", "poster"},
}  # fmt: skip


def test_text_finds_what_was_said_and_masked_names_but_nobody_by_what_they_are_called(
    inst: Installation, park: Tenant, mixed: dict[str, str]
):
    for typed, expected in TEXTS.items():
        found = ids(search(inst, park, text=typed))
        assert {name for name, identity in mixed.items() if identity in found} == expected, typed


def test_what_arrives_is_newer_even_when_it_is_late(inst: Installation, park: Tenant):
    send(inst, park, 1, 2)
    seen = search(inst, park)
    assert searching.newer(inst, park.staff, Filter(venue_id=park.venue), seen.newest).rows == ()
    late = [entry_item(park.gate, seq, inst.now_ms() - 30 * 86_400_000 + seq) for seq in (3, 4)]
    ingest.ingest(inst, park.gate, list(late))
    now = send(inst, park, 5)
    came = searching.newer(inst, park.staff, Filter(venue_id=park.venue), seen.newest)
    assert ids(came) == [now[0], late[1]["id"], late[0]["id"]]
    again = searching.newer(inst, park.staff, Filter(venue_id=park.venue), came.newest)
    assert (again.rows, again.newest) == ((), came.newest)


def test_a_rush_is_handed_over_in_pieces_without_a_gap_or_a_repetition(inst: Installation, park: Tenant):
    after = search(inst, park).newest
    made = send(inst, park, *range(1, 24))
    seen: list[str] = []
    everything = Filter(venue_id=park.venue)
    while rows := (page := searching.newer(inst, park.staff, everything, after, limit=10)).rows:
        seen += [row.id for row in rows]
        after = page.newest
    assert sorted(seen) == sorted(made)


def test_what_is_new_elsewhere_is_not_shown_here(inst: Installation, park: Tenant, mill: Tenant):
    after = search(inst, park).newest
    send(inst, mill, 1)
    page = searching.newer(inst, park.staff, Filter(venue_id=park.venue), after)
    assert page.rows == ()
    assert int(page.newest) > int(after)
    only = searching.newer(inst, mill.staff, Filter(venue_id=mill.venue, outcomes=(Outcome.REFUSED,)), after)
    assert only.rows == ()


def test_a_filtered_live_page_misses_nothing(inst: Installation, park: Tenant):
    after = search(inst, park).newest
    send(inst, park, *range(1, 8))
    [refused] = send(inst, park, 8, outcome="refused", reason="code_expired")
    page = searching.newer(
        inst, park.staff, Filter(venue_id=park.venue, outcomes=(Outcome.REFUSED,)), after, limit=3
    )
    assert ids(page) == [refused]


def test_the_file_has_all_columns_and_both_languages(inst: Installation, park: Tenant, mixed: dict[str, str]):
    rows = table(inst, park)
    assert {row[column("entry")] for row in rows} == set(mixed.values())
    by_name = {row[column("entry")]: row for row in rows}
    refused = by_name[mixed["refused"]]
    assert (refused[column("decision")], refused[column("reason")]) == ("refused", "code_expired")
    assert "has expired" in refused[column("sentence_en")]
    assert "已过期" in refused[column("sentence_zh")]
    known = by_name[mixed["known"]]
    assert (known[column("visitor")], known[column("class")]) == ("W*** W***", "courier")
    assert (known[column("venue")], known[column("entrance")]) == ("Park Ltd site", "North gate")
    assert len(table(inst, park, outcomes=(Outcome.REFUSED,))) == 1
    assert table(inst, park, text="nothing says this") == []


FORMULAS = [
    '=HYPERLINK("http://x","y")', "+1", "-1", "@SUM(A1)", "＝1+1", "＋1", "－1", "＠a", '"quoted", and more',
]  # fmt: skip


def test_no_cell_of_the_file_is_a_formula(inst: Installation, park: Tenant):
    for seq, name in enumerate(FORMULAS, start=1):
        venue = places.create_venue(inst, park.staff, park.enterprise, name=name, address="1 Road")
        entrance = places.create_entrance(inst, park.staff, venue, name)
        entry = entry_from_json(entry_item(park.gate, seq, inst.now_ms(), venue=venue, entrance=entrance))
        inst.write(lambda c, entry=entry: recording.record(c, inst.cipher, [entry], inst.now_ms()))
        body = b"".join(exporting_stream.csv(inst, park.staff, Filter(venue_id=venue))).decode("utf-8-sig")
        [row] = list(csv_format.reader(io.StringIO(body, newline="")))[1:]
        assert name in (row[3], row[3][1:])
        for cell in row:
            assert not cell.startswith(("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠"))


def test_times_in_the_file_are_utc_and_the_venues_own_across_a_change_of_clocks(
    inst: Installation, park: Tenant
):
    venue = places.create_venue(
        inst, park.staff, park.enterprise, name="Hall", address="1 Weg", time_zone="Europe/Berlin"
    )
    entrance = places.create_entrance(inst, park.staff, venue, "Tor")
    # 2026-10-25: 02:30 happens twice in Berlin, an hour apart.
    first, second = 1_792_888_200_000, 1_792_891_800_000
    for seq, at_ms in ((1, first), (2, second)):
        entry = entry_from_json(entry_item(park.gate, seq, at_ms, venue=venue, entrance=entrance))
        inst.write(lambda c, entry=entry: recording.record(c, inst.cipher, [entry], inst.now_ms()))
    body = b"".join(exporting_stream.csv(inst, park.staff, Filter(venue_id=venue))).decode("utf-8-sig")
    rows = list(csv_format.DictReader(io.StringIO(body, newline="")))
    assert [row[column("time_local")] for row in rows] == [
        "2026-10-25T02:30:00.000+01:00",
        "2026-10-25T02:30:00.000+02:00",
    ]
    assert [row[column("time_utc")] for row in rows] == [
        "2026-10-25T01:30:00.000Z",
        "2026-10-25T00:30:00.000Z",
    ]
    for row in rows:
        assert datetime.fromisoformat(row[column("time_local")]) == datetime.fromisoformat(
            row[column("time_utc")]
        )


def test_five_thousand_rows_come_in_pieces(inst: Installation, park: Tenant):
    item = entry_item(park.gate, 1, 1_000_000)
    kept = ("direction", "outcome", "reason", "presence", "way", "corrects")
    same = {name: item[name] for name in kept} | {
        "device": park.gate.id, "venue_id": park.venue, "entrance_id": park.entrance, "received_ms": 1,
        "policy_version": 1, "bundle_seq": 1, "clock": "{}", "content_hash": b"x",
    }  # fmt: skip
    rows = [{**same, "id": f"e{seq}", "seq": seq, "at_ms": seq, "true_ms": seq} for seq in range(1, 5_001)]
    inst.write(lambda c: c.execute(insert(entries), rows).rowcount)
    pieces = exporting_stream.csv(inst, park.staff, Filter(venue_id=park.venue))
    assert isinstance(pieces, Iterator)
    sizes = [piece.count(b"\r\n") for piece in pieces]
    assert sum(sizes) == 5_001
    assert max(sizes) <= 4_000


def test_an_export_is_of_the_moment_it_passes_and_never_repeats_a_row(inst: Installation, park: Tenant):
    made = [entry_from_json(entry_item(park.gate, seq, 1_000_000 + seq)) for seq in range(1, 1_501)]
    for at in range(0, 1_500, 500):
        inst.write(lambda c, at=at: recording.record(c, inst.cipher, made[at : at + 500], inst.now_ms()))
    pieces = exporting_stream.csv(inst, park.staff, Filter(venue_id=park.venue))
    read = [next(pieces), next(pieces)]
    send(inst, park, *range(1_501, 1_511))
    read += list(pieces)
    lines = b"".join(read).splitlines()[1:]
    assert len(lines) == len({*lines}) == 1_500


def test_a_person_who_was_erased_leaves_a_readable_row(inst: Installation, park: Tenant):
    done = checkin.check_in(inst, park.poster, CheckIn(checkin.new_entry_id(inst), "Li Na", "13900139000"))
    inst.write(lambda c: keeping_due.passages_erased(c, [done.entry_id]))
    [row] = search(inst, park).rows
    assert (row.id, row.masked_name, row.visitor_class) == (done.entry_id, "", "")
    [line] = table(inst, park)
    assert line[column("visitor")] == ""


def test_a_record_that_does_not_open_costs_its_own_row_only(
    inst: Installation, park: Tenant, capfd: pytest.CaptureFixture[str]
):
    hot = {"outcome": "referred", "reason": "temperature_high", "private": {"details": {"limit": "37.3"}}}
    made = send(inst, park, 1, 2, 3, **hot)
    swapped = "UPDATE entry_people SET record_sealed = :body WHERE entry_id = :id"
    inst.write(lambda c: c.execute(text(swapped), {"body": b"\0" * 60, "id": made[1]}))
    rows = {row.id: row.reason.en for row in search(inst, park).rows}
    assert ["37.3" in rows[identity] for identity in made] == [True, False, True]
    assert len(table(inst, park)) == 3
    assert made[1] in capfd.readouterr().out
