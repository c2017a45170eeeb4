"""Numbers that stand in addresses."""

from __future__ import annotations

from web.services.errors import NotFoundError

_DIGITS_MOST = 15


def number(text: str) -> int:
    """The number that names a row; NotFoundError for anything that can be none, however long."""
    if not (text.isascii() and text.isdigit() and len(text) <= _DIGITS_MOST):
        raise NotFoundError
    return int(text)
