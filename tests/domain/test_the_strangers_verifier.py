"""docs/verify_log.py as a stranger runs it: it agrees with our own check, and no byte can be changed."""

from __future__ import annotations

import ast
import base64
import dataclasses
import importlib.util
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from domain.errors import TamperedError
from domain.evidence import checked_evidence
from domain.log import Checkpoint, leaf_hash, signed_checkpoint
from domain.proof import inclusion_proof
from domain.proof_file import ProofFile
from tests.domain.entry_examples import ENTRY
from tests.domain.evidence_examples import EVIDENCE, KEY, LEAF, SIGNING, TOLD, altered
from tests.domain.proof_definitions import mth, reading

SCRIPT = Path(__file__).parents[2] / "docs" / "verify_log.py"
_SPEC = importlib.util.spec_from_file_location("verify_log", SCRIPT)
assert _SPEC is not None
assert _SPEC.loader is not None
verify_log = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(verify_log)


def accepts(text: bytes, trusted: str | None = None) -> bool:
    try:
        verify_log.check(text, trusted)
    except verify_log.RefusedError as refused:
        english, chinese = refused.args
        assert english.endswith(".")
        assert chinese.endswith("。")
        return False
    return True


def ours(text: bytes) -> bool:
    try:
        checked_evidence(text)
    except TamperedError:
        return False
    return True


def run(*words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-I", str(SCRIPT), *words]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)


def test_it_needs_python_and_cryptography_alone():
    tree = ast.parse(SCRIPT.read_text(encoding="utf-8"))
    names = {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    names |= {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    tops = {str(name).split(".")[0] for name in names}
    assert tops - set(sys.stdlib_module_names) == {"cryptography"}


def test_a_stranger_reads_what_the_entry_was(tmp_path: Path):
    path = tmp_path / "evidence.json"
    path.write_bytes(TOLD.text())
    done = run(str(path))
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("VERIFIED.")
    at = datetime.fromtimestamp(ENTRY.at_ms // 1000, UTC).strftime("(%Y-%m-%d %H:%M:%S UTC)")
    for word in (
        at,
        "核验通过",
        "park.example/log",
        "5 of 共 11",
        f'"{ENTRY.outcome}"',
        KEY.text,
        "visitor_id",
    ):
        assert word in done.stdout
    path.write_bytes(EVIDENCE.text())
    done = run(str(path), "--key", KEY.text)
    assert done.returncode == 0
    assert "visitor_id" not in done.stdout


def test_a_stranger_is_told_in_both_languages_what_is_wrong(tmp_path: Path):
    path = tmp_path / "evidence.json"
    path.write_bytes(EVIDENCE.text().replace(ENTRY.id.encode(), ENTRY.id.replace("7", "8").encode()))
    done = run(str(path))
    assert (done.returncode, done.stdout) == (1, "")
    english, chinese, *meaning = done.stderr.splitlines()
    assert english == "REFUSED. The entry is not in the log, or was changed."
    assert chinese == "不予认可。该记录不在日志中，或已被改动。"
    assert meaning[0].startswith("What this means: this file proves nothing as it stands.")
    assert meaning[-1].endswith("若仍不予认可，则日志无法证明所主张的这条记录。")
    done = run(str(tmp_path / "nothing.json"))
    assert done.returncode == 2
    assert "Traceback" not in done.stderr


def test_every_byte_position_of_an_exported_proof_altered_is_refused():
    assert accepts(EVIDENCE.text())
    assert accepts(TOLD.text(), KEY.text)
    for text in (EVIDENCE.text(), TOLD.text()):
        assert not [other for other in altered(text) if accepts(other)]


def test_every_byte_position_of_the_leaf_altered_is_refused():
    for at in range(len(LEAF)):
        changed = LEAF[:at] + (b"a" if LEAF[at : at + 1] != b"a" else b"b") + LEAF[at + 1 :]
        assert not accepts(dataclasses.replace(EVIDENCE, leaf=changed).text())


@pytest.mark.parametrize("size", [*range(1, 40), 64, 65, 127, 128, 129, 255, 256, 257])
def test_it_agrees_with_our_own_check_whatever_the_size(size: int):
    for index in {0, size // 2, size - 1}:
        hashes = [leaf_hash(LEAF if n == index else b"%d" % n) for n in range(size)]
        note = signed_checkpoint(Checkpoint(KEY.name, size, mth(hashes)), SIGNING)
        proof = ProofFile(index, inclusion_proof(index, size, reading(hashes)), note)
        for lie in (
            proof,
            dataclasses.replace(proof, extra=b"x"),
            dataclasses.replace(proof, index=index + 1),
            dataclasses.replace(proof, index=0),
            dataclasses.replace(proof, hashes=proof.hashes[1:]),
            dataclasses.replace(proof, hashes=(*proof.hashes, bytes(32))),
            dataclasses.replace(proof, hashes=tuple(reversed(proof.hashes))),
        ):
            text = dataclasses.replace(EVIDENCE, proof=lie.text()).text()
            assert accepts(text) == ours(text)
        assert accepts(dataclasses.replace(EVIDENCE, proof=proof.text()).text())


def test_other_signatures_are_let_be_and_ours_must_hold():
    proof = EVIDENCE.proof.decode()
    other = base64.b64encode(b"abcd" + bytes(64)).decode()
    for lines, good in (
        (proof + f"— witness.example {other}\n", True),
        (proof + f"— witness.example {other}", False),
        (proof + "— witness.example !\n", False),
        (proof + "— witness.example AAAA\n", False),
        (proof + "— two words AAAAAAAA\n", False),
        (proof + f"— witness.example {other}\n" * 99, True),
        (proof + f"— witness.example {other}\n" * 100, False),
        (proof.replace("— park", f"— park.example/log {other}\n— park"), True),
    ):
        text = dataclasses.replace(EVIDENCE, proof=lines.encode()).text()
        assert (accepts(text), ours(text)) == (good, good), lines[-60:]


@pytest.mark.parametrize(
    "text", [b"", b"[]", b"{}", b"null", b"\xff", b"[" * 100_000, b'{"a":' * 100_000], ids=ascii
)
def test_what_is_no_evidence_is_refused_without_a_traceback(text: bytes):
    assert not accepts(text)


def test_another_key_than_the_one_given_is_refused():
    assert not accepts(EVIDENCE.text(), KEY.text.replace("park", "mill"))
