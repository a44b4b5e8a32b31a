"""The network misbehaves: nothing is lost, nothing is doubled, and the customer is told the truth."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.widget.conftest import Widget
from tests.browser.widget.stub_answers import text

pytestmark = pytest.mark.browser


def test_a_refused_message_can_be_tried_again_under_the_same_id(widget: Widget) -> None:
    widget.open().stub.refuse_sends = 1
    bubble = widget.say("Hello there")
    expect(bubble).to_contain_text("Not sent")
    expect(widget.page.locator(".panel [role=status]")).to_have_text("Not sent")
    bubble.get_by_role("button", name="Try again").click()
    expect(bubble).to_contain_text("Delivered")
    ids = [frame["client_id"] for frame in widget.stub.received]
    assert len(ids) == 2
    assert len(set(ids)) == 1
    assert widget.own.count() == 1


def test_offline_is_said_and_what_was_written_goes_out_once_afterwards(widget: Widget) -> None:
    widget.open().page.context.set_offline(True)
    expect(widget.page.locator(".banner")).to_contain_text("You are offline")
    bubble = widget.say("Are you there?")
    expect(bubble).to_contain_text("Not sent")
    widget.page.context.set_offline(False)
    expect(bubble).to_contain_text("Delivered", timeout=15_000)
    expect(widget.page.locator(".banner")).to_be_hidden()
    expect(widget.bot.last).to_contain_text("You said: Are you there?")
    assert len(widget.stub.thread.turns) == 1
    assert widget.own.count() == 1


def test_a_reconnect_asks_only_for_what_is_new_and_shows_nothing_twice(widget: Widget) -> None:
    widget.open().say("Hello there")
    expect(widget.bot.nth(1)).to_be_visible()
    widget.stub.cut()
    widget.stub.post(text("Said while the line was down"))
    expect(widget.bot.last).to_contain_text("Said while the line was down")
    assert widget.bot.count() == 3
    assert widget.own.count() == 1
    assert widget.stub.afters[-1] == 3
    assert len(widget.stub.afters) == 2


def test_a_lost_receipt_is_asked_for_again_and_has_one_effect(widget: Widget) -> None:
    widget.open().stub.lose_next_receipt = True
    widget.say("Pay Anna 50")
    expect(widget.own.last).to_contain_text("Delivered", timeout=15_000)
    expect(widget.bot.last).to_contain_text("You said: Pay Anna 50")
    assert len(widget.stub.received) == 2
    assert len(widget.stub.thread.turns) == 1
    assert widget.own.count() == 1


@pytest.mark.parametrize("receipt_first", [True, False])
def test_what_the_server_redacted_is_shown_once_and_redacted(widget: Widget, receipt_first: bool) -> None:
    widget.open().stub.receipt_first = receipt_first
    widget.stub.redacts = "4111 1111 1111 1111"
    widget.say("My card is 4111 1111 1111 1111")
    expect(widget.bot.nth(1)).to_be_visible()
    expect(widget.own).to_have_count(1)
    expect(widget.own).to_contain_text("My card is •••")
    expect(widget.own).to_contain_text("Delivered")


def test_without_sockets_it_goes_on_over_plain_http(widget: Widget) -> None:
    widget.stub.sockets_work = False
    widget.load().launcher.click()
    widget.bot.first.wait_for()
    widget.field.wait_for()
    bubble = widget.say("Hello there")
    expect(bubble).to_contain_text("Delivered", timeout=15_000)
    expect(widget.bot.last).to_contain_text("You said: Hello there")
    widget.person.click()
    expect(widget.bot.last).to_contain_text("OT-4821")
    assert widget.own.count() == 1


def test_no_strings_no_widget_but_what_the_page_put_between_the_tags(widget: Widget) -> None:
    widget.stub.inside = '<a href="tel:+442079460000">Call us</a>'
    widget.page.route("**/v1/strings*", lambda route: route.abort())
    widget.page.goto(widget.stub.page)
    expect(widget.page.get_by_role("link", name="Call us")).to_be_visible()
    widget.page.unroute("**/v1/strings*")
    expect(widget.launcher).to_be_visible()
    expect(widget.page.get_by_role("link", name="Call us")).to_be_hidden()


def test_a_dead_visitor_session_is_said_and_a_new_one_is_one_press_away(widget: Widget) -> None:
    widget.open().stub.sessions.clear()
    widget.stub.cut()
    again = widget.page.get_by_role("button", name="Start a new chat")
    again.click()
    expect(widget.bot.first).to_be_visible()
    assert len(widget.stub.threads) == 2


def test_a_customers_session_is_renewed_unseen(widget: Widget) -> None:
    widget.stub.customer = "customer-7"
    widget.open().say("Hello there")
    expect(widget.bot.nth(1)).to_be_visible()
    widget.stub.sessions.clear()
    widget.stub.cut()
    widget.stub.post(text("Still here"))
    expect(widget.bot.last).to_contain_text("Still here")
    assert widget.bot.count() == 3


def test_after_the_login_link_the_visitor_is_the_customer_and_the_thread_goes_on(widget: Widget) -> None:
    widget.open().say("I want to log in")
    link = widget.bot.last.get_by_role("link")
    expect(link).to_have_attribute("rel", "noopener noreferrer")
    with widget.page.expect_popup() as popup:
        link.click()
    popup.value.wait_for_load_state()
    popup.value.close()
    widget.page.bring_to_front()
    widget.page.evaluate("dispatchEvent(new Event('focus'))")
    expect(widget.page.locator(".welcome").get_by_role("link", name="Log in")).to_be_hidden()
    assert ("POST", "/v1/sessions/login") in widget.stub.calls
    widget.say("Thank you")
    expect(widget.bot.last).to_contain_text("You said: Thank you")
    assert len(widget.stub.threads) == 1
    assert widget.own.count() == 2
