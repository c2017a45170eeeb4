"""What visitors do about their own record: correct it, or take leave of it."""

from __future__ import annotations

from dataclasses import dataclass

from domain.code import CodeClass
from domain.errors import InputError
from domain.visitor import cleaned, masked_name, normalised_phone
from web.db.connecting.connection import Connection, Record
from web.db.connecting.turns import Turn, taken
from web.services.errors import NotFoundError
from web.services.installation import Installation, new_token
from web.services.people.credential_values import Source
from web.services.people.visitors import place
from web.store.gates import changes
from web.store.people import credentials, visitors
from web.store.scope import PROGRAM
from web.store.sealing import token_hash


@dataclass(frozen=True, slots=True)
class OwnData:
    """Name and phone as they are kept, in clear; `is_vouched` when staff checked a proof under the name."""

    name: str
    phone: str
    is_vouched: bool


def own_data(inst: Installation, visitor_id: str) -> OwnData:
    """What is kept of a visitor, for themselves; NotFoundError when they are gone."""

    def work(connection: Connection) -> OwnData:
        row = _row(connection, visitor_id)
        name = inst.cipher.opened(row.name_sealed, place("name", row.id)).decode()
        phone = inst.cipher.opened(row.phone_sealed, place("phone", row.id)).decode()
        return OwnData(name, phone, _is_vouched(connection, visitor_id))

    return inst.read(work)


def correct(inst: Installation, visitor_id: str, name: str, phone: str) -> None:
    """Put one's own name and phone right; InputError names a bad field.

    A name under which staff checked a proof stays: with another it would be somebody else's proof. Entries
    keep what was said when they were made.
    """
    new_name, new_phone = cleaned(name, "name"), normalised_phone(phone)

    def work(connection: Connection) -> None:
        row = _row(connection, visitor_id)
        before = inst.cipher.opened(row.name_sealed, place("name", row.id)).decode()
        if new_name != before and _is_vouched(connection, visitor_id):
            raise InputError(
                "name",
                "The staff checked a proof under this name. Ask them to correct it.",
                "工作人员已按此姓名核验过凭证，请联系工作人员更正。",
            )
        seal, digest = inst.cipher.sealed, inst.cipher.digest
        terms = [("name", digest("name", new_name)), ("phone", digest("phone", new_phone))]
        terms += [("word", digest("word", word)) for word in new_name.split()]
        visitors.corrected(
            connection,
            visitor_id,
            terms,
            name_sealed=seal(new_name.encode(), place("name", visitor_id)),
            phone_sealed=seal(new_phone.encode(), place("phone", visitor_id)),
            masked_name=masked_name(new_name),
        )
        changes.touched(connection, [visitor_id])

    inst.write(work)


def withdraw(inst: Installation, visitor_id: str) -> None:
    """End a visitor's link, codes, card and declarations now; the rest is forgotten in time.

    Entries keep their person as long as every entry does: the venue must be able to find people.
    """

    def work(connection: Connection) -> None:
        taken(connection, Turn.APPENDING)  # nobody is judged by a code that is ending
        _row(connection, visitor_id)
        now_ms = inst.now_ms()
        for code_class in CodeClass:
            visitors.codes_revoked(connection, visitor_id, code_class, now_ms)
        for row in credentials.rows(connection, PROGRAM, visitor_id):
            if row.source == Source.SELF and not row.verified and row.withdrawn_ms is None:
                credentials.withdrawn(connection, row.id, now_ms)
        # Like somebody who typed themselves in: the retention forgets them when nothing keeps them any more.
        visitors.corrected(connection, visitor_id, (), source="self", link_hash=token_hash(new_token()))
        changes.touched(connection, [visitor_id])

    inst.write(work)


def _row(connection: Connection, visitor_id: str) -> Record:
    row = visitors.row(connection, PROGRAM, visitor_id)
    if row is None:
        raise NotFoundError
    return row


def _is_vouched(connection: Connection, visitor_id: str) -> bool:
    rows = credentials.rows(connection, PROGRAM, visitor_id)
    return any(row.verified and row.withdrawn_ms is None for row in rows)
