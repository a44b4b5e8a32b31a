"""How the bank reaches a customer, and changing it: approved on the known device, and told to where it was before."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Literal

from demo_bank.addresses import Reached, make_reached
from demo_bank.bank import Bank
from demo_bank.case import Case
from demo_bank.fields import Json
from demo_bank.ledger import Look
from demo_bank.outcome import Outcome, rejected

_SHORTEST = 8
_PHONE = re.compile(r"\+[1-9][0-9]{6,14}")
_CHANGES = "SELECT way, value FROM contact_changes WHERE customer_id = ? ORDER BY number"
Way = Literal["address", "phone"]


def describe_contact(bank: Bank, number: int) -> Json:
    """Return how the bank reaches a customer; of telephone and e-mail only the end and the beginning."""
    now = reached_now(bank, bank.ledger.rows, number)
    name, _, mailbox = now.email.partition("@")
    return {"address": now.address, "phone": masked(now.phone), "email": f"{name[0]}•••@{mailbox}"}


def masked(phone: str) -> str:
    """Return a telephone number of which only the last three digits are shown."""
    return f"•••• {phone[-3:]}"


def reached_now(bank: Bank, look: Look, number: int) -> Reached:
    """Return how a customer is reached, after every change."""
    customer = bank.shelf.person(number)[0]
    now = make_reached(bank.shelf.seed, customer)
    for row in look(_CHANGES, (customer.customer_id,)):
        now = replace(now, **{row["way"]: row["value"]})
    return now


def change_address(case: Case) -> Outcome:
    """Change where letters go, with an approval of the new address."""
    address = " ".join(str(case.params["value"]).split())
    if len(address) < _SHORTEST or not any(sign.isalpha() for sign in address):
        return rejected("bad_address")
    reason = case.unapproved({case.params["value"]})
    if reason:
        return rejected(reason)
    before = reached_now(case.bank, case.look, case.number).address
    _change(case, "address", address, before)
    return Outcome(None, {"address": address, "told": before})


def change_phone(case: Case) -> Outcome:
    """Change where codes go, with an approval of the new number, which is one in E.164."""
    phone, before = str(case.params["value"]), reached_now(case.bank, case.look, case.number).phone
    if not _PHONE.fullmatch(phone):
        return rejected("bad_number")
    reason = "same_number" if phone == before else case.unapproved({phone})
    if reason:
        return rejected(reason)
    _change(case, "phone", phone, before)
    return Outcome(None, {"phone": masked(phone), "told": masked(before)})


def _change(case: Case, way: Way, value: str, before: str) -> None:
    """Write down a change, and the letter (or text message) about it that went to where the customer was before."""
    case.ledger.execute("INSERT INTO contact_changes (customer_id, way, value, at) VALUES (?,?,?,?)",
                        (case.customer_id, way, value, case.at))  # fmt: skip
    case.ledger.execute(
        "INSERT INTO letters (customer_id, way, sent_to, about, reference, at) VALUES (?,?,?,?,?,?)",
        (case.customer_id, way, before, case.request.kind, case.reference, case.at))  # fmt: skip
