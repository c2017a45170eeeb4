"""What somebody may see, take out or hold people for: closed lists, for the log keeps a purpose for ever."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from domain.errors import InputError
from domain.wording import Sentence

NOTE_MOST = 300
# Between a purpose and a note in what is sealed; no text that was typed holds it.
_BETWEEN = "\x1f"


class Purpose(StrEnum):
    """What for. Values are stored: never rename, only add."""

    OWN_REQUEST = "own_request"
    GUARDIAN = "guardian"
    DISPUTE = "dispute"
    AUTHORITY = "authority"
    INVESTIGATION = "investigation"
    INCIDENT = "incident"
    SAFETY = "safety"
    AUDIT = "audit"
    EXERCISE = "exercise"
    MISTAKE = "mistake"


class Act(StrEnum):
    """What is done, each for purposes of its own."""

    UNMASK = "unmask"
    EXPORT = "export"
    TRACE = "trace"
    HOLD = "hold"
    LEGAL_HOLD = "legal_hold"
    OWN_DATA = "own_data"


# Free text would sooner or later hold somebody's name, and no leaf can be changed: a note is kept sealed.
NAMES: Mapping[str, Sentence] = {
    Purpose.OWN_REQUEST.value: Sentence("The person asked for it", "本人申请"),
    Purpose.GUARDIAN.value: Sentence("A guardian or representative asked for it", "监护人或代理人申请"),
    Purpose.DISPUTE.value: Sentence("A dispute or case", "争议或案件处理"),
    Purpose.AUTHORITY.value: Sentence("An authority asked for it", "主管机关要求"),
    Purpose.INVESTIGATION.value: Sentence("An investigation of contacts", "流行病学调查"),
    Purpose.INCIDENT.value: Sentence("An incident at this place", "现场事件处置"),
    Purpose.SAFETY.value: Sentence("The safety of the place and its people", "场所与人员安全"),
    Purpose.AUDIT.value: Sentence("An audit", "审计检查"),
    Purpose.EXERCISE.value: Sentence("An exercise", "演练"),
    Purpose.MISTAKE.value: Sentence("It was kept by mistake", "误登记"),
}
_P = Purpose
_OF: Mapping[Act, tuple[Purpose, ...]] = {
    Act.UNMASK: (_P.OWN_REQUEST, _P.DISPUTE, _P.AUTHORITY),
    Act.EXPORT: (_P.INVESTIGATION, _P.AUTHORITY, _P.INCIDENT, _P.AUDIT, _P.OWN_REQUEST),
    Act.TRACE: (_P.INVESTIGATION, _P.AUTHORITY, _P.INCIDENT, _P.EXERCISE),
    Act.HOLD: (_P.SAFETY, _P.INVESTIGATION, _P.INCIDENT, _P.AUTHORITY),
    Act.LEGAL_HOLD: (_P.DISPUTE, _P.INCIDENT, _P.AUTHORITY, _P.AUDIT),
    Act.OWN_DATA: (_P.OWN_REQUEST, _P.GUARDIAN, _P.AUTHORITY, _P.MISTAKE),
}


def choices(act: Act) -> Mapping[str, Sentence]:
    """The purposes for which something may be done, each with what it is called."""
    return {purpose.value: NAMES[purpose] for purpose in _OF[act]}


def checked(act: Act, purpose: str) -> str:
    """The purpose, if it is one of the act's; InputError names the choices otherwise."""
    offered = choices(act)
    if purpose not in offered:
        en, zh = ", ".join(name.en for name in offered.values()), "、".join(n.zh for n in offered.values())
        raise InputError("purpose", f"Say what it is for: {en}.", f"请选择用途：{zh}。")
    return purpose


def checked_note(note: str) -> str:
    """A note beside a purpose on one line, "" for none; InputError when it is too long."""
    text = " ".join(note.split())
    if len(text) > NOTE_MOST:
        raise InputError(
            "note",
            f"At most {NOTE_MOST} characters; please shorten it.",
            f"最多 {NOTE_MOST} 个字符，请缩短。",
        )
    return text.replace(_BETWEEN, "")


def joined(first: str, note: str) -> str:
    """Two texts as one to be sealed; without a note the first alone, as older rows have it."""
    return f"{first}{_BETWEEN}{note}" if note else first


def parted(text: str) -> tuple[str, str]:
    """What `joined` put together; a text without a note has none."""
    first, _, note = text.partition(_BETWEEN)
    return first, note


def stated(purpose: str, reason: str) -> str:
    """A purpose and the reason beside it as one text to be sealed."""
    return f"{purpose}{_BETWEEN}{reason}"


def of_statement(text: str) -> tuple[str, str]:
    """What `stated` put together; older rows have a reason alone."""
    purpose, _, reason = text.rpartition(_BETWEEN)
    return purpose, reason
