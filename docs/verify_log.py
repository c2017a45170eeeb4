#!/usr/bin/env python3
"""Checks one entry's evidence file offline: it needs nothing but this file, Python and `cryptography`.

    pip install cryptography
    python verify_log.py evidence.json [--key "park.example/log+1a2b3c4d+AX…"]

Exit status: 0 the entry is in the log, 1 refused, 2 the file cannot be read. Without --key it is checked
against the key that the file itself names: compare that key with the one the operator publishes.

核验一条记录的存证文件：离线运行，只需本文件、Python 与 cryptography。
退出码：0 记录在日志中，1 不予认可，2 无法读取文件。
不带 --key 时使用文件自带的公钥，请与运营方公布的公钥比对。

Formats: RFC 6962 (Merkle tree), C2SP signed-note, tlog-checkpoint and tlog-proof. This is a second
implementation on purpose: it shares no line with the program that made the file.
"""

import argparse
import base64
import hashlib
import json
import pathlib
import re
import sys
import time

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

FORMAT = "code-and-place/evidence@v1"
NUMBER = re.compile("0|[1-9][0-9]{0,18}")
MEANING = (
    "What this means: this file proves nothing as it stands. It does not yet say who changed what:\n"
    "a file may be damaged or edited after it was taken. Have it taken anew from the log, and check it\n"
    "with the key that the operator publishes. If that is refused as well, the log cannot\n"
    "show this entry as it was claimed.",
    "这说明什么：此文件目前不能作为证据，但仍不能断定何人改动了何处；文件可能在取得之后损坏或被编辑。\n"
    "请从日志重新取得存证文件，并用运营方公布的公钥核验。若仍不予认可，则日志无法证明所主张的这条记录。",
)


class RefusedError(Exception):
    """The file does not show what it says: the sentence in English and in Chinese."""


def b64(text):
    """The bytes of strict base64: one spelling only."""
    try:
        value = base64.b64decode(text.encode("ascii"), validate=True)
    except ValueError:
        raise RefusedError("Some base64 in the file is damaged.", "文件中的 base64 编码已损坏。") from None
    if base64.b64encode(value).decode() != text:
        raise RefusedError(
            "Some base64 in the file is spelled in another way.", "文件中的 base64 编码不规范。"
        )
    return value


def read_evidence(raw):
    """The parts of the file, which has exactly one spelling."""
    wrong = RefusedError(
        "This is no evidence file, or it was changed after it was made.",
        "这不是存证文件，或文件在生成后被改动。",
    )
    try:
        value = json.loads(raw.decode("utf-8"))
        if not isinstance(value, dict) or not all(isinstance(part, str) for part in value.values()):
            raise wrong
        again = json.dumps(value, ensure_ascii=False, indent=1, sort_keys=True) + "\n"
        same = again.encode("utf-8") == raw
    except (ValueError, RecursionError):
        raise wrong from None
    names = set(value)
    open_names = {"format", "key", "leaf", "proof"}
    if not same or names not in (open_names, open_names | {"private", "salt"}):
        raise wrong
    if value["format"] != FORMAT:
        raise RefusedError("The file has another format.", "文件格式不同。")
    return value


def read_key(text):
    """The name, the 4-byte hash and the 32-byte key of a C2SP verifier key."""
    parts = text.split("+", 2)
    if len(parts) == 3 and parts[0] and not re.search(r"\s", parts[0]):
        raw = b64(parts[2])
        hashed = hashlib.sha256(parts[0].encode("utf-8") + b"\n" + raw).digest()[:4]
        if len(raw) == 33 and raw[0] == 1 and hashed.hex() == parts[1]:
            return parts[0], hashed, raw[1:]
    raise RefusedError("The key of the log is damaged.", "日志公钥已损坏。")


def read_proof(text):
    """The index, the hashes and the signed note of a C2SP tlog-proof."""
    head, found, note = text.partition("\n\n")
    lines = head.split("\n")
    if not found or lines[0] != "c2sp.org/tlog-proof@v1":
        raise RefusedError("The proof is no C2SP tlog-proof.", "其中的证明不是 C2SP tlog-proof。")
    rest = lines[2:] if lines[1:] and lines[1].startswith("extra ") else lines[1:]
    if not rest or not rest[0].startswith("index ") or not NUMBER.fullmatch(rest[0][6:]):
        raise RefusedError("The proof names no leaf.", "证明中没有叶的序号。")
    hashes = [b64(line) for line in rest[1:]]
    if len(hashes) > 63 or any(len(value) != 32 for value in hashes):
        raise RefusedError("A hash of the proof is damaged.", "证明中的哈希值已损坏。")
    return int(rest[0][6:]), hashes, note


def read_checkpoint(note, key):
    """The size and root that the log signed."""
    name, hashed, public = key
    wrong = RefusedError("The signature of the log is missing or wrong.", "日志的签名缺失或错误。")
    if any(ord(letter) < 32 and letter != "\n" for letter in note):
        raise wrong
    text, found, signatures = note.rpartition("\n\n")
    text += "\n"
    lines = signatures.split("\n")
    if not found or lines.pop() or not 0 < len(lines) <= 100:
        raise wrong
    is_signed = False
    for line in lines:
        parts = line.split(" ")
        if len(parts) != 3 or parts[0] != "—":
            raise wrong
        raw = b64(parts[2])
        if len(raw) < 5:
            raise wrong
        if not is_signed and (parts[1], raw[:4]) == (name, hashed):
            try:
                Ed25519PublicKey.from_public_bytes(public).verify(raw[4:], text.encode("utf-8"))
            except (InvalidSignature, ValueError):
                raise wrong from None
            is_signed = True
    body = text.split("\n")
    if not is_signed:
        raise wrong
    if len(body) < 4 or body[0] != name or not NUMBER.fullmatch(body[1]):
        raise RefusedError("What the log signed is no checkpoint of it.", "所签署的内容不是该日志的检查点。")
    root = b64(body[2])
    if len(root) != 32:
        raise RefusedError("What the log signed is no checkpoint of it.", "所签署的内容不是该日志的检查点。")
    return int(body[1]), root


def root_from(leaf, index, size, hashes):
    """The root that follows from the leaf and the hashes beside its way up (RFC 6962, section 2.1.1)."""
    if not 0 <= index < size < 2**62:
        raise RefusedError("The log is too short for this leaf.", "日志的长度不含该叶。")
    steps = []  # from the root down: whether the way goes left
    low, high = 0, size
    while high - low > 1:
        half = 1
        while half * 2 < high - low:
            half *= 2
        steps.append(index < low + half)
        low, high = (low, low + half) if steps[-1] else (low + half, high)
    if len(steps) != len(hashes):
        raise RefusedError("The proof has the wrong length.", "证明的长度不对。")
    value = hashlib.sha256(b"\x00" + leaf).digest()
    for is_left, beside in zip(reversed(steps), hashes, strict=True):
        pair = value + beside if is_left else beside + value
        value = hashlib.sha256(b"\x01" + pair).digest()
    return value


def check_private(value):
    """That the private record is the one to which the leaf commits."""
    salt, record = b64(value["salt"]), value["private"].encode("utf-8")
    try:
        committed = json.loads(value["leaf"])["private"]
    except (ValueError, TypeError, KeyError, RecursionError):
        committed = None
    if len(salt) != 32 or base64.b64encode(hashlib.sha256(salt + record).digest()).decode() != committed:
        raise RefusedError(
            "The private record is not the one to which the log commits.", "个人信息与日志中的承诺不符。"
        )


def check(raw, trusted=None):
    """What the file shows, as (value, index, size, name); RefusedError when it shows nothing."""
    value = read_evidence(raw)
    if trusted is not None and trusted.strip() != value["key"]:
        raise RefusedError(
            "The file was made with another key than the one given.", "文件所用的公钥与给定的公钥不同。"
        )
    key = read_key(value["key"])
    index, hashes, note = read_proof(value["proof"])
    size, root = read_checkpoint(note, key)
    if root_from(value["leaf"].encode("utf-8"), index, size, hashes) != root:
        raise RefusedError("The entry is not in the log, or was changed.", "该记录不在日志中，或已被改动。")
    if "private" in value:
        check_private(value)
    return value, index, size, key[0]


def moment(part, found):
    """A time in milliseconds since 1970 as a person writes it, to put after it; nothing for other parts."""
    if part != "at_ms" or type(found) is not int or not 0 <= found < 253_402_300_800_000:
        return ""
    return time.strftime("  (%Y-%m-%d %H:%M:%S UTC)", time.gmtime(found // 1000))


def told(value, index, size, name, trusted):
    """The lines for the reader."""
    yield "VERIFIED. The entry is in the log exactly as shown here. 核验通过：该记录与日志中的内容完全一致。"
    yield f"Log 日志: {name}"
    yield f"Leaf 序号: {index} of 共 {size} (counted from 0 从 0 起)"
    try:
        leaf = json.loads(value["leaf"])
    except ValueError:
        leaf = value["leaf"]
    for part, found in sorted(leaf.items()) if isinstance(leaf, dict) else [("leaf", leaf)]:
        yield f"  {part}: {json.dumps(found, ensure_ascii=False)}{moment(part, found)}"
    if "private" in value:
        yield "Private record, as the leaf commits to it 个人信息（与承诺一致）:"
        yield f"  {value['private']}"
    if trusted is None:
        yield "Compare this key with the one that the operator publishes. 请将此公钥与运营方公布的公钥比对："
        yield f"  {value['key']}"


def main(words=None):
    """Run the command; returns its exit status."""
    parser = argparse.ArgumentParser(description="Check an entry's evidence file. 核验存证文件。")
    parser.add_argument("file", help="the evidence file 存证文件")
    parser.add_argument("--key", help="the log's key, as its operator publishes it 运营方公布的公钥")
    asked = parser.parse_args(words)
    try:
        raw = pathlib.Path(asked.file).read_bytes()
    except OSError as error:
        print(f"{asked.file} cannot be read ({error.strerror}). 无法读取文件。", file=sys.stderr)
        return 2
    try:
        shown = check(raw, asked.key)
    except RefusedError as refused:
        print(f"REFUSED. {refused.args[0]}", file=sys.stderr)
        print(f"不予认可。{refused.args[1]}", file=sys.stderr)
        print(*MEANING, sep="\n", file=sys.stderr)
        return 1
    for line in told(*shown, asked.key):
        print(line)
    return 0


if __name__ == "__main__":
    sys.exit(main())
