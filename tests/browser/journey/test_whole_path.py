"""One customer's whole path: login, balance, freeze, transfer with approval in the bank's app, a person, and back."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from openteller.testing.stack import Stack
from tests.browser.journey.conftest import PHONE, Agent, Customer, Screen, fill_login

pytestmark = pytest.mark.browser


def test_login_balance_freeze_transfer_person(screen: Screen, stack: Stack, staff: tuple[str, str]) -> None:
    harry = Customer(screen(), stack).log_in()
    harry.open()
    expect(harry.bot.first).to_contain_text("I’m an AI system, not a person")
    _balance_is_what_the_bank_shows(harry)
    _freeze(harry)
    _send_money(harry)
    reference = harry.ask_for_person()
    expect(harry.bot.last).to_contain_text(re.compile(r"\d\d:\d\d|minute"))
    maya = Agent(screen(), stack, staff).log_in()
    expect(maya.waiting).to_contain_text("Asked for a person")
    _agent_sees_who_and_what_before_taking(maya, reference)
    maya.take()
    expect(harry.bot.last).to_contain_text("Maya has joined")
    expect(harry.person).to_contain_text("You’re talking to a person")
    maya.answer("Good morning Harry, how can I help?")
    expect(harry.agent.last).to_contain_text("Good morning Harry")
    expect(harry.agent.last.locator(".who")).to_have_text("Maya")
    _bot_is_silent(harry, maya)
    maya.page.get_by_role("button", name="Give back to the assistant").click()
    expect(maya.page.get_by_role("region", name="With you")).to_contain_text("no conversation")
    expect(harry.bot.last).to_contain_text("automated assistant")
    expect(harry.person).to_contain_text("Talk to a person")
    harry.say("Thank you!")


def _balance_is_what_the_bank_shows(harry: Customer) -> None:
    shown = harry.page.locator(".tiles .sum").all_inner_texts()
    reply = harry.say("What's my balance?").inner_text().replace("-", "−")
    assert shown
    assert [sum_ for sum_ in shown if sum_ not in reply] == []


def _freeze(harry: Customer) -> None:
    gold = harry.page.locator(".plastic.credit")
    expect(gold).to_contain_text("active")
    last4 = re.findall(r"\d{4}", gold.locator(".mono").inner_text())[0]
    harry.say("Freeze my card please", "Which card")
    harry.press(last4, "frozen")
    other = harry.page.context.new_page()
    other.goto(harry.stack.bank_address)
    expect(other.locator(".plastic.credit")).to_contain_text("frozen")
    other.close()


def _send_money(harry: Customer) -> None:
    """To somebody known: the facts, yes, and the bank's own page, which looks like nothing else (TX-04)."""
    harry.say("Send £25 to Priya Barnes", "Which account")
    facts = harry.press("Current account", "Shall I send").locator(".facts")
    for row in ("Priya Barnes", "£25.00", "Current account"):
        expect(facts).to_contain_text(row)
    harry.press("Yes", "app")
    with harry.page.context.expect_page() as opened:
        harry.page.locator("a.button", has_text=re.compile("pprove")).last.click()
    app = opened.value
    expect(app.locator("dl")).to_contain_text("£25.00")
    expect(app.locator("dl")).to_contain_text("Priya Barnes")
    ground = "getComputedStyle(document.body).backgroundColor"
    assert app.evaluate(ground) != harry.page.evaluate(ground)
    before = harry.bot.count()
    app.get_by_role("button", name="Approve").click()
    expect(app.get_by_role("status")).to_be_visible()
    app.close()
    harry.bot.nth(before).wait_for()
    expect(harry.bot.last).to_contain_text("£25.00")
    expect(harry.bot.last).to_contain_text(re.compile(r"sent|done", re.IGNORECASE))


def _agent_sees_who_and_what_before_taking(maya: Agent, reference: str) -> None:
    maya.read(reference)
    expect(maya.thread).to_contain_text("Send £25 to Priya Barnes")
    expect(maya.facts).to_contain_text("c-000042")
    expect(maya.facts).to_contain_text("Logged in with the bank")
    asked = maya.facts.locator(".asked li.executed")
    expect(asked).to_have_count(2)
    expect(asked.first).to_contain_text("Freeze a card")
    expect(asked.last).to_contain_text("£25.00 to Priya Barnes")
    expect(asked.last).to_contain_text("Done")
    expect(maya.page.locator("body")).not_to_contain_text("freeze_card")
    expect(maya.field).to_have_count(0)


def _bot_is_silent(harry: Customer, maya: Agent) -> None:
    before = harry.bot.count()
    harry.field.fill("What's my balance?")
    harry.field.press("Enter")
    expect(maya.thread.get_by_text("What's my balance?")).to_have_count(2)
    maya.answer("I can see that you have asked.")
    expect(harry.agent.last).to_contain_text("I can see")
    assert harry.bot.count() == before


def test_a_visitor_logs_in_through_the_link_and_goes_on(screen: Screen, stack: Stack) -> None:
    visitor = Customer(screen(PHONE), stack)
    visitor.page.goto(stack.bank_address)
    visitor.open()
    reply = visitor.say("What's my balance?")
    with visitor.page.context.expect_page() as opened:
        reply.locator("a.button").click()
    bank = opened.value
    fill_login(bank, "c-000007")
    bank.get_by_role("heading", name="Accounts").wait_for()
    shown = bank.locator(".tiles .sum").first.inner_text()
    bank.close()
    visitor.page.bring_to_front()
    visitor.page.evaluate("dispatchEvent(new Event('focus'))")
    expect(visitor.page.locator(".log")).to_contain_text(shown)
