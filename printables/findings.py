"""What the linter has to say about a print, and the refusal that follows from a failing finding."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from domain.errors import InputError
from domain.wording import Sentence


class FindingCode(StrEnum):
    """Everything that can be wrong with a print."""

    EMPTY_FIELD = "empty-field"
    TEXT_TOO_LONG = "text-too-long"
    NO_ROOM = "no-room"
    TEXT_SHORTENED = "text-shortened"
    CHARACTERS_REPLACED = "characters-replaced"
    QUIET_ZONE = "quiet-zone"
    CONTRAST = "contrast"
    TEXT_CONTRAST = "text-contrast"
    MODULE_TOO_SMALL = "module-too-small"
    LEVEL_TOO_LOW = "level-too-low"
    OUTSIDE_PAGE = "outside-page"
    OVERLAP = "overlap"
    LOGO_LEFT_OUT = "logo-left-out"
    NO_CODE = "no-code"
    UNEVEN_LIGHT = "uneven-light"
    UNCLEAR = "unclear"
    TOO_FEW_PIXELS = "too-few-pixels"
    NOT_READ_BACK = "not-read-back"


@dataclass(frozen=True, slots=True)
class Finding:
    """One remark; a failing one keeps the print from being issued, any other is shown to the clerk."""

    code: FindingCode
    sentence: Sentence
    fails: bool = True


class PrintRefused(InputError):  # noqa: N818 - a refusal is an outcome, not an error of the program
    """A print that is not issued; `findings` say why, its sentence is the first failing one."""

    def __init__(self, findings: tuple[Finding, ...]) -> None:
        first = next(finding for finding in findings if finding.fails)
        super().__init__(first.code, first.sentence.en, first.sentence.zh)
        self.findings = findings


def print_refused(code: FindingCode, sentence: Sentence) -> PrintRefused:
    """The refusal of a print for one reason."""
    return PrintRefused((Finding(code, sentence),))
