"""What an alert rests on, as people read it in both languages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from domain.gap import GapCause
from domain.remedy import EXPLAINED, EXPLAINED_NAME, REMEDY_NAMES
from domain.true_time import TimeQuality
from domain.wording import Sentence

QUALITIES: dict[str, Sentence] = {
    TimeQuality.SYNCED: Sentence("measured against the server", "已与服务器校时"),
    TimeQuality.HOLDOVER: Sentence("carried on from an older measurement", "由较早校时推算"),
    TimeQuality.UNKNOWN: Sentence("never measured, may be wrong", "未校时，可能有误"),
}
CAUSES: dict[str, Sentence] = {
    GapCause.DAMAGED: Sentence("Its file was damaged and set aside", "文件损坏，已另存"),
    GapCause.VANISHED: Sentence("Its file was deleted, or an older copy put back", "文件被删除或换成旧副本"),
    GapCause.ABSENT: Sentence("The kiosk does not have them", "终端上没有"),
    "silent": Sentence("The kiosk says nothing of them", "终端未作说明"),
}
_NAMES: dict[str, Sentence] = {
    "first": Sentence("First number", "起始编号"),
    "last": Sentence("Last number", "结束编号"),
    "missing": Sentence("Never came", "未到条数"),
    "cause": Sentence("Cause", "原因"),
    "seq": Sentence("Number", "编号"),
    "minutes": Sentence("Minutes", "分钟"),
    "other": Sentence("Id of the other entry", "另一条记录的标识"),
    "stored": Sentence("New entries", "新收入条数"),
    "duplicate": Sentence("Had arrived before", "先前已到条数"),
    "refused": Sentence("Could not be taken", "未能接收条数"),
    "file": Sentence("Digest of the file", "文件摘要"),
    "policy_version": Sentence("Version of the rules", "规则版本"),
    "body_hash": Sentence("Digest of what was sent", "上传内容摘要"),
    "new_entry": Sentence("New entry", "新记录"),
    "since": Sentence("Since", "自"),
    "day": Sentence("Day", "日期"),
    "entries": Sentence("Entries", "记录数"),
    "median": Sentence("Usual number", "通常数"),
    "time": Sentence("First at", "首次超出"),
    "people": Sentence("People", "人数"),
    "capacity": Sentence("Allowed", "容量"),
    "hours": Sentence("Hours", "时段"),
    "venues": Sentence("Venues", "场所数"),
    "size": Sentence("Entries in the log that the gate saw", "终端见过的日志条数"),
    "shown_size": Sentence("Entries in the log it was shown", "向其出示的日志条数"),
    "entrance": Sentence("Entrance", "出入口"),
    "host": Sentence("It leads to", "指向"),
    "serial": Sentence("Number of the poster", "海报编号"),
    "uses": Sentence("Uses within the hour", "一小时内使用次数"),
    "networks": Sentence("Networks within the hour", "一小时内网络数"),
    "usual": Sentence("Most networks in an hour of the week before", "此前一周每小时最多网络数"),
    "about": Sentence("Id of the gate’s entry", "终端记录的标识"),
    "head_seen": Sentence("Head that the gate keeps", "终端保存的日志头"),
    "head_shown": Sentence("Head that it refuses", "终端拒绝的日志头"),
}
_HASHES: dict[str, Sentence] = {
    "kept": Sentence("Digest of the first version", "首次内容摘要"),
    "other": Sentence("Digest of the other version", "另一份内容摘要"),
}


def evidence_shown(told: Mapping[str, Any]) -> list[tuple[Sentence, Sentence]]:
    """The evidence beside the entries as (name, value) in both languages; nothing of it is about people."""
    shown = [(name, _value(key, told[key])) for key, name in _NAMES.items() if key in told]
    hashes = told.get("hashes", {})
    shown += [(name, _value(key, hashes[key])) for key, name in _HASHES.items() if key in hashes]
    return shown


def _value(key: str, value: Any) -> Sentence:
    text = str(value)
    return CAUSES.get(text, Sentence(text, text)) if key == "cause" else Sentence(text, text)


def resolution_shown(resolution: str) -> Sentence:
    """How an alert was settled."""
    if resolution == EXPLAINED:
        return EXPLAINED_NAME
    known = next((name for remedy, name in REMEDY_NAMES.items() if remedy.value == resolution), None)
    return known or Sentence(resolution, resolution)
