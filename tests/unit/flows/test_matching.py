"""Which record the customer's words mean: theirs, whatever the case or accents, and never a guess between two."""

from __future__ import annotations

import pytest

from openteller.capabilities.flows.matching import (
    Record,
    find,
    looks_like_name,
    mentioned_merchant,
    same_merchant,
    same_name,
)
from openteller.domain.banking import Payee
from openteller.testing.talks.bank import ANNA, BEN, CREDIT, CREDIT_CARD, CURRENT, DEBIT_CARD, SAVINGS, WATER

ACCOUNTS = (CURRENT, SAVINGS, CREDIT)
CARDS = (DEBIT_CARD, CREDIT_CARD)
ZOE = Payee("p-9", "Zoë Müller", "GB00")
OTHER_ANNA = Payee("p-8", "Anna Jones", "GB01")
MUM = Payee("p-7", "Mum", "GB02")
LANDLORD = Payee("p-6", "The Green Lettings", "GB03")


def names(text: str, *records: Record) -> list[list[str]]:
    return [[getattr(record, "name", None) or record.label for record in hit.records] for hit in find(text, records)]  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("what is on my savings", [["Savings account"]]),
        ("my SAVINGS ACCOUNT please", [["Savings account"]]),
        ("from the current account", [["Current account"]]),
        ("from savings to current", [["Savings account"], ["Current account"]]),
        ("the one ending 3459", [["Savings account"]]),
        ("savigns", [["Savings account"]]),
        ("my shavings", [["Savings account"]]),
        ("my paintings", []),
        ("my account", [["Current account", "Savings account"]]),
        ("my holiday pot", []),
    ],
)
def test_accounts(text: str, meant: list[list[str]]) -> None:
    assert names(text, *ACCOUNTS) == meant


def test_a_word_that_all_share_names_none() -> None:
    assert names("my account", CURRENT, SAVINGS) == []


@pytest.mark.parametrize(
    ("text", "meant"),
    [("my debit card", [["Harbour Debit"]]), ("the gold one", [["Harbour Gold"]]), ("ends in 9876", [["Harbour Gold"]]),
     ("1235", []), ("my harbour card", [])],
)  # fmt: skip
def test_cards(text: str, meant: list[list[str]]) -> None:
    assert names(text, *CARDS) == meant


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("send anna 20", [["Anna Smith", "Anna Jones"]]),
        ("send Anna Smith 20", [["Anna Smith"]]),
        ("send 20 to zoe", []),
        ("send 20 to Zoe please", [["Zoë Müller"]]),
        ("to ZOË MULLER", [["Zoë Müller"]]),
        ("20 to mum", [["Mum"]]),
        ("send it to the bank", []),
        ("to Anna, Ben", [["Anna Smith", "Anna Jones"], ["Ben Okafor"]]),
        ("pay Ben Miller", [[]]),
        ("to Thames Water", [["Thames Water"]]),
        ("to ⟦NAME:1⟧", []),
    ],
)
def test_payees(text: str, meant: list[list[str]]) -> None:
    assert names(text, ANNA, OTHER_ANNA, BEN, ZOE, MUM, LANDLORD, WATER) == meant


def test_a_name_must_have_every_telling_word() -> None:
    known = (ANNA, OTHER_ANNA, MUM)
    assert same_name("Anna", known) == (ANNA, OTHER_ANNA)
    assert same_name("anna smith", known) == (ANNA,)
    assert same_name("Anna Brown", known) == ()
    assert same_name("my mum", known) == (MUM,)
    assert same_name("?!", known) == ()


@pytest.mark.parametrize(
    ("text", "is_name"),
    [("Maria Lopez", True), ("Jean-Luc O’Neill", True), ("Łukasz", True), ("50 pounds", False), ("", False),
     ("one two three four five six", False), ("who?", False), ("a@b", False)],
)  # fmt: skip
def test_what_may_be_a_name(text: str, is_name: bool) -> None:
    assert looks_like_name(text) is is_name


def test_merchants() -> None:
    assert same_merchant("tesco", "TESCO STORES 3021")
    assert same_merchant("Café Lisboa", "CAFE LISBOA MADRID")
    assert not same_merchant("Tesco Bank", "TESCO STORES 3021")
    assert not same_merchant("", "TESCO")
    mine = ["Tesco", "Tesco Express", "The Tin Whistle", "Costa", "City Theatre"]
    assert mentioned_merchant("what did I spend at Tesco", mine) == "Tesco"
    assert mentioned_merchant("how much at the tesco express", mine) == "tesco express"
    assert mentioned_merchant("costa or tesco?", mine) is None
    assert mentioned_merchant("what did I spend in the city", mine) is None
