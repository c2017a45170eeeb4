"""What can go wrong with input and machines; a refusal at the gate is a value, never one of these.

CodePlaceError
├── InputError         somebody gave a value that cannot be used: names the field and the fix
├── TamperedError      bytes that must be ours are not (bundle, checkpoint, stored record)
└── UnavailableError   a machine part does not answer (disk, server, camera)
"""

from __future__ import annotations

from domain.wording import Sentence


class CodePlaceError(Exception):
    """Root of the tree; carries the sentence to show."""

    def __init__(self, sentence: Sentence) -> None:
        super().__init__(sentence.en)
        self.sentence = sentence


class InputError(CodePlaceError):
    """A value from outside that cannot be used; `field` names it as the form or file does."""

    def __init__(self, field: str, en: str, zh: str) -> None:
        super().__init__(Sentence(en, zh))
        self.field = field


class TamperedError(CodePlaceError):
    """Bytes that should carry our signature or digest do not."""


class UnavailableError(CodePlaceError):
    """Something this program needs cannot be reached or written now."""


def shown_name(name: object) -> str:
    """A field name that somebody else chose, short and in plain ASCII: any log or page can carry it."""
    return ascii(name).strip("'\"")[:40]
