"""The leaves of a log looked at one by one, page after page; in several processes where there are many."""

from __future__ import annotations

import multiprocessing
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass

from domain.log import leaf_hash
from domain.wording import Sentence
from web.db.connecting.connection import Record
from web.services.installation import Installation, opened_to_read
from web.services.logs.checking.log_checks import Finding, leaf_findings
from web.settings import Settings
from web.store.logs import log_walk
from web.store.sealing import FieldCipher

_PAGE = 1_000
# To begin a process takes as long as to look at some ten thousand leaves.
_MANY = 50_000


@dataclass(frozen=True, slots=True)
class Looked:
    """A leaf that was looked at by itself: its place, its hash (None without content), what is wrong.

    `reopened` is the origin that the log has from here on, where the leaf says so.
    """

    index: int
    leaf_id: int
    hashed: bytes | None
    findings: tuple[Finding, ...] = ()
    reopened: str = ""


def pages(inst: Installation, size: int, workers: int, many: int = _MANY) -> Iterator[list[Looked]]:
    """The leaves below index `size` that are there, in order; each page is of one moment.

    From `many` leaves on in so many `workers`, processes that read the database beside this one.
    """
    starts = range(0, size, _PAGE)
    ends = [min(size, low + _PAGE) for low in starts]
    if workers < 2 or size < many:
        yield from (_page(inst, low, high) for low, high in zip(starts, ends, strict=True))
        return
    # Not forked: this process has threads, and a connection that no other may use.
    beginning = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(workers, beginning, _begun, (inst.settings,)) as pool:
        yield from pool.map(_page_elsewhere, starts, ends)


def _page(inst: Installation, low: int, high: int) -> list[Looked]:
    rows = inst.ask(lambda connection: log_walk.placed(connection, low, high))
    return [looked(inst.cipher, row) for row in rows]


def looked(cipher: FieldCipher, row: Record) -> Looked:
    """Look at a leaf (a row of `log_walk.placed`) by itself: its hash, and the rows beside it."""
    where = f"leaf {row.leaf_index}"
    if row.body is None:
        missing = Finding(where, Sentence("Its content is missing.", "该叶的内容缺失。"))
        return Looked(row.leaf_index, row.leaf_id, None, (missing,))
    hashed = leaf_hash(row.body)
    findings = leaf_findings(cipher, row)
    if hashed != row.leaf_hash:
        altered = Sentence("Its content is not what was hashed.", "该叶的内容与其哈希值不符。")
        findings.insert(0, Finding(where, altered))
    reopened = row.ref if row.kind == "reopen" else ""
    return Looked(row.leaf_index, row.leaf_id, hashed, tuple(findings), reopened)


_here: list[Installation] = []


def _begun(settings: Settings) -> None:
    """In a process of its own: open the installation once, for questions only."""
    _here.append(opened_to_read(settings, _no_clock))


def _no_clock() -> int:
    return 0  # nothing that is looked at here depends on the time


def _page_elsewhere(low: int, high: int) -> list[Looked]:
    return _page(_here[0], low, high)
