"""The versions of a place's policy: who kept which when, and what each changed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from domain.policy_text import fields_from_json
from domain.wording import Sentence
from web.db.connecting.connection import Connection
from web.services.accounts import Account
from web.services.installation import Installation
from web.services.rules.policy_editing import fields_of
from web.services.rules.policy_places import PolicyPlace, place
from web.services.rules.policy_words import FIELD_NAMES, described
from web.store import policies
from web.store.access import accounts

NOT_SET = Sentence("Not set here.", "此处未设置。")


@dataclass(frozen=True, slots=True)
class Change:
    """What became of one field: the sentences that went (none where it was not set) and those that came."""

    name: Sentence
    gone: tuple[Sentence, ...]
    come: tuple[Sentence, ...]


@dataclass(frozen=True, slots=True)
class Version:
    """One version; `who` is a login, or "" when that account is not known here."""

    number: int
    who: str
    at_ms: int
    changes: tuple[Change, ...]
    is_newest: bool


@dataclass(frozen=True, slots=True)
class History:
    """All versions of a place's policy, newest first."""

    place: PolicyPlace
    versions: tuple[Version, ...]


def history(inst: Installation, account: Account, level: str, identity: str) -> History:
    """The history of a place's policy; NotFoundError where this account may not set it."""

    def work(connection: Connection) -> History:
        here = place(connection, account, level, identity)
        rows = policies.history(connection, here.key)
        who = accounts.logins(connection, sorted({row.account_id for row in rows}))
        fields = [*(fields_of(row) for row in rows), {}]
        versions = (
            Version(
                row.version,
                who.get(row.account_id, ""),
                row.created_ms,
                changes(fields[nth + 1], fields[nth]),
                nth == 0,
            )
            for nth, row in enumerate(rows)
        )
        return History(here, tuple(versions))

    return inst.read(work)


def changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[Change, ...]:
    """What differs between two sets of fields (JSON values), field by field, in sentences."""
    old, new = _said(before), _said(after)
    return tuple(
        Change(title, _without(old[name], (*new[name], NOT_SET)), _without(new[name], old[name]))
        for name, title in FIELD_NAMES.items()
        if old[name] != new[name]
    )


def _said(fields: Mapping[str, Any]) -> dict[str, tuple[Sentence, ...]]:
    read = fields_from_json(fields)
    return {name: described(name, read[name]) if name in read else (NOT_SET,) for name in FIELD_NAMES}


def _without(some: Sequence[Sentence], others: Sequence[Sentence]) -> tuple[Sentence, ...]:
    return tuple(sentence for sentence in some if sentence not in others)
