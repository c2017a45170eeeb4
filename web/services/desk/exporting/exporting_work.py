"""Works off ordered files beside the requests, and plans that are due; stopped anywhere, it begins again."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import asdict, replace
from functools import partial
from pathlib import Path
from typing import Any

import structlog

from domain.access import Right
from domain.deed import Deed
from web.db.connecting.connection import Record
from web.services import accounts
from web.services.access import looks
from web.services.children import StoppedError, answers, child
from web.services.desk import deeds, searching
from web.services.desk.exporting import exporting_manifest, exporting_plans
from web.services.desk.exporting.exporting import KEPT_MS, ZONE
from web.services.desk.exporting.exporting_jobs import cleared, folder, note_of, on_shelf
from web.services.desk.exporting.exporting_making import Made
from web.services.desk.filtering import filters
from web.services.errors import NotFoundError
from web.services.installation import Installation
from web.services.operations import shelf
from web.store.desk import exports
from web.store.scope import Scope

_TRIES = 3
# The ids of the visitors in a file, from the process that makes it.
_PEOPLE = "people"
_CATCHING_UP_S = 5.0
_CHILD = "web.services.desk.exporting.exporting_child"


def work_off(inst: Installation, stopping: Callable[[], bool] = lambda: False) -> int:
    """Make what is ordered, oldest first, and delete what is a day old; returns how many orders ended."""
    exporting_plans.ordered(inst)
    _swept(inst)
    ended = 0
    for row in inst.ask(lambda connection: exports.in_state(connection, exports.MAKING)):
        if stopping():
            break
        here, duty = folder(inst, row.id), f"export {row.id}"
        here.mkdir(parents=True, exist_ok=True, mode=0o700)
        with inst.leases.held(duty) as mine:
            # Another process may have finished it since.
            now = inst.ask(partial(exports.row, export_id=row.id))
            if mine and now is not None and now.state == exports.MAKING:
                ended += _worked(inst, now, here, _ending(inst, stopping, duty))
    _handed_over(inst)
    return ended


def _ending(inst: Installation, stopping: Callable[[], bool], duty: str) -> Callable[[], bool]:
    """Whether to stop: the server ends, or another machine has the order since a connection was lost."""
    return lambda: stopping() or not inst.leases.keeps(duty)


def _worked(inst: Installation, row: Record, here: Path, stopping: Callable[[], bool]) -> int:
    owner = accounts.account(inst, row.account_id, row.grant_id)
    if owner is not None and not owner.may(Right.EXPORT):
        owner = None
    if owner is None or row.tries >= _TRIES:
        return _failed(inst, row, "account" if owner is None else "stopped")
    try:
        filters.from_query(inst, owner.scope, row.query, ZONE)
    except NotFoundError:
        return _failed(inst, row, "place")
    inst.write(lambda c: exports.changed(c, row.id, exports.MAKING, tries=row.tries + 1, row_count=0))
    draft = here / "result.part"
    try:
        complete_to = exporting_manifest.signed(inst)
        done = _made(inst, owner.scope, row, draft, stopping)
        if done is None:
            return _failed(inst, row, "disk") if row.tries + 1 >= _TRIES else 0
        if stopping():
            raise StoppedError
        draft.replace(here / "result")
        shelf.put(inst, on_shelf(row.id), here / "result")
        _settled(inst, owner.scope, row, here, done, complete_to)
    except StoppedError:
        # Being stopped in order costs no try.
        inst.write(lambda c: exports.changed(c, row.id, exports.MAKING, tries=row.tries))
        return 0
    except (OSError, NotFoundError):
        structlog.get_logger().exception("exporting_failed", export=row.id)
        return _failed(inst, row, "disk")
    return 1


def _settled(inst: Installation, scope: Scope, row: Record, here: Path, done: Made, complete_to: int) -> None:
    """Tell the log what the file holds, then hand it out; the manifest names the leaf."""
    wanted = filters.from_query(inst, scope, row.query, ZONE).wanted
    about = searching.about(inst, row.account_id, wanted) if wanted.who or wanted.host else ""
    promise = exporting_manifest.promised(inst, scope, row, wanted, done, complete_to)
    told = {
        "export": row.id, "form": row.form, "rows": done.rows, "sha256": done.sha256,
        "unmasked": bool(row.unmasked), "agreed_by": row.agreed_by, "filter": searching.told(wanted),
        "manifest": exporting_manifest.digest(promise),
    }  # fmt: skip

    people, note = (here / _PEOPLE).read_text("ascii").split(), note_of(inst, row.id)
    whose = replace(searching.concerns(scope, wanted), met=looks.met(inst, people))
    ref = inst.write(
        lambda c: deeds.noted(
            c, inst, row.account_id, Deed.EXPORT, told, row.purpose, about, whose, note=note
        )
    )
    looks.kept_of_file(inst, ref, row.account_id, row.purpose, people)
    (here / _PEOPLE).unlink()
    text, log_size = exporting_manifest.closed(inst, promise, ref)
    (here / "manifest.json").write_bytes(text)
    shelf.put(inst, on_shelf(row.id, "manifest"), here / "manifest.json")
    ready = {
        "state": exports.READY, "row_count": done.rows, "row_total": done.rows, "sha256": done.sha256,
        "file_bytes": done.size, "log_size": log_size, "ready_ms": inst.now_ms(),
    }  # fmt: skip
    if not inst.write(lambda connection: exports.changed(connection, row.id, exports.MAKING, **ready)):
        # Withdrawn meanwhile: what was deleted then was not all.
        cleared(inst, row.id)


def _made(
    inst: Installation, scope: Scope, row: Record, draft: Path, stopping: Callable[[], bool]
) -> Made | None:
    """The file as the child made it; None when the child died."""
    order = {
        "made_ms": row.made_ms, "scope": asdict(scope), "account_id": row.account_id, "query": row.query,
        "zone": ZONE, "form": row.form, "unmasked": bool(row.unmasked), "path": str(draft.absolute()),
        "people": str(draft.with_name(_PEOPLE).absolute()),
    }  # fmt: skip
    with child(inst, _CHILD, order, _database_for(inst, row)) as process:
        told: dict[str, Any] = {}
        for told in answers(process, stopping):
            values = {"row_total": told["total"]} if "total" in told else {"row_count": told["rows"]}
            if not inst.write(partial(exports.changed, export_id=row.id, expected=exports.MAKING, **values)):
                raise StoppedError
    if "sha256" not in told:
        return None
    return Made(told["rows"], told["sha256"], told["size"])


def _database_for(inst: Installation, row: Record) -> str:
    """Where the file's rows are read: a replica that has everything of this moment, once; else the primary.

    A replica may break off what takes long (`max_standby_streaming_delay`): then it is begun anew elsewhere.
    """
    replica = inst.replica
    if replica is not None and row.tries == 0 and replica.caught_up(_CATCHING_UP_S):
        return replica.url
    return inst.settings.resolved_database_url


def _failed(inst: Installation, row: Record, why: str) -> int:
    values = {"state": exports.FAILED, "trouble": why}
    inst.write(lambda connection: exports.changed(connection, row.id, exports.MAKING, **values))
    (folder(inst, row.id) / "result.part").unlink(missing_ok=True)
    return 1


def _handed_over(inst: Installation) -> None:
    """Put the files of plans into their folder, each with its manifest; what fails is tried again."""
    for row in inst.ask(lambda connection: exports.in_state(connection, exports.READY)):
        here = folder(inst, row.id)
        if not row.plan_id or not (here / "result").is_file():
            continue
        is_put = _is_put(here, inst.settings.home / "exports", exporting_plans.name_of(inst, row))
        trouble = "" if is_put else exports.NO_FOLDER
        if trouble != row.trouble:
            structlog.get_logger().warning("export_hand_over", export=row.id, trouble=trouble)
            inst.write(partial(exports.changed, export_id=row.id, expected=exports.READY, trouble=trouble))


def _is_put(here: Path, target: Path, name: str) -> bool:
    """Whether a file and its manifest are in the folder now; neither is ever there in part."""
    try:
        target.mkdir(exist_ok=True, mode=0o700)
        for source, called in (("manifest.json", f"{name}.manifest.json"), ("result", name)):
            # It may be another disk, where nothing can be moved to in one step.
            part = target / f"{called}.part"
            shutil.copyfile(here / source, part)
            part.replace(target / called)
        (here / "result").unlink()
    except OSError:
        return False
    return True


def _swept(inst: Installation) -> None:
    over = inst.ask(lambda connection: exports.over(connection, inst.now_ms() - KEPT_MS))
    for identity in over:
        cleared(inst, identity)
    if over:
        inst.write(lambda connection: exports.removed(connection, over))
    _sweep_copies(inst)


def _sweep_copies(inst: Installation) -> None:
    """Delete the files, here and in the database, of orders that are gone, whoever forgot them."""
    here = inst.settings.home / "export-jobs"
    for path in list(here.iterdir()) if here.is_dir() else []:
        if inst.ask(partial(exports.row, export_id=path.name)) is None:
            shutil.rmtree(path, ignore_errors=True)
    for owner in shelf.owners(inst, "export "):
        if inst.ask(partial(exports.row, export_id=owner.split(" ")[1])) is None:
            shelf.drop(inst, owner)
