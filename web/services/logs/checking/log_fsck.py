"""Recomputes the whole log from the bytes of its leaves, and says what is wrong and where."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial

from domain.errors import TamperedError
from domain.log import Checkpoint, Frontier, opened_checkpoint
from domain.note import NoteKey
from domain.proof import subtree_root
from domain.wording import Sentence
from web.db.connecting.connection import Connection, Record
from web.services.installation import Installation
from web.services.logs import log_head
from web.services.logs.checking import log_pages
from web.services.logs.checking.log_checks import Finding
from web.services.logs.checking.log_pages import Looked
from web.services.logs.log_tree import TILE_WIDTH
from web.services.signing_keys import keys
from web.store import keys as key_store
from web.store.logs import log, log_walk

_PAGE = 1_000
_LISTED_MOST = 100


@dataclass(slots=True)
class _Walk:
    """How far the check is: the tree up to here, and the hashes of the tiles that are not full yet."""

    # By origin; a log whose key was renewed has several.
    keys: Mapping[str, Sequence[NoteKey]]
    frontier: Frontier = field(default_factory=Frontier)
    # The index that comes next; above the tree's size once leaves are missing.
    at: int = 0
    last_id: int = 0
    # The hashes of the unfinished tile at each level, and the roots of full ones not compared yet.
    tiles: dict[int, list[bytes]] = field(default_factory=dict)
    full: list[tuple[int, int, bytes]] = field(default_factory=list)
    origin: str = ""
    # The origins under which the log was reopened, as the leaves so far say.
    reopened: set[str] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class Checked:
    """How much was looked at; findings were told on the way."""

    leaves: int
    checkpoints: int
    waiting: int


def checked(
    inst: Installation,
    tell: Callable[[Finding], None],
    progress: Callable[[int], None] = lambda leaves: None,
    workers: int = 1,
) -> Checked:
    """Check everything that is under a checkpoint now, leaves in so many processes if there are many.

    `tell` is called for each finding, `progress` with the leaves done so far. What is appended meanwhile is
    not looked at, and a long check holds nobody up.
    """
    rows = inst.ask(lambda connection: key_store.of_purpose(connection, keys.LOG))
    walk = _Walk({one.name: [NoteKey(r.name, r.public) for r in rows if r.name == one.name] for one in rows})
    newest = inst.ask(log.latest_checkpoint)
    size = newest.size if newest is not None else 0
    heads = _heads(inst, size)
    head, seen = next(heads, None), 0
    for page in log_pages.pages(inst, size, workers):
        for leaf in page:
            for found in _leaf(walk, leaf):
                tell(found)
            while head is not None and head.size <= walk.at:
                seen += 1
                for found in _checkpoint(walk, head):
                    tell(found)
                head = next(heads, None)
        for found in _tiles(inst, walk):
            tell(found)
        progress(walk.at)
    while head is not None:
        tell(Finding(f"checkpoint {head.size}", Sentence("Its leaves are missing.", "其所含的叶缺失。")))
        seen, head = seen + 1, next(heads, None)
    for found in _rest(inst):
        tell(found)
    return Checked(walk.at, seen, inst.ask(log.waiting))


def _heads(inst: Installation, most: int) -> Iterator[Record]:
    size = 0
    while True:
        rows = inst.ask(partial(log_walk.checkpoints_above, size=size, limit=_PAGE))
        yield from (row for row in rows if row.size <= most)
        if not rows:
            return
        size = rows[-1].size


def _leaf(walk: _Walk, leaf: Looked) -> Iterator[Finding]:
    """Check the place of the next leaf, and let the tree grow by it."""
    where = f"leaf {leaf.index}"
    if leaf.index != walk.at:
        yield Finding(f"leaf {walk.at}", Sentence("The leaf is missing.", "该叶缺失。"))
    walk.at = leaf.index + 1
    if leaf.leaf_id <= walk.last_id:
        yield Finding(
            where, Sentence("It stands before a leaf that came earlier.", "该叶的顺序与提交先后不符。")
        )
    walk.last_id = max(walk.last_id, leaf.leaf_id)
    yield from leaf.findings
    if leaf.reopened:
        walk.reopened.add(leaf.reopened)
    _grow(walk, leaf.hashed or bytes(32))


def _grow(walk: _Walk, hashed: bytes) -> None:
    walk.frontier = walk.frontier.appended(hashed)
    level, size = 0, walk.frontier.size
    while True:
        tile = walk.tiles.setdefault(level, [])
        tile.append(hashed)
        if len(tile) < TILE_WIDTH:
            return
        level, size, hashed = level + 1, size // TILE_WIDTH, subtree_root(tile)
        tile.clear()
        walk.full.append((level, size - 1, hashed))


def _checkpoint(walk: _Walk, row: Record) -> Iterator[Finding]:
    where = f"checkpoint {row.size}"
    origin = row.note.partition(b"\n")[0].decode("utf-8", "replace")
    try:
        head = _opened(row.note, walk.keys.get(origin, ()))
    except TamperedError as error:
        yield Finding(where, error.sentence)
        return
    if (head.size, head.root) != (walk.at, walk.frontier.root()):
        yield Finding(
            where, Sentence("It was not signed over these leaves.", "它所签署的内容与这些叶不一致。")
        )
    if b"".join(walk.frontier.peaks) != row.peaks:
        yield Finding(
            where, Sentence("The hashes kept with it are not its leaves'.", "随其保存的哈希值与叶不符。")
        )
    if walk.origin and origin != walk.origin and origin not in walk.reopened:
        yield Finding(
            where,
            Sentence("The log changed its name without saying why.", "日志更换了名称而没有说明原因。"),
        )
    walk.origin = origin


def _opened(note: bytes, keys: Sequence[NoteKey]) -> Checkpoint:
    refusal = TamperedError(Sentence("No key of this log signed it.", "它不是由本日志的密钥签署的。"))
    for key in keys:
        try:
            return opened_checkpoint(note, key)
        except TamperedError as error:
            refusal = error
    raise refusal


def _tiles(inst: Installation, walk: _Walk) -> Iterator[Finding]:
    """Compare the kept roots of tiles with those that became full."""
    for level, index, hashed in walk.full:
        kept = inst.ask(partial(log.tile, level=level, low=index, high=index + 1))
        if kept != [hashed]:
            yield Finding(
                f"tile {level}/{index}",
                Sentence("The hash kept of it is not its leaves'.", "所保存的哈希值与叶不符。"),
            )
    walk.full.clear()


def _rest(inst: Installation) -> Iterator[Finding]:
    """What no leaf shows: rows without one, leaves that nobody signed, the head outside of the database."""
    for leaf_id in inst.ask(lambda connection: log_walk.left_out(connection, _LISTED_MOST)):
        yield Finding(f"leaf id {leaf_id}", Sentence("It was left out of the log.", "它被遗漏在日志之外。"))
    for entry in inst.ask(lambda connection: log_walk.without_leaf(connection, _LISTED_MOST)):
        yield Finding(f"entry {entry}", Sentence("It has no leaf in the log.", "它在日志中没有对应的叶。"))
    for entry in inst.ask(lambda connection: log_walk.twice(connection, _LISTED_MOST)):
        yield Finding(f"entry {entry}", Sentence("It has more than one leaf.", "它在日志中有多个叶。"))
    unsigned, sentence = inst.read(lambda connection: _end(connection, inst))
    if unsigned is not None:
        yield Finding(
            f"leaf {unsigned}",
            Sentence("Leaves from here on are under no checkpoint.", "自此以后的叶没有检查点。"),
        )
    if sentence is not None:
        yield Finding(log_head.FILE, sentence)


def _end(connection: Connection, inst: Installation) -> tuple[int | None, Sentence | None]:
    """The first leaf above the newest checkpoint, if there is one, and the trouble with the head."""
    newest = log.latest_checkpoint(connection)
    size = newest.size if newest is not None else 0
    is_there = bool(log.tile(connection, 0, size, size + 1))
    return size if is_there else None, log_head.trouble(connection, inst)
