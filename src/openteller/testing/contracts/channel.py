"""What every channel adapter must keep.

Subclass ``ChannelContract``, give it a ``ChannelBench``, and pytest runs it:

    class TestPigeon(ChannelContract):
        def bench(self): return PigeonBench()

It needs no plug-in and no network. How-to: docs/how-to/write-a-channel.md.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import Awaitable, Callable, Mapping
from typing import Protocol
from uuid import UUID

from openteller.capabilities.replies.compose import Draft
from openteller.capabilities.replies.guard import Guard
from openteller.domain.channels import travelling_id
from openteller.domain.conversations import (
    ChoicePart,
    FactsPart,
    Inbound,
    InboxKind,
    LinkPart,
    Option,
    Part,
    Row,
    TextPart,
)
from openteller.domain.errors import AdapterError, CustomerError, NotAllowed
from openteller.domain.replies import CheckedReply
from openteller.ports import Channel
from openteller.testing.twins import START

Delivery = tuple[bytes, Mapping[str, str]]
"""The raw body and the headers (names in small letters) of a webhook's request."""
_BANK = "https://www.harbour.example"
_MESSAGE = UUID("0190d3c4-0000-7000-8000-000000000001")
_RICH: tuple[Part, ...] = (
    TextPart("These are your accounts."),
    FactsPart("", (Row("Current account", "£1,200.00"), Row("Savings account", "£5,000.00"))),
    LinkPart("Go to the bank", _BANK, "login"),
    ChoicePart((Option("flow:freeze_card", "Freeze a card"), Option("person", "Talk to a person"))),
)


class ChannelBench(Protocol):
    """The other side of one channel, made afresh for each test."""

    @property
    def channel(self) -> Channel:
        """The adapter under test, joined to this bench."""
        ...

    def says(self, person: str, text: str, number: int) -> Delivery:
        """A genuine delivery: ``person`` has written ``text``; ``number`` tells deliveries apart."""
        ...

    def presses(self, person: str, data: str, number: int) -> Delivery:
        """A genuine delivery: ``person`` has pressed the button that carries ``data``."""
        ...

    def garbled(self) -> Delivery:
        """Genuine as far as its proof goes, but of a content that nobody expects."""
        ...

    def shown(self) -> str:
        """All words and labels that have appeared on screens, in order, joined by line breaks."""
        ...

    def break_down(self) -> None:
        """From now on the provider fails every call."""
        ...


class ChannelContract:
    """The promises. Each test is one."""

    def bench(self) -> ChannelBench:
        """A fresh bench; an adapter's tests give their own."""
        raise NotImplementedError

    def test_it_says_what_it_is(self) -> None:
        """Its name is part of an address; what it can show is known before anything is sent."""
        channel = self.bench().channel
        assert channel.name.isidentifier()
        assert channel.name.islower()
        assert channel.max_length > 0
        assert channel.buttons >= 0
        assert not channel.way_back or "{code}" in channel.way_back

    def test_words_arrive_as_they_were_written(self) -> None:
        """Every sign, whatever it means to somebody else."""
        bench = self.bench()
        for number, text in enumerate(("hello", "¿cuál es mi saldo?", "رصيدي", "<b>*_`</b>", "a\nb", "😀")):
            (inbound,) = _parse(bench, bench.says("anna", text, number))
            assert (inbound.kind, inbound.text.value) == (InboxKind.TEXT, text)
            assert inbound.handle.isprintable()
            assert inbound.external_id.isprintable()

    def test_the_same_delivery_has_the_same_id_and_another_has_another(self) -> None:
        """Else a repeated delivery has two effects, or a second message none (CH-02)."""
        bench = self.bench()
        first, again = (_parse(bench, bench.says("anna", "hello", 1))[0] for _ in range(2))
        other = _parse(bench, bench.says("anna", "hello", 2))[0]
        assert first.external_id == again.external_id
        assert first.external_id != other.external_id

    def test_two_people_are_two_and_one_is_one(self) -> None:
        """A handle is who is written to."""
        bench = self.bench()
        handles = [_parse(bench, bench.says(who, "x", n))[0].handle for n, who in enumerate(("anna", "ben", "anna"))]
        assert handles[0] == handles[2] != handles[1]

    def test_a_delivery_without_its_proof_is_refused(self) -> None:
        """Missing or wrong in any header (CH-01)."""
        bench = self.bench()
        body, headers = bench.says("anna", "hello", 1)
        for forged in ({}, *({**headers, name: value[::-1] + "x"} for name, value in _proofs(headers).items())):
            try:
                _parse(bench, (body, forged))
            except NotAllowed:
                continue
            raise AssertionError(f"this was taken for genuine: {forged}")

    def test_what_nobody_expects_breaks_nothing(self) -> None:
        """It is refused as the caller's fault, or says nothing."""
        bench = self.bench()
        with contextlib.suppress(CustomerError):
            assert list(_parse(bench, bench.garbled())) == []

    def test_the_receipt_is_json(self) -> None:
        """It becomes the webhook's answer."""
        bench = self.bench()
        inbound = _parse(bench, bench.says("anna", "hello", 1))
        assert json.loads(json.dumps(bench.channel.receipt(inbound))) is not None

    def test_a_button_that_is_pressed_comes_back(self) -> None:
        """By the id that travelled, also where that was too long to travel itself."""
        bench = self.bench()
        for number, option in enumerate(("flow:freeze_card", f"flow:{'x' * 60}")):
            (inbound,) = _parse(bench, bench.presses("anna", travelling_id(option), number))
            assert inbound.kind is InboxKind.CHOICE
            assert inbound.text.value == travelling_id(option)

    def test_nothing_of_a_rich_reply_is_lost(self) -> None:
        """Words, facts, links and buttons, each shown somehow."""
        bench = self.bench()
        _run(bench, _sending(bench, _RICH))
        for words in ("These are your accounts.", "Current account", "£1,200.00", "£5,000.00", "Go to the bank"):
            assert words in bench.shown()
        for label in ("Freeze a card", "Talk to a person"):
            assert label in bench.shown()

    def test_many_options_and_long_words_all_arrive(self) -> None:
        """However short the channel's messages are."""
        bench = self.bench()
        options = tuple(Option(f"1:{number}", f"Payee number {number}") for number in range(30))
        text = " ".join(f"word{number}" for number in range(400))
        _run(bench, _sending(bench, (TextPart(text), ChoicePart(options))))
        shown = " ".join(bench.shown().split())
        assert text in shown
        assert all(option.label in shown for option in options)

    def test_a_provider_that_fails_is_tried_again_and_its_error_tells_nothing(self) -> None:
        """Retryable, and without a word of the message (it goes into a log)."""
        bench = self.bench()
        bench.break_down()
        error = _failure(bench, (TextPart("your balance is confidential"),))
        assert error is not None, "a failure must not look like a delivery"
        assert error.retryable
        assert "confidential" not in f"{error!r} {error.__cause__!r}"

    def test_the_same_message_may_be_sent_again(self) -> None:
        """After a crash nobody knows whether it was."""
        bench = self.bench()

        async def twice() -> None:
            for _ in range(2):
                await _sending(bench, (TextPart("Hello."),))()

        _run(bench, twice)
        assert "Hello." in bench.shown()


def _parse(bench: ChannelBench, delivery: Delivery) -> list[Inbound]:
    body, headers = delivery
    return list(bench.channel.parse(body, headers, START))


def _sending(bench: ChannelBench, parts: tuple[Part, ...]) -> Callable[[], Awaitable[None]]:
    handle = _parse(bench, bench.says("anna", "hello", 1))[0].handle
    reply = _checked(parts)
    return lambda: bench.channel.send(handle, reply, message_id=_MESSAGE)


def _run(bench: ChannelBench, work: Callable[[], Awaitable[None]]) -> None:
    async def whole() -> None:
        try:
            await work()
        finally:
            await bench.channel.close()

    asyncio.run(whole())


def _failure(bench: ChannelBench, parts: tuple[Part, ...]) -> AdapterError | None:
    try:
        _run(bench, _sending(bench, parts))
    except AdapterError as error:
        return error
    return None


def _checked(parts: tuple[Part, ...]) -> CheckedReply:
    guard = Guard(scrub=lambda text: text, allowed_links=[_BANK])
    return guard.check(Draft(parts, "en", ()))


def _proofs(headers: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in headers.items() if name != "content-type"}
