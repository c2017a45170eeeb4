"""All that is kept of one person, in words and as data: for themselves, or to be handed over."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from web.db.connecting.connection import Connection, Record
from web.db.connecting.turns import Turn, taken
from web.services.errors import NotFoundError
from web.services.installation import Installation, new_id
from web.services.keeping import leaves
from web.services.logs.purposes import of_statement
from web.services.passing import recording
from web.services.people.visitors import place
from web.services.visits import hosts
from web.store.keeping import keeping_person
from web.store.keeping.keeping_person import Kept
from web.store.people import visitors
from web.store.scope import PROGRAM, Scope

FORMAT = "code-and-place/own-data@v1"
Cell = str | int | None
Part = Sequence[Mapping[str, Cell]]


@dataclass(frozen=True, slots=True)
class Export:
    """Everything about a person: facts of theirs, and rows by kind."""

    made_ms: int
    operator: str
    enterprise: str
    person: Mapping[str, Cell]
    parts: Mapping[str, Part]

    def as_json(self) -> bytes:
        """The file for programs."""
        told = {
            "format": FORMAT,
            "made_at": _moment(self.made_ms),
            "operator": self.operator,
            "enterprise": self.enterprise,
            "person": dict(self.person),
            **{name: [dict(row) for row in rows] for name, rows in self.parts.items()},
        }
        return (json.dumps(told, ensure_ascii=False, indent=1) + "\n").encode()


def export(
    inst: Installation, scope: Scope, visitor_id: str, way: str, *, account_id: str = "", purpose: str = ""
) -> Export:
    """All that is kept of a visitor in scope; a leaf says that it was taken out. NotFoundError outside."""

    def work(connection: Connection) -> None:
        taken(connection, Turn.APPENDING)
        row = _row(connection, scope, visitor_id)
        identity, now_ms = new_id(), inst.now_ms()
        keeping_person.request_added(
            connection, id=identity, enterprise_id=row.enterprise_id, visitor_id=visitor_id, kind="access",
            way=way, account_id=account_id, purpose=purpose, state="done", created_ms=now_ms, done_ms=now_ms,
        )  # fmt: skip
        told = {"request": identity, "asked": "access", "way": way, "purpose": purpose}
        leaves.added(connection, now_ms, account_id, identity, told, leaves.SUBJECT)

    inst.write(work)
    return inst.read(lambda connection: _export(connection, inst, visitor_id))


def _export(connection: Connection, inst: Installation, visitor_id: str) -> Export:
    row = _row(connection, PROGRAM, visitor_id)
    opened = {
        column: inst.cipher.opened(sealed, place(column, row.id)).decode() if sealed else ""
        for column in ("name", "phone", "id_number", "plate")
        for sealed in [getattr(row, f"{column}_sealed")]
    }
    person: dict[str, Cell] = {
        **opened,
        "class": row.visitor_class,
        "short_number": row.short_number,
        "known_since": _moment(row.created_ms),
    }
    parts: dict[str, Part] = {
        "passages": [_passage(inst, one) for one in keeping_person.passages(connection, visitor_id)],
        "visits": [_visit(inst, one) for one in _rows(connection, Kept.VISITS, visitor_id)],
        "proofs": [_told(one, "kind", "source", "since_ms", "until_ms", "withdrawn_ms")
                   for one in _rows(connection, Kept.CREDENTIALS, visitor_id)],
        "journeys": [_told(one, "area", "source", "at_ms")
                     for one in _rows(connection, Kept.TRAVELS, visitor_id)],
        "flags": [_flag(inst, one) for one in _rows(connection, Kept.HOLDS, visitor_id)],
        "codes": [_told(one, "cti", "issued_ms", "revoked_ms")
                  for one in _rows(connection, Kept.CODES, visitor_id)],
        "stays": [_told(one, "in_ms", "out_ms", "ending", "people")
                  for one in _rows(connection, Kept.STAYS, visitor_id)],
        "looks": [_told(one, "deed", "purpose", "at_ms")
                  for one in _rows(connection, Kept.LOOKS, visitor_id)],
    }  # fmt: skip
    return Export(inst.now_ms(), inst.settings.operator, row.enterprise_name, person, parts)


def _rows(connection: Connection, kept: Kept, visitor_id: str) -> Sequence[Record]:
    return keeping_person.rows_of(connection, kept, visitor_id)


def _row(connection: Connection, scope: Scope, visitor_id: str) -> Record:
    row = visitors.row(connection, scope, visitor_id)
    if row is None:
        raise NotFoundError
    return row


def _passage(inst: Installation, row: Record) -> dict[str, Cell]:
    told = _told(row, "venue_name", "direction", "outcome", "reason", "way", "at_ms")
    private = json.loads(inst.cipher.opened(row.record_sealed, recording.record_place(row.id)))
    return told | {"entry": row.id, "private": json.dumps(private, ensure_ascii=False, sort_keys=True)}


def _visit(inst: Installation, row: Record) -> dict[str, Cell]:
    told = _told(row, "purpose", "from_ms", "until_ms", "withdrawn_ms")
    return told | {"host": hosts.opened(inst.cipher, "visits", row.id, row.host_sealed)}


def _flag(inst: Installation, row: Record) -> dict[str, Cell]:
    told = _told(row, "level", "instruction", "appeal", "until_ms", "lifted_ms")
    stated = inst.cipher.opened(row.reason_sealed, f"holds|reason|{row.id}").decode()
    purpose, reason = of_statement(stated)
    return told | {"purpose": purpose, "reason": reason}


def _told(row: Record, *names: str) -> dict[str, Cell]:
    """These columns; times as people and programs read them."""
    told: dict[str, Cell] = {}
    for name in names:
        value = getattr(row, name)
        if name.endswith("_ms"):
            told[f"{name.removesuffix('_ms')}_at".replace("at_at", "at")] = _moment(value) if value else None
        else:
            told[name] = value
    return told


def _moment(at_ms: int) -> str:
    return datetime.fromtimestamp(at_ms / 1000, UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
