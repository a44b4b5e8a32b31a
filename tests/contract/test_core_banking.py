"""The twin and the adapter keep the same contract: what a test learns from one holds for the other."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import httpx
import pytest

from demo_bank.application import make_app
from demo_bank.approvals import answer_challenge, open_challenge
from demo_bank.bank import Bank, open_bank
from demo_bank.requests import StepUpRequest
from openteller.adapters.banking.http_bank import HttpBank
from openteller.capabilities.actions.gate import authorise
from openteller.capabilities.actions.intents import VALID_FOR, Intent
from openteller.capabilities.actions.policy import load_policy
from openteller.capabilities.identity.grants import open_grant
from openteller.capabilities.identity.sessions import Session
from openteller.domain.actions import Action, ActionKind, ConfirmedAction, IntentState
from openteller.domain.assurance import ApprovalClaims, CustomerRef, Grant, Level, SubjectId, TenantId
from openteller.domain.conversations import ConversationId
from openteller.domain.understanding import Period
from openteller.testing.contracts.core_banking import CHECKS, Confirm, Counter
from openteller.testing.twin_bank import TwinBank

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
SUBJECT, CUSTOMER = SubjectId(uuid4()), CustomerRef("c-000042")
POLICY = load_policy([Path(__file__).parents[2] / "src/openteller/packs/retail_banking"])
Opened = Callable[[Path], AbstractAsyncContextManager[Counter]]


def grant(level: Level) -> Grant:
    session = Session(uuid4(), SUBJECT, ConversationId(uuid4()), level, NOW, NOW + timedelta(hours=1))
    return open_grant(TenantId("harbour"), session, CUSTOMER if level >= Level.LINKED else None, NOW)


def through_the_gate(approve: Callable[[Action, Intent], str]) -> Confirm:
    """Every action by the shipped policy; ``approve`` is the customer's tap in the app."""

    async def confirm(action: Action) -> ConfirmedAction:
        rule = POLICY.rule_for(action)
        state = IntentState.CONFIRMED if rule.confirm else IntentState.SHOWN
        intent = Intent(uuid4(), ConversationId(uuid4()), SUBJECT, str(action.kind), state, Level.LOGGED_IN, b"",
                        "ch-1", NOW, NOW + VALID_FOR)  # fmt: skip
        claims = None
        if rule.step_up:
            claims = ApprovalClaims(CUSTOMER, str(action.kind), None, None, action.payee, intent.intent_id, "ch-1",
                                    "jti-1", intent.expires_at, approve(action, intent))  # fmt: skip
        return authorise(intent, action, grant(Level.LOGGED_IN), rule, claims, owner=CUSTOMER, switched_off=(),
                         spent_today=None, now=NOW)  # fmt: skip

    return confirm


def counter(bank: TwinBank | HttpBank, confirm: Confirm) -> Counter:
    logged_in, linked, nobody = (grant(level) for level in (Level.LOGGED_IN, Level.LINKED, Level.ANONYMOUS))
    return Counter(bank, logged_in, linked, nobody, confirm, NOW.date())


@asynccontextmanager
async def the_twin(_: Path) -> AsyncIterator[Counter]:
    yield counter(TwinBank(), through_the_gate(lambda _, __: "approval"))


def tapped(bank: Bank) -> Callable[[Action, Intent], str]:
    def approve(action: Action, intent: Intent) -> str:
        asked = StepUpRequest(CUSTOMER, str(action.kind), None, None, action.payee, str(intent.intent_id),
                              NOW + VALID_FOR, None, None, "en-GB")  # fmt: skip
        opened = open_challenge(bank, asked)
        return str(answer_challenge(bank, opened["challenge_id"], approve=True)["approval"])

    return approve


@asynccontextmanager
async def the_demo_bank(folder: Path) -> AsyncIterator[Counter]:
    bank = open_bank(folder / "bank", customers=60, seed=7, clock=lambda: NOW, public_url="http://bank.test")
    headers = {"Authorization": f"Bearer {bank.keys.service_key}"}
    transport = httpx.ASGITransport(app=make_app(bank))
    async with httpx.AsyncClient(transport=transport, base_url="http://bank.test", headers=headers) as client:
        adapter = HttpBank("http://bank.test", "unused", client=client)
        yield counter(adapter, through_the_gate(tapped(bank)))
    bank.close()


@pytest.mark.parametrize("opened", [the_twin, the_demo_bank], ids=["twin", "demo bank over HTTP"])
@pytest.mark.parametrize("check", CHECKS, ids=[check.__name__ for check in CHECKS])
async def test_every_core_bank_keeps(
    check: Callable[[Counter], Awaitable[None]], opened: Opened, tmp_path: Path
) -> None:
    async with opened(tmp_path) as its:
        await check(its)


# --- the checks can fail --------------------------------------------------------------------------------------------


class Careless(TwinBank):
    """Opens its books to anybody, and keeps paying what was cancelled."""

    def _open(self, grant: Grant, level: Level = Level.LOGGED_IN) -> CustomerRef:
        return CUSTOMER

    def _change(self, action: Action) -> None:
        if action.kind is ActionKind.ACTIVATE_CARD:
            assert action.card is not None
            self.cards_now = (*self.cards_now[:-1], replace(action.card, status="active"))
        elif action.kind is ActionKind.REPLACE_CARD:
            super()._change(action)


@pytest.mark.parametrize("check", [CHECKS[0], *CHECKS[-3:]], ids=lambda check: check.__name__)
async def test_a_careless_bank_is_found_out(check: Callable[[Counter], Awaitable[None]]) -> None:
    with pytest.raises(AssertionError):
        await check(counter(Careless(), through_the_gate(lambda _, __: "approval")))


# --- what only the adapter tells --------------------------------------------------------------------------------------


async def test_the_adapter_says_what_a_payment_abroad_was(tmp_path: Path) -> None:
    async with the_demo_bank(tmp_path) as its:
        year = Period(NOW.date() - timedelta(days=700), NOW.date())
        lines = await its.bank.transactions(replace_customer(its.logged_in, 49), year)
    abroad = [line for line in lines if line.original is not None and line.status == "booked"]
    assert {line.country for line in abroad} - {"GB"}
    assert all(line.place and line.card_last4 for line in abroad if line.kind == "card_purchase")
    assert {"foreign_payment"} <= {line.charge for line in lines if line.kind == "fee"}
    assert {line.decline_reason for line in lines if line.status == "declined"} & {"online_check", "limit"}


def replace_customer(known: Grant, number: int) -> Grant:
    session = Session(uuid4(), known.subject, ConversationId(uuid4()), known.level, NOW, NOW + timedelta(hours=1))
    return open_grant(known.tenant, session, CustomerRef(f"c-{number:06d}"), NOW)


@pytest.fixture
def numbers(tmp_path: Path) -> Iterator[dict[str, int]]:
    """One customer of each of some countries."""
    bank = open_bank(tmp_path / "bank", customers=400, seed=7, clock=lambda: NOW)
    yield {bank.shelf.person(number)[0].country.code: number for number in range(400, 0, -1)}
    bank.close()


@pytest.mark.parametrize(
    ("country", "has"),
    [
        ("GB", (True, True, True)),
        ("ES", (True, False, False)),
        ("AE", (True, False, False)),
        ("US", (False, False, True)),
    ],
)
async def test_an_account_has_the_numbers_of_its_country(
    numbers: dict[str, int], tmp_path: Path, country: str, has: tuple[bool, bool, bool]
) -> None:
    bank = open_bank(tmp_path / "bank", clock=lambda: NOW)
    headers = {"Authorization": f"Bearer {bank.keys.service_key}"}
    transport = httpx.ASGITransport(app=make_app(bank))
    async with httpx.AsyncClient(transport=transport, base_url="http://bank.test", headers=headers) as client:
        who = replace_customer(grant(Level.LOGGED_IN), numbers[country])
        account, *_ = await HttpBank("http://bank.test", "unused", client=client).accounts(who)
    bank.close()
    assert (bool(account.iban), account.sort_code is not None, account.account_number is not None) == has
    assert account.bic == f"HARB{country}2X"
    assert len(account.last4) == 4
