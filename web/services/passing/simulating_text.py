"""The simulator for a terminal: what is asked in words, and the answer as lines or JSON."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from domain.credential import Credential, kind_named
from domain.decision import VisitorFacts
from domain.errors import InputError
from domain.hours import local_time
from domain.outcome import Outcome
from domain.rules import RULE_NAMES, Verdict
from domain.visitor import CLASS_NAMES, VisitorClass
from domain.wording import Sentence
from web.services.passing.simulating import MADE_UP, Answer
from web.services.rules.policy_typing import kind_of

_CREDENTIAL = re.compile(r"(?P<kind>[^@]+)(@(?P<since>[^/]*)(/(?P<until>.+))?)?")
_OUTCOMES: dict[Outcome, Sentence] = {
    Outcome.ADMITTED: Sentence("admitted", "放行"),
    Outcome.REFUSED: Sentence("refused", "劝返"),
    Outcome.REFERRED: Sentence("referred", "转人工"),
}


def made_up(chosen: VisitorClass, credentials: Sequence[str], zone: str, *, own_word: bool) -> VisitorFacts:
    """Somebody of a class with credentials written like `test@2026-11-21T08:00+08:00/2026-12-01T00:00`."""
    shown = tuple(_credential(written, zone, verified=not own_word) for written in credentials)
    return VisitorFacts(MADE_UP, chosen, credentials=shown)


def parsed_time(written: str, zone: str, option: str) -> int:
    """Unix milliseconds of an ISO 8601 time; without an offset it is meant in `zone`."""
    try:
        at = datetime.fromisoformat(written)
        return round((at if at.tzinfo else at.replace(tzinfo=ZoneInfo(zone))).timestamp() * 1000)
    except (ValueError, OverflowError):
        raise InputError(
            option,
            f"{option}: “{written[:40]}” is no time. Write it like 2026-11-21T08:00+08:00.",
            f"{option}：“{written[:40]}”不是时间，请写成 2026-11-21T08:00+08:00。",
        ) from None


def answer_json(answer: Answer) -> dict[str, object]:
    """The whole answer as JSON values; sentences are `{"en", "zh"}`."""
    decision = answer.judged.decision
    return {
        "outcome": decision.outcome,
        "reason": decision.reason,
        "sentence": _both(decision.sentence),
        "at_ms": answer.at_ms,
        "venue": answer.venue_name,
        "entrance": answer.entrance_name,
        "class": answer.visitor.visitor_class,
        "policy_version": answer.judged.effective.policy.version,
        "verdicts": [_verdict_json(verdict) for verdict in answer.judged.verdicts],
        "policy": [
            {"field": line.name, "sentence": _both(line.sentence), "source": _both(line.said_sources)}
            for line in answer.lines
        ],
    }


def answer_lines(answer: Answer) -> list[str]:
    """The answer as a person reads it: the decision in both languages, each rule, each policy line."""
    decision, at = answer.judged.decision, local_time(answer.at_ms, answer.time_zone)
    outcome, who = _OUTCOMES[decision.outcome], CLASS_NAMES[answer.visitor.visitor_class]
    return [
        f"{answer.venue_name} · {answer.entrance_name} · {at.isoformat(timespec='seconds')}"
        f" · {who.en} {who.zh}",
        f"{outcome.en} {outcome.zh} ({decision.reason})",
        f"  {decision.sentence.en}",
        f"  {decision.sentence.zh}",
        "",
        *(_verdict_line(verdict) for verdict in answer.judged.verdicts),
        "",
        *(f"{line.sentence.en} [{line.said_sources.en}]" for line in answer.lines),
    ]


def _credential(written: str, zone: str, *, verified: bool) -> Credential:
    parts = _CREDENTIAL.fullmatch(written.strip())
    if parts is None:
        raise InputError(
            "--credential",
            f"--credential: “{written[:40]}” is none. Write it like test@2026-11-21T08:00+08:00.",
            f"--credential：“{written[:40]}”不是凭证，请写成 test@2026-11-21T08:00+08:00。",
        )
    since, until = (
        parsed_time(parts[name], zone, "--credential") if parts[name] else None for name in ("since", "until")
    )
    return Credential(kind_of(parts["kind"], "--credential"), since, until, verified)


def _verdict_line(verdict: Verdict) -> str:
    mark = "+" if verdict.reason is None else "-"
    outcome = "" if verdict.reason is None else f": {verdict.outcome} ({verdict.reason})"
    name = RULE_NAMES[verdict.rule].en
    subject = f" {kind_named(verdict.subject).en}" if verdict.subject else ""
    said = "" if verdict.sentence is None else f" {verdict.sentence.en}"
    return f"{mark} {name}{subject}{outcome}{said}"


def _verdict_json(verdict: Verdict) -> dict[str, object]:
    return {
        "rule": verdict.rule,
        "subject": verdict.subject,
        "outcome": verdict.outcome,
        "reason": verdict.reason,
        "sentence": _both(verdict.sentence) if verdict.sentence else None,
    }


def _both(sentence: Sentence) -> dict[str, str]:
    return {"en": sentence.en, "zh": sentence.zh}
