"""What can become of a person at an entrance."""

from __future__ import annotations

from enum import StrEnum


class Outcome(StrEnum):
    """What happens to the person now."""

    ADMITTED = "admitted"
    REFUSED = "refused"
    REFERRED = "referred"
