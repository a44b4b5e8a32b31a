"""Who is talking, and what that opens: by the session of a login, or by a chat's link, within the channel's rule."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from openteller.capabilities.identity import sessions, subjects
from openteller.capabilities.identity.grants import anonymous_grant, linked_grant, open_grant
from openteller.capabilities.thread.record import is_foreign
from openteller.domain.assurance import CustomerRef, Grant, Level, SubjectId
from openteller.domain.conversations import Conversation
from openteller.loops.conversation import linking
from openteller.loops.conversation.kit import Kit
from openteller.ports import UnitOfWork


@dataclass(frozen=True, slots=True)
class Seen:
    """What is opened now; ``linked_since`` for a chat that is a customer's."""

    grant: Grant
    linked_since: datetime | None = None


async def see(kit: Kit, uow: UnitOfWork, conversation: Conversation, session_id: UUID | None, now: datetime) -> Seen:
    """The grant of the sender. A session opens a chat only while the chat is linked to the session's customer."""
    tenant = conversation.tenant
    session = await sessions.session_of_turn(uow, session_id) if session_id else None
    if not is_foreign(conversation.channel):
        if session is None:
            return Seen(anonymous_grant(tenant, conversation.subject, now))
        return Seen(open_grant(tenant, session, await customer_of(kit, uow, session.subject), now))
    rule = kit.policy.channel(conversation.channel)
    link = await linking.link_of(kit, uow, tenant, conversation.channel, conversation.subject)
    customer = await customer_of(kit, uow, link.customer) if link is not None else None
    if link is None or customer is None or rule.max_level < Level.LINKED:
        return Seen(anonymous_grant(tenant, conversation.subject, now), link.since if link is not None else None)
    if session is not None and session.subject == link.customer:
        grant = open_grant(tenant, session, customer, now, at_most=rule.max_level)
        if grant.level >= Level.LOGGED_IN:
            return Seen(grant, link.since)
    return Seen(linked_grant(tenant, link.customer, customer, now, session_id), link.since)


async def customer_of(kit: Kit, uow: UnitOfWork, subject: SubjectId) -> CustomerRef | None:
    """The bank's number of this subject, if it is a customer."""
    links = await subjects.links_of(uow, subject, "bank_customer")
    if not links:
        return None
    return CustomerRef((await kit.sealer.unseal(uow, subject, links[0], "subject_links.sealed")).decode())
