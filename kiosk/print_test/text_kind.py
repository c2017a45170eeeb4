"""What kind of code a test sheet bears; never whose, and never the code itself."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from domain import enrolment
from domain.code import PREFIX, CodeClass, CodeFault, VerifyingKey, genuine, verified
from domain.venue import poster_id
from domain.wording import Sentence

_VENUE: Final = re.compile(r"(?i)https?://(?P<host>[a-z0-9.\-\[\]:]{1,260})/v/(?P<id>[a-z2-7]{26})")
_MOST_HOST: Final = 60

_CLASSES: Final = {
    CodeClass.PHONE: Sentence("Visitor code of a phone, of this site", "本站点的手机访客码"),
    CodeClass.CARD: Sentence("Visitor code of a card, of this site", "本站点的访客卡"),
}
_OVER: Final = {
    CodeClass.PHONE: Sentence("Visitor code of a phone, no longer valid", "手机访客码，已失效"),
    CodeClass.CARD: Sentence("Visitor code of a card, not valid now", "访客卡，当前无效"),
}
_FOREIGN_VISITOR: Final = Sentence(
    "Visitor code that this site did not sign, or damaged", "访客码，但非本站点签发或已损坏"
)
_VENUE_HERE: Final = Sentence("Venue code of this site, {host}", "本站点的场所码（{host}）")
_VENUE_ELSEWHERE: Final = Sentence(
    "Venue code of another site, {host}: do not put it up", "其他网站的场所码（{host}），请勿张贴"
)
_ENROLMENT: Final = Sentence("Enrolment code of a kiosk: keep it secret", "终端登记码，请勿外传")
_OTHER: Final = Sentence("Another code, not of this system", "其他二维码，非本系统的码")


@dataclass(frozen=True, slots=True)
class TextKind:
    """What a text is, in words for the staff, and whether it belongs to this site."""

    sentence: Sentence
    is_ours: bool


def kind_of(text: str | None, host: str, keys: Iterable[VerifyingKey], now_s: int) -> TextKind:
    """The kind of a code's text (None: bytes that are no text); `host` is this site's own."""
    if text is None:
        return TextKind(_OTHER, False)
    if text.startswith(PREFIX):
        return _visitor(text, tuple(keys), now_s)
    if text.startswith(enrolment.PREFIX):
        return TextKind(_ENROLMENT, False)
    found = _VENUE.fullmatch(text)
    if found is None or poster_id(found["id"]) is None:
        return TextKind(_OTHER, False)
    is_ours = found["host"].casefold() == host.casefold()
    said = _VENUE_HERE if is_ours else _VENUE_ELSEWHERE
    return TextKind(said.filled(host=found["host"].lower()[:_MOST_HOST]), is_ours)


def _visitor(text: str, keys: tuple[VerifyingKey, ...], now_s: int) -> TextKind:
    code = genuine(text, keys, now_s)
    if isinstance(code, CodeFault):
        return TextKind(_FOREIGN_VISITOR, False)
    is_over = isinstance(verified(text, keys, now_s), CodeFault)
    return TextKind((_OVER if is_over else _CLASSES)[code.code_class], True)
