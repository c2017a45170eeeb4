"""The files of a run: read with a limit, and written under another name until they are whole."""

from __future__ import annotations

import os
from contextlib import suppress
from itertools import count
from pathlib import Path
from typing import BinaryIO, Self

from domain.errors import InputError, UnavailableError
from domain.wording import Sentence


def content_of(path: Path, most: int) -> bytes:
    """The bytes of a file, of a too large one only `most` and one more; InputError if it cannot be read."""
    try:
        with path.open("rb") as file:
            return file.read(most + 1)
    except FileNotFoundError:
        raise InputError(
            "input", "The file does not exist; check the path.", "文件不存在，请检查路径。"
        ) from None
    except (OSError, ValueError) as broken:
        why = broken.strerror if isinstance(broken, OSError) else broken
        raise InputError("input", f"The file cannot be read: {why}.", "文件无法读取。") from None


class Draft:
    """A new file beside `path` that takes its place when it is kept, and else leaves no trace.

    UnavailableError when it cannot be written.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._draft = path.with_name(f".{path.name}.{os.getpid()}.part")
        self._file: BinaryIO | None = None

    def __enter__(self) -> Self:
        try:
            self._file = self._draft.open("xb")
        except OSError as broken:
            raise self._unwritable(broken) from None
        return self

    def __exit__(self, *_: object) -> None:
        if self._file is not None:
            with suppress(OSError):  # a full disk, which was told when it filled up
                self._file.close()
        self._draft.unlink(missing_ok=True)

    def write(self, data: bytes) -> int:
        """Append bytes."""
        assert self._file is not None
        try:
            return self._file.write(data)
        except OSError as broken:
            raise self._unwritable(broken) from None

    def keep(self) -> None:
        """Give the whole file its name; what had that name before is gone."""
        assert self._file is not None
        try:
            self._file.flush()
            os.fsync(self._file.fileno())
            self._file.close()
            self._draft.replace(self._path)
        except OSError as broken:
            raise self._unwritable(broken) from None

    def _unwritable(self, broken: OSError) -> UnavailableError:
        return UnavailableError(
            Sentence(f"Cannot write {self._path}: {broken.strerror}.", f"无法写入 {self._path}。")
        )


def set_aside(path: Path) -> Path | None:
    """Give a file that is there a free name (`x.codes.csv` → `x.codes.1.csv`) and return it."""
    if not path.exists():
        return None
    names = (path.with_name(f"{path.stem}.{number}{path.suffix}") for number in count(1))
    free = next(name for name in names if not name.exists())
    try:
        return path.rename(free)
    except OSError as broken:
        raise UnavailableError(
            Sentence(f"Cannot rename {path}: {broken.strerror}.", f"无法重命名 {path}。")
        ) from None
