"""Entries that kiosks send: at least once from them, exactly once here (design §6)."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from domain import sealed_entry
from domain.entry import Entry
from domain.entry_wire import entry_from_json
from domain.errors import InputError
from domain.true_time import true_time
from web.db.connecting.connection import Connection
from web.db.connecting.turns import alone_with
from web.services.findings import crowding, gate_findings, pairing, rejudging
from web.services.findings.finding import raised
from web.services.findings.rejudging import Arrived, Doors
from web.services.gates import gaps, owners
from web.services.gates.gates import Gate
from web.services.installation import Installation
from web.services.passing.recording import Receipt, record
from web.services.signing_keys import keys
from web.store.gates import fleet, kiosks
from web.store.logs import log
from web.store.scope import PROGRAM

ENTRIES_MOST = 500
BODY_MOST = 1_000_000
_GAPS_TOLD = 20
_GAPS_SOUGHT = 200


@dataclass(frozen=True, slots=True)
class Result:
    """What became of one item of a batch, in the order of the batch."""

    id: str
    status: Receipt
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Ingested:
    """The answer to a batch; `missing` are closed ranges of numbers that never arrived and may yet come."""

    results: tuple[Result, ...]
    highest_seq: int
    missing: tuple[tuple[int, int], ...]
    checkpoint: str | None
    gaps: int = 0


def ingest(inst: Installation, gate: Gate, batch: list[object], told: Sequence[object] = ()) -> Ingested:
    """Keep a kiosk's entries, each once; one bad item never stops the others.

    `told` are the gaps it names, numbers that will not come and are not asked for again.
    """
    had = inst.ask(lambda connection: fleet.places_had(connection, gate.id))
    secrets = inst.ask(lambda connection: keys.opening(connection, inst)) if _any_sealed(batch) else {}
    # From here on an entry is what was sealed: sealed anew it is the same one.
    read = [_read(gate, had, item, secrets) for item in batch]
    parsed, batch = [one for one, _ in read], [told for _, told in read]
    good = [item for item in parsed if isinstance(item, Entry)]

    def work(connection: Connection) -> Ingested:
        # What one kiosk sends, also twice at once, is looked at one after another.
        alone_with(connection, hashlib.sha256(f"kiosk {gate.id}".encode()).digest())
        now_ms, found = inst.now_ms(), dict[str, str]()

        def whose(new: list[Entry]) -> Mapping[str, str]:
            found.update(owners.whose(connection, inst, new))
            return found

        receipts = record(connection, inst.cipher, good, now_ms, whose)
        told_receipts = iter(receipts)
        results = tuple(_result(item, raw, told_receipts) for item, raw in zip(parsed, batch, strict=True))
        news = _set_aside(connection, inst, gate, zip(parsed, batch, results, strict=True))
        new = [entry for entry, receipt in zip(good, receipts, strict=True) if receipt is Receipt.STORED]
        _looked_at(connection, gate, _arrived(new, found, now_ms), news, now_ms)
        noted = gaps.noted(connection, gate, told, now_ms)
        highest, missing = _progress(connection, gate, now_ms)
        head = log.latest_checkpoint(connection)
        return Ingested(results, highest, missing, head.note.decode() if head else None, noted)

    return inst.write(work)


def lost(inst: Installation, gate: Gate, settled_seq: int) -> tuple[tuple[int, int], ...]:
    """What a kiosk handed over up to a number and is not here, as closed ranges to be sent again.

    There is some after this server was restored from a backup, and the kiosk cannot know.
    """
    if settled_seq <= inst.ask(lambda connection: kiosks.contiguous_seq(connection, gate.id)):
        return ()
    return inst.write(lambda connection: _progress(connection, gate, inst.now_ms(), settled_seq)[1])


def _any_sealed(batch: list[object]) -> bool:
    return any(map(sealed_entry.is_sealed, batch))


def _read(
    gate: Gate, had: frozenset[tuple[str, str]], item: object, secrets: Mapping[str, bytes]
) -> tuple[Entry | InputError, object]:
    """The entry or what is wrong with it, and the item opened; one that does not open stays as it came."""
    try:
        told = sealed_entry.opened(item, secrets.get) if sealed_entry.is_sealed(item) else item
    except InputError as error:
        return error, item
    return _parsed(gate, had, told), told


def _parsed(gate: Gate, had: frozenset[tuple[str, str]], item: object) -> Entry | InputError:
    """The entry, if it is one and this kiosk may speak for its entrance: it `had` that one, or has it now."""
    try:
        entry = entry_from_json(item)
    except InputError as error:
        return error
    if entry.device != gate.id:
        return InputError("device", "The entry is another kiosk's.", "该记录属于其他终端。")
    if (entry.entrance, entry.venue) not in had:
        return InputError("entrance", "The entry is of another entrance.", "该记录属于其他出入口。")
    return entry


def _result(item: Entry | InputError, raw: object, receipts: Iterator[Receipt]) -> Result:
    if isinstance(item, InputError):
        identity = raw.get("id") if isinstance(raw, dict) else None
        return Result(str(identity or "")[:64], Receipt.INVALID, str(item))
    return Result(item.id, next(receipts))


def _set_aside(
    connection: Connection,
    inst: Installation,
    gate: Gate,
    told: Iterable[tuple[Entry | InputError, object, Result]],
) -> list[Entry]:
    """Keep what could not be taken; the entries among it that are in conflict and were not kept before."""
    news: list[Entry] = []
    for item, raw, result in told:
        if result.status in (Receipt.CONFLICT, Receipt.INVALID):
            is_new = _quarantine(connection, inst, gate, result, raw)
            if is_new and isinstance(item, Entry):
                news.append(item)
    return news


def _arrived(new: Sequence[Entry], owners: Mapping[str, str], now_ms: int) -> list[Arrived]:
    return [
        Arrived(entry, owners.get(entry.id, entry.private.visitor_id), true_time(entry, now_ms).ms)
        for entry in new
    ]


def _looked_at(
    connection: Connection, gate: Gate, new: Sequence[Arrived], conflicts: Sequence[Entry], now_ms: int
) -> None:
    """Raise alerts for what the gate could not know, and for what its entries tell about itself."""
    if conflicts:
        raised(connection, gate_findings.conflicts(connection, gate, conflicts), now_ms)
    if not new:
        return
    made, doors = [one.entry for one in new], Doors(connection)
    raised(connection, gate_findings.clocks(connection, gate, made, now_ms), now_ms)
    raised(connection, rejudging.objections(connection, doors, new), now_ms)
    pairing.paired(connection, doors, new, now_ms)
    crowding.counted_again(connection, doors, new, now_ms)
    gate_findings.filled(connection, gate, [entry.seq for entry in made], now_ms)


def _quarantine(connection: Connection, inst: Installation, gate: Gate, result: Result, raw: object) -> bool:
    body = _body(raw)
    hashed = hashlib.sha256(gate.id.encode() + body).digest()
    # Another kiosk's number would close a gap of this one.
    seq = raw.get("seq") if isinstance(raw, dict) and raw.get("device") == gate.id else None
    return kiosks.quarantined(
        connection,
        kiosk_id=gate.id,
        entry_id=result.id,
        seq=seq if type(seq) is int and 0 < seq < 2**53 else None,
        why=result.status,
        detail=result.detail,
        body_sealed=inst.cipher.sealed(body, f"quarantine|body|{hashed.hex()}"),
        body_hash=hashed,
        received_ms=inst.now_ms(),
    )


def _body(raw: object) -> bytes:
    try:
        return json.dumps(raw, ensure_ascii=False, sort_keys=True).encode("utf-8", "replace")
    except RecursionError:  # could be read and cannot be written: no entry is ever nested like that
        return b"nested too deeply to be kept"


def _progress(
    connection: Connection, gate: Gate, now_ms: int, through: int = 0
) -> tuple[int, tuple[tuple[int, int], ...]]:
    """The highest sequence number seen and the gaps below it; remembers how far there are none.

    The gaps up to `through` too, which may be higher.
    """
    contiguous = kiosks.contiguous_seq(connection, gate.id)
    highest, beyond = kiosks.arrived(connection, gate.id, contiguous)
    upto = max(highest, through)
    # Each has a number of its own: where there are as many as numbers, none is missing.
    is_whole = beyond == upto - contiguous
    found = () if is_whole else kiosks.missing_seqs(connection, gate.id, contiguous, upto, _GAPS_SOUGHT)
    told = kiosks.told_gaps(connection, gate.id, contiguous) if found else ()
    missing = tuple(gaps.without(found, told))[:_GAPS_TOLD]
    reached = max(highest, contiguous, through)
    if missing:
        raised(connection, gate_findings.silent_gaps(connection, gate, missing, now_ms), now_ms)
        reached = missing[0][0] - 1
    elif len(found) == _GAPS_SOUGHT:
        reached = found[-1][1]  # beyond it nobody looked yet
    if reached != contiguous:
        kiosks.changed(connection, PROGRAM, gate.id, contiguous_seq=reached)
    return highest, missing
