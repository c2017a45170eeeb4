"""The life of one code after it was issued: printed, hung up and seen there, taking another's place."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import urlsplit

from domain.errors import InputError
from domain.venue import PosterState, poster_id
from domain.wording import Sentence
from web.db.connecting.connection import Connection, Record
from web.services.errors import NotFoundError
from web.services.installation import Installation
from web.services.places.place_rows import may_be_restored
from web.services.printing.printing_checks import opened_apart, suffix_of
from web.store.places import places
from web.store.scope import Scope

_AT_ONCE = 200
_PHOTO = {"camera": "phone", "distance": None, "module_mm": None, "is_file": False}


def mark_printed(inst: Installation, scope: Scope, poster_id: str) -> None:
    """Note that a poster in scope was printed; one that hangs already stays so."""

    def work(connection: Connection) -> None:
        row = _living(connection, scope, poster_id)
        if row.state == PosterState.ISSUED:
            values = {"state": PosterState.PRINTED, "printed_ms": inst.now_ms()}
            places.poster_changed(connection, scope, poster_id, **values)

    inst.write(work)


def mark_all_printed(inst: Installation, scope: Scope, poster_ids: Sequence[str]) -> None:
    """Note that these posters were printed, as far as they are in scope; those that hang already stay so."""

    def work(connection: Connection) -> None:
        for at in range(0, len(poster_ids), _AT_ONCE):
            places.posters_printed(connection, scope, poster_ids[at : at + _AT_ONCE], inst.now_ms())

    if poster_ids:
        inst.write(work)


def withdraw_replaced(inst: Installation, scope: Scope, poster_id: str) -> int:
    """Withdraw the older posters of an entrance where this one hangs; returns how many.

    InputError before this one was seen there: until then visitors need the old one.
    """

    def work(connection: Connection) -> int:
        row = _living(connection, scope, poster_id)
        if row.state != PosterState.POSTED:
            raise InputError("poster", NOT_POSTED.en, NOT_POSTED.zh)
        old = [one.id for one in places.posters_before(connection, scope, row) if one.revoked_ms is None]
        for identity in old:
            values = {"state": PosterState.REVOKED, "revoked_ms": inst.now_ms()}
            places.poster_changed(connection, scope, identity, **values)
        return len(old)

    return inst.write(work)


def restore(inst: Installation, scope: Scope, poster_id: str) -> None:
    """Let a poster count again that was withdrawn within the last hour; InputError afterwards."""

    def work(connection: Connection) -> None:
        row = places.poster_row(connection, scope, poster_id=poster_id)
        if row is None or row.state != PosterState.REVOKED:
            raise NotFoundError
        if not may_be_restored(row.revoked_ms, inst.now_ms()):
            raise InputError("poster", TOO_LATE.en, TOO_LATE.zh)
        before = PosterState.PRINTED if row.printed_ms else PosterState.ISSUED
        state = PosterState.POSTED if row.posted_ms else before
        places.poster_changed(connection, scope, poster_id, state=state, revoked_ms=None)

    inst.write(work)


def mark_posted(inst: Installation, scope: Scope, poster_id: str, photo: bytes) -> None:
    """Note that a poster hangs, if it is the one code that is read in a photograph of it.

    InputError says what is wrong. The photograph is looked at in a process of its own and not kept: only
    that it was seen, and when.
    """
    inst.ask(lambda connection: _living(connection, scope, poster_id))
    answer, _ = opened_apart("print", photo, suffix_of(photo), dict(_PHOTO))
    texts = {told["text"].strip().upper() for told in answer["reports"] if told["text"]}
    _expect_only(inst, texts, poster_id)

    def work(connection: Connection) -> None:
        row, now_ms = _living(connection, scope, poster_id), inst.now_ms()
        values = {"state": PosterState.POSTED, "posted_ms": now_ms, "printed_ms": row.printed_ms or now_ms}
        places.poster_changed(connection, scope, poster_id, **values)

    inst.write(work)


def _expect_only(inst: Installation, texts: set[str], wanted: str) -> None:
    if not texts:
        raise InputError(
            "photo",
            "No code is read in this photograph. Go nearer, hold still, and show the whole poster.",
            "照片中未读到场所码。请靠近、拿稳，拍下整张海报。",
        )
    host = urlsplit(inst.settings.base_url).netloc.upper()
    found = {_poster_of(text, host) for text in texts}
    if found == {wanted}:
        return
    if wanted in found:
        raise InputError(
            "photo",
            "There is another code beside this poster. Take it down if it is not yours, and try again.",
            "海报旁还有其他二维码。若非本单位所贴请取下，然后重拍。",
        )
    raise InputError(
        "photo",
        "This is another code, not this poster. Compare the number below the code.",
        "照片中不是这张海报，请核对码下方的编号。",
    )


def _poster_of(text: str, host: str) -> str:
    """The id of the poster that a text stands for, "" when it is none of this installation's."""
    before, address, symbols = text.rpartition("/V/")
    identity = poster_id(symbols) if address and before.partition("://")[2] == host else None
    return identity.hex() if identity else ""


def _living(connection: Connection, scope: Scope, identity: str) -> Record:
    row = places.poster_row(connection, scope, poster_id=identity)
    if row is None or row.state == PosterState.REVOKED:
        raise NotFoundError
    return row


NOT_POSTED = Sentence(
    "Photograph the new poster where it hangs first; until then visitors need the old one.",
    "请先拍下已张贴的新场所码；在此之前访客仍需使用旧码。",
)
TOO_LATE = Sentence(
    "It was withdrawn more than an hour ago and stays so. Make a new poster.",
    "作废已超过一小时，不能恢复。请签发新码。",
)
