from __future__ import annotations

import re
from typing import Any

import pytest

from demo_bank.monthly_statements import read_statement
from demo_bank.sessions import PASSCODE, safe_next
from demo_bank.wording import WORDS, money_words
from tests.demo_bank.conftest import Desk


def log_in(desk: Desk, customer: str = "c-000042", onward: str = "/") -> Any:
    form = {"customer_id": customer, "passcode": PASSCODE, "next": onward}
    return desk.web.post("/login", data=form, follow_redirects=False)


def form_token(text: str) -> str:
    found = re.search(r'name="form_token" value="([^"]+)"', text)
    assert found
    return found.group(1)


def test_visitors_get_the_chat_without_a_token(desk: Desk) -> None:
    page = desk.web.get("/")
    # The address of a token, not a token: whoever logs in elsewhere goes on in this chat as themselves.
    assert '<open-teller server="http://127.0.0.1:8800" token-url="/chat-token" locale="en-GB">' in page.text
    policy = page.headers["content-security-policy"]
    assert "script-src http://127.0.0.1:8800;" in policy
    assert "ws://127.0.0.1:8800" in policy
    assert "unsafe" not in policy
    assert desk.web.get("/chat-token").status_code == 401


def test_logging_in_and_out(desk: Desk) -> None:
    answer = log_in(desk)
    assert answer.status_code == 303
    cookie = answer.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    page = desk.web.get("/")
    assert desk.bank.shelf.person(42)[0].first_name in page.text
    assert 'token-url="/chat-token"' in page.text
    assert desk.web.get("/chat-token").json()["token"].count(".") == 2
    desk.web.post("/logout", data={"form_token": form_token(page.text)})
    assert desk.web.get("/chat-token").status_code == 401


def test_a_forged_logout_changes_nothing(desk: Desk) -> None:
    log_in(desk)
    session = dict(desk.web.cookies)
    desk.web.post("/logout", data={"form_token": "x"})
    desk.web.cookies.update(session)
    assert desk.web.get("/chat-token").status_code == 200


def test_wrong_passcodes_and_foreign_forms_are_refused(desk: Desk) -> None:
    wrong = desk.web.post("/login", data={"customer_id": '"><script>', "passcode": "x"})
    assert wrong.status_code == 401
    assert 'role="alert"' in wrong.text
    assert "<script>" not in wrong.text
    form = {"customer_id": "c-000042", "passcode": PASSCODE}
    foreign = desk.web.post("/login", data=form, headers={"Origin": "http://evil.example"})
    assert foreign.status_code == 403
    assert desk.web.post("/login", data={**form, "next": "x" * 10_000}).status_code == 401


def test_five_idle_minutes_end_a_session(desk: Desk) -> None:
    log_in(desk)
    desk.clock.forward(minutes=4)
    assert desk.web.get("/chat-token").status_code == 200
    desk.clock.forward(minutes=5, seconds=1)
    assert desk.web.get("/chat-token").status_code == 401


@pytest.mark.parametrize(
    "text",
    ["//evil.example", "http://evil.example/", "/\\evil.example", "javascript:alert(1)", "/a\nb", "evil", "http:///x"],
)
def test_open_redirects_are_refused(desk: Desk, text: str) -> None:
    assert safe_next(text, "http://testserver") == "/"
    assert log_in(desk, onward=text).headers["location"] == "/"


def test_local_addresses_are_followed() -> None:
    assert safe_next("/approve/x?y=1", "http://testserver") == "/approve/x?y=1"
    assert safe_next("http://testserver/approve/x", "http://testserver") == "/approve/x"
    assert safe_next("http://testserver//evil.example", "http://testserver") == "/"


def test_approving_in_the_app(desk: Desk) -> None:
    path = f"/approve/{desk.ask()['challenge_id']}"
    asked = desk.web.get(path, follow_redirects=False)
    assert asked.headers["location"] == f"/login?next={path}"
    log_in(desk)
    page = desk.web.get(path)
    payee = desk.read("payees")[0]
    assert "£25.00" in page.text
    assert payee["name"] in page.text
    assert payee["iban"] not in page.text
    assert payee["iban"][-4:] in page.text
    assert 'class="approving"' in page.text
    assert "script-src" not in page.headers["content-security-policy"]
    assert desk.web.post(path, data={"decision": "approve", "form_token": "x"}).status_code == 403
    done = desk.web.post(path, data={"decision": "approve", "form_token": form_token(page.text)})
    assert "go back to the chat" in done.text
    assert "http://127.0.0.1:8800/back" in done.text
    status = desk.get(f"/api/step-ups/{path.rsplit('/', 1)[1]}").json()
    assert status["status"] == "approved"
    desk.web.post(path, data={"decision": "decline", "form_token": form_token(page.text)})
    assert desk.get(f"/api/step-ups/{path.rsplit('/', 1)[1]}").json() == status


def test_somebody_elses_challenge_is_not_there(desk: Desk) -> None:
    path = f"/approve/{desk.ask()['challenge_id']}"
    log_in(desk, "c-000041")
    assert desk.web.get(path).status_code == 404
    assert desk.web.post(path, data={"decision": "approve"}).status_code == 404
    assert desk.web.get("/approve/nothing").status_code == 404


def test_declined_and_expired_say_so(desk: Desk) -> None:
    log_in(desk)
    path = f"/approve/{desk.ask()['challenge_id']}"
    token = form_token(desk.web.get(path).text)
    assert "Declined" in desk.web.post(path, data={"decision": "decline", "form_token": token}).text
    path = f"/approve/{desk.ask(intent_id='i-9')['challenge_id']}"
    desk.clock.forward(minutes=3)
    desk.web.get("/")
    desk.clock.forward(minutes=3)
    page = desk.web.get(path)
    assert "has expired" in page.text
    assert "<button" not in page.text


def test_every_language_has_every_word(desk: Desk) -> None:
    log_in(desk)
    for language, words in WORDS.items():
        path = f"/approve/{desk.ask(intent_id=language, locale=f'{language}-XX')['challenge_id']}"
        page = desk.web.get(path).text
        assert f'lang="{language}"' in page
        assert str(words["transfer"]).replace("'", "&#39;") in page


def test_scripts_cannot_come_in_through_a_step_up(desk: Desk) -> None:
    assert desk.ask(return_url="javascript:alert(1)")["error"] == "bad_request"
    assert desk.ask(action="<b>")["error"] == "bad_request"
    log_in(desk)
    path = f"/approve/{desk.ask(payee='<script>x</script>')['challenge_id']}"
    assert "<script" not in desk.web.get(path).text


@pytest.mark.parametrize(
    ("amount", "currency", "language", "words"),
    [(2500, "GBP", "en", "£25.00"), (-123456, "EUR", "de", "−1.234,56\u00a0€"), (2500, "JPY", "en", "¥2,500"),
     (1400, "AED", "ar", "AED\u00a014.00")],
)  # fmt: skip
def test_money_in_words(amount: int, currency: str, language: str, words: str) -> None:
    assert money_words(amount, currency, language) == words


def test_a_statement_opens_after_the_login_only_and_adds_up(desk: Desk) -> None:
    statements = desk.read("statements")
    assert len(statements) == 23 * 3
    mine = next(one for one in statements if one["account_id"] == "a-000042-1")
    assert (mine["first_day"], mine["last_day"]) == ("2026-10-01", "2026-10-31")
    path = mine["url"].removeprefix("http://testserver")
    answer = desk.web.get(path, follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (303, f"/login?next={path}")
    assert log_in(desk, "c-000041").status_code == 303
    assert desk.web.get(path).status_code == 404
    assert log_in(desk, onward=path).headers["location"] == path
    page = desk.web.get(path)
    assert page.status_code == 200
    assert "1 Oct 2026 to 31 Oct 2026" in page.text
    query = "transactions?account_id=a-000042-1&from=2026-10-01&to=2026-10-31&limit=5000"
    booked = [line for line in desk.read(query) if line["status"] == "posted"]
    assert page.text.count('<span class="money">') == len(booked) > 10
    for month in ("2026-11", "2024-10", "2026-13", "x"):
        assert desk.web.get(f"/statements/a-000042-1/{month}").status_code == 404
    assert desk.web.get("/statements/a-000041-1/2026-10").status_code == 404


def test_a_month_begins_with_what_the_one_before_left(desk: Desk) -> None:
    months = sorted(one["first_day"][:7] for one in desk.read("statements") if one["account_id"] == "a-000042-1")
    told = [read_statement(desk.bank, 42, "a-000042-1", month) for month in months]
    assert all(one is not None for one in told)
    pairs = [(one["opening_minor"], one["closing_minor"]) for one in told if one]
    assert [opening for opening, _ in pairs[1:]] == [closing for _, closing in pairs[:-1]]


def test_home_tells_what_is_to_come_and_links_the_statements(desk: Desk) -> None:
    log_in(desk)
    page = desk.web.get("/").text
    for one in (*desk.read("standing_orders"), *desk.read("scheduled_payments")):
        assert one["payee_name"] in page
    assert "/statements/a-000042-1/2026-10" in page


@pytest.mark.parametrize("kind", ["cancel_standing_order", "cancel_scheduled_payment"])
def test_what_is_cancelled_is_named_by_the_banks_own_records(desk: Desk, kind: str) -> None:
    what, name = ("standing_orders", "order_id") if "order" in kind else ("scheduled_payments", "payment_id")
    one = desk.read(what)[0]
    asked = desk.ask(action=kind, amount_minor=None, currency=None, payee=one[name])
    log_in(desk)
    page = desk.web.get(f"/approve/{asked['challenge_id']}").text
    assert WORDS["en"][kind] in page
    assert one["payee_name"] in page
    assert one[name] not in page
