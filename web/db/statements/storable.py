"""Text columns that no input can break: what a database cannot hold becomes a mark before it gets there."""

from __future__ import annotations

from sqlalchemy import String, Text, TypeDecorator
from sqlalchemy.engine import Dialect


class Line(TypeDecorator[str]):
    """Text of a limited length. PostgreSQL holds no NUL and neither database a lone surrogate.

    A row is looked for under what was typed, so these come with any request; they find nothing.
    """

    impl = String
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        """The text as the driver gets it."""
        return None if value is None else value.encode("utf-8", "replace").decode().replace("\0", "\ufffd")


class Lines(Line):
    """Text of any length."""

    impl = Text
    cache_ok = True
