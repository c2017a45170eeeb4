"""Gives proofs out: of an entry as a file for a stranger, of a head that somebody else kept."""

from __future__ import annotations

from dataclasses import dataclass

from domain.access import Right
from domain.deed import Deed
from domain.errors import TamperedError, UnavailableError
from domain.evidence import Evidence, Private, Shown, checked_evidence, opened_evidence
from domain.log import Checkpoint, disclosure_leaf
from domain.note import NoteKey
from domain.proof import is_consistent
from domain.proof_file import ProofFile
from domain.wording import Sentence
from web.db.connecting.connection import Connection
from web.services.access import looks, notes, rights
from web.services.access.looks import Concerns
from web.services.errors import GoneError, NotFoundError
from web.services.installation import Installation
from web.services.logs import log_head, log_tree, purposes
from web.services.logs.purposes import Act, joined
from web.services.passing import recording
from web.services.signing_keys import keys
from web.store import keys as key_store
from web.store.logs import log
from web.store.passing import entries
from web.store.scope import Scope


@dataclass(frozen=True, slots=True)
class Place:
    """Where an entry is in the log: `index` is None while it waits for a checkpoint."""

    entry_id: str
    venue_id: str
    venue_name: str
    entrance_name: str
    true_ms: int
    time_zone: str
    index: int | None
    checkpoint: Checkpoint | None
    has_record: bool


def place(inst: Installation, scope: Scope, entry_id: str) -> Place:
    """Where an entry in scope is in the log; NotFoundError outside of it."""

    def work(connection: Connection) -> Place:
        row = entries.row(connection, scope, entry_id)
        if row is None:
            raise NotFoundError
        leaf = log.leaf_of(connection, "entry", entry_id)
        newest = log.latest_checkpoint(connection)
        head = log_head.opened(connection, newest.note) if newest else None
        index = leaf.leaf_index if leaf else None
        return Place(
            row.id, row.venue_id, row.venue_name, row.entrance_name, row.true_ms, row.time_zone,
            index, head, row.record_sealed is not None,
        )  # fmt: skip

    return inst.read(work)


def head(inst: Installation) -> bytes:
    """The newest checkpoint; UnavailableError while the log is empty."""
    newest = inst.ask(log.latest_checkpoint)
    if newest is None:
        raise _waits()
    return bytes(newest.note)


def log_keys(inst: Installation) -> tuple[NoteKey, ...]:
    """The keys of the log, the one that signs now first."""
    rows = inst.ask(lambda connection: key_store.of_purpose(connection, keys.LOG))
    return tuple(NoteKey(row.name, row.public) for row in rows)


def evidence(inst: Installation, scope: Scope, entry_id: str, *, with_record: bool = False) -> bytes:
    """The evidence file of an entry in scope, checked before it leaves.

    NotFoundError outside the scope, UnavailableError while it waits for a checkpoint, GoneError when the
    private record is asked for and forgotten.
    """
    return inst.read(lambda connection: _evidence(connection, inst, scope, entry_id, with_record))


def disclosed(
    inst: Installation, scope: Scope, entry_id: str, account: str, purpose: str, note: str = ""
) -> bytes:
    """The evidence with the private record; the log says who took it and why before anything is shown.

    InputError for a purpose that is none of the act’s; when the leaf cannot be kept, nothing is shown.
    """
    evidence(inst, scope, entry_id, with_record=True)
    purposes.checked(Act.UNMASK, purpose)
    text, now_ms = purposes.checked_note(note), inst.now_ms()

    def tell(connection: Connection) -> None:
        rights.held(connection, inst, scope, account, Right.UNMASK)
        ref = notes.ref_of_disclosure(entry_id, now_ms)
        kept = notes.committed(connection, inst, ref, joined("", text), now_ms) if text else b""
        leaf = disclosure_leaf(now_ms, account, entry_id, purpose, kept)
        entries.leaf_added(connection, "disclosure", entry_id, leaf)
        row = entries.row(connection, scope, entry_id)
        people = [row.visitor_id] if row is not None and row.visitor_id else []
        at = row.venue_id if row is not None else ""
        whose = Concerns(people, scope, venue_id=at)
        looks.kept(connection, inst, entry_id, account, Deed.UNMASK, purpose, whose, now_ms)

    inst.write(tell)
    return evidence(inst, scope, entry_id, with_record=True)


def verified(inst: Installation, text: bytes) -> Shown:
    """What an evidence file shows under this log's keys; TamperedError when it shows nothing."""
    named = opened_evidence(text).key
    return checked_evidence(text, named if named in log_keys(inst) else log_keys(inst)[0])


def extended(inst: Installation, note: bytes) -> tuple[Checkpoint, Checkpoint, tuple[bytes, ...]]:
    """A head that somebody kept, the newest one, and the proof that the log only grew in between.

    TamperedError when the log never signed it, or is another log now.
    """

    def work(connection: Connection) -> tuple[Checkpoint, Checkpoint, tuple[bytes, ...]]:
        kept = log_head.opened(connection, note)
        newest = log.latest_checkpoint(connection)
        if newest is None or newest.size < kept.size or not kept.size:
            raise _another_log()
        now = log_head.opened(connection, newest.note)
        proof = log_tree.grew(connection, kept.size, newest)
        if not is_consistent(kept.size, kept.root, now.size, now.root, proof):
            raise _another_log()
        return kept, now, proof

    return inst.read(work)


def _evidence(
    connection: Connection, inst: Installation, scope: Scope, entry_id: str, with_record: bool
) -> bytes:
    row = entries.row(connection, scope, entry_id)
    if row is None:
        raise NotFoundError
    leaf = log.leaf_of(connection, "entry", entry_id)
    newest = log.latest_checkpoint(connection)
    if leaf is None or leaf.leaf_index is None or newest is None or leaf.leaf_index >= newest.size:
        raise _waits()
    private = None
    if with_record:
        salt = entries.salt_of(connection, entry_id)
        if row.record_sealed is None or salt is None:
            raise GoneError(Sentence("The private record is forgotten.", "个人信息已到期删除。"))
        private = Private(inst.cipher.opened(row.record_sealed, recording.record_place(entry_id)), salt)
    proof = ProofFile(leaf.leaf_index, log_tree.included(connection, leaf.leaf_index, newest), newest.note)
    _, key = log_head.opened_by(connection, newest.note)
    text = Evidence(leaf.body, proof.text(), key, private).text()
    # What a stranger would refuse does not go out: the row it came from was altered.
    checked_evidence(text, key)
    return text


def _another_log() -> TamperedError:
    return TamperedError(
        Sentence(
            "This log does not hold what that head was signed over.", "本日志不包含该日志头所签署的内容。"
        )
    )


def _waits() -> UnavailableError:
    return UnavailableError(
        Sentence(
            "The entry is not under a checkpoint yet. Try again in a second.",
            "该记录尚未写入检查点，请稍后再试。",
        )
    )
