"""Looks at the machine: Python, readers, fonts, sentences, folders, their rights, room, and the clock."""

from __future__ import annotations

import os
import shutil
import stat
import sys
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Final

import numpy as np

from printables.fonts import FontMissingError, default_face, family_of
from printables.symbol import QUIET_ZONE, qr
from reader.engines import PYZBAR, ZXING
from reader.reading import read_with
from reader.versions import libraries
from web.db.connecting.condition import sqlite_version
from web.services.operations.doctor.check import Check, failed, warned, well
from web.settings import SITE_COMMAND, Settings

_LEAST_PYTHON: Final = (3, 11)
# The first with RETURNING and STRICT tables that were tried; Debian 12 has 3.40.1.
_LEAST_SQLITE: Final = (3, 37)
_GIB: Final = 2**30
_LITTLE, _TOO_LITTLE = 5 * _GIB, _GIB // 2
# 2026-01-01: no clock of a machine that runs this is earlier.
_EARLIEST_MS: Final = 1_767_225_600_000
_CATALOGUES: Final = Path(__file__).parents[3] / "translations"
_DISTRIBUTIONS: Final = {ZXING: "zxing-cpp", PYZBAR: "pyzbar"}


def checks(settings: Settings, now_ms: int) -> Iterator[Check]:
    """Everything that needs no database; nothing is changed."""
    yield _python()
    yield _sqlite()
    yield from _readers()
    yield _font()
    yield _sentences(_CATALOGUES)
    yield from folders(settings)
    yield _clock(now_ms)


def folders(settings: Settings) -> Iterator[Check]:
    """DATA_DIR and what only its owner may read in it."""
    home = settings.home
    if not home.is_dir():
        yield failed(
            "data folder 数据目录", f"{home}: missing 缺失",
            f"Set DATA_DIR as the site has it, or run: {SITE_COMMAND} migrate",
            f"请将 DATA_DIR 设为与网站相同，或运行：{SITE_COMMAND} migrate",
        )  # fmt: skip
        return
    if os.access(home, os.W_OK | os.X_OK):
        yield well("data folder 数据目录", str(home.absolute()))
    else:
        yield failed(
            "data folder 数据目录", f"{home}: not writable 不可写",
            f"Run this as the site's user, or give it the folder: chown -R codeplace {home.absolute()}",
            f"请以网站的用户运行，或更改所有者：chown -R codeplace {home.absolute()}",
        )  # fmt: skip
    yield _room(home)
    for path, wanted in ((settings.secrets, 0o700), (settings.secrets / "master.key", 0o600)):
        yield _rights(path, wanted)
    yield _owned(home)


def _python() -> Check:
    found = ".".join(map(str, sys.version_info[:3]))
    if sys.version_info[:2] >= _LEAST_PYTHON:
        return well("Python", found)
    return failed("Python", found, "Install Python 3.11 or newer.", "请安装 Python 3.11 或更新版本。")


def _sqlite() -> Check:
    found = ".".join(map(str, sqlite_version()))
    if sqlite_version() >= _LEAST_SQLITE:
        return well("SQLite", found)
    return failed(
        "SQLite", found, "Use a Python with SQLite 3.37 or newer.", "请使用带 SQLite 3.37 以上的 Python。"
    )


def _readers() -> Iterator[Check]:
    """Each library reads a symbol that is drawn here: a version alone would not say that it works."""
    symbol = qr("CODE AND PLACE", "M")
    drawn = np.pad(np.array(symbol.modules, dtype=bool), QUIET_ZONE)
    picture = np.where(np.kron(drawn, np.ones((6, 6), dtype=bool)), 0, 255).astype(np.uint8)
    for reader, distribution in _DISTRIBUTIONS.items():
        name, found = f"reader {reader} 识读库", _version(distribution)
        if [reading.text for reading in read_with(picture, reader)] == [symbol.text]:
            yield well(name, found)
        else:
            yield failed(
                name, f"{found}: does not read 无法识读",
                "Install again: libzbar0, and pip install --require-hashes -r requirements.lock",
                "请重新安装 libzbar0，并运行 pip install --require-hashes -r requirements.lock",
            )  # fmt: skip
    for library in libraries():
        if library.advice is not None:
            yield failed(library.name, library.version, library.advice.en, library.advice.zh)
        elif library.name not in _DISTRIBUTIONS.values():
            yield well(library.name, library.version)


def _version(distribution: str) -> str:
    try:
        return version(distribution)
    except PackageNotFoundError:
        return "?"


def _font() -> Check:
    try:
        return well("Chinese font 中文字体", family_of(default_face()))
    except FontMissingError as error:
        return failed("Chinese font 中文字体", "none 无", error.sentence.en, error.sentence.zh)


def _sentences(catalogues: Path) -> Check:
    """Catalogues are compiled by whoever installs; without that, pages are English alone."""
    sources = sorted(catalogues.glob("*/LC_MESSAGES/messages.po"))
    made = [source.with_suffix(".mo") for source in sources]
    if made and all(path.exists() for path in made):
        return well("languages 语言", ", ".join(["en", *(path.parts[-3] for path in made)]))
    return failed(
        "languages 语言", "not compiled 未编译",
        "Run in the program's folder: .venv/bin/pybabel compile -d web/translations",
        "请在程序目录运行：.venv/bin/pybabel compile -d web/translations",
    )  # fmt: skip


def _room(home: Path) -> Check:
    free = shutil.disk_usage(home).free
    found = f"{free / _GIB:.1f} GiB free 可用"
    if free >= _LITTLE:
        return well("disk 磁盘", found)
    level = failed if free < _TOO_LITTLE else warned
    return level(
        "disk 磁盘", found,
        "Make room: when the disk is full, no entry can be kept.",
        "请清理磁盘：磁盘写满后无法保存记录。",
    )  # fmt: skip


def _rights(path: Path, wanted: int) -> Check:
    name = f"rights of 权限 {path.name}"
    if os.name != "posix":
        return well(name, "not looked at on this system 本系统不检查")
    try:
        mode = stat.S_IMODE(path.stat().st_mode)
    except OSError as error:
        return failed(
            name, f"{error.strerror}",
            f"{path} cannot be read. Run this as the site's user; a lost one is in your backup.",
            f"无法读取 {path}。请以网站的用户运行；如已丢失，请从备份恢复。",
        )  # fmt: skip
    if mode & 0o777 & ~wanted == 0:
        return well(name, f"{mode:04o}")
    return failed(
        name,
        f"{mode:04o}",
        f"Others can read it: chmod {wanted:o} {path}",
        f"他人可读，请运行：chmod {wanted:o} {path}",
    )


def _owned(home: Path) -> Check:
    mode = stat.S_IMODE(home.stat().st_mode)
    if os.name != "posix" or not mode & 0o007:
        return well("rights of 权限 DATA_DIR", f"{mode:04o}")
    return warned(
        "rights of 权限 DATA_DIR", f"{mode:04o}",
        f"Everybody on this machine can look into it: chmod 700 {home}",
        f"本机所有用户都可进入，请运行：chmod 700 {home}",
    )  # fmt: skip


def _clock(now_ms: int) -> Check:
    if now_ms >= _EARLIEST_MS:
        return well("clock 时钟", "plausible 合理")
    return failed(
        "clock 时钟", "in the past 早于实际",
        "Set the clock and let it follow a time server: timedatectl set-ntp true",
        "请校准时钟并启用网络对时：timedatectl set-ntp true",
    )  # fmt: skip
