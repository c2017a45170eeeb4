"""The logbook and the proofs of its entries, asked for with another tenant's ids."""

from __future__ import annotations

from tests.web.services.scopes.asking import Ask
from web.services.logs import log_proving, logbook, witnessing
from web.services.logs.logbook import LogFilter

REFUSED: dict[str, Ask] = {
    "log_proving.place": lambda i, s, x: log_proving.place(i, s, x["entry"]),
    "log_proving.evidence": lambda i, s, x: log_proving.evidence(i, s, x["entry"]),
    "log_proving.disclosed": lambda i, s, x: log_proving.disclosed(i, s, x["entry"], "somebody", "dispute"),
}

EMPTY: dict[str, Ask] = {
    "logbook.search": lambda i, s, x: logbook.search(i, s, LogFilter(x["venue"])).rows,
    "logbook.newer": lambda i, s, x: logbook.newer(i, s, LogFilter(x["venue"]), "0").rows,
    "witnessing.witnesses": lambda i, s, x: range(witnessing.witnesses(i, s).count),
    "logbook.csv": lambda i, s, x: list(logbook.csv(i, s, LogFilter(x["venue"])))[1:],
}
