"""Whether a leaf is what the rows beside it say: an entry's columns, its private record, its commitment."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from operator import itemgetter
from typing import Any

from domain.canonical import canonical_json
from domain.entry import Clock, Entry, PrivateRecord
from domain.entry_wire import private_json
from domain.errors import InputError, TamperedError
from domain.log import SALT_BYTES, commitment
from domain.true_time import true_time
from domain.wording import Sentence
from web.db.connecting.connection import Record
from web.db.months.log_months import A_MONTH
from web.services.passing import recording
from web.store.sealing import FieldCipher

# Stands for a private record that is forgotten: the columns that depend on it are then not compared.
_NOBODY = private_json(PrivateRecord())
# When it arrived is this server's own word and in no leaf.
_NOT_IN_LEAF = {"content_hash", "people", "received_ms"}
# Longer values say nothing in a sentence.
_READABLE = 64
# Leaves about the log's own key and about those that sign visitors' codes are kept together.
_KEPT_AS = {"issuer": "key"}


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that is wrong, and where: `leaf 17`, `checkpoint 256`, an entry's id."""

    where: str
    sentence: Sentence


def leaf_findings(cipher: FieldCipher, row: Record) -> list[Finding]:
    """What is wrong between the body of a leaf (a row of `log_walk.placed`) and the rows beside it."""
    where = f"leaf {row.leaf_index}"
    try:
        value = json.loads(row.body)
        kind = value["type"]
    except (ValueError, TypeError, KeyError, RecursionError):
        return [Finding(where, Sentence("The leaf is not readable JSON.", "该叶不是可读的 JSON。"))]
    if _KEPT_AS.get(kind, kind) != row.kind:
        return [
            Finding(where, Sentence(f"The leaf is kept as {row.kind}.", f"该叶被登记为其他类型 {row.kind}。"))
        ]
    return _entry_findings(cipher, row, value, where) if kind == "entry" else []


def _entry_findings(cipher: FieldCipher, row: Record, value: dict[str, Any], where: str) -> list[Finding]:
    if row.id is None or value.get("id") != row.id:
        missing = Sentence(
            f"There is no entry {value.get('id')} to this leaf.", f"没有与该叶对应的记录 {value.get('id')}。"
        )
        return [Finding(where, missing)]
    where = f"{where}, entry {row.id}"
    findings: list[Finding] = []
    if row.leaf_month != row.leaf_id // A_MONTH:
        # Whoever looks for the entry's leaf would not find it.
        elsewhere = Sentence(
            "The entry's leaf_month is not that of its leaf.", "记录的 leaf_month 与其叶的月份不符。"
        )
        findings.append(Finding(where, elsewhere))
    record = b""
    if row.record_sealed is not None:
        opened = _record(cipher, row, value.get("private"))
        if isinstance(opened, Sentence):
            findings.append(Finding(where, opened))
        else:
            record = opened
    try:
        entry = _entry(value, json.loads(record) if record else _NOBODY)
        hashed = _content_hash(row, record)
        return [*findings, *_differences(row, entry, hashed, bool(record), where)]
    except (TypeError, ValueError, InputError):
        return [
            *findings,
            Finding(where, Sentence("The leaf is not of an entry's form.", "该叶不符合记录的格式。")),
        ]


def _entry(value: dict[str, Any], private: dict[str, Any]) -> Entry:
    """The entry in a leaf, taken apart. Its parts are compared with columns and hashes: check enough."""
    for name in ("type", "v", "private"):
        value.pop(name, None)
    clock = Clock(**value.pop("clock"))
    return Entry(**value, clock=clock, private=PrivateRecord(**private))


def _content_hash(row: Record, record: bytes) -> bytes:
    """The hash of the entry as it was uploaded; empty when its private record is forgotten."""
    if not record:
        return b""
    # A leaf is the upload's canonical bytes with two parts changed: put back, which is quicker than to
    # write them anew. No text within can hold these parts, for its quotes are escaped.
    before, _, rest = row.body.partition(b'"private":"')
    upload = before + b'"private":' + record + rest.partition(b'"')[2]
    hashed = hashlib.sha256(upload.replace(b'"type":"entry",', b"", 1)).digest()
    return hashed if hashed == row.content_hash else _hashed_anew(row.body, record)


def _hashed_anew(leaf: bytes, record: bytes) -> bytes:
    value = json.loads(leaf)
    value.pop("type", None)
    return hashlib.sha256(canonical_json({**value, "private": json.loads(record)})).digest()


def _record(cipher: FieldCipher, row: Record, committed: object) -> bytes | Sentence:
    """The private record, if it is the one that the leaf commits to."""
    try:
        record = cipher.opened(row.record_sealed, recording.record_place(row.id))
    except TamperedError:
        return Sentence("Its private record does not open: it was altered.", "其个人信息无法解密，已被改动。")
    right = (
        len(row.salt) == SALT_BYTES and base64.b64encode(commitment(record, row.salt)).decode() == committed
    )
    if not right:
        return Sentence(
            "Its private record or salt is not what the leaf commits to.",
            "其个人信息或盐值与叶中的承诺不符。",
        )
    return record


def _differences(row: Record, entry: Entry, hashed: bytes, is_kept: bool, where: str) -> list[Finding]:
    expected = recording.row_of(entry, hashed, row.received_ms, true_time(entry, row.received_ms))
    found = _columns(row._fields, tuple(expected))(row)
    if found == tuple(expected.values()):
        return []
    left_out = _NOT_IN_LEAF - {"content_hash", "people"} if is_kept else _NOT_IN_LEAF
    return [
        Finding(where, _apart(column, value, there))
        for column, value, there in zip(expected, expected.values(), found, strict=True)
        if there != value and column not in left_out
    ]


def _apart(column: str, logged: object, there: object) -> Sentence:
    """That a column is not what its leaf says, with both where a person can read them."""
    said = Sentence(f"The entry's {column} is not what its leaf says", f"记录的 {column} 与叶中的内容不符")
    if any(isinstance(value, bytes) or len(str(value)) > _READABLE for value in (logged, there)):
        return Sentence(f"{said.en}.", f"{said.zh}。")
    both = Sentence(f": here {there}, in the log {logged}.", f"：此处为 {there}，日志中为 {logged}。")
    return Sentence(said.en + both.en, said.zh + both.zh)


@lru_cache(maxsize=4)
def _columns(there: tuple[str, ...], wanted: tuple[str, ...]) -> Callable[[Record], tuple[Any, ...]]:
    """Takes some columns out of a row at once: by name, one after the other, it took a tenth of the check."""
    return itemgetter(*(there.index(name) for name in wanted))
