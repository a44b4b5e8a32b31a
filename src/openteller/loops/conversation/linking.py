"""Linking a chat to a customer: by the bank's login, proven from both ends (ID-05, ID-06).

The bot's link carries a ticket of this chat to the bank's own pages. Whoever logs in there gets a code, and only the
chat that the ticket came from can redeem it: in its own program, by its own user. So a link that somebody was talked
into following links nothing, because the code opens in *their* chat and not in the one that sent it. Ticket and code
are random, live for minutes and are used once; only their hashes are kept.

A chat's subject stands for one customer in all its life. When the link is cut, or another customer takes the chat over,
the address gets a fresh subject with a fresh thread: what was said before stays with whom it was said to.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from openteller.capabilities.audit.trail import record_events
from openteller.capabilities.identity import sessions, subjects
from openteller.capabilities.identity.sessions import Session
from openteller.capabilities.thread import threads
from openteller.capabilities.thread.record import Write
from openteller.domain.assurance import Level, SubjectId, TenantId
from openteller.domain.conversations import Conversation, ConversationId
from openteller.domain.errors import NotAllowed
from openteller.domain.events import Event
from openteller.loops.conversation.customers import adopt, customer_subject, visitor_handle
from openteller.loops.conversation.kit import Kit
from openteller.ports import UnitOfWork

TICKET_LIVES = timedelta(minutes=10)
CODE_LIVES = timedelta(minutes=5)
_SECRET = 16


@dataclass(frozen=True, slots=True)
class Link:
    """Whose chat it is, and since when."""

    customer: SubjectId
    since: datetime


@dataclass(frozen=True, slots=True)
class WayBack:
    """Where a customer who has logged in goes on: the address holds a code that only the chat itself can redeem."""

    channel: str
    address: str = field(repr=False)


def ticket_for(kit: Kit, conversation: Conversation, now: datetime) -> tuple[str, Write]:
    """A ticket of this chat, and what must be written for it to be taken."""
    ticket = _pack(conversation.conversation_id.bytes, _random(kit) + _random(kit))

    async def write(uow: UnitOfWork) -> None:
        await sessions.use_once(uow, _kept("ticket", ticket), now + TICKET_LIVES)

    return ticket, write


async def link_of(kit: Kit, uow: UnitOfWork, tenant: TenantId, channel: str, chat: SubjectId) -> Link | None:
    """Whom this chat is linked to."""
    found = await subjects.when_linked(uow, f"linked:{channel}", _handle(kit, tenant, channel, chat))
    return None if found is None else Link(*found)


async def is_retired(kit: Kit, uow: UnitOfWork, tenant: TenantId, channel: str, chat: SubjectId) -> bool:
    """True for the subject of a chat that was somebody's and is nobody's any more."""
    if await subjects.find_subject(uow, "visitor", visitor_handle(kit, tenant, chat)) is None:
        return False
    return await link_of(kit, uow, tenant, channel, chat) is None


async def begin(kit: Kit, tenant: TenantId, ticket: str, login_token: str) -> WayBack:
    """Somebody has followed a chat's link and logged in. NotAllowed: the ticket or the login is not good (any more)."""
    now = kit.clock.now()
    refused = NotAllowed("bad_ticket", "this ticket is unknown, used or too old")
    conversation_id = ConversationId(UUID(bytes=_unpack(ticket, refused)[:16]))
    claims = await kit.identity.verify_login(login_token)
    async with kit.store.begin(tenant) as uow:
        if not await sessions.redeem(uow, _kept("ticket", ticket), now):
            raise refused
        await sessions.use_once(uow, f"login:{claims.token_id}", claims.expires_at)
        head = await threads.thread_head(uow, conversation_id)
        channel = kit.channels.get(head.channel) if head is not None else None
        if head is None or channel is None or not channel.way_back:
            raise refused
        customer = await customer_subject(kit, uow, tenant, claims.customer, now)
        code = _pack(conversation_id.bytes + customer.bytes, _random(kit))
        await sessions.use_once(uow, _kept("code", code), now + CODE_LIVES)
        await record_events(uow, [Event("channel.link_begun", now, "customer", customer, conversation_id, {})])
    return WayBack(head.channel, channel.way_back.replace("{code}", code))


async def redeem(kit: Kit, uow: UnitOfWork, channel: str, chat: SubjectId, code: str) -> SubjectId | None:
    """The customer whose login gave out this code for this very chat; None for any other, and the code is used up."""
    now = kit.clock.now()
    try:
        raw = _unpack(code, NotAllowed("bad_code", "this code is unknown, used or too old"))
    except NotAllowed:
        return None
    if not await sessions.redeem(uow, _kept("code", code), now):
        return None
    conversation_id, customer = ConversationId(UUID(bytes=raw[:16])), SubjectId(UUID(bytes=raw[16:32]))
    head = await threads.thread_head(uow, conversation_id)
    if head is not None and (head.subject, head.channel) == (chat, channel):
        return customer
    await record_events(uow, [Event("channel.link_refused", now, "system", customer, conversation_id, {})])
    return None


async def link(kit: Kit, uow: UnitOfWork, tenant: TenantId, channel: str, chat: SubjectId, customer: SubjectId) -> None:
    """From now on this chat is this customer's. One that was somebody else's must have been cut before."""
    now = kit.clock.now()
    handle = _handle(kit, tenant, channel, chat)
    sealed = await kit.sealer.seal(uow, customer, chat.bytes, "subject_links.sealed")
    await adopt(kit, uow, tenant, customer, chat, now)
    new = await subjects.link_subject(uow, customer, f"linked:{channel}", handle, sealed, now)
    details: dict[str, str | int | bool | None] = {"channel": channel, "new": new}
    await record_events(uow, [Event("channel.linked", now, "customer", customer, None, details)])


async def log_in(
    kit: Kit, uow: UnitOfWork, chat: SubjectId, customer: SubjectId, conversation_id: ConversationId
) -> Session:
    """The chat's session, as after a login on the web; an earlier one ends. Nobody ever holds its token."""
    now = kit.clock.now()
    await sessions.close_sessions_of(uow, chat)
    expires_at = now + sessions.ABSOLUTE
    session = Session(kit.ids.new(), customer, conversation_id, Level.LOGGED_IN, now, expires_at)
    await sessions.open_session(uow, session, kit.ids.secret())
    return session


async def cut(kit: Kit, uow: UnitOfWork, tenant: TenantId, channel: str, chat: SubjectId, why: str) -> bool:
    """The chat is nobody's any more, and what was open in it is closed; False when it was nobody's before."""
    found = await link_of(kit, uow, tenant, channel, chat)
    if found is None:
        return False
    await subjects.unlink_subject(uow, f"linked:{channel}", _handle(kit, tenant, channel, chat), found.customer)
    await sessions.close_sessions_of(uow, chat)
    details: dict[str, str | int | bool | None] = {"channel": channel, "why": why}
    await record_events(uow, [Event("channel.cut", kit.clock.now(), "system", found.customer, None, details)])
    return True


def _handle(kit: Kit, tenant: TenantId, channel: str, chat: SubjectId) -> bytes:
    return kit.keys.blind_index(str(chat), context=f"{tenant}:linked:{channel}".encode())


def _random(kit: Kit) -> bytes:
    return hashlib.sha256(kit.ids.secret().encode()).digest()[:_SECRET]


def _pack(known: bytes, secret: bytes) -> str:
    """48 bytes as 64 signs: as long as a deep link of Telegram may be."""
    return base64.urlsafe_b64encode(known + secret).decode()


def _unpack(text: str, refused: NotAllowed) -> bytes:
    try:
        raw = base64.urlsafe_b64decode(text.encode("ascii"))
    except (UnicodeEncodeError, binascii.Error, ValueError):
        raise refused from None
    if len(raw) != 48 or _pack(raw, b"") != text:
        raise refused
    return raw


def _kept(kind: str, secret: str) -> str:
    return f"link-{kind}:{hashlib.sha256(secret.encode()).hexdigest()}"
