"""Bundles that no gate may take, made of those that the server sent."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Collection

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from bench.sync.faults import BadBundle
from domain.note import signed_note

_NAME_AT = b"\n\n\xe2\x80\x94 "


class Bundles:
    """Remembers each gate's bundles; `offered` counts the bad ones, `forged` tells them by gate and hash."""

    def __init__(self, only: Collection[BadBundle] = tuple(BadBundle)) -> None:
        """`only` are the kinds that are made."""
        self._only = only
        self.offered: Counter[str] = Counter()
        self.forged: dict[tuple[str, str], BadBundle] = {}
        self._sent: dict[str, list[bytes]] = {}
        self._key = Ed25519PrivateKey.generate()

    def instead(self, gate: str, note: bytes, kind: BadBundle | None) -> bytes:
        """What the gate gets: a bad bundle of this kind, or `note` itself where there is none of it yet."""
        bad = self._bad(gate, note, kind) if kind in self._only else None
        self._sent.setdefault(gate, []).append(note)
        if kind is None or bad is None:
            return note
        self.offered[kind] += 1
        if kind is not BadBundle.REPLAYED:  # that one was good when it came first
            self.forged[gate, hashlib.sha256(bad).hexdigest()] = kind
        return bad

    def _bad(self, gate: str, note: bytes, kind: BadBundle | None) -> bytes | None:
        text, _, signature = note.partition(_NAME_AT)
        match kind:
            case BadBundle.REPLAYED:
                return next(iter(self._sent.get(gate, [])), None)
            case BadBundle.FLIPPED:
                at = len(text) // 2
                return note[:at] + bytes([note[at] ^ 1]) + note[at + 1 :]
            case BadBundle.OTHER_ENTRANCE:
                mine, all_sent = _entrance(note), [sent[-1] for sent in self._sent.values()]
                return next((other for other in all_sent if _entrance(other) != mine), None)
            case BadBundle.OTHER_KEY:
                name = signature.split(b" ")[0].decode()
                return signed_note(text.decode() + "\n", name, self._key)
            case BadBundle.UNSIGNED:
                return text + b"\n"
            case BadBundle.CUT:
                return note[: len(note) // 2]
        return None


def _entrance(note: bytes) -> object:
    return json.loads(note.partition(_NAME_AT)[0])["entrance"]["id"]
