"""How this kiosk is, by its running screen, or by its disk when it does not run."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import httpx

from kiosk.host.identity import VERSION, Identity, state_folder
from kiosk.screen.server import HOST
from kiosk.spool.file import FILE_NAME

_TIMEOUT_S = 2.0
_STATES = ("new", "quarantined")


def status_lines(home: Path, identity: Identity, port: int) -> Iterator[str]:
    """The lines to print, both languages in each; nothing in them is secret or about people."""
    place = identity.entrance
    yield f"kiosk 终端\t{identity.kiosk_id} {VERSION} {identity.server}"
    running = _running(port, identity)
    if running is None:
        yield f"place 位置\t{place.venue_name} · {place.name}"
        yield "state 状态\tnot running 未运行"
        yield from _kept(state_folder(home, identity.kiosk_id) / FILE_NAME)
        return
    yield f"place 位置\t{running['venue']} · {running['entrance']}"
    for name, value in _vitals(running):
        yield f"{name}\t{value}"


def _running(port: int, identity: Identity) -> dict[str, Any] | None:
    """The state of the screen on this port, None when no kiosk of this identity answers there."""
    try:
        with httpx.Client(timeout=_TIMEOUT_S, trust_env=False) as client:
            value = client.get(f"http://{HOST}:{port}/state").json()
    except (httpx.HTTPError, ValueError):
        return None
    return value if isinstance(value, dict) and value.get("kiosk_id") == identity.kiosk_id else None


def _vitals(state: dict[str, Any]) -> Iterator[tuple[str, str]]:
    camera, rules, offset = state["camera"], state["rules"], state["clock_offset_ms"]
    yield "state 状态", f"{state['link']['en']} {state['link']['zh']}"
    yield "camera 摄像头", f"{camera['en']} {camera['zh']} {camera['fps']:.1f} fps"
    yield "waiting 待上传", f"{state['waiting']}"
    yield "aside 未被接收", f"{state['quarantined']}"
    age = rules["age_ms"]
    yield "rules 规则", "none 无" if age is None else f"{rules['seq']}, {age // 1000} s"
    yield "clock 时钟", "unknown 未知" if offset is None else f"{offset / 1000:+.1f} s"
    yield "foreign 其他二维码", f"{state['foreign']}"
    for notice in state["notices"]:
        yield "notice 提示", f"{notice['en']} {notice['zh']}"


def _kept(path: Path) -> Iterator[str]:
    """What waits in the spool, read beside it and changing nothing."""
    counts = dict.fromkeys(_STATES, 0)
    if path.exists():
        try:
            with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)) as connection:
                counts |= dict(connection.execute("SELECT state, count(*) FROM entry GROUP BY state"))
        except sqlite3.Error as error:
            yield f"waiting 待上传\tcannot be read 无法读取 ({type(error).__name__})"
            return
    yield f"waiting 待上传\t{counts['new']}"
    yield f"aside 未被接收\t{counts['quarantined']}"
