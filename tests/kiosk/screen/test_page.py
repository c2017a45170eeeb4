from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Page, expect

from domain.wording import Sentence
from kiosk.camera.camera import CameraState
from kiosk.gate.answer import Card
from kiosk.spool.values import Counts
from kiosk.uplink.uplink import Link, LinkState
from tests.kiosk.screen.looking import contrast, line_boxes, until
from tests.kiosk.stand import ANSWERS, Stand, now_ms

COLOURS = {
    Card.ADMITTED: "rgb(8, 112, 58)",
    Card.REFUSED: "rgb(176, 31, 36)",
    Card.REFERRED: "rgb(255, 184, 28)",
    Card.TEMPERATURE: "rgb(255, 184, 28)",
    Card.NOT_WRITABLE: "rgb(176, 31, 36)",
}

# Keeps each view that the page changes to.
SEEN_VIEWS = """() => {
  window.views = [];
  new MutationObserver(() => {
    if (window.views.at(-1) !== document.body.dataset.view) window.views.push(document.body.dataset.view);
  }).observe(document.body, { attributes: true, attributeFilter: ["data-view"] });
}"""


def test_waiting_shows_the_mirrored_picture_and_where_to_hold_the_code(page: Page) -> None:
    expect(page.locator("#waiting")).to_contain_text("请出示访客码")
    expect(page.locator("#waiting")).to_contain_text("Show your visitor code")
    picture = page.locator("#picture")
    expect(picture).to_be_visible()
    until(page, "document.getElementById('picture').naturalWidth === 960")
    assert picture.evaluate("img => getComputedStyle(img).transform").startswith("matrix(-1")


@pytest.mark.parametrize("card", list(Card))
def test_each_answer_fills_the_screen_with_colour_icon_words_and_sound(
    page: Page, stand: Stand, card: Card
) -> None:
    before = line_boxes(page)
    answer = ANSWERS[card]
    stand.board.show(answer)
    shown = page.locator("body[data-view=card] #card")
    expect(shown).to_be_visible()
    for words in (answer.word, answer.sentence):
        expect(shown).to_contain_text(words.zh.replace("\u00a0", " "))
        expect(shown).to_contain_text(words.en.replace("\u00a0", " "))
    if answer.name:
        expect(shown).to_contain_text(answer.name)
    expect(page.locator("#card use")).to_have_attribute("href", f"#icon-{card}")
    assert page.locator(f"#icon-{card}").count() == 1
    ground = shown.evaluate("card => getComputedStyle(card).backgroundColor")
    assert ground == COLOURS.get(card, ground)
    assert (ground in COLOURS.values()) == (card in COLOURS), "reserved colours mean decisions"
    for selector in ("#card-word > :first-child", "#card-sentence > :last-child"):
        assert contrast(page, selector) >= 4.5
    stage = page.locator("#stage").bounding_box()
    assert shown.bounding_box() == stage
    words_box = page.locator("#card .words").bounding_box()
    assert stage is not None
    assert words_box is not None
    assert words_box["y"] >= stage["y"]
    assert words_box["y"] + words_box["height"] <= stage["y"] + stage["height"], "all words are on the screen"
    assert line_boxes(page) == before, "the state line never moves"
    expect(page.locator("#spoken")).to_contain_text(answer.word.zh)
    until(page, "window.tones.length > 0")


def test_every_answer_sounds_different(page: Page, stand: Stand) -> None:
    heard = {}
    for card, answer in ANSWERS.items():
        page.evaluate("window.tones.length = 0")
        stand.board._answer = None
        stand.board.show(answer)
        until(page, "window.tones.length > 0")
        heard[card] = tuple(page.evaluate("window.tones"))
    assert len(set(heard.values())) == len(Card)


def test_the_screen_goes_back_to_waiting_by_itself(
    page: Page, stand: Stand, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kiosk.screen.board.SHOWN_MS", 1_500)
    page.evaluate(SEEN_VIEWS)
    stand.board.show(ANSWERS[Card.ADMITTED])
    # Both may be over before a busy machine looks once.
    until(page, "window.views.join() === 'card,waiting'")
    expect(page.locator("body[data-view=waiting]")).to_be_visible()
    expect(page.locator("#card")).to_be_hidden()


def test_a_reloaded_page_and_a_second_window_show_the_same_answer(
    page: Page, browser: Browser, stand: Stand
) -> None:
    stand.board.show(ANSWERS[Card.REFUSED])
    page.reload()
    expect(page.locator("body[data-view=card] #card[data-card=refused]")).to_be_visible()
    second = browser.new_page()
    second.goto(f"{stand.url}/?lang=en")
    expect(second.locator("body[data-view=card] #card[data-card=refused]")).to_be_visible()
    second.close()


def test_the_visitors_language_comes_first_and_the_other_below(page: Page, stand: Stand) -> None:
    stand.board.show(ANSWERS[Card.ADMITTED])
    for language, first, second in (("zh", "zh-CN", "en"), ("en", "en", "zh-CN")):
        page.goto(f"{stand.url}/?lang={language}")
        expect(page.locator("body[data-view=card]")).to_be_visible()
        expect(page.locator("html")).to_have_attribute("lang", first)
        upper = page.locator(f"#card-word > [lang={first}]").bounding_box()
        lower = page.locator(f"#card-word > [lang={second}]").bounding_box()
        assert upper is not None
        assert lower is not None
        assert upper["y"] < lower["y"]
        assert upper["height"] > lower["height"]


def test_the_state_line_says_how_the_kiosk_is(page: Page, stand: Stand) -> None:
    before = line_boxes(page)
    expect(page.locator("#link")).to_contain_text("Online since")
    expect(page.locator("#place")).to_contain_text("东门 East Gate")
    stand.link = Link(LinkState.OFFLINE, now_ms() - 7_200_000)
    stand.counts, stand.rules_age_ms, stand.camera = Counts(37, 0), 2 * 3_600_000, CameraState.SLOW
    stand.board.touch()
    expect(page.locator("#link")).to_contain_text("Offline since")
    expect(page.locator("#link")).to_contain_text("离线")
    expect(page.locator("#waits")).to_contain_text("37 条待传")
    expect(page.locator("#rules")).to_contain_text("2 小时前")
    expect(page.locator("#camera")).to_contain_text("过慢")
    assert line_boxes(page) == before


@pytest.mark.parametrize(
    "state", [CameraState.LOST, CameraState.BLACK, CameraState.FROZEN, CameraState.ENDED]
)
def test_a_camera_in_trouble_is_said_and_the_picture_comes_back(
    page: Page, stand: Stand, state: CameraState
) -> None:
    stand.camera = state
    stand.board.touch()
    trouble = page.locator("body[data-view=trouble] #trouble")
    expect(trouble).to_contain_text("请联系工作人员")
    expect(page.locator("#picture")).to_be_hidden()
    stand.camera = CameraState.OK
    stand.board.touch()
    expect(page.locator("body[data-view=waiting] #picture")).to_be_visible()


def test_a_log_that_cannot_be_written_is_red_until_it_can(page: Page, stand: Stand) -> None:
    stand.board.set_writable(False)
    trouble = page.locator("body[data-view=trouble] #trouble[data-kind=log]")
    expect(trouble).to_contain_text("无法写入记录")
    assert trouble.evaluate("e => getComputedStyle(e).backgroundColor") == COLOURS[Card.REFUSED]
    stand.board.set_writable(True)
    expect(page.locator("body[data-view=waiting]")).to_be_visible()


def test_notices_for_staff_take_turns_above_the_picture(page: Page, stand: Stand) -> None:
    stand.notices = (Sentence("Something was found.", "发现问题。"),)
    stand.board.touch()
    expect(page.locator("#notice")).to_contain_text("发现问题。")
    stand.notices = ()
    stand.board.touch()
    expect(page.locator("#notice")).to_be_hidden()


def test_a_kiosk_program_that_is_gone_is_said_within_five_seconds(browser: Browser, stand: Stand) -> None:
    page = browser.new_page()
    page.clock.install()
    page.goto(stand.url)
    expect(page.locator("body[data-view=waiting]")).to_be_visible()
    # Five seconds of the page's own time, however slow this machine is.
    page.clock.pause_at(page.evaluate("Date.now() + 3000"))
    stand.close()
    page.clock.run_for(5_000)
    expect(page.locator("#link")).to_contain_text("程序未响应")
    expect(page.locator("body[data-view=trouble] #trouble")).to_contain_text("does not answer")
    page.close()


def test_a_kiosk_that_was_started_again_is_back_with_its_picture(browser: Browser, stand: Stand) -> None:
    page = browser.new_page()
    pictures: list[str] = []
    page.on("request", lambda request: pictures.append(request.url) if "/picture" in request.url else None)
    page.goto(stand.url)
    expect(page.locator("body[data-view=waiting] #picture")).to_be_visible()
    stand.close()
    with page.expect_request("**/picture*"):
        again = Stand(port=stand.port)
        again.counts = Counts(5, 0)
        expect(page.locator("#waits")).to_contain_text("5 条待传")
    until(page, "document.getElementById('picture').naturalWidth === 960")
    assert len(pictures) < 5, "it is asked for when the kiosk is back, and not again and again"
    page.close()
    again.close()


def test_the_first_answer_after_a_restart_is_shown_though_one_was_shown_before(
    browser: Browser, stand: Stand
) -> None:
    """Answers are counted from one again: who sets a kiosk up shows one code, and one more after a start."""
    page = browser.new_page()
    page.goto(stand.url)
    expect(page.locator("body[data-view=waiting]")).to_be_visible()
    page.evaluate(SEEN_VIEWS)
    stand.board.show(ANSWERS[Card.ADMITTED])
    until(page, "window.views.includes('card')")
    stand.close()
    again = Stand(port=stand.port)
    again.counts = Counts(5, 0)
    expect(page.locator("#waits")).to_contain_text("5 条待传")
    page.evaluate("window.views.length = 0")
    again.board.show(ANSWERS[Card.REFUSED])
    until(page, "window.views.includes('card')")
    expect(page.locator("#card")).to_have_attribute("data-card", "refused")
    page.close()
    again.close()


def test_who_wants_less_movement_gets_none(browser: Browser, stand: Stand) -> None:
    page = browser.new_page(reduced_motion="reduce")
    page.goto(stand.url)
    stand.board.show(ANSWERS[Card.ADMITTED])
    expect(page.locator("body[data-view=card]")).to_be_visible()
    until(page, "document.getAnimations().length === 0")
    page.close()
