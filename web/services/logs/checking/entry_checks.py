"""Whether one entry is still what was logged: its row, its leaf, and the leaf's place under a signed head."""

from __future__ import annotations

from dataclasses import dataclass

from domain.errors import TamperedError, UnavailableError
from domain.log import leaf_hash
from domain.proof import is_included
from domain.wording import Sentence
from web.db.connecting.connection import Connection, Record
from web.services.errors import NotFoundError
from web.services.installation import Installation
from web.services.logs import log_head, log_tree
from web.services.logs.checking import log_pages
from web.services.logs.checking.log_checks import Finding
from web.store.logs import log, log_walk
from web.store.passing import entries
from web.store.scope import Scope


@dataclass(frozen=True, slots=True)
class EntryCheck:
    """What is wrong with an entry, nothing for none. `index` is that of its leaf, None while it waits.

    `size` is that of the signed head which the leaf was found under, None without one.
    """

    findings: tuple[Finding, ...]
    index: int | None = None
    size: int | None = None


def checked(inst: Installation, scope: Scope, entry_id: str) -> EntryCheck:
    """Compare an entry in scope with the log; NotFoundError outside of it."""

    def work(connection: Connection) -> EntryCheck:
        if entries.row(connection, scope, entry_id) is None:
            raise NotFoundError
        row = log_walk.of_entry(connection, entry_id)
        if row is None:
            if log_walk.waits(connection, entry_id):
                return EntryCheck(())
            gone = Sentence("It has no leaf in the log.", "它在日志中没有对应的叶。")
            return EntryCheck((Finding(f"entry {entry_id}", gone),))
        findings = log_pages.looked(inst.cipher, row).findings
        try:
            size = _head_over(connection, row)
        except (TamperedError, UnavailableError) as error:
            findings, size = (*findings, Finding(f"leaf {row.leaf_index}", error.sentence)), None
        return EntryCheck(findings, row.leaf_index, size)

    return inst.look(work)


def _head_over(connection: Connection, row: Record) -> int | None:
    """The size of the newest signed head, which has the leaf under it; None while it waits for one.

    TamperedError when the head is not signed by the log, or not over this leaf; UnavailableError when hashes
    between the two are missing.
    """
    newest = log.latest_checkpoint(connection)
    if newest is None or row.leaf_index >= newest.size:
        return None
    head = log_head.opened(connection, newest.note)
    proof = log_tree.included(connection, row.leaf_index, newest)
    if not is_included(leaf_hash(row.body or b""), row.leaf_index, head.size, proof, head.root):
        raise TamperedError(
            Sentence("The log's signed head was not made over this leaf.", "日志所签署的内容与该叶不符。")
        )
    return head.size
