"""A Chromium, a stub teller and a page with the widget on it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page

from tests.browser.widget.stub_teller import StubTeller

TROUBLE = """
  window.trouble = [];
  addEventListener("securitypolicyviolation", (e) => trouble.push(`${e.violatedDirective} ${e.blockedURI}`));
  addEventListener("error", (e) => trouble.push(String(e.message)));
  addEventListener("unhandledrejection", (e) => trouble.push(String(e.reason)));
"""


@pytest.fixture(scope="session")
def servers() -> Iterator[StubTeller]:
    """The stub's two servers, started once."""
    stub = StubTeller()
    yield stub
    stub.stop()


@pytest.fixture
def stub(servers: StubTeller) -> StubTeller:
    """The stub, with nothing in it."""
    servers.reset()
    servers.attributes = 'locale="en-GB" privacy-url="/privacy" login-url="/login?next=/home"'
    return servers


class Widget:
    """The page, and the widget on it as a customer sees it."""

    def __init__(self, page: Page, stub: StubTeller) -> None:
        self.page, self.stub = page, stub
        self.launcher = page.locator(".launcher")
        self.panel = page.locator(".panel")
        self.field = page.get_by_role("textbox", name="Write a message")
        self.own = page.locator(".own")
        self.bot = page.locator(".bot")
        self.person = page.locator("button.person")

    def load(self) -> Widget:
        """The bank's page, until the launcher is there."""
        self.page.goto(self.stub.page)
        self.launcher.wait_for()
        return self

    def open(self) -> Widget:
        """The panel, until the assistant has greeted."""
        self.load().launcher.click()
        if self.stub.greeting:
            self.bot.first.wait_for()
        self.page.locator(".root[data-line=live]").wait_for(state="attached")
        return self

    def say(self, words: str) -> Locator:
        """Types and sends; the new bubble."""
        before = self.own.count()
        self.field.fill(words)
        self.field.press("Enter")
        bubble = self.own.nth(before)
        bubble.wait_for()
        return bubble

    def focused(self) -> str:
        """The accessible name or the words of what has the focus inside the widget."""
        script = "const e = document.querySelector('open-teller').shadowRoot.activeElement; return e"
        return str(
            self.page.evaluate(f"() => {{ {script} ? e.ariaLabel || e.textContent.trim() || e.className : '' }}")
        )

    def trouble(self) -> list[Any]:
        """Policy violations and uncaught errors so far."""
        return list(self.page.evaluate("window.trouble"))


@pytest.fixture
def context(chromium: Browser) -> Iterator[BrowserContext]:
    """A fresh desktop browser profile."""
    made = chromium.new_context(viewport={"width": 1440, "height": 900}, accept_downloads=True)
    made.set_default_timeout(6_000)
    made.add_init_script(TROUBLE)
    yield made
    made.close()


@pytest.fixture
def widget(context: BrowserContext, stub: StubTeller) -> Iterator[Widget]:
    """A page that is not loaded yet; at its end nothing may have gone wrong on it."""
    made = Widget(context.new_page(), stub)
    yield made
    assert made.trouble() == []


@pytest.fixture
def phone(chromium: Browser, stub: StubTeller) -> Iterator[Callable[..., Widget]]:
    """Makes a widget on a smaller screen or in other colours: `phone(width=320, color_scheme="dark")`."""
    contexts: list[BrowserContext] = []

    def make(width: int = 360, height: int = 740, **options: Any) -> Widget:
        made = chromium.new_context(viewport={"width": width, "height": height}, **options)
        made.set_default_timeout(6_000)
        made.add_init_script(TROUBLE)
        contexts.append(made)
        return Widget(made.new_page(), stub)

    yield make
    for each in contexts:
        each.close()
