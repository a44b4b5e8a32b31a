"""Twins of what is remote or random: a clock that is set, a bank and an identity that do as they are told.

They keep the promises of their ports (``ports.py``) and write down what was asked of them, so that a test can read it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from openteller.domain.actions import Action
from openteller.domain.assurance import ApprovalClaims, Challenge, CustomerRef, LoginClaims
from openteller.domain.conversations import Inbound, InboxKind
from openteller.domain.errors import AdapterError, CustomerError, NotAllowed
from openteller.domain.replies import CheckedReply
from openteller.domain.texts import PersonalText

START = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)
"""A Tuesday morning."""


class SettableClock:
    """Stands still until it is moved."""

    def __init__(self, start: datetime = START) -> None:
        self._now = start

    def now(self) -> datetime:
        """The moment it was set to."""
        return self._now

    def advance(self, **span: float) -> datetime:
        """Move it on by a timedelta's arguments (``minutes=4, seconds=59``) and give the new moment."""
        self._now += timedelta(**span)
        return self._now


class CountedIds:
    """Ids that count upwards and secrets that are no secrets: the same run gives the same ones."""

    def __init__(self, seed: int = 1) -> None:
        self._seed = seed
        self._count = 0

    def new(self) -> UUID:
        """The next id; later ones sort after earlier ones."""
        self._count += 1
        return UUID(int=(self._seed << 80) | (0x7 << 76) | (0b10 << 62) | self._count)

    def secret(self) -> str:
        """The next secret, 43 characters long like a real one."""
        self._count += 1
        return f"twin-{self._seed:06d}-{self._count:031d}"


@dataclass
class TwinIdentity:
    """The bank's login and app in memory. A login token is ``login:<customer>:<its own id>``."""

    clock: SettableClock
    away: bool = False
    asked: dict[str, tuple[CustomerRef, Action, UUID, datetime]] = field(default_factory=dict)
    answered: dict[str, str] = field(default_factory=dict)

    async def verify_login(self, token: str) -> LoginClaims:
        """The claims of a token of the form above."""
        kind, customer, token_id = (*token.split(":"), "", "")[:3]
        if kind != "login" or not customer or not token_id:
            raise NotAllowed("bad_token", "this token is not a valid one of the bank's")
        return LoginClaims(CustomerRef(customer), token_id, self.clock.now() + timedelta(minutes=5))

    async def challenge(
        self, customer: CustomerRef, action: Action, intent_id: UUID, expires_at: datetime
    ) -> Challenge:
        """Ask for an approval; the same intent again is the same challenge."""
        self._reach()
        challenge_id = f"ch-{intent_id}"
        self.asked.setdefault(challenge_id, (customer, action, intent_id, expires_at))
        return Challenge(challenge_id, f"http://127.0.0.1:8801/approve/{challenge_id}", expires_at)

    async def approval(self, challenge_id: str) -> tuple[str, ApprovalClaims | None]:
        """How it stands."""
        self._reach()
        status = self.answered.get(challenge_id, "pending")
        return status, self.claims(challenge_id) if status == "approved" else None

    def verify_callback(self, body: bytes, signature: str, now: datetime) -> Mapping[str, Any]:  # noqa: ARG002
        """The content, if the signature is ``good``."""
        if signature != "good":
            raise NotAllowed("bad_signature", "the signature of the callback is wrong")
        content: Mapping[str, Any] = json.loads(body)
        return content

    def claims(self, challenge_id: str) -> ApprovalClaims:
        """What an approval of this challenge says: exactly what was asked."""
        customer, action, intent_id, expires_at = self.asked[challenge_id]
        amount = action.amount
        return ApprovalClaims(
            customer,
            str(action.kind),
            amount.amount_minor if amount else None,
            amount.currency if amount else None,
            action.payee,
            intent_id,
            challenge_id,
            f"ap-{challenge_id}",
            expires_at,
            f"approval:{challenge_id}",
        )

    def _reach(self) -> None:
        if self.away:
            raise AdapterError("the twin of the bank's app is away", retryable=True)


@dataclass
class TwinChannel:
    """A foreign channel that keeps what it is given; ``refuses`` makes it fail. Signed when ``x-signature`` is good."""

    name: str = "webhook"
    max_length: int = 4000
    buttons: int = 30
    way_back: str = "https://chat.example/back?code={code}"
    refuses: bool = False
    sent: list[tuple[str, CheckedReply, UUID]] = field(default_factory=list)

    def parse(self, body: bytes, headers: Mapping[str, str], now: datetime) -> Sequence[Inbound]:  # noqa: ARG002
        """``{"messages": [{"id", "from", "text"} or {"id", "from", "choice"}]}``."""
        if headers.get("x-signature") != "good":
            raise NotAllowed("bad_signature", "the signature of the webhook is wrong")
        try:
            rows = json.loads(body)["messages"]
            return [_inbound(row) for row in rows]
        except (ValueError, KeyError, TypeError) as error:
            raise CustomerError("bad_webhook", "the body is not of this channel's form") from error

    def receipt(self, messages: Sequence[Inbound]) -> Mapping[str, object]:
        """How many there were."""
        return {"received": len(messages)}

    async def close(self) -> None:
        """Nothing is open."""

    async def send(self, handle: str, reply: CheckedReply, *, message_id: UUID) -> None:
        """Keep it; the same ``message_id`` again is kept once."""
        if self.refuses:
            raise AdapterError("the twin of the channel did not take the message", retryable=True)
        if all(message_id != known for _, _, known in self.sent):
            self.sent.append((handle, reply, message_id))


def _inbound(row: Mapping[str, str]) -> Inbound:
    kind = InboxKind.CHOICE if "choice" in row else InboxKind.TEXT
    return Inbound(row["id"], row["from"], kind, PersonalText(row["choice" if "choice" in row else "text"]))
