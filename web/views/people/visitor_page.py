"""The staff's page of one visitor, as several views show it: plain, or with a form that was not accepted."""

from __future__ import annotations

from flask import make_response, render_template
from flask_login import current_user
from werkzeug.wrappers import Response

from web.services.people import credentials, holds, travels, visitors
from web.views.asking.session import installation, scope
from web.views.people.fact_forms import CredentialForm, HoldForm, TravelForm
from web.views.places.posters import LANGUAGES


def visitor_page(
    visitor_id: str,
    *,
    link: str = "",
    credential: CredentialForm | None = None,
    travel: TravelForm | None = None,
    hold: HoldForm | None = None,
) -> Response:
    """The page, never kept by a browser; with a form that was not accepted it answers 422."""
    inst, here = installation(), scope()
    page = render_template(
        "visitors/page.html",
        visitor=visitors.visitor(inst, here, visitor_id),
        link=link,
        language_choices=LANGUAGES,
        credentials=credentials.listed(inst, here, visitor_id),
        travels=travels.listed(inst, here, visitor_id),
        holds=holds.of_visitor(inst, here, visitor_id),
        credential_form=credential or CredentialForm(formdata=None),
        travel_form=travel or TravelForm(formdata=None),
        hold_form=hold or HoldForm(formdata=None),
        own_account=current_user.get_id(),
    )
    response = make_response(page, 422 if credential or travel or hold else 200)
    response.headers["Cache-Control"] = "no-store"
    return response
