"""Refuses what another site makes a browser send here, before any page sees it (W2)."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import abort, request

_READING = frozenset({"GET", "HEAD", "OPTIONS"})


def refuse_foreign_origin() -> None:
    """403 for a changing request that a page of another origin sent.

    A browser names the origin of every such request; programs without a browser send none and carry
    no cookie either. The scheme is left out: a proxy may end TLS before us.
    """
    if request.method in _READING:
        return
    if request.headers.get("Sec-Fetch-Site") in ("cross-site", "same-site"):
        abort(403)
    origin = request.headers.get("Origin")
    if origin is not None and urlsplit(origin).netloc != request.host:
        abort(403)
