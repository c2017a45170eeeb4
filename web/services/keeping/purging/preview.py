"""What a rule would erase with the next run, before anybody sets it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from domain.keeping import SMALLEST, Node, NodeKind, Purpose, Rule, due_before, kept_for
from web.db.connecting.connection import Connection
from web.services.installation import Installation
from web.services.keeping import rules
from web.services.keeping.rules import Change
from web.store.keeping import keeping_preview, keeping_rules
from web.store.keeping.keeping_rules import Chain
from web.store.scope import PROGRAM, Scope


@dataclass(frozen=True, slots=True)
class Preview:
    """`records` of `people` (0 where rows are of nobody alone) go with the next run, at `nodes` places.

    `days` is what would hold on the node itself; `is_longer` when it keeps longer than now.
    """

    records: int
    people: int
    nodes: int
    days: int
    is_longer: bool


def preview(inst: Installation, scope: Scope, node: Node, wanted: Change) -> Preview:
    """What a change would do; InputError and NotFoundError as `rules.change` raises them."""
    rules.checked(node, wanted)
    return inst.read(partial(_preview, inst=inst, scope=scope, node=node, wanted=wanted))


def _preview(connection: Connection, inst: Installation, scope: Scope, node: Node, wanted: Change) -> Preview:
    chain = rules.chain_of(connection, scope, node)
    rules.expect_within(connection, chain, wanted)
    now_ms = inst.now_ms()
    before = keeping_rules.all_rules(connection)
    after = (*before, Rule(node, wanted.purpose, wanted.days, wanted.most, now_ms))
    concerned = {place: one for place, one in _places(connection, wanted.purpose).items() if node in one}
    due: dict[int, list[str]] = {}
    for place, one in concerned.items():
        due.setdefault(due_before(one, after, wanted.purpose, now_ms), []).append(place)
    counts = [_counted(connection, wanted.purpose, places, before_ms) for before_ms, places in due.items()]
    days = kept_for(chain, after, wanted.purpose).days
    is_longer = days > kept_for(chain, before, wanted.purpose).days
    return Preview(
        sum(records for records, _ in counts),
        sum(people for _, people in counts),
        len(concerned),
        days,
        is_longer,
    )


def _places(connection: Connection, purpose: Purpose) -> Mapping[str, Chain]:
    """The smallest nodes of a purpose; the site as one, under the topmost area."""
    if SMALLEST[purpose] is NodeKind.VENUE:
        return keeping_rules.venue_chains(connection, PROGRAM)
    if SMALLEST[purpose] is NodeKind.ENTERPRISE:
        return keeping_rules.enterprise_chains(connection, PROGRAM)
    return {"": keeping_rules.top_chain(connection)}


def _counted(
    connection: Connection, purpose: Purpose, places: Sequence[str], before_ms: int
) -> tuple[int, int]:
    if purpose is Purpose.PASSAGES:
        return keeping_preview.passages(connection, places, before_ms)
    if purpose is Purpose.ROLL_CALLS:
        return keeping_preview.roll_names(connection, places, before_ms), 0
    if SMALLEST[purpose] is NodeKind.ENTERPRISE:
        count = keeping_preview.of_enterprises(connection, purpose, places, before_ms)
        return count, count if purpose is Purpose.VISITORS else 0
    return keeping_preview.of_site(connection, purpose, before_ms), 0
