"""Telling the bank of a journey, so that a card is expected abroad."""

from __future__ import annotations

from datetime import date

from demo_bank.cards import find_card
from demo_bank.case import Case
from demo_bank.outcome import Outcome, rejected


def travel_notice(case: Case) -> Outcome:
    """Keep a notice of a journey that is not over yet, for a card that is in use."""
    card = find_card(case.bank, case.look, case.number, str(case.params["card_id"]))
    first, last = (date.fromisoformat(case.params[name]) for name in ("first_day", "last_day"))
    if card is None:
        return rejected("unknown_card")
    if card["status"] != "active":
        return rejected("card_not_active")
    if last < case.today:
        return rejected("past_day")
    case.ledger.execute(
        "INSERT INTO travel_notices (customer_id, card_id, first_day, last_day, at) VALUES (?,?,?,?,?)",
        (case.customer_id, card["card_id"], first.isoformat(), last.isoformat(), case.at))  # fmt: skip
    return Outcome(None, {"card_id": card["card_id"], "first_day": first.isoformat(), "last_day": last.isoformat()})
