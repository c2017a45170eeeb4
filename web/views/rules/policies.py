"""Policies: what each level asks for, what is in force because of it, and every version there was."""

from __future__ import annotations

from typing import Any, cast

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from flask_login import current_user
from werkzeug.wrappers import Response

from domain.credential import KINDS
from domain.errors import InputError
from domain.hours import DAY_NAMES, WEEKDAYS
from domain.inheritance import LEVEL_NAMES
from domain.visitor import CLASS_NAMES
from domain.wording import Sentence
from web.services.accounts import Account
from web.services.rules import policy_editing, policy_history, policy_places, policy_words
from web.services.rules.policy_editing import PolicyPage
from web.services.rules.policy_presets import PRESETS
from web.views.asking.session import SignedIn, installation
from web.views.every_page.language import said
from web.views.rules import policy_form
from web.views.rules.policy_form import TypedPolicy

policies_pages = Blueprint("policies", __name__, url_prefix="/policies")
_Page = Response | str | tuple[str, int]

UNITS: dict[str, Sentence] = {"hours": Sentence("hours", "小时"), "days": Sentence("days", "天")}
WITHOUT: dict[str, Sentence] = {
    "refuse": Sentence("refused", "劝返"),
    "refer": Sentence("sent to the staff", "转人工"),
}
WHOSE: dict[str, Sentence] = {
    "seen": Sentence("seen by staff", "须经核验"),
    "own": Sentence("their own word is enough", "本人声明即可"),
}


@policies_pages.context_processor
def _words() -> dict[str, Any]:
    return {
        "level_names": LEVEL_NAMES,
        "class_names": CLASS_NAMES,
        "names": policy_words.FIELD_NAMES,
        "days": WEEKDAYS,
        "day_names": DAY_NAMES,
        "kinds": KINDS,
        "presets": PRESETS,
        "choices": _CHOICES,
        "units": UNITS,
        "whose": WHOSE,
        "without": WITHOUT,
    }


@policies_pages.get("/areas")
def areas() -> _Page:
    """The areas whose policy an administrator may set."""
    return render_template("policies/areas.html", areas=policy_places.areas(installation(), account()))


@policies_pages.get("/<level>/<identity>")
def page(level: str, identity: str) -> _Page:
    """What a place asks for, to be changed, beside what is in force because of it."""
    found = policy_editing.page(installation(), account(), level, identity)
    return _shown(found, policy_form.typed_of(found.fields), {}, found.version)


@policies_pages.post("/<level>/<identity>")
def change(level: str, identity: str) -> _Page:
    """Save the form, or show it again with a line more or less or a starting point filled in."""
    form, seen = policy_form.typed_from(request.form), _number(request.form.get("version", ""))
    pressed, _, which = request.form.get("do", "save").partition("-")
    if pressed == "save":
        return _saved(level, identity, form, seen)
    if pressed == "add":
        form = form.with_rule()
    elif pressed == "remove":
        form = form.without_rule(_number(which))
    elif pressed == "fill" and (preset := PRESETS.get(request.form.get("preset", ""))):
        form = form.filled(preset.fields, adds=preset.adds)
    fields, wrong = policy_form.read(form)
    found = policy_editing.page(installation(), account(), level, identity, None if wrong else fields)
    return _shown(found, form, wrong if pressed == "check" else {}, seen, is_draft=not wrong)


@policies_pages.get("/<level>/<identity>/history")
def history(level: str, identity: str) -> _Page:
    """Every version, newest first, with what it changed."""
    found = policy_history.history(installation(), account(), level, identity)
    return render_template("policies/history.html", place=found.place, versions=found.versions)


@policies_pages.post("/<level>/<identity>/restore")
def restore(level: str, identity: str) -> _Page:
    """Make an older version the newest one."""
    version, seen = (_number(request.form.get(name, "")) for name in ("version", "seen"))
    try:
        made = policy_editing.restore(installation(), account(), level, identity, version, seen)
    except InputError as error:
        flash(said(error.sentence))
    else:
        flash(_told(made))
    return redirect(url_for("policies.history", level=level, identity=identity), 303)


def account() -> Account:
    """Who is signed in."""
    return cast(SignedIn, current_user).account


def _saved(level: str, identity: str, form: TypedPolicy, seen: int) -> _Page:
    fields, wrong = policy_form.read(form)
    if not wrong:
        try:
            made = policy_editing.save(installation(), account(), level, identity, fields, seen)
        except InputError as error:
            wrong = {error.field: error.sentence}
        else:
            flash(_told(made))
            return redirect(url_for("policies.page", level=level, identity=identity), 303)
    found = policy_editing.page(installation(), account(), level, identity)
    # Whoever was overtaken saves over it when they press again.
    return _shown(found, form, wrong, found.version if "version" in wrong else seen), 422


def _told(made: int | None) -> str:
    if made is None:
        return str(gettext("Nothing was changed, so there is no new version."))
    return str(gettext("Saved as version %(version)s. Gates follow with their next contact.", version=made))


def _shown(
    found: PolicyPage, form: TypedPolicy, wrong: dict[str, Sentence], seen: int, *, is_draft: bool = False
) -> str:
    return render_template(
        "policies/page.html",
        place=found.place,
        found=found,
        form=form,
        wrong=wrong,
        seen=seen,
        is_draft=is_draft,
    )


def _number(typed: str) -> int:
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 10 else 0


# What each choice of a field says, under the value it has in the form.
_CHOICES: dict[str, dict[str, Sentence]] = {
    name: {choice: table[meaning] for choice, meaning in policy_form.CHOICES[name].items()}
    for name, table in cast(
        dict[str, dict[object, Sentence]],
        {
            "temperature": policy_words.TEMPERATURE,
            "reentry": policy_words.REENTRY,
            "vehicle_complete": policy_words.VEHICLES,
            "unknown_visitor": policy_words.UNKNOWN,
            "confidential": policy_words.CONFIDENTIAL,
        },
    ).items()
}
