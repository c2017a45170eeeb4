"""Filters that an account named: only its own, and whoever is sought in them stays sealed for it."""

from __future__ import annotations

from dataclasses import dataclass

from domain.errors import InputError
from domain.visitor import cleaned
from web.db.connecting.connection import Connection
from web.services.desk.filtering import filters
from web.services.desk.filtering.filters import Filter
from web.services.errors import NotFoundError
from web.services.installation import Installation, new_id
from web.store.desk import saved_filters
from web.store.scope import Scope

_NAME_MOST = 100
KEPT_MOST = 100


@dataclass(frozen=True, slots=True)
class Saved:
    """A named filter, as the query of a URL."""

    id: str
    name: str
    query: str


def save(inst: Installation, scope: Scope, wanted: Filter, *, account_id: str, name: str) -> str:
    """The id under which the filter is kept; InputError for a bad or used name, or for too many."""
    filters.expect_visible(inst, scope, wanted)
    return kept(inst, account_id, name, filters.as_query(wanted))


def kept(inst: Installation, account_id: str, name: str, query: str) -> str:
    """Keep a query under a name; also one that was forgotten a moment ago."""
    called, identity = cleaned(name, "name", _NAME_MOST), new_id()
    values = {"account_id": account_id, "name": called, "query": query, "created_ms": inst.now_ms()}

    def work(connection: Connection) -> None:
        if len(saved_filters.of_account(connection, account_id)) >= KEPT_MOST:
            raise InputError(
                "name", "Delete a saved filter first; 100 is the most.", "最多保存 100 个，请先删除一个。"
            )
        if not saved_filters.added(connection, id=identity, **values):
            raise InputError(
                "name",
                "You have a filter of this name: delete that one first, or give another name.",
                "已有同名筛选，请先删除原有筛选，或换一个名称。",
            )

    inst.write(work)
    return identity


def listed(inst: Installation, account_id: str) -> list[Saved]:
    """The account's filters, by name."""
    rows = inst.ask(lambda connection: saved_filters.of_account(connection, account_id))
    return [Saved(row.id, row.name, row.query) for row in rows]


def remove(inst: Installation, account_id: str, filter_id: str) -> Saved:
    """Forget a filter of this account, and say what it was; NotFoundError when there is none."""
    row = inst.write(lambda connection: saved_filters.removed(connection, account_id, filter_id))
    if row is None:
        raise NotFoundError
    return Saved(row.id, row.name, row.query)
