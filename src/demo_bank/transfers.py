"""Moving money: what may leave an account in a day, and the booking itself."""

from __future__ import annotations

from demo_bank.bookings import Words, book
from demo_bank.case import Case
from demo_bank.destinations import Destination, find_destination
from demo_bank.holdings import Account
from demo_bank.limits import transfer_limit
from demo_bank.outcome import Outcome, rejected
from demo_bank.own_accounts import PAYS_FROM, find_account, spendable

_SENT_TODAY = """SELECT COALESCE(-SUM(entries.amount_minor), 0) AS total FROM entries JOIN actions USING (reference)
 WHERE actions.kind = 'transfer' AND entries.customer_id = ? AND entries.currency = ? AND entries.amount_minor < 0
 AND substr(entries.at, 1, 10) = ?"""


def send_money(case: Case) -> Outcome:
    """Do a transfer; one to somebody else needs an approval of its amount and its payee."""
    source = find_account(case.bank, case.look, case.number, case.params["from_account_id"], kinds=PAYS_FROM)
    if source is None:
        return rejected("unknown_account")
    if case.params["currency"] != source.currency:
        return rejected("currency_mismatch")
    to = find_destination(case, source, case.params["to"])
    if isinstance(to, Outcome):
        return to
    amount = case.money[0]
    reason = None if to.own else case.unapproved(to.names, case.money)
    reason = reason or _refusal(case, source, amount)
    return rejected(reason) if reason else book_transfer(case, source, to, amount)


def _refusal(case: Case, source: Account, amount: int) -> str | None:
    """Return why the account may not send this amount today, or None."""
    sent = case.look(_SENT_TODAY, (case.customer_id, source.currency, case.today.isoformat()))[0]["total"]
    if sent + amount > transfer_limit(case.bank, case.look, case.number):
        return "limit_exceeded"
    return "insufficient_funds" if amount > spendable(case.bank, case.look, case.number, source) else None


def book_transfer(case: Case, source: Account, to: Destination, amount: int) -> Outcome:
    """Write a transfer's bookings: out of one account and, at this bank, into another."""
    kind = "own_transfer" if to.own else "transfer"
    out = Words(to.name, f"Transfer to {to.name}", kind, iban=to.number.iban)
    book(case.ledger, case.customer_id, source, -amount, out, at=case.at, reference=case.reference)
    if to.target:
        owner, account = to.target
        sender = "your own account" if to.own else case.bank.shelf.person(case.number)[0].name
        back = Words(sender, f"Transfer from {sender}", kind, iban=source.number.iban)
        book(case.ledger, owner, account, amount, back, at=case.at, reference=case.reference)
    return Outcome(None, {
        "from_account_id": source.account_id, "amount_minor": amount, "currency": source.currency,
        "to_name": to.name, "to_iban": to.number.iban, "booked_at": case.at,
    })  # fmt: skip
