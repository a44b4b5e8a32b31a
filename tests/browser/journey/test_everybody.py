"""Every page for everybody: axe-core, narrow screens, dark, keyboard alone (complaint 22, WCAG 2.2 AA)."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from openteller.testing.stack import Stack
from tests.browser.journey.conftest import DESKTOP, PHONE, REFERENCE, SMALL, Agent, Customer, Screen, complaints

pytestmark = pytest.mark.browser
_SIDEWAYS = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
_LOOKS = [(DESKTOP, "light"), (PHONE, "dark"), (SMALL, "light")]


def fine(page: Page) -> None:
    """Nothing for axe-core to complain about, and nothing sticks out at the side."""
    assert complaints(page) == []
    assert page.evaluate(_SIDEWAYS) <= 0, page.url


@pytest.mark.usefixtures("axe")
@pytest.mark.parametrize(("size", "scheme"), _LOOKS)
def test_every_page(screen: Screen, stack: Stack, staff: tuple[str, str], size: tuple[int, int], scheme: str) -> None:
    device = screen(size, color_scheme=scheme, reduced_motion="reduce")
    someone = Customer(device, stack)
    for path in ("/", "/login", "/approve/nothing"):
        someone.page.goto(stack.bank_address + path)
        fine(someone.page)
    customer = f"c-0000{50 + _LOOKS.index((size, scheme))}"
    someone.log_in(customer)
    fine(someone.page)
    someone.open().say("What's my balance?")
    reference = someone.ask_for_person()
    fine(someone.page)
    desk = screen(size, color_scheme=scheme, reduced_motion="reduce")
    page = desk.new_page()
    page.goto(f"{stack.address}/desk/login")
    fine(page)
    maya = Agent(desk, stack, staff).log_in()
    fine(maya.page)
    maya.read(reference)
    fine(maya.page)
    maya.take().answer("Hello, how can I help?")
    fine(maya.page)
    maya.page.get_by_role("button", name="Solved: close").click()
    maya.page.goto(f"{maya.address}/conversations/none")
    fine(maya.page)


@pytest.mark.usefixtures("axe")
@pytest.mark.parametrize(("size", "scheme"), [(DESKTOP, "dark"), (SMALL, "light")])
def test_the_approval_page(screen: Screen, stack: Stack, size: tuple[int, int], scheme: str) -> None:
    harry = Customer(screen(size, color_scheme=scheme, reduced_motion="reduce"), stack).log_in().open()
    harry.say("Send £12 to Priya Barnes", "Which account")
    harry.press("Current account", "Shall I send")
    harry.press("Yes", "app")
    link = harry.page.locator("a.button", has_text=re.compile("pprove")).last.get_attribute("href")
    assert link
    app = harry.page.context.new_page()
    app.goto(link)
    fine(app)
    before = harry.bot.count()
    app.get_by_role("button", name="Decline").click()
    expect(app.get_by_role("status")).to_be_visible()
    fine(app)
    harry.bot.nth(before).wait_for()  # the chat has heard of it


def test_keyboard_alone(screen: Screen, stack: Stack, staff: tuple[str, str]) -> None:
    """A customer asks for a person, an agent takes it and answers, and nobody touches a mouse."""
    someone = Customer(screen(), stack).log_in("c-000031")
    keys = someone.page.keyboard
    for _ in range(20):
        keys.press("Tab")
        if someone.page.evaluate("document.activeElement.tagName") == "OPEN-TELLER":
            break
    keys.press("Enter")
    someone.bot.first.wait_for()
    someone.page.locator(".root[data-line=live]").wait_for(state="attached")
    keys.press("Shift+Tab")
    keys.press("Enter")
    expect(someone.bot.last).to_contain_text(REFERENCE)
    reference = REFERENCE.findall(someone.bot.last.inner_text())[-1]
    maya = Agent(screen(), stack, staff).log_in()
    _tab_to(maya.page, reference)
    maya.thread.wait_for()
    _tab_to(maya.page, "Take over")
    maya.field.wait_for()
    expect(maya.field).to_be_focused()
    maya.page.keyboard.type("Here I am.")
    maya.page.keyboard.press("Enter")
    expect(someone.agent.last).to_contain_text("Here I am.")
    expect(maya.field).to_be_focused()
    _tab_to(maya.page, "Solved: close")
    expect(someone.person).to_contain_text("Talk to a person")


def _tab_to(page: Page, words: str) -> None:
    """Tab until what has the focus says this, then Enter."""
    for _ in range(30):
        page.keyboard.press("Tab")
        if words in page.evaluate("document.activeElement.innerText || ''") and page.evaluate(
            "document.activeElement.matches('a, button')"
        ):
            page.keyboard.press("Enter")
            return
    pytest.fail(f"nothing that says {words} can be reached by keyboard")
