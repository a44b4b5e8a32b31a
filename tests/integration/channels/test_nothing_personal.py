"""Whatever is said in whatever order by whichever chat: one that nobody has logged in from is told nothing (ID-05)."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, fields, is_dataclass

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from openteller.domain.banking import Card
from openteller.domain.money import Money
from openteller.testing.telegram.updates import Updates
from openteller.testing.twin_bank import ACCOUNTS, CARDS, PAYEES
from tests.integration.channels.line import Line, open_line
from tests.integration.conversation.house import House

WORDS = (
    "what's my balance?",
    "freeze my card",
    "unfreeze my card",
    "my card was stolen",
    "what did I spend last month?",
    "send 10 pounds to Anna Smith from my current account",
    "yes",
    "no",
    "1",
    "2",
    "say that again",
    "hello",
    "the savings one",
    "talk to a person",
    "/start",
    "/help",
    "/unlink",
    "stop",
)
CHATS = (3001, 3002, 3003)
ACTS = st.one_of(
    st.tuples(st.just("say"), st.sampled_from(WORDS)),
    st.tuples(st.just("press"), st.integers(0, 5)),
    st.tuples(st.just("link"), st.sampled_from(["c-000001", "c-000002"])),
    st.tuples(st.just("steal"), st.sampled_from(CHATS)),
    st.tuples(st.just("wait"), st.sampled_from([60, 301, 90_000])),
    st.tuples(st.just("photo"), st.sampled_from([None, "what's my balance?"])),
    st.tuples(st.just("replay"), st.integers(0, 20)),
)


def values_of_the_bank() -> frozenset[str]:
    """Every value that the bank's books hold and a sentence could show."""
    found: set[str] = set()
    for record in (*ACCOUNTS, *CARDS, *PAYEES):
        assert is_dataclass(record)
        for each in fields(record):
            value = getattr(record, each.name)
            if isinstance(value, Money):
                found.add(f"{value.amount_minor / 100:,.2f}")
            elif each.name in ("iban", "label", "last4", "name"):
                found |= {str(value), str(value)[-4:]} if each.name == "iban" else {str(value)}
    return frozenset(found | {"34.20", "Tesco", "7766", "Harbour Credit"})


TWO_CARDS = (*CARDS, Card("k-2", "credit", "Harbour Credit", "7766", "active", "a-1"))
"""With two, the bot has to ask which, and must not name them to a chat whose login is over."""
STARTS = iter(range(10_000_000, 2**40, 10_000_000))
BOOKS = values_of_the_bank()


def at(chat: int, *acts: tuple[str, object]) -> list[tuple[int, tuple[str, object]]]:
    return [(chat, act) for act in acts]


LINKED = ("link", "c-000001")
ASK, AGAIN, IDLE = ("say", "what's my balance?"), ("say", "say that again"), ("wait", 301)


@dataclass
class Behind:
    """A house that says little when a script fails."""

    house: House = field(repr=False)


@pytest.fixture
def behind(house: House) -> Behind:
    return Behind(house)


@example(script=at(3001, LINKED, ASK, IDLE, ASK, AGAIN, ("press", 0)))
@example(script=at(3001, LINKED, ASK, ("say", "/unlink"), AGAIN, ASK, ("replay", 1)))
@example(script=at(3001, LINKED, ("say", "freeze my card"), IDLE, ("press", 0), ("say", "yes")))
@example(script=at(3001, LINKED, IDLE, ("say", "freeze my card"), ("say", "1"), AGAIN))
@example(script=[*at(3001, ("steal", 3002)), *at(3002, ASK, AGAIN), *at(3001, ASK, AGAIN)])
@example(script=at(3001, LINKED, ASK, IDLE, ("link", "c-000002"), IDLE, AGAIN, ASK))
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.sampled_from(CHATS), ACTS), min_size=3, max_size=14))
async def test_no_chat_is_shown_anything_of_the_bank_without_a_login_id_05(
    behind: Behind, script: list[tuple[int, tuple[str, object]]]
) -> None:
    line = await open_line(behind.house)
    behind.house.twin_bank.cards_now = TWO_CARDS
    line.world.updates = Updates(iter(range(next(STARTS), 2**62)))
    player = Player(line, next(STARTS))
    for chat, (act, what) in script:
        await player.play(chat, act, what)
    await line.client.aclose()


def test_the_books_are_what_would_be_seen() -> None:
    assert {"1,200.00", "1234", "6819", "Anna Smith", "Current account"} <= BOOKS


class Player:
    """Plays a script and keeps, by its own book, who is logged in where."""

    def __init__(self, line: Line, first: int) -> None:
        self._line = line
        self._first = first  # each example has chats of its own: the house is one
        self._open: dict[int, float] = {}
        self._now = 0.0
        self._brought: list[tuple[int, dict[str, object]]] = []

    async def play(self, chat: int, act: str, what: object) -> None:
        user, updates = self._first + chat, self._line.world.updates
        match act, what:
            case "say", str(text):
                await self._bring(user, updates.text(user, text))
            case "press", int(place):
                buttons = [b["callback_data"] for b in self._line.world.buttons(user) if "callback_data" in b]
                if place < len(buttons):
                    await self._bring(user, updates.pressed(user, buttons[place]))
            case "photo", caption:
                assert caption is None or isinstance(caption, str)
                await self._bring(user, updates.photo(user, caption))
            case "link", str(customer):
                await self._link(user, user, customer)
            case "steal", int(other):
                await self._link(user, self._first + other, "c-000002")
            case "replay", int(place) if place < len(self._brought):
                self._look(await self._line.bring(*self._brought[place]), self._brought[place][0], fresh=False)
            case "wait", int(seconds):
                self._line.house.clock.advance(seconds=seconds)
                self._now += seconds

    async def _link(self, user: int, redeeming: int, customer: str) -> None:
        """``customer`` follows the link of one chat, and ``redeeming`` brings the code back."""
        await self._bring(user, self._line.world.updates.text(user, "what's my balance?"))
        if "link-chat" not in json.dumps(self._line.world.buttons(user)):
            return
        response = await self._line.log_in(self._line.ticket(user), customer)
        if response.status_code != 201:
            return  # an old link
        code = response.json()["return_url"].rpartition("=")[2]
        if redeeming == user:
            self._open[user] = self._now
        await self._bring(redeeming, self._line.world.updates.text(redeeming, f"/start {code}"))

    async def _bring(self, user: int, update: dict[str, object]) -> None:
        self._brought.append((user, update))
        self._look(await self._line.bring(user, update), user, fresh=True)
        text = json.dumps(update)
        if "/unlink" in text:
            self._open.pop(user, None)

    def _look(self, said: str, user: int, *, fresh: bool) -> None:
        alive = user in self._open and self._now - self._open[user] <= 300
        if alive and fresh:
            self._open[user] = self._now
        if not alive:
            shown = {value for value in BOOKS if value in said}
            assert not shown, f"{user} was shown {shown}: {said}"
