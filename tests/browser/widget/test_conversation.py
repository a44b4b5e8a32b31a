"""A customer talks: sends, receives, chooses, asks for a person, takes the transcript away."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.browser.widget.conftest import Widget
from tests.browser.widget.stub_answers import CHOICE, text

pytestmark = pytest.mark.browser


def test_a_page_view_alone_opens_no_session(widget: Widget) -> None:
    widget.load()
    assert widget.stub.calls == []
    widget.launcher.click()
    widget.bot.first.wait_for()
    assert ("POST", "/v1/sessions") in widget.stub.calls


def test_the_first_thing_said_is_that_this_is_an_ai(widget: Widget) -> None:
    widget.open()
    expect(widget.page.locator(".welcome")).to_contain_text("AI assistant, not a person")
    expect(widget.page.locator(".state")).to_have_text("AI assistant")
    expect(widget.bot.first).to_contain_text("AI assistant")


def test_a_message_is_sending_then_delivered_and_answered(widget: Widget) -> None:
    bubble = widget.open().say("Hello there")
    expect(bubble).to_contain_text("Delivered")
    expect(widget.bot.last).to_contain_text("You said: Hello there")
    expect(widget.field).to_have_value("")
    assert widget.focused() == "Write a message"
    assert widget.own.count() == 1


def test_facts_are_a_definition_list_with_aligned_figures(widget: Widget) -> None:
    widget.open().say("What is my balance?")
    facts = widget.page.locator(".facts")
    facts.wait_for()
    assert facts.locator("dt").all_inner_texts()[0].startswith("Current account")
    amounts = facts.locator("dd")
    assert amounts.all_inner_texts() == ["£1,204.37", "£18,350.00", "−£412.09"]
    assert amounts.first.evaluate("(e) => getComputedStyle(e).fontVariantNumeric") == "tabular-nums"
    assert len({round(box["x"] + box["width"]) for i in range(3) if (box := amounts.nth(i).bounding_box())}) == 1


def test_a_choice_is_made_once_and_shows_what_was_chosen(widget: Widget) -> None:
    widget.open().say("Please freeze my card")
    yes = widget.page.get_by_role("button", name="Yes, freeze it")
    no = widget.page.get_by_role("button", name="No", exact=True)
    yes.click()
    expect(widget.own.last).to_contain_text("Delivered")
    expect(widget.own.last).to_contain_text("Yes, freeze it")
    expect(no).to_be_disabled()
    expect(widget.page.locator(".chosen")).to_contain_text("(chosen)")
    assert widget.stub.received[-1]["choice"] == "yes"
    yes.dispatch_event("click")
    no.dispatch_event("click")
    widget.page.wait_for_timeout(100)
    assert len(widget.stub.received) == 2


def test_a_choice_is_outdated_once_the_customer_says_something_else(widget: Widget) -> None:
    widget.open().say("Please freeze my card")
    widget.page.locator(".choice").wait_for()
    widget.say("Actually, what is my balance?")
    expect(widget.page.get_by_role("button", name="Yes, freeze it")).to_be_disabled()
    expect(widget.page.locator(".chosen")).to_have_count(0)


def test_a_person_is_asked_for_once_and_the_header_says_who_is_there(widget: Widget) -> None:
    widget.open()
    expect(widget.person).to_have_text("Talk to a person")
    widget.person.click()
    expect(widget.bot.last).to_contain_text("OT-4821")
    expect(widget.page.locator(".state")).to_have_text("A person is coming")
    widget.person.click(force=True)
    assert [frame["type"] for frame in widget.stub.received] == ["person"]
    widget.stub.hold("with_agent", "Maya")
    widget.stub.post(text("Hello, I am Maya."), kind="agent", name="Maya")
    expect(widget.page.locator(".state")).to_contain_text("You are talking to")
    expect(widget.page.locator(".state")).to_contain_text("Maya")
    expect(widget.page.locator(".agent .who")).to_have_text("Maya")
    widget.stub.hold("with_bot")
    expect(widget.person).to_have_text("Talk to a person")
    expect(widget.page.locator(".panel [role=status]")).to_have_text("AI assistant")


def test_typing_dots_show_only_while_an_answer_is_late(widget: Widget) -> None:
    widget.open()
    dots = widget.page.locator(".typing")
    widget.say("Quick one")
    expect(widget.bot.nth(1)).to_be_visible()
    expect(dots).to_be_hidden()
    widget.stub.reply_after = 1.2
    widget.say("Slow one")
    expect(dots).to_be_visible()
    expect(widget.bot.nth(2)).to_be_visible()
    expect(dots).to_be_hidden()


def test_a_draft_survives_minimising_and_new_messages_are_counted(widget: Widget) -> None:
    widget.open().field.fill("I was about to say")
    widget.page.get_by_role("button", name="Minimise the chat").click()
    expect(widget.panel).to_be_hidden()
    widget.stub.post(text("One"))
    widget.stub.post(text("Two"))
    expect(widget.launcher).to_have_accessible_name(re.compile(r"New messages: .?2"))
    expect(widget.page.locator(".root > [role=status]")).to_contain_text("New messages")
    widget.launcher.click()
    expect(widget.field).to_have_value("I was about to say")
    expect(widget.page.locator(".badge")).to_be_hidden()


def test_the_transcript_is_downloaded_with_the_token_in_no_address(widget: Widget) -> None:
    addresses: list[str] = []
    widget.page.on("request", lambda request: addresses.append(request.url))
    widget.page.on("websocket", lambda socket: addresses.append(socket.url))
    widget.open().say("Hello there")
    expect(widget.bot.nth(1)).to_be_visible()
    widget.page.get_by_role("button", name="More options").click()
    with widget.page.expect_download() as waiting:
        widget.page.get_by_role("button", name="Download this chat").click()
    assert "Hello there" in waiting.value.path().read_text(encoding="utf-8")
    assert addresses
    assert not [url for url in addresses for token in widget.stub.sessions if token in url]
    assert re.fullmatch(r"Customer service \d{4}-\d\d-\d\d\.txt", waiting.value.suggested_filename)


def test_four_thousand_characters_fit_and_not_one_more(widget: Widget) -> None:
    widget.open()
    send = widget.page.get_by_role("button", name="Send")
    expect(send).to_be_disabled()
    widget.field.fill("😀" * 3990)
    expect(widget.page.locator(".count")).to_contain_text("Characters left")
    widget.field.fill("a" * 4001)
    expect(widget.page.locator(".count")).to_contain_text("Characters too many")
    expect(send).to_be_disabled()
    widget.field.press("Enter")
    assert widget.stub.received == []
    widget.field.fill("a" * 4000)
    send.click()
    expect(widget.own.last).to_contain_text("Delivered")


def test_enter_while_an_input_method_composes_sends_nothing(widget: Widget) -> None:
    widget.open().field.fill("にほん")
    init = "{ key: 'Enter', isComposing: true, bubbles: true, cancelable: true }"
    widget.field.evaluate(f"(e) => e.dispatchEvent(new KeyboardEvent('keydown', {init}))")
    widget.field.press("Shift+Enter")
    widget.page.wait_for_timeout(100)
    assert widget.stub.received == []
    assert widget.field.input_value() == "にほん\n"


def test_ending_the_chat_kills_the_token_and_clears_the_screen(widget: Widget) -> None:
    widget.open().say("My secret")
    widget.page.get_by_role("button", name="More options").click()
    widget.page.get_by_role("button", name="End this chat").click()
    expect(widget.page.get_by_text("This chat has ended.").first).to_be_visible()
    assert "My secret" not in widget.page.locator(".log").inner_text()
    assert ("DELETE", "/v1/sessions") in widget.stub.calls
    stored = "JSON.stringify([{...localStorage}, {...sessionStorage}, document.cookie])"
    assert widget.page.evaluate(stored) == '[{},{},""]'
    widget.page.get_by_role("button", name="Start a new chat").click()
    expect(widget.bot.first).to_be_visible()


def test_history_shows_a_choice_that_was_answered_as_answered(widget: Widget) -> None:
    widget.stub.customer = "customer-7"
    widget.open().say("Please freeze my card")
    widget.page.get_by_role("button", name="Yes, freeze it").click()
    expect(widget.bot.nth(2)).to_be_visible()
    widget.load().launcher.click()
    expect(widget.page.locator(".chosen")).to_contain_text("Yes, freeze it")
    expect(widget.page.get_by_role("button", name="No", exact=True)).to_be_disabled()
    assert CHOICE["options"][0]["label"] in widget.own.last.inner_text()
