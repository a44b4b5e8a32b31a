"""Everyday conversations: hello, balances, payments, a person, and what is none of a bank's business."""

from __future__ import annotations

import re
from collections import defaultdict
from datetime import date, timedelta

from openteller.adapters.clock import SystemClock
from openteller.testing.client import minor_amounts
from openteller.testing.outside_bank import Json
from openteller.testing.smoke.stage import Someone, Stage

REFERENCE = re.compile(r"\b[2-9A-Z]{4}-[2-9A-Z]{4}\b")
PAN = "4111 1111 1111 1111"


async def hello(stage: Stage) -> None:
    """A visitor says hello: the machine says first that it is one."""
    talk = await stage.visitor()
    first = await talk.welcome()
    stage.check(
        talk.seen[0]["author"]["kind"] == "bot" and "not a person" in first.text, "says first that it is a machine"
    )
    stage.check(first.link("privacy"), "links to the privacy notice")
    reply = await stage.says(talk, "Hello")
    stage.check(reply.text, "greets back")
    await talk.close()


async def balance(stage: Stage) -> None:
    """What is on the account."""
    someone = await stage.someone()
    talk = await stage.customer(someone)
    reply = await stage.says(talk, "What's my balance?")
    accounts = await stage.bank.read(someone.customer, "accounts")
    current = next(one for one in accounts if one["kind"] == "current")
    stage.check(
        abs(current["balance_minor"]) in minor_amounts(reply.text), "the balance is the one in the bank's books"
    )
    await talk.close()


async def spending(stage: Stage) -> None:
    """What was spent at a shop last month, in words."""
    while True:
        someone = await stage.someone()
        merchant, total = await _a_merchant(stage, someone)
        if merchant:
            break
    talk = await stage.customer(someone)
    reply = await stage.says(talk, f"What did I spend at {merchant} last month?")
    stage.check(total in minor_amounts(reply.text), f"the sum is the one in the bank's books ({total / 100:.2f})")
    stage.check(merchant.casefold() in reply.text.casefold(), "the filter is shown")
    await talk.close()


async def _a_merchant(stage: Stage, someone: Someone) -> tuple[str, int]:
    last = _last_month()
    rows = await stage.bank.read(someone.customer, "transactions", **{"from": str(last[0]), "to": str(last[1])})
    spent: dict[str, list[Json]] = defaultdict(list)
    for row in rows:
        spent[row["merchant"] or ""].append(row)
    plain = {
        name: rows
        for name, rows in spent.items()
        if name.isascii() and name.replace(" ", "").isalpha() and all(r["amount_minor"] < 0 for r in rows)
        and all(r["kind"] == "card_purchase" and r["status"] == "posted" for r in rows)
    }  # fmt: skip
    if not plain:
        return "", 0
    name = max(plain, key=lambda key: len(plain[key]))
    return name, -sum(row["amount_minor"] for row in plain[name])


def _last_month() -> tuple[date, date]:
    last_day = SystemClock().now().date().replace(day=1) - timedelta(days=1)
    return last_day.replace(day=1), last_day


async def person(stage: Stage) -> None:
    """A person is asked for: a reference, at once, and the bot keeps still."""
    someone = await stage.someone()
    talk = await stage.customer(someone)
    reply = await stage.says(talk, "I want to talk to a person")
    stage.check(REFERENCE.search(reply.text), "there is a reference")
    await talk.look()
    stage.check(talk.holder in ("waiting_for_agent", "with_agent"), "the conversation waits for a person")
    await talk.close()


async def person_by_button(stage: Stage) -> None:
    """The always-visible button, pressed by a visitor: never refused."""
    talk = await stage.visitor()
    reply = await talk.ask_for_person()
    stage.check(REFERENCE.search(reply.text), "there is a reference for a visitor too")
    await talk.close()


async def out_of_scope(stage: Stage) -> None:
    """Something that is none of a bank's business is refused kindly."""
    talk = await stage.visitor()
    reply = await stage.says(talk, "Can you write me a poem about the sea?")
    stage.check(reply.text and not REFERENCE.search(reply.text), "says that this is not its business")
    await talk.close()


async def card_number_typed(stage: Stage) -> None:
    """A card number never comes back and is nowhere in the thread."""
    someone = await stage.someone()
    talk = await stage.customer(someone)
    reply = await stage.says(talk, f"My card {PAN} with CVV 123 does not work, what is my balance?")
    await talk.look()
    everything = re.sub(r"\D", "", str([message["parts"] for message in talk.seen]))
    stage.check("4111111111111111" not in everything, "the card number is nowhere in the thread")
    stage.check(reply.text, "and the customer is told")
    await talk.close()
