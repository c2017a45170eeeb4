"""What Prometheus reads: only with its token, by routes and kinds, and of nobody."""

from __future__ import annotations

import re

import structlog

from tests.web.log.tampering import fill
from tests.web.pages.metrics import TOKEN, read, watched
from tests.web.pages.site import Site, opened, poster_path
from tests.web.tenants import tenant
from web.services.logs import log_head


def test_without_the_token_there_are_no_metrics(site: Site):
    known = watched(site)
    for words in ("", "Bearer ", "Bearer wrong", f"{TOKEN}x"):
        assert known.client().get("/metrics", headers={"Authorization": words}).status_code == 404
    untold = watched(site, metrics_token="")
    assert untold.client().get("/metrics", headers={"Authorization": "Bearer "}).status_code == 404


def test_requests_are_counted_by_route_and_no_path_is_told(site: Site):
    there, known = tenant(site.inst, "East Area", "Park Ltd"), watched(site)
    path = poster_path(site, there)
    assert opened(known, known.client(), path).status_code == 200
    assert known.client().get("/nothing/138-0013-8000").status_code == 404
    counted = read(known)["codeplace_request_seconds"]
    assert counted["codeplace_request_seconds_count", "GET", "/V/<symbols>", "200"] == 1
    assert counted["codeplace_request_seconds_count", "-", "-", "404"] == 1
    labels = " ".join(word for sample in counted for word in sample)
    assert path.removeprefix("/V/") not in labels
    assert "8000" not in labels


def test_the_gauges_tell_how_the_installation_is(site: Site):
    tenant(site.inst, "East Area", "Park Ltd")
    now = read(watched(site))
    assert now["codeplace_kiosks"]["codeplace_kiosks", "never"] == 1
    assert now["codeplace_free_bytes"]["codeplace_free_bytes",] > 0
    assert now["codeplace_leaves"]["codeplace_leaves",] >= 0
    assert now["codeplace_leaves_unsigned"]["codeplace_leaves_unsigned",] >= 0


def test_a_log_that_may_not_sign_is_told_at_once(site: Site):
    fill(site.inst, tenant(site.inst, "East Area", "Park Ltd"), 1)
    fill(site.inst, tenant(site.inst, "West Area", "Mill Ltd"), 1)
    known = watched(site)
    assert read(known)["codeplace_log_signs"]["codeplace_log_signs",] == 1
    log_head.path_of(site.inst).unlink()
    assert read(known)["codeplace_log_signs"]["codeplace_log_signs",] == 0


def test_every_answer_and_its_line_of_the_log_have_one_name(site: Site):
    known = watched(site, logs_requests=True)
    with structlog.testing.capture_logs(processors=[structlog.contextvars.merge_contextvars]) as lines:
        given = known.client().get("/sign-in", headers={"X-Request-Id": "0123456789abcdef"})
        made = known.client().get("/sign-in", headers={"X-Request-Id": "<script>\n"[:8]})
    assert given.headers["X-Request-Id"] == "0123456789abcdef"
    assert re.fullmatch("[0-9a-f]{16}", made.headers["X-Request-Id"])
    told = [(line["request"], line["rule"], line["status"]) for line in lines if line["event"] == "request"]
    assert told == [
        ("0123456789abcdef", "/sign-in", 200),
        (made.headers["X-Request-Id"], "/sign-in", 200),
    ]


def test_what_went_well_is_no_line_unless_somebody_asked_for_it(site: Site):
    known = watched(site)
    with structlog.testing.capture_logs() as lines:
        known.client().get("/sign-in")
    # A slow one is a line on any machine.
    assert [line for line in lines if line["event"] == "request" and line["ms"] <= 1000] == []
