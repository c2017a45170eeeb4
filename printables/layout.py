"""Paragraphs fitted to their width, put into cells, rows and stacks whose heights are known."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from domain.wording import Sentence
from printables import typeface
from printables.characters import printable
from printables.drawing import Anchor, Text
from printables.findings import FindingCode
from printables.fonts import Face
from printables.look import Style
from printables.text import Block, fit
from reader.inspection.findings import Finding

# Who prints cannot install anything, so it says who can.
_HAN_ADVICE = Sentence(
    "Write them in by hand, or ask whoever runs the server for the font package fonts-noto-cjk "
    "(fonts-hanazono for the rarest) and print again.",
    "可手写补上，或请服务器管理员安装字体软件包 fonts-noto-cjk（极生僻字用 fonts-hanazono）后重新打印。",
)


class Align(StrEnum):
    """How the cells of a row stand to each other."""

    TOP = "top"
    MIDDLE = "middle"
    BASELINE = "baseline"


@dataclass(frozen=True, slots=True)
class Field:
    """A text that is printed and what people call it, for findings."""

    name: Sentence
    text: str


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Lines of one size, ready to be placed; `findings` say what was replaced or left out."""

    block: Block
    style: Style
    face: Face
    findings: tuple[Finding, ...]

    @property
    def step(self) -> float:
        """From one baseline to the next, in mm."""
        return self.block.size * self.style.leading

    @property
    def height(self) -> float:
        """The height of all lines in mm, 0 when there are none."""
        return len(self.block.lines) * self.step

    @property
    def rise(self) -> float:
        """From the top down to the first baseline, in mm."""
        ink = typeface.ascent(self.face) - typeface.descent(self.face)
        return (self.step + ink * self.block.size) / 2

    def at(self, x: float, top: float, anchor: Anchor = Anchor.START) -> tuple[Text, ...]:
        """The lines below each other, the first one's line height beginning at `top`."""
        size, style = self.block.size, self.style
        return tuple(
            Text(
                line,
                x,
                top + self.rise + number * self.step,
                size,
                style.colour,
                style.weight,
                anchor,
            )
            for number, line in enumerate(self.block.lines)
        )


@dataclass(frozen=True, slots=True)
class Cell:
    """Paragraphs below each other, all anchored at x."""

    x: float
    paragraphs: tuple[Paragraph, ...]
    anchor: Anchor = Anchor.START

    @property
    def height(self) -> float:
        """The height of all paragraphs, in mm."""
        return sum(part.height for part in self.paragraphs)

    @property
    def rise(self) -> float:
        """From the top down to the first baseline, in mm."""
        return self.paragraphs[0].rise if self.paragraphs else 0.0

    def at(self, top: float) -> tuple[Text, ...]:
        """The lines of all paragraphs, the first line's height beginning at `top`."""
        lines: list[Text] = []
        for part in self.paragraphs:
            lines.extend(part.at(self.x, top, self.anchor))
            top += part.height
        return tuple(lines)

    def amid(self, top: float, height: float) -> tuple[Text, ...]:
        """The lines in the middle of `height` mm from `top` on."""
        return self.at(top + (height - self.height) / 2)


@dataclass(frozen=True, slots=True)
class Row:
    """Cells beside each other, with white above them (mm) unless all are empty."""

    cells: tuple[Cell, ...]
    gap: float = 0.0
    align: Align = Align.TOP

    @property
    def height(self) -> float:
        """The height of the lowest-reaching cell and the white above, in mm; 0 when empty."""
        reach = max((self._drop(cell) + cell.height for cell in self.cells), default=0.0)
        return reach + self.gap if reach else 0.0

    def _drop(self, cell: Cell) -> float:
        """How far below the row's top the cell begins, in mm."""
        match self.align:
            case Align.TOP:
                return 0.0
            case Align.MIDDLE:
                return (max(other.height for other in self.cells) - cell.height) / 2
            case Align.BASELINE:
                return max(other.rise for other in self.cells) - cell.rise

    def at(self, top: float) -> tuple[Text, ...]:
        """All lines, the white above beginning at `top`."""
        first = top + self.gap
        return tuple(line for cell in self.cells for line in cell.at(first + self._drop(cell)))


@dataclass(frozen=True, slots=True)
class Stack:
    """Rows below each other."""

    rows: tuple[Row, ...]

    @property
    def height(self) -> float:
        """The height of all rows, in mm."""
        return sum(row.height for row in self.rows)

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What was replaced or left out in any row."""
        cells = (cell for row in self.rows for cell in row.cells)
        return tuple(found for cell in cells for part in cell.paragraphs for found in part.findings)

    def at(self, top: float) -> tuple[Text, ...]:
        """All lines, the first row beginning at `top`."""
        lines: list[Text] = []
        for row in self.rows:
            lines.extend(row.at(top))
            top += row.height
        return tuple(lines)


def paragraph(field: Field, style: Style, face: Face, width: float, height: float) -> Paragraph:
    """The field's text fitted into `width` × `height` mm; both must hold one line at least size."""
    shown = printable(field.text, face)
    block = fit(shown.text, face, style, width, height)
    return Paragraph(block, style, face, _findings(field, shown.replaced, block.cut))


def _findings(field: Field, replaced: tuple[str, ...], cut: bool) -> tuple[Finding, ...]:
    found = []
    if replaced:
        found.append(Finding(FindingCode.CHARACTERS_REPLACED, _replaced(field, replaced), False))
    if cut:
        found.append(Finding(FindingCode.TEXT_SHORTENED, _shortened(field), False))
    return tuple(found)


def _replaced(field: Field, replaced: tuple[str, ...]) -> Sentence:
    codes = " ".join(_code_points(cluster) for cluster in replaced)
    en = f"The font cannot print these characters of the {field.name.en}; □ stands for {codes}."
    zh = f"字体无法打印{field.name.zh}中的下列字符，已用 □ 代替：{codes}。"
    if any(_is_han(cluster) for cluster in replaced):
        return Sentence(f"{en} {_HAN_ADVICE.en}", zh + _HAN_ADVICE.zh)
    return Sentence(en, zh)


def _shortened(field: Field) -> Sentence:
    return Sentence(
        f"The {field.name.en} is too long to print in full and ends in “…”.",
        f"{field.name.zh}过长，无法全部打印，以“…”结尾。",
    )


def _code_points(cluster: str) -> str:
    """The code points; before them the character itself where a screen is likely to have it."""
    codes = "+".join(f"U+{ord(character):04X}" for character in cluster)
    return f"{cluster} ({codes})" if _is_han(cluster) else codes


def _is_han(cluster: str) -> bool:
    """Whether it is a Chinese character, rare ones of names and unassigned ones of its planes included."""
    return "\u3400" <= cluster <= "\u9fff" or "\U00020000" <= cluster <= "\U0003fffd"
