"""Binds all operations of the API, its description and its errors to an app."""

from __future__ import annotations

from apiflask import APIFlask

from web.api.connect import connect_api
from web.api.declaring.operations import RIGHTS_OF
from web.api.declaring.refusing import unfit
from web.api.describing.describing import described
from web.api.describing.docs import DOCS, api_docs
from web.api.desk.alerts import alerts_api
from web.api.desk.entries import entries_api
from web.api.desk.exports import exports_api
from web.api.desk.figures import figures_api
from web.api.desk.inside import inside_api
from web.api.desk.saved_filters import saved_filters_api
from web.api.desk.traces import traces_api
from web.api.gates.gates import gates_api
from web.api.gates.kiosks import kiosks_api
from web.api.keeping import keeping_api
from web.api.log import log_api
from web.api.passing.paper import paper_api
from web.api.passing.passages import passages_api
from web.api.people.facts import facts_api
from web.api.people.keys import keys_api
from web.api.people.own_data import own_data_api
from web.api.people.people import people_api
from web.api.people.people_imports import people_imports_api
from web.api.places.areas import areas_api
from web.api.places.imports import imports_api
from web.api.places.liaisons import liaisons_api
from web.api.places.pictures import pictures_api
from web.api.places.posters import posters_api
from web.api.places.venues import venues_api
from web.api.policies import policies_api
from web.api.printing.print_tables import print_tables_api
from web.api.printing.prints import prints_api
from web.api.staff import staff_api
from web.api.visits.rounds import rounds_api
from web.api.visits.visits import visits_api
from web.views.access import Access, Open
from web.views.asking.guarding import let_in
from web.views.every_page.problems import register_problems

SUBJECTS = (
    areas_api,
    venues_api,
    pictures_api,
    imports_api,
    posters_api,
    prints_api,
    print_tables_api,
    people_api,
    facts_api,
    visits_api,
    people_imports_api,
    passages_api,
    paper_api,
    entries_api,
    inside_api,
    figures_api,
    saved_filters_api,
    exports_api,
    alerts_api,
    rounds_api,
    traces_api,
    kiosks_api,
    keys_api,
    policies_api,
    log_api,
    liaisons_api,
    gates_api,
    staff_api,
    keeping_api,
    own_data_api,
    connect_api,
)


def register_api(app: APIFlask) -> None:
    """Bind the operations to `app`, below /api/v1, and their description below /api."""
    register_problems(app)
    # Not by `error_processor`, which would answer for the pages as well.
    app.error_callback = unfit
    for operations in SUBJECTS:
        app.register_blueprint(operations)
    app.register_blueprint(api_docs)
    described(app)
    let_in(app, {name: Access(right, right, by_token=True) for name, right in RIGHTS_OF.items()})
    let_in(app, dict.fromkeys(DOCS, Access(Open.PUBLIC, Open.PUBLIC)))
