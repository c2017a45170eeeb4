"""A program that calls the API, as tests let it call."""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from domain.access import Role
from tests.web.members import member
from web.services import accounts
from web.services.accounts import Account
from web.services.connecting import tokens
from web.services.installation import Installation, new_id
from web.store.scope import Scope


@dataclass(frozen=True)
class Program:
    """Something with a token."""

    client: FlaskClient
    secret: str
    account: Account
    token_id: str

    def call(self, method: str, path: str, body: Any = None, **headers: str) -> TestResponse:
        """The answer to a call below /api/v1; a header's name has _ for -."""
        told = {name.replace("_", "-"): value for name, value in headers.items()}
        told.setdefault("Authorization", f"Bearer {self.secret}")
        told.setdefault("Accept-Language", "en")
        sent = {} if body is None else {"json": body}
        return self.client.open(f"/api/v1{path}", method=method, headers=told, **sent)

    def form(self, method: str, path: str, fields: Any, **headers: str) -> TestResponse:
        """The answer to a form; a file in it is (name, bytes)."""
        told = {name.replace("_", "-"): value for name, value in headers.items()}
        told.setdefault("Authorization", f"Bearer {self.secret}")
        told.setdefault("Accept-Language", "en")
        data = {
            name: (io.BytesIO(value[1]), value[0]) if isinstance(value, tuple) else value
            for name, value in fields.items()
        }
        return self.client.open(
            f"/api/v1{path}", method=method, headers=told, data=data, content_type="multipart/form-data"
        )

    def get(self, path: str) -> Any:
        """What a GET that works answers."""
        answer = self.call("GET", path)
        assert answer.status_code == 200, answer.text
        return answer.json

    def post(self, path: str, body: Any = None) -> Any:
        """What a POST that works answers."""
        answer = self.call("POST", path, body)
        assert answer.status_code in (200, 201, 204), answer.text
        return answer.json if answer.data else None


def program(
    inst: Installation, app: Flask, scope: Scope, role: Role = Role.OWNER, scopes: list[str] | None = None
) -> Program:
    """A program with a token of a new account that holds a role on the scope."""
    account = accounts.account(inst, member(inst, new_id(), role, scope))
    assert account is not None
    wanted = [right.value for right in tokens.grantable(role)] if scopes is None else scopes
    token = tokens.create(inst, account, "a program", wanted, 30)
    return Program(app.test_client(), token.secret, account, token.token_id)
