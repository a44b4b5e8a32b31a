"""Plays all conversations, prints what is said with its latency, and says at the end what is broken."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence

import httpx
from rich.console import Console
from rich.rule import Rule

from openteller.testing.client import NoReply, Refused
from openteller.testing.outside_bank import BankAway, OutsideBank
from openteller.testing.smoke import abroad, cards, chats, edges, everyday, money
from openteller.testing.smoke.stage import Broken, Stage
from openteller.testing.stack import Stack

Conversation = Callable[[Stage], Awaitable[None]]

CONVERSATIONS: Sequence[Conversation] = (
    everyday.hello,
    everyday.balance,
    everyday.spending,
    cards.freeze_and_unfreeze,
    cards.stolen,
    cards.stolen_without_login,
    money.to_own_account,
    money.to_known_payee,
    money.to_new_payee,
    money.corrected,
    money.cancelled,
    cards.two_wishes,
    money.interrupted,
    money.ten_times,
    abroad.in_spanish,
    abroad.in_arabic,
    abroad.from_language_to_language,
    abroad.a_rule_with_its_source,
    chats.unlinked_in_telegram,
    chats.linked_in_telegram,
    chats.in_telegram_in_spanish,
    chats.in_telegram_in_arabic,
    everyday.person,
    everyday.person_by_button,
    everyday.out_of_scope,
    everyday.card_number_typed,
    edges.strangers_at_the_door,
    edges.unreadable,
)


def drive_smoke(stack: Stack, console: Console) -> int:
    """Play all conversations against a running stack: 0, or 1 when something that must hold does not."""
    return asyncio.run(_drive(stack, console))


async def _drive(stack: Stack, console: Console) -> int:
    broken: list[tuple[str, str]] = []
    started = time.monotonic()
    async with OutsideBank(stack.bank_address, stack.bank_keys) as bank, httpx.AsyncClient(timeout=20.0) as http:
        stage = Stage(console, http, stack.address, stack.telegram_address, bank, stack.customers)
        for conversation in CONVERSATIONS:
            name = conversation.__name__.replace("_", " ")
            console.print(Rule(f"[bold]{name}[/bold]", align="left", style="dim"))
            try:
                await conversation(stage)
            except (Broken, NoReply, Refused, BankAway, httpx.HTTPError, TimeoutError) as problem:
                said = str(problem) or type(problem).__name__
                broken.append((name, said))
                console.print(f"            [red]✗ {said}[/red]", highlight=False)
    _sum_up(console, broken, stage.took_s, time.monotonic() - started)
    return 1 if broken else 0


def _sum_up(console: Console, broken: Sequence[tuple[str, str]], took_s: Sequence[float], seconds: float) -> None:
    ordered = sorted(took_s) or [0.0]
    p50, p95 = (ordered[min(int(len(ordered) * share), len(ordered) - 1)] * 1000 for share in (0.5, 0.95))
    console.print(Rule(style="dim"))
    whole = len(CONVERSATIONS)
    console.print(
        f"{whole - len(broken)} of {whole} conversations as they must be, {len(took_s)} replies, "
        f"p50 {p50:.0f} ms, p95 {p95:.0f} ms, {seconds:.1f} s in all",
        highlight=False,
    )
    for name, problem in broken:
        console.print(f"[red]✗ {name}: {problem}[/red]", highlight=False)
