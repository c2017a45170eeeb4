"""The log as a file."""

from __future__ import annotations

import csv as csv_format
import io
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime

from domain.deed import Deed
from domain.hours import local_time
from domain.wording import Sentence
from web.db.connection import Record
from web.services.desk import deeds, filters, searching
from web.services.desk.filters import Filter
from web.services.installation import Installation
from web.store import searching as rows_of
from web.store.filtering import Wanted
from web.store.scope import Scope

_EXPORT_PAGE = 1_000
# A spreadsheet would run these as formulas, a Chinese one also the wide ones (OWASP: CSV injection).
_FORMULA_STARTS = ("=", "+", "-", "@", "＝", "＋", "－", "＠", "\t", "\r")
CSV_COLUMNS: Mapping[str, Sentence] = {
    "time_utc": Sentence("time (UTC)", "时间（UTC）"),
    "time_local": Sentence("time (venue)", "时间（当地）"),
    "venue": Sentence("venue", "场所"),
    "entrance": Sentence("entrance", "出入口"),
    "direction": Sentence("direction", "方向"),
    "decision": Sentence("decision", "判定"),
    "reason": Sentence("reason", "原因代码"),
    "sentence_en": Sentence("sentence (English)", "说明（英文）"),
    "sentence_zh": Sentence("sentence (Chinese)", "说明（中文）"),
    "visitor": Sentence("visitor (masked)", "访客（脱敏）"),
    "class": Sentence("class", "类别"),
    "way": Sentence("way of entry", "登记方式"),
    "presence": Sentence("presence", "到场证明"),
    "received_utc": Sentence("received (UTC)", "收到时间（UTC）"),
    "gate_utc": Sentence("time by the gate's clock (UTC)", "终端时钟时间（UTC）"),
    "time_quality": Sentence("how sure the time is", "时间可信度"),
    "entry": Sentence("entry id", "记录编号"),
    "corrects": Sentence("takes back entry", "撤销的记录"),
}


def csv(inst: Installation, scope: Scope, wanted: Filter, account_id: str = "") -> Iterator[bytes]:
    """All matching entries as CSV, newest first, in pieces: UTF-8 with BOM, safe for spreadsheets."""
    filters.expect_visible(inst, scope, wanted)
    about = searching.about(inst, account_id, wanted)
    told = {"form": "csv", "filter": searching.told(wanted)}
    inst.write(lambda c: deeds.noted(c, inst, account_id, Deed.EXPORT, told, about=about))
    return _csv(inst, scope, wanted, account_id)


def _csv(inst: Installation, scope: Scope, wanted: Filter, account_id: str) -> Iterator[bytes]:
    yield b"\xef\xbb\xbf" + _line([f"{name.en} {name.zh}" for name in CSV_COLUMNS.values()])
    asked = inst.read(lambda connection: searching.resolved(connection, inst, scope, account_id, wanted))
    before: rows_of.Cursor | None = None
    while True:
        rows = _export_page(inst, scope, asked, before)
        if not rows:
            return
        yield b"".join(_line(_exported(inst, row)) for row in rows)
        before = (rows[-1].true_ms, rows[-1].id)


def _export_page(
    inst: Installation, scope: Scope, asked: Wanted, before: rows_of.Cursor | None
) -> list[Record]:
    return list(inst.read(lambda c: rows_of.page(c, scope, asked, before=before, limit=_EXPORT_PAGE)))


def _exported(inst: Installation, row: Record) -> list[str]:
    shown = searching.shown_row(inst, row)
    return [
        _utc(row.true_ms),
        local_time(row.true_ms, row.time_zone).isoformat(timespec="milliseconds"),
        row.venue_name,
        row.entrance_name,
        row.direction,
        row.outcome,
        row.reason,
        shown.reason.en,
        shown.reason.zh,
        shown.masked_name,
        shown.visitor_class,
        row.way,
        row.presence,
        _utc(row.received_ms),
        _utc(row.at_ms),
        row.time_quality,
        row.id,
        row.corrects,
    ]


def _utc(at_ms: int) -> str:
    return datetime.fromtimestamp(at_ms / 1000, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _line(cells: list[str]) -> bytes:
    text = io.StringIO()
    safe = ["'" + cell if cell.startswith(_FORMULA_STARTS) else cell for cell in cells]
    csv_format.writer(text).writerow(safe)
    return text.getvalue().encode("utf-8")
