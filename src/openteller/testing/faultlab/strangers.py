"""Strangers on the simulated channel: numbered messages of kinds whose replies can be told apart."""

from __future__ import annotations

import asyncio
import random
import re
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from openteller.testing.faultlab.ledgers import Json
from openteller.testing.faultlab.outside_channel import OutsideChannel, words_of

KINDS = ("Hello", "Thank you", "What can you do?")
PERSON = "I want to talk to a person"
REFERENCE = re.compile(r"\b[2-9A-Z]{4}-[2-9A-Z]{4}\b")
FIRST = "*first*"


def signature(text: str) -> str:
    """What a reply looks like without what differs from time to time: a reference, "is it settled?"."""
    return "a reference" if REFERENCE.search(text) else text.partition("\n\n")[0]


@dataclass(slots=True)
class Strangers:
    """People without a login. ``wanted`` says whether more messages are wanted; ``turns`` counts those taken."""

    channel: OutsideChannel
    dice: random.Random
    wanted: Callable[[], bool]
    signatures: dict[str, list[str]] = field(default_factory=dict)
    expected: dict[str, int] = field(default_factory=dict)
    turns: int = 0

    async def learn(self) -> None:
        """Learn, before any fault, what the replies to a first contact and to each kind of message look like."""
        first = await self._ask("learner", "0", KINDS[0])
        for number, text in enumerate((*KINDS, PERSON), start=1):
            self.signatures[text] = await self._ask("learner", str(number), text)
        same = self.signatures[KINDS[0]]
        self.signatures[FIRST] = first[: len(first) - len(same)]
        distinct = {tuple(replies) for replies in self.signatures.values() if replies}
        if len(distinct) < len(KINDS) + 1:
            raise RuntimeError(f"the replies on the channel cannot be told apart: {self.signatures}")

    async def visit(self, handle: str) -> None:
        """One stranger: up to a dozen messages, some in quick succession, and sometimes a person at the end."""
        count, last = self.dice.randint(4, 12), ""
        for number in range(count):
            if not self.wanted():
                return
            kinds = [kind for kind in KINDS if kind != last]
            last = PERSON if number == count - 1 and self.dice.random() < 0.5 else self.dice.choice(kinds)
            await self.channel.deliver(handle, f"{handle}-{number:03}", last)
            self._expect(handle, last)
            if self.dice.random() < 0.6:
                await self._answered(handle, 8.0)

    async def drained(self, wait_s: float) -> bool:
        """Wait until every message has its replies; False when time runs out first."""
        until = time.monotonic() + wait_s
        while time.monotonic() < until:
            if all(self._is_answered(handle) for handle in self.expected):
                return True
            await asyncio.sleep(0.2)
        return False

    def _expect(self, handle: str, text: str) -> None:
        first = 0 if handle in self.expected else len(self.signatures[FIRST])
        self.expected[handle] = self.expected.get(handle, first) + len(self.signatures[text])
        self.turns += 1

    def _is_answered(self, handle: str) -> bool:
        return len(self.channel.replies.get(handle, ())) >= self.expected[handle]

    async def _answered(self, handle: str, wait_s: float) -> None:
        until = time.monotonic() + wait_s
        while not self._is_answered(handle) and time.monotonic() < until:  # noqa: ASYNC110 (it has a time limit)
            await asyncio.sleep(0.05)

    async def _ask(self, handle: str, number: str, text: str) -> list[str]:
        before = len(self.channel.replies.get(handle, ()))
        await self.channel.deliver(handle, f"{handle}-{number}", text)
        until = time.monotonic() + 20.0
        while len(self.channel.replies.get(handle, ())) == before:
            if time.monotonic() > until:
                raise RuntimeError(f"no reply on the channel to {text!r} within 20 s, before any fault")
            await asyncio.sleep(0.05)
        await asyncio.sleep(0.5)  # a second message of the same turn
        self.expected[handle] = len(self.channel.replies[handle])
        self.turns += 1
        return [signature(words_of(reply["parts"])) for reply in self.channel.replies[handle][before:]]


def expected_replies(messages: Sequence[Json], signatures: Mapping[str, Sequence[str]]) -> list[str]:
    """What somebody who sent these messages, in this order, must have received."""
    return [*signatures[FIRST], *(reply for message in messages for reply in signatures[message["text"]])]
