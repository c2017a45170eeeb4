"""Every sealed field and keyed digest, to be made anew with another key: table by table, in small pieces."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Column, Connection, Table, and_, bindparam, delete, insert, select, tuple_, update

from web.db.connecting.connection import Record
from web.db.tables import field_rotations, metadata, visitor_terms

# Columns by table, each with where it is sealed to; {} stands for the row's key.
SEALED: Mapping[str, Mapping[str, str]] = {
    "accounts": {"totp_sealed": "accounts|totp_sealed|{}"},
    "deed_subjects": {"subject_sealed": "deed_subjects|subject|{}"},
    "enterprises": {
        "contact_name_sealed": "enterprises|contact_name|{}",
        "contact_phone_sealed": "enterprises|contact_phone|{}",
    },
    "entry_people": {"record_sealed": "entry_people|record|{}"},
    "holds": {"reason_sealed": "holds|reason|{}"},
    "idempotent_calls": {"answer_sealed": "idempotent_calls|answer_sealed|{}"},
    "invitations": {"host_sealed": "invitations|host|{}", "token_sealed": "invitations|token|{}"},
    "legal_holds": {"reason_sealed": "legal_holds|reason|{}"},
    "liaisons": {"name_sealed": "liaisons|name|{}", "phone_sealed": "liaisons|phone|{}"},
    "quarantine": {"body_sealed": "quarantine|body|{}"},
    "roll_marks": {"name_sealed": "roll_marks|name|{}"},
    "signing_keys": {"private_sealed": "signing_keys|{}"},
    "traces": {"question_sealed": "traces|question|{}"},
    "visitors": {
        "name_sealed": "visitors|name|{}",
        "phone_sealed": "visitors|phone|{}",
        "id_number_sealed": "visitors|id_number|{}",
        "plate_sealed": "visitors|plate|{}",
    },
    "visits": {"host_sealed": "visits|host|{}"},
    "webhooks": {"secret_sealed": "webhooks|secret_sealed|{}"},
}
# Keyed digests that stand beside what they are of; those of visitors are rows of their own.
DIGESTS = {"entry_people": "plate_digest", "visits": "host_digest", "invitations": "host_digest"}
DIGESTS |= {"liaisons": "digest"}
# Tables that hold sealed words within other text.
WRITTEN = {"saved_filters": "query", "exports": "query", "export_plans": "query", "place_imports": "changes"}
# The visible columns that a row is named by, where it is not its key that it is sealed to.
_NAMED = {"deed_subjects": ("ref",), "quarantine": ("body_hash",), "entry_people": ("entry_id",)}
_SEP = "\x1f"


@dataclass(frozen=True, slots=True)
class Step:
    """How far one table is: after which key, how many rows were looked at and how many changed."""

    name: str
    after: str
    seen: int
    changed: int
    done_ms: int | None


def steps(connection: Connection, fingerprint: str) -> dict[str, Step]:
    """What was done with a key so far, by the name of the step."""
    found = connection.execute(select(field_rotations).where(field_rotations.c.fingerprint == fingerprint))
    return {row.step: Step(row.step, row.after, row.seen, row.changed, row.done_ms) for row in found}


def noted(connection: Connection, fingerprint: str, step: Step, now_ms: int) -> None:
    """Keep how far a step is."""
    mine = and_(field_rotations.c.fingerprint == fingerprint, field_rotations.c.step == step.name)
    values = {"after": step.after, "seen": step.seen, "changed": step.changed, "done_ms": step.done_ms}
    if connection.execute(update(field_rotations).where(mine).values(**values)).rowcount:
        return
    first = {"fingerprint": fingerprint, "step": step.name, "begun_ms": now_ms, **values}
    connection.execute(insert(field_rotations).values(**first))


def forgotten(connection: Connection) -> None:
    """Forget how far rotations were: the next begins anew."""
    connection.execute(delete(field_rotations))


def rows_after(connection: Connection, table_name: str, after: str, limit: int) -> Sequence[Record]:
    """Rows in the order of their primary key, after one of them."""
    table = metadata.tables[table_name]
    keys = _keys(table)
    query = select(table).order_by(*keys)
    if after:
        query = query.where(tuple_(*keys) > tuple_(*_parsed(table, after)))
    return connection.execute(query.limit(limit)).all()


def key_of(table_name: str, row: Record) -> str:
    """A row's primary key as one text."""
    return _SEP.join(str(getattr(row, key.name)) for key in _keys(metadata.tables[table_name]))


def place_of(table_name: str, column: str, row: Record) -> str:
    """Where a column of a row is sealed to."""
    if table_name in _NAMED:
        named = getattr(row, _NAMED[table_name][0])
        return SEALED[table_name][column].format(named.hex() if isinstance(named, bytes) else named)
    return SEALED[table_name][column].format(key_of(table_name, row).replace(_SEP, "|"))


def changed(connection: Connection, table_name: str, row: Record, values: Mapping[str, object]) -> bool:
    """Write a row anew unless somebody changed what was read; False then."""
    table = metadata.tables[table_name]
    same = [key == getattr(row, key.name) for key in _keys(table)]
    for name in values:
        was = getattr(row, name)
        same.append(table.c[name].is_(None) if was is None else table.c[name] == was)
    return connection.execute(update(table).where(*same).values(**values)).rowcount == 1


def all_changed(
    connection: Connection, table_name: str, changes: Sequence[tuple[Record, Mapping[str, object]]]
) -> None:
    """The same for many rows at once, without telling which of them somebody changed."""
    table = metadata.tables[table_name]
    alike: dict[tuple[tuple[str, bool], ...], list[dict[str, object]]] = {}
    for row, values in changes:
        shape = tuple((name, getattr(row, name) is None) for name in sorted(values))
        told: dict[str, object] = {f"key_{key.name}": getattr(row, key.name) for key in _keys(table)}
        for name, value in values.items():
            told[f"new_{name}"] = value
            if getattr(row, name) is not None:
                told[f"old_{name}"] = getattr(row, name)
        alike.setdefault(shape, []).append(told)
    for shape, rows in alike.items():
        same = [key == bindparam(f"key_{key.name}") for key in _keys(table)]
        for name, is_null in shape:
            column = table.c[name]
            same.append(
                column.is_(None) if is_null else column == bindparam(f"old_{name}", type_=column.type)
            )
        new = {name: bindparam(f"new_{name}", type_=table.c[name].type) for name, _ in shape}
        connection.execute(update(table).where(*same).values(**new), rows)


def terms_replaced(connection: Connection, visitor_id: str, terms: Sequence[tuple[str, bytes]]) -> None:
    """Put a visitor's digests in the place of all that there were."""
    connection.execute(delete(visitor_terms).where(visitor_terms.c.visitor_id == visitor_id))
    rows = [{"visitor_id": visitor_id, "field": field, "digest": digest} for field, digest in set(terms)]
    connection.execute(insert(visitor_terms), rows)


def terms_of(connection: Connection, visitor_ids: Sequence[str]) -> dict[str, set[tuple[str, bytes]]]:
    """The digests of these visitors."""
    found: dict[str, set[tuple[str, bytes]]] = {}
    for row in connection.execute(select(visitor_terms).where(visitor_terms.c.visitor_id.in_(visitor_ids))):
        found.setdefault(row.visitor_id, set()).add((row.field, bytes(row.digest)))
    return found


def _keys(table: Table) -> list[Column[object]]:
    return list(table.primary_key.columns)


def _parsed(table: Table, after: str) -> list[object]:
    parts = after.split(_SEP)
    return [
        int(part) if key.type.python_type is int else part
        for key, part in zip(_keys(table), parts, strict=True)
    ]
