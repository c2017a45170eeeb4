"""The test of a print as the page speaks to it: begun, asked about again and again, ended."""

from __future__ import annotations

from flask import Blueprint, Response, request

from domain.wording import Sentence
from kiosk.desk import form
from kiosk.desk.form import Form, FormError
from kiosk.desk.staff import Staff
from kiosk.print_test.report import SheetReport
from kiosk.screen.answering import errors_answer, json_answer, pair_of, session_token


def add_sheet_routes(routes: Blueprint, staff: Staff) -> None:
    """Add the addresses; each needs an open session.

    A code in view keeps the session open, as its holder has no hand free; the test itself ends after three
    minutes.
    """

    @routes.post("/sheet/begin")
    def begin() -> Response:
        if not staff.door.use(session_token()):
            return Response(status=401)
        staff.sheets.begin()
        return Response(status=204)

    @routes.post("/sheet/end")
    def end() -> Response:
        if not staff.door.is_open(session_token()):
            return Response(status=401)
        staff.sheets.end()
        return Response(status=204)

    @routes.post("/sheet")
    def sheet() -> Response:
        if not staff.door.is_open(session_token()):
            return Response(status=401)
        if not staff.sheets.keep():
            return Response(status=409)
        fields = Form(request.get_json())
        try:
            width_mm = fields.read("width", form.width_mm, 0.0) if fields.typed("width") else None
            fields.checked()
        except FormError as error:
            return errors_answer(error.errors, 422)
        told = staff.sheets.report(width_mm)
        if isinstance(told, Sentence):
            return json_answer({"notice": pair_of(told), "code": None})
        staff.door.use(session_token())
        return json_answer({"notice": None, "code": _code(told)})


def _code(report: SheetReport) -> dict[str, object]:
    return {
        "kind": pair_of(report.kind.sentence),
        "ours": report.kind.is_ours,
        "passes": report.passes,
        "measures": [
            {"name": pair_of(one.name), "value": pair_of(one.value), "good": one.is_good}
            for one in report.measures
        ],
        "changes": [pair_of(change) for change in report.changes],
    }
