"""What can be chosen about a print, as the pages offer it, and the forms of prints that are written."""
# mypy: disallow-subclassing-any=False
# (Flask-WTF and WTForms have no types; the fields are read through `typed` only.)

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import DateField, SelectField, StringField, TextAreaField

from domain.errors import InputError
from domain.wording import Sentence
from printables.kinds.kind import Direction, Ink
from printables.sheets import GRID_EXAMPLE, LABEL_SHEETS, SINGLE
from web.services.printing.printing_options import WITH_CODE, Options, kind_of, sizes_of
from web.views.every_page.forms import Checked, typed
from web.views.every_page.language import said
from web.views.places.posters import LANGUAGES

PEOPLE: Final = 6
_LINE_MOST, _TEXT_MOST = 200, 4000
GRID: Final = "grid"

INKS: Final[dict[str, Sentence]] = {
    Ink.COLOUR: Sentence("Colour", "彩色"),
    Ink.BLACK: Sentence("Black only", "仅黑色"),
}
DIRECTIONS: Final[dict[str, Sentence]] = {
    Direction.PORTRAIT: Sentence("Upright", "竖版"),
    Direction.LANDSCAPE: Sentence("Across", "横版"),
}
LAYOUTS: Final[dict[str, Sentence]] = {
    SINGLE: Sentence("One to a sheet", "每页一张"),
    "a4": Sentence("Several on A4, to cut", "A4 多张拼版（裁切）"),
    "a3": Sentence("Several on A3, to cut", "A3 多张拼版（裁切）"),
}
LABELS: Final[dict[str, Sentence]] = {
    **{
        name: Sentence(
            f"{name}: {sheet.columns * sheet.rows} of {sheet.tile[0]:g} × {sheet.tile[1]:g} mm",
            f"{name}：{sheet.columns * sheet.rows} 张，{sheet.tile[0]:g} × {sheet.tile[1]:g} 毫米",
        )
        for name, sheet in LABEL_SHEETS.items()
    },
    GRID: Sentence("Another sheet, given in mm", "其他标签纸（按毫米填写）"),
    SINGLE: Sentence("One label alone", "单张标签"),
}
# What templates/printing/choices.html offers.
CHOICES: Final[Mapping[str, object]] = {
    "kinds": [kind_of(name) for name in WITH_CODE],
    "sizes": sizes_of("poster"),
    "directions": DIRECTIONS,
    "inks": INKS,
    "layouts": LAYOUTS,
    "labels": LABELS,
    "language_choices": LANGUAGES,
    "grid_example": GRID_EXAMPLE,
}


def options_from(values: Mapping[str, str], kinds: tuple[str, ...], *, on_sheets: bool = True) -> Options:
    """What was chosen, each thing that is not offered replaced by the first that is.

    With `on_sheets` labels come on their sheet unless one alone is asked for; `grid` carries one in mm.
    """
    name = _among(values.get("kind", ""), kinds)
    kind = kind_of(name)
    languages = _among(values.get("languages", ""), tuple(LANGUAGES))
    layout = _label_layout(values, on_sheets=on_sheets) if name == "label" else _layout(values, name)
    direction = _among(values.get("direction", ""), tuple(way.value for way in kind.directions))
    return Options(
        name,
        _among(values.get("size", ""), sizes_of(name)),
        direction,
        _among(values.get("ink", ""), tuple(INKS)),
        tuple(languages.split(",")),
        layout,
    )


def _layout(values: Mapping[str, str], kind: str) -> str:
    return _among(values.get("layout", ""), tuple(LAYOUTS)) if kind == "poster" else SINGLE


def _label_layout(values: Mapping[str, str], *, on_sheets: bool) -> str:
    chosen = values.get("labels", "")
    if chosen == GRID:
        grid = values.get("grid", "").strip()
        if ":" not in grid:
            raise InputError(
                "grid",
                "Describe the sheet like 3x7:63.5x38.1: columns x rows : width x height in mm.",
                "请按 3x7:63.5x38.1 的写法填写标签纸：列x行:宽x高（毫米）。",
            )
        return grid[:80]
    offered = tuple(LABELS)
    return _among(chosen, offered if on_sheets else (SINGLE, *offered))


def _among(value: str, offered: tuple[str, ...]) -> str:
    return value if value in offered else offered[0]


def chosen_day(text: str) -> date | None:
    """The date that was given, None for none; InputError for anything else."""
    if not text.strip():
        return None
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        raise InputError("day", "Give the date, like 2026-11-21.", "请填写日期，例如 2026-11-21。") from None


def chosen_number(field: str, text: str, most: int) -> int:
    """A whole number from 1 to `most`; 1 when nothing was given."""
    digits = text.strip() or "1"
    if not digits.isdecimal() or not 1 <= int(digits[:6]) <= most:
        raise InputError(field, f"Give a whole number from 1 to {most}.", f"请填写 1 至 {most} 的整数。")
    return int(digits)


def _short(text: str) -> None:
    _length(text, _LINE_MOST)


def _long(text: str) -> None:
    _length(text, _TEXT_MOST)


def _length(text: str, most: int) -> None:
    if len(text) > most:
        raise InputError(
            "text",
            f"This has {len(text)} characters; {most} is the most. Please shorten it.",
            f"共 {len(text)} 个字符，最多 {most} 个，请缩短。",
        )


def _some(text: str) -> None:
    if not text.strip():
        raise InputError("text", "Please fill this in.", "请填写此项。")
    _short(text)


def _address(text: str) -> None:
    if not text.strip().lower().startswith(("https://", "http://")):
        raise InputError(
            "url", "A web address begins with https:// or http://.", "网址应以 https:// 或 http:// 开头。"
        )
    _length(text, 300)


class _Written(FlaskForm):
    """What every print has that is written on a form: whose it is and how it looks."""

    enterprise = SelectField(_("Logo of"), validate_choice=False)
    size = SelectField(_("Paper"), validate_choice=False)
    languages = SelectField(_("Languages on it"), validate_choice=False)
    ink = SelectField(_("Ink"), validate_choice=False)

    def offer(self, kind: str, owners: list[tuple[str, str]]) -> None:
        """Fill the choices in the language of the page."""
        self.enterprise.choices = [("", "–"), *owners]
        self.size.choices = [(size, size) for size in sizes_of(kind)]
        self.languages.choices = [(value, said(name)) for value, name in LANGUAGES.items()]
        self.ink.choices = [(value, said(name)) for value, name in INKS.items()]

    def chosen(self, kind: str) -> Options:
        """How it is to look."""
        values = {name: typed(self, name) for name in ("size", "languages", "ink")}
        return options_from({**values, "kind": kind}, (kind,))


class NoticeSheetForm(_Written):
    """A notice to print and hang up."""

    title = StringField(_("Title"), [Checked(_some)])
    text = TextAreaField(_("Text"), [Checked(_long, optional=True)])
    signed = StringField(_("Signed by"), [Checked(_short, optional=True)])
    dated = DateField(_("Date"))
    url = StringField(_("Web address for a code"), [Checked(_address, optional=True)])

    def content(self) -> dict[str, object]:
        """What the notice says."""
        names = ("title", "text", "signed", "url")
        return {**{name: typed(self, name).strip() for name in names}, "dated": typed(self, "dated")}


class ContactCardForm(_Written):
    """Who is responsible for a person or household."""

    household = StringField(_("Person or household"), [Checked(_some)])
    address = StringField(_("Address"), [Checked(_short, optional=True)])
    hotline = StringField(_("Hotline"), [Checked(_short, optional=True)])
    note = StringField(_("Remark"), [Checked(_short, optional=True)])
    issuer = StringField(_("Issued by"), [Checked(_short, optional=True)])
    issued_on = DateField(_("Date"))
    url = StringField(_("Web address for a code"), [Checked(_address, optional=True)])

    def content(self) -> dict[str, object]:
        """What the card says; rows that are empty are left out."""
        names = ("household", "address", "hotline", "note", "issuer", "url")
        people = [
            {name: typed(self, f"{name}_{at}").strip() for name in ("role", "name", "phone")}
            for at in range(PEOPLE)
        ]
        said_of: dict[str, object] = {name: typed(self, name).strip() for name in names}
        return {
            **said_of,
            "people": [person for person in people if any(person.values())],
            "issued_on": typed(self, "issued_on"),
        }

    def rows(self) -> list[tuple[Any, Any, Any]]:
        """The fields of each person."""
        return [(self[f"role_{at}"], self[f"name_{at}"], self[f"phone_{at}"]) for at in range(PEOPLE)]


for _at in range(PEOPLE):
    for _name, _label in (("role", _("Role")), ("name", _("Full name")), ("phone", _("Phone"))):
        setattr(ContactCardForm, f"{_name}_{_at}", StringField(_label, [Checked(_short, optional=True)]))
