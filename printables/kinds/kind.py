"""What a kind of print is: what it says, how it is drawn, what it comes on and what it is for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Generic, TypeVar

from domain.errors import InputError
from domain.wording import Sentence
from printables.arranging import in_black
from printables.drawing import Drawing, Picture
from printables.fonts import Face
from printables.linter import release
from printables.papers import checked_size

Content = TypeVar("Content")


class Ink(StrEnum):
    """What the printer has."""

    COLOUR = "colour"
    BLACK = "black"


class Direction(StrEnum):
    """How the paper is held."""

    PORTRAIT = "portrait"
    LANDSCAPE = "landscape"


@dataclass(frozen=True, slots=True)
class Look:
    """How a print is to look, whatever it says.

    The first language leads. An empty `size` is the kind's first; `direction` None is the one it was
    designed for, `face` None the machine's best font.
    """

    languages: tuple[str, ...] = ("zh", "en")
    size: str = ""
    direction: Direction | None = None
    ink: Ink = Ink.COLOUR
    logo: Picture | None = None
    face: Face | None = None


@dataclass(frozen=True, slots=True)
class Kind(Generic[Content]):
    """One kind of print.

    `use` says what it is for and where it belongs; `sizes` and `directions` are what it comes in, best
    first; with `any_size` others may be asked for and `draw` refuses them. `draw` returns one drawing for
    each page or side.
    """

    name: str
    called: Sentence
    use: Sentence
    content: type[Content]
    sizes: tuple[str, ...]
    directions: tuple[Direction, ...]
    draw: Callable[[Content, Look], tuple[Drawing, ...]]
    sample: Content
    any_size: bool = False


def drawn(kind: Kind[Content], content: Content, look: Look) -> tuple[Drawing, ...]:
    """The pages of one print, every one checked and its codes read back.

    InputError for a size, direction or language that the kind does not come in; PrintRefused when
    a page fails its checks.
    """
    size = look.size if kind.any_size else checked_size(look.size or kind.sizes[0], kind.sizes)
    size = size or kind.sizes[0]
    asked = Look(look.languages, size, _direction(kind, look), look.ink, look.logo, look.face)
    pages = kind.draw(content, asked)
    if look.ink is Ink.BLACK:
        pages = tuple(in_black(page) for page in pages)
    return tuple(release(page) for page in pages)


def _direction(kind: Kind[Content], look: Look) -> Direction:
    if look.direction is None:
        return kind.directions[0]
    if look.direction not in kind.directions:
        only = kind.directions[0].value
        raise InputError(
            "direction",
            f"The {kind.called.en.lower()} comes in {only} only.",
            f"{kind.called.zh}只有{'横版' if only == Direction.LANDSCAPE else '竖版'}。",
        )
    return look.direction
