"""CoreBanking over the REST API of the demo bank; a model for a connector to a real one.

Reads are repeated once when the bank says that it had no effect; executing is never repeated here: the caller decides
after looking the outcome up.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Any

import httpx

from openteller.domain.actions import INPUTS, Action, ActionKind, ActionResult, ConfirmedAction, CoreGuarantees
from openteller.domain.assurance import CustomerRef, Grant, Level
from openteller.domain.banking import (
    Account,
    Card,
    Contact,
    Customer,
    DirectDebit,
    NewPayee,
    Payee,
    ScheduledPayment,
    SpendingLimit,
    StandingOrder,
    Statement,
    Transaction,
)
from openteller.domain.errors import AdapterError, InvariantError, NotAllowed
from openteller.domain.money import Money
from openteller.domain.understanding import Period

_READ_TIMEOUT_S = 4.0
_EXECUTE_TIMEOUT_S = 6.0
_STATUS = {"posted": "booked"}


class HttpBank:
    """The bank at ``address``; ``service_key`` opens its API, a Grant each customer's books."""

    def __init__(
        self,
        address: str,
        service_key: str,
        *,
        guarantees: CoreGuarantees | None = None,
        client: httpx.AsyncClient | None = None,
    ) -> None:
        self.guarantees = guarantees or CoreGuarantees()
        self._client = client or httpx.AsyncClient(
            base_url=address,
            headers={"Authorization": f"Bearer {service_key}"},
            limits=httpx.Limits(max_connections=40, max_keepalive_connections=20),
        )

    async def close(self) -> None:
        """Close the connections."""
        await self._client.aclose()

    async def customer(self, grant: Grant) -> Customer:
        """Who this is."""
        body = await self._read(grant, "")
        return Customer(
            CustomerRef(body["customer_id"]),
            body["name"],
            body["first_name"],
            body["locale"],
            body["time_zone"],
            body["country"],
        )

    async def accounts(self, grant: Grant) -> tuple[Account, ...]:
        """The customer's accounts."""
        body = await self._read(grant, "/accounts")
        return tuple(_account(row) for row in body["accounts"])

    async def cards(self, grant: Grant) -> tuple[Card, ...]:
        """The customer's cards; a linked channel may see which to block."""
        body = await self._read(grant, "/cards", level=Level.LINKED)
        return tuple(_card(row) for row in body["cards"])

    async def payees(self, grant: Grant) -> tuple[Payee, ...]:
        """Whom the customer has paid before."""
        body = await self._read(grant, "/payees")
        return tuple(
            Payee(row["payee_id"], row["name"], row["iban"] or row.get("account_number") or row["payee_id"])
            for row in body["payees"]
        )

    async def transactions(self, grant: Grant, period: Period) -> tuple[Transaction, ...]:
        """What was booked in the period, newest first."""
        span = {"from": period.start.isoformat(), "to": period.end.isoformat()}
        body = await self._read(grant, "/transactions", span)
        return tuple(_transaction(row) for row in body["transactions"])

    async def standing_orders(self, grant: Grant) -> tuple[StandingOrder, ...]:
        """What goes out by the customer's order, the next to come first."""
        body = await self._read(grant, "/standing_orders")
        return tuple(_standing_order(row) for row in body["standing_orders"])

    async def scheduled_payments(self, grant: Grant) -> tuple[ScheduledPayment, ...]:
        """What leaves on a later day, the next to come first."""
        body = await self._read(grant, "/scheduled_payments")
        return tuple(_scheduled_payment(row) for row in body["scheduled_payments"])

    async def statements(self, grant: Grant) -> tuple[Statement, ...]:
        """The statements, newest first."""
        body = await self._read(grant, "/statements")
        return tuple(_statement(row) for row in body["statements"])

    async def direct_debits(self, grant: Grant) -> tuple[DirectDebit, ...]:
        """Who may collect from the customer's accounts."""
        body = await self._read(grant, "/direct_debits")
        return tuple(_direct_debit(row) for row in body["direct_debits"])

    async def limits(self, grant: Grant) -> tuple[SpendingLimit, ...]:
        """What may go out in a day."""
        body = await self._read(grant, "/limits")
        return tuple(_limit(row) for row in body["limits"])

    async def contact(self, grant: Grant) -> Contact:
        """How the bank reaches the customer."""
        body = await self._read(grant, "/contact")
        return Contact(body["address"], body["phone"], body["email"])

    async def execute(self, action: ConfirmedAction) -> ActionResult:
        """Run it once. What cannot be known is said so (``outcome_known=False``)."""
        try:
            response = await self._client.post("/api/actions", json=self.order(action), timeout=_EXECUTE_TIMEOUT_S)
        except httpx.ConnectError as error:
            raise AdapterError("the bank cannot be reached", retryable=True) from error
        except httpx.HTTPError as error:
            raise AdapterError("the bank's answer was lost", retryable=True, outcome_known=False) from error
        if response.status_code == httpx.codes.SERVICE_UNAVAILABLE:
            raise AdapterError("the bank is not available", retryable=True)
        if response.status_code != httpx.codes.OK:
            raise AdapterError(f"the bank answered {response.status_code}", retryable=False, outcome_known=False)
        return _result(_json(response, outcome_known=False))

    def order(self, action: ConfirmedAction) -> dict[str, Any]:
        """What is sent for an action: the same each time, so that the bank can tell a repeat."""
        return {
            "idempotency_key": action.idempotency_key,
            "intent_id": str(action.intent_id),
            "customer_id": action.customer,
            "kind": str(action.action.kind),
            "params": _parameters(action.action),
            "approval": action.approval,
        }

    async def outcome(self, action: ConfirmedAction) -> ActionResult | None:
        """What became of it, or None when the bank has never seen the key."""
        response = await self._get(f"/api/actions/{action.idempotency_key}")
        if response.status_code == httpx.codes.NOT_FOUND:
            return None
        return _result(_json(response))

    async def _read(
        self, grant: Grant, what: str, query: Mapping[str, str] | None = None, *, level: Level = Level.LOGGED_IN
    ) -> Mapping[str, Any]:
        if grant.customer is None or grant.level < level:
            raise NotAllowed("login_needed", "these books open at a higher level of assurance")
        response = await self._get(f"/api/customers/{grant.customer}{what}", query)
        if response.status_code == httpx.codes.NOT_FOUND:
            raise NotAllowed("unknown_customer", "the bank does not know this customer")
        return _json(response)

    async def _get(self, path: str, query: Mapping[str, str] | None = None) -> httpx.Response:
        response = None
        for _ in range(2):
            try:
                response = await self._client.get(path, params=query, timeout=_READ_TIMEOUT_S)
            except httpx.HTTPError as error:
                raise AdapterError("the bank cannot be reached", retryable=True) from error
            if response.status_code < httpx.codes.INTERNAL_SERVER_ERROR:
                return response
        raise AdapterError(f"the bank answered {response.status_code if response else 'nothing'}", retryable=True)


def _json(response: httpx.Response, *, outcome_known: bool = True) -> Mapping[str, Any]:
    try:
        response.raise_for_status()
        body = response.json()
    except (httpx.HTTPStatusError, ValueError) as error:
        raise AdapterError("the bank's answer makes no sense", retryable=False, outcome_known=outcome_known) from error
    if not isinstance(body, dict):
        raise AdapterError("the bank's answer makes no sense", retryable=False, outcome_known=outcome_known)
    return body


def _account(row: Mapping[str, Any]) -> Account:
    currency = row["currency"]
    return Account(
        row["account_id"],
        row["kind"],
        row["name"],
        row["iban"] or "",  # countries without IBANs
        Money(row["balance_minor"], currency),
        Money(row["available_minor"], currency),
        row.get("bic"),
        row.get("sort_code"),
        row.get("account_number"),
    )


def _card(row: Mapping[str, Any]) -> Card:
    return Card(row["card_id"], row["kind"], row["label"], row["last4"], row["status"], row["account_id"])


def _transaction(row: Mapping[str, Any]) -> Transaction:
    return Transaction(
        row["transaction_id"],
        row["account_id"],
        date.fromisoformat(row["booked_on"]),
        Money(row["amount_minor"], row["currency"]),
        row["merchant"] or "",
        row["category"],
        row["description"],
        _STATUS.get(row["status"], row["status"]),
        _kind(row),
        row.get("decline_reason"),
        Money(row["original_amount_minor"], row["original_currency"]) if row.get("original_currency") else None,
        row.get("place"),
        row.get("country"),
        row.get("card_last4"),
        row.get("charge"),
    )


def _kind(row: Mapping[str, Any]) -> str:
    """Our word for it: which way a transfer went is not in the bank's."""
    kind = str(row["kind"])
    if kind == "transfer":
        return "transfer_out" if row["amount_minor"] < 0 else "transfer_in"
    return kind


def _standing_order(row: Mapping[str, Any]) -> StandingOrder:
    amount = Money(row["amount_minor"], row["currency"])
    next_on = date.fromisoformat(row["next_on"])
    name, last4 = row["payee_name"], row["payee_last4"]
    return StandingOrder(
        row["order_id"], name, last4, amount, row["frequency"], next_on, row["account_id"], row["reference"]
    )


def _scheduled_payment(row: Mapping[str, Any]) -> ScheduledPayment:
    amount = Money(row["amount_minor"], row["currency"])
    due_on = date.fromisoformat(row["due_on"])
    name, last4 = row["payee_name"], row["payee_last4"]
    return ScheduledPayment(row["payment_id"], name, last4, amount, due_on, row["account_id"], row["reference"])


def _statement(row: Mapping[str, Any]) -> Statement:
    period = Period(date.fromisoformat(row["first_day"]), date.fromisoformat(row["last_day"]))
    return Statement(row["statement_id"], row["account_id"], period, row["url"])


def _direct_debit(row: Mapping[str, Any]) -> DirectDebit:
    taken = row.get("last_on")
    amount = Money(row["last_amount_minor"], row["currency"]) if taken else None
    day = date.fromisoformat(taken) if taken else None
    return DirectDebit(row["mandate_id"], row["payee_name"], row["reference"], row["account_id"], amount, day)


def _limit(row: Mapping[str, Any]) -> SpendingLimit:
    currency, rising = row["currency"], row.get("rising_to_minor")
    return SpendingLimit(
        row["limit_id"],
        row["kind"],
        Money(row["amount_minor"], currency),
        Money(row["most_minor"], currency),
        row.get("card_last4"),
        None if rising is None else Money(rising, currency),
    )


def _parameters(action: Action) -> dict[str, Any]:
    missing = [name for name in INPUTS[action.kind] if getattr(action, name) is None]
    if missing:
        raise InvariantError(f"{action.kind} without {', '.join(sorted(missing))} has passed the gate")
    if action.card is not None and action.period is None:
        return _card_parameters(action)
    given: dict[str, Any] = {}
    for name, value in _named(action):
        given |= {name: value} if value is not None else {}
    if action.amount is not None:
        given |= {"amount_minor": action.amount.amount_minor, "currency": action.amount.currency}
    if action.to is not None:
        given["to"] = _destination(action.to)
    return given


def _named(action: Action) -> Iterator[tuple[str, object]]:
    """What the bank calls the things that an action is about."""
    if action.card is not None:
        yield "card_id", action.card.card_id
    if action.source is not None:
        yield "from_account_id", action.source.account_id
    if action.standing_order is not None:
        yield "order_id", action.standing_order.order_id
    if action.scheduled_payment is not None:
        yield "payment_id", action.scheduled_payment.payment_id
    if action.direct_debit is not None:
        yield "mandate_id", action.direct_debit.mandate_id
    if action.limit is not None:
        yield "limit_id", action.limit.limit_id
    if action.transaction is not None:
        yield "transaction_id", action.transaction.transaction_id
    if action.period is not None:
        yield from (("first_day", action.period.start.isoformat()), ("last_day", action.period.end.isoformat()))
    if action.contact is not None:
        yield "value", action.contact.value
    yield from (("frequency", action.frequency), ("product", action.product))
    yield "day", None if action.day is None else action.day.isoformat()


def _card_parameters(action: Action) -> dict[str, Any]:
    assert action.card is not None
    lost = action.kind is ActionKind.BLOCK_CARD or action.card.status == "blocked"
    told = action.kind in (ActionKind.BLOCK_CARD, ActionKind.REPLACE_CARD)
    return {"card_id": action.card.card_id, **({"reason": "lost_or_stolen" if lost else "damaged"} if told else {})}


def _destination(to: Account | Payee | NewPayee) -> dict[str, str]:
    match to:
        case Account():
            return {"account_id": to.account_id}
        case Payee():
            return {"payee_id": to.payee_id}
        case NewPayee():
            return {"name": to.name, "iban": to.iban}


def _result(body: Mapping[str, Any]) -> ActionResult:
    status = body.get("status")
    if status not in ("executed", "rejected"):  # pending, or nothing we know: not a no
        raise AdapterError(f"the bank's answer is no outcome: {status!r}", retryable=True, outcome_known=False)
    facts = body.get("result")
    later = facts.get("effective_at") if isinstance(facts, dict) else None
    at = datetime.fromisoformat(later) if isinstance(later, str) else None
    return ActionResult(status == "executed", str(body.get("reference") or ""), body.get("reason"), at)
