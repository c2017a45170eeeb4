"""What is known of an enterprise besides its name: what it is, whom to call there, who looks after it."""

from __future__ import annotations

from dataclasses import dataclass

from domain.errors import InputError
from domain.visitor import cleaned, normalised_phone
from domain.wording import Sentence
from web.db.connecting.connection import Connection, Record
from web.services.errors import NotFoundError
from web.services.installation import Installation
from web.services.places import liaisons
from web.services.places.importing.already_there import expect_own_code
from web.services.places.liaisons import Person
from web.services.places.places import checked_credit_code
from web.store.gates import gate_news
from web.store.places import liaisons as liaison_store
from web.store.places import places
from web.store.scope import Scope
from web.store.sealing import FieldCipher

ENTERPRISE_KINDS: dict[str, Sentence] = {
    "company": Sentence("Company", "企业"),
    "self_employed": Sentence("Self-employed", "个体工商户"),
    "institution": Sentence("Public institution", "事业单位"),
    "government": Sentence("Authority", "机关"),
    "community": Sentence("Residents or property management", "社区、物业"),
    "site": Sentence("Construction project", "在建项目"),
    "other": Sentence("Other", "其他"),
}
# 统计上大中小微型企业划分办法 names these four.
SIZE_CLASSES: dict[str, Sentence] = {
    "micro": Sentence("Micro", "微型"),
    "small": Sentence("Small", "小型"),
    "medium": Sentence("Medium", "中型"),
    "large": Sentence("Large", "大型"),
}


@dataclass(frozen=True, slots=True)
class Given:
    """An enterprise as it was typed; an empty contact means that there is none."""

    name: str
    credit_code: str = ""
    kind: str = ""
    size_class: str = ""
    contact_name: str = ""
    contact_phone: str = ""


@dataclass(frozen=True, slots=True)
class Detail:
    """What the page of one enterprise shows to those who may see it: contact and liaison in clear."""

    given: Given
    area_path: str
    liaison_id: str
    liaison: Person | None


def detail(inst: Installation, scope: Scope, enterprise_id: str) -> Detail:
    """One enterprise in scope; NotFoundError outside."""

    def work(connection: Connection) -> Detail:
        row = places.enterprise_row(connection, scope, enterprise_id)
        if row is None:
            raise NotFoundError
        found = liaison_store.of_enterprise(connection, scope, enterprise_id)
        liaison = liaisons.opened(inst.cipher, found) if found else None
        return Detail(given_of(inst.cipher, row), row.path, row.liaison_id or "", liaison)

    return inst.read(work)


def change(inst: Installation, scope: Scope, enterprise_id: str, given: Given) -> None:
    """Correct what is known of an enterprise in scope; InputError names a bad field."""
    values = checked(inst.cipher, enterprise_id, given)

    def work(connection: Connection) -> None:
        expect_own_code(connection, scope, str(values["credit_code"]), but=enterprise_id)
        if not places.enterprise_changed(connection, scope, enterprise_id, **values):
            raise NotFoundError
        gate_news.of_enterprise(connection, enterprise_id)

    inst.write(work)


def checked(cipher: FieldCipher, enterprise_id: str, given: Given) -> dict[str, str | bytes | None]:
    """What was typed by column, the contact sealed; InputError names a bad field."""
    if given.kind not in ("", *ENTERPRISE_KINDS):
        raise InputError(
            "enterprise_kind", "Choose one of the kinds in the list.", "请从列表中选择单位类型。"
        )
    if given.size_class not in ("", *SIZE_CLASSES):
        raise InputError("size_class", "Choose one of the sizes in the list.", "请从列表中选择规模。")
    contact = {
        "contact_name": cleaned(given.contact_name, "contact_name") if given.contact_name.strip() else "",
        "contact_phone": _phone(given.contact_phone),
    }
    return {
        "name": cleaned(given.name, "name"),
        "credit_code": checked_credit_code(given.credit_code),
        "kind": given.kind,
        "size_class": given.size_class,
        **{
            f"{field}_sealed": cipher.sealed(text.encode(), _place(field, enterprise_id)) if text else None
            for field, text in contact.items()
        },
    }


def given_of(cipher: FieldCipher, row: Record) -> Given:
    """A row of the store as it was typed."""

    def clear(field: str, sealed: bytes | None) -> str:
        return cipher.opened(sealed, _place(field, row.id)).decode() if sealed else ""

    return Given(
        row.name,
        row.credit_code,
        row.kind,
        row.size_class,
        clear("contact_name", row.contact_name_sealed),
        clear("contact_phone", row.contact_phone_sealed),
    )


def _phone(typed: str) -> str:
    if not typed.strip():
        return ""
    try:
        return normalised_phone(typed)
    except InputError as error:
        raise InputError("contact_phone", error.sentence.en, error.sentence.zh) from None


def _place(field: str, enterprise_id: str) -> str:
    return f"enterprises|{field}|{enterprise_id}"
