"""Checks of prints from a photograph or a file, which a process of its own looks at and nobody keeps."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from domain.errors import InputError
from domain.venue import PosterState, poster_id
from domain.wording import Sentence
from printables.kinds.poster_parts import POSTER_PAPERS
from printables.look import PRINTER_DOT
from web.db.connecting.connection import Connection
from web.services.installation import Installation
from web.services.printing.printing_sizes import unfit_by_header
from web.store.places import places
from web.store.scope import Scope

FILE_MOST: Final = 16_000_000
# The opener bounds its own work, in time of a processor; this is for a machine that gives it none.
_PATIENCE_S: Final = 60
# Each takes a second of a processor and up to 260 MB.
_AT_ONCE = threading.BoundedSemaphore(2)
# The papers on which a poster's code has a known size.
PAPERS: Final = tuple(POSTER_PAPERS)


@dataclass(frozen=True, slots=True)
class Asked:
    """What to measure by: the reader, from how many metres, on which paper our poster was printed.

    `is_file` means a picture that is still to be printed, no photograph of a print.
    """

    camera: str = "phone"
    distance: float | None = None
    paper: str = ""
    is_file: bool = False


@dataclass(frozen=True, slots=True)
class Remark:
    """One thing to say; a failing one must be changed."""

    sentence: Sentence
    fails: bool


@dataclass(frozen=True, slots=True)
class CodeReport:
    """One code that was found, or that none was (`found` is False), and whose code it is."""

    page: int
    found: bool
    passes: bool
    facts: tuple[Sentence, ...]
    remarks: tuple[Remark, ...]
    whose: Remark | None


def inspected(
    inst: Installation, scope: Scope, data: bytes, asked: Asked, entrance_id: str = ""
) -> tuple[CodeReport, ...]:
    """A report on every code in a photograph, picture or PDF; InputError when the file cannot be used.

    With an entrance its own poster is expected. Nothing of the file outlives the call.
    """
    module = POSTER_PAPERS[asked.paper].dots * PRINTER_DOT if asked.paper in POSTER_PAPERS else None
    options: dict[str, object] = {
        "camera": asked.camera if asked.camera in ("phone", "kiosk") else "phone",
        "distance": asked.distance,
        "module_mm": module,
        "is_file": asked.is_file,
    }
    suffix = suffix_of(data)
    if why := unfit_by_header(data):
        raise InputError("file", why.en, why.zh)
    answer, _ = opened_apart("print", data, suffix, options)
    return tuple(_report(inst, scope, told, entrance_id) for told in answer["reports"])


def opened_apart(
    what: str, data: bytes, suffix: str, options: dict[str, object]
) -> tuple[dict[str, Any], bytes]:
    """What the opener answers about a file, and the pixels behind it; InputError when it refuses or fails."""
    if not _AT_ONCE.acquire(timeout=1):
        raise InputError(
            "file",
            "Other files are being checked at this moment; send it again in a few seconds.",
            "正在检查其他文件，请过几秒再发送。",
        )
    try:
        with tempfile.TemporaryDirectory(prefix="opened-") as folder:
            path = Path(folder) / f"file{suffix}"
            path.write_bytes(data)
            command = [sys.executable, "-m", "web.services.printing.printing_opener", what, str(path)]
            done = subprocess.run(
                [*command, json.dumps(options)],
                capture_output=True,
                timeout=_PATIENCE_S,
                check=False,
                cwd=_ROOT,
            )
    except subprocess.TimeoutExpired:
        raise _unreadable() from None
    finally:
        _AT_ONCE.release()
    if done.returncode:
        raise _unreadable()
    line, _, pixels = done.stdout.partition(b"\n")
    answer: dict[str, Any] = json.loads(line)
    if "refused" in answer:
        raise InputError("file", *answer["refused"])
    return answer, pixels


# Where the packages lie, wherever the server was started from.
_ROOT: Final = Path(__file__).parents[3]


def suffix_of(data: bytes) -> str:
    """How the opener is to take the bytes, by what they begin with; InputError for none and for HEIC."""
    if not data:
        raise InputError("file", "Choose a photograph or a file.", "请选择照片或文件。")
    if data[4:8] == b"ftyp":
        raise InputError(
            "file",
            "This is a HEIC picture, which only some devices can open. On the iPhone choose Settings, "
            "Camera, Formats, Most Compatible and take it again, or send a screenshot of it.",
            "这是 HEIC 照片，并非所有设备都能打开。"
            "请在 iPhone 的“设置—相机—格式”中选“兼容性最佳”后重拍，或发送截图。",
        )
    return ".pdf" if data[:1024].lstrip().startswith(b"%PDF") else ".picture"


def _report(inst: Installation, scope: Scope, told: dict[str, Any], entrance_id: str) -> CodeReport:
    whose = _whose(inst, scope, told["text"], entrance_id) if told["text"] else None
    remarks = tuple(Remark(Sentence(en, zh), fails) for _, en, zh, fails in told["findings"])
    return CodeReport(
        told["page"],
        not any(code == "no-code" for code, *_ in told["findings"]),
        told["passes"] and not (whose and whose.fails),
        tuple(Sentence(*fact) for fact in told["facts"]),
        remarks,
        whose,
    )


def _whose(inst: Installation, scope: Scope, text: str, entrance_id: str) -> Remark:
    """Whether it is this installation's poster, one that counts, and the entrance's own."""
    before, address, symbols = text.strip().upper().rpartition("/V/")
    host = urlsplit(inst.settings.base_url).netloc.upper()
    if not address or before.partition("://")[2] != host:
        return Remark(_FOREIGN, bool(entrance_id))
    identity = poster_id(symbols)

    def work(connection: Connection) -> Remark:
        row = places.poster_row(connection, scope, poster_id=identity.hex()) if identity else None
        door = places.entrance_row(connection, scope, row.entrance_id) if row else None
        if row is None or door is None:
            return Remark(_UNKNOWN, True)
        names = {"venue": door.venue_name, "entrance": door.name, "serial": row.serial}
        if row.state == PosterState.REVOKED:
            return Remark(_WITHDRAWN.filled(**names), True)
        if entrance_id and door.id != entrance_id:
            return Remark(_ELSEWHERE.filled(**names), True)
        return Remark(_OURS.filled(**names), False)

    return inst.read(work)


def entrance_called(inst: Installation, scope: Scope, entrance_id: str) -> str:
    """The venue and entrance that a check is for; "" when it is for none in scope."""
    door = inst.ask(lambda connection: places.entrance_row(connection, scope, entrance_id))
    return f"{door.venue_name} · {door.name}" if door else ""


def _unreadable() -> InputError:
    return InputError(
        "file",
        "This file takes too long or too much memory to open. "
        "Take the photograph again, or save the file anew.",
        "打开该文件耗时过长或占用内存过多，请重新拍摄或重新保存。",
    )


_OURS = Sentence(
    "This is poster No. {serial} of {venue}, {entrance}.", "这是“{venue}”{entrance}的 {serial} 号海报。"
)
_FOREIGN = Sentence(
    "This code opens another site; it is no poster of this installation.",
    "此码打开的是其他网站，不是本系统的场所码。",
)
_UNKNOWN = Sentence(
    "This code opens our site, but no poster of yours has it. Do not hang it up.",
    "此码指向本站，但不属于您管理的场所，请勿张贴。",
)
_WITHDRAWN = Sentence(
    "This is the withdrawn poster No. {serial} of {venue}, {entrance}. "
    "Take it down and print the present one.",
    "这是“{venue}”{entrance}已作废的 {serial} 号海报，请取下并打印现用海报。",
)
_ELSEWHERE = Sentence(
    "This poster belongs to another entrance: {venue}, {entrance}. Hang it there.",
    "这张海报属于其他出入口：“{venue}”{entrance}，请张贴在那里。",
)
