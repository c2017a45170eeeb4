"""Pages of lists: a cursor names the last row that was given; what arrives meanwhile moves nothing."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Callable, Iterable
from typing import Any, TypeVar

from pydantic import Field

from domain.errors import InputError, TamperedError
from web.api.declaring.shapes import Query
from web.services.installation import Installation

PAGE_MOST = 200
_T = TypeVar("_T")


class Paging(Query):
    """Which page: the cursor `next` of the page before, and how many rows at most."""

    limit: int = Field(default=50, ge=1, le=PAGE_MOST, description="How many rows at most.")
    cursor: str = Field(
        default="", max_length=600, description="The value `next` of the page before; empty for the first."
    )


def paged(
    inst: Installation, name: str, rows: Iterable[_T], key: Callable[[_T], tuple[str, ...]], asked: Paging
) -> dict[str, Any]:
    """A page of rows in the order of their keys, which are unique; `next` is "" on the last one."""
    after = opened(inst, name, asked.cursor)
    ordered = sorted(rows, key=key)
    left = [row for row in ordered if key(row) > tuple(after)] if after else ordered
    shown = left[: asked.limit]
    more = sealed(inst, name, list(key(shown[-1]))) if len(left) > asked.limit else ""
    return {"items": shown, "next": more}


def sealed(inst: Installation, name: str, place: list[str]) -> str:
    """A place in a list as an opaque text; "" for none."""
    if not place:
        return ""
    closed = inst.cipher.sealed(json.dumps(place).encode(), f"cursor|{name}")
    return base64.urlsafe_b64encode(closed).decode("ascii").rstrip("=")


def opened(inst: Installation, name: str, cursor: str) -> list[str]:
    """The place that a cursor of this list stands for; InputError for anything that is none."""
    if not cursor:
        return []
    try:
        closed = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
        place = json.loads(inst.cipher.opened(closed, f"cursor|{name}"))
    except (TamperedError, ValueError, binascii.Error):
        raise InputError(
            "cursor", "This is no cursor of this list. Begin without one.", "游标无效，请从第一页开始。"
        ) from None
    return [str(part) for part in place]
