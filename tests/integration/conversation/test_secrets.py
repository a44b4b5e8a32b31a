"""Card numbers in pieces: the last is never written, the earlier ones are blanked, however fast they come (DP-07)."""

from __future__ import annotations

import asyncio

import pytest

from openteller.capabilities.thread import codec
from openteller.domain.assurance import SubjectId
from openteller.domain.conversations import AuthorKind
from openteller.domain.errors import CustomerError
from openteller.loops.conversation.reception import Work
from tests.integration.conversation.house import House

PIECES = ("4111 1111", "1111", "1111 is it")


async def everything_sealed(house: House) -> str:
    """All that the database holds of what was said, opened."""
    found = []
    owned = "JOIN conversations c USING (tenant, conversation_id)"
    for sql, place in (
        (f"SELECT c.subject_id, m.sealed AS data FROM messages m {owned}", "messages.sealed"),
        (f"SELECT c.subject_id, i.sealed AS data FROM inbox i {owned}", "inbox.sealed"),
        (f"SELECT c.subject_id, t.recorded AS data FROM turns t {owned}", "turns.recorded"),
    ):
        for row in await house.rows(sql):
            if row["data"]:
                async with house.kit.store.begin(house.tenant) as uow:
                    opened = await house.kit.sealer.unseal(uow, SubjectId(row["subject_id"]), bytes(row["data"]), place)
                found.append(str(codec.load(opened)))
    return "\n".join(found)


async def test_a_card_told_in_three_messages_is_blanked_in_all_of_them(house: House) -> None:
    caller = await house.visitor()
    for piece in PIECES:
        await caller.say(piece)
    said = [str(m.parts) for m in await caller.thread() if m.author.kind is AuthorKind.CUSTOMER]
    assert all("1111" not in text for text in said)
    assert "1111" not in await everything_sealed(house)


async def test_pieces_sent_faster_than_they_are_worked_off_are_blanked_too(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All three are received before the first turn begins: they stand in the inbox alone."""
    caller = await house.visitor()
    waiting: list[Work] = []
    with monkeypatch.context() as held:
        held.setattr(house.teller.reception, "start", waiting.append)
        for piece in PIECES:
            await caller.send(piece)
    for work in waiting:
        house.teller.reception.start(work)
    await house.teller.reception.settle()
    said = [str(m.parts) for m in await caller.thread() if m.author.kind is AuthorKind.CUSTOMER]
    assert len(said) == 3
    assert "1111" not in await everything_sealed(house)


async def test_a_piece_under_way_in_a_turn_is_blanked_in_its_record(house: House) -> None:
    """The first piece is held in a turn's memory, at the bank, while the others arrive."""
    caller = await house.customer()
    house.twin_bank.paused = "before"
    first = asyncio.create_task(caller.send("Please freeze my debit card, it is 4111 1111"))
    await asyncio.wait_for(house.twin_bank.reached.wait(), 5)
    await first
    await caller.send("1111")
    await caller.send("1111")
    house.twin_bank.go_on.set()
    await house.teller.reception.settle()
    assert len(house.twin_bank.actions) == 1
    assert "1111" not in await everything_sealed(house)


async def test_words_are_no_button(house: House) -> None:
    caller = await house.visitor()
    with pytest.raises(CustomerError, match="button"):
        await caller.press("my card is 4111 1111 1111 1111")
