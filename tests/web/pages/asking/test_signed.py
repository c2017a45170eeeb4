"""Cookies and tokens of forms are those of Flask and Flask-WTF, byte for byte, and refused like theirs."""

from __future__ import annotations

import pytest
from flask import session
from flask.sessions import SecureCookieSessionInterface
from flask_wtf.csrf import CSRFError, generate_csrf, validate_csrf
from itsdangerous import BadSignature, URLSafeTimedSerializer

from tests.web.pages.site import Site
from web.views.asking.extensions import csrf


def test_a_cookie_of_either_is_read_by_the_other(site: Site) -> None:
    usual = SecureCookieSessionInterface().get_signing_serializer(site.app)
    ours = site.app.session_interface.get_signing_serializer(site.app)  # type: ignore[attr-defined]
    assert usual is not None
    kept = {"csrf_token": "0123", "_flashes": [("info", "好")]}
    assert ours.loads(usual.dumps(kept)) == usual.loads(ours.dumps(kept)) == kept
    for text in ("", "a", "a.b", "a.b.c", f"{usual.dumps(kept)}a", usual.dumps(kept)[1:]):
        with pytest.raises(BadSignature):
            ours.loads(text)


def test_a_token_of_a_form_is_taken_as_flask_wtf_takes_it(site: Site) -> None:
    with site.app.test_request_context():
        token = generate_csrf()
        validate_csrf(token)
        held = session["csrf_token"]
    other = URLSafeTimedSerializer("another secret", salt="wtf-csrf-token").dumps(held)
    wrong = URLSafeTimedSerializer(site.app.secret_key or "", salt="wtf-csrf-token").dumps("another")
    for given, is_good in ((token, True), ("", False), (f"{token}a", False), (other, False), (wrong, False)):
        with site.app.test_request_context(method="POST", data={"csrf_token": given}):
            session["csrf_token"] = held
            if is_good:
                csrf.protect()
            else:
                with pytest.raises(CSRFError):
                    csrf.protect()
    with site.app.test_request_context(method="POST", data={"csrf_token": token}), pytest.raises(CSRFError):
        csrf.protect()
