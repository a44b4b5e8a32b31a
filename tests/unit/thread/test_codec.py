"""What is stored comes back equal, and a passport never comes out of a database."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest

from openteller.capabilities.thread.codec import dump, load
from openteller.domain.actions import Action, ActionKind
from openteller.domain.assurance import Grant, Level
from openteller.domain.banking import Account, Payee
from openteller.domain.conversations import ChoicePart, Option, TextPart
from openteller.domain.errors import InvariantError
from openteller.domain.flows import AwaitSlot, DialogueState, Frame, Mentions
from openteller.domain.money import Money
from openteller.domain.replies import CheckedReply, OptionPhrase, Phrase, Reply
from openteller.domain.texts import SealedValue, SpanType
from openteller.domain.understanding import Amount, Entity, Period

ACCOUNT = Account("a1", "current", "Current", "GB29NWBK60161331926819", Money(1, "GBP"), Money(-5, "GBP"))
VALUES = [
    Money(2500, "JPY"),
    Action(ActionKind.TRANSFER, source=ACCOUNT, to=Payee("p", "Zoë 🙂", "GB33"), amount=Money(1, "GBP")),
    DialogueState(
        frames=(Frame("transfer_money", 1, "ask", {"amount": Money(1, "EUR"), "list": (ACCOUNT, ACCOUNT)}),),
        awaiting=AwaitSlot("amount", ("1:0",)),
        last_reply=Reply((Phrase("a.b", {"when": date(2026, 1, 2)}),), options=(OptionPhrase("x", Phrase("y")),)),
    ),
    Mentions(
        "to ⟦IBAN:1⟧",
        (
            Entity("iban", SealedValue("⟦IBAN:1⟧", SpanType.IBAN, "GB33", "4444"), 3, 11),
            Entity("money", Amount(100, None), 0, 2, corrected=True),
            Entity("period", Period(date(2026, 1, 1), date(2026, 1, 31)), 0, 1),
        ),
    ),
    (TextPart("hé"), ChoicePart((Option("a", "b"),))),
    {"at": datetime(2026, 1, 1, tzinfo=UTC), "for": timedelta(seconds=1.5), "id": UUID(int=3), "level": Level.LINKED},
]


@pytest.mark.parametrize("value", VALUES, ids=lambda value: type(value).__name__)
def test_what_is_stored_comes_back_equal(value: object) -> None:
    assert load(dump(value)) == value


@pytest.mark.parametrize(
    "passport",
    [
        CheckedReply.__name__,
        Grant.__name__,
        "ConfirmedAction",
        "RedactedText",
    ],
)
def test_a_passport_never_comes_out_of_a_database(passport: str) -> None:
    with pytest.raises(InvariantError):
        load(f'{{"$": "{passport}"}}'.encode())


def test_what_is_not_of_the_domain_is_not_stored() -> None:
    with pytest.raises(InvariantError):
        dump(object())


def test_a_plain_mapping_with_a_dollar_cannot_pose_as_a_class() -> None:
    with pytest.raises(InvariantError):
        load(b'{"$": "Path"}')
