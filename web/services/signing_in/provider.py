"""Signing in at an OpenID provider: code flow with PKCE, state and nonce (OpenID Connect Core 1.0 §3.1)."""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

import structlog

from domain.errors import InputError, UnavailableError
from domain.wording import Sentence
from web.db.connecting.connection import Connection
from web.services.installation import Installation, new_id
from web.services.signing_in import provider_http, provider_tokens
from web.services.signing_in.provider_http import CodeRefusedError, ProviderError
from web.services.signing_in.provider_tokens import ClaimsError
from web.settings import OpenIdProvider
from web.store.access import accounts, identities


class Doubt(StrEnum):
    """Why an answer of the provider is no sign-in, or is not believed."""

    DECLINED = "declined"
    STATE = "state"
    ISSUER = "issuer"
    CODE = "code"
    CLAIMS = "claims"


@dataclass(frozen=True, slots=True)
class Begun:
    """A sign-in on its way: where the browser goes, and what it must bring back."""

    url: str
    state: str
    nonce: str
    verifier: str


@dataclass(frozen=True, slots=True)
class Identity:
    """Who the provider says somebody is; `has_second_factor` when it said so in the way the settings ask."""

    issuer: str
    subject: str
    has_second_factor: bool


def begin(inst: Installation, redirect_uri: str) -> Begun:
    """A new sign-in at the provider; UnavailableError when it cannot be reached."""
    settings = _settings(inst)
    state, nonce, verifier = (secrets.token_urlsafe(48) for _ in range(3))
    with provider_http.client() as web:
        try:
            found = provider_http.metadata(web, settings.issuer)
        except ProviderError as error:
            raise _away(settings, error) from None
        protocol = provider_http.oauth(web, settings, redirect_uri)
        url, _ = protocol.create_authorization_url(
            str(found["authorization_endpoint"]), state=state, code_verifier=verifier, nonce=nonce
        )
    return Begun(url, state, nonce, verifier)


def finish(
    inst: Installation, begun: Begun | None, answer: Mapping[str, str], redirect_uri: str
) -> Identity | Doubt:
    """Who came back from the provider with this answer, or why nobody did.

    `begun` is what the same browser set out with, None when it did not. UnavailableError when the
    provider cannot be reached now.
    """
    settings = _settings(inst)
    if begun is None or not hmac.compare_digest(begun.state.encode(), answer.get("state", "").encode()):
        return _doubted(Doubt.STATE)
    if answer.get("iss", settings.issuer) != settings.issuer:  # RFC 9207: the answer of another provider
        return _doubted(Doubt.ISSUER)
    if not (code := answer.get("code", "")):
        return _doubted(Doubt.DECLINED)
    with provider_http.client() as web:
        try:
            found = provider_http.metadata(web, settings.issuer)
            if found.get("authorization_response_iss_parameter_supported") is True and "iss" not in answer:
                return _doubted(Doubt.ISSUER)
            protocol = provider_http.oauth(web, settings, redirect_uri)
            given = provider_http.token(protocol, settings, found, code, begun.verifier)
            keys = provider_http.keys(web, found)
        except ProviderError as error:
            raise _away(settings, error) from None
        except CodeRefusedError:
            return _doubted(Doubt.CODE)
    try:
        said = provider_tokens.claims(given, keys, settings, nonce=begun.nonce, now_s=inst.now_ms() // 1000)
    except ClaimsError as error:
        return _doubted(Doubt.CLAIMS, str(error))
    shown = [*said.get("amr", []), said.get("acr")]
    counted = any(value in settings.second_factor for value in shown if isinstance(value, str))
    return Identity(settings.issuer, said["sub"], counted)


def account_id(inst: Installation, identity: Identity) -> str | None:
    """The account that an identity was connected with; nobody is found by a name or an e-mail address."""
    return inst.ask(lambda c: identities.account_of(c, identity.issuer, identity.subject))


def connect(inst: Installation, account: str, identity: Identity) -> None:
    """Let an identity sign in to an account from now on; InputError when it belongs to another."""
    inst.write(lambda connection: connected(connection, inst, account, identity))


def connected(connection: Connection, inst: Installation, account: str, identity: Identity) -> None:
    """The same within a transaction."""
    owner = identities.account_of(connection, identity.issuer, identity.subject)
    if owner is None:
        named = {"issuer": identity.issuer, "subject": identity.subject}
        identities.added(connection, id=new_id(), **named, account_id=account, created_ms=inst.now_ms())
    elif owner != account:
        raise InputError(
            "provider",
            "This sign-in belongs to another account here. Ask whoever looks after accounts.",
            "该登录身份已属于本系统的另一个账号，请联系账号管理人员。",
        )


def disconnect(inst: Installation, account: str) -> int:
    """Let nobody sign in to an account at the provider any more; how many identities that were.

    InputError when that would leave no way in.
    """
    issuer = _settings(inst).issuer

    def work(connection: Connection) -> int:
        row = accounts.by_id(connection, account)
        if row is None or not row.password_hash:
            raise InputError(
                "provider",
                "This is your only way to sign in. Ask whoever looks after accounts for a password link.",
                "这是您唯一的登录方式。如需使用密码，请向账号管理人员索取设置链接。",
            )
        return identities.removed(connection, account, issuer)

    return inst.write(work)


def is_connected(inst: Installation, account: str) -> bool:
    """Whether an account has an identity at the provider."""
    issuer = _settings(inst).issuer
    rows = inst.ask(lambda connection: identities.of_account(connection, account))
    return any(row.issuer == issuer for row in rows)


def _settings(inst: Installation) -> OpenIdProvider:
    if inst.settings.provider is None:
        raise RuntimeError("no OpenID provider is set")
    return inst.settings.provider


def _doubted(doubt: Doubt, about: str = "") -> Doubt:
    """Told to who runs the site, without a word of the answer: it may hold a code that still works."""
    structlog.get_logger().warning("provider_answer_refused", doubt=doubt.value, about=about)
    return doubt


def _away(settings: OpenIdProvider, error: ProviderError) -> UnavailableError:
    structlog.get_logger().warning("provider_unavailable", about=str(error))
    return UnavailableError(
        Sentence(
            f"{settings.name} cannot be reached now. Sign in with login and password, or try again later.",
            f"暂时无法连接 {settings.name}。请使用用户名和密码登录，或稍后再试。",
        )
    )
