"""What a roll call came to as files: a table with times in UTC and at the venue, and the same on paper."""

from __future__ import annotations

from domain.deed import Deed
from domain.hours import local_time, utc_text
from domain.wording import Sentence
from printables.list_sheet import Column, ListContent, list_sheets
from printables.pdf import pdf
from web.services.access.looks import Concerns
from web.services.desk import deeds
from web.services.desk.inside import roll_calls
from web.services.desk.inside.inside_list import BEYOND, class_named
from web.services.desk.inside.roll_call_values import MODES, STANDINGS, Figures, RollCall, Row
from web.services.installation import Installation
from web.services.tables.csv_lines import BOM, csv_lines
from web.store.scope import Scope

COLUMNS: tuple[Sentence, ...] = (
    Sentence("name", "姓名"),
    Sentence("class", "类别"),
    Sentence("people", "人数"),
    Sentence("result", "结果"),
    Sentence("marked (UTC)", "标记时间（UTC）"),
    Sentence("marked (venue)", "标记时间（当地）"),
    Sentence("marked by", "标记人"),
    Sentence("in since (UTC)", "进入时间（UTC）"),
    Sentence("in since (venue)", "进入时间（当地）"),
    Sentence("entrance", "出入口"),
    Sentence("said otherwise before", "此前的不同标记"),
)


def csv(
    inst: Installation, scope: Scope, account_id: str, roll_call_id: str, *, by_name: bool = False
) -> tuple[RollCall, bytes]:
    """The roll call and its table, UTF-8 with BOM; the log says first that it was taken out."""
    found = _taken_out(inst, scope, account_id, roll_call_id, "csv")
    found = found.by_name() if by_name else found
    rows = [[f"{name.en} {name.zh}" for name in COLUMNS]]
    return found, BOM + csv_lines([*rows, *(_line(found, row) for row in found.outcome)])


def sheets(
    inst: Installation, scope: Scope, account_id: str, roll_call_id: str, *, by_name: bool = False
) -> tuple[RollCall, bytes]:
    """The roll call and its PDF; the log says first that it was taken out."""
    found = _taken_out(inst, scope, account_id, roll_call_id, "pdf")
    found = found.by_name() if by_name else found
    return found, pdf(list_sheets(_content(found)))


def told(figures: Figures) -> tuple[Sentence, ...]:
    """What it came to, and what the difference between the list and the count is made of, in sentences."""
    lines = [
        Sentence(
            f"On the list {figures.listed}, counted {figures.counted}, not found {figures.remaining}.",
            f"名单 {figures.listed} 人，清点到 {figures.counted} 人，未找到 {figures.remaining} 人。",
        )
    ]
    parts = [
        (figures.not_here, "{} had left unseen", "{} 人此前已离开而无记录"),
        (figures.out, "{} went out and were scanned", "{} 人扫码离开"),
        (figures.remaining, "{} not found", "{} 人未找到"),
        (figures.unlisted, "{} counted were not on the list", "清点到 {} 人不在名单上"),
    ]
    english = "; ".join(en.format(number) for number, en, _ in parts if number)
    chinese = "；".join(zh.format(number) for number, _, zh in parts if number)
    if english:
        lines.append(Sentence(f"The difference: {english}.", f"差异：{chinese}。"))
    if figures.disputed:
        lines.append(
            Sentence(
                f"Marshals said different things of {figures.disputed}; what was said last counts.",
                f"有 {figures.disputed} 人的标记前后不一，以最后一次为准。",
            )
        )
    if figures.exits:
        missed = figures.exits - figures.exits_seen
        lines.append(
            Sentence(
                f"In the 7 days before, {figures.exits_seen} of {figures.exits} exits here were seen"
                + (f"; {missed} people stayed on the list after they had gone." if missed else "."),
                f"此前 7 天，本场所 {figures.exits} 次离开中有 {figures.exits_seen} 次有记录"
                + (f"；其余 {missed} 次离开后仍留在名单上。" if missed else "。"),
            )
        )
    if figures.unnamed:
        lines.append(
            Sentence(
                f"{figures.unnamed} more were inside by number only, without a name.",
                f"另有 {figures.unnamed} 人只计数、不记名。",
            )
        )
    return tuple(lines)


def _taken_out(inst: Installation, scope: Scope, account_id: str, roll_call_id: str, form: str) -> RollCall:
    found = roll_calls.roll_call(inst, scope, roll_call_id)
    about = {"what": "roll call", "form": form, "roll_call": roll_call_id, "rows": len(found.rows)}
    people = [one.visitor_id for one in found.listed if one.visitor_id]
    whose = Concerns(people, scope, venue_id=found.venue_id)
    inst.write(
        lambda connection: deeds.noted(connection, inst, account_id, Deed.EXPORT, about, concerns=whose)
    )
    return found


def _line(found: RollCall, row: Row) -> list[str]:
    result, named = STANDINGS[row.standing], class_named(row.visitor_class)
    return [
        row.name,
        f"{named.en} {named.zh}".strip(),
        str(row.people),
        f"{result.en} {result.zh}",
        utc_text(row.at_ms) if row.at_ms is not None else "",
        _local(row.at_ms, found.time_zone),
        row.by,
        utc_text(row.in_ms) if row.in_ms is not None else "",
        _local(row.in_ms, found.time_zone),
        row.entrance_name,
        _otherwise(found, row),
    ]


def _otherwise(found: RollCall, row: Row) -> str:
    if (mark := row.otherwise) is None:
        return ""
    said = STANDINGS[mark.mark]
    return f"{said.en} {said.zh} {_local(mark.at_ms, found.time_zone)} {mark.by}".strip()


def _local(at_ms: int | None, zone: str) -> str:
    return local_time(at_ms, zone).isoformat(timespec="seconds") if at_ms is not None else ""


def _content(found: RollCall) -> ListContent:
    zone, mode = found.time_zone, MODES[found.mode]
    began = f"{local_time(found.started_ms, zone):%Y-%m-%d %H:%M:%S}"
    ended = f"{local_time(found.ended_ms, zone):%H:%M:%S}" if found.ended_ms is not None else "…"
    return ListContent(
        Sentence("Roll call", "点名"),
        (
            Sentence(
                f"{found.venue_name} · {mode.en} · {began} – {ended} ({zone}) · {found.started_by}",
                f"{found.venue_name} · {mode.zh} · {began} 至 {ended}（{zone}）· {found.started_by}",
            ),
            *((BEYOND,) if found.surrounds else ()),
            *told(found.figures),
        ),
        (
            Column(Sentence("Name", "姓名"), 34),
            Column(Sentence("People", "人数"), 13),
            Column(Sentence("Result", "结果"), 46),
            Column(Sentence("Marked", "标记时间"), 20),
            Column(Sentence("By", "标记人"), 32),
            Column(Sentence("In since", "进入时间"), 28),
        ),
        tuple(_cells(row, zone) for row in found.outcome),
        Sentence("Keep out of sight, and destroy after use", "请妥善保管，用后销毁"),
    )


def _cells(row: Row, zone: str) -> tuple[str, ...]:
    result = STANDINGS[row.standing]
    marked = f"{local_time(row.at_ms, zone):%H:%M:%S}" if row.at_ms is not None else ""
    came = f"{local_time(row.in_ms, zone):%m-%d %H:%M}" if row.in_ms is not None else ""
    return row.name, str(row.people), f"{result.zh} {result.en}", marked, row.by, came
