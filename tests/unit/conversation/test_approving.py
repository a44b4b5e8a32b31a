"""What is said before an approval in the app: fixed words with action, amount and payee, unlike a login's (TX-04)."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import cast
from uuid import UUID

import pytest

from openteller.capabilities.replies.compose import compose
from openteller.domain.actions import INPUTS, Action, ActionKind
from openteller.domain.assurance import Challenge
from openteller.domain.conversations import LinkPart, TextPart
from openteller.domain.flows import AwaitConfirmation
from openteller.domain.money import Money
from openteller.domain.replies import Phrase, Reply
from openteller.loops.conversation import asking
from openteller.loops.conversation.kit import PackFacts
from openteller.testing.twin_bank import ACCOUNTS, PAYEES
from openteller.testing.twins import START
from tests.unit.conversation.shipped import the_catalogue, the_flows, the_pack

LANGUAGES = ("en", "es", "ar")
AMOUNT = Money(12_345, "GBP")
WRITTEN = {"en": "£123.45", "es": "123,45", "ar": "123.45"}
BANK = cast("PackFacts", SimpleNamespace(login_url="https://bank.example/login", emergency_phone="+44 1"))
CHALLENGE = Challenge("ch-1", "https://bank.example/approve/ch-1", START)
OF_AN_AMOUNT = [kind for kind in ActionKind if "amount" in INPUTS[kind]]


def transfer() -> Action:
    return Action(ActionKind.TRANSFER, source=ACCOUNTS[0], to=PAYEES[0], amount=AMOUNT)


def composed(reply: Reply, language: str) -> tuple[str, tuple[LinkPart, ...]]:
    """Words and links in this language."""
    pack = the_pack()
    locale = pack.locale_of(language)
    draft = compose(reply, locale=locale, time_zone=pack.time_zone, catalogue=the_catalogue(), now=START)
    words = "\n".join(part.text for part in draft.parts if isinstance(part, TextPart))
    return words, tuple(part for part in draft.parts if isinstance(part, LinkPart))


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_transfer_names_its_amount_and_its_payee_in_every_language_tx_04(language: str) -> None:
    words, links = composed(asking.approve(transfer(), CHALLENGE), language)
    assert WRITTEN[language] in words
    assert PAYEES[0].name in words
    assert [(link.url, link.purpose) for link in links] == [(CHALLENGE.approve_url, "step_up")]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", OF_AN_AMOUNT)
def test_whatever_has_an_amount_names_it_tx_04(kind: ActionKind, language: str) -> None:
    to = PAYEES[0] if "to" in INPUTS[kind] else None
    more, less = (
        composed(asking.approve(Action(kind, to=to, amount=amount), CHALLENGE), language)[0]
        for amount in (AMOUNT, Money(1, "GBP"))
    )
    assert more != less


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_kind_of_action_has_words_of_its_own_tx_04(language: str) -> None:
    said = {
        kind: composed(asking.approve(replace(transfer(), kind=kind), CHALLENGE), language)[0] for kind in ActionKind
    }
    assert len(set(said.values())) == len(ActionKind)


@pytest.mark.parametrize("language", LANGUAGES)
def test_approving_looks_unlike_logging_in_tx_04(language: str) -> None:
    """Whoever is talked into a login must not find that they have approved something."""
    login_words, login_links = composed(asking.login(BANK, the_flows(), ""), language)
    words, links = composed(asking.approve(transfer(), CHALLENGE), language)
    assert words != login_words
    assert links[0].label != login_links[0].label
    assert (links[0].purpose, login_links[0].purpose) == ("step_up", "login")


def test_what_is_shown_is_answered_by_buttons_of_this_intent_alone_tx_08() -> None:
    shown = asking.confirmation(Reply((Phrase("confirm.yes"),)), AwaitConfirmation(UUID(int=7)))
    assert [option.id for option in shown.options] == [f"yes:{UUID(int=7)}", f"no:{UUID(int=7)}"]
