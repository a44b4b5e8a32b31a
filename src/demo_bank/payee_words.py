"""Says who or what an approval is for, from the bank's own records."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from demo_bank.action_words import ACTION_WORDS
from demo_bank.bank import Bank
from demo_bank.bank_numbers import is_iban, tidy_iban
from demo_bank.cards import find_card
from demo_bank.fees import find_taken
from demo_bank.limits import limits_now
from demo_bank.mandates import mandates
from demo_bank.order_book import order_book
from demo_bank.own_accounts import own_accounts


@dataclass(frozen=True, slots=True)
class PayeeWords:
    """A name (if the bank knows one) and a number of which only the ends are shown.

    ``label`` is the key of the word that stands before them; ``card`` says that the
    number is one of a card.
    """

    name: str | None
    start: str = ""
    end: str = ""
    label: str = "payee"
    card: bool = False


def payee_words(bank: Bank, number: int, action: str, payee: str, language: str) -> PayeeWords:
    """Return how to show the payee of a challenge to customer ``number``.

    The name comes from the customer's own saved payees, cards, accounts and orders, never
    from whoever asked; only a new address or number is shown as it was asked for.
    """
    if action in _AS_ASKED:
        return PayeeWords(payee, label=_AS_ASKED[action])
    words = ACTION_WORDS[language]
    if action == "open_account":
        return PayeeWords(words.get(f"product.{payee}", payee), label="product")
    if action in ("raise_limit", "lower_limit"):
        return _limit_words(bank, number, payee, words)
    look_up = _RECORDS.get(action)
    found = look_up(bank, number, payee) if look_up else None
    return found or _account_words(bank, number, payee)


def _limit_words(bank: Bank, number: int, payee: str, words: Mapping[str, str]) -> PayeeWords:
    """Return what a limit is for, and of which card it is."""
    for one in limits_now(bank, bank.ledger.rows, number):
        if one.limit_id == payee:
            return PayeeWords(words[f"limit.{one.kind}"], "", one.card_last4 or "", "limit", card=True)
    return PayeeWords(payee, label="limit")


def _card_words(bank: Bank, number: int, payee: str) -> PayeeWords | None:
    """Return which card it is."""
    card = find_card(bank, bank.ledger.rows, number, payee)
    return PayeeWords(card["label"], "", card["last4"], "card", card=True) if card else None


def _order_words(bank: Bank, number: int, payee: str) -> PayeeWords | None:
    """Return whom an order or a payment to come pays."""
    book = order_book(bank, bank.ledger.rows, number)
    found = (one for one in book if one.arrangement_id == payee)
    return next((PayeeWords(one.payee_name, "", one.last4, "order") for one in found), None)


def _mandate_words(bank: Bank, number: int, payee: str) -> PayeeWords | None:
    """Return who collects."""
    found = (one for one in mandates(bank, bank.ledger.rows, number) if one["mandate_id"] == payee)
    return next((PayeeWords(one["payee_name"], label="order") for one in found), None)


def _fee_words(bank: Bank, number: int, payee: str) -> PayeeWords | None:
    """Return what a fee was for."""
    taken = find_taken(bank, bank.ledger.rows, number, payee)
    return PayeeWords(taken.description, label="fee") if taken else None


def _account_words(bank: Bank, number: int, payee: str) -> PayeeWords:
    """Return whose account it is: a saved payee's, the customer's own, or one that only its number is known of."""
    tidy = tidy_iban(payee)
    for saved in bank.shelf.person(number)[1].payees:
        known = saved.number.iban or saved.number.account_number
        if payee == saved.payee_id or tidy == known:
            return PayeeWords(saved.name, *_ends(known))
    for account in own_accounts(bank, bank.ledger.rows, number):
        if payee == account.account_id or tidy == account.number.iban:
            return PayeeWords(account.name, *_ends(account.number.iban or ""))
    return PayeeWords(None, *_ends(tidy)) if is_iban(payee) else PayeeWords(payee)


def _ends(number: str) -> tuple[str, str]:
    """Return the first four characters of an IBAN (nothing of others) and the last four."""
    return (number[:4] if number[:2].isalpha() else "", number[-4:])


_AS_ASKED = {"change_address": "address", "change_phone": "phone"}
_Words = Callable[[Bank, int, str], PayeeWords | None]
_RECORDS: Mapping[str, _Words] = {
    **dict.fromkeys(("freeze_card", "unfreeze_card", "block_card", "replace_card", "activate_card"), _card_words),
    "travel_notice": _card_words,
    **dict.fromkeys(("change_standing_order", "cancel_standing_order", "cancel_scheduled_payment"), _order_words),
    "cancel_direct_debit": _mandate_words,
    "refund_fee": _fee_words,
}
"""Where each kind of action finds what it is about; the others are about an account."""
