"""Every page in every look: narrow and wide, light and dark, in either direction; axe-core has no complaint."""

from __future__ import annotations

from itertools import product
from typing import Any

import httpx
import pytest
from playwright.sync_api import Browser, Page

from openteller.testing.people import SUPERVISOR, demo_staff
from openteller.testing.stack import Stack
from tests.browser.journey.conftest import DESKTOP, PHONE, SMALL, Screen, complaints

pytestmark = pytest.mark.browser
SIDEWAYS = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
LOOKS = list(product((SMALL, PHONE, DESKTOP), ("light", "dark"), ("en-GB", "ar-AE")))
BALANCE = {"en-GB": "What is my balance?", "ar-AE": "كم رصيدي؟"}


def fine(page: Page, direction: str | None = None) -> None:
    assert complaints(page) == []
    assert page.evaluate(SIDEWAYS) <= 0, page.url
    if direction:
        assert page.evaluate("document.documentElement.dir") == direction, page.url


@pytest.fixture(scope="module")
def customers(stack: Stack) -> dict[str, str]:
    """A customer of each language, as the bank knows them."""
    headers = {"Authorization": f"Bearer {stack.bank_keys['service_key']}"}
    found: dict[str, str] = {}
    for number in range(1, stack.customers + 1):
        name = f"c-{number:06d}"
        known = httpx.get(f"{stack.bank_address}/api/customers/{name}", headers=headers).json()
        found.setdefault(known["locale"], name)
        if set(BALANCE) <= set(found):
            return found
    pytest.fail(f"no customer for each of {sorted(BALANCE)} among {stack.customers}")


@pytest.mark.usefixtures("axe")
@pytest.mark.parametrize(("size", "scheme", "locale"), LOOKS)
def test_the_customers_pages(
    screen: Screen, stack: Stack, customers: dict[str, str], size: tuple[int, int], scheme: str, locale: str
) -> None:
    page = screen(size, locale, color_scheme=scheme, reduced_motion="reduce").new_page()
    page.goto(f"{stack.bank_address}/login")
    passcode = page.locator(".note strong").first.inner_text()
    page.get_by_label("Customer number").fill(customers[locale])
    page.get_by_label("Demo passcode").fill(passcode)
    page.get_by_role("button", name="Log in").click()
    page.locator(".launcher").click()
    page.locator(".root[data-line=live]").wait_for(state="attached")
    page.locator(".bot").first.wait_for()
    before = page.locator(".bot").count()
    page.get_by_role("textbox").fill(BALANCE[locale])
    page.get_by_role("textbox").press("Enter")
    page.locator(".bot").nth(before).locator(".facts").wait_for()
    page.locator(".thumbs button").first.click()
    fine(page)
    wanted = "rtl" if locale.startswith("ar") else "ltr"
    assert page.locator(".root").evaluate("(root) => getComputedStyle(root).direction") == wanted


@pytest.fixture(scope="module")
def at_the_desk(chromium: Browser, stack: Stack) -> Any:
    """What the browser of a supervisor who has logged in keeps: so many logins in a minute would be refused."""
    name, password = demo_staff(stack, SUPERVISOR)
    device = chromium.new_context()
    page = device.new_page()
    page.goto(f"{stack.address}/desk/login")
    page.locator("#name").fill(name)
    page.locator("#password").fill(password)
    page.locator("#password").press("Enter")
    page.locator("#live").wait_for()
    kept = device.storage_state()
    device.close()
    return kept


@pytest.mark.usefixtures("axe")
@pytest.mark.parametrize(("size", "scheme", "locale"), LOOKS)
def test_the_staffs_pages(
    screen: Screen, stack: Stack, at_the_desk: Any, size: tuple[int, int], scheme: str, locale: str
) -> None:
    direction = "rtl" if locale.startswith("ar") else "ltr"
    look: dict[str, Any] = {"color_scheme": scheme, "reduced_motion": "reduce"}
    stranger = screen(size, locale, **look).new_page()
    stranger.goto(f"{stack.address}/desk/login")
    fine(stranger, direction)
    page = screen(size, locale, storage_state=at_the_desk, **look).new_page()
    page.goto(f"{stack.address}/desk")
    page.locator("#live").wait_for()
    fine(page, direction)
    for place in ("console", "promises"):
        page.goto(f"{stack.address}/desk/{place}")
        page.locator("h1").wait_for()
        fine(page, direction)
    waiting = page.goto(f"{stack.address}/desk") and page.locator(".queue a")
    if waiting and waiting.count():
        waiting.first.click()
        page.get_by_role("log").wait_for()
        fine(page, direction)
