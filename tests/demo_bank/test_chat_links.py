from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import pytest
from starlette.testclient import TestClient

from demo_bank.application import make_app
from tests.demo_bank.conftest import Desk, MovableClock, Opener
from tests.demo_bank.test_pages import form_token, log_in

BACK = "https://t.me/harbour_bank_bot?start=abc"


@dataclass
class Teller:
    """OpenTeller's side, as its API documents it."""

    asked: list[dict[str, str]] = field(default_factory=list)
    status: int = 201

    def __call__(self, request: httpx.Request) -> httpx.Response:
        assert str(request.url) == "http://127.0.0.1:8800/v1/channel-links"
        self.asked.append(json.loads(request.content))
        return httpx.Response(self.status, json={"channel": "telegram", "return_url": BACK})


@pytest.fixture
def teller() -> Teller:
    return Teller()


@pytest.fixture
def linking(tmp_path: Path, clock: MovableClock, opener: Opener, teller: Teller) -> Iterator[Desk]:
    bank = opener(tmp_path / "bank")
    with TestClient(make_app(bank, httpx.MockTransport(teller))) as web:
        yield Desk(bank, clock, web)


def test_a_chats_link_leads_over_the_login_to_a_question(linking: Desk, teller: Teller) -> None:
    first = linking.web.get("/link-chat?ticket=t-1", follow_redirects=False)
    assert first.status_code == 303
    assert first.headers["location"].startswith("/login?next=")
    onward = re.search(r'name="next" value="([^"]+)"', linking.web.get(first.headers["location"]).text)
    assert onward
    assert onward.group(1) == "/link-chat?ticket=t-1"
    log_in(linking, onward=onward.group(1))
    page = linking.web.get("/link-chat?ticket=t-1").text
    assert "Only go on if you asked for this yourself" in page
    assert teller.asked == [], "looking connects nothing"


def test_saying_yes_hands_the_ticket_in_with_a_login_token_and_leads_back(linking: Desk, teller: Teller) -> None:
    log_in(linking)
    page = linking.web.get("/link-chat?ticket=t-1").text
    done = linking.web.post("/link-chat", data={"form_token": form_token(page), "ticket": "t-1"})
    assert f'href="{BACK}"' in done.text
    assert teller.asked[0]["ticket"] == "t-1"
    assert teller.asked[0]["login_token"].count(".") == 2


def test_a_form_from_elsewhere_connects_nothing(linking: Desk, teller: Teller) -> None:
    log_in(linking)
    assert linking.web.post("/link-chat", data={"form_token": "x", "ticket": "t-1"}).status_code == 403
    assert teller.asked == []


def test_an_old_link_says_so(linking: Desk, teller: Teller) -> None:
    teller.status = 401
    log_in(linking)
    page = linking.web.get("/link-chat?ticket=t-1").text
    done = linking.web.post("/link-chat", data={"form_token": form_token(page), "ticket": "t-1"})
    assert done.status_code == 410
    assert "no longer works" in done.text
