"""What each page and form does, and which operations of the API do the same: a closed table, by endpoint.

Whoever adds a page adds a line here: its operation, or one of the reasons why programs need none.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum


class Why(StrEnum):
    """Why a page or form has no operation."""

    SIGN_IN = "how a person signs in and keeps their own account; a program has a token instead"
    VISITOR = "what visitors do at a door or behind their own secret link; no token is theirs"
    OPEN = "a file or page that everybody may fetch already, with no token"
    BROWSER = "a step between two pages, or a script of one; what it leads to has an operation"
    TOKENS = "a token makes no token: a person does"


NEEDS_NONE: Mapping[Why, str] = {
    Why.SIGN_IN: """
        staff_door.join staff_door.choose staff_door.go staff_door.accept_as
        auth.sign_in auth.sign_out auth.code auth.set_up staff.act
        provider.go provider.back provider.unknown provider.go_to_connect provider.connect
        provider.disconnect own_account.page own_account.signed_in own_account.end_one
        own_account.end_others own_account.factor own_account.begin_factor own_account.confirm_factor
        own_account.new_codes own_account.remove_factor
    """,
    Why.VISITOR: """
        checkin.answer checkin.number checkin.picture checkin.poster invitation_door.answer
        invitation_door.calendar invitation_door.invited me.page me.own me.card me.correct me.declare
        me.take_back me.travelled me.withdraw me.strip me.export me.erase
    """,
    Why.OPEN: """
        static healthz metrics health.readiness bootstrap.static me.manifest me.worker privacy.page
        privacy.venue privacy.table log_files.checkpoint log_files.key log_files.tile
        log_files.verifier
    """,
    Why.BROWSER: "desk_filter.chosen desk_roll.worker printing.example",
    Why.TOKENS: "connect.create_token",
}

# endpoint: operations that together do the same
DONE_BY = """
deeds.page: list_looks
deeds.csv: looks_table
staff.listed: list_staff list_staff_places list_staff_invitations
staff.invite: invite_staff
staff.withdraw: withdraw_staff_invitation
staff.give: give_role
staff.end: end_role
staff.reset: let_back_in
staff.disable: disable_account
staff.enable: enable_account
staff.liaison: tie_liaison
enterprises.home: list_enterprises list_venues
enterprises.enterprise: show_enterprise list_venues
enterprises.venue: show_venue
enterprises.venue_state: set_venue_state
enterprises.new_entrance: create_entrance
enterprises.new_enterprise: create_enterprise
enterprises.new_venue: create_venue
place_editing.enterprise: show_enterprise_details change_enterprise
place_editing.entrance: rename_entrance
place_editing.liaison: assign_liaison
place_editing.venue: change_venue
place_pictures.page: list_pictures
place_pictures.put: put_picture
place_pictures.remove: remove_picture
place_pictures.picture: list_pictures show_picture
places_import.upload: try_places list_places_imports
places_import.apply: import_places
places_import.undo: undo_places_import
logos.page: show_logo
logos.put: put_logo
logos.remove: remove_logo
logos.picture: show_logo
liaisons.board: list_liaisons
liaisons.add: create_liaison
liaisons.assign: assign_liaison
liaisons.remove: remove_liaison
liaisons.person: show_liaison change_liaison
areas.tree: list_areas
areas.area: list_areas rename_area
areas.add: create_area
areas.remove: remove_area
moving.area: preview_area_move
moving.move_area: move_area
moving.enterprise: preview_enterprise_move
moving.move_enterprise: move_enterprise
applications.listed: list_applications
applications.approve: approve_venue
applications.send_back: return_application
applications.send_again: apply_again
applications.printed: note_printed
applications.posted: note_posted
posters.poster: show_venue
posters.issue: issue_poster
posters.poster_file: poster_file
posters.revoke: revoke_poster
posters.restore: restore_poster
posters.withdraw_older: withdraw_older
printing.overview: list_print_jobs
printing.entrance: print_entrance
printing.entrance_file: print_entrance
printing.issue: issue_poster
printing.contact_card: print_contact_card
printing.notice: print_notice
printing_checks.check: check_print
printing_jobs.codes: list_entrances
printing_jobs.order_codes: order_print
printing_jobs.job: show_print_job
printing_jobs.job_file: print_job_file
printing_jobs.job_state: show_print_job
printing_jobs.remove: remove_print_job
printing_jobs.cards: order_cards
printing_jobs.windscreen: make_windscreen_card
printing_tables.upload: propose_print
printing_tables.report: show_proposal
printing_tables.confirm: confirm_print
printing_tables.imported: print_places_import
printing_tables.import_missing: plan_missing_places
patrol.page: show_round
patrol.read: read_codes
patrol.whose: whose_poster
patrol.look: note_look
patrol.undo: undo_look
patrol_history.page: show_round_day
patrol_history.csv: round_table
visitors.listed: list_visitors find_visitors
visitors.visitor: show_visitor list_credentials list_travels list_visitor_holds
visitors.renew_link: renew_link
visitors.card: make_card
visitors.new: register_visitor
credentials.add: add_credential
credentials.verify: verify_credential
credentials.withdraw: withdraw_credential
credentials.travel: note_travel
credentials.remove_travel: remove_travel
credential_import.upload: try_credentials
credential_import.apply: import_credentials
holds.listed: list_holds list_hold_cases
holds.propose: propose_hold
holds.confirm: confirm_hold
holds.lift: lift_hold
holds.case: show_hold_case
holds.confirm_case: confirm_hold_case
holds.turn_down_case: turn_down_hold_case
holds.lift_case: lift_hold_case
visits.listed: list_visits list_invitations list_visit_batches
visits.visit: show_visit
visits.move: move_visit
visits.undo: undo_visit_batch
visits.withdraw: withdraw_visit
visits.withdraw_series: withdraw_series
visits.new: announce_visit
visits_import.upload: try_visits
visits_import.apply: import_visits
invitations.new: create_invitation
invitations.invitation: show_invitation invitation_link
invitations.card: invitation_card
invitations.withdraw: withdraw_invitation
passages.desk: show_desk record_passage
passages.take_back: take_passage_back
paper.sheet: read_paper_table try_paper list_paper
paper.keep: keep_paper
paper.undo: undo_paper
paper_keys.grid: try_paper
paper_keys.again: try_paper
own_data.page: export_own_data
own_data.export: export_own_data
own_data.erase: erase_visitor
keeping.overview: show_keeping
keeping.page: show_keeping
keeping.change: preview_keeping change_keeping
keeping.holds: list_legal_holds
keeping.set_hold: set_legal_hold
keeping.lift: lift_legal_hold
keeping.certificates: list_erasures
keeping.certificate: erasure_certificate
keeping.asked: list_data_requests
policies.areas: show_policy
policies.page: show_policy
policies.history: policy_versions
policies.change: preview_policy save_policy
policies.restore: restore_policy
simulator.page: simulate_passage
simulator.ask: simulate_passage
gates.listed: list_kiosks
gates.kiosk: show_kiosk
gates.rename: rename_kiosk
gates.move: move_kiosk
gates.rotate: rotate_kiosk
gates.revoke: revoke_kiosk
gates.enrolment: create_enrolment
gates.arrived: show_enrolment
keys.page: list_keys
keys.renew: renew_key
keys.withdraw: withdraw_key
gate_settings.page: show_gate_settings
gate_settings.notice: add_gate_notice add_picture_notice
gate_settings.remove_notice: remove_gate_notice
gate_settings.pin: set_gate_pin
gate_settings.speech: set_gate_speech
inbox.listed: list_alerts
inbox.alert: show_alert
inbox.settle: settle_alert
inbox.reopen: reopen_alert
quarantine.listed: list_quarantine
quarantine.item: show_quarantined
quarantine.take: take_quarantined
quarantine.dismiss: dismiss_quarantined
quarantine.bring: bring_kiosk_file
quarantine.brought: bring_kiosk_file
desk.entries: search_entries count_entries
desk.newer: newer_entries
desk.entry: show_entry
desk.csv: entries_table
desk_saved.save: save_filter
desk_saved.remove: remove_saved_filter
desk_saved.undo: save_filter
desk_figures.page: count_passages
desk_figures.times: count_times
desk_figures.chart: draw_chart
desk_figures.csv: figures_csv
desk_sheet.page: show_day_sheet
desk_sheet.csv: day_sheet_table
desk_inside.page: show_inside
desk_inside.now: show_inside
desk_inside.sweep: sweep_venue
desk_inside.take_back: take_back_sweep
desk_inside.csv: inside_table
desk_inside.sheets: inside_sheets
desk_inside.ends: set_day_end
desk_roll.start: start_roll_call
desk_roll.page: open_roll_call
desk_roll.marks: mark_roll_call
desk_roll.end: end_roll_call
desk_roll.table: roll_call_table
desk_roll.sheet: roll_call_sheets
desk_watch.page: list_cases
desk_watch.visits: list_cases
desk_watch.take: take_step
desk_watch.undo: undo_step
desk_trace.overview: list_traces
desk_trace.ask: ask_trace
desk_trace.trace: show_trace trace_result
desk_trace.release: release_trace
desk_trace.close: close_trace
desk_trace.table: trace_table
desk_trace.notices: trace_notices
desk_trace.holds: trace_result
desk_trace.propose_holds: count_trace_holds propose_trace_holds
desk_trace.rehearsals: list_rehearsals
desk_trace.rehearse: rehearse_trace
desk_exports.new: list_exports list_plans
desk_exports.order: order_export create_plan
desk_exports.job: show_export
desk_exports.state: show_export
desk_exports.file: export_file
desk_exports.manifest: export_manifest
desk_exports.agree: answer_export
desk_exports.withdraw: withdraw_export
desk_exports.stop: stop_plan
connect.overview: list_tokens list_webhooks
connect.revoke_token: revoke_token
connect.create_webhook: create_webhook
connect.webhook: show_webhook list_deliveries
connect.delivery: show_delivery
connect.retry: retry_delivery
connect.test: test_webhook
connect.renew: renew_secret
connect.pause: pause_webhook
connect.remove: remove_webhook
log.page: search_entries
log.csv: entries_table
log_proofs.proof: entry_place
log_proofs.evidence: entry_evidence
log_proofs.sheet: entry_evidence
log_proofs.leaves: log_leaves
log_proofs.disclosed: disclose_entry
kiosk_api.enrol: kiosk_enrol
kiosk_api.bundle: kiosk_bundle
kiosk_api.entries: kiosk_entries
kiosk_api.facts: kiosk_facts
kiosk_api.heartbeat: kiosk_heartbeat
kiosk_api.rotate: kiosk_rotate
kiosk_api.venue: kiosk_venue
"""


def done_by() -> dict[str, tuple[str, ...]]:
    """The operations of each endpoint that has some."""
    lines = (line.split(": ") for line in DONE_BY.strip().splitlines())
    return {endpoint: tuple(names.split()) for endpoint, names in lines}


def needs_none() -> list[str]:
    """The endpoints that have no operation, each as often as a reason is given."""
    return [endpoint for names in NEEDS_NONE.values() for endpoint in names.split()]
