"""Web customers of the laboratory: they talk, move money, tap in the bank's app, and write down what they saw."""

from __future__ import annotations

import asyncio
import random
import re
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from uuid import uuid4

import httpx

from openteller.testing.client import NoReply, Refused, Reply, Talk, minor_amounts
from openteller.testing.faultlab.ledgers import Ledger
from openteller.testing.faultlab.strangers import REFERENCE
from openteller.testing.outside_bank import OutsideBank

PATIENCE_S = 60.0
_REPLY_S = 40.0
_STEPS = 5
_OFTEN, _SELDOM = 0.8, 0.3
_BANK_REFERENCE = re.compile(r"\bHB[A-Z2-9]{10}\b")
_NOT_DONE = re.compile(r"nothing has been (done|sent)|haven.t sent|no longer valid|has expired", re.IGNORECASE)
_SMALL_TALK = (
    "What's my balance?",
    "How much did I spend last month?",
    "Hello",
    "Thanks",
    "What can you do?",
    "What did I spend on groceries in October?",
)
_SIGNS = {"GBP": "£", "EUR": "€", "USD": "$"}


@dataclass(frozen=True, slots=True)
class Wallet:
    """What the laboratory knows of a customer: whom they pay, and their own second account if they have one."""

    customer: str
    currency: str
    payees: tuple[str, ...]
    savings: bool


@dataclass(slots=True)
class Lab:
    """What all customers share. ``turns`` counts acknowledged messages; ``wanted`` says whether more are wanted."""

    http: httpx.AsyncClient
    addresses: Sequence[str]
    bank: OutsideBank
    sent: Ledger
    delivered: Ledger
    dice: random.Random
    wanted: Callable[[], bool]
    turns: int = 0
    transfers: int = 0
    done: int = 0
    visits: list[Visit] = field(default_factory=list)
    busy: set[str] = field(default_factory=set)


@dataclass(slots=True)
class Visit:
    """One customer's visit: a session, some acts, and what is still owed a reply at its end."""

    lab: Lab
    wallet: Wallet
    talk: Talk
    amounts: list[int]
    owed: set[str] = field(default_factory=set)
    written: set[str] = field(default_factory=set)
    open: dict[int, str] = field(default_factory=dict)
    """Transfers whose outcome has not been told yet: amount to payee."""
    unheard: dict[str, int] = field(default_factory=dict)
    """Confirmations whose reply was too long in coming: turn to amount. What it asks for is done when it comes."""

    async def run(self, acts: int, transfer_share: float) -> None:
        """A few acts, then read the thread to its end."""
        await self.talk.open(await self.lab.bank.login_token(self.wallet.customer))
        for _ in range(acts):
            if not self.lab.wanted():
                break
            behind = self.lab.done < self.lab.turns * transfer_share
            if self.amounts and self.lab.dice.random() < (_OFTEN if behind else _SELDOM):
                await self.transfer()
            else:
                await self.chat()
        await self.settle()

    async def chat(self) -> None:
        """Small talk: sometimes several messages in one go, to be answered in their order."""
        dice = self.lab.dice
        for text in [dice.choice(_SMALL_TALK) for _ in range(dice.choice((1, 1, 2, 3)))]:
            await self.send(text=text)
        await self.settle()

    async def transfer(self) -> None:
        """Ask, check what is shown, confirm, tap in the bank's app, hear how it went."""
        own = self.wallet.savings and self.lab.dice.random() < 0.3
        amount = self.amounts.pop()
        to = "my savings account" if own else self.lab.dice.choice(self.wallet.payees)
        sign = _SIGNS[self.wallet.currency]
        asked = await self.hear(await self.send(text=f"Send {sign}{amount // 100}.{amount % 100:02} to {to}"))
        reply = await self._answer_questions(asked, to)
        yes = reply.option("yes:") if reply else None
        if reply is None or yes is None:
            self._note("not offered", amount, to, text=reply.text if reply else "")
            return
        shown = minor_amounts(reply.text)
        self._note("shown", amount, to, intent=yes.partition(":")[2], shown=shown, own=own)
        if amount not in shown or (not own and to.casefold() not in reply.text.casefold()):
            self._note("shown wrongly", amount, to, text=reply.text)
            await self.hear(await self.send(choice=reply.option("no:") or "no"))
            return
        self._note("confirmed", amount, to, own=own)
        self.lab.transfers += 1
        turn_id = await self.send(choice=yes)
        answer = await self.hear(turn_id)
        text = answer.text if answer else ""
        if answer is None:
            self.unheard[turn_id] = amount
        elif answer.challenge_id is not None:
            text = await self._tap(answer.challenge_id, amount, to)
        self._note("told", amount, to, told=told_by(text), text=text)
        self.lab.done += told_by(text) == "done"
        if told_by(text) in ("parked", "nothing"):
            self.open[amount] = to

    async def _answer_questions(self, reply: Reply | None, to: str) -> Reply | None:
        for _ in range(_STEPS):
            if reply is None or reply.option("yes:") or not reply.options:
                break
            usable = [key for key in reply.options if not key.startswith(("person", "cancel", "no:", "flow:"))]
            fitting = [key for key in usable if to.casefold() in reply.options[key].casefold()]
            if not usable:
                break
            reply = await self.hear(await self.send(choice=(fitting or usable)[0]))
        return reply

    async def _tap(self, challenge_id: str, amount: int, to: str) -> str:
        """Approve in the bank's app; what is then said about this transfer, which may take a while, or nothing."""
        place, until, asked = self.talk.last_seq, time.monotonic() + _REPLY_S, False
        self._note("tapped", amount, to)
        await self.lab.bank.answer(challenge_id)
        while time.monotonic() < until:
            await self.talk.look()
            self._write_down()
            for text in self._said_since(place):
                about_it = told_by(text) == "done" and amount in minor_amounts(text)
                if about_it or told_by(text) == "not done" or REFERENCE.search(text):
                    return text
            if not asked and time.monotonic() > until - _REPLY_S / 2:
                asked = True
                await self.send(text="I have approved it in the app")
            await asyncio.sleep(0.1)
        return ""

    def _said_since(self, place: int) -> list[str]:
        later = [one for one in self.talk.seen if one["seq"] > place and one["author"]["kind"] != "customer"]
        return [" ".join(part.get("text", "") for part in message["parts"]).strip() for message in later]

    async def send(self, *, text: str | None = None, choice: str | None = None) -> str:
        """Say it until it is acknowledged; now and then say the same once more, as a nervous client does."""
        client_id = uuid4().hex
        turn_id = ""
        for again in range(self.lab.dice.choice((1, 1, 1, 1, 2, 4))):
            turn_id = await self.talk.send(text=text, choice=choice, client_id=client_id)
            self.lab.sent.write(
                channel="web",
                who=self.talk.conversation_id,
                client_id=client_id,
                turn_id=turn_id,
                said=text if choice is None else choice,
                acked=True,
            )
            self.owed.add(turn_id)
            self.lab.turns += again == 0
        return turn_id

    async def hear(self, turn_id: str) -> Reply | None:
        """The reply of this turn, or None when it is too long in coming (it stays owed)."""
        try:
            return await self.talk.reply_to(turn_id, time.monotonic(), wait_s=_REPLY_S)
        except NoReply:
            return None
        finally:
            self._write_down()

    async def settle(self, wait_s: float = 20.0, *, outcomes: bool = False) -> bool:
        """Read on until no reply is owed, nor (``outcomes``) any news of a transfer; False when something still is."""
        until = time.monotonic() + wait_s
        while True:
            try:
                await self.talk.look()
            except Refused as refused:
                if refused.status != httpx.codes.UNAUTHORIZED:
                    raise
                await self.talk.open(await self.lab.bank.login_token(self.wallet.customer))
            self._write_down()
            await self._tap_late()
            if time.monotonic() > until or not (self.owed or (outcomes and self.open)):
                return not self.owed
            await asyncio.sleep(0.15)

    async def _tap_late(self) -> None:
        """Approve what was asked for in a reply that came after the customer had stopped waiting for it."""
        for turn_id in [turn for turn in self.unheard if turn not in self.owed]:
            amount = self.unheard.pop(turn_id)
            late = tuple(one for one in self.talk.seen if one["turn_id"] == turn_id and one["author"]["kind"] == "bot")
            challenge_id = Reply(turn_id, late, 0.0).challenge_id
            if challenge_id is not None and amount in self.open:
                self._note("tapped", amount, self.open[amount])
                await self.lab.bank.answer(challenge_id)

    def _write_down(self) -> None:
        for message in self.talk.seen:
            if message["author"]["kind"] == "customer" or message["message_id"] in self.written:
                continue
            self.written.add(message["message_id"])
            self.owed.discard(message["turn_id"])
            text = " ".join(part.get("text", "") for part in message["parts"])
            self.lab.delivered.write(
                channel="web",
                who=self.talk.conversation_id,
                message_id=message["message_id"],
                first=True,
                seq=message["seq"],
                turn_id=message["turn_id"],
                text=text.strip(),
            )
            self._late_news(text)

    def _late_news(self, text: str) -> None:
        """An outcome that could not be known at first is told later, by itself."""
        if told_by(text) != "done":
            return
        named = [amount for amount in self.open if amount in minor_amounts(text)]
        for amount in named or ([] if minor_amounts(text) else list(self.open)[:1]):
            self._note("told", amount, self.open.pop(amount), told="done", text=text)

    def _note(self, act: str, amount: int, to: str, **more: object) -> None:
        self.lab.sent.write(act=act, customer=self.wallet.customer, amount_minor=amount, to=to, **more)


def told_by(text: str) -> str:
    """What a customer has been told about their transfer: done (with the bank's reference), not done, or neither."""
    if not text:
        return "nothing"
    if _BANK_REFERENCE.search(text):
        return "done"
    return "not done" if _NOT_DONE.search(text) else "parked"


async def find_wallets(bank: OutsideBank, count: int, dice: random.Random, customers: int) -> list[Wallet]:
    """Customers who can afford a few small transfers and have payees."""
    found: list[Wallet] = []
    for number in dice.sample(range(1, customers + 1), customers):
        customer = f"c-{number:06d}"
        accounts = await bank.read(customer, "accounts")
        current = next((one for one in accounts if one["kind"] == "current"), None)
        if current is None or current["currency"] not in ("GBP", "EUR") or current["available_minor"] < 20_000:
            continue
        payees = [
            one for one in await bank.read(customer, "payees") if one["iban"] and one["currency"] == current["currency"]
        ]
        names = tuple(payee["name"] for payee in payees if [p["name"] for p in payees].count(payee["name"]) == 1)
        savings = any(one["kind"] == "savings" and one["currency"] == current["currency"] for one in accounts)
        if names:
            found.append(Wallet(customer, current["currency"], names, savings))
        if len(found) == count:
            break
    return found
