"""Takes the README's pictures afresh from a running demo.

    python docs/pictures/take.py DATA      (with the Python that ./teller test has made)

DATA is the data folder of a running ``./teller demo`` (its ``run.json`` says where it answers). Use a fresh one: the
pictures show customer c-000042 as nobody has met them before.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import sys
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

HERE = Path(__file__).parent
CHROMIUM = os.environ.get("OPENTELLER_CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
QUIET = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-sync"]
LIMIT = 200_000


def device(browser: Browser, width: int, height: int, **more: str) -> BrowserContext:
    made = browser.new_context(
        viewport={"width": width, "height": height}, locale="en-GB", timezone_id="Europe/London", **more
    )
    made.set_default_timeout(15_000)
    return made


def chat(context: BrowserContext, bank: str) -> Page:
    page = context.new_page()
    page.goto(f"{bank}/login")
    page.get_by_label("Customer number").fill("c-000042")
    page.get_by_label("Demo passcode").fill(page.locator(".note strong").first.inner_text())
    page.get_by_role("button", name="Log in").click()
    page.locator(".launcher").click()
    page.locator(".root[data-line=live]").wait_for(state="attached")
    page.locator(".bot").first.wait_for()
    return page


def said(page: Page, words: str) -> None:
    field, before = page.get_by_role("textbox", name="Write a message"), page.locator(".bot").count()
    field.fill(words)
    field.press("Enter")
    page.locator(".bot").nth(before).wait_for()


def pressed(page: Page, words: str) -> None:
    before = page.locator(".bot").count()
    page.locator(".choice button:enabled", has_text=words).last.click()
    page.locator(".bot").nth(before).wait_for()


def shoot(page: Page, name: str) -> None:
    page.wait_for_timeout(400)
    page.evaluate("document.activeElement?.shadowRoot?.activeElement?.blur(); document.activeElement?.blur()")
    path = HERE / name
    page.screenshot(path=path)
    size = path.stat().st_size
    print(f"{path.relative_to(HERE.parents[1])}: {size // 1000} kB")
    if size > LIMIT:
        sys.exit(f"{name} is larger than {LIMIT // 1000} kB")


def main(data: Path) -> None:
    run = json.loads((data / "run.json").read_text())
    password = (data / "demo-agent.password").read_text().strip()
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        harry = chat(device(browser, 1200, 1120), run["bank_address"])
        # Taller than the bank has it, so that three answers are in one picture.
        harry.evaluate("document.querySelector('open-teller').style.setProperty('--teller-height', '1080px')")
        said(harry, "Freeze my Harbour Gold card, please")
        said(harry, "How much is in my current account?")
        said(harry, "Send £25 to Priya Barnes from my current account")
        if harry.locator(".choice button:enabled", has_text="Current account").count():
            pressed(harry, "Current account")
        shoot(harry, "widget.png")
        pressed(harry, "No, don")
        phone = chat(device(browser, 390, 760), run["bank_address"])
        said(phone, "What did I spend on coffee last month?")
        shoot(phone, "phone.png")
        harry.locator("button.person").click()
        harry.locator(".bot", has_text=re.compile("[A-Z0-9]{4}-[A-Z0-9]{4}")).last.wait_for()
        maya = device(browser, 1280, 800).new_page()
        maya.goto(f"{run['address']}/desk/login")
        maya.locator("#name").fill("maya")
        maya.locator("#password").fill(password)
        maya.get_by_role("button", name="Log in").click()
        maya.locator(".queue a").first.click()
        maya.get_by_role("button", name="Take over").click()
        maya.locator("#text").fill(
            "Good morning Harry, I can see that your Harbour Gold card is frozen. How can I help?"
        )
        maya.locator("#text").press("Enter")
        maya.locator(".messages .agent").wait_for()
        shoot(maya, "desk.png")
        browser.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
