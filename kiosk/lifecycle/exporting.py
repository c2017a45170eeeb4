"""Takes what a kiosk had not delivered out of its spool into a sealed file, changing nothing there (S15)."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from domain.entry_file import NONCE_BYTES, EntryFile, sealed_file
from domain.errors import InputError
from domain.gap import gap_json
from kiosk.host.identity import Identity, state_folder
from kiosk.spool import gaps as spool_gaps
from kiosk.spool.file import FILE_NAME, SpoolDamagedError, check_soundness, connected, not_writable
from kiosk.spool.high_water import HighWater
from machine.durable import write_durably


def exported(
    home: Path, identity: Identity, out: Path, wall_ms: Callable[[], int], random: Callable[[int], bytes]
) -> int:
    """Write the entries that wait into `out`; how many there are.

    InputError when there is no spool or `out` is there already, SpoolError while the kiosk runs.
    """
    if out.exists():
        raise InputError(
            "out", f"{out} is there already. Give another name.", f"{out} 已存在，请换一个文件名。"
        )
    folder = state_folder(home, identity.kiosk_id)
    path = folder / FILE_NAME
    if not path.exists():
        raise InputError(
            "home",
            f"There are no entries in {home}. Give the kiosk's --home.",
            f"{home} 中没有记录，请用 --home 指定终端数据目录。",
        )
    content = _waiting(path, HighWater(folder / "high-water").mark.epoch, identity.kiosk_id, wall_ms())
    hashed = hashlib.sha256(identity.credential.encode("utf-8")).digest()
    try:
        write_durably(out, sealed_file(content, hashed, random(NONCE_BYTES)))
    except OSError as error:
        raise InputError(
            "out", f"{out} cannot be written ({error.strerror}).", f"无法写入 {out}（{error.strerror}）。"
        ) from error
    return len(content.bodies)


def _waiting(path: Path, epoch: int, kiosk_id: str, at_ms: int) -> EntryFile:
    with closing(connected(path, epoch)) as connection:
        try:
            check_soundness(connection, path)
            rows = connection.execute("SELECT body FROM entry WHERE state = 'new' ORDER BY seq").fetchall()
            gaps = spool_gaps.untold(connection)
        except sqlite3.Error as error:
            raise not_writable(error) from error
        except SpoolDamagedError as error:
            raise InputError(
                "home",
                f"The entries are damaged ({error}). Start the kiosk once: it keeps them aside and goes on.",
                f"记录文件已损坏（{error}）。请启动一次终端，它会另存该文件后继续。",
            ) from error
    bodies = tuple(bytes(body) for (body,) in rows)
    return EntryFile(kiosk_id, at_ms, bodies, tuple(gap_json(gap) for gap in gaps))
