"""Freezing, unfreezing, blocking, replacing and activating cards."""

from __future__ import annotations

import sqlite3
from typing import Any

from demo_bank.bank import Bank
from demo_bank.bank_numbers import test_pan
from demo_bank.dice import dice_for
from demo_bank.outcome import Outcome, rejected
from demo_bank.requests import ActionRequest

_STATES = {"freeze_card": "frozen", "unfreeze_card": "active", "block_card": "blocked",
           "activate_card": "active"}  # fmt: skip
_NOT_YET = ("inactive", "ordered")


def act_on_card(bank: Bank, ledger: sqlite3.Connection, request: ActionRequest, number: int,
                unapproved: str | None) -> Outcome:  # fmt: skip
    """Do a card action inside the ledger's transaction.

    ``unapproved`` is why the action lacks an approval it needs, if it does. A card
    blocked for good can only be replaced, one that is not activated yet only be
    activated or blocked; activating it ends the one it replaces.
    """
    card = find_card(bank, ledger, number, str(request.params["card_id"]))
    if card is None:
        return rejected("unknown_card")
    reason = _refusal(card, request.kind) or unapproved
    if reason:
        return rejected(reason)
    if request.kind == "replace_card":
        return _replace(bank, ledger, number, card)
    state = _STATES[request.kind]
    _note(ledger, card["card_id"], request.customer_id, state)
    if request.kind == "activate_card" and card["replaces"]:
        _note(ledger, card["replaces"], request.customer_id, "ended")
    return Outcome(None, {"card_id": card["card_id"], "status": state})


def _refusal(card: dict[str, Any], kind: str) -> str | None:
    """Return why a card in its state is not for this action, or None."""
    status = card["status"]
    if status == "ended":
        return "card_ended"
    if status == "blocked":
        return None if kind in ("block_card", "replace_card") else "card_blocked"
    if status in _NOT_YET:
        return None if kind in ("block_card", "activate_card") else "card_inactive"
    return "not_inactive" if kind == "activate_card" else None


def _note(ledger: sqlite3.Connection, card_id: str, customer_id: str, state: str) -> None:
    """Write down the state a card is in from now on."""
    ledger.execute("INSERT INTO card_states VALUES (?, ?, ?) ON CONFLICT (card_id)"
                   " DO UPDATE SET status = excluded.status",
                   (card_id, customer_id, state))  # fmt: skip


def find_card(bank: Bank, ledger: sqlite3.Connection, number: int,
              card_id: str) -> dict[str, Any] | None:  # fmt: skip
    """Return one of a customer's cards as the ledger's transaction sees it, or None."""
    customer, holdings = bank.shelf.person(number)
    known: dict[str, Any] | None = None
    for card in holdings.cards:
        if card.card_id == card_id:
            known = {"card_id": card_id, "kind": card.kind, "label": card.label,
                     "account_id": card.account_id, "expires": card.expires,
                     "status": card.status, "replaces": card.replaces}  # fmt: skip
    if known is None:
        row = ledger.execute("SELECT * FROM new_cards WHERE card_id = ? AND customer_id = ?",
                             (card_id, customer.customer_id)).fetchone()  # fmt: skip
        known = dict(row) if row else None
    if known:
        state = ledger.execute("SELECT status FROM card_states WHERE card_id = ?", (card_id,))
        found = state.fetchone()
        known["status"] = found["status"] if found else known["status"]
    return known


def _replace(bank: Bank, ledger: sqlite3.Connection, number: int,
             card: dict[str, Any]) -> Outcome:  # fmt: skip
    """Order a new card, if none is on its way yet; the old one stays as it is until that is activated."""
    customer, holdings = bank.shelf.person(number)
    ordered = ledger.execute("SELECT COUNT(*) FROM new_cards WHERE customer_id = ?",
                             (customer.customer_id,)).fetchone()[0]  # fmt: skip
    if _on_its_way(bank, ledger, number, card["card_id"]):
        return rejected("already_ordered")
    slot = len(holdings.cards) + ordered + 1
    new_id = f"k-{number:06d}-{slot}"
    last4 = test_pan(dice_for(bank.shelf.seed, "new card", number, slot))[-4:]
    now = bank.clock()
    expires = f"{now.year + 4}-{now.month:02d}"
    ledger.execute("INSERT INTO new_cards VALUES (?,?,?,?,?,?,?,'inactive',?)",
                   (new_id, customer.customer_id, card["account_id"], card["kind"], card["label"],
                    last4, expires, card["card_id"]))  # fmt: skip
    return Outcome(None, {"card_id": new_id, "status": "inactive", "last4": last4,
                          "expires": expires, "replaces": card["card_id"]})  # fmt: skip


def _on_its_way(bank: Bank, ledger: sqlite3.Connection, number: int, card_id: str) -> bool:
    """Say whether a card that has not been activated yet replaces this one."""
    customer, holdings = bank.shelf.person(number)
    ordered = ledger.execute("SELECT card_id FROM new_cards WHERE customer_id = ? AND replaces = ?",
                             (customer.customer_id, card_id)).fetchall()  # fmt: skip
    names = [row["card_id"] for row in ordered]
    names += [card.card_id for card in holdings.cards if card.replaces == card_id]
    found = (find_card(bank, ledger, number, name) for name in names)
    return any(card is not None and card["status"] in _NOT_YET for card in found)
