"""What may be said and done on a channel: the bank's rule for it, and how a button travels on it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from openteller.domain.assurance import Level


class Transfers(StrEnum):
    """How money may be moved from a channel."""

    NONE = "none"
    STEP_UP = "step_up"
    """Each one is approved in the bank's app, also between one's own accounts."""
    AS_USUAL = "as_usual"
    """As the action's own rule says."""


@dataclass(frozen=True, slots=True)
class ChannelRule:
    """The bank's rule for one channel. ``max_level`` is the most that a login opens there, ``rows`` the longest list.

    ``transfers_after`` is how long a fresh link must rest before money can be moved by it (ID-06).
    """

    max_level: Level
    full_account_numbers: bool
    transfers: Transfers
    transfers_after: timedelta
    rows: int


OWN_FACE = ChannelRule(Level.LOGGED_IN, True, Transfers.AS_USUAL, timedelta(0), 60)
"""Our own faces (web, terminal), where the policy does not say otherwise: the customer's session is theirs alone."""
UNNAMED = ChannelRule(Level.ANONYMOUS, False, Transfers.NONE, timedelta(hours=24), 10)
"""A foreign channel that the policy does not name opens nothing."""

_CALLBACK_BYTES = 64


def travelling_id(option_id: str) -> str:
    """The id of a button as a channel carries it: itself, or where it is too long for some (64 bytes), its hash."""
    if len(option_id.encode()) <= _CALLBACK_BYTES:
        return option_id
    return f"h.{hashlib.sha256(option_id.encode()).hexdigest()[:32]}"
