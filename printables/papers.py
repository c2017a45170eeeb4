"""The papers that prints come on, in mm, held upright."""

from __future__ import annotations

from domain.errors import InputError

# ISO 216, ISO/IEC 7810 and the American letter, which label sheets use.
PAPERS = {
    "A3": (297.0, 420.0),
    "A4": (210.0, 297.0),
    "A5": (148.0, 210.0),
    "A6": (105.0, 148.0),
    "LETTER": (215.9, 279.4),
}


def checked_size(size: str, offered: tuple[str, ...]) -> str:
    """The size as it is called here; InputError, with those that are offered, for any other."""
    for name in offered:
        if name.upper() == size.strip().upper():
            return name
    raise InputError(
        "size",
        f"This print comes in {', '.join(offered)}, not “{size}”.",
        f"尺寸应为 {'、'.join(offered)}，而不是“{size}”。",
    )
