"""The log as people read it: filtered, newest first, live, and as a file."""

from __future__ import annotations

import csv as csv_format
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from domain.decision import Outcome
from domain.hours import local_time
from domain.reason import SENTENCES, Reason, sentence_of
from domain.wording import Sentence
from web.db.connection import Connection, Record
from web.services.installation import Installation
from web.services.passing import recording
from web.services.people.visitors import found_by_text
from web.store import entries
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


@dataclass(frozen=True, slots=True)
class LogFilter:
    """Which entries; empty parts do not narrow. Times are Unix milliseconds, `until_ms` left out itself."""

    venue_id: str
    from_ms: int | None = None
    until_ms: int | None = None
    entrance_id: str = ""
    outcome: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True)
class LogRow:
    """One entry as a page shows it: when it was by the gate's own clock, and when it really was."""

    id: str
    at_ms: int
    true_ms: int
    time_quality: str
    entrance_name: str
    direction: str
    outcome: str
    reason: Sentence
    way: str
    presence: str
    masked_name: str
    visitor_class: str
    received_ms: int
    taken_back: bool
    is_correction: bool


@dataclass(frozen=True, slots=True)
class LogPage:
    """Rows, the cursor of the page before them in time ("" at the end), and how far the log has arrived."""

    rows: tuple[LogRow, ...]
    older: str
    newest: str


def search(
    inst: Installation, scope: Scope, wanted: LogFilter, *, before: str = "", limit: int = 50
) -> LogPage:
    """A page of entries, newest first; stable however fast others arrive."""

    def work(connection: Connection) -> LogPage:
        newest = entries.latest_arrival(connection)
        asked = _wanted(connection, inst, scope, wanted)
        rows = entries.page(connection, scope, asked, before=_cursor(before), limit=limit + 1)
        shown = rows[:limit]
        older = f"{shown[-1].true_ms}.{shown[-1].id}" if len(rows) > limit else ""
        return LogPage(tuple(_shown(inst, row) for row in shown), older, str(newest))

    return inst.read(work)


def newer(inst: Installation, scope: Scope, wanted: LogFilter, after: str, limit: int = 100) -> LogPage:
    """Entries that arrived after `after` (the `newest` of an earlier page), latest first.

    By arrival and not by time: what a gate kept while it was cut off appears too, in its place in time.
    """
    seen = int(after) if after.isdecimal() and len(after) < 19 else 0

    def work(connection: Connection) -> LogPage:
        asked = _wanted(connection, inst, scope, wanted)
        newest = entries.latest_arrival(connection)
        rows = entries.arrived(connection, scope, asked, seen, limit)
        reached = rows[-1].leaf_id if len(rows) == limit else newest
        shown = sorted(
            (_shown(inst, row) for row in rows), key=lambda row: (row.true_ms, row.id), reverse=True
        )
        return LogPage(tuple(shown), "", str(reached))

    return inst.read(work)


def csv(inst: Installation, scope: Scope, wanted: LogFilter) -> Iterator[bytes]:
    """All matching entries as CSV, newest first, in pieces: UTF-8 with BOM, safe for spreadsheets."""
    yield b"\xef\xbb\xbf" + _line([f"{name.en} {name.zh}" for name in CSV_COLUMNS.values()])
    asked = inst.read(lambda connection: _wanted(connection, inst, scope, wanted))
    before: entries.Cursor | None = None
    while True:
        rows = _export_page(inst, scope, asked, before)
        if not rows:
            return
        yield b"".join(_line(_exported(inst, row)) for row in rows)
        before = (rows[-1].true_ms, rows[-1].id)


def _export_page(
    inst: Installation, scope: Scope, asked: entries.Wanted, before: entries.Cursor | None
) -> list[Record]:
    return list(inst.read(lambda c: entries.page(c, scope, asked, before=before, limit=_EXPORT_PAGE)))


def _wanted(connection: Connection, inst: Installation, scope: Scope, wanted: LogFilter) -> entries.Wanted:
    asked = entries.Wanted(
        wanted.venue_id, wanted.from_ms, wanted.until_ms, wanted.entrance_id,
        wanted.outcome if wanted.outcome in set(Outcome) else "",
    )  # fmt: skip
    text = wanted.text.strip()
    if not text:
        return asked
    people = found_by_text(connection, inst.cipher, scope, text)
    saying = text.casefold()
    reasons = [
        reason for reason, words in SENTENCES.items() if saying in words.en.casefold() or saying in words.zh
    ]
    return replace(asked, visitor_ids=tuple(people), reasons=tuple(reasons))


def _shown(inst: Installation, row: Record) -> LogRow:
    return LogRow(
        row.id,
        row.at_ms,
        row.true_ms,
        row.time_quality,
        row.entrance_name,
        row.direction,
        row.outcome,
        sentence_of(Reason(row.reason), recording.details(inst.cipher, row)),
        row.way,
        row.presence,
        row.masked_name or "",
        row.visitor_class or "",
        row.received_ms,
        bool(row.taken_back),
        bool(row.corrects),
    )


def _exported(inst: Installation, row: Record) -> list[str]:
    shown = _shown(inst, row)
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


def _cursor(text: str) -> entries.Cursor | None:
    at_ms, _, identity = text.partition(".")
    return (int(at_ms), identity) if at_ms.isdecimal() and len(at_ms) < 16 and identity else None
