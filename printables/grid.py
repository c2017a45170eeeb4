"""The two columns that printed sheets share, and the ways a text can stand in them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache

from domain.wording import Sentence
from printables.drawing import Anchor
from printables.fonts import Face
from printables.layout import Align, Cell, Field, Paragraph, Row, paragraph
from printables.look import Style
from printables.wording import Language

# Nothing that prints say by themselves is worth more lines than this.
_LINES = 3
_GUTTER = 5.0


@dataclass(frozen=True, slots=True)
class Grid:
    """Where text may stand on a sheet of a kind.

    Styles and lengths are given for the size the kind was designed at; `unit` makes them those of
    this sheet. `left` and `width` are the text area, `second` is where the second column begins.
    """

    face: Face
    languages: tuple[Language, ...]
    unit: float
    left: float
    width: float
    second: float

    @property
    def right(self) -> float:
        """The right edge of the text area, in mm."""
        return (self.left + self.width) * self.unit

    def set(self, field: Field, style: Style, width: float, height: float) -> Paragraph:
        """A field's text in the face, fitted into a width (designed mm) and a height (mm)."""
        return paragraph(field, style.times(self.unit), self.face, width * self.unit, height)

    def first_cell(self, *paragraphs: Paragraph) -> Cell:
        """Paragraphs in the first column, or over the whole width."""
        return Cell(self.left * self.unit, paragraphs)

    def second_cell(self, *paragraphs: Paragraph) -> Cell:
        """Paragraphs in the second column."""
        return Cell(self.second * self.unit, paragraphs)

    def last_cell(self, *paragraphs: Paragraph) -> Cell:
        """Paragraphs that end at the right edge."""
        return Cell(self.right, paragraphs, Anchor.END)

    def own(self, text: str, style: Style, width: float) -> Paragraph:
        """A text of ours, in at most three lines of a width in designed mm."""
        style = style.times(self.unit)
        return _own(text, style, self.face, width * self.unit, _LINES * style.most * style.leading)

    def said(self, sentence: Sentence, style: Style, gap: float) -> Row:
        """A sentence of ours: one language over the whole width, two side by side in one size."""
        row = self._columns(sentence, tuple(style for _ in self.languages), gap)
        smallest = min(part.block.size for cell in row.cells for part in cell.paragraphs)
        same = replace(style, most=smallest / self.unit)
        return self._columns(sentence, tuple(same for _ in self.languages), gap)

    def headline(self, sentence: Sentence, style: Style, beside: Style, gap: float) -> Row:
        """As `said`, but English beside Chinese has a size of its own."""
        if len(self.languages) == 1:
            return self._columns(sentence, (style,), gap)
        styles = {Language.ZH: style, Language.EN: beside}
        return self._columns(sentence, tuple(styles[language] for language in self.languages), gap)

    def stacked(self, sentence: Sentence, style: Style, gap: float) -> Row:
        """A sentence of ours over the whole width, each language below the other in one size."""
        width = self.width
        sizes = (self.own(language.of(sentence), style, width).block.size for language in self.languages)
        same = replace(style, most=min(sizes) / self.unit)
        parts = (self.own(language.of(sentence), same, width) for language in self.languages)
        return Row((self.first_cell(*parts),), gap * self.unit)

    def line(self, field: Field, style: Style, gap: float, height: float) -> Row:
        """A field of its own over the whole width, in at most `height` designed mm."""
        return Row(
            (self.first_cell(self.set(field, style, self.width, height * self.unit)),), gap * self.unit
        )

    def titled(self, title: str, else_said: Sentence, style: Style, width: float, height: float) -> Paragraph:
        """A title of somebody's own, or ours where it has nothing to print."""
        called = Sentence("title", "标题")
        own = self.set(Field(called, title), style, width, height)
        return own if own.block.lines else self.set(Field(called, self.both(else_said)), style, width, height)

    def both(self, sentence: Sentence) -> str:
        """A short sentence of ours in all languages, beside each other."""
        return " ".join(language.of(sentence) for language in self.languages)

    def _columns(self, sentence: Sentence, styles: tuple[Style, ...], gap: float) -> Row:
        cells = tuple(
            place(self.own(language.of(sentence), style, width))
            for language, style, width, place in zip(
                self.languages, styles, self._widths, (self.first_cell, self.second_cell), strict=False
            )
        )
        return Row(cells, gap * self.unit, Align.BASELINE)

    @property
    def _widths(self) -> tuple[float, ...]:
        """The designed widths of one column, or of two with their gutter."""
        if len(self.languages) == 1:
            return (self.width,)
        return self.second - self.left - _GUTTER, self.left + self.width - self.second


@lru_cache(maxsize=256)
def _own(text: str, style: Style, face: Face, width: float, height: float) -> Paragraph:
    """Kept: 256 posters say the same sentences, only names and numbers differ."""
    return paragraph(Field(Sentence("small print", "说明文字"), text), style, face, width, height)
