"""The texts of every code in a picture from a phone, read in a process of its own (I1 to I12)."""

from __future__ import annotations

from web.services.printing.printing_checks import opened_apart, suffix_of

PICTURE_MOST = 16_000_000


def texts_of(data: bytes) -> tuple[str, ...]:
    """The texts in a JPEG, PNG or WebP, the nearest to its middle first; InputError when it cannot be opened.

    Nothing of the picture outlives the call.
    """
    answer, _ = opened_apart("codes", data, suffix_of(data), {})
    return tuple(answer["texts"])
