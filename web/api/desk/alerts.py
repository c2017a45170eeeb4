"""The inbox: what does not fit together, what could not be taken, and venues that are silent or strange."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field

from domain.access import Right
from domain.alert import AlertKind
from domain.errors import InputError, TamperedError
from domain.remedy import Remedy
from web.api.declaring.calling import account, scope
from web.api.declaring.numbers import number
from web.api.declaring.operations import Operations
from web.api.declaring.paging import Paging, opened, sealed
from web.api.declaring.shapes import FormGiven, Given, Id, Loose, Told, Upload, list_of, page_of, told
from web.services.desk.filtering import filters
from web.services.desk.filtering.filters import Filter
from web.services.desk.watching import watching_care
from web.services.desk.watching.watching_care import Case as CaseRow
from web.services.desk.watching.watching_care import Step
from web.services.findings import alerts, quarantine
from web.services.findings.alert_rows import AlertDetail, AlertRow
from web.services.findings.alerts import Wanted
from web.services.findings.quarantine_rows import Item, ItemDetail
from web.services.gates import importing
from web.services.gates.importing import FILE_MOST, Imported
from web.views.asking.session import installation

alerts_api = Operations("alerts", "Alerts")
Alert = told(AlertRow, "Alert")
AlertWhole = told(AlertDetail, "AlertDetail")
Aside = told(Item, "QuarantineItem")
AsideWhole = told(ItemDetail, "QuarantineDetail")
Case = told(CaseRow, "Case", "liaison_name")
Brought = told(Imported, "Brought")
_Note = Annotated[str, Field(max_length=500)]


class AlertsAsked(Paging):
    """Which alerts."""

    venue_id: Id = ""
    kiosk_id: Id = ""
    kind: AlertKind | None = None
    settled: bool = False


class AsideAsked(Paging):
    """Which of what could not be taken."""

    settled: bool = False


class SettleGiven(Given):
    """What is done about an alert; some remedies need a note."""

    remedy: Annotated[Remedy, Loose]
    note: _Note = ""


class NoteGiven(Given):
    """Why."""

    note: _Note = ""


class StepGiven(Given):
    """The next step of a case."""

    step: Annotated[Step, Loose]
    note: _Note = ""


class KioskFileGiven(FormGiven):
    """A kiosk's file."""

    file: Upload = Field(description="At most 64 MB.")


class Settled(Told):
    """What was done."""

    remedy: str


class Counted(Told):
    """How many alerts are open, by kind."""

    by_kind: dict[str, int]


@alerts_api.read("/alerts", Right.HANDLE_ALERTS, page_of(Alert, "AlertPage"), query=AlertsAsked)
def list_alerts(asked: AlertsAsked) -> Any:
    """Alerts, the newest first."""
    here = Filter(venue_id=asked.venue_id, kiosk_id=asked.kiosk_id)
    filters.expect_visible(installation(), scope(), here)
    wanted = Wanted(asked.venue_id, asked.kiosk_id, (asked.kind,) if asked.kind else (), asked.settled)
    before = "".join(opened(installation(), "alerts", asked.cursor))
    found = alerts.listed(installation(), scope(), wanted, before=before, limit=asked.limit)
    return {
        "items": found.rows,
        "next": sealed(installation(), "alerts", [found.older] if found.older else []),
    }


@alerts_api.read("/alerts/counts", Right.HANDLE_ALERTS, Counted)
def count_alerts() -> Any:
    """How many alerts are open, by kind."""
    return {"by_kind": alerts.open_counts(installation(), scope())}


@alerts_api.read("/alerts/<alert_id>", Right.HANDLE_ALERTS, AlertWhole)
def show_alert(alert_id: str) -> Any:
    """One alert with its evidence and what can be done about it."""
    return alerts.detail(installation(), scope(), number(alert_id))


@alerts_api.act("/alerts/<alert_id>/settle", Right.HANDLE_ALERTS, Settled, takes=SettleGiven)
def settle_alert(alert_id: str, given: SettleGiven) -> Any:
    """Do something about an alert."""
    done = alerts.settle(installation(), scope(), account().id, number(alert_id), given.remedy, given.note)
    return {"remedy": done}


@alerts_api.act("/alerts/<alert_id>/reopen", Right.HANDLE_ALERTS)
def reopen_alert(alert_id: str) -> None:
    """Open a settled alert again."""
    alerts.reopen(installation(), scope(), number(alert_id))


@alerts_api.read("/quarantine", Right.HANDLE_ALERTS, page_of(Aside, "QuarantinePage"), query=AsideAsked)
def list_quarantine(asked: AsideAsked) -> Any:
    """Entries of kiosks that could not be taken, the newest first."""
    before = "".join(opened(installation(), "quarantine", asked.cursor))
    items, older = quarantine.listed(
        installation(), scope(), settled=asked.settled, before=before, limit=asked.limit
    )
    return {"items": items, "next": sealed(installation(), "quarantine", [older] if older else [])}


@alerts_api.read("/quarantine/<item_id>", Right.HANDLE_ALERTS, AsideWhole)
def show_quarantined(item_id: str) -> Any:
    """One of them, its people masked."""
    return quarantine.detail(installation(), scope(), number(item_id))


@alerts_api.act("/quarantine/<item_id>/take", Right.HANDLE_ALERTS, takes=NoteGiven)
def take_quarantined(item_id: str, given: NoteGiven) -> None:
    """Keep it as a new entry, marked as imported."""
    quarantine.take(installation(), scope(), account().id, number(item_id), given.note)


@alerts_api.act("/quarantine/<item_id>/dismiss", Right.HANDLE_ALERTS, takes=NoteGiven)
def dismiss_quarantined(item_id: str, given: NoteGiven) -> None:
    """Leave it out of the log; it stays there with the reason."""
    quarantine.dismiss(installation(), scope(), account().id, number(item_id), given.note)


@alerts_api.read("/cases", Right.HANDLE_ALERTS, list_of(Case, "Cases"))
def list_cases() -> Any:
    """Venues that are silent or strange, with the steps that were taken; what is due first on top."""
    return {"items": watching_care.cases(installation(), scope())}


@alerts_api.act("/cases/<alert_id>/steps", Right.HANDLE_ALERTS, takes=StepGiven)
def take_step(alert_id: str, given: StepGiven) -> None:
    """Take the next step of a case."""
    watching_care.take(installation(), scope(), account().id, number(alert_id), given.step, given.note)


@alerts_api.act("/cases/steps/<care_id>/undo", Right.HANDLE_ALERTS)
def undo_step(care_id: str) -> None:
    """Take the last step of a case back."""
    watching_care.undo(installation(), scope(), care_id)


@alerts_api.act("/quarantine-files", Right.EDIT_GATES, Brought, form=KioskFileGiven, room=FILE_MOST)
def bring_kiosk_file(given: KioskFileGiven) -> Any:
    """Take in what a kiosk could not deliver, out of the file that it sealed; each entry once."""
    try:
        return importing.imported(installation(), scope(), given.file.read(FILE_MOST + 1))
    except TamperedError as error:
        raise InputError("file", error.sentence.en, error.sentence.zh) from None
