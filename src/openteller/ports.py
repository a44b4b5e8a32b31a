"""What we need from the outside: every Protocol on one page.

Adapters fulfil these and are joined to the capabilities in ``bootstrap.py``. Each Protocol says what may go wrong:
an outside party fails with ``AdapterError``, a wrong set-up with ``ConfigurationError``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from openteller.domain.actions import Action, ActionResult, ConfirmedAction, CoreGuarantees
from openteller.domain.assurance import ApprovalClaims, Challenge, CustomerRef, Grant, LoginClaims, TenantId
from openteller.domain.banking import (
    Account,
    Card,
    Contact,
    Customer,
    DirectDebit,
    Payee,
    ScheduledPayment,
    SpendingLimit,
    StandingOrder,
    Statement,
    Transaction,
)
from openteller.domain.conversations import Inbound
from openteller.domain.replies import CheckedReply
from openteller.domain.understanding import Period


class Clock(Protocol):
    """Time enters here only, also into SQL (as a parameter)."""

    def now(self) -> datetime:
        """The present moment, in UTC with tzinfo."""
        ...


class Ids(Protocol):
    """New identifiers: time-ordered for rows, unguessable for secrets."""

    def new(self) -> UUID:
        """A UUID version 7: later ids sort after earlier ones."""
        ...

    def secret(self) -> str:
        """A URL-safe secret of at least 128 bits (ID-01)."""
        ...


# --- storage --------------------------------------------------------------------------------------------------------

Row = Mapping[str, Any]


class UnitOfWork(Protocol):
    """One transaction as the app role, bound to one tenant by row-level security. Opened in loops only."""

    async def run(self, sql: str, /, **values: object) -> int:
        """Execute one statement with named parameters (``%(name)s``) and give the number of rows it touched."""
        ...

    async def rows(self, sql: str, /, **values: object) -> Sequence[Row]:
        """Execute and give all rows."""
        ...

    async def row(self, sql: str, /, **values: object) -> Row | None:
        """Execute and give the first row, or None."""
        ...

    async def many(self, sql: str, rows: Sequence[Mapping[str, object]], /) -> None:
        """Execute the statement once for each mapping, in one round trip."""
        ...

    async def defer(self, job: str, /, **arguments: str) -> None:
        """Enqueue a job that exists if and only if this transaction commits. Arguments are ids, never text."""
        ...


class Store(Protocol):
    """Where rows live. Leaving the block commits; an exception rolls back."""

    def begin(self, tenant: TenantId) -> AbstractAsyncContextManager[UnitOfWork]:
        """A unit of work that sees and writes rows of ``tenant`` only. AdapterError when the database is away."""
        ...


class Signals(Protocol):
    """News between processes after a commit: "conversation X has something new". May be lost; readers also look."""

    async def publish(self, topic: str) -> None:
        """Tell every process."""
        ...

    def listen(self) -> AbstractAsyncContextManager[Any]:
        """An async iterator of topics."""
        ...


class KeyProvider(Protocol):
    """Wraps subject keys under a key-encryption key that lives elsewhere (file, KMS, Vault)."""

    def wrap(self, key: bytes, *, context: bytes) -> bytes:
        """Encrypt a subject key; ``context`` (tenant, subject) must be given again to unwrap."""
        ...

    def unwrap(self, wrapped: bytes, *, context: bytes) -> bytes:
        """Decrypt a subject key. Fails with AdapterError when the provider is away or the key is not its own."""
        ...

    def blind_index(self, value: str, *, context: bytes) -> bytes:
        """A keyed hash for equality look-ups of a handle or customer number (DP-06)."""
        ...


# --- language -------------------------------------------------------------------------------------------------------


class Encoder(Protocol):
    """Turns texts into vectors. ``languages`` are those it was made for, None when it was made for nearly all."""

    name: str
    dimensions: int
    languages: frozenset[str] | None

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """One L2-normalised row of ``dimensions`` for each text."""
        ...


class LanguageIdentifier(Protocol):
    """Tells the language of a text."""

    def identify(self, text: str) -> Mapping[str, float]:
        """For each language it knows (ISO 639-1) the natural logarithm of its probability, up to a constant."""
        ...


# --- the bank -------------------------------------------------------------------------------------------------------


class CoreBanking(Protocol):
    """The bank's books. Reading needs a Grant, executing a ConfirmedAction; nothing else opens them."""

    guarantees: CoreGuarantees

    async def customer(self, grant: Grant) -> Customer:
        """Who this is."""
        ...

    async def accounts(self, grant: Grant) -> tuple[Account, ...]:
        """The customer's accounts."""
        ...

    async def cards(self, grant: Grant) -> tuple[Card, ...]:
        """The customer's cards."""
        ...

    async def payees(self, grant: Grant) -> tuple[Payee, ...]:
        """Whom the customer has paid before."""
        ...

    async def transactions(self, grant: Grant, period: Period) -> tuple[Transaction, ...]:
        """Transactions booked in ``period`` on all accounts, newest first."""
        ...

    async def standing_orders(self, grant: Grant) -> tuple[StandingOrder, ...]:
        """What goes out again and again by the customer's order, the next to come first."""
        ...

    async def scheduled_payments(self, grant: Grant) -> tuple[ScheduledPayment, ...]:
        """Payments that leave on a later day, the next to come first."""
        ...

    async def statements(self, grant: Grant) -> tuple[Statement, ...]:
        """The statements of all accounts, newest first. A link is no secret: it opens after the bank's own login."""
        ...

    async def direct_debits(self, grant: Grant) -> tuple[DirectDebit, ...]:
        """Who may collect from the customer's accounts, by name."""
        ...

    async def limits(self, grant: Grant) -> tuple[SpendingLimit, ...]:
        """What may go out in a day: by card, in cash, by transfer."""
        ...

    async def contact(self, grant: Grant) -> Contact:
        """How the bank reaches the customer."""
        ...

    async def execute(self, action: ConfirmedAction) -> ActionResult:
        """Run the action under its idempotency key. AdapterError with ``outcome_known=False``: use ``outcome``."""
        ...

    async def outcome(self, action: ConfirmedAction) -> ActionResult | None:
        """What happened to the action with this key, or None when the bank has never seen it. Asked only of a core that
        looks up.
        """
        ...


class Identity(Protocol):
    """The bank's own login and in-app approval. It verifies; ``capabilities/identity`` makes the Grant."""

    async def verify_login(self, token: str) -> LoginClaims:
        """Check a customer token (signature, issuer, audience, times, type). NotAllowed when one is off (ID-04)."""
        ...

    async def challenge(
        self, customer: CustomerRef, action: Action, intent_id: UUID, expires_at: datetime
    ) -> Challenge:
        """Ask the bank's app for an approval of exactly this action (TX-01)."""
        ...

    async def approval(self, challenge_id: str) -> tuple[str, ApprovalClaims | None]:
        """(``pending`` | ``approved`` | ``declined`` | ``expired``, the verified claims when approved)."""
        ...

    def verify_callback(self, body: bytes, signature: str, now: datetime) -> Mapping[str, Any]:
        """Check the bank's callback over its raw bytes and give its content. NotAllowed when forged or old."""
        ...


# --- channels -------------------------------------------------------------------------------------------------------


class Channel(Protocol):
    """A foreign channel. ``name`` is part of its webhook's address; ``max_length`` is of one message, in UTF-16 units.

    ``buttons`` is how many can stand below a message: with more options, or none, they are numbered in words.
    ``way_back`` is a link that carries ``{code}`` into the chat it is opened in; empty: its chats cannot be linked.
    """

    name: str
    max_length: int
    buttons: int
    way_back: str

    def parse(self, body: bytes, headers: Mapping[str, str], now: datetime) -> Sequence[Inbound]:
        """Check the signature over the raw bytes, then parse (CH-01). NotAllowed: forged. CustomerError: malformed."""
        ...

    def receipt(self, messages: Sequence[Inbound]) -> Mapping[str, object]:
        """What the provider is answered, as JSON, once all of these are on disk."""
        ...

    async def send(self, handle: str, reply: CheckedReply, *, message_id: UUID) -> None:
        """Deliver; ``message_id`` stays the same over retries so that the provider can drop doubles.

        Busy: come back later. Undeliverable: never. Any other AdapterError: try again.
        """
        ...

    async def close(self) -> None:
        """Let go of connections."""
        ...
