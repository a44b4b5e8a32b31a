"""Conversations in the second channel: a chat of Telegram, unlinked, linked by the bank's login, in three languages."""

from __future__ import annotations

from openteller.testing.client import minor_amounts
from openteller.testing.smoke.abroad import BALANCE, FREEZE, is_in, tells_balance
from openteller.testing.smoke.stage import Shown, Someone, Stage
from openteller.testing.telegram.chatting import TelegramChat, start_command


async def unlinked_in_telegram(stage: Stage) -> None:
    """Nobody knows whose chat it is: nothing of anybody's accounts, only the way to link it."""
    chat = stage.chat()
    shown = await stage.writes(chat, BALANCE["en"], answers=2)
    stage.check("not a person" in shown.messages[0]["text"], "says first that it is a machine")
    stage.check(not minor_amounts(shown.text), "nothing of anybody's accounts")
    stage.check(shown.login_link, "and the way to the bank's login")


async def linked_in_telegram(stage: Stage) -> None:
    """Logged in at the bank: what was asked before is answered, and asked again."""
    chat, someone, shown = await _linked(stage, "en")
    stage.check(tells_balance(shown.text, someone), "after the login, what was asked before it is answered")
    shown = await stage.writes(chat, BALANCE["en"])
    stage.check(tells_balance(shown.text, someone), "the balance is the one in the bank's books")
    shown = await stage.writes(chat, "/unlink")
    shown = await stage.writes(chat, BALANCE["en"], answers=2)
    stage.check(not tells_balance(shown.text, someone), "once it is unlinked, nothing is told any more")


async def in_telegram_in_spanish(stage: Stage) -> None:
    """A balance and a frozen card in Telegram, in Spanish."""
    await _served_in(stage, "es")


async def in_telegram_in_arabic(stage: Stage) -> None:
    """The same in Arabic."""
    await _served_in(stage, "ar")


async def _served_in(stage: Stage, language: str) -> None:
    chat, someone, shown = await _linked(stage, language)
    stage.check(tells_balance(shown.text, someone), "the balance is the one in the bank's books")
    stage.check(is_in(language, shown.text), "and said in the customer's language")
    shown = await stage.writes(chat, FREEZE[language])
    for _ in range(3):
        if await _frozen(stage, someone) or not shown.option(""):
            break
        shown = await stage.taps(chat, shown, "yes:" if shown.option("yes:") else "")
    stage.check(await _frozen(stage, someone), "the bank has frozen the card")


async def _linked(stage: Stage, language: str) -> tuple[TelegramChat, Someone, Shown]:
    """A chat that is somebody's: they ask for their balance, follow the link, log in at the bank and come back."""
    chat, someone = stage.chat(language), await stage.someone()
    link = (await stage.writes(chat, BALANCE[language], answers=2)).login_link
    stage.check(link, "a link to the bank's login")
    command = await start_command(stage.bank, someone.customer, link or "")
    stage.console.print("  customer  (logs in at the bank, and taps the way back)", style="bold", highlight=False)
    return chat, someone, await stage.writes(chat, command)


async def _frozen(stage: Stage, someone: Someone) -> bool:
    return any(card["status"] == "frozen" for card in await stage.bank.read(someone.customer, "cards"))
