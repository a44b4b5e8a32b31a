from __future__ import annotations

import re
from typing import Any

import pytest

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
        assert words["transfer"].replace("'", "&#39;") in page


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
