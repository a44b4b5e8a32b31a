"""A message of a foreign channel finds its chat: whose it is, in which thread, and what a login has opened there.

The handle is an address (ID-05). What it opens comes from a link that a login has made, and from the session of that
login while it lives: five idle minutes at the server's clock, which a message played again does not prolong.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from uuid import UUID

from openteller.capabilities.identity import sessions, subjects
from openteller.domain.assurance import SubjectId, TenantId
from openteller.domain.conversations import ChannelCommand, ConversationId, Inbound, InboxKind
from openteller.domain.texts import PersonalText
from openteller.loops.conversation import linking
from openteller.loops.conversation.customers import new_subject
from openteller.loops.conversation.kit import Kit
from openteller.loops.conversation.languages import first_locale_of
from openteller.loops.conversation.welcoming import thread_for
from openteller.ports import UnitOfWork


@dataclass(frozen=True, slots=True)
class Chat:
    """Where a message goes. ``kind`` and ``text`` are what it has become, ``linked_to`` whose chat it is by it."""

    subject: SubjectId
    conversation_id: ConversationId
    locale: str
    kind: InboxKind
    text: PersonalText = field(repr=False)
    session_id: UUID | None
    linked_to: SubjectId | None = None


async def enter(kit: Kit, uow: UnitOfWork, tenant: TenantId, channel: str, message: Inbound) -> Chat:
    """The chat of a message that has not been seen before."""
    subject = await _subject(kit, uow, tenant, channel, message.handle)
    if message.kind is InboxKind.LINK:
        customer = await linking.redeem(kit, uow, channel, subject, message.text.value)
        if customer is not None:
            return await _linked(kit, uow, tenant, channel, message, subject, customer)
    locale = first_locale_of(kit, message)
    conversation_id, _ = await thread_for(kit, uow, [subject], channel, locale, kit.pack.time_zone)
    session_id = await _session(kit, uow, conversation_id)
    kind, text = message.kind, message.text
    if kind is InboxKind.LINK:
        kind, text = InboxKind.COMMAND, PersonalText(ChannelCommand.LINK_FAILED)
    return Chat(subject, conversation_id, locale, kind, text, session_id)


async def _linked(
    kit: Kit,
    uow: UnitOfWork,
    tenant: TenantId,
    channel: str,
    message: Inbound,
    subject: SubjectId,
    customer: SubjectId,
) -> Chat:
    """The chat is the customer's. If it was another's, that one is cut off first, and nothing of theirs stays here."""
    before = await linking.link_of(kit, uow, tenant, channel, subject)
    if before is not None and before.customer != customer:
        await linking.cut(kit, uow, tenant, channel, subject, "taken_over")
        subject = await _subject(kit, uow, tenant, channel, message.handle)
    locale = first_locale_of(kit, message)
    conversation_id, _ = await thread_for(kit, uow, [subject], channel, locale, kit.pack.time_zone)
    await linking.link(kit, uow, tenant, channel, subject, customer)
    session = await linking.log_in(kit, uow, subject, customer, conversation_id)
    kind, text = InboxKind.LOGGED_IN, PersonalText("")
    new = customer if before is None or before.customer != customer else None
    return Chat(subject, conversation_id, locale, kind, text, session.session_id, new)


async def _session(kit: Kit, uow: UnitOfWork, conversation_id: ConversationId) -> UUID | None:
    """The session of the chat's login, kept alive by this message if it still is (ID-03)."""
    session, now = await sessions.latest_session(uow, conversation_id), kit.clock.now()
    if session is None:
        return None
    if not sessions.is_idle(session, now) and now < session.expires_at:
        await sessions.touch_session(uow, session.session_id, now)
    return session.session_id


async def _subject(kit: Kit, uow: UnitOfWork, tenant: TenantId, channel: str, handle: str) -> SubjectId:
    """The subject of this address: a fresh one when the last was somebody's who is no longer linked."""
    kind, now = f"channel:{channel}", kit.clock.now()
    handle_hash = kit.keys.blind_index(handle, context=f"{tenant}:{kind}".encode())
    found = await subjects.find_subject(uow, kind, handle_hash)
    if found is not None:
        if not await linking.is_retired(kit, uow, tenant, channel, found):
            return found
        await subjects.unlink_subject(uow, kind, handle_hash, found)
    subject = await new_subject(kit, uow, now)
    sealed = await kit.sealer.seal(uow, subject, handle.encode(), "subject_links.sealed")
    if await subjects.link_subject(uow, subject, kind, handle_hash, sealed, now):
        return subject
    raced = await subjects.find_subject(uow, kind, handle_hash)
    assert raced is not None
    return raced
