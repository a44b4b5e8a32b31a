"""A month of an account on one page: what there was, what came and went, what was left."""

from __future__ import annotations

import calendar
from datetime import date, timedelta
from typing import Any

from demo_bank.bank import Bank
from demo_bank.holdings import Account
from demo_bank.own_accounts import find_account, own_accounts
from demo_bank.statements import list_transactions
from demo_bank.story import MONTHS, months_before

_MOST = 100_000
Json = dict[str, Any]


def list_statements(bank: Bank, number: int) -> list[Json]:
    """Return every account's statements of whole months that are over, newest first.

    ``url`` is a page of the bank's own, which shows nothing before its login.
    """
    accounts = own_accounts(bank, bank.ledger.rows, number)
    return [
        {"statement_id": f"st-{account.account_id[2:]}-{first:%Y-%m}", "account_id": account.account_id,
         "first_day": first.isoformat(), "last_day": last.isoformat(),
         "url": f"{bank.public_url}/statements/{account.account_id}/{first:%Y-%m}"}
        for first, last in _months(bank) for account in accounts if _existed(account, last)
    ]  # fmt: skip


def read_statement(bank: Bank, number: int, account_id: str, month: str) -> Json | None:
    """Return one statement with its lines (oldest first) and balances, or None if there is none.

    Money is in minor units of the account's currency; only what was booked counts.
    """
    account = find_account(bank, bank.ledger.rows, number, account_id)
    span = next(((first, last) for first, last in _months(bank) if f"{first:%Y-%m}" == month), None)
    if account is None or span is None or not _existed(account, span[1]):
        return None
    lines = _booked(bank, number, account, *span)
    before = _booked(bank, number, account, None, span[0] - timedelta(days=1))
    opening = account.opening_minor + sum(line["amount_minor"] for line in before)
    return {"account": account, "first_day": span[0].isoformat(), "last_day": span[1].isoformat(),
            "opening_minor": opening, "lines": lines,
            "closing_minor": opening + sum(line["amount_minor"] for line in lines)}  # fmt: skip


def _existed(account: Account, last_day: date) -> bool:
    """Say whether an account was there by the end of a month."""
    return account.opened_on is None or account.opened_on <= last_day


def _booked(bank: Bank, number: int, account: Account, first: date | None, last: date) -> list[Json]:
    """Return an account's booked transactions of a span, oldest first."""
    lines, _ = list_transactions(bank, number, account_id=account.account_id, first=first, last=last,
                                 limit=_MOST)  # fmt: skip
    return [line for line in reversed(lines) if line["status"] == "posted"]


def _months(bank: Bank) -> list[tuple[date, date]]:
    """Return the first and last days of the whole months since the history began, newest first."""
    began, month = months_before(bank.shelf.day0, MONTHS), bank.clock().date().replace(day=1)
    found = []
    while (month := months_before(month, 1)) >= began:
        found.append((month, month.replace(day=calendar.monthrange(month.year, month.month)[1])))
    return found
