"""What something is done for, as bodies name it: the closed lists of the services, and a note beside it."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field

from web.services.logs.purposes import NOTE_MOST, Act, choices

Note = Annotated[
    str,
    Field(
        max_length=NOTE_MOST,
        description="Beside the purpose, such as the number of a case. Kept sealed; the log commits to it.",
    ),
]


def named(act: Act) -> Any:
    """The purposes of an act, as the type of a field."""
    return Literal[*choices(act)]
