"""Direct debits: which firms may collect from a current account, as the history tells, until that is cancelled."""

from __future__ import annotations

from datetime import date

from demo_bank.bank import Bank
from demo_bank.bookkeeper import Transaction
from demo_bank.case import Case
from demo_bank.dice import dice_for
from demo_bank.fields import Json
from demo_bank.ledger import Look
from demo_bank.order_book import cancelled
from demo_bank.outcome import Outcome, rejected
from demo_bank.own_accounts import find_account


def list_direct_debits(bank: Bank, number: int) -> list[Json]:
    """Return who may collect from a customer, by name."""
    return mandates(bank, bank.ledger.rows, number)


def mandates(bank: Bank, look: Look, number: int) -> list[Json]:
    """Return a customer's mandates: one for each firm that the history tells of, less those cancelled.

    ``last_amount_minor`` and ``last_on`` are what was taken last, null if nothing ever was.
    """
    history = bank.shelf.history(number)
    account = find_account(bank, look, number, history.holdings.accounts["current"].account_id)
    if account is None:
        return []
    firms: dict[str, Transaction | None] = {}
    for line in history.transactions:
        if line.kind == "direct_debit":
            firms[line.merchant] = line if line.status == "posted" else firms.get(line.merchant)
    gone, days = cancelled(look, history.customer.customer_id), history.day0.toordinal()
    return [
        {"mandate_id": mandate_id, "payee_name": firm, "reference": _reference(bank, number, firm),
         "account_id": account.account_id, "currency": account.currency,
         "last_amount_minor": -last.amount_minor if last else None,
         "last_on": date.fromordinal(days + last.day).isoformat() if last else None}
        for place, (firm, last) in enumerate(sorted(firms.items(), key=lambda one: one[0]), 1)
        if (mandate_id := f"dd-{number:06d}-{place}") not in gone
    ]  # fmt: skip


def cancel_direct_debit(case: Case) -> Outcome:
    """Cancel a mandate: the firm can take nothing more by it."""
    mandate_id = str(case.params["mandate_id"])
    found = [one for one in mandates(case.bank, case.look, case.number) if one["mandate_id"] == mandate_id]
    if not found:
        return rejected("unknown_mandate")
    case.ledger.execute("INSERT INTO cancelled VALUES (?, ?, ?)",
                        (mandate_id, case.customer_id, case.bank.clock().isoformat()))  # fmt: skip
    return Outcome(None, {"cancelled": mandate_id, "payee_name": found[0]["payee_name"]})


def _reference(bank: Bank, number: int, firm: str) -> str:
    """Return what the firm knows the customer by: its initials and a number, always the same."""
    initials = "".join(word[0] for word in firm.upper().split() if word[0].isalpha())
    return f"{initials}-{dice_for(bank.shelf.seed, 'mandate', number, firm).randrange(10**6, 10**7)}"
