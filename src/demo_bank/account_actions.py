"""Opening an account, and closing one after what is left on it has been moved."""

from __future__ import annotations

from demo_bank.cards import cards_now, set_status
from demo_bank.case import Case
from demo_bank.destinations import Destination, find_destination
from demo_bank.holdings import TITLES, Account
from demo_bank.mandates import mandates
from demo_bank.order_book import still_to_come
from demo_bank.outcome import Outcome, rejected
from demo_bank.own_accounts import PAYS_FROM, find_account, left_on, own_accounts
from demo_bank.transfers import book_transfer

_MOST = 5
_FIRST_PLACE = 10  # the ids of day 0 end before it


def open_account(case: Case) -> Outcome:
    """Open an empty account in the country's currency, with an approval of the product."""
    product, held = str(case.params["product"]), own_accounts(case.bank, case.look, case.number)
    if product not in PAYS_FROM:
        return rejected("unknown_product")
    reason = "too_many" if len(held) >= _MOST else case.unapproved({product})
    if reason:
        return rejected(reason)
    opened = case.look("SELECT * FROM opened_accounts WHERE customer_id = ?", (case.customer_id,))
    account_id = f"a-{case.number:06d}-{_FIRST_PLACE + len(opened) + 1}"
    alike = sum(account.kind == product for account in held) + 1
    name = TITLES[product] if alike == 1 else f"{TITLES[product]} {alike}"
    case.ledger.execute("INSERT INTO opened_accounts (account_id, customer_id, kind, name, at) VALUES (?,?,?,?,?)",
                        (account_id, case.customer_id, product, name, case.at))  # fmt: skip
    account = find_account(case.bank, case.look, case.number, account_id)
    assert account is not None
    return Outcome(None, {"account_id": account_id, "kind": product, "name": name, "iban": account.number.iban,
                          "account_number": account.number.account_number, "currency": account.currency})  # fmt: skip


def close_account(case: Case) -> Outcome:
    """Move what is left on an account and close it, with an approval of where the money goes.

    Its cards end with it. What pending payments will still take stays for them.
    """
    source = find_account(case.bank, case.look, case.number, case.params["from_account_id"], kinds=PAYS_FROM)
    if source is None:
        return rejected("unknown_account")
    to = find_destination(case, source, case.params["to"])
    if isinstance(to, Outcome):
        return to
    left = left_on(case.bank, case.look, case.number, source)
    reason = _refusal(case, source, left) or case.unapproved(to.names)
    if reason:
        return rejected(reason)
    _close(case, source, to, left)
    return Outcome(None, {"closed": source.account_id, "amount_minor": left, "currency": source.currency,
                          "to_name": to.name, "to_iban": to.number.iban})  # fmt: skip


def _refusal(case: Case, source: Account, left: int) -> str | None:
    """Return why an account may not be closed, or None."""
    if left < 0:
        return "overdrawn"
    home = case.bank.shelf.person(case.number)[0].country.currency
    others = (one for one in own_accounts(case.bank, case.look, case.number) if one.account_id != source.account_id)
    if source.kind == "current" and not any(one.kind == "current" and one.currency == home for one in others):
        return "last_account"
    return "not_empty_orders" if _has_orders(case, source.account_id) else None


def _has_orders(case: Case, account_id: str) -> bool:
    """Say whether something is still to be paid from an account, or by the customer's own order into it."""
    coming = (one for _, one in still_to_come(case.bank, case.look, case.number))
    if any(account_id in (one.account_id, one.target and one.target[1]) for one in coming):
        return True
    return any(one["account_id"] == account_id for one in mandates(case.bank, case.look, case.number))


def _close(case: Case, source: Account, to: Destination, left: int) -> None:
    """Move the rest of an account, end its cards and write down that it is closed."""
    if left > 0:
        book_transfer(case, source, to, left)
    for card in cards_now(case.bank, case.look, case.number):
        if card["account_id"] == source.account_id:
            set_status(case.ledger, case.customer_id, card["card_id"], "ended")
    case.ledger.execute("INSERT INTO closed_accounts VALUES (?, ?, ?)",
                        (source.account_id, case.customer_id, case.at))  # fmt: skip
