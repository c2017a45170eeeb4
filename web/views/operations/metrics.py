"""Counts requests, names each in the log, and tells Prometheus how the site is; nothing is about people."""

from __future__ import annotations

import os
import re
import secrets
import time
from collections.abc import Iterator

import structlog
from flask import Flask, Response, abort, current_app, g, request
from prometheus_client import CollectorRegistry, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from web.services.installation import Installation
from web.services.operations.gauges import COUNTED, measured
from web.views.asking.session import installation

_TYPE = "text/plain; version=0.0.4; charset=utf-8"
# A name that a web server before this one may give: nothing that could carry words.
_NAME = re.compile(r"[0-9a-f-]{8,64}")
_BOUNDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)
_KINDS = ("method", "rule", "status")
_SLOW_S = 1.0
_SECONDS = "request_seconds"


def register_metrics(app: Flask) -> None:
    """Watch every request of `app`, and answer `/metrics` to whoever knows METRICS_TOKEN."""
    app.before_request_funcs.setdefault(None, []).insert(0, _begun)
    # The first that is registered is the last that is called: it sees every answer as it goes out.
    app.after_request_funcs.setdefault(None, []).insert(0, _answered)
    app.teardown_request(_ended)
    app.add_url_rule("/metrics", "metrics", _metrics)


def measure_anew(app: Flask) -> None:
    """Let the requests of `app` be measured from now on; those before are forgotten."""
    app.extensions[_SECONDS] = Histogram(
        "codeplace_request_seconds", "Seconds of requests, by route.", _KINDS, registry=None, buckets=_BOUNDS
    )


def _begun() -> None:
    given = request.headers.get("X-Request-Id", "")
    g.request_id = given if _NAME.fullmatch(given) else secrets.token_hex(8)
    g.began = time.perf_counter()
    structlog.contextvars.bind_contextvars(request=g.request_id)


def _answered(response: Response) -> Response:
    took = time.perf_counter() - g.get("began", time.perf_counter())
    # The rule and not the path: paths hold poster ids. What has none was not found.
    rule = request.url_rule.rule if request.url_rule else "-"
    method = request.method if request.url_rule else "-"
    current_app.extensions[_SECONDS].labels(method, rule, str(response.status_code)).observe(took)
    response.headers["X-Request-Id"] = g.get("request_id", "-")
    if installation().settings.logs_requests or response.status_code >= 500 or took > _SLOW_S:
        structlog.get_logger().info(
            "request", method=method, rule=rule, status=response.status_code, ms=round(took * 1000)
        )
    return response


def _ended(_error: BaseException | None) -> None:
    structlog.contextvars.unbind_contextvars("request")


def _metrics() -> Response:
    token = installation().settings.metrics_token
    given = request.headers.get("Authorization", "").removeprefix("Bearer ")
    if not token or not secrets.compare_digest(given.encode(), token.encode()):
        abort(404)
    told = CollectorRegistry()
    told.register(_Now(installation()))
    told.register(_Counted() if COUNTED in os.environ else current_app.extensions[_SECONDS])
    return Response(generate_latest(told), content_type=_TYPE)


class _Counted(Collector):
    """What all processes of this machine counted together."""

    def collect(self) -> Iterator[Metric]:
        return iter(MultiProcessCollector(None).collect())


class _Now(Collector):
    """The gauges, measured when they are asked for."""

    def __init__(self, inst: Installation) -> None:
        self._inst = inst

    def collect(self) -> Iterator[GaugeMetricFamily]:
        now = measured(self._inst)
        months = now.months
        for name, words, value in (
            ("leaves", "Leaves of the log.", now.leaves),
            ("leaves_unsigned", "Leaves that no signed head covers yet.", now.unsigned),
            ("log_signs", "1 while the log may sign, 0 after a restore or without its head.", int(now.signs)),
            ("leaves_undrawn", "Leaves that no figure of the desk knows yet.", now.undrawn),
            ("kiosk_entries_waiting", "Entries that kiosks said they still hold.", now.kiosk_entries_waiting),
            ("free_bytes", "Room where the data is.", now.free_bytes),
            ("replica_behind_seconds", "How old the replica's data may be.", now.replica_behind_s),
            ("replica_asked", "Whether the desk reads the replica now.", now.replica_asked),
            (
                "months_ahead",
                "Months after this one that have their table.",
                months.ahead if months else None,
            ),
            (
                "entries_after_months",
                "Entries after the last month, up to 1,000.",
                months.outside if months else None,
            ),
            (
                "log_checked_timestamp_seconds",
                "When the last check of the whole log ended.",
                now.log_checked_ms / 1000 if now.log_checked_ms else None,
            ),
            (
                "log_findings",
                "Places that the last check of the whole log found not as they were signed.",
                now.log_findings,
            ),
            (
                "log_check_failed_timestamp_seconds",
                "When a check of the whole log began that came to nothing, if none ended since.",
                now.log_check_failed_ms / 1000 if now.log_check_failed_ms else None,
            ),
        ):
            if value is not None:
                yield GaugeMetricFamily(f"codeplace_{name}", words, value)
        for name, words, label, values in (
            ("kiosks", "Kiosks, by whether they can be heard.", "state", now.kiosks),
            ("open_alerts", "Alerts that nobody settled, by kind.", "kind", now.open_alerts),
        ):
            family = GaugeMetricFamily(f"codeplace_{name}", words, labels=[label])
            for key, value in sorted(values.items()):
                family.add_metric([key], value)
            yield family
