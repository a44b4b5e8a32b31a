"""Freezing, unfreezing, blocking, replacing and activating cards."""

from __future__ import annotations

from demo_bank.bank_numbers import test_pan
from demo_bank.cards import cards_now, find_card, set_status
from demo_bank.case import Case
from demo_bank.dice import dice_for
from demo_bank.fields import Json
from demo_bank.outcome import Outcome, rejected

_STATES = {"freeze_card": "frozen", "unfreeze_card": "active", "block_card": "blocked",
           "activate_card": "active"}  # fmt: skip
_APPROVED = frozenset({"unfreeze_card", "activate_card"})
_NOT_YET = ("inactive", "ordered")


def act_on_card(case: Case) -> Outcome:
    """Do a card action; one that makes a card usable needs an approval.

    A card blocked for good can only be replaced, one that is not activated yet only be
    activated or blocked; activating it ends the one it replaces.
    """
    kind, card = case.request.kind, find_card(case.bank, case.look, case.number, case.params["card_id"])
    if card is None:
        return rejected("unknown_card")
    reason = _refusal(card, kind)
    if reason is None and kind in _APPROVED:
        reason = case.unapproved({card["card_id"]})
    if reason:
        return rejected(reason)
    if kind == "replace_card":
        return _replace(case, card)
    set_status(case.ledger, case.customer_id, card["card_id"], _STATES[kind])
    if kind == "activate_card" and card.get("replaces"):
        set_status(case.ledger, case.customer_id, card["replaces"], "ended")
    return Outcome(None, {"card_id": card["card_id"], "status": _STATES[kind]})


def _refusal(card: Json, kind: str) -> str | None:
    """Return why a card in its state is not for this action, or None."""
    status = card["status"]
    if status == "ended":
        return "card_ended"
    if status == "blocked":
        return None if kind in ("block_card", "replace_card") else "card_blocked"
    if status in _NOT_YET:
        return None if kind in ("block_card", "activate_card") else "card_inactive"
    return "not_inactive" if kind == "activate_card" else None


def _replace(case: Case, card: Json) -> Outcome:
    """Order a new card, if none is on its way yet; the old one stays as it is until that is activated."""
    cards = cards_now(case.bank, case.look, case.number)
    if any(one.get("replaces") == card["card_id"] and one["status"] in _NOT_YET for one in cards):
        return rejected("already_ordered")
    slot = len(cards) + 1
    new_id = f"k-{case.number:06d}-{slot}"
    last4 = test_pan(dice_for(case.bank.shelf.seed, "new card", case.number, slot))[-4:]
    now = case.bank.clock()
    expires = f"{now.year + 4}-{now.month:02d}"
    case.ledger.execute("INSERT INTO new_cards VALUES (?,?,?,?,?,?,?,'inactive',?)",
                        (new_id, case.customer_id, card["account_id"], card["kind"], card["label"],
                         last4, expires, card["card_id"]))  # fmt: skip
    return Outcome(None, {"card_id": new_id, "status": "inactive", "last4": last4,
                          "expires": expires, "replaces": card["card_id"]})  # fmt: skip
