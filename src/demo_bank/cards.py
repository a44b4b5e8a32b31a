"""A customer's cards as they are now: those of day 0, then the ones ordered since."""

from __future__ import annotations

import sqlite3

from demo_bank.bank import Bank
from demo_bank.fields import Json
from demo_bank.ledger import Look

_STATES = "SELECT card_id, status FROM card_states WHERE customer_id = ?"
_NEW = """SELECT card_id, kind, label, last4, status, account_id, expires, replaces
 FROM new_cards WHERE customer_id = ?"""


def cards_now(bank: Bank, look: Look, number: int) -> list[Json]:
    """Return every card that a customer has had since day 0, with its status now; ``ended`` ones too."""
    customer, holdings = bank.shelf.person(number)
    states = {row["card_id"]: row["status"] for row in look(_STATES, (customer.customer_id,))}
    cards: list[Json] = [
        {"card_id": card.card_id, "kind": card.kind, "label": card.label, "last4": card.last4,
         "status": card.status, "account_id": card.account_id, "expires": card.expires,
         **({"replaces": card.replaces} if card.replaces else {})}
        for card in holdings.cards
    ]  # fmt: skip
    cards += look(_NEW, (customer.customer_id,))
    return [{**card, "status": states.get(card["card_id"], card["status"])} for card in cards]


def find_card(bank: Bank, look: Look, number: int, card_id: str) -> Json | None:
    """Return one of a customer's cards, or None."""
    return next((card for card in cards_now(bank, look, number) if card["card_id"] == card_id), None)


def set_status(ledger: sqlite3.Connection, customer_id: str, card_id: str, status: str) -> None:
    """Write down the status that a card has from now on."""
    ledger.execute("INSERT INTO card_states VALUES (?, ?, ?) ON CONFLICT (card_id)"
                   " DO UPDATE SET status = excluded.status",
                   (card_id, customer_id, status))  # fmt: skip
