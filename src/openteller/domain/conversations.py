"""A conversation, its messages and who has the word."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import NewType
from uuid import UUID

from openteller.domain.assurance import SubjectId, TenantId
from openteller.domain.texts import PersonalText

ConversationId = NewType("ConversationId", UUID)
TurnId = NewType("TurnId", UUID)


class Holder(StrEnum):
    """Who answers. Only the holder may send (complaint 6)."""

    WITH_BOT = "with_bot"
    WAITING_FOR_AGENT = "waiting_for_agent"
    WITH_AGENT = "with_agent"
    RESOLVED = "resolved"


class AuthorKind(StrEnum):
    """Who wrote a message; shown to everybody and set by the server only."""

    CUSTOMER = "customer"
    BOT = "bot"
    AGENT = "agent"


@dataclass(frozen=True, slots=True)
class Author:
    """The writer of a message; ``name`` is the agent's display name, else empty."""

    kind: AuthorKind
    name: str = ""


@dataclass(frozen=True, slots=True)
class TextPart:
    """Plain text. Never markup: every face renders it as text (IN-05, R6)."""

    text: str


@dataclass(frozen=True, slots=True)
class Option:
    """One button: ``id`` is what comes back when it is pressed."""

    id: str
    label: str


@dataclass(frozen=True, slots=True)
class ChoicePart:
    """Buttons; channels without buttons number them."""

    options: tuple[Option, ...]


@dataclass(frozen=True, slots=True)
class Row:
    """A fact with its label, both ready to show. ``own``: the value is a number of the customer's own account."""

    label: str
    value: str
    own: bool = False


@dataclass(frozen=True, slots=True)
class FactsPart:
    """A small table of facts (balances, transactions, what is to be confirmed)."""

    title: str
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class LinkPart:
    """A link to an allow-listed host; ``purpose`` is login, step_up, statement, privacy or phone."""

    label: str
    url: str
    purpose: str


@dataclass(frozen=True, slots=True)
class SourcePart:
    """Where an answer comes from: an approved article. ``label`` is ready to show and holds the title and the date."""

    article_id: str
    title: str
    approved_on: date
    label: str


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar: ``length`` is 0–1 of the longest."""

    label: str
    value: str
    length: float


@dataclass(frozen=True, slots=True)
class ChartPart:
    """A bar chart: a picture where there are pictures. Its facts stand in a FactsPart too, so that nothing is lost."""

    title: str
    alt: str
    bars: tuple[Bar, ...]


Part = TextPart | ChoicePart | FactsPart | LinkPart | ChartPart | SourcePart


@dataclass(frozen=True, slots=True)
class Message:
    """One message in a thread; ``seq`` orders the thread without gaps from 1."""

    message_id: UUID
    seq: int
    author: Author
    parts: tuple[Part, ...]
    at: datetime
    turn_id: TurnId | None = None


class InboxKind(StrEnum):
    """What can arrive in a conversation. All of it goes through the same turn, in order."""

    TEXT = "text"
    CHOICE = "choice"
    PERSON = "person"
    """The always-visible "talk to a person" control."""
    STEP_UP = "step_up"
    """The bank's app has answered a step-up; ``text`` is the challenge's id."""
    LOGGED_IN = "logged_in"
    """The visitor has logged in at the bank, or a customer has come back."""
    FOLLOW_UP = "follow_up"
    """A day has passed since something was wanted: is it settled?"""
    OUTCOME = "outcome"
    """A sweep has found out what became of an action; ``text`` is ``<state>:<reference>``."""
    COMMAND = "command"
    """What a channel has besides words and buttons; ``text`` is a ``ChannelCommand``."""
    LINK = "link"
    """A chat brings back the code that the bank's login gave out; ``text`` is the code. Never stored as such."""


class ChannelCommand(StrEnum):
    """What a channel can ask for, or say has arrived, without words."""

    START = "start"
    HELP = "help"
    UNLINK = "unlink"
    UNREADABLE = "unreadable"
    """A picture, a voice, a sticker, a place: nothing that can be read."""
    EDITED = "edited"
    FORWARDED = "forwarded"
    """Somebody else's words, which must not count as the customer's."""
    GROUP = "group"
    """The bot was brought into a group."""
    LINK_FAILED = "link_failed"
    LINKED_ELSEWHERE = "linked_elsewhere"
    """Ours, to the customer's other faces: a chat has just been linked."""


@dataclass(frozen=True, slots=True)
class Inbound:
    """What a channel's webhook was parsed to.

    ``external_id`` is the provider's: the same one has one effect (CH-02). ``handle`` is an address, not an identity.
    ``locale`` is the sender's, or their language, where the channel says it; ``answer_to`` is what the provider wants
    an answer for in the webhook's response.
    """

    external_id: str
    handle: str
    kind: InboxKind
    text: PersonalText
    locale: str = ""
    answer_to: str = ""


@dataclass(frozen=True, slots=True)
class Conversation:
    """A thread as the turn sees it. ``fence`` grows with each lease: a writer with an old one writes nothing."""

    tenant: TenantId
    conversation_id: ConversationId
    subject: SubjectId
    channel: str
    locale: str
    time_zone: str
    holder: Holder
    fence: int
    pack_version: str
    last_seq: int = 0
