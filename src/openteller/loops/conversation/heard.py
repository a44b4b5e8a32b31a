"""What the turn has heard: the message, who sent it, and what the conversation remembers."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from zoneinfo import ZoneInfo

from openteller.capabilities.flows.book import FlowBook
from openteller.capabilities.identity import sessions, subjects
from openteller.capabilities.identity.grants import anonymous_grant, open_grant
from openteller.capabilities.privacy.redaction import as_event, restore
from openteller.capabilities.thread import codec
from openteller.capabilities.thread.inbox import Item, Lease
from openteller.domain.assurance import CustomerRef, Grant, SubjectId
from openteller.domain.conversations import Conversation
from openteller.domain.flows import AwaitSlot, DialogueState, Mentions
from openteller.domain.knowledge import Passage
from openteller.domain.texts import RedactedText
from openteller.domain.understanding import Understanding
from openteller.loops.conversation.decide import TurnContext
from openteller.loops.conversation.kit import Kit
from openteller.ports import UnitOfWork


@dataclass(frozen=True, slots=True)
class Heard:
    """The inputs of one turn. ``grant`` is what the sender's session opens now."""

    lease: Lease
    item: Item
    text: RedactedText = field(repr=False)
    state: DialogueState = field(repr=False)
    grant: Grant
    switched_off: frozenset[str]

    @property
    def conversation(self) -> Conversation:
        """The conversation, as it was when the lease was taken."""
        return self.lease.conversation

    def today(self, now: datetime) -> date:
        """The customer's calendar day."""
        return now.astimezone(ZoneInfo(self.conversation.time_zone)).date()

    def expects(self, flows: FlowBook) -> str | None:
        """The type of entity that the open question asks for: it makes a bare "twenty" money."""
        awaiting, frames = self.state.awaiting, self.state.frames
        if not isinstance(awaiting, AwaitSlot) or not frames or frames[-1].flow not in flows.flows:
            return None
        slot = flows[frames[-1].flow].slots.get(awaiting.slot)
        return slot.entities[0] if slot is not None and slot.entities else None

    def mentions(self, meaning: Understanding) -> Mentions:
        """What the message holds for slots."""
        return Mentions(self.text.text, meaning.entities, self.text.sealed, meaning.language)

    def context(self, meaning: Understanding, passages: tuple[Passage, ...], kit: Kit, now: datetime) -> TurnContext:
        """All that the decision depends on."""
        return TurnContext(
            kind=self.item.kind,
            mentions=self.mentions(meaning),
            meaning=meaning,
            state=self.state,
            holder=self.conversation.holder,
            level=self.grant.level,
            flows=kit.flows,
            policy=kit.policy,
            switched_off=self.switched_off,
            now=now,
            passages=passages,
        )


async def hear(kit: Kit, lease: Lease, item: Item) -> Heard:
    """Open what was sealed and see who is talking."""
    conversation, now = lease.conversation, kit.clock.now()
    async with kit.store.begin(conversation.tenant) as uow:
        opened = await kit.sealer.unseal(uow, conversation.subject, item.sealed, "inbox.sealed")
        state = DialogueState()
        if lease.state is not None:
            state = codec.load(await kit.sealer.unseal(uow, conversation.subject, lease.state, "conversations.state"))
        session = await sessions.session_of_turn(uow, item.session_id) if item.session_id else None
        if session is None:
            grant = anonymous_grant(conversation.tenant, conversation.subject, now)
        else:
            customer = await customer_of(kit, uow, session.subject)
            # As of the receipt: a turn that a crash has delayed still has the login that the message came with.
            grant = open_grant(conversation.tenant, session, customer, min(now, item.received_at))
        switched_off = await kit.switches.off(uow)
    return Heard(lease, item, load_heard(opened), state, grant, switched_off)


def blank(lease: Lease, item: Item, now: datetime) -> Heard:
    """A message that cannot be opened, as if nothing had been said by somebody unknown."""
    grant = anonymous_grant(lease.conversation.tenant, lease.conversation.subject, now)
    return Heard(lease, item, as_event(""), DialogueState(), grant, frozenset())


async def customer_of(kit: Kit, uow: UnitOfWork, subject: SubjectId) -> CustomerRef | None:
    """The bank's number of this subject, if it is a customer."""
    links = await subjects.links_of(uow, subject, "bank_customer")
    if not links:
        return None
    return CustomerRef((await kit.sealer.unseal(uow, subject, links[0], "subject_links.sealed")).decode())


def dump_heard(text: RedactedText) -> bytes:
    """A redacted text as bytes, to be sealed. The places of dropped values are kept, the values never were."""
    return codec.dump({"text": text.text, "sealed": text.sealed, "spans": text.spans, "offsets": text.offsets})


def load_heard(data: bytes) -> RedactedText:
    """The redacted text again."""
    stored = codec.load(data)
    return restore(str(stored["text"]), sealed=stored["sealed"], spans=stored["spans"], offsets=stored["offsets"])
