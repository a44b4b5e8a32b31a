"""When things go wrong: a server that dies, no line, hostile words, a colleague who was faster, a dead session."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from openteller.testing.stack import Stack
from tests.browser.journey.conftest import Agent, Customer, Screen

pytestmark = pytest.mark.browser
_HOSTILE = (
    "<img src=x onerror=window.trouble.push('xss')>",
    "<script>window.trouble.push('xss')</script>",
    '"><a href="javascript:alert(1)">x</a>',
    "{{ 7 * 7 }} {% raw %} </textarea></li>",
)


def test_the_server_dies_in_mid_conversation(screen: Screen, stack: Stack) -> None:
    someone = Customer(screen(), stack).log_in("c-000012").open()
    someone.say("Hello")
    stack.kill("api-0")
    someone.field.fill("What's my balance?")
    someone.field.press("Enter")
    expect(someone.own.last).to_contain_text("What's my balance?")
    expect(someone.page.locator(".banner")).to_contain_text("Connecting")
    before = someone.bot.count()
    stack.start("api-0")
    stack.wait(f"{stack.address}/ready", "api-0")
    someone.page.evaluate("dispatchEvent(new Event('focus'))")  # looking at the page is reason enough to try at once
    expect(someone.bot.nth(before)).to_be_visible(timeout=20_000)
    expect(someone.page.locator(".own", has_text="What's my balance?")).to_have_count(1)


def test_without_a_line_nothing_is_lost(screen: Screen, stack: Stack) -> None:
    device = screen()
    someone = Customer(device, stack).log_in("c-000012").open()
    device.set_offline(True)
    someone.field.fill("What's my balance?")
    someone.field.press("Enter")
    expect(someone.own.last).to_contain_text("Not sent")
    expect(someone.page.locator(".banner")).to_contain_text("offline")
    before = someone.bot.count()
    device.set_offline(False)
    someone.bot.nth(before).wait_for()
    expect(someone.own.last).not_to_contain_text("Not sent")


def test_hostile_words_stay_words_at_the_desk(screen: Screen, stack: Stack, staff: tuple[str, str]) -> None:
    someone = Customer(screen(), stack).log_in("c-000019").open()
    for words in _HOSTILE:
        someone.say(words)
    reference = someone.ask_for_person()
    maya = Agent(screen(), stack, staff).log_in().read(reference)
    said = maya.thread.locator(".customer .text").all_inner_texts()
    assert [words for words in _HOSTILE if words not in said] == []
    assert maya.thread.locator("img, script, a, textarea").count() == 0
    maya.take()
    maya.field.fill("<b>bold</b>")
    maya.field.press("Enter")
    expect(maya.page.get_by_role("alert")).to_contain_text("markup")
    expect(maya.field).to_have_value("<b>bold</b>")
    maya.page.get_by_role("button", name="Solved: close").click()
    expect(maya.page.get_by_role("region", name="With you")).not_to_contain_text(reference)


def test_a_colleague_was_faster(screen: Screen, stack: Stack, staff: tuple[str, str]) -> None:
    someone = Customer(screen(), stack).log_in("c-000023").open()
    reference = someone.ask_for_person()
    first, second = (Agent(screen(), stack, staff).log_in().read(reference) for _ in range(2))
    first.take()
    take = second.page.get_by_role("button", name="Take over")
    if take.count():  # the page may have heard of it already
        take.click()
        expect(second.page.get_by_role("heading", level=1)).to_have_text("A colleague was faster")
    first.page.get_by_role("button", name="Solved: close").click()
    second.page.goto(f"{second.address}/conversations/not-a-conversation")
    expect(second.page.get_by_role("heading", level=1)).to_have_text("Not in your queue")
    second.page.get_by_role("link", name="Back to the queue").click()
    expect(second.page.get_by_role("heading", name="Waiting")).to_be_visible()


def test_a_session_that_ended_elsewhere_leads_to_the_login(
    screen: Screen, stack: Stack, staff: tuple[str, str]
) -> None:
    device = screen()
    maya = Agent(device, stack, staff).log_in()
    device.clear_cookies()
    maya.page.reload()
    expect(maya.page.get_by_role("heading", level=1)).to_have_text("Log in")
    assert "/desk/login" in maya.page.url
