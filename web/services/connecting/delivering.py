"""Delivers what happened: at least once, of one entry in its order, again and again over a day."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from web.db.connecting.connection import Connection, Record
from web.services.connecting import repeated_calls, sending, webhooks
from web.services.connecting.sending import Answered, Outgoing
from web.services.installation import Installation
from web.store.connecting import webhooks as rows

# Seconds after each try; the sum is a day.
PAUSES_S = (5, 30, 120, 600, 1800, 3600, 7200, 14_400, 28_800, 29_845)
TRIES_MOST = len(PAUSES_S) + 1
KEPT_MS = 30 * 86_400_000
_AT_ONCE = 32
_SENDERS = 8
# Longer than a try can take: what a process had in hand when it died is taken up by another one then.
_CLAIM_MS = 60_000
_GONE = 410


def work_off(inst: Installation, is_stopping: Callable[[], bool] = lambda: False) -> int:
    """Send what is due; returns how many tries were made. Any number of processes may do this at once."""
    tries = 0
    while not is_stopping():
        due = inst.ask(lambda connection: rows.due(connection, inst.now_ms(), _AT_ONCE))
        mine = [row for row in due if _claimed(inst, row)]
        if not mine:
            break
        with ThreadPoolExecutor(max_workers=_SENDERS) as senders:
            list(senders.map(lambda row: _tried(inst, row), mine))
        tries += len(mine)
    return tries


def pruned(inst: Installation) -> int:
    """Forget deliveries that ended a month ago, and answers to calls of yesterday; returns how many."""
    old = inst.write(lambda connection: rows.pruned(connection, inst.now_ms() - KEPT_MS))
    return old + repeated_calls.pruned(inst)


def _claimed(inst: Installation, row: Record) -> bool:
    until_ms = inst.now_ms() + _CLAIM_MS
    return inst.write(lambda connection: rows.claimed(connection, row.id, row.next_ms, until_ms))


def _tried(inst: Installation, row: Record) -> None:
    outgoing = Outgoing(
        row.id, row.url, row.body, webhooks.secrets_of(inst, row.webhook_id, row.secret_sealed)
    )
    answered = sending.sent(outgoing, inst.now_ms(), inside=inst.settings.webhooks_inside)
    inst.write(lambda connection: _settled(connection, inst, row, answered))


def _settled(connection: Connection, inst: Installation, row: Record, answered: Answered) -> None:
    now_ms, tries = inst.now_ms(), row.attempts + 1
    told = {"status": answered.status, "fault": answered.fault[:200]}
    if answered.is_taken:
        rows.settled(connection, row.id, state=rows.DONE, next_ms=None, done_ms=now_ms, **told)
    elif answered.status == _GONE or tries >= TRIES_MOST:
        rows.settled(connection, row.id, state=rows.DEAD, next_ms=None, done_ms=now_ms, **told)
        if answered.status == _GONE:  # it asks not to be called any more
            rows.changed(connection, row.webhook_id, paused_ms=now_ms)
    else:
        rows.settled(connection, row.id, next_ms=now_ms + _pause_ms(tries), **told)


def _pause_ms(tries: int) -> int:
    """With up to a tenth more, so that what failed together does not come back together."""
    pause = PAUSES_S[min(tries, len(PAUSES_S)) - 1] * 1000
    return pause + secrets.randbelow(pause // 10)
