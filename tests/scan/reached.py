"""What a scan really reached, by the log of the site: a scan of which all is refused would prove nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

FAULT = 500


@dataclass
class Reached:
    """Which routes answered, how often the site said no, and why; of all requests of one scanner."""

    pages: set[str] = field(default_factory=set)
    forms: set[str] = field(default_factory=set)
    forms_let_in: set[str] = field(default_factory=set)
    statuses: Counter[int] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)
    faults: Counter[str] = field(default_factory=Counter)
    requests: int = 0
    sent_forms: int = 0
    slowest: tuple[int, str] = (0, "")

    def note(self, lines: Iterable[str]) -> None:
        """Count the lines that tests/scan/site.py wrote."""
        for line in lines:
            method, endpoint, status, ms, form, onward = line.rstrip("\n").split("\t")
            self._note(method, endpoint, int(status), form, onward)
            self.slowest = max(self.slowest, (int(ms), f"{method} {endpoint}"))

    def _note(self, method: str, endpoint: str, status: int, form: str, onward: str) -> None:
        self.requests += 1
        self.statuses[status] += 1
        is_form = method == "POST" and endpoint != "-"
        self.sent_forms += is_form
        if status >= FAULT:
            self.faults[f"{method} {endpoint} {status}"] += 1
        why = _refusal(endpoint, status, form, onward)
        if why:
            self.refused[why] += 1
        elif is_form:
            self.forms.add(endpoint)
            # What is typed may be refused; the form was looked at all the same, and did something when not.
            if status < 400:
                self.forms_let_in.add(endpoint)
        elif method == "GET" and status < 400:
            self.pages.add(endpoint)


def _refusal(endpoint: str, status: int, form: str, onward: str) -> str:
    """Why a request was turned away before anything looked at it; empty when it was not."""
    if status == 405:
        # The scanner opens where forms lead to, too.
        return "opened what only takes forms"
    if endpoint == "-":
        return "no such route"
    if status == 429:
        return "too many requests"
    if status in (401, 403):
        return "not allowed"
    if status == 404:
        return "no such thing"
    if status == 400 and form == "no-token":
        return "no valid form token"
    if status == 302 and onward == "/sign-in":
        return "signed out"
    return ""
