"""Says who or what an approval is for, from the bank's own records."""

from __future__ import annotations

from dataclasses import dataclass

from demo_bank.bank import Bank
from demo_bank.bank_numbers import is_iban, tidy_iban


@dataclass(frozen=True, slots=True)
class PayeeWords:
    """A name (if the bank knows one) and a number of which only the ends are shown."""

    name: str | None
    start: str = ""
    end: str = ""
    card: bool = False


def payee_words(bank: Bank, number: int, payee: str) -> PayeeWords:
    """Return how to show the payee of a challenge to customer ``number``.

    The name comes from the customer's own saved payees, cards, accounts and orders, never
    from whoever asked.
    """
    customer, holdings = bank.shelf.person(number)
    tidy = tidy_iban(payee)
    for saved in holdings.payees:
        known = saved.number.iban or saved.number.account_number
        if payee == saved.payee_id or tidy == known:
            return PayeeWords(saved.name, *_ends(known))
    for account in holdings.accounts.values():
        if payee == account.account_id or tidy == account.number.iban:
            return PayeeWords(account.name, *_ends(account.number.iban or ""))
    for card in holdings.cards:
        if payee == card.card_id:
            return PayeeWords(card.label, "", card.last4, card=True)
    row = bank.ledger.row("SELECT label, last4 FROM new_cards WHERE card_id = ? AND customer_id = ?",
                          (payee, customer.customer_id))  # fmt: skip
    if row:
        return PayeeWords(row["label"], "", row["last4"], card=True)
    for one in bank.shelf.history(number).arrangements:
        if payee == one.arrangement_id:
            return PayeeWords(one.payee_name, "", one.last4)
    return PayeeWords(None, *_ends(tidy)) if is_iban(payee) else PayeeWords(payee)


def _ends(number: str) -> tuple[str, str]:
    """Return the first four characters of an IBAN (nothing of others) and the last four."""
    return (number[:4] if number[:2].isalpha() else "", number[-4:])
