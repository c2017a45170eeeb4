"""Who may open what: one readable table, endpoint by endpoint; what is not in it is open to nobody."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from domain.access import Right


class Open(StrEnum):
    """Who is let in where no right of a role is asked for."""

    PUBLIC = "public"
    SIGNED_IN = "signed_in"
    # The credential of a kiosk, which web/views/gates/kiosk_api.py asks for itself.
    KIOSK = "kiosk"


Need = Right | Open


@dataclass(frozen=True, slots=True)
class Access:
    """What it takes to see an endpoint (GET) and to do what it does (every other method).

    `by_token` marks calls of programs: their own authentication says who it is, `needed` what it takes.
    """

    see: Need
    do: Need
    by_token: bool = False

    def need(self, method: str) -> Need:
        """What it takes for one method."""
        return self.see if method in ("GET", "HEAD", "OPTIONS") else self.do


# (blueprint, to see, to do, its endpoints): every endpoint is named, for a new one is open to nobody.
_PUBLIC, _KIOSK, _R = Open.PUBLIC, Open.KIOSK, Right
_PAGES: tuple[tuple[str, Need, Need, str], ...] = (
    # For everybody: files of the pages, doors, a visitor's own page, the public part of the log.
    ("", _PUBLIC, _PUBLIC, "static healthz"),
    ("health", _PUBLIC, _PUBLIC, "readiness"),
    # To whoever knows METRICS_TOKEN, which it asks for itself.
    ("", _PUBLIC, _PUBLIC, "metrics"),
    ("bootstrap", _PUBLIC, _PUBLIC, "static"),
    # Behind a link that is a secret, once.
    ("staff_door", _PUBLIC, _PUBLIC, "join choose go accept_as"),
    ("checkin", _PUBLIC, _PUBLIC, "answer number picture poster"),
    ("invitation_door", _PUBLIC, _PUBLIC, "answer calendar invited"),
    ("me", _PUBLIC, _PUBLIC, "page own card correct declare take_back travelled withdraw strip"),
    ("me", _PUBLIC, _PUBLIC, "export erase"),
    ("privacy", _PUBLIC, _PUBLIC, "page venue table"),
    ("me", _PUBLIC, _PUBLIC, "manifest worker"),
    ("log_files", _PUBLIC, _PUBLIC, "checkpoint key tile verifier"),
    ("auth", _PUBLIC, _PUBLIC, "sign_in sign_out code set_up"),
    ("kiosk_api", _PUBLIC, _PUBLIC, "enrol"),
    ("kiosk_api", _KIOSK, _KIOSK, "bundle entries facts heartbeat rotate venue"),
    ("provider", _PUBLIC, _PUBLIC, "go back unknown"),
    ("provider", _R.OWN_ACCOUNT, _R.OWN_ACCOUNT, "go_to_connect connect disconnect"),
    ("own_account", _R.OWN_ACCOUNT, _R.OWN_ACCOUNT, "page signed_in end_one end_others factor"),
    ("own_account", _R.OWN_ACCOUNT, _R.OWN_ACCOUNT, "begin_factor confirm_factor new_codes remove_factor"),
    ("staff", _R.OWN_ACCOUNT, _R.OWN_ACCOUNT, "act"),
    # Staff.
    ("staff", _R.EDIT_STAFF, _R.EDIT_STAFF, "listed invite withdraw give end reset disable enable liaison"),
    ("deeds", _R.SEE_DEEDS, _R.SEE_DEEDS, "page csv"),
    # Places.
    ("enterprises", _R.SEE_PLACES, _R.EDIT_PLACES, "home enterprise venue venue_state new_entrance"),
    ("enterprises", _R.EDIT_PLACES, _R.EDIT_PLACES, "new_enterprise new_venue"),
    ("place_editing", _R.EDIT_PLACES, _R.EDIT_PLACES, "enterprise entrance liaison venue"),
    ("place_pictures", _R.EDIT_PLACES, _R.EDIT_PLACES, "page put remove"),
    ("place_pictures", _R.SEE_PLACES, _R.SEE_PLACES, "picture"),
    ("places_import", _R.EDIT_PLACES, _R.EDIT_PLACES, "upload apply undo"),
    ("logos", _R.EDIT_PLACES, _R.EDIT_PLACES, "page put remove"),
    ("logos", _R.SEE_PLACES, _R.SEE_PLACES, "picture"),
    ("liaisons", _R.SEE_PLACES, _R.EDIT_PLACES, "board add assign remove"),
    ("liaisons", _R.EDIT_PLACES, _R.EDIT_PLACES, "person"),
    ("areas", _R.SEE_PLACES, _R.EDIT_AREAS, "tree area add remove"),
    ("moving", _R.EDIT_AREAS, _R.EDIT_AREAS, "area enterprise move_area move_enterprise"),
    ("applications", _R.SEE_PLACES, _R.REVIEW_CODES, "listed approve send_back"),
    ("applications", _R.EDIT_PLACES, _R.EDIT_PLACES, "send_again"),
    ("applications", _R.PRINT, _R.PRINT, "printed posted"),
    ("posters", _R.SEE_PLACES, _R.PRINT, "poster issue"),
    ("posters", _R.PRINT, _R.PRINT, "poster_file"),
    ("posters", _R.EDIT_PLACES, _R.EDIT_PLACES, "revoke restore withdraw_older"),
    ("printing", _R.PRINT, _R.PRINT, "overview entrance entrance_file example issue contact_card notice"),
    ("printing_checks", _R.PRINT, _R.PRINT, "check"),
    ("printing_jobs", _R.PRINT, _R.PRINT, "codes order_codes job job_file job_state remove"),
    ("printing_jobs", _R.EDIT_PEOPLE, _R.EDIT_PEOPLE, "cards windscreen"),
    ("printing_tables", _R.PRINT, _R.PRINT, "upload report confirm imported"),
    ("printing_tables", _R.EDIT_PLACES, _R.EDIT_PLACES, "import_missing"),
    ("patrol", _R.PATROL, _R.PATROL, "page read whose look undo"),
    ("patrol_history", _R.PATROL, _R.PATROL, "page csv"),
    # People.
    ("visitors", _R.SEE_PEOPLE, _R.EDIT_PEOPLE, "listed visitor renew_link card"),
    ("visitors", _R.EDIT_PEOPLE, _R.EDIT_PEOPLE, "new"),
    ("credentials", _R.EDIT_PEOPLE, _R.EDIT_PEOPLE, "add verify withdraw travel remove_travel"),
    ("credential_import", _R.EDIT_PEOPLE, _R.EDIT_PEOPLE, "upload apply"),
    ("holds", _R.HOLD_PEOPLE, _R.HOLD_PEOPLE, "listed propose confirm lift"),
    ("holds", _R.HOLD_PEOPLE, _R.HOLD_PEOPLE, "case confirm_case turn_down_case lift_case"),
    ("visits", _R.SEE_PEOPLE, _R.EDIT_PEOPLE, "listed visit move undo withdraw withdraw_series"),
    ("visits", _R.EDIT_PEOPLE, _R.EDIT_PEOPLE, "new"),
    ("visits_import", _R.EDIT_PEOPLE, _R.EDIT_PEOPLE, "upload apply"),
    ("invitations", _R.EDIT_PEOPLE, _R.EDIT_PEOPLE, "new invitation card withdraw"),
    ("passages", _R.RECORD_PASSAGES, _R.RECORD_PASSAGES, "desk take_back"),
    ("paper", _R.RECORD_PASSAGES, _R.RECORD_PASSAGES, "sheet keep undo"),
    ("paper_keys", _R.RECORD_PASSAGES, _R.RECORD_PASSAGES, "grid again"),
    ("own_data", _R.UNMASK, _R.UNMASK, "page export"),
    ("own_data", _R.EDIT_PEOPLE, _R.EDIT_PEOPLE, "erase"),
    # How long data is kept.
    ("keeping", _R.SEE_RULES, _R.EDIT_KEEPING, "overview page change"),
    ("keeping", _R.SEE_DEEDS, _R.EDIT_KEEPING, "holds set_hold lift"),
    ("keeping", _R.SEE_DEEDS, _R.SEE_DEEDS, "certificates certificate asked"),
    # Rules and gates.
    ("policies", _R.SEE_RULES, _R.EDIT_RULES, "areas page history change restore"),
    # Whoever tries a registered visitor sees people as well: web/views/rules/simulator.py asks.
    ("simulator", _R.SEE_RULES, _R.SEE_RULES, "page ask"),
    ("gates", _R.SEE_GATES, _R.EDIT_GATES, "listed kiosk rename move rotate revoke enrolment"),
    ("gates", _R.EDIT_GATES, _R.EDIT_GATES, "arrived"),
    ("keys", _R.SEE_GATES, _R.EDIT_KEYS, "page renew withdraw"),
    ("gate_settings", _R.SEE_GATES, _R.EDIT_GATES, "page notice remove_notice pin speech"),
    ("inbox", _R.HANDLE_ALERTS, _R.HANDLE_ALERTS, "listed alert settle reopen"),
    ("quarantine", _R.HANDLE_ALERTS, _R.HANDLE_ALERTS, "listed item take dismiss"),
    ("quarantine", _R.EDIT_GATES, _R.EDIT_GATES, "bring brought"),
    # The desk.
    ("desk", _R.SEE_ENTRIES, _R.SEE_ENTRIES, "entries newer entry"),
    ("desk", _R.EXPORT, _R.EXPORT, "csv"),
    ("desk_filter", _R.SEE_FIGURES, _R.SEE_FIGURES, "chosen"),
    ("desk_saved", _R.SEE_FIGURES, _R.SEE_FIGURES, "save remove undo"),
    ("desk_figures", _R.SEE_FIGURES, _R.SEE_FIGURES, "page times chart csv"),
    ("desk_sheet", _R.SEE_FIGURES, _R.SEE_FIGURES, "page csv"),
    ("desk_inside", _R.SEE_INSIDE, _R.RECORD_PASSAGES, "page now sweep take_back"),
    ("desk_inside", _R.CALL_ROLL, _R.CALL_ROLL, "csv sheets"),
    ("desk_inside", _R.EDIT_PLACES, _R.EDIT_PLACES, "ends"),
    ("desk_roll", _R.CALL_ROLL, _R.CALL_ROLL, "start page marks end sheet table worker"),
    ("desk_watch", _R.HANDLE_ALERTS, _R.HANDLE_ALERTS, "page visits take undo"),
    ("desk_trace", _R.TRACE, _R.TRACE, "overview ask trace release close table notices"),
    ("desk_trace", _R.TRACE, _R.TRACE, "rehearsals rehearse"),
    # Whoever puts contacts on hold traces as well: web/services/desk/tracing/tracing_holds.py asks.
    ("desk_trace", _R.HOLD_PEOPLE, _R.HOLD_PEOPLE, "holds propose_holds"),
    ("desk_exports", _R.EXPORT, _R.EXPORT, "new order job state file manifest agree withdraw stop"),
    ("connect", _R.CONNECT, _R.CONNECT, "overview create_token revoke_token create_webhook webhook delivery"),
    ("connect", _R.CONNECT, _R.CONNECT, "retry test renew pause remove"),
    ("log", _R.SEE_ENTRIES, _R.SEE_ENTRIES, "page"),
    ("log", _R.EXPORT, _R.EXPORT, "csv"),
    ("log_proofs", _R.PROVE, _R.PROVE, "proof evidence sheet leaves"),
    ("log_proofs", _R.UNMASK, _R.UNMASK, "disclosed"),
)
TABLE: Mapping[str, Access] = {
    f"{blueprint}.{name}".lstrip("."): Access(see, do)
    for blueprint, see, do, names in _PAGES
    for name in names.split()
}
