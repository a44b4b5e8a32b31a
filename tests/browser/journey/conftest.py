"""The whole stack as real processes, a Chromium, and the people in the story: a customer and an agent."""

from __future__ import annotations

import os
import re
import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, ViewportSize, expect

from openteller.testing.people import demo_staff
from openteller.testing.stack import Stack, free_port
from tests.browser.conftest import CHROMIUM

ROOT = Path(__file__).parents[3]
AXE = Path(os.environ.get("OPENTELLER_AXE") or ROOT / "node_modules" / "axe-core" / "axe.min.js")
AXE_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
REFERENCE = re.compile(r"\b[A-Z0-9]{4}-[A-Z0-9]{4}\b")
DESKTOP, PHONE, SMALL = (1440, 900), (360, 740), (320, 568)
TROUBLE = """
  window.trouble = [];
  addEventListener("securitypolicyviolation", (e) => trouble.push(`${e.violatedDirective} ${e.blockedURI}`));
  addEventListener("error", (e) => trouble.push(String(e.message)));
  addEventListener("unhandledrejection", (e) => trouble.push(String(e.reason)));
"""


@pytest.fixture(scope="session")
def stack(models: Path) -> Iterator[Stack]:
    """Bank, API and worker. The folder is open, because embedded PostgreSQL runs as another user when we are root."""
    if not CHROMIUM:
        pytest.skip("no Chromium here: apt-get install chromium, or set OPENTELLER_CHROMIUM")
    folder = Path(tempfile.mkdtemp(prefix="openteller-journey-"))
    folder.chmod(0o755)
    settings = {"OPENTELLER_MODELS": str(models)}
    data, bank = folder / "data", free_port()
    with Stack(data, api_ports=[free_port()], bank_port=bank, customers=200, settings=settings) as running:
        yield running
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def staff(stack: Stack) -> tuple[str, str]:
    """The agent's name and password."""
    return demo_staff(stack)


Screen = Callable[..., BrowserContext]


@pytest.fixture
def screen(chromium: Browser) -> Iterator[Screen]:
    """Makes a device of somebody's: ``screen(PHONE, color_scheme="dark")``. No page of it may have had trouble."""
    devices: list[BrowserContext] = []

    def make(size: tuple[int, int] = DESKTOP, locale: str = "en-GB", **options: Any) -> BrowserContext:
        viewport = ViewportSize(width=size[0], height=size[1])
        device = chromium.new_context(viewport=viewport, locale=locale, timezone_id="Europe/London", **options)
        device.set_default_timeout(10_000)
        device.add_init_script(TROUBLE)
        devices.append(device)
        return device

    yield make
    trouble = [found for device in devices for page in device.pages for found in page.evaluate("window.trouble ?? []")]
    for device in devices:
        device.close()
    assert trouble == []


class Customer:
    """Somebody at the bank's own pages, with the chat on them."""

    def __init__(self, device: BrowserContext, stack: Stack) -> None:
        self.page, self.stack = device.new_page(), stack
        self.panel = self.page.locator(".panel")
        self.field = self.page.get_by_role("textbox", name="Write a message")
        self.bot = self.page.locator(".bot")
        self.agent = self.page.locator(".message.agent")
        self.own = self.page.locator(".own")
        self.person = self.page.locator("button.person")

    def log_in(self, customer: str = "c-000042") -> Customer:
        """With number and passcode, as the login page itself explains."""
        self.page.goto(f"{self.stack.bank_address}/login")
        fill_login(self.page, customer)
        self.page.locator(".launcher").wait_for()
        return self

    def open(self) -> Customer:
        """The chat, until it is live."""
        self.page.locator(".launcher").click()
        self.page.locator(".root[data-line=live]").wait_for(state="attached")
        self.bot.first.wait_for()
        return self

    def say(self, words: str, answers: Any = None) -> Locator:
        """Type and send; the reply's last bubble, which holds ``answers``."""
        before = self.bot.count()
        self.field.fill(words)
        self.field.press("Enter")
        return self._reply(before, answers)

    def press(self, words: str, answers: Any = None) -> Locator:
        """A button of the chat that can still be pressed."""
        before = self.bot.count()
        self.page.locator(".choice button:enabled", has_text=words).last.click()
        return self._reply(before, answers)

    def ask_for_person(self) -> str:
        """By the button that is always there, unless somebody is coming already; the reference that was given."""
        if self.person.get_attribute("aria-disabled") != "true":
            self.person.click()
        told = self.bot.filter(has_text=REFERENCE)
        told.last.wait_for()
        return str(REFERENCE.findall(told.last.inner_text())[-1])

    def _reply(self, before: int, answers: Any) -> Locator:
        self.bot.nth(before).wait_for()
        if answers is not None:
            expect(self.bot.last).to_contain_text(answers)
        return self.bot.last


class Agent:
    """Somebody at the desk."""

    def __init__(self, device: BrowserContext, stack: Stack, staff: tuple[str, str]) -> None:
        self.page, self.address, self.staff = device.new_page(), f"{stack.address}/desk", staff
        self.waiting = self.page.get_by_role("region", name="Waiting")
        self.thread = self.page.get_by_role("log")
        self.facts = self.page.get_by_role("complementary")
        self.field = self.page.get_by_label("Your answer to the customer")

    def log_in(self) -> Agent:
        """By keyboard, as people do."""
        self.page.goto(self.address)
        name, password = self.staff
        expect(self.page.get_by_label("User name")).to_be_focused()
        self.page.keyboard.type(name)
        self.page.keyboard.press("Tab")
        self.page.keyboard.type(password)
        self.page.keyboard.press("Enter")
        self.page.get_by_role("heading", name="Waiting").wait_for()
        return self

    def read(self, reference: str) -> Agent:
        """Open what waits under this reference."""
        self.page.get_by_role("link", name=reference).click()
        self.thread.wait_for()
        return self

    def take(self) -> Agent:
        """From now on it is ours."""
        self.page.get_by_role("button", name="Take over").click()
        self.field.wait_for()
        return self

    def answer(self, words: str) -> None:
        """Say it in the thread."""
        self.field.fill(words)
        self.field.press("Enter")
        expect(self.thread).to_contain_text(words)


def fill_login(page: Page, customer: str) -> None:
    """The login form that is on the screen."""
    passcode = page.locator(".note strong").first.inner_text()
    page.get_by_label("Customer number").fill(customer)
    page.get_by_label("Demo passcode").fill(passcode)
    page.get_by_role("button", name="Log in").click()


@pytest.fixture
def axe() -> None:
    """Skips a test that needs axe-core before it has left anything half-done."""
    if not AXE.is_file():
        pytest.skip("no axe-core here: npm install --no-save axe-core@4.14.1, or set OPENTELLER_AXE to axe.min.js")


def complaints(page: Page) -> list[Any]:
    """What axe-core finds wrong on the whole page (WCAG 2.2, A and AA)."""
    assert page.evaluate("window.trouble") == []
    page.evaluate(AXE.read_text(encoding="utf-8"))
    result = page.evaluate("(tags) => axe.run(document, { runOnly: { type: 'tag', values: tags } })", AXE_TAGS)
    page.evaluate("window.trouble.length = 0")  # axe-core's own style sheet, which our policy refuses
    assert len(result["passes"]) >= 5
    return [(page.url, each["id"], [node["html"] for node in each["nodes"]]) for each in result["violations"]]
