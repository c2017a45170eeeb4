"""What people read when something is refused: the whole sentence, in both languages, and its field."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace

import pytest

from domain.bundle import opened_bundle
from domain.enrolment import parsed_enrolment
from domain.entry_file import kiosk_of, opened_file
from domain.entry_wire import entry_from_json, entry_json
from domain.errors import CodePlaceError, InputError
from domain.evidence import Private, checked_evidence
from domain.facts_page import known_visitor, opened_page
from domain.gap import gap_from_json
from domain.gate_settings import checked_pin
from domain.log import opened_checkpoint
from domain.note import note_key, opened_note, signed_note
from domain.proof_file import checked_proof, parsed_proof
from domain.sealed_entry import opened
from domain.venue import checked_base_url
from domain.visitor import cleaned, normalised_id_number, normalised_phone, normalised_plate
from tests.domain import test_bundles as rules
from tests.domain import test_evidence as proofs
from tests.domain.entry_examples import ENTRY

Deed = Callable[[], object]
_JSON = entry_json(ENTRY)
_SEALED = {"kid": "a1", "epk": "AAAA", "box": "AAAA"}


def _entry(**changed: object) -> Deed:
    return lambda: entry_from_json({**_JSON, **changed})


def _private(**changed: object) -> Deed:
    return _entry(private={**json.loads(json.dumps(_JSON["private"])), **changed})


def _rules(entrance: str = "e1", last_seq: int = 0, kiosk: str = "") -> Deed:
    note = rules.sealed_bundle(replace(rules.BUNDLE, kiosk_id="k1"), rules.NAME, rules.SIGNING)
    return lambda: opened_bundle(note, rules.KEY, entrance, last_seq, kiosk)


SAID: list[tuple[Deed, str, str, str]] = [
    (lambda: note_key("x"), "", "The verifier key is damaged.", "验证公钥已损坏。"),
    (lambda: opened_note(b"x", rules.KEY), "", "The signature is missing or wrong.", "签名缺失或错误。"),
    (lambda: opened_note(b"\xff", rules.KEY), "", "The signature is missing or wrong.", "签名缺失或错误。"),
    (
        lambda: opened_checkpoint(rules.NOTE, rules.KEY),
        *("", "This is no checkpoint of the log.", "这不是该日志的检查点。"),
    ),
    (
        lambda: parsed_proof(b"x"),
        *("", "This is no C2SP tlog-proof file.", "这不是 C2SP tlog-proof 证明文件。"),
    ),
    (
        lambda: checked_proof(b"another leaf", proofs.PROOF, proofs.KEY),
        *("", "The proof does not lead from the leaf to the root.", "证明无法由该叶推出日志的根。"),
    ),
    (
        lambda: checked_evidence(b"{}"),
        "",
        "This is no evidence file, or it was changed after it was made.",
        "这不是存证文件，或文件在生成后被改动。",
    ),
    (
        lambda: checked_evidence(proofs.EVIDENCE.text(), rules.KEY),
        "",
        "The file was made with another key than the log's.",
        "文件所用的公钥不是该日志的公钥。",
    ),
    (
        lambda: checked_evidence(replace(proofs.TOLD, private=Private(b"{}", proofs.SALT)).text()),
        "",
        "The private record is not the one in the leaf.",
        "个人信息与日志中的承诺不符。",
    ),
    (
        lambda: opened_bundle(signed_note("{}\n", rules.NAME, rules.SIGNING), rules.KEY, "e1", 0),
        *("", "The rules cannot be read.", "规则包无法读取。"),
    ),
    (_rules(kiosk="k2"), "", "The rules are another kiosk's.", "规则包属于其他终端。"),
    (_rules("e2"), "", "The rules are for another entrance.", "规则包属于其他出入口。"),
    (_rules(last_seq=13), "", "The rules are older than those here.", "规则包比现有的旧。"),
    (
        lambda: opened_page(signed_note("{}\n", rules.NAME, rules.SIGNING), rules.KEY),
        *("", "What is known of visitors cannot be read.", "访客数据无法读取。"),
    ),
    (lambda: known_visitor(b"{}"), "", "What is known of visitors cannot be read.", "访客数据无法读取。"),
    (
        lambda: kiosk_of(b"x"),
        "file",
        "This is no file of a kiosk's entries. Make one with “python -m kiosk export”.",
        "这不是终端导出的记录文件，请用 python -m kiosk export 生成。",
    ),
    (
        lambda: opened_file(b"CPX1 abc\n" + bytes(40), bytes(32)),
        "",
        "The file does not open: it was changed, is not whole, or is from another kiosk.",
        "文件无法打开：已被改动、不完整，或属于其他终端。",
    ),
    (
        lambda: opened({"sealed": {}}, lambda kid: None),
        "sealed",
        "The sealed part does not open: it was changed or is damaged.",
        "记录的加密部分无法打开：已被改动或损坏。",
    ),
    (
        lambda: opened({"sealed": _SEALED}, lambda kid: None),
        "sealed",
        "The entry is sealed for a key that this server does not have.",
        "该记录所用的加密密钥不属于本服务器。",
    ),
    (
        lambda: parsed_enrolment("CPK1:"),
        "enrolment",
        "This is not a complete enrolment code. Copy all of it, beginning with CPK1:, or show the QR again.",
        "登记码不完整，请从 CPK1: 开始完整复制，或重新出示二维码。",
    ),
    (lambda: checked_pin("1"), "pin", "A PIN has 4 to 12 digits.", "PIN 为 4 至 12 位数字。"),
    (lambda: gap_from_json(5), "gap", "gap of a gap is not usable.", "缺失区间的字段 gap 无效。"),
    (lambda: gap_from_json({}), "first", "first of a gap is not usable.", "缺失区间的字段 first 无效。"),
    (
        lambda: gap_from_json({"first": 1, "last": 1}),
        *("cause", "cause of a gap is not usable.", "缺失区间的字段 cause 无效。"),
    ),
    (
        lambda: gap_from_json({"first": 1, "last": 1, "cause": "absent"}),
        *("found_ms", "found_ms of a gap is not usable.", "缺失区间的字段 found_ms 无效。"),
    ),
    (lambda: entry_from_json(5), "entry", "entry is not an object.", "字段 entry 无效。"),
    (_entry(clock=5), "clock", "clock is not an object.", "字段 clock 无效。"),
    (_entry(private=[]), "private", "private is not an object.", "字段 private 无效。"),
    (_entry(more=1), "more", "more is not present exactly once and known.", "字段 more 无效。"),
    (_entry(v=2), "v", "v is not a whole number from 1 to 1.", "字段 v 无效。"),
    (_entry(id="x"), "id", "id is not of its form.", "字段 id 无效。"),
    (_entry(direction="up"), "direction", "direction is not one of in, out.", "字段 direction 无效。"),
    (
        _entry(outcome=None),
        *("outcome", "outcome is not one of admitted, referred, refused.", "字段 outcome 无效。"),
    ),
    (_private(name="x" * 201), "name", "name is not text of at most 200 characters.", "字段 name 无效。"),
    (
        _private(occupants=[""] * 101),
        *("occupants", "occupants is not a list of at most 100 phones.", "字段 occupants 无效。"),
    ),
    (_private(details=5), "details", "details is not a few named texts.", "字段 details 无效。"),
    (
        lambda: checked_base_url("ftp://x"),
        "base-url",
        "“ftp://x” is not a site address; write it like https://park.example",
        "“ftp://x”不是网站地址，请写成 https://park.example 的样子",
    ),
    (lambda: cleaned(" ", "name"), "name", "Please fill this in.", "请填写此项。"),
    (
        lambda: cleaned("abc", "name", 2),
        "name",
        "This has 3 characters; 2 is the most. Please shorten it.",
        "共 3 个字符，最多 2 个，请缩短。",
    ),
    (
        lambda: normalised_phone("1"),
        "phone",
        "This is not a complete phone number, for example 138 0013 8000 or +44 20 7946 0018.",
        "电话号码不完整，例如 138 0013 8000；境外号码请加国家区号，如 +44…",
    ),
    (
        lambda: normalised_plate("1"),
        "plate",
        "A plate has 4 to 12 letters and digits, for example 苏A·12345.",
        "车牌为 4 至 12 位汉字、字母和数字，例如 苏A·12345。",
    ),
    (
        lambda: normalised_id_number("1"),
        "id_number",
        "This is not a valid identity number; please check each digit, or give a passport number.",
        "证件号码有误，请逐位核对；也可填写护照号码。",
    ),
]


@pytest.mark.parametrize(("deed", "field", "en", "zh"), SAID, ids=[en for _, _, en, _ in SAID])
def test_a_refusal_says_in_both_languages_what_is_wrong(deed: Deed, field: str, en: str, zh: str):
    with pytest.raises(CodePlaceError) as refusal:
        deed()
    said = refusal.value
    assert (said.sentence.en, said.sentence.zh, str(said)) == (en, zh, en)
    assert (said.field if isinstance(said, InputError) else "") == field
