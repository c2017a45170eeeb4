"""Which language a page speaks: the one asked for now, the one chosen before, else the browser's."""

from __future__ import annotations

from flask import Flask, Response, request
from flask_babel import get_locale
from jinja2 import pass_context

from domain.wording import Sentence

LANGUAGES = {"zh": "中文", "en": "English"}
_COOKIE = "lang"
_YEAR_S = 365 * 86_400


def chosen_locale() -> str:
    """`zh` or `en` for this request: `?lang`, then the cookie, then what the browser prefers.

    A browser that wants neither gets English; one that says nothing gets Chinese.
    """
    for wanted in (request.args.get("lang"), request.cookies.get(_COOKIE)):
        if wanted in LANGUAGES:
            return wanted
    # By the primary subtag: somebody who reads British English reads ours (RFC 4647 §3.4).
    preferred = [tag.lower().partition("-")[0] for tag, _quality in request.accept_languages]
    return next((tag for tag in preferred if tag in LANGUAGES), "en" if preferred else "zh")


def language() -> str:
    """The language of the page being made, `zh` or `en`."""
    locale = get_locale()
    return "en" if locale is not None and locale.language == "en" else "zh"


def said(sentence: Sentence) -> str:
    """The sentence in the language of the page."""
    return sentence.en if language() == "en" else sentence.zh


def also_said(sentence: Sentence) -> str:
    """The sentence in the other language, for what both languages must show."""
    return sentence.zh if language() == "en" else sentence.en


def _remember(response: Response) -> Response:
    wanted = request.args.get("lang")
    if wanted in LANGUAGES:
        response.set_cookie(
            _COOKIE, wanted, max_age=_YEAR_S, samesite="Lax", httponly=True, secure=request.is_secure
        )
    response.vary.add("Accept-Language")
    return response


def register_language(app: Flask) -> None:
    """Give templates `said`, `also_said` and `language`, and keep a chosen language in a cookie."""
    app.after_request(_remember)
    # With the context: else Jinja says what it knows when it compiles, in the language of that moment.
    app.add_template_filter(pass_context(lambda _context, sentence: said(sentence)), "said")
    app.add_template_filter(pass_context(lambda _context, sentence: also_said(sentence)), "also_said")
    app.add_template_global(language)
    app.jinja_env.globals["languages"] = LANGUAGES
