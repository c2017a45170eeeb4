"""Signing in at an OpenID provider, and connecting an account here with one there."""

from __future__ import annotations

from typing import cast

from flask import Blueprint, flash, redirect, render_template, request, session, url_for
from flask_babel import gettext
from flask_login import current_user
from werkzeug.wrappers import Response

from domain.errors import InputError, UnavailableError
from web.services import accounts
from web.services.errors import NotFoundError
from web.services.signing_in import entering, provider
from web.services.signing_in.provider import Begun, Doubt, Identity
from web.services.signing_in.sessions import Session, Way
from web.settings import OpenIdProvider
from web.views.asking.extensions import limiter
from web.views.asking.sealing import sealed, unsealed
from web.views.asking.session import SignedIn, begin, installation, local_path
from web.views.every_page.forms import put_beside, typed
from web.views.every_page.language import said
from web.views.signing_in.auth import let_in, onward
from web.views.signing_in.known_browser import caller
from web.views.signing_in.sign_in_forms import ConnectForm, SignInForm

provider_pages = Blueprint("provider", __name__)
_Page = Response | str | tuple[str, int]
_WAY, _FOUND = "provider on the way", "provider identity"
_GOOD_FOR_S = 10 * 60
JOIN_AS = "join as"
"""Where the form's cookie keeps whom the provider named to somebody who accepts an invitation."""


@provider_pages.get("/sign-in/provider")
@limiter.limit("30 per minute")
def go() -> _Page:
    """On to the provider, to sign in there."""
    return set_out("sign_in", onward())


@provider_pages.get("/account/provider")
def go_to_connect() -> _Page:
    """On to the provider, to connect the account with the one there."""
    return set_out("connect", url_for("own_account.page"))


@provider_pages.get("/sign-in/provider/back")
@limiter.limit("30 per minute")
def back() -> _Page:
    """Where the provider sends the browser back to."""
    settings = provider_settings()
    # Once each: a second visit of the same address finds nothing to compare with.
    kept = unsealed(_WAY, str(session.pop("provider", "")), _GOOD_FOR_S)
    begun = Begun("", *(str(kept[name]) for name in ("state", "nonce", "verifier"))) if kept else None
    try:
        found = provider.finish(installation(), begun, request.args, _back())
    except UnavailableError as error:
        return _sign_in_page(said(error.sentence), 503)
    if isinstance(found, Doubt) or kept is None:
        return _sign_in_page(
            gettext("Signing in at %(provider)s did not work. Please try again.", provider=settings.name), 422
        )
    if kept["purpose"] == "connect":
        return _connect_page(found)
    if kept["purpose"] == "join":
        return _join(found)
    return _enter(found, str(kept["onward"]))


@provider_pages.get("/sign-in/provider/unknown")
def unknown() -> _Page:
    """What somebody can do whom the provider knows and nobody here; a page of its own, in both languages."""
    return render_template("auth/no_account.html", provider=provider_settings()), 403


@provider_pages.post("/account/provider/connect")
def connect() -> _Page:
    """Connect the account, after its owner proved once more who they are (ASVS 5.0 7.5.1)."""
    form, now = ConnectForm(), cast(SignedIn, current_user).session
    found = unsealed(_FOUND, typed(form, "identity"), _GOOD_FOR_S)
    if found is None or found["session"] != now.id:
        flash(gettext("That page was open for too long. Please begin again."))
        return redirect(url_for("own_account.page"), 303)
    identity = Identity(provider_settings().issuer, str(found["subject"]), has_second_factor=False)
    if form.validate():
        try:
            entering.prove(installation(), now.account, typed(form, "password"), caller(), by="password")
            provider.connect(installation(), now.account.id, identity)
        except InputError as error:
            put_beside(form, error)
        else:
            flash(
                gettext("You can sign in with %(provider)s from now on.", provider=provider_settings().name)
            )
            return redirect(url_for("own_account.page"), 303)
    return render_template(
        "auth/connect.html", form=form, account=now.account, provider=provider_settings()
    ), 422


@provider_pages.post("/account/provider/disconnect")
def disconnect() -> _Page:
    """Let the account be entered with its password alone again."""
    now, settings = cast(SignedIn, current_user).session, provider_settings()
    try:
        provider.disconnect(installation(), now.account.id)
    except InputError as error:
        flash(said(error.sentence))
    else:
        flash(gettext("%(provider)s is no longer connected.", provider=settings.name))
    return redirect(url_for("own_account.page"), 303)


def _join(found: Identity) -> Response:
    told = {"subject": found.subject, "second_factor": found.has_second_factor}
    session[JOIN_AS] = sealed(JOIN_AS, told)
    return redirect(url_for("staff_door.accept_as"), 303)


def joining_as() -> Identity | None:
    """Whom the provider named in this browser within the last minutes, for whoever accepts an invitation."""
    kept = unsealed(JOIN_AS, str(session.get(JOIN_AS, "")), _GOOD_FOR_S)
    if kept is None:
        return None
    shown = kept["second_factor"] is True
    return Identity(provider_settings().issuer, str(kept["subject"]), has_second_factor=shown)


def _enter(found: Identity, wanted: str) -> _Page:
    owner = provider.account_id(installation(), found)
    account = accounts.account(installation(), owner) if owner is not None else None
    if account is None:
        return redirect(url_for("provider.unknown"), 303)
    now = begin(account, Way.PROVIDER, second_factor=found.has_second_factor)
    return let_in(now, local_path(wanted))


def set_out(purpose: str, wanted: str) -> _Page:
    """On to the provider; `purpose` is what whoever comes back wants, and `wanted` the path they go on to."""
    provider_settings()
    try:
        begun = provider.begin(installation(), _back())
    except UnavailableError as error:
        if purpose == "connect":
            raise
        return _sign_in_page(said(error.sentence), 503)
    kept = {"state": begun.state, "nonce": begun.nonce, "verifier": begun.verifier}
    session["provider"] = sealed(_WAY, {**kept, "purpose": purpose, "onward": wanted})
    return redirect(begun.url)


def _connect_page(found: Identity) -> _Page:
    now = cast(Session, current_user.session) if current_user.is_authenticated else None
    if now is None:
        return redirect(url_for("auth.sign_in", next=url_for("own_account.page")))
    form = ConnectForm(formdata=None)
    form.identity.data = sealed(_FOUND, {"subject": found.subject, "session": now.id})
    return render_template("auth/connect.html", form=form, account=now.account, provider=provider_settings())


def _sign_in_page(sentence: str, status: int) -> _Page:
    form = SignInForm(formdata=None)
    form.form_errors.append(sentence)
    return render_template("auth/sign_in.html", form=form), status


def provider_settings() -> OpenIdProvider:
    """The provider's settings; NotFoundError where there is none."""
    if (settings := installation().settings.provider) is None:
        raise NotFoundError
    return settings


def _back() -> str:
    """The address registered at the provider: of the settings, whatever host the request named."""
    return installation().settings.base_url.rstrip("/") + url_for("provider.back")
