"""Finds a Chinese TrueType font on this machine, or checks the one the operator chose."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import BinaryIO

from fontTools.ttLib import TTCollection, TTFont, TTLibError

from domain.errors import InputError, UnavailableError
from domain.wording import Sentence

# Where Linux, macOS and Windows keep the fonts of all users.
FONT_FOLDERS = (
    Path("/usr/share/fonts"),
    Path("/usr/local/share/fonts"),
    Path("/System/Library/Fonts"),
    Path("/Library/Fonts"),
    Path("C:/Windows/Fonts"),
)

# Best first. All have TrueType outlines: the PDF library cannot embed CFF, which rules out Noto CJK.
FONT_FILES = (
    "wqy-microhei.ttc",
    "msyh.ttc",
    "msyh.ttf",
    "deng.ttf",
    "simhei.ttf",
    "stheiti light.ttc",
    "hiragino sans gb.ttc",
    "arial unicode.ttf",
    "droidsansfallbackfull.ttf",
    "droidsansfallback.ttf",
    "wqy-zenhei.ttc",
)

# These lend the rare characters that the font of a print lacks: a name such as 𠮷 or 㛃 is somebody's.
# Outlines of either kind, are no trouble: lent.py embeds one character at a time.
LENDING_FILES = (
    *FONT_FILES,
    "notosanscjk-regular.ttc",
    "notosanscjksc-regular.otf",
    "sourcehansanssc-regular.otf",
    "sourcehansanscn-regular.otf",
    "simsunb.ttf",
    "simsunextg.ttf",
    "hanamina.ttf",
    "hanaminb.ttf",
    "notoserifcjk-regular.ttc",
)
_SIMPLIFIED = "SC"

# A font is good for prints when it has all of these: labels in both languages, digits and the
# box that stands for anything it lacks.
REPLACEMENT = "□"
_SAMPLE = "扫码登记访客有效期至区域ABCXYZabcxyz0123456789·…，。：" + REPLACEMENT


@dataclass(frozen=True, slots=True)
class Face:
    """One typeface: a font file and, in a collection, its number there."""

    path: Path
    index: int = 0


class FontMissingError(UnavailableError):
    """This machine has no font that prints can use; the sentence names the package to install."""


@cache
def default_face() -> Face:
    """The best Chinese TrueType font of this machine; FontMissingError when there is none."""
    return find_face(FONT_FOLDERS)


@cache
def family_of(face: Face) -> str:
    """The name by which other programs know a typeface."""
    with face.path.open("rb") as file:
        return str(_fonts_in(file)[face.index]["name"].getBestFamilyName())


def find_face(folders: Iterable[Path]) -> Face:
    """The best usable font below `folders`; FontMissingError when there is none."""
    for path in _known_files(folders, FONT_FILES):
        try:
            return face_at(path)
        except InputError:
            continue
    raise FontMissingError(
        Sentence(
            "No Chinese TrueType font was found: install the package fonts-wqy-microhei "
            "(Debian, Ubuntu) or wqy-microhei-fonts (Fedora), or give the path of a font file.",
            "未找到中文 TrueType 字体：请安装 fonts-wqy-microhei（Debian、Ubuntu）"
            "或 wqy-microhei-fonts（Fedora），或指定字体文件路径。",
        )
    )


@cache
def lenders() -> tuple[Face, ...]:
    """The typefaces of this machine that lend characters, best first."""
    return find_lenders(FONT_FOLDERS)


def find_lenders(folders: Iterable[Path]) -> tuple[Face, ...]:
    """The readable typefaces below `folders` that lend characters, best first, one of each file."""
    found = []
    for path in _known_files(folders, LENDING_FILES):
        try:
            found.append(_lender_at(path))
        except (OSError, TTLibError):
            continue
    return tuple(found)


def _lender_at(path: Path) -> Face:
    """The typeface with the mainland's shapes when a collection has those of several countries."""
    with path.open("rb") as file:
        families = [str(font["name"].getBestFamilyName()) for font in _fonts_in(file)]
    return Face(path, next((at for at, name in enumerate(families) if _SIMPLIFIED in name.split()), 0))


def face_at(path: Path) -> Face:
    """The first usable typeface in the font file at `path`; InputError says what it lacks."""
    try:
        with path.open("rb") as file:
            for index, font in enumerate(_fonts_in(file)):
                if "glyf" not in font:
                    raise _unusable(path, "has no TrueType outlines (CFF)", "没有 TrueType 轮廓（CFF）")
                if all(ord(character) in font.getBestCmap() for character in _SAMPLE):
                    return Face(path, index)
    except (OSError, TTLibError) as broken:
        raise _unusable(path, "is not a readable font file", "不是可读取的字体文件") from broken
    raise _unusable(path, "lacks Chinese or Latin characters", "缺少中文或拉丁字符")


def _known_files(folders: Iterable[Path], names: tuple[str, ...]) -> list[Path]:
    """Files below the folders that have one of the names, in the order of the names."""
    files = (path for folder in folders for path in folder.rglob("*") if path.name.lower() in names)
    return sorted(files, key=lambda path: (names.index(path.name.lower()), str(path)))


def _fonts_in(file: BinaryIO) -> list[TTFont]:
    """Every typeface of a font file or collection, tables not yet parsed."""
    collection = file.read(4) == b"ttcf"
    file.seek(0)
    return list(TTCollection(file, lazy=True)) if collection else [TTFont(file, lazy=True)]


def _unusable(path: Path, en: str, zh: str) -> InputError:
    return InputError(
        "font",
        f"The font {path} {en}; choose another, for example WenQuanYi Micro Hei.",
        f"字体 {path} {zh}，请换一个，例如文泉驿微米黑。",
    )
