from __future__ import annotations

from datetime import date
from random import Random

import pytest
from stdnum import iban as stdnum_iban
from stdnum import luhn
from stdnum.us import rtn

from demo_bank.bank_numbers import (
    HARBOUR_CODES,
    is_iban,
    mask_iban,
    outside_number,
    own_number,
    owner_of,
)
from demo_bank.bank_numbers import test_pan as make_pan
from demo_bank.customers import make_customer
from demo_bank.holdings import make_holdings


@pytest.mark.parametrize("country", sorted(set(HARBOUR_CODES) - {"US"}))
def test_numbers_are_valid_and_lead_back(country: str) -> None:
    for customer in (1, 42, 2_000, 99_999, 100_000):
        for slot in (1, 5):
            iban = own_number(country, customer, slot).iban
            assert iban
            assert is_iban(iban)
            assert stdnum_iban.is_valid(iban), iban
            assert owner_of(iban) == (customer, slot)


def test_outside_numbers_are_valid() -> None:
    dice = Random(3)  # noqa: S311
    for country in HARBOUR_CODES:
        for _ in range(30):
            number = outside_number(country, dice)
            if country == "US":
                assert number.iban is None
                assert rtn.is_valid(number.routing_number or "")
            else:
                assert number.iban
                assert stdnum_iban.is_valid(number.iban), number.iban
                assert owner_of(number.iban) is None


def test_every_holding_has_a_valid_number() -> None:
    for number in range(1, 200):
        customer = make_customer(7, number)
        holdings = make_holdings(7, customer, date(2026, 11, 24).year)
        ibans = [account.number.iban for account in holdings.accounts.values()]
        ibans += [payee.number.iban for payee in holdings.payees]
        assert all((iban is None) == (customer.country.code == "US") for iban in ibans)
        assert all(stdnum_iban.is_valid(iban) for iban in ibans if iban)


@pytest.mark.parametrize("text", ["", "GB", "GB00HARB99001034814819", "XX12345678", "GB65HARB9900103481481", "É"])
def test_wrong_ibans_are_refused(text: str) -> None:
    assert not is_iban(text)


def test_spaces_and_small_letters_are_fine() -> None:
    assert is_iban("gb82 west 1234 5698 7654 32")


def test_card_numbers_are_test_numbers() -> None:
    pan = make_pan(Random(1))  # noqa: S311
    assert pan.startswith("9999")
    assert luhn.is_valid(pan)


def test_the_middle_is_hidden() -> None:
    assert mask_iban("GB82 WEST 1234 5698 7654 32") == "GB82 •••• •••• 5432"
