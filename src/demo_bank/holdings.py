"""What a customer has at the bank on day 0: accounts, cards and saved payees."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from random import Random

from demo_bank.bank_numbers import AccountNumber, outside_number, own_number, test_pan
from demo_bank.customers import BUSY, SHOWCASE, Customer
from demo_bank.dice import around, chance, dice_for, pick
from demo_bank.names import FAMILY_NAMES, FIRMS, FIRST_NAMES, LANDLORDS

SLOTS = {"current": 1, "savings": 2, "credit_card": 3, "loan": 4, "mortgage": 5}
TITLES = {
    "current": "Current account", "savings": "Savings account", "credit_card": "Credit card",
    "loan": "Personal loan", "mortgage": "Mortgage",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Account:
    """One account; ``opening_minor`` is its balance 24 months before day 0.

    Debts are negative balances. ``overdraft_limit_minor`` is for current accounts
    and ``credit_limit_minor`` for credit cards; both are zero elsewhere. ``opened_on``
    is the day it was opened, if that was since day 0.
    """

    account_id: str
    kind: str
    name: str
    number: AccountNumber
    currency: str
    opening_minor: int
    overdraft_limit_minor: int = 0
    credit_limit_minor: int = 0
    opened_on: date | None = None


@dataclass(frozen=True, slots=True)
class Card:
    """One plastic card; only the last four digits ever leave the bank.

    A renewed card is ``inactive`` and ``replaces`` another one until it is activated.
    """

    card_id: str
    kind: str
    label: str
    last4: str
    account_id: str
    expires: str
    status: str = "active"
    replaces: str | None = None


@dataclass(frozen=True, slots=True)
class Payee:
    """Someone the customer has saved to pay; ``iban`` is None in the United States."""

    payee_id: str
    name: str
    number: AccountNumber
    currency: str
    person: bool


@dataclass(frozen=True, slots=True)
class Holdings:
    """Everything one customer holds, keyed by account kind where there is one of each."""

    accounts: dict[str, Account]
    cards: tuple[Card, ...]
    payees: tuple[Payee, ...]


def make_holdings(seed: int, customer: Customer, year: int) -> Holdings:
    """Return a customer's holdings: a pure function of seed, customer and day 0's year."""
    dice = dice_for(seed, "holdings", customer.number)
    accounts = {kind: _account(dice, customer, kind) for kind in _kinds(dice, customer)}
    cards = [_card(dice, customer, accounts["current"], "debit", 1, year)]
    if "credit_card" in accounts:
        cards.append(_card(dice, customer, accounts["credit_card"], "credit", 2, year))
    if customer.number != SHOWCASE and chance(dice, 0.03):
        old = cards[0]
        cards[0] = Card(old.card_id, old.kind, old.label, old.last4, old.account_id, old.expires,
                        "frozen")  # fmt: skip
    payees = _payees(dice, customer)
    renewed = dice_for(seed, "renewed card", customer.number)
    come = chance(renewed, 0.03) and customer.number != SHOWCASE
    if (come or customer.number == BUSY) and cards[0].status == "active":
        cards[0] = replace(cards[0], expires=f"{year}-12")
        cards.append(_renewal(renewed, cards[0], year))
    return Holdings(accounts, tuple(cards), payees)


def _renewal(dice: Random, old: Card, year: int) -> Card:
    """Return the card that has come in place of one that is about to expire."""
    return replace(old, card_id=f"{old.card_id[:-1]}3", last4=test_pan(dice)[-4:], status="inactive",
                   expires=f"{year + 4}-12", replaces=old.card_id)  # fmt: skip


def _kinds(dice: Random, customer: Customer) -> list[str]:
    """Return which kinds of account the customer has, current first."""
    kinds, show = ["current"], customer.number == SHOWCASE
    adult = customer.work != "student"
    for kind, share in (("savings", 0.6), ("credit_card", 0.53 if adult else 0.25)):
        if chance(dice, share) or show:
            kinds.append(kind)
    for kind, share in (("loan", 0.15), ("mortgage", 0.2)):
        if chance(dice, share) and adult and not show:
            kinds.append(kind)
    return kinds


def _account(dice: Random, customer: Customer, kind: str) -> Account:
    """Return one account with its opening balance and limits."""
    slot, pay = SLOTS[kind], customer.monthly_pay
    opening, overdraft, credit = 0, 0, 0
    if kind == "current":
        opening = round(around(dice, pay * 0.45, 0.5))
        if chance(dice, customer.country.overdraft_share):
            overdraft = max(10_000, round(pay * dice.uniform(0.1, 0.5) / 10_000) * 10_000)
    elif kind == "savings":
        opening = round(around(dice, pay * 2.2, 0.9))
    elif kind == "credit_card":
        credit = max(50_000, round(pay * dice.uniform(0.8, 2.2) / 50_000) * 50_000)
    elif kind == "loan":
        opening = -round(pay * dice.uniform(2.0, 6.0) / 1_000) * 1_000
    else:
        opening = -round(pay * dice.uniform(30, 75) / 10_000) * 10_000
    if customer.number == SHOWCASE:
        opening = {"current": 318_250, "savings": 620_000}.get(kind, 0)
    number = own_number(customer.country.code, customer.number, slot)
    return Account(f"a-{customer.number:06d}-{slot}", kind, TITLES[kind], number,
                   customer.country.currency, opening, overdraft, credit)  # fmt: skip


def _card(dice: Random, customer: Customer, account: Account, kind: str, slot: int,
          year: int) -> Card:  # fmt: skip
    """Return a card on an account, expiring one to four years after ``year``."""
    expires = f"{year + 1 + int(dice.random() * 4)}-{1 + int(dice.random() * 12):02d}"
    label = "Harbour Debit" if kind == "debit" else pick(dice, ("Harbour Credit", "Harbour Gold"))
    return Card(f"k-{customer.number:06d}-{slot}", kind, label, test_pan(dice)[-4:],
                account.account_id, expires)  # fmt: skip


def _payees(dice: Random, customer: Customer) -> tuple[Payee, ...]:
    """Return two to six payees, people and firms, at other banks."""
    code, names = customer.country.code, []
    for place in range(max(4 if customer.number == SHOWCASE else 2, dice.randint(2, 6))):
        person = place < 2 or chance(dice, 0.5)
        if person:
            family = customer.family_name if chance(dice, 0.25) else pick(dice, FAMILY_NAMES[code])
            names.append((f"{pick(dice, FIRST_NAMES[code])} {family}", True))
        else:
            names.append((pick(dice, FIRMS[code] + LANDLORDS[code]), False))
    unique = dict(name for name in names if name[0] != customer.name)
    while len(unique) < 2:
        unique[f"{pick(dice, FIRST_NAMES[code])} {pick(dice, FAMILY_NAMES[code])}"] = True
    unique.pop(customer.name, None) if len(unique) > 2 else None
    return tuple(
        Payee(f"p-{customer.number:06d}-{place}", name, outside_number(code, dice),
              customer.country.currency, person)
        for place, (name, person) in enumerate(unique.items(), 1)
    )  # fmt: skip
