"""The columns of a file of entries, and how a row of the database becomes one of the file."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

from domain.errors import TamperedError
from domain.reason import SENTENCES, Reason, sentence_of
from domain.wording import Sentence
from web.services.passing.recording import record_place
from web.services.people.visitors import place
from web.store.desk.export_rows import Exported
from web.store.sealing import FieldCipher

MASKED: Mapping[str, Sentence] = {
    "time_utc": Sentence("time (UTC)", "时间（UTC）"),
    "time_local": Sentence("time (venue)", "时间（当地）"),
    "enterprise": Sentence("enterprise", "企业"),
    "venue": Sentence("venue", "场所"),
    "entrance": Sentence("entrance", "出入口"),
    "direction": Sentence("direction", "方向"),
    "decision": Sentence("decision", "判定"),
    "reason": Sentence("reason", "原因代码"),
    "sentence_en": Sentence("sentence (English)", "说明（英文）"),
    "sentence_zh": Sentence("sentence (Chinese)", "说明（中文）"),
    "visitor": Sentence("visitor (masked)", "访客（脱敏）"),
    "class": Sentence("class", "类别"),
    "people": Sentence("people", "人数"),
    "temperature": Sentence("temperature °C", "体温 °C"),
    "way": Sentence("way of entry", "登记方式"),
    "presence": Sentence("presence", "到场证明"),
    "kiosk": Sentence("kiosk", "终端"),
    "number": Sentence("number at the gate", "终端序号"),
    "received_utc": Sentence("received (UTC)", "收到时间（UTC）"),
    "gate_utc": Sentence("time by the gate's clock (UTC)", "终端时钟时间（UTC）"),
    "time_quality": Sentence("how sure the time is", "时间可信度"),
    "rules": Sentence("version of the rules", "规则版本"),
    "taken_back": Sentence("taken back", "已撤销"),
    "corrects": Sentence("takes back entry", "撤销的记录"),
    "entry": Sentence("entry id", "记录编号"),
}
UNMASKED: Mapping[str, Sentence] = {
    "name": Sentence("name", "姓名"),
    "phone": Sentence("phone", "电话"),
    "id_number": Sentence("identity number", "证件号"),
    "plate": Sentence("number plate", "车牌"),
    "occupants": Sentence("phones of occupants", "同车人电话"),
    "code": Sentence("code id", "访客码编号"),
}
_CACHED_MOST = 100_000
_SAID = ("name", "phone", "plate", "cti")
Cell = str | int | float
Cells = tuple[Cell, ...]


@cache
def _seconds() -> tuple[str, ...]:
    """Every millisecond of a minute as it ends a time; made where a file is made, not at each start."""
    return tuple(f"{ms // 1000:02d}.{ms % 1000:03d}" for ms in range(60_000))


class _Minutes(dict[int, str]):
    """Minutes since 1970 as they begin a time in UTC."""

    def __missing__(self, minute: int) -> str:
        begun = f"{datetime.fromtimestamp(minute * 60, UTC):%Y-%m-%dT%H:%M:}"
        self[minute] = begun
        return begun


class _LocalMinutes(dict[int, tuple[str, str]]):
    """Minutes since 1970 as they begin and end a time in one zone; offsets are whole minutes since 1972."""

    def __init__(self, zone: str) -> None:
        super().__init__()
        self._zone = ZoneInfo(zone)

    def __missing__(self, minute: int) -> tuple[str, str]:
        told = datetime.fromtimestamp(minute * 60, self._zone).isoformat()
        self[minute] = (told[:17], told[19:])
        return self[minute]


@dataclass(frozen=True, slots=True)
class Known:
    """What is looked up once for many rows: of doors (entrance, venue, enterprise, zone), of kiosks names."""

    doors: Mapping[str, tuple[str, str, str, str]]
    kiosks: Mapping[str, str]
    taken_back: set[str]


def sayings(guarded: Callable[[str], str]) -> dict[str, tuple[str, str]]:
    """The two sentences of each reason, with an ellipsis for values."""
    said = ((reason.value, sentence_of(reason, {})) for reason in SENTENCES)
    return {value: (guarded(words.en), guarded(words.zh)) for value, words in said}


class Lines:
    """Turns tuples of `Exported` into cells, in the order of the columns; texts go through `guarded`."""

    def __init__(
        self, cipher: FieldCipher, known: Known, *, unmasked: bool, guarded: Callable[[str], str]
    ) -> None:
        self._cipher, self._known, self._unmasked, self._guarded = cipher, known, unmasked, guarded
        self._sayings = sayings(guarded)
        self._people: dict[str, tuple[str, ...]] = {}
        self._minutes = _Minutes()
        zones = {zone: _LocalMinutes(zone) for *_, zone in known.doors.values()}
        self._doors = {door: (*told[:3], zones[told[3]]) for door, told in known.doors.items()}
        self._local = tuple(zones.values())

    @property
    def columns(self) -> Mapping[str, Sentence]:
        """The columns, in both languages, by the name that they have in JSON."""
        return {**MASKED, **UNMASKED} if self._unmasked else MASKED

    def strangers(self, batch: list[tuple[Any, ...]]) -> list[str]:
        """The visitors of these rows who are not known here yet."""
        at = Exported._fields.index("visitor_id")
        if len(self._people) > _CACHED_MOST:
            self._people.clear()
        return list({row[at] for row in batch if row[at]} - self._people.keys())

    def learn(self, found: Mapping[str, tuple[Any, ...]], asked: list[str]) -> None:
        """Keep who these visitors are: masked names, and with `unmasked` what is sealed of them."""
        for visitor_id in asked:
            masked, *sealed = found.get(visitor_id, ("",))
            opened = (
                self._opened(name, visitor_id, value)
                for name, value in zip(("name", "phone", "id_number", "plate"), sealed, strict=False)
            )
            self._people[visitor_id] = (self._guarded(masked), *opened)

    def cells(self, batch: list[tuple[Any, ...]]) -> list[Cells]:
        """The rows of the file."""
        people, saying, begun, doors = self._people, self._sayings, self._minutes, self._doors
        kiosks, gone, seconds = self._known.kiosks, self._known.taken_back, _seconds()
        self._make_room()
        made: list[Cells] = []
        for (
            true_ms, identity, at_ms, received_ms, quality, entrance_id, device, seq, direction, outcome,
            reason, presence, way, count, rules, corrects, visitor_id, visitor_class, tenths, sealed,
        ) in batch:  # fmt: skip
            entrance, venue, enterprise, here = doors[entrance_id]
            record = self._record(identity, sealed) if sealed is not None else _NOTHING
            english, chinese = self._said(reason, record) if "details" in record else saying[reason]
            person = people[visitor_id] if visitor_id else _NOBODY
            # Written out three times: a call for each would be a tenth of the whole file's time.
            day, offset = here[true_ms // 60_000]
            happened = f"{begun[true_ms // 60_000]}{seconds[true_ms % 60_000]}Z"
            received = f"{begun[received_ms // 60_000]}{seconds[received_ms % 60_000]}Z"
            by_gate = happened if at_ms == true_ms else f"{begun[at_ms // 60_000]}{seconds[at_ms % 60_000]}Z"
            cells: Cells = (
                happened, f"{day}{seconds[true_ms % 60_000]}{offset}", enterprise, venue, entrance,
                direction, outcome, reason,
                english, chinese, person[0], visitor_class or "", count,
                "" if tenths is None else tenths / 10, way, presence, kiosks.get(device, ""), seq, received,
                by_gate, quality, rules, "yes" if identity in gone else "", corrects, identity,
            )  # fmt: skip
            made.append((*cells, *self._private(record, person)) if self._unmasked else cells)
        return made

    def _make_room(self) -> None:
        """Forget what was looked up when it is much, so that a file of any length takes the same room."""
        if len(self._minutes) > _CACHED_MOST:
            self._minutes.clear()
        for minutes in self._local:
            if len(minutes) > _CACHED_MOST:
                minutes.clear()

    def _said(self, reason: str, record: Mapping[str, Any]) -> tuple[str, str]:
        words = sentence_of(Reason(reason), record["details"])
        return self._guarded(words.en), self._guarded(words.zh)

    def _private(self, record: Mapping[str, Any], person: tuple[str, ...]) -> tuple[str, ...]:
        """Who it was: what was said at the gate, else what the visitor is registered with."""
        _, name, phone, id_number, plate = (*person, *_NOBODY)[:5]
        said = {part: self._guarded(str(record.get(part) or "")) for part in _SAID}
        occupants = self._guarded(" ".join(record.get("occupants", ())))
        return (
            said["name"] or name, said["phone"] or phone, id_number, said["plate"] or plate, occupants,
            said["cti"],
        )  # fmt: skip

    def _record(self, identity: str, sealed: bytes) -> dict[str, Any]:
        try:
            return dict(json.loads(self._cipher.opened(sealed, record_place(identity))))
        except TamperedError:
            # One damaged row costs its own words, not the file.
            return {}

    def _opened(self, column: str, visitor_id: str, sealed: bytes | None) -> str:
        if sealed is None:
            return ""
        try:
            return self._guarded(self._cipher.opened(sealed, place(column, visitor_id)).decode())
        except TamperedError:
            return ""


_NOBODY = ("", "", "", "", "")
_NOTHING: Mapping[str, Any] = {}
