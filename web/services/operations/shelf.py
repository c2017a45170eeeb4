"""Files that one machine made and any other hands out: in the database, sealed, while they are offered.

On SQLite there is one machine: a file lies where it was made, and nothing here does anything.
"""

from __future__ import annotations

import errno
import os
from functools import partial
from pathlib import Path
from typing import Final

from domain.errors import TamperedError
from web.services.installation import Installation
from web.store import file_pieces

_PIECE: Final = 1 << 20
MOST_BYTES: Final = 1 << 30


def put(inst: Installation, owner: str, path: Path) -> None:
    """Let every machine hand out this file; OSError when it is larger than a database should hold."""
    if not inst.is_shared:
        return
    if path.stat().st_size > MOST_BYTES:
        raise OSError(errno.EFBIG, os.strerror(errno.EFBIG))
    inst.write(partial(file_pieces.removed, owner=owner))
    with path.open("rb") as file:
        number = 0
        while piece := file.read(_PIECE):
            body = inst.cipher.sealed(piece, _place(owner, number))
            inst.write(partial(file_pieces.added, owner=owner, number=number, body=body))
            number += 1


def is_here(inst: Installation, owner: str, path: Path) -> bool:
    """Whether the file lies at this path now; it is fetched when another machine made it."""
    if path.is_file() or not inst.is_shared:
        return path.is_file()
    draft = path.with_name(f"{path.name}.fetched")
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    number = 0
    try:
        with draft.open("wb") as file:
            while body := inst.ask(partial(file_pieces.piece, owner=owner, number=number)):
                file.write(inst.cipher.opened(body, _place(owner, number)))
                number += 1
        if number:
            draft.replace(path)
    except TamperedError:  # sealed with a key that is not used any more: as good as gone
        return False
    finally:
        draft.unlink(missing_ok=True)
    return number > 0


def drop(inst: Installation, owner: str) -> None:
    """Offer the file no more."""
    if inst.is_shared:
        inst.write(partial(file_pieces.removed, owner=owner))


def owners(inst: Installation, prefix: str) -> list[str]:
    """Whose files are offered, of those whose names begin so."""
    return inst.ask(partial(file_pieces.owners, prefix=prefix)) if inst.is_shared else []


def _place(owner: str, number: int) -> str:
    return f"file_pieces|{owner}|{number}"
