"""Keyboard, screen reader, small screens, dark, high contrast, right to left (complaint 22, WCAG 2.2 AA)."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.widget.conftest import Widget
from tests.browser.widget.stub_answers import text

pytestmark = pytest.mark.browser

ROOT = Path(__file__).parents[3]
AXE = Path(os.environ.get("OPENTELLER_AXE") or ROOT / "node_modules" / "axe-core" / "axe.min.js")
AXE_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
Phone = Callable[..., Widget]


def talk(widget: Widget) -> None:
    """Every kind of part, state and author on one screen."""
    widget.say("What is my balance?")
    expect(widget.bot.nth(1)).to_be_visible()
    widget.say("Please freeze my card")
    widget.page.locator(".choice").wait_for()
    widget.page.locator(".choice button").first.click()
    expect(widget.bot.nth(3)).to_be_visible()
    widget.say("Now log in")
    expect(widget.bot.nth(4)).to_be_visible()
    widget.stub.hold("with_agent", "Maya")
    widget.stub.post(text("Hello"), kind="agent", name="Maya")
    expect(widget.page.locator(".agent")).to_be_visible()
    widget.stub.refuse_sends = 1
    expect(widget.say("This does not arrive")).to_contain_text("Not sent")


def complaints(widget: Widget) -> list[Any]:
    """What axe-core finds wrong on the page."""
    if not AXE.is_file():
        pytest.skip("no axe-core here: npm install --no-save axe-core@4.14.1, or set OPENTELLER_AXE to axe.min.js")
    widget.page.evaluate(AXE.read_text(encoding="utf-8"))
    result = widget.page.evaluate(
        "(tags) => axe.run('open-teller', { runOnly: { type: 'tag', values: tags } })", AXE_TAGS
    )
    assert len(result["passes"]) >= 5
    return [(each["id"], [node["html"] for node in each["nodes"]]) for each in result["violations"]]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("language", ["en-GB", "ar"])
def test_axe_finds_nothing(phone: Phone, scheme: str, language: str) -> None:
    widget = phone(color_scheme=scheme, reduced_motion="reduce")
    widget.stub.attributes = f'locale="{language}" privacy-url="/privacy" login-url="/login"'
    widget.stub.language = language
    widget.load()
    assert complaints(widget) == []
    widget.launcher.click()
    widget.page.locator(".root[data-line=live]").wait_for(state="attached")
    widget.field = widget.page.locator("textarea")
    if language == "en-GB":
        talk(widget)
        assert complaints(widget) == []
        widget.page.get_by_role("button", name="More options").click()
    else:
        widget.say("What is my balance?")
        expect(widget.bot.nth(1)).to_be_visible()
    assert complaints(widget) == []


def test_all_of_it_works_by_keyboard_alone(widget: Widget) -> None:
    widget.load()
    widget.launcher.focus()
    widget.page.keyboard.press("Enter")
    widget.bot.first.wait_for()
    assert widget.focused() == "Write a message"
    widget.page.keyboard.type("Please freeze my card")
    widget.page.keyboard.press("Enter")
    widget.page.locator(".choice").wait_for()
    assert widget.focused() == "Write a message"
    widget.page.keyboard.press("Shift+Tab")
    assert widget.focused() == "Talk to a person"
    for passed in ("This didn’t help", "This helped", "No"):
        widget.page.keyboard.press("Shift+Tab")
        assert widget.focused() == passed
    widget.page.keyboard.press("Enter")
    expect(widget.own.last).to_contain_text("Delivered")
    expect(widget.bot.last).to_contain_text("You said: No")  # and the thumbs are now about this reply
    for passed in ("This helped", "This didn’t help", "Talk to a person"):
        widget.page.keyboard.press("Tab")
        assert widget.focused() == passed
    widget.page.keyboard.press("Enter")
    expect(widget.bot.last).to_contain_text("OT-4821")
    widget.page.keyboard.press("Escape")
    expect(widget.panel).to_be_hidden()
    assert widget.focused() == "Chat with us"


def test_a_new_message_never_takes_the_focus(widget: Widget) -> None:
    widget.open()
    widget.page.get_by_role("button", name="Pay someone").focus()
    widget.stub.post(text("One more thing"))
    expect(widget.bot.nth(1)).to_be_visible()
    assert widget.page.evaluate("document.activeElement.textContent") == "Pay someone"


def test_someone_reading_above_is_told_of_news_below_and_not_moved(widget: Widget) -> None:
    widget.open()
    for _ in range(4):
        widget.stub.post(text("A long answer. " * 40))
    expect(widget.bot.nth(4)).to_be_visible()
    scroller = widget.page.locator(".scroller")
    scroller.evaluate("(e) => { e.scrollTop = 0; }")
    widget.stub.post(text("News"))
    below = widget.page.locator(".more-below")
    expect(below).to_contain_text("New messages")
    assert scroller.evaluate("(e) => e.scrollTop") == 0
    below.click()
    expect(widget.bot.last).to_be_in_viewport()
    expect(below).to_be_hidden()


def test_escape_closes_the_menu_before_the_panel(widget: Widget) -> None:
    widget.open()
    more = widget.page.get_by_role("button", name="More options")
    more.click()
    expect(more).to_have_attribute("aria-expanded", "true")
    widget.page.keyboard.press("Escape")
    expect(more).to_have_attribute("aria-expanded", "false")
    assert widget.focused() == "More options"
    expect(widget.panel).to_be_visible()


def test_new_messages_are_announced_and_history_is_not(widget: Widget) -> None:
    widget.stub.customer = "customer-7"
    log = widget.page.get_by_role("log")
    widget.open()
    expect(log).to_have_attribute("aria-live", "polite")
    widget.say("Hello there")
    expect(widget.bot.nth(1)).to_be_visible()
    widget.load()
    script = """() => { window.live = [];
      const log = document.querySelector('open-teller').shadowRoot.querySelector('.log');
      new MutationObserver((all) => all.forEach((m) => m.addedNodes.length && live.push(log.ariaLive)))
        .observe(log, { childList: true }); }"""
    widget.page.evaluate(script)
    widget.launcher.click()
    expect(widget.bot.nth(1)).to_be_visible()
    expect(log).to_have_attribute("aria-live", "polite")
    widget.stub.post(text("Something new"))
    expect(widget.bot.nth(2)).to_be_visible()
    assert widget.page.evaluate("live") == ["off", "off", "off", "polite"]


@pytest.mark.parametrize("receipt_first", [True, False])
def test_own_words_are_not_announced_again_when_they_are_confirmed(widget: Widget, receipt_first: bool) -> None:
    widget.open().stub.receipt_first = receipt_first
    bubble = widget.say("Hello there").element_handle()
    expect(widget.own.last).to_contain_text("Delivered")
    expect(widget.bot.nth(1)).to_be_visible()
    assert bubble.evaluate("(e) => e.isConnected")


@pytest.mark.parametrize(("width", "height"), [(320, 568), (320, 256), (360, 740), (740, 360)])
def test_nothing_is_cut_on_small_and_zoomed_screens(phone: Phone, width: int, height: int) -> None:
    widget = phone(width, height)
    widget.open()
    talk(widget)
    box = widget.panel.bounding_box()
    assert box
    assert (box["x"], box["y"], box["width"]) == (0, 0, width)
    expect(widget.person).to_be_in_viewport(ratio=1)
    expect(widget.field).to_be_in_viewport(ratio=1)
    script = """() => [...document.querySelector('open-teller').shadowRoot.querySelectorAll('.panel *')]
      .filter((e) => e.checkVisibility() && !e.closest('.unseen, .who, .person span'))
      .filter((e) => e.getBoundingClientRect().right > innerWidth + 1 || e.getBoundingClientRect().left < -1)
      .map((e) => e.className)"""
    assert widget.page.evaluate(script) == []
    scroller = widget.page.locator(".scroller").bounding_box()
    assert scroller
    assert scroller["height"] >= 96


def test_targets_are_large_enough(phone: Phone) -> None:
    widget = phone()
    widget.open()
    talk(widget)
    for control in widget.panel.locator("button:visible, a:visible").all():
        box = control.bounding_box()
        assert box
        assert min(box["height"], box["width"]) >= 24, control.inner_text()
    for main in [widget.person, widget.page.locator(".send"), widget.page.locator(".quiet").first]:
        box = main.bounding_box()
        assert box
        assert box["height"] >= 44


def test_on_a_phone_it_is_modal_and_on_a_desktop_it_floats(phone: Phone, widget: Widget) -> None:
    small = phone()
    small.open()
    assert small.panel.evaluate("(e) => e.matches(':modal')")
    widget.open()
    assert not widget.panel.evaluate("(e) => e.matches(':modal')")
    box = widget.panel.bounding_box()
    assert box
    assert (round(box["width"]), round(box["height"])) == (400, 640)


def test_right_to_left_is_mirrored_and_latin_names_stay_whole(widget: Widget) -> None:
    widget.stub.attributes = 'locale="ar"'
    widget.load()
    box = widget.launcher.bounding_box()
    assert box
    assert box["x"] < 100
    widget.launcher.click()
    widget.bot.first.wait_for()
    widget.page.locator(".root[data-line=live]").wait_for(state="attached")
    widget.stub.hold("with_agent", "Maya")
    expect(widget.page.locator(".state")).to_have_text("أنت تتحدث مع \u2068Maya\u2069")
    widget.field = widget.page.locator("textarea")
    bubble, greeting = widget.say("مرحبا").bounding_box(), widget.bot.first.bounding_box()
    assert bubble
    assert greeting
    assert bubble["x"] < greeting["x"]
    assert widget.page.locator("[dir]").first.get_attribute("dir") == "rtl"


@pytest.mark.parametrize(("scheme", "theme", "dark"), [("dark", "", 1), ("light", "dark", 1), ("dark", "light", 0)])
def test_dark_follows_the_system_unless_the_page_says_otherwise(
    phone: Phone, scheme: str, theme: str, dark: int
) -> None:
    widget = phone(color_scheme=scheme)
    widget.stub.attributes = f'locale="en-GB" theme="{theme}"' if theme else 'locale="en-GB"'
    widget.open()
    paper = widget.panel.evaluate("(e) => getComputedStyle(e).backgroundColor")
    assert paper == ("rgb(18, 25, 27)" if dark else "rgb(255, 255, 255)")


def test_a_bank_sets_its_colour_from_outside(widget: Widget) -> None:
    widget.load().page.evaluate("document.querySelector('open-teller').style.setProperty('--teller-accent', '#7a1f5c')")
    assert widget.launcher.evaluate("(e) => getComputedStyle(e).backgroundColor") == "rgb(122, 31, 92)"


def test_in_the_page_it_is_a_region_and_takes_no_focus(widget: Widget) -> None:
    widget.stub.attributes = 'locale="en-GB" mode="panel"'
    widget.page.goto(widget.stub.page)
    expect(widget.bot.first).to_be_visible()
    assert widget.page.evaluate("document.activeElement === document.body")
    expect(widget.page.get_by_role("region", name="Customer service")).to_be_visible()
    expect(widget.launcher).to_have_count(0)
    expect(widget.say("Hello there")).to_contain_text("Delivered")
