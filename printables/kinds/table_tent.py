"""The venue's code on a table: one sheet folded once, a poster on either face."""

from __future__ import annotations

from domain.wording import Sentence
from printables.arranging import moved, upside_down
from printables.drawing import Drawing, Line
from printables.kinds.kind import Direction, Kind, Look
from printables.kinds.poster import POSTER, poster
from printables.kinds.poster_parts import PosterContent
from printables.look import SOFT
from printables.papers import PAPERS

# What the sheet's half is: A5 across is half of A4 upright.
_FACES = {"A4": "A5", "A5": "A6", "A3": "A4"}
_MARK, _MARK_EDGE, _HAIR = 6.0, 4.0, 0.2


def table_tent(content: PosterContent, look: Look) -> Drawing:
    """The sheet to fold in the middle: the upper face stands on its head until it is folded.

    As `poster` in what it refuses.
    """
    width, height = PAPERS[look.size]
    face = poster(
        content,
        languages=look.languages,
        size=_FACES[look.size],
        direction=Direction.LANDSCAPE,
        logo=look.logo,
        face=look.face,
    )
    fold = height / 2
    left, right = _MARK_EDGE, width - _MARK_EDGE
    marks = (
        Line(left, fold, left + _MARK, fold, _HAIR, SOFT),
        Line(right - _MARK, fold, right, fold, _HAIR, SOFT),
    )
    items = (
        *upside_down(face.items, face.width, face.height),
        *moved(face.items, 0.0, height - face.height),
        *marks,
    )
    return Drawing(width, height, face.title, face.language, face.face, items, face.findings)


def _draw(content: PosterContent, look: Look) -> tuple[Drawing, ...]:
    return (table_tent(content, look),)


TABLE_TENT = Kind(
    "table-tent",
    Sentence("Table tent", "桌面立牌"),
    Sentence(
        "Stands on a table or counter: print on card, fold once in the middle; phones read it from 0.7 m.",
        "放在桌面或柜台：打印在卡纸上，沿中线对折；手机可在 0.7 米外识读。",
    ),
    PosterContent,
    tuple(_FACES),
    (Direction.PORTRAIT,),
    _draw,
    POSTER.sample,
)
