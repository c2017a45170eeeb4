"""The keys that sign visitors' codes: when each changes by itself, renewed early, withdrawn when stolen."""

from __future__ import annotations

from typing import Any

from domain.access import Right
from web.api.declaring.calling import account, scope
from web.api.declaring.operations import Operations
from web.api.declaring.paging import Paging, paged
from web.api.declaring.shapes import Given, Id, Made, page_of, told
from web.services.signing_keys import issuing
from web.services.signing_keys.issuing import IssuingKey
from web.services.signing_keys.issuing_values import KeyState
from web.services.signing_keys.issuing_values import Withdrawn as WithdrawnKey
from web.views.asking.session import installation, now_ms

keys_api = Operations("keys", "Signing keys")
SigningKey = told(IssuingKey, "SigningKey", state=KeyState, signs_from_s=int)
KeyWithdrawn = told(WithdrawnKey, "KeyWithdrawn")


class KeyGiven(Given):
    """Whose key; the installation's own with ""."""

    enterprise_id: Id


@keys_api.read("/keys", Right.SEE_GATES, page_of(SigningKey, "SigningKeyPage"), query=Paging)
def list_keys(asked: Paging) -> Any:
    """The installation's keys and those of enterprises in scope, with when each of them changes."""
    now_s = now_ms() // 1000
    shown = [
        {name: getattr(key, name) for name in SigningKey.model_fields if name != "state"}
        | {"state": key.state(now_s)}
        for key in issuing.listed(installation(), scope())
    ]
    return paged(installation(), "keys", shown, lambda row: (row["enterprise"], row["kid"]), asked)


@keys_api.make("/keys", Right.EDIT_KEYS, Made, takes=KeyGiven)
def renew_key(given: KeyGiven) -> Any:
    """Make another key before its time; gates are told of it, and it signs in 14 days."""
    made = issuing.renew(installation(), given.enterprise_id, scope=scope(), by=account().id)
    return {"id": made}


@keys_api.act("/keys/<key_id>/withdraw", Right.EDIT_KEYS, KeyWithdrawn)
def withdraw_key(key_id: str) -> Any:
    """Let nobody believe a stolen key any more; cards that it signed are printed anew."""
    return issuing.withdraw(installation(), key_id, scope=scope(), by=account().id)
