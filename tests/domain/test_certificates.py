"""Certificates of erasing: these lines to the letter, signed by the log, with their counts in a leaf."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace

import pytest

from domain.certificate import Certificate, Line, certificate_leaf, opened_certificate
from domain.errors import TamperedError
from domain.log import Checkpoint, signed_checkpoint
from domain.note import NoteKey, opened_note, signed_note
from tests.domain.visitor_code_attack import private_key

SIGNING = private_key("log")
KEY = NoteKey("park.example/log", SIGNING.public_key().public_bytes_raw())
CERTIFICATE = Certificate(
    ref="leaf-7",
    operator="Example Park\nLtd\u2028 ",
    of="enterprise 7",
    cause="retention",
    begun_ms=1_795_262_400_999,
    ended_ms=1_795_262_401_000,
    lines=(
        Line("entries", 3, "v1", 1_792_843_200_000),
        Line("entries", 4, "v2", None),
        Line("visitors", 1, "site", None),
    ),
)
TEXT = f"""code-and-place/erased@v1
log park.example/log
key {KEY.text}
leaf leaf-7
operator Example Park Ltd
of enterprise 7
cause retention
begun 2026-11-21T12:00:00Z
ended 2026-11-21T12:00:01Z
erased entries 3 v1 before 2026-10-24T12:00:00Z
erased entries 4 v2 all
erased visitors 1 site all
"""


def test_a_certificate_is_these_lines():
    assert CERTIFICATE.text(KEY) == TEXT


def test_what_is_signed_is_opened_by_the_logs_key():
    note = CERTIFICATE.signed(KEY, SIGNING)
    assert note == signed_note(TEXT, KEY.name, SIGNING)
    assert opened_certificate(note, KEY) == TEXT == opened_note(note, KEY)


def test_no_name_of_an_operator_can_add_a_line():
    odd = replace(CERTIFICATE, operator="a\nerased entries 0 v1 all\r\x7f\x00b")
    assert "operator a erased entries 0 v1 all b\n" in odd.text(KEY)
    assert odd.text(KEY).count("\n") == TEXT.count("\n")


def test_another_key_or_a_changed_count_does_not_open():
    note = CERTIFICATE.signed(KEY, SIGNING)
    for changed in (note.replace(b"entries 3", b"entries 2"), note.replace(b" all\n", b"\n")):
        with pytest.raises(TamperedError):
            opened_certificate(changed, KEY)
    with pytest.raises(TamperedError):
        opened_certificate(note, NoteKey("other.example/log", KEY.public))


def test_a_head_of_the_log_is_no_certificate():
    head = signed_checkpoint(Checkpoint(KEY.name, 5, bytes(32)), SIGNING)
    for note in (head, signed_note("code-and-place/erased@v12\n", KEY.name, SIGNING)):
        with pytest.raises(TamperedError) as refusal:
            opened_certificate(note, KEY)
        said = refusal.value.sentence
        assert (said.en, said.zh) == ("This is no certificate of erasing.", "这不是删除证明。")


def test_the_leaf_adds_up_each_kind_and_quotes_the_signed_text():
    note = CERTIFICATE.signed(KEY, SIGNING)
    assert json.loads(certificate_leaf(9, CERTIFICATE, note)) == {
        "v": 2, "type": "purge", "at_ms": 9, "of": "enterprise 7", "cause": "retention",
        "erased": {"entries": 7, "visitors": 1}, "certificate": hashlib.sha256(note).hexdigest(),
    }  # fmt: skip
