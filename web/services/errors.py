"""What a service cannot do for this caller."""

from __future__ import annotations

from domain.errors import CodePlaceError
from domain.wording import Sentence


class NotFoundError(CodePlaceError):
    """There is no such thing, or it is outside the caller's scope: the two look the same from outside."""

    def __init__(self) -> None:
        super().__init__(Sentence("There is nothing here under this name.", "没有找到该内容。"))


class GoneError(CodePlaceError):
    """It was here, and its time is over (a used or expired token)."""


class ExistsError(CodePlaceError):
    """It is there already, as `identity`, and a second one was not made."""

    def __init__(self, identity: str, sentence: Sentence) -> None:
        super().__init__(sentence)
        self.identity = identity


class ForbiddenError(CodePlaceError):
    """It is there, and the role that the caller acts in may not do this; the sentence says who can help."""
