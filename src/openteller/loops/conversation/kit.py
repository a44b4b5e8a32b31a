"""What the conversation loop works with, joined in ``bootstrap.py``."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from openteller.capabilities.actions.policy import Policy
from openteller.capabilities.flows.book import FlowBook
from openteller.capabilities.handover.opening import OpeningTimes
from openteller.capabilities.knowledge.library import Library
from openteller.capabilities.obligations.rules import ObligationRules
from openteller.capabilities.privacy.sealing import Sealer
from openteller.capabilities.replies.voice import Voice
from openteller.capabilities.understanding.understander import Understander
from openteller.domain.decisions import Versions
from openteller.loops.conversation.switches import Switches
from openteller.ports import Channel, Clock, CoreBanking, Identity, Ids, KeyProvider, Store


@dataclass(frozen=True, slots=True)
class PackFacts:
    """What the loop needs to know of the pack itself."""

    version: str
    default_locale: str
    time_zone: str
    login_url: str
    chat_link_url: str
    """The bank's page that takes a chat's ticket and logs in (``?ticket=`` is added)."""
    emergency_phone: str
    crisis_line: str
    privacy_url: str
    opening: OpeningTimes
    languages: tuple[str, ...]
    locales: Mapping[str, str]
    """Language → the locale of a customer of whom no more is known."""


@dataclass(frozen=True, slots=True)
class TurnSeen:
    """What the operator's metrics are told of a turn: names and numbers only."""

    decision: str
    reason: str
    took_s: float
    waited_s: float
    at: datetime


@dataclass(frozen=True, slots=True)
class Kit:
    """Everything a turn uses. ``holder`` names this process on a lease; ``observe`` is told of each turn."""

    store: Store
    clock: Clock
    ids: Ids
    keys: KeyProvider
    sealer: Sealer
    bank: CoreBanking
    identity: Identity
    channels: Mapping[str, Channel]
    understander: Understander
    library: Library
    flows: FlowBook
    policy: Policy
    obligations: ObligationRules
    voice: Voice
    pack: PackFacts
    switches: Switches
    versions: Versions
    holder: str
    observe: Callable[[TurnSeen], None]
