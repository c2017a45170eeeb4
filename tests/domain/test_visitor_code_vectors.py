"""The strict parser against P1 to P15 of the fault list, from the shared vector file."""

from __future__ import annotations

import re
from typing import Any

import base45
import pytest

from domain.code import CodeClass, CodeFault, VisitorCode, verified
from domain.minting import minted
from tests.domain.make_visitor_code_vectors import FILE, vector_file
from tests.domain.visitor_code_attack import MAIN, NOW, private_key, text, token
from tests.domain.visitor_code_vectors import KEYS, STEPS, VECTORS, claims_json

NAMED = {vector["id"]: vector for vector in VECTORS}


def judged(vector: dict[str, Any], now: int | None = None) -> VisitorCode | CodeFault:
    revoked = {bytes.fromhex(cti) for cti in vector["revoked"]}
    return verified(vector["text"], KEYS, vector["now"] if now is None else now, revoked.__contains__)


def test_the_committed_file_is_what_its_generator_gives():
    assert FILE.read_text(encoding="ascii") == vector_file()


def test_the_steps_are_the_faults_of_the_parser_in_its_order():
    # The last one is the decision's, which knows whose visitor it is.
    assert list(CodeFault) == [*STEPS, CodeFault.OTHERS_KEY]


@pytest.mark.parametrize("identity", NAMED)
def test_a_vector_ends_at_its_step_and_nowhere_else(identity: str):
    vector = NAMED[identity]
    read = judged(vector)
    result = "ok" if isinstance(read, VisitorCode) else read.value
    assert result == vector["result"], vector["title"]
    if isinstance(read, VisitorCode):
        assert claims_json(read) == vector["claims"]


def test_the_verdicts_of_each_vector_pass_up_to_one_failure_and_stop():
    for vector in VECTORS:
        verdicts = list(vector["expected"].values())
        assert list(vector["expected"]) == STEPS
        failures = verdicts.count("fail")
        assert failures == (vector["result"] != "ok")
        passed = verdicts.index("fail") if failures else len(STEPS)
        assert verdicts[:passed] == ["pass"] * passed
        assert set(verdicts[passed + 1 :]) <= {"not reached"}


def test_every_item_of_the_fault_list_and_every_step_has_a_vector():
    items = {item for identity in NAMED for item in re.findall(r"^[GP]\d+", identity)}
    assert {f"P{number}" for number in range(1, 16)} <= items
    assert {vector["result"] for vector in VECTORS} == {"ok", *STEPS}


def test_a_bad_signature_hides_every_later_fault():
    for vector in VECTORS:
        if vector["expected"]["signature"] == "pass" and vector["result"] != "ok":
            damaged = text(_with_last_bit_flipped(vector["text"]))
            assert verified(damaged, KEYS, vector["now"]) is CodeFault.SIGNATURE, vector["id"]


def _with_last_bit_flipped(shown: str) -> bytes:
    raw = base45.b45decode(shown[4:])
    return raw[:-1] + bytes([raw[-1] ^ 1])


def test_the_mint_makes_the_same_text_as_the_forger_from_the_same_claims():
    for vector in VECTORS:
        if vector["result"] == "ok" and vector["claims"]["kid"] == MAIN.hex():
            claims = vector["claims"]
            again = minted(
                private_key("main"),
                MAIN,
                bytes.fromhex(claims["cti"]),
                CodeClass(claims["class"]),
                claims["issued"],
                claims["expires"],
            )
            assert again == vector["text"]


def test_a_good_code_has_the_size_that_the_design_promises():
    assert len(token()) == 116
    assert len(text(token())) == 178


@pytest.mark.parametrize("length", [100_000, 1_000_000])
@pytest.mark.parametrize("byte", [b"\x81", b"\x9f", b"\xa1", b"\xd2", b"\xff"])
def test_a_text_of_any_length_is_refused_before_it_is_decoded(length: int, byte: bytes):
    body = text(byte * 3)[4:]
    shown = "CP1:" + body * (length // len(body))
    assert verified(shown, KEYS, NOW) is CodeFault.LENGTH_OR_ALPHABET


def test_two_keys_of_one_kid_are_told_apart_by_their_scope():
    gate = [key for key in KEYS if key.scope == "gate"]
    ours = next(key for key in KEYS if key.kid == MAIN)
    twin = type(ours)(ours.kid, gate[0].public, ours.not_before, ours.not_after, "gate")
    assert isinstance(verified(text(token()), [twin, ours], NOW), VisitorCode)


def test_a_key_that_is_no_key_is_a_bad_signature_and_not_an_error():
    ours = next(key for key in KEYS if key.kid == MAIN)
    for public in (b"", bytes(31), bytes(33), bytes(32), b"\xff" * 32):
        broken = type(ours)(ours.kid, public, ours.not_before, ours.not_after)
        assert verified(text(token()), [broken], NOW) is CodeFault.SIGNATURE


def test_revocation_is_asked_last_and_once():
    asked: list[bytes] = []

    def noted(cti: bytes) -> bool:
        asked.append(cti)
        return False

    for vector in VECTORS:
        asked.clear()
        verified(vector["text"], KEYS, vector["now"], noted)
        reached = vector["expected"]["revoked"] != "not reached"
        assert len(asked) == reached, vector["id"]
