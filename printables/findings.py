"""What the linter has to say about a page, and the refusal that follows from a failing finding."""

from __future__ import annotations

from enum import StrEnum

from domain.errors import InputError
from domain.wording import Sentence
from reader.inspection.findings import Finding


class FindingCode(StrEnum):
    """Everything that can be wrong with a page, beside what is wrong with its code (`Flaw`)."""

    EMPTY_FIELD = "empty-field"
    TEXT_TOO_LONG = "text-too-long"
    NO_ROOM = "no-room"
    TEXT_SHORTENED = "text-shortened"
    CHARACTERS_REPLACED = "characters-replaced"
    TEXT_CONTRAST = "text-contrast"
    OUTSIDE_PAGE = "outside-page"
    OVERLAP = "overlap"
    LOGO_LEFT_OUT = "logo-left-out"


class PrintRefused(InputError):  # noqa: N818 - a refusal is an outcome, not an error of the program
    """A print that is not issued; `findings` say why, its sentence is the first failing one."""

    def __init__(self, findings: tuple[Finding, ...]) -> None:
        first = next(finding for finding in findings if finding.fails)
        super().__init__(first.code, first.sentence.en, first.sentence.zh)
        self.findings = findings


def print_refused(code: FindingCode, sentence: Sentence) -> PrintRefused:
    """The refusal of a print for one reason."""
    return PrintRefused((Finding(code, sentence),))
