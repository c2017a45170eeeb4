"""What a poster says, in which order, and that nothing overflows or overlaps."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from itertools import combinations, pairwise
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from domain.errors import InputError
from printables.drawing import Box, Drawing, Text, box_of
from printables.findings import FindingCode, PrintRefused
from printables.kinds.kind import Direction
from printables.kinds.poster import SIZES, PosterContent, poster
from printables.kinds.visitor_card import CardContent, visitor_card
from printables.linter import release
from printables.png import raster

LONG = {
    "zh": ("上海市浦东新区云杉科技园区综合服务中心" * 11)[:200],
    "en": ("Department for Environment and Community Affairs " * 5)[:200],
    "mixed": ("云杉科技园 Spruce Science Park 南门（东侧）" * 7)[:200],
    "one word": "W" * 200,
}


def ink_of(text: Text, drawing: Drawing) -> Box | None:
    """The box in mm that a line's ink really takes, seen by drawing it alone at 300 dpi."""
    claimed, around = box_of(text, drawing.face), 3.0
    part = Box(claimed.left - around, claimed.top - around, claimed.right + around, claimed.bottom + around)
    ink = raster(replace(drawing, items=(text,)), 300, part, grey=True).point(lambda grey: 255 - grey)
    if (box := ink.getbbox()) is None:
        return None
    left, top, right, bottom = (pixels / 300 * 25.4 for pixels in box)
    return Box(part.left + left, part.top + top, part.left + right, part.top + bottom)


def assert_nothing_touches(drawing: Drawing) -> None:
    """All ink must be on the page, off the code and its quiet zone, and off all other text."""
    boxes = [ink for text in drawing.texts if (ink := ink_of(text, drawing))]
    codes = [box_of(placed, drawing.face) for placed in drawing.symbols]
    pixel = 25.4 / 300
    assert len(boxes) == len(drawing.texts)
    assert all(box.within(drawing.page) for box in boxes)
    assert not any(one.overlaps(other, pixel) for one, other in combinations([*boxes, *codes], 2))


def texts_of(drawing: Drawing) -> list[str]:
    return [text.text for text in drawing.texts]


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("script", LONG)
def test_names_of_200_characters_neither_overflow_nor_overlap(
    script: str, size: str, poster_content: PosterContent
) -> None:
    long = LONG[script]
    content = replace(poster_content, venue_name=long, entrance_name=long, address=long)
    drawing = release(poster(content, size=size))

    assert_nothing_touches(drawing)
    assert drawing.findings == ()
    printed = "".join(texts_of(drawing)).replace(" ", "")
    assert printed.count(long.replace(" ", "")) == 3


@pytest.mark.parametrize("direction", Direction)
@pytest.mark.parametrize("script", LONG)
def test_a_letter_is_filled_as_a_sheet_of_iso_is(
    script: str, direction: Direction, poster_content: PosterContent
) -> None:
    long = LONG[script][:60]
    content = replace(poster_content, venue_name=long, entrance_name=long, address=long)
    drawing = release(poster(content, size="letter", direction=direction))

    is_upright = direction is Direction.PORTRAIT
    page = (215.9, 279.4) if is_upright else (279.4, 215.9)
    assert (drawing.width, drawing.height) == page
    assert_nothing_touches(drawing)
    inks = [ink for text in drawing.texts if (ink := ink_of(text, drawing))]
    # The design is that of A4: what is wider or higher than it stands as white on both sides.
    sides = [min(ink.left for ink in inks), page[0] - max(ink.right for ink in inks)]
    lows = [min(ink.top for ink in inks), page[1] - max(ink.bottom for ink in inks)]
    assert min(*sides, *lows) > 9
    assert abs(sides[0] - sides[1]) < 20
    assert abs(lows[0] - lows[1]) < 20


@pytest.mark.parametrize("script", LONG)
def test_cards_with_names_of_200_characters_neither_overflow_nor_overlap(
    script: str, card_content: CardContent
) -> None:
    content = replace(card_content, visitor_name=LONG[script], issuer=LONG[script], class_en=LONG[script])
    drawing = release(visitor_card(content))

    assert_nothing_touches(drawing)
    assert {finding.code for finding in drawing.findings} == {FindingCode.TEXT_SHORTENED}


@pytest.mark.parametrize("languages", [("zh",), ("en",), ("zh", "en"), ("en", "zh")])
def test_everything_stands_in_the_order_that_worked_in_the_field(
    languages: tuple[str, ...], poster_content: PosterContent
) -> None:
    drawing = poster(poster_content, languages=languages)
    code = box_of(drawing.symbols[0], drawing.face)

    def lowest(*parts: str) -> float:
        return max(text.y for text in drawing.texts if any(part in text.text for part in parts))

    heights = [
        lowest("扫码登记", "Scan to check in"),
        code.top,
        code.bottom,
        lowest("Spruce Science"),
        lowest("南门"),
        lowest("银杉路"),
        lowest("K7M4 9QXR"),
        lowest("没有手机", "No phone"),
        lowest("28 天", "28 days"),
        lowest("本码只打开", "This code opens only"),
        lowest("2026-03-01"),
    ]
    assert all(above < below for above, below in pairwise(heights))


def test_both_languages_say_everything_in_one_size(poster_content: PosterContent) -> None:
    drawing = poster(poster_content)
    sizes = {text.text: text.size for text in drawing.texts}

    def size(part: str) -> float:
        return next(size for text, size in sizes.items() if part in text)

    for chinese, english in (
        ("无需安装", "No app"),
        ("没有手机", "No phone"),
        ("保留 28 天", "Run by"),
        ("本码只打开", "This code opens only"),
    ):
        assert size(chinese) == size(english)


def test_one_language_leaves_the_other_out(poster_content: PosterContent) -> None:
    content = replace(poster_content, venue_name="云杉科技园", entrance_name="南门", address="", host="")

    assert not any(
        "Scan" in text or "Run by" in text for text in texts_of(poster(content, languages=("zh",)))
    )
    assert not any("扫码" in text for text in texts_of(poster(content, languages=("en",))))


def test_what_is_empty_is_left_out(poster_content: PosterContent) -> None:
    bare = replace(
        poster_content, short_number="", entrance_name="", address="", host="", serial="", operator=""
    )
    texts = " ".join(texts_of(release(poster(bare))))

    assert not any(part in texts for part in ("K7M4", "Cannot scan", "opens only", "Run by", "Poster "))
    assert "2026-03-01" in texts


def test_the_title_and_language_are_the_poster_s(poster_content: PosterContent) -> None:
    assert poster(poster_content).title.endswith("云杉科技园 · Spruce Science Park 南门 South gate")
    assert poster(poster_content).language == "zh-CN"
    assert poster(poster_content, languages=("en",)).language == "en"


def test_modules_are_whole_printer_dots_and_their_edge_is_the_text_s_edge(
    poster_content: PosterContent,
) -> None:
    for size in SIZES:
        drawing = poster(poster_content, size=size)
        (placed,) = drawing.symbols
        dots = placed.module / 25.4 * 300
        assert dots == pytest.approx(round(dots))
        assert placed.x + placed.inset == pytest.approx(drawing.texts[0].x)


@pytest.mark.parametrize("host", ["A.CN", "A" * 26 + ".EXAMPLE", "A" * 52 + ".EXAMPLE"])
def test_hosts_of_up_to_sixty_characters_have_room(host: str, poster_content: PosterContent) -> None:
    content = replace(poster_content, url=f"HTTPS://{host}/V/CI5XYQNE6DLJHUZ2WVTM4GKA7R", host=host.lower())

    assert_nothing_touches(release(poster(content)))


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"venue_name": ""}, FindingCode.EMPTY_FIELD),
        ({"venue_name": "\u200b\u0000 \n"}, FindingCode.EMPTY_FIELD),
        ({"venue_name": "云" * 10_000}, FindingCode.TEXT_TOO_LONG),
        ({"url": "HTTPS://" + "A" * 400}, FindingCode.NO_ROOM),
    ],
    ids=["empty", "invisible", "ten thousand", "long url"],
)
def test_a_poster_that_could_not_do_its_duty_is_refused_by_name(
    change: dict[str, Any], code: FindingCode, poster_content: PosterContent
) -> None:
    with pytest.raises(PrintRefused) as refused:
        poster(replace(poster_content, **change))

    assert [finding.code for finding in refused.value.findings] == [code]
    assert refused.value.sentence.zh


def test_ten_thousand_characters_elsewhere_are_shortened_and_said_to_be(
    poster_content: PosterContent,
) -> None:
    content = replace(
        poster_content,
        address="a b " * 2500,
        entrance_name="门" * 10_000,
        operator="园" * 10_000,
        serial="7" * 10_000,
        short_number="K" * 10_000,
        host="h" * 10_000,
    )
    drawing = release(poster(replace(content, host="checkin.example")))

    assert_nothing_touches(drawing)
    assert {finding.code for finding in drawing.findings} == {FindingCode.TEXT_SHORTENED}


@pytest.mark.parametrize("change", [{"size": "B5"}, {"languages": ("fr",)}, {"languages": ()}])
def test_an_unknown_size_or_language_is_named(change: dict[str, Any], poster_content: PosterContent) -> None:
    with pytest.raises(InputError) as refused:
        poster(poster_content, **change)

    assert refused.value.field == next(iter(change))


CONTENT = PosterContent(
    "HTTPS://A.CN/V/CI5XYQNE6DLJHUZ2WVTM4GKA7R",
    "K7M49QXR",
    "",
    "南门",
    "",
    "a.cn",
    "1",
    date(2026, 3, 1),
    "",
    28,
)


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=250), st.sampled_from(SIZES))
@example("", "A4")
@example("😀" * 200, "A6")
@example("{venue} %s \\n </svg>", "A4")
def test_any_venue_name_gives_a_poster_that_reads_back_or_a_named_refusal(name: str, size: str) -> None:
    content = replace(CONTENT, venue_name=name)
    try:
        # Releasing reads the code back with both readers.
        printed = release(poster(content, size=size)).symbols[0].symbol.text
    except PrintRefused as refused:
        printed = refused.findings[0].code

    assert printed in (CONTENT.url, FindingCode.EMPTY_FIELD, FindingCode.TEXT_TOO_LONG)
