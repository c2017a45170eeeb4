"""What belongs to the whole site and is due: whom staff asked for, their files, what programs were told."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path

from domain.keeping import Purpose, Rule, due_before
from web.db.connecting.connection import Connection
from web.services.installation import Installation
from web.services.keeping.purging import runs
from web.services.keeping.purging.runs import SITE, Erased
from web.store.keeping import keeping_rules, keeping_site

_AT_ONCE = 500


def erased(inst: Installation, rules: Sequence[Rule]) -> int:
    """Erase what staff asked and what other programs were told before their time; how many."""
    chain, now_ms = inst.ask(keeping_rules.top_chain), inst.now_ms()
    asked_before = due_before(chain, rules, Purpose.QUESTIONS, now_ms)
    told_before = due_before(chain, rules, Purpose.MESSAGES, now_ms)
    count = 0
    for batch in (
        partial(keeping_site.questions_erased, before_ms=asked_before, now_ms=now_ms, limit=_AT_ONCE),
        partial(keeping_site.filters_erased, before_ms=asked_before, limit=_AT_ONCE),
    ):
        count += _repeated(inst, batch, Erased(Purpose.QUESTIONS, 0, SITE, asked_before))
    sent = partial(keeping_site.messages_erased, before_ms=told_before, limit=_AT_ONCE)
    count += _repeated(inst, sent, Erased(Purpose.MESSAGES, 0, SITE, told_before))
    files = old_files(inst.settings.home, asked_before)
    for path in files:
        path.unlink(missing_ok=True)
    if files:
        told = Erased(Purpose.QUESTIONS, len(files), SITE, asked_before)
        inst.write(lambda connection: runs.noted(connection, inst, "", told))
    return count + len(files)


def old_files(home: Path, before_ms: int) -> list[Path]:
    """The files that plans put aside before a time, each with its manifest."""
    folder = home / "exports"
    if not folder.is_dir():
        return []
    return [
        path
        for path in sorted(folder.iterdir())
        if path.is_file() and path.stat().st_mtime_ns // 1_000_000 < before_ms
    ]


def _repeated(inst: Installation, batch: partial[int], told: Erased) -> int:
    """Erase batch after batch; nothing is written when nothing is due."""
    erased = 0
    while inst.read(lambda connection: keeping_site.has_due(connection, told.what, told.before_ms or 0)):

        def work(connection: Connection) -> int:
            count = batch(connection)
            runs.noted(connection, inst, "", Erased(told.what, count, told.node, told.before_ms))
            return count

        count = inst.write(work)
        if not count:
            break
        erased += count
    return erased
