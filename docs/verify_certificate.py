#!/usr/bin/env python3
"""Checks a certificate of erasing offline: it needs nothing but this file, Python and `cryptography`.

    pip install cryptography
    python verify_certificate.py certificate.txt [--key "park.example/log+1a2b3c4d+AX…"]

Exit status: 0 the log's key signed it, 1 refused, 2 the file cannot be read. Without --key it is checked
against the key that the certificate itself names: compare that key with the one the operator publishes.
The SHA-256 that is printed stands in the leaf of the log that the certificate names.

核验删除证明：离线运行，只需本文件、Python 与 cryptography。
退出码：0 由日志密钥签署，1 不予认可，2 无法读取文件。
不带 --key 时使用证明自带的公钥，请与运营方公布的公钥比对。

Format: C2SP signed-note. A second implementation on purpose: it shares no line with the program that made it.
"""

import argparse
import base64
import hashlib
import pathlib
import sys

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

FORMAT = "code-and-place/erased@v1"


class RefusedError(Exception):
    """The file does not show what it says: the sentence in English and in Chinese."""


def read_key(text):
    """The name, the 4-byte hash and the 32-byte key of a C2SP verifier key."""
    parts = text.split("+", 2)
    try:
        raw = base64.b64decode(parts[2], validate=True)
    except (IndexError, ValueError):
        raw = b""
    hashed = hashlib.sha256(parts[0].encode() + b"\n" + raw).digest()[:4]
    if len(raw) == 33 and raw[0] == 1 and hashed.hex() == parts[1]:
        return parts[0], hashed, raw[1:]
    raise RefusedError("The key of the log is damaged.", "日志公钥已损坏。")


def check(raw, trusted=None):
    """The lines that were signed; RefusedError when the signature is not the log's, or of something else."""
    wrong = RefusedError("The signature of the log is missing or wrong.", "日志的签名缺失或错误。")
    try:
        text, found, signatures = raw.decode("utf-8").rpartition("\n\n")
    except UnicodeDecodeError:
        raise wrong from None
    text += "\n"
    lines = text.splitlines()
    if not found or not lines or lines[0] != FORMAT:
        raise RefusedError("This is no certificate of erasing.", "这不是删除证明。")
    named = [line[4:] for line in lines if line.startswith("key ")]
    if len(named) != 1:
        raise RefusedError("The certificate names no key.", "证明中没有公钥。")
    if trusted is not None and trusted.strip() != named[0]:
        raise RefusedError(
            "It was signed with another key than the one given.", "签署所用的公钥与给定的公钥不同。"
        )
    name, hashed, public = read_key(named[0])
    for line in signatures.splitlines():
        parts = line.split(" ")
        if len(parts) != 3 or parts[0] != "—" or parts[1] != name:
            continue
        try:
            signature = base64.b64decode(parts[2], validate=True)
            if signature[:4] == hashed:
                Ed25519PublicKey.from_public_bytes(public).verify(signature[4:], text.encode("utf-8"))
                return lines
        except (InvalidSignature, ValueError):
            raise wrong from None
    raise wrong


def main(words=None):
    """Run the command; returns its exit status."""
    parser = argparse.ArgumentParser(description="Check a certificate of erasing. 核验删除证明。")
    parser.add_argument("file", help="the certificate 删除证明")
    parser.add_argument("--key", help="the log's key, as its operator publishes it 运营方公布的公钥")
    asked = parser.parse_args(words)
    try:
        raw = pathlib.Path(asked.file).read_bytes()
    except OSError as error:
        print(f"{asked.file} cannot be read ({error.strerror}). 无法读取文件。", file=sys.stderr)
        return 2
    try:
        lines = check(raw, asked.key)
    except RefusedError as refused:
        print(f"REFUSED. {refused.args[0]}", file=sys.stderr)
        print(f"不予认可。{refused.args[1]}", file=sys.stderr)
        return 1
    print("VERIFIED. The log's key signed this certificate. 核验通过：本证明由日志密钥签署。")
    for line in lines[1:]:
        print(f"  {line}")
    print(f"SHA-256, as the leaf has it 与日志叶中的值一致: {hashlib.sha256(raw).hexdigest()}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
