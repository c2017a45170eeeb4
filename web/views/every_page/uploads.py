"""Room for the few uploads that are larger than a form, for people who are signed in."""

from __future__ import annotations

from flask import request
from flask_login import current_user

from web.services.gates import importing
from web.services.printing import printing_checks
from web.services.visits.rounds import place_pictures, rounds_reading

# By endpoint; what a form sends beside the file fits as well.
_ROOM = {
    "printing_checks.check": printing_checks.FILE_MOST + 100_000,
    "applications.posted": printing_checks.FILE_MOST + 100_000,
    "place_pictures.put": place_pictures.FILE_MOST + 100_000,
    "patrol.read": rounds_reading.PICTURE_MOST + 100_000,
    "patrol.look": rounds_reading.PICTURE_MOST + 100_000,
    "quarantine.brought": importing.FILE_MOST + 100_000,
}


def room_for_uploads() -> None:
    """Raise this request's limit before anything reads its body; strangers keep the small one."""
    room = _ROOM.get(request.endpoint or "")
    if room and current_user.is_authenticated:
        request.max_content_length = room
