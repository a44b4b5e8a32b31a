"""Where money goes: an own account, a saved payee or an IBAN, as a caller names it."""

from __future__ import annotations

from dataclasses import dataclass

from demo_bank.bank_numbers import AccountNumber, is_iban, owner_of, tidy_iban
from demo_bank.case import Case
from demo_bank.fields import Json
from demo_bank.holdings import Account
from demo_bank.outcome import Outcome, rejected
from demo_bank.own_accounts import find_account, holder_of


@dataclass(frozen=True, slots=True)
class Destination:
    """Who is paid.

    ``target`` is the account at this bank that receives it, with its owner's id; None
    when the money leaves the bank. ``names`` are the ways an approval may name who is
    paid; ``own`` is true for an account of the customer who pays.
    """

    name: str
    number: AccountNumber
    names: frozenset[str]
    currency: str | None
    target: tuple[str, Account] | None = None
    own: bool = False


def find_destination(case: Case, source: Account, to: Json, *, any_currency: bool = False) -> Destination | Outcome:
    """Return where money from ``source`` goes, or the rejection if it cannot go there."""
    found = _find(case, to)
    if isinstance(found, Outcome):
        return found
    if found.target and found.target[1].account_id == source.account_id:
        return rejected("same_account")
    if not any_currency and found.currency not in (None, source.currency):
        return rejected("currency_mismatch")
    return found


def _find(case: Case, to: Json) -> Destination | Outcome:
    """Return who is paid, whatever it is paid from."""
    if to.get("account_id"):
        account = find_account(case.bank, case.look, case.number, to["account_id"])
        return rejected("unknown_account") if account is None else _own(case, account)
    if to.get("payee_id"):
        return _saved(case, to["payee_id"])
    iban = tidy_iban(str(to["iban"]))
    if not is_iban(iban):
        return rejected("invalid_iban")
    name, number = str(to["name"]), AccountNumber(iban, iban[-8:])
    if owner_of(iban) is None:
        return Destination(name, number, frozenset({iban}), None)
    found = holder_of(case.bank, case.look, iban)
    if found is None:
        return rejected("unknown_account")
    holder, account = found
    target = case.bank.shelf.person(holder)[0].customer_id, account
    return Destination(name, account.number, frozenset({iban}), account.currency, target, holder == case.number)


def _own(case: Case, account: Account) -> Destination:
    """Return one of the customer's own accounts."""
    names = frozenset({account.account_id, account.number.iban or account.account_id})
    return Destination(account.name, account.number, names, account.currency, (case.customer_id, account), own=True)


def _saved(case: Case, payee_id: str) -> Destination | Outcome:
    """Return somebody whom the customer has saved."""
    for payee in case.bank.shelf.person(case.number)[1].payees:
        if payee.payee_id == payee_id:
            names = {payee.payee_id, payee.number.account_number, payee.number.iban or ""} - {""}
            return Destination(payee.name, payee.number, frozenset(names), payee.currency)
    return rejected("unknown_account")
