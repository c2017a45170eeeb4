"""The answer of a trace as a table: one line per meeting, with people masked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from domain.contact import Meeting, Met
from domain.hours import local_time, utc_text
from domain.wording import Sentence
from web.db.connecting.connection import Connection, Record
from web.services.desk.tracing import contact_finding
from web.services.desk.tracing.tracing_values import Found
from web.services.installation import Installation
from web.services.tables.csv_lines import BOM, csv_lines
from web.store.desk import contacts

COLUMNS: tuple[Sentence, ...] = (
    Sentence("step", "层级"),
    Sentence("person", "人员序号"),
    Sentence("visitor (masked)", "访客（脱敏）"),
    Sentence("short number", "访客编号"),
    Sentence("class", "类别"),
    Sentence("registered by", "登记单位"),
    Sentence("venue", "场所"),
    Sentence("entrance", "出入口"),
    Sentence("in (venue)", "进入（当地）"),
    Sentence("out (venue)", "离开（当地）"),
    Sentence("in (UTC)", "进入（UTC）"),
    Sentence("out (UTC)", "离开（UTC）"),
    Sentence("how the stay ended", "离开方式"),
    Sentence("minutes together", "同时在场（分钟）"),
    Sentence("minutes apart", "先后相隔（分钟）"),
    Sentence("same entrance, same minute", "同门同分钟"),
    Sentence("rests on an assumed time", "含推定时间"),
)
_AT_ONCE = 500


def csv(inst: Installation, found: Found) -> Iterator[bytes]:
    """The table in pieces, UTF-8 with BOM."""
    yield BOM + csv_lines([[f"{name.en} {name.zh}" for name in COLUMNS]])
    number = 1
    for step, people in ((1, found.contacts), (2, found.second)):
        for at in range(0, len(people), _AT_ONCE):
            yield _piece(inst, found, step, people[at : at + _AT_ONCE], number + at)
        number += len(people)


def _piece(inst: Installation, found: Found, step: int, people: Sequence[Met], first: int) -> bytes:
    def work(connection: Connection) -> bytes:
        whom = contacts.people(connection, [one.visitor_id for one in people])
        read = contact_finding.meetings(connection, found, people, onward=step == 2)
        meetings = [meeting for one in read.values() for meeting in one.meetings]
        places = contacts.places(connection, [meeting.other.venue_id for meeting in meetings])
        doors = contacts.doors(connection, [meeting.other.entrance_id for meeting in meetings])
        return csv_lines(
            _row(step, number, meeting, whom.get(one.visitor_id), places, doors)
            for number, one in enumerate(people, first)
            if one.visitor_id in read
            for meeting in read[one.visitor_id].meetings
            if meeting.other.venue_id in places
        )

    return inst.read(work)


def _row(
    step: int,
    number: int,
    meeting: Meeting,
    whom: Record | None,
    places: Mapping[str, Record],
    doors: Mapping[str, str],
) -> list[str]:
    stay, place = meeting.other, places[meeting.other.venue_id]
    named = (
        (whom.masked_name, whom.short_number, whom.visitor_class, whom.enterprise_name) if whom else ("",) * 4
    )
    return [
        str(step),
        str(number),
        *named,
        place.name,
        doors.get(stay.entrance_id, ""),
        *(local_time(at, place.time_zone).isoformat(timespec="seconds") for at in (stay.in_ms, stay.out_ms)),
        *(utc_text(at) for at in (stay.in_ms, stay.out_ms)),
        stay.ending or "inside",
        str(round(meeting.overlap_ms / 60_000)),
        str(round(meeting.apart_ms / 60_000)),
        "yes" if meeting.is_close else "",
        "yes" if meeting.is_assumed else "",
    ]
