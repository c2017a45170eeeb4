"""A small OpenID provider in a process of its own, on Authlib's server side; it misbehaves when told to."""

from __future__ import annotations

import base64
import hmac
import json
import sys
import time
from dataclasses import dataclass, field
from typing import Any, ClassVar

from authlib.integrations.flask_oauth2 import AuthorizationServer
from authlib.oauth2.rfc6749.grants import AuthorizationCodeGrant
from authlib.oauth2.rfc7636 import CodeChallenge
from authlib.oidc.core import OpenIDCode, UserInfo
from flask import Flask, Response, jsonify, request
from joserfc import jwt
from joserfc.jwk import RSAKey
from werkzeug.serving import make_server

CLIENT_ID, CLIENT_SECRET = "codeplace", "a secret of the client"


@dataclass
class State:
    """What the provider knows, and how it misbehaves."""

    issuer: str
    callback: str
    user: str = "ann"
    amr: list[str] = field(default_factory=list)
    fault: str = ""
    keys: list[RSAKey] = field(default_factory=list)
    codes: dict[str, Code] = field(default_factory=dict)

    def rotate(self) -> None:
        """Sign with a new key, and forget the one before."""
        self.keys = [RSAKey.generate_key(2048, {"use": "sig"}, auto_kid=True)]


class Client:
    """The one client: the site."""

    def __init__(self, callback: str) -> None:
        self.callback = callback

    def get_client_id(self) -> str:
        return CLIENT_ID

    def get_default_redirect_uri(self) -> str:
        return self.callback

    def get_allowed_scope(self, scope: str) -> str:
        return scope

    def check_redirect_uri(self, redirect_uri: str) -> bool:
        return redirect_uri == self.callback

    def check_client_secret(self, client_secret: str) -> bool:
        return client_secret == CLIENT_SECRET

    def check_endpoint_auth_method(self, method: str, endpoint: str) -> bool:
        return method == "client_secret_basic"

    def check_response_type(self, response_type: str) -> bool:
        return response_type == "code"

    def check_grant_type(self, grant_type: str) -> bool:
        return grant_type == "authorization_code"


@dataclass
class Code:
    """A code as the provider keeps it until it is used."""

    user: str
    nonce: str
    redirect_uri: str
    code_challenge: str
    code_challenge_method: str
    amr: list[str]

    def get_redirect_uri(self) -> str:
        return self.redirect_uri

    def get_scope(self) -> str:
        return "openid"

    def get_nonce(self) -> str:
        return self.nonce

    def get_auth_time(self) -> int:
        return int(time.time())

    def get_acr(self) -> None:
        return None

    def get_amr(self) -> list[str]:
        return self.amr


def application(state: State) -> Flask:
    """The provider over its state."""

    class CodeGrant(AuthorizationCodeGrant):
        TOKEN_ENDPOINT_AUTH_METHODS: ClassVar[list[str]] = ["client_secret_basic"]

        def save_authorization_code(self, code: str, asked: Any) -> None:
            told = asked.payload.data
            state.codes[code] = Code(
                state.user, told["nonce"], told["redirect_uri"], told["code_challenge"],
                told["code_challenge_method"], state.amr,
            )  # fmt: skip

        def query_authorization_code(self, code: str, client: Client) -> Code | None:
            return state.codes.get(code)

        def delete_authorization_code(self, authorization_code: Code) -> None:
            state.codes = {text: each for text, each in state.codes.items() if each is not authorization_code}

        def authenticate_user(self, authorization_code: Code) -> str:
            return authorization_code.user

    class OpenId(OpenIDCode):
        def exists_nonce(self, nonce: str, asked: Any) -> bool:
            return False

        def resolve_client_private_key(self, client: Client) -> RSAKey:
            return state.keys[0]

        def get_client_claims(self, client: Client) -> dict[str, Any]:
            return {"iss": state.issuer}

        def generate_user_info(self, user: str, scope: str) -> UserInfo:
            return UserInfo(sub=user, email="boss@park.example", email_verified=True)

        def encode_id_token(self, token: dict[str, Any], asked: Any) -> str:
            return spoilt(state, super().encode_id_token(token, asked))

    app, client = Flask(__name__), Client(state.callback)
    server = AuthorizationServer(app, lambda _id: client if _id == CLIENT_ID else None, lambda *_: None)
    server.register_grant(CodeGrant, [OpenId(require_nonce=True), CodeChallenge(required=True)])

    @app.get("/.well-known/openid-configuration")
    def described() -> Response:
        here = state.issuer
        return jsonify(
            issuer="https://other.example" if state.fault == "description" else here,
            authorization_endpoint=f"{here}/authorize",
            token_endpoint=f"{here}/token",
            jwks_uri=f"{here}/keys",
            id_token_signing_alg_values_supported=["RS256"],
        )

    @app.get("/keys")
    def keys() -> Response:
        return jsonify(keys=[key.as_dict(private=False) for key in state.keys])

    @app.get("/authorize")
    def authorize() -> Response:
        grant = server.get_consent_grant(end_user=state.user)
        user = None if state.fault == "declined" else state.user
        return server.create_authorization_response(grant_user=user, grant=grant)

    @app.post("/token")
    def token() -> Response:
        return server.create_token_response()

    @app.post("/control")
    def control() -> Response:
        for name, value in request.get_json().items():
            setattr(state, name, value)
        return jsonify(done=True)

    @app.post("/rotate")
    def rotate() -> Response:
        state.rotate()
        return jsonify(done=True)

    return app


def spoilt(state: State, token: str) -> str:
    """The token, or what an attacker or a broken provider would send in its place."""
    key, header = state.keys[0], {"alg": "RS256", "kid": state.keys[0].kid}
    claims = dict(jwt.decode(token, key).claims)
    changes: dict[str, dict[str, Any]] = {
        "nonce": {"nonce": "of another browser"},
        "issuer": {"iss": "https://other.example"},
        "audience": {"aud": ["another site"]},
        "party": {"aud": [CLIENT_ID, "another site"], "azp": "another site"},
        "expired": {"exp": claims["exp"] - 7200, "iat": claims["iat"] - 7200},
        "future": {"nbf": claims["exp"] + 7200},
        "access": {"at_hash": "of another token"},
        "nobody": {"sub": ""},
    }
    if state.fault == "none":
        return jwt.encode({"alg": "none"}, claims, key, algorithms=["none"])
    if state.fault == "secret":  # signed with what everybody can read: the public key
        parts = [{"alg": "HS256", "kid": key.kid}, claims]
        text = b".".join(_spelt(json.dumps(part).encode()) for part in parts)
        return (text + b"." + _spelt(hmac.digest(key.as_pem(private=False), text, "sha256"))).decode()
    if state.fault == "forged":
        return jwt.encode(header, claims, RSAKey.generate_key(2048))
    if state.fault == "unsigned":
        return token.rpartition(".")[0] + "."
    return jwt.encode(header, {**claims, **changes.get(state.fault, {})}, key)


def _spelt(part: bytes) -> bytes:
    return base64.urlsafe_b64encode(part).rstrip(b"=")


def main() -> None:
    """Serve on a free port, which is printed, until killed; the argument is the site's callback address."""
    state = State("", sys.argv[1])
    state.rotate()
    server = make_server("127.0.0.1", 0, application(state), threaded=True)
    state.issuer = f"http://127.0.0.1:{server.server_port}"
    print(json.dumps({"issuer": state.issuer}), flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main()
