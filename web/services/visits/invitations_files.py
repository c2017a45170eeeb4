"""What an invitation leaves as: a card to print or send with its QR, the text to send, the calendar file."""

from __future__ import annotations

from datetime import UTC, datetime
from urllib.parse import urlsplit

from domain.hours import local_time
from domain.wording import Sentence
from printables.drawing import Camera, Drawing, Rect, SymbolAt, Use, Weight
from printables.fonts import default_face
from printables.grid import Grid
from printables.layout import Field, Row, Stack
from printables.look import ACCENT, PRINTER_DOT, SOFT, Style
from printables.papers import PAPERS
from printables.symbol import QUIET_ZONE, qr
from printables.wording import languages_of
from web.services.installation import Installation
from web.services.places.posters.posters import Artefact, written
from web.services.visits.invitations import Invitation, detail, link
from web.store.scope import Scope

_LEVEL = "M"
_USE = Use(Camera.PHONE, 150, _LEVEL)
_LEFT, _TOP, _RIGHT, _BOTTOM = 9.0, 9.0, 96.0, 139.0
_CODE_SIDE = 46.0
_RULE = (9.0, 1.2, 2.6)
_TITLE = Style(8.0, 4.5, weight=Weight.BOLD, leading=1.2, one_line_from=0.5)
_NAME = Style(5.4, 3.2, weight=Weight.BOLD, leading=1.2, one_line_from=0.6)
_SAID = Style(3.3, 2.4, SOFT)
_WHEN = Style(4.2, 2.8, one_line_from=0.7)

_INVITATION = Sentence("Invitation", "访客邀请")
_SCAN = Sentence(
    "Scan this with your phone before you come, and fill in your name and phone.",
    "来访前请用手机扫描此码，填写姓名和电话。",
)
_AT_DOOR = Sentence("At the entrance, show the code you get.", "到达时在入口出示所获得的访客码。")
_SENT = Sentence(
    "{enterprise} expects you. {when}{where}. Please open this link on your phone before you come, and fill "
    "in your name and phone: {link}",
    "{enterprise} 邀请您来访。{when}{where}。来访前请用手机打开以下链接，填写姓名和电话：{link}",
)


def artefact(inst: Installation, scope: Scope, invitation_id: str, kind: str) -> Artefact:
    """The invitation's card as a PDF, PNG or SVG on A6; NotFoundError outside the scope."""
    invitation = detail(inst, scope, invitation_id)
    # In capitals, so that the code stays in the alphanumeric mode and small.
    drawing = _card(invitation, link(inst, scope, invitation_id).upper())
    return written(drawing, kind, f"invitation-{invitation.id[:6]}")


def share_text(inst: Installation, scope: Scope, invitation_id: str) -> Sentence:
    """The words to send with the link; no visitor and no host is named in them."""
    invitation = detail(inst, scope, invitation_id)
    places = [part for part in (invitation.venue_name, invitation.address) if part]
    named = {
        "enterprise": invitation.enterprise_name,
        "when": when_text(invitation),
        "link": link(inst, scope, invitation_id),
    }
    return Sentence(
        _SENT.en.format(**named, where="".join(f", {place}" for place in places)),
        _SENT.zh.format(**named, where="".join(f"，{place}" for place in places)),
    )


def when_text(invitation: Invitation) -> str:
    """From when until when, in the venue's zone; the second day is left out when it is the first."""
    begins, ends = (local_time(at, invitation.zone) for at in (invitation.from_ms, invitation.until_ms))
    until = f"{ends:%H:%M}" if ends.date() == begins.date() else f"{ends:%Y-%m-%d %H:%M}"
    return f"{begins:%Y-%m-%d %H:%M} – {until}"


def calendar(inst: Installation, invitation: Invitation, title: str) -> bytes:
    """The visit for a phone's calendar (RFC 5545): where and when, and nobody's name."""
    host = urlsplit(inst.settings.base_url).hostname or "localhost"
    place = ", ".join(part for part in (invitation.venue_name, invitation.address) if part)
    lines = (
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Code and Place//Visits//EN",
        "BEGIN:VEVENT",
        f"UID:invitation-{invitation.id}@{host}",
        f"DTSTAMP:{_utc(inst.now_ms())}",
        f"DTSTART:{_utc(invitation.from_ms)}",
        f"DTEND:{_utc(invitation.until_ms)}",
        f"SUMMARY:{_escaped(title)}",
        *((f"LOCATION:{_escaped(place)}",) if place else ()),
        "END:VEVENT",
        "END:VCALENDAR",
    )
    return b"".join(_folded(line) for line in lines)


def _card(invitation: Invitation, url: str) -> Drawing:
    """An A6 card: who invites, when and where above, the code and what to do with it below."""
    width, height = PAPERS["A6"]
    speaks = languages_of(("zh", "en"))
    grid = Grid(default_face(), speaks, 1.0, _LEFT, _RIGHT - _LEFT, _LEFT + (_RIGHT - _LEFT) / 2 + 2)
    head = Stack(
        (
            Row(
                (grid.first_cell(grid.own(grid.both(_INVITATION), _TITLE, grid.width)),), _RULE[1] + _RULE[2]
            ),
            grid.line(Field(Sentence("enterprise", "单位"), invitation.enterprise_name), _NAME, 2.0, 13.5),
            grid.line(Field(Sentence("time", "时间"), when_text(invitation)), _WHEN, 2.0, 11.0),
            grid.line(Field(Sentence("venue", "场所"), invitation.venue_name), _WHEN, 1.0, 11.0),
            grid.line(Field(Sentence("address", "地址"), invitation.address), _SAID, 0.5, 9.0),
        )
    )
    foot = Stack((grid.stacked(_SCAN, _SAID, 0.0), grid.stacked(_AT_DOOR, _SAID, 1.0)))
    symbol = qr(url, _LEVEL)
    module = int(_CODE_SIDE / (symbol.size + 2 * QUIET_ZONE) / PRINTER_DOT) * PRINTER_DOT
    side = (symbol.size + 2 * QUIET_ZONE) * module
    foot_top = _BOTTOM - foot.height
    # The code in the middle of what the words leave.
    top = _TOP + head.height + (foot_top - _TOP - head.height - side) / 2
    code = SymbolAt(symbol, (width - side) / 2, top, module, _USE)
    rule = Rect(_LEFT, _TOP, _RULE[0], _RULE[1], ACCENT)
    return Drawing(
        width,
        height,
        grid.both(_INVITATION),
        speaks[0].tag,
        grid.face,
        (rule, *head.at(_TOP), code, *foot.at(foot_top)),
        (*head.findings, *foot.findings),
    )


def _utc(at_ms: int) -> str:
    return f"{datetime.fromtimestamp(at_ms / 1000, UTC):%Y%m%dT%H%M%SZ}"


def _escaped(text: str) -> str:
    """Text as RFC 5545 §3.3.11 writes it."""
    for mark in ("\\", ";", ","):
        text = text.replace(mark, f"\\{mark}")
    return text


def _folded(line: str) -> bytes:
    """A content line of at most 75 octets, never cut within a character (RFC 5545 §3.1)."""
    made, current = b"", b""
    for character in line:
        octets = character.encode("utf-8")
        if len(current) + len(octets) > 75:
            made, current = made + current + b"\r\n", b" "
        current += octets
    return made + current + b"\r\n"
