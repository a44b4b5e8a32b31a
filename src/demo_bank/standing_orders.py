"""Making a standing order, and changing how much it pays; it leaves and is cancelled as those of day 0."""

from __future__ import annotations

from datetime import date

from demo_bank.arrangements import ONCE
from demo_bank.case import Case
from demo_bank.destinations import Destination, find_destination
from demo_bank.due_payments import pay_due
from demo_bank.holdings import Account
from demo_bank.order_book import cancelled, order_book
from demo_bank.outcome import Outcome, rejected
from demo_bank.own_accounts import PAYS_FROM, find_account


def create_standing_order(case: Case) -> Outcome:
    """Make a standing order, with an approval of its amount and its payee; one for today leaves at once."""
    source = find_account(case.bank, case.look, case.number, case.params["from_account_id"], kinds=PAYS_FROM)
    if source is None:
        return rejected("unknown_account")
    if case.params["currency"] != source.currency:
        return rejected("currency_mismatch")
    to, first_on = find_destination(case, source, case.params["to"]), date.fromisoformat(case.params["day"])
    if isinstance(to, Outcome):
        return to
    reason = "past_day" if first_on < case.today else case.unapproved(to.names, case.money)
    if reason:
        return rejected(reason)
    order_id = _write(case, source, to, first_on)
    pay_due(case.bank, case.ledger, case.number, at=case.at)
    book = {one.arrangement_id: one for one in order_book(case.bank, case.look, case.number)}
    following = book[order_id].next_after(case.today)
    return Outcome(None, {
        "order_id": order_id, "from_account_id": source.account_id, "amount_minor": case.money[0],
        "currency": source.currency, "to_name": to.name, "frequency": case.params["frequency"],
        "next_on": following.isoformat() if following else None,
    })  # fmt: skip


def change_standing_order(case: Case) -> Outcome:
    """Change what a standing order pays from the next time on, with an approval of the order and the new amount."""
    order_id, (amount, currency) = str(case.params["order_id"]), case.money
    known = {one.arrangement_id: one for one in order_book(case.bank, case.look, case.number)}
    one = known.get(order_id)
    if one is None or one.frequency == ONCE or order_id in cancelled(case.look, case.customer_id):
        return rejected("unknown_order")
    following = one.next_after(case.today)
    if following is None:
        return rejected("too_late")
    account = find_account(case.bank, case.look, case.number, one.account_id)
    if account is None or currency != account.currency:
        return rejected("currency_mismatch")
    was = one.amount_on(following)
    reason = "same_amount" if amount == was else case.unapproved({order_id}, case.money)
    if reason:
        return rejected(reason)
    case.ledger.execute("INSERT INTO changed_orders (order_id, customer_id, amount_minor, changed_on) VALUES (?,?,?,?)",
                        (order_id, case.customer_id, amount, case.today.isoformat()))  # fmt: skip
    return Outcome(None, {"order_id": order_id, "amount_minor": amount, "currency": currency, "was_minor": was,
                          "next_on": following.isoformat()})  # fmt: skip


def _write(case: Case, source: Account, to: Destination, first_on: date) -> str:
    """Write a new order down and return its id, which follows those that the customer has had."""
    had = [one for one in order_book(case.bank, case.look, case.number) if one.frequency != ONCE]
    order_id = f"so-{case.number:06d}-{len(had) + 1}"
    owner, target = (to.target[0], to.target[1].account_id) if to.target else (None, None)
    case.ledger.execute(
        "INSERT INTO new_orders VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?)",
        (order_id, case.customer_id, source.account_id, to.name, to.number.iban, to.number.account_number, owner,
         target, case.money[0], case.params["frequency"], first_on.isoformat(), case.reference, case.at))  # fmt: skip
    return order_id
