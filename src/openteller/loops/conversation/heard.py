"""What the turn has heard: the message, who sent it, and what the conversation remembers."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

from openteller.capabilities.flows.book import FlowBook
from openteller.capabilities.identity.grants import anonymous_grant
from openteller.capabilities.privacy.redaction import as_button, as_event, restore
from openteller.capabilities.thread import codec
from openteller.capabilities.thread.inbox import Item, Lease
from openteller.domain.assurance import Grant, Level
from openteller.domain.channels import travelling_id
from openteller.domain.conversations import Conversation, InboxKind
from openteller.domain.flows import AwaitSlot, DialogueState, Mentions
from openteller.domain.knowledge import Passage
from openteller.domain.replies import OptionPhrase, Phrase, Reply
from openteller.domain.texts import RedactedText
from openteller.domain.understanding import Understanding
from openteller.loops.conversation.kit import Kit
from openteller.loops.conversation.seeing import see
from openteller.loops.conversation.turn_context import TurnContext


@dataclass(frozen=True, slots=True)
class Heard:
    """The inputs of one turn. ``grant`` is what the sender's session opens now."""

    lease: Lease
    item: Item
    text: RedactedText = field(repr=False)
    state: DialogueState = field(repr=False)
    grant: Grant
    switched_off: frozenset[str]
    linked_since: datetime | None = None
    """When this chat was linked to a customer; None on our own faces and for a chat that is nobody's."""

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
        # As of the receipt: a turn that a crash has delayed still has the login that the message came with.
        seen = await see(kit, uow, conversation, item.session_id, min(now, item.received_at))
        switched_off = await kit.switches.off(uow)
    text = load_heard(opened)
    if seen.linked_since is not None and seen.grant.level < Level.LOGGED_IN:
        state = forget_shown(state)
    heard = Heard(lease, item, text, state, seen.grant, switched_off, seen.linked_since)
    return choose(kit, heard)


def blank(lease: Lease, item: Item, now: datetime) -> Heard:
    """A message that cannot be opened, as if nothing had been said by somebody unknown."""
    grant = anonymous_grant(lease.conversation.tenant, lease.conversation.subject, now)
    return Heard(lease, item, as_event(""), DialogueState(), grant, frozenset())


def dump_heard(text: RedactedText) -> bytes:
    """A redacted text as bytes, to be sealed. The places of dropped values are kept, the values never were."""
    return codec.dump({"text": text.text, "sealed": text.sealed, "spans": text.spans, "offsets": text.offsets})


def load_heard(data: bytes) -> RedactedText:
    """The redacted text again."""
    stored = codec.load(data)
    return restore(str(stored["text"]), sealed=stored["sealed"], spans=stored["spans"], offsets=stored["offsets"])


def forget_shown(state: DialogueState) -> DialogueState:
    """What was said while a login was open is not said again after it; its buttons still stand there."""
    last = state.last_reply
    if last is None:
        return state
    return replace(state, last_reply=Reply((Phrase("conversation.nothing_to_repeat"),), options=last.options))


def choose(kit: Kit, heard: Heard) -> Heard:
    """On a foreign channel a number, the words of a button, or the hash of its id stand for the button itself."""
    channel, last = kit.channels.get(heard.conversation.channel), heard.state.last_reply
    if channel is None or last is None or heard.item.kind not in (InboxKind.TEXT, InboxKind.CHOICE):
        return heard
    said, options = heard.text.text.strip(), last.options
    if heard.item.kind is InboxKind.CHOICE:
        chosen = next((option for option in options if travelling_id(option.id) == said), None)
    elif len(options) > channel.buttons and said.isdecimal() and 1 <= int(said) <= len(options):
        chosen = options[int(said) - 1]
    else:
        chosen = next((option for option in options if _label(kit, heard, option) == said.casefold()), None)
    if chosen is None:
        return heard
    return replace(heard, item=replace(heard.item, kind=InboxKind.CHOICE), text=as_button(chosen.id))


def _label(kit: Kit, heard: Heard, option: OptionPhrase) -> str:
    conversation = heard.conversation
    return kit.voice.label(option.label, conversation.locale, conversation.time_zone).casefold()
