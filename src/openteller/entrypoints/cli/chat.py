"""``openteller chat``: talk in the terminal, or run texts through and get one JSON line a reply."""

from __future__ import annotations

import asyncio
import contextlib
import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console

from openteller.config import Settings, load_settings
from openteller.domain.errors import ConfigurationError

if TYPE_CHECKING:
    from openteller.bootstrap import Custody
    from openteller.testing.client import Reply, Talk
    from openteller.testing.outside_bank import OutsideBank

_ABOUT_TURN = """
    SELECT decision, reason, language, intents FROM turns WHERE turn_id = %(turn_id)s"""
_ACTIONS = """
    SELECT i.kind, i.state, i.reference FROM audit_events e
    JOIN action_intents i ON i.intent_id::text = e.details->>'intent'
    WHERE e.correlation = %(turn_id)s
      AND e.kind IN ('action.executed', 'action.rejected', 'action.failed', 'action.outcome_unknown')
    ORDER BY e.at"""
_HANDOVER = """
    SELECT details->>'reference' AS reference FROM audit_events
    WHERE correlation = %(turn_id)s AND kind = 'handover.requested'"""


@dataclass(frozen=True, slots=True)
class _Place:
    """A running teller with its demo bank: where they answer and where their data lies."""

    address: str
    bank_address: str
    data: Path


def chat(
    texts: Annotated[list[str] | None, typer.Argument(metavar="TEXT…", help="What to say, one turn each.")] = None,
    customer: Annotated[str | None, typer.Option(help="Log in as this customer of the demo bank.")] = None,
    lang: Annotated[str, typer.Option(help="Language or locale of the conversation.")] = "en-GB",
    as_json: Annotated[bool, typer.Option("--json", help="One JSON line a reply.")] = False,
    approve: Annotated[bool, typer.Option("--approve", help="Tap approve in the bank's app whenever it asks.")] = False,
) -> None:
    """Talk to the teller. Without texts it reads stdin, one turn a line; at a terminal it is a conversation.

    Uses the running demo, or starts one for as long as the talk lasts. With --json each reply is {"reply", "decision",
    "intents", "actions", "language", "sources", "reference"}.

    Examples: openteller chat --customer c-000042 "What's my balance?"   ·   openteller chat --json < texts.txt
    """
    lines = list(texts or ())
    if not lines and not sys.stdin.isatty():
        try:
            lines = [line.strip() for line in sys.stdin.buffer.read().decode("utf-8-sig").splitlines() if line.strip()]
        except UnicodeDecodeError as error:
            raise ConfigurationError("stdin: expected UTF-8 text, one message a line") from error
        if not lines:
            raise ConfigurationError("stdin: no message to send; write one a line")
    with _running() as place:
        asyncio.run(_chat(place, lines, customer, lang, as_json=as_json, approve=approve))


async def _chat(
    place: _Place, lines: Sequence[str], customer: str | None, lang: str, *, as_json: bool, approve: bool
) -> None:
    import httpx

    from openteller.bootstrap import open_custody
    from openteller.testing.client import NoReply, Refused, Talk
    from openteller.testing.outside_bank import BankAway, OutsideBank

    keys = json.loads((place.data / "bank" / "keys.json").read_text())
    try:
        async with (
            OutsideBank(place.bank_address, keys) as bank,
            httpx.AsyncClient(timeout=30.0) as http,
            open_custody(Settings(data=place.data)) as rows,
        ):
            talk = await Talk(http, [place.address], patience_s=5.0).open(await _token(bank, customer), locale=lang)
            if lines:
                await _run_through(talk, bank, rows, lines, as_json=as_json, approve=approve)
            else:
                await _converse(talk, bank, approve=approve)
    except Refused as refused:
        raise ConfigurationError(f"the teller refused: {refused.code}") from refused
    except (NoReply, BankAway, httpx.HTTPError) as problem:
        raise ConfigurationError(f"the conversation broke off: {str(problem) or type(problem).__name__}") from problem


async def _token(bank: OutsideBank, customer: str | None) -> str | None:
    from openteller.testing.outside_bank import BankAway

    if customer is None:
        return None
    try:
        return await bank.login_token(customer)
    except BankAway as error:
        raise ConfigurationError(f"--customer {customer}: the demo bank has no such customer (say c-000042)") from error


async def _run_through(
    talk: Talk, bank: OutsideBank, rows: Custody, lines: Sequence[str], *, as_json: bool, approve: bool
) -> None:
    """Say each line, wait for its reply, print it; with ``approve`` also what the bank's app leads to."""
    for line in lines:
        reply = await talk.say(line, wait_s=30.0)
        await _print(reply, rows, as_json=as_json)
        while approve and reply.challenge_id is not None:
            place = talk.last_seq
            await bank.answer(reply.challenge_id)
            reply = await talk.next_unasked(wait_s=30.0, after=place)
            await _print(reply, rows, as_json=as_json)


async def _print(reply: Reply, rows: Custody, *, as_json: bool) -> None:
    if as_json:
        fields = {"reply": reply.text, **await _about(rows, reply.turn_id), "sources": reply.sources}
        sys.stdout.write(json.dumps(fields, ensure_ascii=False) + "\n")
        sys.stdout.flush()
    else:
        _show(Console(), reply)


async def _about(rows: Custody, turn_id: str | None) -> dict[str, Any]:
    """What the operator may know of a turn beyond its words: kinds, names, states and references."""
    async with rows.store.begin(rows.tenant) as uow:
        turn = await uow.row(_ABOUT_TURN, turn_id=turn_id)
        actions = await uow.rows(_ACTIONS, turn_id=turn_id)
        handover = await uow.row(_HANDOVER, turn_id=turn_id)
    done = [{"kind": row["kind"], "state": row["state"], "reference": row["reference"]} for row in actions]
    references = [handover["reference"]] if handover else [row["reference"] for row in done if row["reference"]]
    return {
        "decision": turn["decision"] if turn else None,
        "intents": list(turn["intents"]) if turn else [],
        "actions": done,
        "language": turn["language"] if turn else None,
        "reference": references[0] if references else None,
    }


def _show(console: Console, reply: Reply) -> None:
    console.print(reply.text, style="cyan", markup=False, highlight=False)
    for number, label in enumerate(reply.options.values(), start=1):
        console.print(f"  [bold]{number}[/bold]  ", end="")
        console.print(label, markup=False, highlight=False)


async def _converse(talk: Talk, bank: OutsideBank, *, approve: bool) -> None:
    """A person at the terminal: words, or the number of a button; an empty line ends it."""
    console = Console()
    await talk.listen()
    with contextlib.suppress(TimeoutError):
        _show(console, await asyncio.wait_for(talk.welcome(), 5.0))
    console.print("[dim]Write, or press a button by its number; an empty line ends the talk.[/dim]")
    options: list[str] = []
    while line := (await asyncio.to_thread(_ask)).strip():
        pressed = int(line) - 1 if line.isdecimal() and 1 <= int(line) <= len(options) else None
        reply = await (talk.say(line, wait_s=30.0) if pressed is None else talk.press(options[pressed], wait_s=30.0))
        _show(console, reply)
        if reply.challenge_id is not None and (approve or typer.confirm("Approve in the bank's app?")):
            place = talk.last_seq
            await bank.answer(reply.challenge_id)
            reply = await talk.next_unasked(wait_s=30.0, after=place)
            _show(console, reply)
        options = list(reply.options)
    await talk.close()


def _ask() -> str:
    try:
        return input("› ")
    except EOFError:
        return ""


@contextlib.contextmanager
def _running() -> Iterator[_Place]:
    """The demo that runs on this machine, or one of our own on free ports for as long as the talk lasts."""
    from openteller.testing.stack import Stack, free_port

    data = load_settings().data.absolute()
    place = _found(data)
    if place is not None:
        yield place
        return
    with contextlib.ExitStack() as stack:
        with Console(stderr=True).status("Starting the demo bank, the database and the teller …"):
            ours = stack.enter_context(Stack(data, api_ports=[free_port()], bank_port=free_port()))
        yield _Place(ours.address, ours.bank_address, data)


def _found(data: Path) -> _Place | None:
    import httpx

    try:
        found = json.loads((data / "run.json").read_text())
        place = _Place(found["address"], found["bank_address"], Path(found["data"]))
        return place if httpx.get(f"{place.address}/ready", timeout=3.0).is_success else None
    except (OSError, ValueError, KeyError, httpx.HTTPError):
        return None
