"""Which decoders are here: their versions, and whether one of them has holes that are known."""

from __future__ import annotations

import ctypes
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version

from pyzbar import wrapper

from domain.wording import Sentence

# Before it, symbols can be drawn that write past zbar's memory (CVE-2023-40889, CVE-2023-40890); systems that
# patched an older one, as Debian did with 0.23.92, are told apart by nothing that the library says.
_LEAST_ZBAR = (0, 23, 92)
_OLD_ZBAR = Sentence(
    "This zbar has known holes: update the system's package libzbar0.",
    "此 zbar 版本存在已知漏洞，请更新系统软件包 libzbar0。",
)


@dataclass(frozen=True, slots=True)
class Library:
    """A library, its version, and what is to be done about it, if anything."""

    name: str
    version: str
    advice: Sentence | None = None


def zbar_version() -> tuple[int, int, int]:
    """The version of the system's zbar; the last part is 0 in those that do not tell it."""
    parts = tuple(ctypes.c_uint() for _ in range(3))
    wrapper.zbar_version(*(ctypes.byref(part) for part in parts))
    major, minor, patch = (part.value for part in parts)
    return major, minor, patch


def libraries() -> tuple[Library, ...]:
    """The decoders and OpenCV, as they are installed."""
    zbar = zbar_version()
    return (
        Library("zxing-cpp", _installed("zxing-cpp")),
        Library("zbar", ".".join(map(str, zbar)), _OLD_ZBAR if zbar < _LEAST_ZBAR else None),
        Library("pyzbar", _installed("pyzbar")),
        Library("OpenCV", _installed("opencv-python-headless")),
    )


def _installed(distribution: str) -> str:
    try:
        return version(distribution)
    except PackageNotFoundError:
        return "?"
