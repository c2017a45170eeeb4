"""What is fetched from an OpenID provider: its description, its keys, and a token for a code."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import httpx

from machine.trust import trusted
from web.settings import OpenIdProvider

if TYPE_CHECKING:
    from authlib.oauth2.client import OAuth2Client

# Somebody waits before a screen, and a thread of the site with them.
_PATIENCE = httpx.Timeout(5.0, connect=3.0)
_MOST_BYTES = 256 * 1024
_ENDPOINTS = ("authorization_endpoint", "token_endpoint", "jwks_uri")


class ProviderError(Exception):
    """The provider is away, or what it answers is no OpenID Connect."""


class CodeRefusedError(Exception):
    """The provider gives no token for this code: it was used, is over, or is not ours."""


@contextmanager
def client() -> Iterator[httpx.Client]:
    """A client that follows no redirect and takes no proxy or credential from the environment."""
    with httpx.Client(timeout=_PATIENCE, follow_redirects=False, trust_env=False, verify=trusted()) as made:
        yield made


def metadata(web: httpx.Client, issuer: str) -> dict[str, Any]:
    """The provider's description; ProviderError unless it is this issuer's (Discovery 1.0 §4.3)."""
    found = _fetched(web, issuer.rstrip("/") + "/.well-known/openid-configuration")
    if found.get("issuer") != issuer:
        raise ProviderError("the description names another issuer")
    for name in _ENDPOINTS:
        if not _is_safe(found.get(name), issuer):
            raise ProviderError(f"{name} is no address of this kind")
    return found


def keys(web: httpx.Client, found: dict[str, Any]) -> dict[str, Any]:
    """The provider's public keys as they are now: fetched for each sign-in, so that none is too old."""
    return _fetched(web, str(found["jwks_uri"]))


def oauth(web: httpx.Client, settings: OpenIdProvider, redirect_uri: str) -> OAuth2Client:
    """The protocol's client for one sign-in."""
    # Loaded with the first one: most installations have no provider.
    from authlib.oauth2.client import OAuth2Client

    return OAuth2Client(
        web,
        client_id=settings.client_id,
        client_secret=settings.client_secret,
        redirect_uri=redirect_uri,
        scope="openid",
        code_challenge_method="S256",
    )


def token(
    protocol: OAuth2Client, settings: OpenIdProvider, found: dict[str, Any], code: str, verifier: str
) -> dict[str, Any]:
    """What the provider gives for a code; CodeRefusedError, or ProviderError when it is away."""
    from authlib.oauth2.base import OAuth2Error

    told = {"code": code, "code_verifier": verifier, "redirect_uri": protocol.redirect_uri}
    auth: httpx.Auth | tuple[str, str] = (settings.client_id, settings.client_secret)
    if "client_secret_basic" not in found.get(
        "token_endpoint_auth_methods_supported", ["client_secret_basic"]
    ):
        told |= {"client_id": settings.client_id, "client_secret": settings.client_secret}
        auth = httpx.Auth()
    try:
        given = protocol.fetch_token(
            str(found["token_endpoint"]), grant_type="authorization_code", auth=auth, **told
        )
    except OAuth2Error as error:
        raise CodeRefusedError(error.error) from None
    except (httpx.HTTPError, ValueError, TypeError) as error:
        raise ProviderError(type(error).__name__) from None
    return dict(given)


def _fetched(web: httpx.Client, url: str) -> dict[str, Any]:
    try:
        with web.stream("GET", url, headers={"Accept": "application/json"}) as answer:
            answer.raise_for_status()
            body = b""
            for part in answer.iter_bytes():
                body += part
                if len(body) > _MOST_BYTES:
                    raise ProviderError("the answer is too long")
        found = json.loads(body)
    except (httpx.HTTPError, httpx.InvalidURL, ValueError) as error:
        raise ProviderError(type(error).__name__) from None
    if not isinstance(found, dict):
        raise ProviderError("the answer is no JSON object")
    return found


def _is_safe(url: object, issuer: str) -> bool:
    """Whether an address is as safe as the issuer's: TLS, or plain on the same machine as the issuer."""
    if not isinstance(url, str):
        return False
    parts, of = urlsplit(url), urlsplit(issuer)
    return parts.scheme == "https" or (parts.scheme == of.scheme and parts.hostname == of.hostname)
