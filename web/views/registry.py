"""Binds every page, its extensions and its guards to an app: the one thing the root calls."""

from __future__ import annotations

from urllib.parse import urlencode

from flask import Flask, request

from domain.venue import shown_short_number
from web.views.asking.aging import register_aging
from web.views.asking.extensions import babel, bootstrap, csrf, limiter, login_manager
from web.views.asking.guarding import register_guard
from web.views.asking.origin import refuse_foreign_origin
from web.views.asking.session import register_sessions
from web.views.connecting.connect import connect_pages
from web.views.desk.deeds import deeds_pages
from web.views.desk.desk import desk
from web.views.desk.desk_exports import desk_exports
from web.views.desk.desk_filter import desk_filter_pages
from web.views.desk.desk_inside import desk_inside
from web.views.desk.desk_saved import desk_saved_pages
from web.views.desk.desk_trace import desk_trace
from web.views.desk.desk_watch import watch_pages
from web.views.desk.figures.desk_figures import figures_pages
from web.views.desk.figures.desk_sheet import sheet_pages
from web.views.desk.roll_calls import desk_roll
from web.views.door.checkin import checkin
from web.views.door.invitation_door import invitation_door
from web.views.door.me import me
from web.views.door.privacy import privacy
from web.views.every_page.caching import register_caching
from web.views.every_page.errors import register_errors
from web.views.every_page.language import chosen_locale, register_language
from web.views.every_page.presenting import register_presenting
from web.views.every_page.uploads import room_for_uploads
from web.views.findings.inbox import inbox_pages
from web.views.findings.quarantine import quarantine_pages
from web.views.gates.gate_settings import gate_settings_pages
from web.views.gates.gates import gates_pages
from web.views.keeping.keeping import keeping
from web.views.logs.log import log
from web.views.logs.log_files import log_files, log_proofs
from web.views.operations.health import health
from web.views.passing.paper import paper_pages
from web.views.passing.paper_keys import paper_keys
from web.views.passing.passages import passages_pages
from web.views.people.credential_import import import_pages
from web.views.people.credentials import credentials_pages
from web.views.people.holds import holds_pages
from web.views.people.keys import keys_pages
from web.views.people.own_data import own_data_pages
from web.views.people.visitors import visitors_pages
from web.views.places.applications import applications_pages
from web.views.places.areas import areas_pages
from web.views.places.enterprises import enterprises
from web.views.places.liaisons import liaisons_pages
from web.views.places.logos import logos_pages
from web.views.places.moving import moving_pages
from web.views.places.place_editing import place_editing
from web.views.places.place_pictures import place_pictures
from web.views.places.places_import import places_import_pages
from web.views.places.posters import posters_pages
from web.views.printing.printing import printing_pages
from web.views.printing.printing_checks import printing_checks_pages
from web.views.printing.printing_jobs import printing_jobs_pages
from web.views.printing.printing_tables import printing_tables_pages
from web.views.rules.policies import policies_pages
from web.views.rules.simulator import simulator_pages
from web.views.signing_in.auth import auth
from web.views.signing_in.known_browser import register_known_browsers
from web.views.signing_in.own_account import own_account
from web.views.signing_in.provider_pages import provider_pages
from web.views.staff.staff import staff_pages
from web.views.staff.staff_door import staff_door
from web.views.visits.invitations import invitations_pages
from web.views.visits.patrol import patrol
from web.views.visits.patrol_history import patrol_history
from web.views.visits.visits import visits_pages
from web.views.visits.visits_import import visits_import_pages


def register_views(app: Flask) -> None:
    """Bind the extensions, guards, filters, pages and error pages to `app`."""
    app.config.setdefault("BOOTSTRAP_SERVE_LOCAL", True)
    app.config.setdefault("BABEL_DEFAULT_LOCALE", "en")
    # Some in-app browsers send no Referer; the token and `refuse_foreign_origin` do its work.
    app.config.setdefault("WTF_CSRF_SSL_STRICT", False)
    app.before_request(refuse_foreign_origin)
    app.before_request(room_for_uploads)
    babel.init_app(app, locale_selector=chosen_locale)
    for extension in (bootstrap, csrf, limiter, login_manager):
        extension.init_app(app)
    register_guard(app)
    register_sessions(app)
    register_known_browsers(app)
    register_language(app)
    register_presenting(app)
    register_errors(app)
    register_caching(app)
    register_aging(app)
    app.add_template_filter(shown_short_number, "short_number")
    app.add_template_global(_other_language, "other_language")
    for pages in (
        auth,
        own_account,
        provider_pages,
        enterprises,
        areas_pages,
        moving_pages,
        liaisons_pages,
        place_editing,
        applications_pages,
        places_import_pages,
        posters_pages,
        patrol,
        patrol_history,
        place_pictures,
        printing_pages,
        printing_jobs_pages,
        printing_tables_pages,
        printing_checks_pages,
        logos_pages,
        visitors_pages,
        visits_pages,
        visits_import_pages,
        invitations_pages,
        invitation_door,
        credentials_pages,
        import_pages,
        holds_pages,
        passages_pages,
        paper_pages,
        paper_keys,
        gates_pages,
        gate_settings_pages,
        keys_pages,
        inbox_pages,
        quarantine_pages,
        policies_pages,
        simulator_pages,
        desk_trace,
        desk,
        desk_filter_pages,
        desk_saved_pages,
        desk_exports,
        desk_inside,
        desk_roll,
        figures_pages,
        sheet_pages,
        watch_pages,
        connect_pages,
        log,
        log_files,
        log_proofs,
        keeping,
        own_data_pages,
        privacy,
        staff_pages,
        deeds_pages,
        staff_door,
        checkin,
        me,
        health,
    ):
        app.register_blueprint(pages)


def _other_language(code: str) -> str:
    """The query of this page with another language, everything else kept."""
    kept = [(name, value) for name, value in request.args.items(multi=True) if name != "lang"]
    return urlencode([*kept, ("lang", code)])
