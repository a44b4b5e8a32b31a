"""Conversations that move money, checked in the bank's own record."""

from __future__ import annotations

from uuid import uuid4

from openteller.testing.client import Reply, Talk, minor_amounts
from openteller.testing.smoke.stage import Someone, Stage, transfers

_NEW_IBAN = "DE89 3704 0044 0532 0130 00"


async def to_own_account(stage: Stage) -> None:
    """Between one's own accounts."""
    someone = await stage.someone(savings=True)
    assert someone.savings is not None
    talk = await stage.customer(someone)
    reply = await stage.says(talk, f"Move {someone.sign}25 from my current account to my savings account")
    reply = await stage.choosing(talk, reply, someone.savings["name"])
    stage.check(2500 in minor_amounts(reply.text), "25.00 is shown")
    await _confirm(stage, talk, reply)
    moved = transfers(await stage.bank.record(someone.customer))
    stage.check([one["amount_minor"] for one in moved] == [2500], "the bank has moved 25.00 once")
    stage.check(moved[0]["to"].get("account_id") == someone.savings["account_id"], "to the savings account")
    await talk.close()


async def to_known_payee(stage: Stage) -> None:
    """To somebody paid before."""
    someone = await stage.someone()
    talk = await stage.customer(someone, socket=False)
    reply = await _ask(stage, talk, someone, 12)
    stage.check(someone.payee["name"] in reply.text, "the payee is shown")
    await _confirm(stage, talk, reply)
    await _moved(stage, someone, 1200)
    await talk.close()


async def to_new_payee(stage: Stage) -> None:
    """To somebody new, with an IBAN."""
    someone = await stage.someone()
    talk = await stage.customer(someone)
    reply = await stage.says(talk, f"Send {someone.sign}17.50 to Anna Schmidt, IBAN {_NEW_IBAN}")
    for answer in ("Anna Schmidt", _NEW_IBAN):
        if not reply.option("yes:") and not reply.options:
            reply = await stage.says(talk, answer)
    reply = await stage.choosing(talk, reply, "Anna", "new", "family", "yes")
    stage.check(1750 in minor_amounts(reply.text), "17.50 is shown")
    await _confirm(stage, talk, reply)
    moved = transfers(await stage.bank.record(someone.customer))
    stage.check([one["amount_minor"] for one in moved] == [1750], "the bank has moved 17.50 once")
    stage.check(moved[0]["to"].get("iban") == _NEW_IBAN.replace(" ", ""), "to that IBAN")
    await talk.close()


async def corrected(stage: Stage) -> None:
    """A correction after the confirmation ("no, make it 30") voids it: only the 30 move."""
    someone = await stage.someone()
    talk = await stage.customer(someone)
    first = await _ask(stage, talk, someone, 20)
    second = await stage.says(talk, "no, make it 30")
    stage.check(3000 in minor_amounts(second.text) and second.option("yes:"), "30.00 is shown and asked about")
    stage.check(first.option("yes:") != second.option("yes:"), "under a confirmation of its own")
    await stage.presses(talk, first, "yes:")
    stage.check(not transfers(await stage.bank.record(someone.customer)), "the old button does nothing any more")
    if await _still_asked(stage, talk, someone, second):
        await _moved(stage, someone, 3000)
    await talk.close()


async def _still_asked(stage: Stage, talk: Talk, someone: Someone, second: Reply) -> bool:
    """The old button may have ended the flow; then the customer asks afresh."""
    reply = await stage.presses(talk, second, "yes:")
    if reply.challenge_id is None:
        reply = await _ask(stage, talk, someone, 30)
        reply = await stage.presses(talk, reply, "yes:")
    await stage.approves(talk, reply)
    return True


async def cancelled(stage: Stage) -> None:
    """Never mind: nothing has moved."""
    someone = await stage.someone()
    talk = await stage.customer(someone)
    await _ask(stage, talk, someone, 20)
    await stage.says(talk, "Cancel that please")
    stage.check(not transfers(await stage.bank.record(someone.customer)), "nothing has moved")
    await talk.close()


async def interrupted(stage: Stage) -> None:
    """A question in between, and back to the transfer."""
    someone = await stage.someone()
    talk = await stage.customer(someone)
    reply = await _ask(stage, talk, someone, 15)
    between = await stage.says(talk, "wait, what's my balance?")
    balance = abs(someone.current["balance_minor"])
    stage.check(balance in minor_amounts(between.text), "the question in between is answered")
    back = between if between.option("yes:") else reply
    stage.check(back.option("yes:"), "and the transfer is still there")
    await _confirm(stage, talk, back)
    await _moved(stage, someone, 1500)
    await talk.close()


async def ten_times(stage: Stage) -> None:
    """The same message ten times: one turn, one effect."""
    someone = await stage.someone()
    talk = await stage.customer(someone, socket=False)
    reply = await _ask(stage, talk, someone, 11)
    yes, client_id = reply.option("yes:"), uuid4().hex
    turns = {await talk.send(choice=yes, client_id=client_id) for _ in range(10)}
    stage.check(len(turns) == 1, "ten deliveries are one turn")
    asked = await talk.next_unasked(after=talk.last_seq)
    await stage.approves(talk, asked)
    await _moved(stage, someone, 1100)


async def _ask(stage: Stage, talk: Talk, someone: Someone, amount: int) -> Reply:
    reply = await stage.says(talk, f"Send {someone.sign}{amount} to {someone.payee['name']}")
    reply = await stage.choosing(talk, reply, someone.payee["name"], "current")
    stage.check(amount * 100 in minor_amounts(reply.text), f"{amount}.00 is shown")
    stage.check(reply.option("yes:"), "and asked about")
    return reply


async def _confirm(stage: Stage, talk: Talk, reply: Reply) -> Reply:
    reply = await stage.presses(talk, reply, "yes:")
    return await stage.approves(talk, reply) if reply.challenge_id else reply


async def _moved(stage: Stage, someone: Someone, amount_minor: int) -> None:
    moved = transfers(await stage.bank.record(someone.customer))
    amounts = [one["amount_minor"] for one in moved]
    stage.check(amounts == [amount_minor], f"the bank has moved {amount_minor / 100:.2f}, once")
    stage.check(moved[0]["to"].get("payee_id") == someone.payee["payee_id"], "to the right payee")
