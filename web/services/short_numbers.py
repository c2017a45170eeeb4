"""Short numbers that nobody has yet: eight symbols are typed easily, and meet each other sooner or later."""

from __future__ import annotations

import secrets
from collections.abc import Callable

from domain.errors import UnavailableError
from domain.venue import short_number
from domain.wording import Sentence

_TRIES = 30
_random = secrets.token_bytes


def unused_number(is_taken: Callable[[str], bool]) -> str:
    """A new short number, of which `is_taken` says that nobody has it.

    UnavailableError when so many are taken that none was found.
    """
    for _ in range(_TRIES):
        number = short_number(_random(8))
        if not is_taken(number):
            return number
    raise UnavailableError(Sentence("No short number is free.", "没有可用的编号。"))
