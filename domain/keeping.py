"""How long people's data is kept: purposes, the node that decides, and what is due to be erased."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

DEFAULT_DAYS = 28
DAYS_LEAST, DAYS_MOST = 1, 365
DAY_MS = 86_400_000


class Purpose(StrEnum):
    """What data is kept for. Values are stored: never rename, only add."""

    PASSAGES = "passages"
    ROLL_CALLS = "roll_calls"
    VISITORS = "visitors"
    VISITS = "visits"
    FACTS = "facts"
    LOOKS = "looks"
    QUESTIONS = "questions"
    MESSAGES = "messages"


class NodeKind(StrEnum):
    """Where a rule may stand. Values are stored: never rename, only add."""

    AREA = "area"
    ENTERPRISE = "enterprise"
    VENUE = "venue"


# The smallest node that may differ from others: a venue, an enterprise, or only an area.
SMALLEST: dict[Purpose, NodeKind] = {
    Purpose.PASSAGES: NodeKind.VENUE,
    Purpose.ROLL_CALLS: NodeKind.VENUE,
    Purpose.VISITORS: NodeKind.ENTERPRISE,
    Purpose.VISITS: NodeKind.ENTERPRISE,
    Purpose.FACTS: NodeKind.ENTERPRISE,
    Purpose.LOOKS: NodeKind.ENTERPRISE,
    Purpose.QUESTIONS: NodeKind.AREA,
    Purpose.MESSAGES: NodeKind.AREA,
}
_ORDER = (NodeKind.AREA, NodeKind.ENTERPRISE, NodeKind.VENUE)


@dataclass(frozen=True, slots=True)
class Node:
    """A node of the tree of areas, enterprises and venues."""

    kind: NodeKind
    id: str


@dataclass(frozen=True, slots=True)
class Rule:
    """What somebody set for a purpose on a node; `days` None as above, `most` None without a bound below."""

    node: Node
    purpose: Purpose
    days: int | None
    most: int | None
    since_ms: int


@dataclass(frozen=True, slots=True)
class Kept:
    """How long something is kept, and which node said so; None is the default of the program."""

    days: int
    by: Node | None = None
    is_bounded: bool = False


def may_stand(purpose: Purpose, kind: NodeKind) -> bool:
    """Whether a rule for a purpose may be set on a node of a kind."""
    return _ORDER.index(kind) <= _ORDER.index(SMALLEST[purpose])


def kept_for(chain: Sequence[Node], rules: Iterable[Rule], purpose: Purpose) -> Kept:
    """How long data of a node is kept; `chain` is the node and those above it, the nearest first.

    The nearest rule decides; no node keeps longer than the smallest bound of an area above it.
    """
    newest: dict[Node, Rule] = {}
    for rule in sorted(rules, key=lambda rule: rule.since_ms):
        if rule.purpose is purpose:
            newest[rule.node] = rule
    on_the_way = [newest[node] for node in chain if node in newest]
    said = next((rule for rule in on_the_way if rule.days is not None), None)
    days = said.days if said is not None and said.days is not None else DEFAULT_DAYS
    bounds = [(rule.most, rule.node) for rule in on_the_way if rule.most is not None]
    if bounds:
        most, by = min(bounds, key=lambda bound: bound[0])
        if most < days:
            return Kept(most, by, is_bounded=True)
    return Kept(days, said.node if said is not None else None)


def due_before(chain: Sequence[Node], rules: Sequence[Rule], purpose: Purpose, now_ms: int) -> int:
    """Before which time (Unix milliseconds) data of a node is to be erased.

    What was collected under a rule is erased by it, also when a later rule keeps longer: people were told the
    shorter time. A shorter rule counts at once for all. Whole days of UTC, so that a day is erased together.
    """
    concerned = [rule for rule in rules if rule.purpose is purpose and rule.node in set(chain)]
    turns = sorted({rule.since_ms for rule in concerned})
    ends = [*turns, None]
    due = 0
    for at, end in enumerate(ends):
        began = turns[at - 1] if at else 0
        days = kept_for(chain, [rule for rule in concerned if at and rule.since_ms <= began], purpose).days
        over = now_ms - days * DAY_MS
        due = max(due, over if end is None else min(end, over))
    return due - due % DAY_MS


def erased_at(collected_ms: int, days: int) -> int:
    """When what is collected at a time is erased: the day on which that many whole days are over."""
    over = collected_ms + days * DAY_MS
    return over - over % DAY_MS + DAY_MS
