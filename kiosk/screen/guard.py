"""Lets only our own page change anything: another site in the same browser may send, but not from here."""

from __future__ import annotations

from flask import Response, request

_READING = ("GET", "HEAD", "OPTIONS")


def from_this_page() -> Response | None:
    """403 for a changing request that a browser did not send from this very page.

    The host itself is checked before (TRUSTED_HOSTS). Sec-Fetch-Site and Origin are set by the browser and
    out of a page's reach; a JSON body cannot come from a form, only from a script of the same origin.
    """
    if request.method in _READING:
        return None
    site, origin = request.headers.get("Sec-Fetch-Site"), request.headers.get("Origin")
    own = f"{request.scheme}://{request.host}"
    if site not in (None, "same-origin") or (origin or "") not in (own, ""):
        return _refused()
    if site is None and origin is None:
        return _refused()
    return None if request.is_json else Response(status=415)


def _refused() -> Response:
    return Response("Only this kiosk's own page may do this. 仅限本终端页面操作。", 403)
