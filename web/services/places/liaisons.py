"""Liaisons 驻企联络员: who looks after which enterprises, and which nobody looks after."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from domain.errors import InputError
from domain.visitor import cleaned, masked_name, masked_phone, normalised_phone
from web.db.connecting.connection import Connection, Record
from web.services.errors import NotFoundError
from web.services.installation import Installation, new_id
from web.store.places import areas, liaisons
from web.store.scope import Scope
from web.store.sealing import FieldCipher


@dataclass(frozen=True, slots=True)
class EnterpriseName:
    """An enterprise by its name, with the area it is of."""

    id: str
    name: str
    area_name: str


@dataclass(frozen=True, slots=True)
class LiaisonRow:
    """A liaison as lists show one: masked, with the enterprises in scope that they look after."""

    id: str
    masked_name: str
    masked_phone: str
    area_name: str
    enterprises: tuple[EnterpriseName, ...]


@dataclass(frozen=True, slots=True)
class Board:
    """Enterprises without a liaison, and the liaisons."""

    unassigned: tuple[EnterpriseName, ...]
    liaisons: tuple[LiaisonRow, ...]


@dataclass(frozen=True, slots=True)
class Person:
    """A name and a phone in E.164 form, both in clear."""

    name: str
    phone: str


def board(inst: Installation, scope: Scope) -> Board:
    """Who looks after whom in scope, and the enterprises nobody looks after; nothing for an enterprise."""
    if scope.enterprise_id:
        return Board((), ())

    def work(connection: Connection) -> Board:
        names = liaisons.enterprise_names(connection, scope)
        rows = [_row(inst.cipher, row, names) for row in liaisons.rows(connection, scope)]
        return Board(tuple(_name(row) for row in names if not row.liaison_id), tuple(rows))

    return inst.read(work)


def person(inst: Installation, scope: Scope, liaison_id: str) -> tuple[LiaisonRow, Person]:
    """One liaison in scope, also in clear; NotFoundError outside."""

    def work(connection: Connection) -> tuple[LiaisonRow, Person]:
        row = _found(connection, scope, liaison_id)
        names = liaisons.enterprise_names(connection, scope)
        return _row(inst.cipher, row, names), opened(inst.cipher, row)

    return inst.read(work)


def add(inst: Installation, scope: Scope, area_id: str, name: str, phone: str) -> str:
    """The id of a new liaison at home in an area in scope; InputError names a bad field."""
    given = checked(name, phone)

    def work(connection: Connection) -> str:
        if areas.row(connection, scope, area_id) is None:
            raise NotFoundError
        _expect_new(connection, inst, scope, given)
        return kept(connection, inst, area_id, given)

    return inst.write(work)


def change(inst: Installation, scope: Scope, liaison_id: str, name: str, phone: str) -> None:
    """Correct the name or phone of a liaison in scope."""
    given = checked(name, phone)

    def work(connection: Connection) -> None:
        _found(connection, scope, liaison_id)
        _expect_new(connection, inst, scope, given, but=liaison_id)
        liaisons.changed(connection, liaison_id, **sealed(inst.cipher, liaison_id, given))

    inst.write(work)


def remove(inst: Installation, scope: Scope, liaison_id: str) -> None:
    """Forget a liaison in scope; their enterprises are listed as unassigned again."""

    def work(connection: Connection) -> None:
        _found(connection, scope, liaison_id)
        liaisons.removed(connection, liaison_id)

    inst.write(work)


def assign(inst: Installation, scope: Scope, enterprise_ids: Sequence[str], liaison_id: str) -> int:
    """Put enterprises in scope into a liaison's hands, "" for nobody's; of how many.

    InputError when one lies outside of the liaison's area.
    """
    if scope.enterprise_id:
        raise NotFoundError

    def work(connection: Connection) -> int:
        names = {row.id: row for row in liaisons.enterprise_names(connection, scope)}
        if not set(enterprise_ids) <= names.keys():
            raise NotFoundError
        home = _found(connection, scope, liaison_id).path if liaison_id else "/"
        outside = [names[one].name for one in enterprise_ids if not names[one].path.startswith(home)]
        if outside:
            raise InputError(
                "liaison",
                f"{outside[0]} lies outside of this liaison's area. Choose another one.",
                f"{outside[0]}不在该联络员负责的区域内，请另选。",
            )
        liaisons.assigned(connection, list(enterprise_ids), liaison_id or None)
        return len(set(enterprise_ids))

    return inst.write(work)


def checked(name: str, phone: str) -> Person:
    """A name and a phone as they are kept; InputError names the bad one."""
    return Person(cleaned(name, "name"), normalised_phone(phone))


def kept(connection: Connection, inst: Installation, area_id: str, given: Person, import_id: str = "") -> str:
    """Keep a new liaison; returns the id."""
    identity = new_id()
    values = {"id": identity, "area_id": area_id, "created_ms": inst.now_ms(), "import_id": import_id}
    liaisons.added(connection, **values, **sealed(inst.cipher, identity, given))
    return identity


def digests_of(cipher: FieldCipher, given: Person) -> tuple[bytes, ...]:
    """What a person on the list is found by, as each key has it."""
    return cipher.digests("liaison", f"{given.name}\0{given.phone}")


def digest_of(cipher: FieldCipher, given: Person) -> bytes:
    """What a liaison is found again by."""
    return cipher.digest("liaison", f"{given.name}\0{given.phone}")


def opened(cipher: FieldCipher, row: Record) -> Person:
    """A row of the store in clear."""
    name = cipher.opened(row.name_sealed, liaisons.place("name", row.id))
    phone = cipher.opened(row.phone_sealed, liaisons.place("phone", row.id))
    return Person(name.decode(), phone.decode())


def sealed(cipher: FieldCipher, identity: str, given: Person) -> dict[str, bytes]:
    """A liaison's columns that say who it is."""
    return {
        "name_sealed": cipher.sealed(given.name.encode(), liaisons.place("name", identity)),
        "phone_sealed": cipher.sealed(given.phone.encode(), liaisons.place("phone", identity)),
        "digest": digest_of(cipher, given),
    }


def masked(cipher: FieldCipher, row: Record) -> str:
    """What lists call a liaison."""
    return masked_name(opened(cipher, row).name)


def _found(connection: Connection, scope: Scope, liaison_id: str) -> Record:
    row = liaisons.row(connection, scope, liaison_id)
    if row is None:
        raise NotFoundError
    return row


def _expect_new(
    connection: Connection, inst: Installation, scope: Scope, given: Person, but: str = ""
) -> None:
    known = [liaisons.with_digest(connection, scope, digest) for digest in digests_of(inst.cipher, given)]
    if any(one not in (None, but) for one in known):
        raise InputError("name", "This liaison is in the list already.", "该联络员已在列表中。")


def _row(cipher: FieldCipher, row: Record, names: Sequence[Record]) -> LiaisonRow:
    clear = opened(cipher, row)
    own = tuple(_name(one) for one in names if one.liaison_id == row.id)
    return LiaisonRow(row.id, masked_name(clear.name), masked_phone(clear.phone), row.area_name, own)


def _name(row: Record) -> EnterpriseName:
    return EnterpriseName(row.id, row.name, row.area_name)
