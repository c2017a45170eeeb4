"""ID tokens: who signed one, and whether it is meant for this site and moment (OIDC Core 1.0 §3.1.3.7)."""

from __future__ import annotations

from typing import Any

from web.settings import OpenIdProvider

# Signatures with a public key only: never "none", never a secret that somebody else may know.
_ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA")
_LEEWAY_S = 60
_OLDEST_S = 600


class ClaimsError(Exception):
    """The token is not signed by the provider, or not meant for this site, this moment or this browser."""


def claims(
    given: dict[str, Any],
    published: dict[str, Any],
    provider: OpenIdProvider,
    *,
    nonce: str,
    now_s: int,
) -> dict[str, Any]:
    """What a token response's ID token says, once all of it was checked; ClaimsError otherwise."""
    # Loaded with the first token: most installations have no provider.
    from authlib.oidc.core import CodeIDToken
    from joserfc import jwt
    from joserfc.errors import JoseError
    from joserfc.jwk import KeySet
    from joserfc.jws import JWSRegistry

    text = given.get("id_token")
    if not isinstance(text, str):
        raise ClaimsError("no ID token")
    try:
        keys = KeySet.import_key_set(_signing(published))
        # Providers put fields of their own into the header; what is critical must be known all the same.
        registry = JWSRegistry(algorithms=list(_ALGORITHMS), strict_check_header=False)
        token = jwt.decode(text, keys, registry=registry)
        said = CodeIDToken(
            token.claims,
            token.header,
            {
                "iss": {"essential": True, "value": provider.issuer},
                "aud": {"essential": True, "value": provider.client_id},
                "sub": {"essential": True},
                "nonce": {"essential": True},
            },
            {"nonce": nonce, "client_id": provider.client_id, "access_token": given.get("access_token")},
        )
        said.validate(now=now_s, leeway=_LEEWAY_S)
    except (JoseError, ValueError, TypeError, KeyError) as error:
        raise ClaimsError(type(error).__name__) from None
    subject = said["sub"]
    if not isinstance(subject, str) or not 1 <= len(subject) <= 255 or said["iat"] < now_s - _OLDEST_S:
        raise ClaimsError("sub or iat")
    return dict(said)


def _signing(published: dict[str, Any]) -> Any:
    """The published keys that may sign; those for encryption, and of kinds we do not know, are left out."""
    found = published.get("keys")
    if not isinstance(found, list):
        raise ClaimsError("no keys")
    known = [
        key
        for key in found
        if isinstance(key, dict) and key.get("use", "sig") == "sig" and key.get("kty") in ("RSA", "EC", "OKP")
    ]
    return {"keys": known}
