"""What Flask signs for a browser, read and signed with keys that are derived once and not at each request.

The texts are those of itsdangerous byte for byte, so that a form that was open over an update is still good.
"""

from __future__ import annotations

import hmac
from functools import cache
from typing import Any, Final

from flask import Flask, current_app, g, request, session
from flask.sessions import SecureCookieSessionInterface, session_json_serializer
from flask_wtf import CSRFProtect
from itsdangerous import BadData, TimestampSigner, URLSafeTimedSerializer
from itsdangerous.encoding import base64_decode, base64_encode, want_bytes

_DIGEST: Final = "sha1"  # as itsdangerous has it: within HMAC its known weakness is of no use
_FIELD: Final = "csrf_token"
_TOKENS: Final = "wtf-csrf-token"


class _Signer(TimestampSigner):
    """A signer whose key is derived once."""

    def __init__(self, secret_key: str | bytes, salt: str, key_derivation: str) -> None:
        super().__init__(secret_key, salt=salt, key_derivation=key_derivation)
        self._key = self.derive_key()

    def get_signature(self, value: str | bytes) -> bytes:
        """See itsdangerous."""
        return base64_encode(hmac.digest(self._key, want_bytes(value), _DIGEST))

    def verify_signature(self, value: str | bytes, sig: str | bytes) -> bool:
        """See itsdangerous."""
        try:
            given = base64_decode(sig)
        except BadData:
            return False
        return hmac.compare_digest(given, hmac.digest(self._key, want_bytes(value), _DIGEST))


class _Serializer(URLSafeTimedSerializer):
    """A serializer that makes its signer once; for one secret and one salt."""

    def __init__(self, secret_key: str | bytes, salt: str, key_derivation: str, **parts: Any) -> None:
        super().__init__(secret_key, salt=salt, **parts)
        self._only = _Signer(secret_key, salt, key_derivation)

    def make_signer(self, salt: str | bytes | None = None) -> _Signer:
        """See itsdangerous."""
        return self._only

    def iter_unsigners(self, salt: str | bytes | None = None) -> Any:
        """See itsdangerous."""
        return iter((self._only,))


class FormCookies(SecureCookieSessionInterface):
    """Flask's signed cookie."""

    def __init__(self, app: Flask) -> None:
        assert app.secret_key, "set before"
        self._serializer = _Serializer(
            app.secret_key, self.salt, self.key_derivation, serializer=session_json_serializer
        )

    def get_signing_serializer(self, app: Flask) -> URLSafeTimedSerializer | None:
        """See Flask."""
        return self._serializer


class FormTokens(CSRFProtect):  # type: ignore[misc]
    """Flask-WTF's guard, to which a token that is good is not worth a signer of its own."""

    def protect(self, apply_exemptions: bool = False) -> None:
        """See Flask-WTF, which says what is wrong with a token and looks at everything unusual."""
        config = current_app.config
        is_usual = not apply_exemptions and not (request.is_secure and config["WTF_CSRF_SSL_STRICT"])
        if is_usual and request.method in config["WTF_CSRF_METHODS"] and _is_good(config):
            g.csrf_valid = True
            return
        super().protect(apply_exemptions)


def _is_good(config: Any) -> bool:
    held, given = session.get(_FIELD), request.form.get(_FIELD)
    if not held or not given:
        return False
    key = config.get("WTF_CSRF_SECRET_KEY") or current_app.secret_key
    try:
        told = _tokens(key).loads(given, max_age=config["WTF_CSRF_TIME_LIMIT"])
    except BadData:
        return False
    return isinstance(told, str) and hmac.compare_digest(held, told)


@cache
def _tokens(secret: str | bytes) -> _Serializer:
    return _Serializer(secret, _TOKENS, TimestampSigner.default_key_derivation)
