"""Erases what its time is over; entries, their leaves and every proof stay as they are.

In small transactions: what is due is looked for beside the writer and erased by name, so that gates hardly
wait. Stopped anywhere, the next run goes on where it was.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from domain.keeping import DAY_MS, Node, NodeKind, Purpose, Rule, due_before
from web.db.connecting.connection import Connection, Record
from web.db.connecting.turns import Turn, taken
from web.services.gates import gate_facts
from web.services.installation import Installation
from web.services.keeping.purging import collected, runs, site_due, whole_months
from web.services.keeping.purging.runs import Erased
from web.services.passing import poster_watch
from web.store.keeping import keeping_due, keeping_rules, purge_runs
from web.store.keeping.keeping_rules import Chain
from web.store.scope import PROGRAM

AT_ONCE = 500
# Two writers may commit in another order than they read the clock.
_AGAIN_MS = 3_600_000
_Stopping = Callable[[], bool]
_Batch = Callable[[Connection], int]
_DueBatch = Callable[[Connection, int], int]


@dataclass(frozen=True, slots=True)
class _Plan:
    """All that decides what is due, read once at the beginning of a run."""

    now_ms: int
    rules: Sequence[Rule]
    venues: Mapping[str, Chain]
    enterprises: Mapping[str, Chain]
    marks: Mapping[str, tuple[int, int]]
    confidential: frozenset[Node]

    def due(self, chain: Chain, purpose: Purpose) -> int:
        return due_before(chain, self.rules, purpose, self.now_ms)

    def is_behind(self, mark: str, before_ms: int) -> bool:
        return mark not in self.marks or self.marks[mark][0] < before_ms


def purge(inst: Installation, stopping: _Stopping = lambda: False) -> tuple[int, int]:
    """Erase what is due; how many records and people. Ends early when `stopping` says so."""
    plan = inst.read(partial(_plan, now_ms=inst.now_ms()))
    owners = {venue_id: chain[1].id for venue_id, chain in plan.venues.items()}
    longest_ms = min((plan.due(chain, Purpose.PASSAGES) for chain in plan.venues.values()), default=0)
    records, people = whole_months.erased(inst, owners, longest_ms, stopping)
    for venue_id, chain in plan.venues.items():
        erased, gone = _venue(inst, plan, venue_id, chain, stopping)
        records, people = records + erased, people + gone
    for enterprise_id, chain in plan.enterprises.items():
        records += _enterprise(inst, plan, enterprise_id, chain, stopping)
        people += _people(inst, plan, enterprise_id, chain, stopping)
    if stopping():
        return records, people
    site_due.erased(inst, plan.rules)
    if inst.ask(lambda connection: purge_runs.all_open(connection, runs.PURGE)):
        inst.write(lambda connection: runs.all_finished(connection, inst))
    collected.counted(inst)
    gate_facts.forget_old(inst)
    poster_watch.forget_old(inst)
    return records, people


def _plan(connection: Connection, now_ms: int) -> _Plan:
    return _Plan(
        now_ms,
        keeping_rules.all_rules(connection),
        keeping_rules.venue_chains(connection, PROGRAM),
        keeping_rules.enterprise_chains(connection, PROGRAM),
        purge_runs.marks(connection),
        keeping_rules.confidential(connection),
    )


def _venue(
    inst: Installation, plan: _Plan, venue_id: str, chain: Chain, stopping: _Stopping
) -> tuple[int, int]:
    """What a venue knows of passages and roll calls, and who came nowhere else: records and people."""
    node, owner, erased, people = f"{NodeKind.VENUE} {venue_id}", chain[1].id, 0, 0
    before_ms, since_back_ms = plan.due(chain, Purpose.PASSAGES), 0
    if is_nameless := not plan.confidential.isdisjoint(chain):
        # A gate that had not heard of it yet, or brought its entries later, may have named somebody.
        before_ms, since_back_ms = plan.now_ms - plan.now_ms % DAY_MS + DAY_MS, 2 * DAY_MS
    if is_nameless or plan.is_behind(venue_id, before_ms):
        step = _Step(inst, owner, Purpose.PASSAGES, node, before_ms, stopping)
        since_ms, received_ms = plan.marks.get(venue_id, (0, 0))
        since_ms -= since_back_ms
        look = partial(keeping_due.passages, venue_id=venue_id, since_ms=since_ms, before_ms=before_ms)
        erased, people = step.found(look)
        late = partial(
            keeping_due.late_passages,
            venue_id=venue_id,
            received_ms=received_ms - _AGAIN_MS,
            before_ms=before_ms,
        )
        if received_ms:
            more, gone = step.found(late)
            erased, people = erased + more, people + gone
        step.repeated(lambda c: keeping_due.stays_erased(c, venue_id, before_ms, AT_ONCE), is_told=False)
        erased += step.repeated(lambda c: keeping_due.bodies_erased(c, venue_id, before_ms))
        step.marked(venue_id, plan.now_ms)
    before_ms, mark = plan.due(chain, Purpose.ROLL_CALLS), f"{Purpose.ROLL_CALLS} {venue_id}"
    if plan.is_behind(mark, before_ms):
        step = _Step(inst, owner, Purpose.ROLL_CALLS, node, before_ms, stopping)
        erased += step.repeated(lambda c: keeping_due.roll_names_erased(c, venue_id, before_ms))
        step.marked(mark, plan.now_ms)
    return erased, people


def _enterprise(inst: Installation, plan: _Plan, owner: str, chain: Chain, stopping: _Stopping) -> int:
    """Whom an enterprise expected, what is not true any more, and who looked at whom."""
    work: dict[Purpose, tuple[_DueBatch, ...]] = {
        Purpose.VISITS: (
            lambda c, before: keeping_due.visits_erased(c, owner, before, AT_ONCE),
            lambda c, before: keeping_due.invitations_erased(c, owner, before, AT_ONCE),
        ),
        Purpose.FACTS: (lambda c, before: keeping_due.facts_erased(c, owner, before, AT_ONCE),),
        Purpose.LOOKS: (lambda c, before: keeping_due.looks_erased(c, owner, before, AT_ONCE),),
    }
    erased = 0
    for purpose, batches in work.items():
        before_ms, mark = plan.due(chain, purpose), f"{purpose} {owner}"
        if plan.is_behind(mark, before_ms):
            step = _Step(inst, owner, purpose, f"{NodeKind.ENTERPRISE} {owner}", before_ms, stopping)
            erased += sum(step.repeated(_before(batch, before_ms)) for batch in batches)
            step.marked(mark, plan.now_ms)
    return erased


def _before(batch: _DueBatch, before_ms: int) -> _Batch:
    return lambda connection: batch(connection, before_ms)


def _people(inst: Installation, plan: _Plan, owner: str, chain: Chain, stopping: _Stopping) -> int:
    """Who typed themselves in and whom nothing keeps."""
    before_ms, mark = plan.due(chain, Purpose.VISITORS), f"{Purpose.VISITORS} {owner}"
    if not plan.is_behind(mark, before_ms):
        return 0
    step = _Step(inst, owner, Purpose.VISITORS, f"{NodeKind.ENTERPRISE} {owner}", before_ms, stopping)
    erased, after, now_ms = 0, "", plan.now_ms
    look = partial(keeping_due.idle_people, enterprise_id=owner, before_ms=before_ms, now_ms=now_ms)
    while not stopping() and (ids := inst.read(partial(look, after=after, limit=AT_ONCE))):
        erased += step.once(partial(keeping_due.people_erased, visitor_ids=ids, now_ms=now_ms), is_sure=True)
        after = ids[-1]
    step.marked(mark, now_ms)
    return erased


@dataclass(frozen=True, slots=True)
class _Step:
    """Erasing for one purpose on one node."""

    inst: Installation
    owner: str
    purpose: Purpose
    node: str
    before_ms: int
    stopping: _Stopping

    def once(self, batch: _Batch, *, is_told: bool = True, is_sure: bool = False) -> int:
        """Erase a batch and count it, in one transaction; it finds something for sure or is tried first."""

        def work(connection: Connection) -> int:
            if self.inst.is_shared and not is_sure and not _would_erase(connection, batch):
                return 0
            # Whoever checks in, or is held, meanwhile must not come upon somebody who is being forgotten.
            taken(connection, Turn.APPENDING)
            count = batch(connection)
            if is_told:
                told = Erased(self.purpose, count, self.node, self.before_ms)
                runs.noted(connection, self.inst, self.owner, told)
            return count

        return self.inst.write(work)

    def repeated(self, batch: _Batch, *, is_told: bool = True) -> int:
        """Erase batch after batch until there is nothing left."""
        erased = count = 0
        # After a whole batch there is another: it is not worked out twice.
        while not self.stopping() and (count := self.once(batch, is_told=is_told, is_sure=count >= AT_ONCE)):
            erased += count
        return erased

    def found(self, look: Callable[..., Sequence[Record]]) -> tuple[int, int]:
        """Erase the entries that `look` finds, page by page, and whom nothing keeps then; held ones stay."""
        erased, people, after = 0, 0, (0, "")
        while not self.stopping():
            rows = self.inst.read(partial(look, after=after, limit=AT_ONCE))
            if not rows:
                break
            count, gone = self.inst.write(partial(self._entries, entry_ids=[row.id for row in rows]))
            erased, people, after = erased + count, people + gone, (rows[-1].at_ms, rows[-1].id)
        return erased, people

    def _entries(self, connection: Connection, entry_ids: Sequence[str]) -> tuple[int, int]:
        taken(connection, Turn.APPENDING)
        count, whose = keeping_due.passages_erased(connection, entry_ids)
        gone = keeping_due.people_erased(connection, whose, self.inst.now_ms())
        for purpose, erased in ((self.purpose, count), (Purpose.VISITORS, gone)):
            runs.noted(connection, self.inst, self.owner, Erased(purpose, erased, self.node, self.before_ms))
        return count, gone

    def marked(self, mark: str, now_ms: int) -> None:
        """Note that this is done, so that the next run need not look again."""
        if not self.stopping():
            self.inst.write(lambda c: purge_runs.marked(c, mark, self.before_ms, now_ms))


def _would_erase(connection: Connection, batch: _Batch) -> bool:
    """Whether a batch finds anything, tried and taken back: mostly it does not, and nobody need wait for it.

    Once a day each venue asks for its turn several times, and all who check in anywhere wait each time.
    """
    with connection.begin_nested() as trial:
        count = batch(connection)
        trial.rollback()
    return count > 0
