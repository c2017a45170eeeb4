"""What hangs at a door, told from the texts of the codes that were read there."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import urlsplit

from domain.venue import PosterState, poster_id
from domain.wording import Sentence
from web.db.connecting.connection import Connection, Record
from web.store.places import places
from web.store.scope import PROGRAM, Scope

_HOST_MOST = 80
_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.\-]{1,20}):")
# What a visitor or a kiosk shows is no poster, and nothing that somebody hung up.
_NOT_HUNG = ("CP1:",)
_NO_ADDRESS = Sentence("no web address", "非网址内容")


class Verdict(StrEnum):
    """What a look at a door found. Values are stored: never rename, only add."""

    GENUINE = "genuine"
    MISPLACED = "misplaced"
    REVOKED = "revoked"
    UNKNOWN = "unknown"
    FOREIGN = "foreign"
    SEVERAL = "several"
    MISSING = "missing"


VERDICT_NAMES: dict[str, Sentence] = {
    Verdict.GENUINE: Sentence("Genuine", "正常"),
    Verdict.MISPLACED: Sentence("Wrong door", "贴错位置"),
    Verdict.REVOKED: Sentence("Withdrawn poster", "旧码"),
    Verdict.UNKNOWN: Sentence("Unknown poster", "未知场所码"),
    Verdict.FOREIGN: Sentence("Foreign code", "外来二维码"),
    Verdict.SEVERAL: Sentence("Several codes", "多个二维码"),
    Verdict.MISSING: Sentence("Nothing hangs", "未张贴"),
}


@dataclass(frozen=True, slots=True)
class Code:
    """One code that was read: the poster id if it opens this site, else where it leads instead."""

    poster_id: str = ""
    foreign: Sentence | None = None


@dataclass(frozen=True, slots=True)
class Hanging:
    """The verdict on a door, with the poster (hex id or "") and the foreign codes it rests on."""

    verdict: Verdict
    sentence: Sentence
    poster_id: str = ""
    foreign: tuple[Sentence, ...] = ()


def codes_in(texts: Iterable[str], base_url: str) -> tuple[Code, ...]:
    """The distinct codes among texts as they were read; visitors' own codes are left out."""
    own = urlsplit(base_url).netloc.upper()
    hung = [text.strip() for text in texts if text.strip() and not text.strip().startswith(_NOT_HUNG)]
    return tuple(dict.fromkeys(_code(text, own) for text in hung))


def hanging(connection: Connection, scope: Scope, door: Record, codes: tuple[Code, ...]) -> Hanging:
    """What hangs at `door`, a row of `places.entrance_row` that is in scope.

    Of a poster that belongs to somebody out of scope nothing is told but that it does.
    """
    foreign = tuple(code.foreign for code in codes if code.foreign)
    if not codes:
        return Hanging(Verdict.MISSING, _MISSING.filled(entrance=door.name))
    if len(codes) > 1:
        return Hanging(Verdict.SEVERAL, _several(codes, foreign), foreign=foreign)
    if foreign:
        return Hanging(Verdict.FOREIGN, _filled(_FOREIGN, foreign[0]), foreign=foreign)
    return _ours(connection, scope, door, codes[0].poster_id)


def _ours(connection: Connection, scope: Scope, door: Record, identity: str) -> Hanging:
    row = places.poster_row(connection, PROGRAM, poster_id=identity) if identity else None
    if row is None:
        return Hanging(Verdict.UNKNOWN, _UNKNOWN)
    names = {"entrance": door.name, "venue": door.venue_name, "serial": row.serial}
    if row.entrance_id != door.id:
        other = places.entrance_row(connection, scope, row.entrance_id)
        told = {"entrance": other.name, "venue": other.venue_name} if other else {}
        return Hanging(Verdict.MISPLACED, _MISPLACED.filled(**told) if told else _NOT_YOURS, row.id)
    if row.state == PosterState.REVOKED:
        return Hanging(Verdict.REVOKED, _REVOKED.filled(**names), row.id)
    return Hanging(Verdict.GENUINE, _GENUINE.filled(**names), row.id)


def _code(text: str, own_host: str) -> Code:
    try:
        parts = urlsplit(text)
        host, port = parts.hostname or "", parts.port
    except ValueError:  # an address that is none
        return Code(foreign=_NO_ADDRESS)
    if parts.scheme.lower() in ("http", "https") and host:
        if parts.netloc.upper() == own_host:
            return Code(_poster_of(parts.path))
        shown = f"{_as_ascii(host)}:{port}" if port else _as_ascii(host)
        return Code(foreign=Sentence(shown, shown))
    scheme = _SCHEME.match(text)
    return Code(foreign=Sentence(f"{scheme[1]}:", f"{scheme[1]}:") if scheme else _NO_ADDRESS)


def _as_ascii(host: str) -> str:
    """A host as the network knows it: letters of other scripts can look like ours."""
    try:
        return host.encode("idna").decode("ascii")[:_HOST_MOST]
    except UnicodeError:  # a label that is empty or too long
        return host.encode("ascii", "backslashreplace").decode("ascii")[:_HOST_MOST]


def _poster_of(path: str) -> str:
    """The id of the poster that a path of this site stands for, "" when it is none (V6)."""
    found = re.fullmatch(r"/v/([^/]+)/?", path, re.IGNORECASE)
    identity = poster_id(found[1]) if found else None
    return identity.hex() if identity else ""


def _several(codes: tuple[Code, ...], foreign: tuple[Sentence, ...]) -> Sentence:
    if foreign:
        return _filled(_SEVERAL_FOREIGN.filled(count=len(codes), host="{host}"), foreign[0])
    return _SEVERAL.filled(count=len(codes))


def _filled(template: Sentence, host: Sentence) -> Sentence:
    return Sentence(template.en.replace("{host}", host.en), template.zh.replace("{host}", host.zh))


_GENUINE = Sentence("This is poster No. {serial} of this door.", "这是本门的 {serial} 号海报，正常。")
_MISPLACED = Sentence(
    "This poster belongs to another door: {venue}, {entrance}. Hang it there.",
    "这张海报属于“{venue}”{entrance}，请移至该处张贴。",
)
_NOT_YOURS = Sentence(
    "This poster belongs to a place that is not in your care. Take it down and tell your office.",
    "这张海报属于您负责范围以外的场所，请取下并报告。",
)
_REVOKED = Sentence(
    "This poster, No. {serial}, was withdrawn. Take it down and hang up the present one.",
    "{serial} 号海报已作废，请取下并换上现用海报。",
)
_UNKNOWN = Sentence(
    "This code opens our site, but no poster has it. Take it down.",
    "此码指向本站，但没有对应的场所码，请取下。",
)
_FOREIGN = Sentence(
    "This code is not ours: it leads to {host}. Take it down. It is in the inbox.",
    "此码不属于本系统，指向 {host}。请清除，已列入待办。",
)
_SEVERAL = Sentence(
    "{count} codes hang here. Leave only this door’s, then scan again.",
    "此处有 {count} 个二维码。请只保留本门的场所码，然后重新扫描。",
)
_SEVERAL_FOREIGN = Sentence(
    "{count} codes hang here; one leads to {host}. Leave only this door’s, then scan again.",
    "此处有 {count} 个二维码，其中一个指向 {host}。请只保留本门的场所码，然后重新扫描。",
)
_MISSING = Sentence(
    "Nothing hangs at {entrance}. Bring a print on the next round.",
    "{entrance}未张贴场所码，请下次巡查时带去张贴。",
)
