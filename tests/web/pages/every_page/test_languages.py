"""Chinese and English are equals: every sentence has both, and a page speaks one of them."""

from __future__ import annotations

import io
import re
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.pofile import read_po
from flask.testing import FlaskClient

import web.views
from tests.web.pages.site import Site, opened, poster_path, seen
from tests.web.tenants import Tenant
from web.services.people.visitors import Registration, register
from web.views.every_page import error_words, words

_WEB = Path(web.views.__file__).parents[1]
_HAN = re.compile("[\u4e00-\u9fff]")
_PLACE = re.compile(r"%\((\w+)\)[sd]")
# The names of the two languages and what people typed themselves may stand on any page.
_OWN = ("中文", "English")


@pytest.fixture(scope="module")
def chinese() -> Catalog:
    return read_po(io.BytesIO((_WEB / "translations/zh/LC_MESSAGES/messages.po").read_bytes()), locale="zh")


def _said_in_code() -> set[str]:
    methods, options = parse_mapping_cfg(io.StringIO((_WEB.parent / "babel.cfg").read_text("utf-8")))
    found = extract_from_dir(str(_WEB), methods, options)
    return {_key(message) for _file, _line, message, _comments, _context in found}


def _key(message: str | tuple[str, ...]) -> str:
    return message if isinstance(message, str) else message[0]


def _strings(message: Message) -> list[str]:
    return [message.string] if isinstance(message.string, str) else list(message.string)


def test_the_catalogue_has_exactly_the_sentences_of_the_pages(chinese: Catalog) -> None:
    assert {_key(message.id) for message in chinese if message.id} == _said_in_code()
    assert not chinese.obsolete


def test_every_sentence_is_translated_and_none_is_a_guess(chinese: Catalog) -> None:
    for message in chinese:
        if message.id:
            assert all(_strings(message)), message.id
            assert not message.fuzzy, message.id


def test_a_translation_fills_the_same_places(chinese: Catalog) -> None:
    for message in chinese:
        for string in _strings(message) if message.id else ():
            assert set(_PLACE.findall(string)) == set(_PLACE.findall(_key(message.id))), message.id


def test_the_names_of_enums_and_errors_are_in_both_languages() -> None:
    tables = [*words._TABLES.values(), error_words.TITLES, error_words.ADVICE]
    for sentence in (sentence for table in tables for sentence in table.values()):
        assert not _HAN.search(sentence.en)
        assert _HAN.search(sentence.zh)


def test_an_english_page_has_no_chinese_and_a_chinese_page_no_english_sentence(
    site: Site, staff: FlaskClient, there: Tenant, chinese: Catalog
) -> None:
    venue, enterprise = f"/venues/{there.venue}", f"/enterprises/{there.enterprise}"
    sentences = [_key(message.id) for message in chinese if message.id and " " in _key(message.id)]
    given = Registration(there.enterprise, "Ann Lee", "13800138000", "visitor")
    ann = register(site.inst, there.staff, given).visitor_id
    for path in (
        "/", "/account", "/enterprises/new", enterprise, f"{enterprise}/venues/new", venue,
        f"/desk?venue={there.venue}", "/desk", "/desk/exports",
        f"/desk?venue={there.venue}&outcome=refused",
        f"{venue}/posters/{there.poster}", "/visitors", "/visitors?q=x",
        "/visitors/new", "/kiosks", f"/entrances/{there.entrance}/passages", f"{venue}/paper",
        poster_path(site, there), "/V/x", "/n", "/me", "/holds", "/credentials/import", f"/visitors/{ann}",
        "/prints", "/prints/codes", "/prints/cards", "/prints/notice", "/prints/contact-card",
        "/prints/table", "/prints/check", f"{enterprise}/logo", f"/entrances/{there.entrance}/print",
        f"/visitors/{ann}/windscreen",
        "/desk/figures", "/desk/figures/times", "/desk/sheet", "/desk/watch", "/desk/watch/visits",
    ):  # fmt: skip
        joint = "&" if "?" in path else "?"
        english = opened(site, staff, f"{path}{joint}lang=en").text
        assert '<html lang="en">' in english, path
        assert not _HAN.search(_without_own(english)), path
        other = opened(site, staff, f"{path}{joint}lang=zh").text
        assert '<html lang="zh-CN">' in other, path
        assert [sentence for sentence in sentences if sentence in _without_own(other)] == [], path


def _without_own(html: str) -> str:
    text = seen(html)
    for own in _OWN:
        text = text.replace(own, "")
    return text


def test_the_language_asked_for_is_remembered_and_else_the_browsers(
    site: Site, visitor: FlaskClient, there: Tenant
) -> None:
    path = poster_path(site, there)
    assert 'lang="en"' in opened(site, visitor, path).text
    assert 'lang="zh-CN"' in opened(site, visitor, f"{path}?lang=zh").text
    assert "登记进入" in opened(site, visitor, path).text
    assert "Check in" in opened(site, visitor, f"{path}?lang=en").text


@pytest.mark.parametrize(
    ("header", "wanted"),
    [("zh-CN,zh;q=0.9,en;q=0.8", "zh-CN"), ("zh-TW", "zh-CN"), ("en-GB,zh;q=0.1", "en"), ("fr", "en"),
     ("", "zh-CN")],
)  # fmt: skip
def test_the_browser_decides_when_nobody_chose(read_only: Site, header: str, wanted: str) -> None:
    page = read_only.app.test_client().get("/n", base_url=read_only.url, headers={"Accept-Language": header})
    assert f'<html lang="{wanted}">' in page.text


def test_switching_keeps_the_rest_of_the_address(site: Site, staff: FlaskClient, there: Tenant) -> None:
    page = opened(site, staff, "/desk?outcome=refused&text=a%26b&lang=en").text
    assert 'href="?outcome=refused&amp;text=a%26b&amp;lang=zh"' in page
