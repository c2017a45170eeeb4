"""Drafts of notices after a trace: to the venues where somebody was met, and to whoever was met there.

A draft names nobody in clear: a venue reads how many, a person finds their own short number.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from domain.contact import Contact, Meeting
from domain.hours import local_time
from domain.venue import shown_short_number
from domain.wording import Sentence
from printables.kinds.kind import Look, drawn
from printables.kinds.notice import NoticeContent
from printables.kinds.registry import KINDS
from printables.pdf import pdf
from web.db.connecting.connection import Connection, Record
from web.services.desk.tracing import contact_finding
from web.services.desk.tracing.tracing_values import Found
from web.store.desk import contacts

# As many sheets as somebody folds and hands out; more go by the table.
SHEETS_MOST = 300
_DAYS_TOLD = 6
TITLE = Sentence("Contact notice", "接触提示函")
TODO = Sentence(
    "Please keep your records of these days, and tell people what your area’s office asks of them.",
    "请妥善保存上述日期的出入记录，并按所在辖区工作人员的要求通知相关人员。",
)
TODO_PERSON = Sentence(
    "Please watch your health, and call the number below if you feel ill.",
    "请注意自身健康，如有不适请拨打下方电话。",
)
ASSUMED = Sentence(
    " The time is assumed: somebody was not scanned on the way in or out.",
    "其中在场时间为推定（有人进出时未扫码）。",
)


@dataclass(frozen=True, slots=True)
class Draft:
    """One notice: to whom, and what it says in both languages. `people` is how many it is about."""

    to: Sentence
    text: Sentence
    people: int


def of(connection: Connection, found: Found) -> list[Draft]:
    """A draft for every venue where somebody was met, the one with most people first."""
    met: dict[str, dict[str, list[Meeting]]] = {}
    for one in contact_finding.meetings(connection, found, found.contacts).values():
        for meeting in one.meetings:
            met.setdefault(meeting.first.venue_id, {}).setdefault(one.visitor_id, []).append(meeting)
    places = contacts.places(connection, met)
    drafts = [_venue(places[venue], people) for venue, people in met.items() if venue in places]
    return sorted(drafts, key=lambda draft: (-draft.people, draft.to.en))


def personal(connection: Connection, found: Found) -> list[Draft]:
    """A draft for everybody who was met, as far as they are still known."""
    whom = contacts.people(connection, [one.visitor_id for one in found.contacts])
    known = [one for one in found.contacts if one.visitor_id in whom][:SHEETS_MOST]
    read = contact_finding.meetings(connection, found, known)
    venues = {meeting.first.venue_id for one in read.values() for meeting in one.meetings}
    places = contacts.places(connection, venues)
    return [
        _person(read[one.visitor_id], whom[one.visitor_id], places) for one in known if one.visitor_id in read
    ]


def pdf_of(drafts: Sequence[Draft], languages: tuple[str, ...], signed: str = "") -> bytes:
    """The drafts as A4 sheets in one PDF; PrintRefused when a text does not fit."""
    look = Look(languages, "A4")
    pages = [
        page
        for draft in drafts[:SHEETS_MOST]
        for page in drawn(KINDS["notice"], _content(draft, languages, signed), look)
    ]
    return pdf(tuple(pages))


def _content(draft: Draft, languages: tuple[str, ...], signed: str) -> NoticeContent:
    def said(sentence: Sentence) -> list[str]:
        return [sentence.zh if tag == "zh" else sentence.en for tag in languages]

    lines = [
        line
        for to, text in zip(said(draft.to), said(draft.text), strict=True)
        for line in (to, *text.split("\n"))
    ]
    return NoticeContent(" ".join(said(TITLE)), "\n".join(lines), signed)


def _venue(place: Record, people: dict[str, list[Meeting]]) -> Draft:
    meetings = [meeting for some in people.values() for meeting in some]
    english, chinese = _days(meetings, place.time_zone)
    count, firm = len(people), sum(any(not one.is_assumed for one in some) for some in people.values())
    unsure, unsure_zh = "", ""
    if unsure_count := count - firm:
        unsure = f"; for {unsure_count} of them a time is assumed"
        unsure_zh = f"，其中 {unsure_count} 人的在场时间含推定"
    return Draft(
        Sentence(f"To {place.enterprise_name}", f"致：{place.enterprise_name}"),
        Sentence(
            f"At your venue {place.name}, {count} {'person was' if count == 1 else 'people were'} there at "
            f"or near the time of a visit that is being traced ({english}){unsure}.\n{TODO.en}",
            f"经核查，贵单位场所“{place.name}”在{chinese}期间，"
            f"有 {count} 人与一次正在追踪的到访同时或先后在场{unsure_zh}。\n{TODO.zh}",
        ),
        count,
    )


def _person(contact: Contact, whom: Record, places: dict[str, Record]) -> Draft:
    number = shown_short_number(whom.short_number)
    told = [meeting for meeting in contact.meetings if meeting.first.venue_id in places]
    where = list(dict.fromkeys(places[meeting.first.venue_id].name for meeting in told))[:3]
    zone = places[told[0].first.venue_id].time_zone if told else "UTC"
    unsure = ASSUMED if contact.is_assumed else Sentence("", "")
    english, chinese = _days(told, zone)
    return Draft(
        Sentence(f"To {whom.masked_name} (No. {number})", f"致：{whom.masked_name}（编号 {number}）"),
        Sentence(
            f"You were at {', '.join(where)} ({english}) at or near the time of a visit that is being "
            f"traced.{unsure.en}\n{TODO_PERSON.en}",
            f"您于{chinese}到访“{'”“'.join(where)}”，与一次正在追踪的到访同时或先后在场。{unsure.zh}\n{TODO_PERSON.zh}",
        ),
        1,
    )


def _days(meetings: Sequence[Meeting], zone: str) -> tuple[str, str]:
    days = sorted({local_time(meeting.at_ms, zone).date() for meeting in meetings})
    shown = days[:_DAYS_TOLD]
    english = ", ".join(day.isoformat() for day in shown)
    chinese = "、".join(f"{day.year}年{day.month}月{day.day}日" for day in shown)
    more = len(days) - len(shown)
    return (f"{english} and {more} more days", f"{chinese}等 {len(days)} 天") if more else (english, chinese)
