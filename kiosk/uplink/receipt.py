"""What the server says of a batch, read strictly: a receipt speaks only of what was sent."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeGuard

from domain.spot_check import ShownLeaf, parsed_shown
from domain.witness import parsed_proof_texts
from kiosk.spool.values import Settled, Waiting
from kiosk.uplink.reply import Failure, Trouble

_TAKEN = ("stored", "duplicate")
_KEPT = ("conflict", "invalid")


@dataclass(frozen=True, slots=True)
class Receipt:
    """What became of a batch, the highest number the server holds, and the numbers it misses.

    `gaps_noted` is whether the server took note of the gaps it was told of; an older one does not.
    `has_lost` is that it does not know an entry any more which it had taken or set aside. `head` is the
    newest of its log, b"" when there is none, and `proof` that it goes on from the one it was asked about.
    `leaf` is what it shows of the entry it was asked about, None when nothing.
    """

    settled: tuple[Settled, ...]
    highest_seq: int
    missing: tuple[tuple[int, int], ...]
    gaps_noted: bool = False
    has_lost: bool = False
    head: bytes = b""
    proof: tuple[bytes, ...] | None = None
    leaf: ShownLeaf | None = None


def receipt_of(value: Mapping[str, Any], batch: Sequence[Waiting]) -> Receipt | Failure:
    """What became of a batch; Failure when it cannot be read or settles nothing of it."""
    sent = {waiting.id for waiting in batch}
    try:
        settled = tuple(
            Settled(
                str(result["id"]), result["status"] in _TAKEN, str(result.get("detail") or result["status"])
            )
            for result in value["results"]
            if result["id"] in sent and result["status"] in _TAKEN + _KEPT
        )
        highest, missing = value["highest_seq"], ranges_of(value["missing"])
    except (KeyError, TypeError, ValueError, AttributeError):
        return Failure(Trouble.STRANGE, "unreadable receipt")
    if missing is None or not is_number(highest):
        return Failure(Trouble.STRANGE, "unreadable receipt")
    head, proof = value.get("checkpoint"), parsed_proof_texts(value.get("consistency"))
    note = head.encode("utf-8", "replace") if isinstance(head, str) else b""
    receipt = Receipt(
        settled, highest, missing, "gaps" in value, bool(value.get("unknown")), note, proof,
        parsed_shown(value.get("leaf")),
    )  # fmt: skip
    # A receipt that settles nothing would have us send the same batch for ever.
    return receipt if settled or not batch else Failure(Trouble.STRANGE, "empty receipt")


def ranges_of(value: object) -> tuple[tuple[int, int], ...] | None:
    """Closed ranges of entry numbers; None when it is anything else."""
    if not isinstance(value, list):
        return None
    found: list[tuple[int, int]] = []
    for item in value:
        match item:
            case [first, last] if is_number(first) and is_number(last) and 1 <= first <= last:
                found.append((first, last))
            case _:
                return None
    return tuple(found)


def is_number(value: object) -> TypeGuard[int]:
    """Whether it is a whole number that could be written here."""
    # `type(...) is`: a bool is an int to isinstance. A higher number could never be written here.
    return type(value) is int and 0 <= value < 2**53
