"""What a customer wants to have saved by a day: kept, and nothing moved for it."""

from __future__ import annotations

from datetime import date

from demo_bank.case import Case
from demo_bank.countries import decimals
from demo_bank.outcome import Outcome, rejected
from demo_bank.own_accounts import PAYS_FROM, find_account

_LEAST_MAJOR = 10


def savings_goal(case: Case) -> Outcome:
    """Keep a goal of ten or more, for a day to come."""
    amount, currency = case.money
    account = find_account(case.bank, case.look, case.number, case.params["from_account_id"], kinds=PAYS_FROM)
    day = date.fromisoformat(case.params["day"])
    if account is None:
        return rejected("unknown_account")
    if currency != account.currency:
        return rejected("currency_mismatch")
    if day < case.today:
        return rejected("past_day")
    if amount < _LEAST_MAJOR * 10 ** decimals(currency):
        return rejected("too_small")
    case.ledger.execute(
        "INSERT INTO savings_goals (customer_id, account_id, amount_minor, currency, day, at) VALUES (?,?,?,?,?,?)",
        (case.customer_id, account.account_id, amount, currency, day.isoformat(), case.at))  # fmt: skip
    return Outcome(None, {"account_id": account.account_id, "amount_minor": amount, "currency": currency,
                          "day": day.isoformat()})  # fmt: skip
