"""Whom a filter is about: typed once, sealed for the account that typed it, and opened to be looked for."""

from __future__ import annotations

import base64
import binascii
import re
from enum import StrEnum
from urllib.parse import parse_qs

from domain.errors import InputError, TamperedError
from domain.visitor import masked_name, masked_phone, masked_tail, normalised_phone, normalised_plate
from web.db.connecting.connection import Connection
from web.services.installation import Installation
from web.services.people.recognising import found_by_text
from web.store.desk.filtering import People
from web.store.scope import Scope

_CTI = re.compile(r"[0-9a-fA-F]{32}")


class Part(StrEnum):
    """The two parts of a filter that name somebody."""

    WHO = "who"
    HOST = "host"


def sealed_term(inst: Installation, account_id: str, part: Part, typed: str) -> str:
    """What was typed as a text for a URL, which says nothing to anybody but this account; "" for nothing."""
    term = " ".join(typed.split())[:200]
    if not term:
        return ""
    sealed = inst.cipher.sealed(term.encode("utf-8", "replace"), _place(account_id, part))
    return base64.urlsafe_b64encode(sealed).decode("ascii").rstrip("=")


def opened_term(inst: Installation, account_id: str, part: Part, token: str) -> str | None:
    """What was typed; None when this account did not seal it."""
    try:
        sealed = base64.b64decode(token + "=" * (-len(token) % 4), altchars=b"-_", validate=True)
        return inst.cipher.opened(sealed, _place(account_id, part)).decode()
    except (TamperedError, ValueError, binascii.Error):
        return None


def resealed_query(inst: Installation, account_id: str, query: str) -> str:
    """The query of a URL with its sealed terms sealed by the key of now."""
    for part in Part:
        for token in parse_qs(query).get(part, ()):
            sealed = base64.b64decode(token + "=" * (-len(token) % 4), altchars=b"-_")
            new = inst.cipher.resealed(sealed, _place(account_id, part))
            if new is not None:
                query = query.replace(token, base64.urlsafe_b64encode(new).decode("ascii").rstrip("="))
    return query


def masked_term(term: str) -> str:
    """What a page shows of a person who is sought."""
    try:
        return masked_phone(normalised_phone(term))
    except InputError:
        return masked_tail(term) if any(character.isdigit() for character in term) else masked_name(term)


def people_named(connection: Connection, inst: Installation, scope: Scope, term: str) -> People:
    """Whom a term names exactly: by name, phone, identity or short number, plate, or the id of a code."""
    plate = () if _is_phone(term) else _plate_digests(inst, term)
    ids = found_by_text(connection, inst.cipher, scope, term)
    return People(tuple(ids), plate, term.lower() if _CTI.fullmatch(term) else "")


def _is_phone(term: str) -> bool:
    """Whether it can be a phone: most of those have the length of a plate too."""
    try:
        return bool(normalised_phone(term))
    except InputError:
        return False


def _plate_digests(inst: Installation, term: str) -> tuple[bytes, ...]:
    try:
        return inst.cipher.digests("plate", normalised_plate(term))
    except InputError:
        return ()


def _place(account_id: str, part: Part) -> str:
    return f"desk|{part}|{account_id}"
