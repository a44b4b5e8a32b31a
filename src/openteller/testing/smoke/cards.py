"""Conversations about cards: freeze, unfreeze, stolen."""

from __future__ import annotations

import time

from openteller.testing.client import minor_amounts
from openteller.testing.smoke.stage import Someone, Stage, since


async def freeze_and_unfreeze(stage: Stage) -> None:
    """Freezing needs no question; unfreezing needs the bank's app."""
    someone = await stage.someone()
    talk = await stage.customer(someone)
    reply = await stage.choosing(talk, await stage.says(talk, "Please freeze my debit card"), "debit")
    if reply.option("yes:"):
        reply = await stage.presses(talk, reply, "yes:")
    stage.check("frozen" in await _states(stage, someone), "the bank has frozen the card")
    reply = await stage.choosing(talk, await stage.says(talk, "Unfreeze my debit card again please"), "debit")
    if reply.option("yes:"):
        reply = await stage.presses(talk, reply, "yes:")
    stage.check("frozen" in await _states(stage, someone), "it stays frozen until it is approved")
    await stage.approves(talk, reply)
    stage.check("frozen" not in await _states(stage, someone), "the bank has unfrozen the card")
    await talk.close()


async def stolen(stage: Stage) -> None:
    """Stolen: blocked at once, questions later."""
    someone = await stage.someone()
    talk = await stage.customer(someone)
    started = time.monotonic()
    reply = await stage.says(talk, "My debit card has been stolen!")
    if not await _blocked(stage, someone):
        started = time.monotonic()
        await stage.choosing(talk, reply, "debit")
    took_ms = since(started)
    stage.check(await _blocked(stage, someone), f"blocked in the bank's own record within two turns ({took_ms:.0f} ms)")
    await talk.close()


async def stolen_without_login(stage: Stage) -> None:
    """A stranger's card is stolen: the way in, the number to ring, a person; after the login it is blocked."""
    someone = await stage.someone()
    talk = await stage.visitor()
    reply = await stage.says(talk, "My debit card was stolen")
    stage.check(reply.link("login"), "a link to the bank's login")
    stage.check("+44" in reply.text or reply.link("phone"), "the emergency number")
    stage.check(reply.option("person"), "and a person one tap away")
    await talk.close()
    place = talk.last_seq
    await talk.log_in(await stage.bank.login_token(someone.customer))
    await talk.listen()
    stage.check(talk.level == 2, "the login makes the visitor a customer in the same thread")
    reply = await stage.hears(talk, place)
    if not await _blocked(stage, someone):
        await stage.choosing(talk, reply, "debit")
    stage.check(await _blocked(stage, someone), "and the card is blocked, without another word")
    await talk.close()


async def two_wishes(stage: Stage) -> None:
    """Two wishes in one message: the riskier first, the other not forgotten."""
    someone = await stage.someone()
    talk = await stage.customer(someone)
    reply = await stage.says(talk, "Freeze my debit card and tell me my balance")
    words = reply.text
    if "frozen" not in await _states(stage, someone):
        reply = await stage.choosing(talk, reply, "debit")
        words += reply.text
    stage.check("frozen" in await _states(stage, someone), "the card is frozen")
    stage.check(abs(someone.current["balance_minor"]) in minor_amounts(words), "and the balance told")
    await talk.close()


async def _states(stage: Stage, someone: Someone) -> list[str]:
    return [card["status"] for card in await stage.bank.read(someone.customer, "cards")]


async def _blocked(stage: Stage, someone: Someone) -> bool:
    return any(row["kind"] == "block_card" for row in await stage.bank.record(someone.customer))
