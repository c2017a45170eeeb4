"""The list of who is inside as a file: a table for a spreadsheet, and sheets to print and tick."""

from __future__ import annotations

from domain.deed import Deed
from domain.hours import local_time, utc_text
from domain.visitor import CLASS_NAMES
from domain.wording import Sentence
from printables.list_sheet import Column, ListContent, list_sheets
from printables.pdf import pdf
from web.services.access.looks import Concerns
from web.services.desk import deeds
from web.services.desk.inside.inside import QUALITY_DAYS, Exits, Inside, Person, inside
from web.services.installation import Installation
from web.services.places.places import DEFAULT_ZONE
from web.services.tables.csv_lines import BOM, csv_lines
from web.store.scope import Scope

# As many as one paper list or spreadsheet is good for.
LISTED_MOST = 20_000
COLUMNS: tuple[Sentence, ...] = (
    Sentence("visitor (masked)", "访客（脱敏）"),
    Sentence("class", "类别"),
    Sentence("people", "人数"),
    Sentence("venue", "场所"),
    Sentence("entrance", "出入口"),
    Sentence("in since (UTC)", "进入时间（UTC）"),
    Sentence("in since (venue)", "进入时间（当地）"),
    Sentence("inside for minutes", "已在场（分钟）"),
)
_CLASSES = {value.value: name for value, name in CLASS_NAMES.items()}
_UNNAMED = Sentence("counted, not named", "只计数，不记名")
# Said of a venue that surrounds its area.
BEYOND = Sentence(
    "Whoever went on from here into another venue of the area is on the list too.",
    "从此进入后又进入本区域其他场所的人员也在名单中。",
)


def csv(
    inst: Installation, scope: Scope, account_id: str, venue_id: str, enterprise_id: str, area_id: str
) -> bytes:
    """Who is inside as CSV, masked; the log says first that it was taken out."""
    found = _taken_out(inst, scope, account_id, "csv", venue_id, enterprise_id, area_id)
    rows = [[f"{name.en} {name.zh}" for name in COLUMNS]]
    rows += [_row(one, found.as_of_ms) for one in found.listed]
    rows += [
        [f"{_UNNAMED.en} {_UNNAMED.zh}", "", str(venue.unnamed), venue.venue_name, "", "", "", ""]
        for venue in found.venues
        if venue.unnamed
    ]
    return BOM + csv_lines(rows)


def sheets(inst: Installation, scope: Scope, account_id: str, venue_id: str) -> bytes:
    """Who is inside a venue as a PDF with boxes to tick, masked; the log says first that it was taken out."""
    found = _taken_out(inst, scope, account_id, "pdf", venue_id, "", "")
    return pdf(list_sheets(_content(found)))


def _taken_out(
    inst: Installation,
    scope: Scope,
    account_id: str,
    form: str,
    venue_id: str,
    enterprise_id: str,
    area_id: str,
) -> Inside:
    found = inside(
        inst, scope, venue_id or None, enterprise_id=enterprise_id, area_id=area_id, most=LISTED_MOST
    )
    told = {
        "what": "inside",
        "form": form,
        "venue": venue_id,
        "enterprise": enterprise_id,
        "area": area_id,
        "rows": len(found.listed),
    }
    whose = Concerns((), scope, enterprise_id=enterprise_id, venue_id=venue_id)
    inst.write(
        lambda connection: deeds.noted(connection, inst, account_id, Deed.EXPORT, told, concerns=whose)
    )
    return found


def _row(one: Person, now_ms: int) -> list[str]:
    local = local_time(one.in_ms, one.time_zone)
    minutes = (now_ms - one.in_ms) // 60_000
    place = (one.venue_name, one.entrance_name)
    named = class_named(one.visitor_class)
    return [
        one.masked_name,
        f"{named.en} {named.zh}",
        str(one.people),
        *place,
        utc_text(one.in_ms),
        local.isoformat(timespec="seconds"),
        str(minutes),
    ]


def _content(found: Inside) -> ListContent:
    venue = found.venues[0]
    at = f"{local_time(found.as_of_ms, venue.time_zone):%Y-%m-%d %H:%M}"
    about = [
        Sentence(
            f"{venue.venue_name} · {venue.people} inside at {at} ({venue.time_zone})",
            f"{venue.venue_name} · {at}（{venue.time_zone}）在场 {venue.people} 人",
        )
    ]
    if venue.unnamed:
        about.append(
            Sentence(
                f"{venue.unnamed} of them are counted and not named.",
                f"其中 {venue.unnamed} 人只计数、不记名。",
            )
        )
    if venue.surrounds:
        about.append(BEYOND)
    if found.exits is not None and found.exits.all:
        about.append(quality(found.exits))
    return ListContent(
        Sentence("Inside now", "当前在场"),
        tuple(about),
        (
            Column(Sentence("Here", "在"), 11, is_box=True),
            Column(Sentence("Gone", "已离"), 11, is_box=True),
            Column(Sentence("Visitor", "访客"), 36),
            Column(Sentence("Class", "类别"), 26),
            Column(Sentence("People", "人数"), 14),
            Column(Sentence("In since", "进入时间"), 34),
            Column(Sentence("Entrance", "出入口"), 44),
        ),
        tuple(_cells(one) for one in found.listed),
        Sentence(
            f"Printed {at}. Keep out of sight, and destroy after use.", f"打印于 {at}，请妥善保管，用后销毁。"
        ),
    )


def quality(exits: Exits) -> Sentence:
    """How well exits are seen, as a sentence."""
    return Sentence(
        f"In the last {QUALITY_DAYS} days {exits.seen} of {exits.all} exits were seen.",
        f"近 {QUALITY_DAYS} 天的 {exits.all} 次离开中，有 {exits.seen} 次有记录。",
    )


def class_named(value: str) -> Sentence:
    """The name of a class; one of a newer version is shown as it is written."""
    return _CLASSES.get(value, Sentence(value, value))


def _cells(one: Person) -> tuple[str, ...]:
    name = class_named(one.visitor_class)
    came = f"{local_time(one.in_ms, one.time_zone or DEFAULT_ZONE):%m-%d %H:%M:%S}"
    return one.masked_name, f"{name.zh} {name.en}", str(one.people), came, one.entrance_name
