"""The front door of the web face: sessions are opened, raised by the bank's login, and closed here."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from openteller.capabilities.audit.trail import record_events
from openteller.capabilities.identity import sessions
from openteller.capabilities.identity.grants import login_grant
from openteller.capabilities.identity.sessions import Session
from openteller.domain.assurance import Level, LoginClaims, SubjectId, TenantId
from openteller.domain.conversations import ConversationId, InboxKind
from openteller.domain.errors import AdapterError, NotAllowed
from openteller.domain.events import Event
from openteller.loops.conversation.customers import adopt, customer_subject, new_subject, own_subjects
from openteller.loops.conversation.kit import Kit
from openteller.loops.conversation.languages import first_locale, speaks
from openteller.loops.conversation.reception import WEB, Reception
from openteller.loops.conversation.welcoming import thread_for
from openteller.ports import UnitOfWork

_TICKET = timedelta(seconds=30)


@dataclass(frozen=True, slots=True)
class Opened:
    """A fresh session. ``token`` is shown to the client once and kept nowhere."""

    token: str = field(repr=False)
    session: Session


class FrontDoor:
    """Opens sessions. A visitor may talk; a customer comes in with a token of the bank's login."""

    def __init__(self, kit: Kit, reception: Reception) -> None:
        self._kit = kit
        self._reception = reception

    async def open(self, tenant: TenantId, *, locale: str | None, time_zone: str, login_token: str | None) -> Opened:
        """A session for a visitor (level 0) or, with a valid login token, a customer (level 2).

        A new thread is held in the language of ``locale`` (the browser's or the app's) if that is spoken here, else in
        the one that the bank knows of the customer.
        """
        now = self._kit.clock.now()
        claims = await self._kit.identity.verify_login(login_token) if login_token else None
        locale = await self._locale(tenant, locale, claims, now)
        async with self._kit.store.begin(tenant) as uow:
            if claims is None:
                subject = await new_subject(self._kit, uow, now)
                mine = [subject]
            else:
                await sessions.use_once(uow, f"login:{claims.token_id}", claims.expires_at)
                subject = await customer_subject(self._kit, uow, tenant, claims.customer, now)
                mine = await own_subjects(self._kit, uow, subject)
            conversation_id, new = await thread_for(self._kit, uow, mine, WEB, locale, time_zone)
            opened = await self._session(uow, subject, conversation_id, claims, now)
        if not new:
            await self._tell(tenant, opened)
        return opened

    async def login(self, tenant: TenantId, token: str, login_token: str) -> Opened:
        """Raise the session of ``token`` to the customer's; the old token is dead, the thread goes on (ID-01)."""
        now = self._kit.clock.now()
        claims = await self._kit.identity.verify_login(login_token)
        async with self._kit.store.begin(tenant) as uow:
            await sessions.use_once(uow, f"login:{claims.token_id}", claims.expires_at)
            old = await sessions.find_session(uow, token, now)
            await sessions.close_session(uow, old.session_id)  # first: of two logins at once, one finds it gone
            subject = await customer_subject(self._kit, uow, tenant, claims.customer, now)
            if old.level >= Level.LOGGED_IN and old.subject != subject:
                raise NotAllowed("other_customer", "this session belongs to another customer")
            if old.subject != subject:
                await adopt(self._kit, uow, tenant, subject, old.subject, now)
            opened = await self._session(uow, subject, old.conversation_id, claims, now)
        await self._tell(tenant, opened)
        return opened

    async def find(self, tenant: TenantId, token: str) -> Session:
        """The live session of this token, or NotAllowed."""
        async with self._kit.store.begin(tenant) as uow:
            return await sessions.find_session(uow, token, self._kit.clock.now())

    async def close(self, tenant: TenantId, token: str) -> None:
        """Log out."""
        async with self._kit.store.begin(tenant) as uow:
            session = await sessions.find_session(uow, token, self._kit.clock.now())
            await sessions.close_session(uow, session.session_id)

    async def ticket(self, tenant: TenantId, session: Session) -> tuple[str, datetime]:
        """A single-use ticket for opening a socket (ID-13), and when it ends."""
        secret, expires_at = self._kit.ids.secret(), self._kit.clock.now() + _TICKET
        async with self._kit.store.begin(tenant) as uow:
            await sessions.use_once(uow, _ticket_id(session.session_id, secret), expires_at)
        return f"{session.session_id}.{secret}", expires_at

    async def redeem(self, tenant: TenantId, ticket: str) -> Session:
        """The session behind a ticket; the ticket is used up."""
        session_id, _, secret = ticket.partition(".")
        refused = NotAllowed("bad_ticket", "this ticket is unknown, used or too old")
        try:
            key = _ticket_id(UUID(session_id), secret)
        except ValueError:
            raise refused from None
        now = self._kit.clock.now()
        async with self._kit.store.begin(tenant) as uow:
            if not await uow.run(
                "DELETE FROM used_tokens WHERE token_id = %(key)s AND expires_at > %(now)s", key=key, now=now
            ):
                raise refused
            session = await sessions.session_of_turn(uow, UUID(session_id))
        if session is None or sessions.is_idle(session, now) or session.expires_at <= now:
            raise refused
        return session

    async def _locale(self, tenant: TenantId, locale: str | None, claims: LoginClaims | None, now: datetime) -> str:
        pack = self._kit.pack
        known = None
        if claims is not None and not speaks(pack, locale):
            grant = login_grant(tenant, SubjectId(self._kit.ids.new()), claims, now)
            try:
                known = (await self._kit.bank.customer(grant)).locale
            except (AdapterError, NotAllowed):
                known = None  # the bank is away: the pack's own language will do
        return first_locale(pack, locale, known)

    async def _session(
        self,
        uow: UnitOfWork,
        subject: SubjectId,
        conversation_id: ConversationId,
        claims: LoginClaims | None,
        now: datetime,
    ) -> Opened:
        level = Level.ANONYMOUS if claims is None else Level.LOGGED_IN
        token = self._kit.ids.secret()
        session = Session(self._kit.ids.new(), subject, conversation_id, level, now, now + sessions.ABSOLUTE)
        await sessions.open_session(uow, session, token)
        kind = "session.opened" if claims is None else "customer.logged_in"
        await record_events(uow, [Event(kind, now, "customer", subject, conversation_id, {"level": int(level)})])
        return Opened(token, session)

    async def _tell(self, tenant: TenantId, opened: Opened) -> None:
        """The thread goes on: what waited for the login is taken up."""
        session = opened.session
        await self._reception.event(tenant, session.conversation_id, InboxKind.LOGGED_IN, str(session.session_id), "")


def _ticket_id(session_id: UUID, secret: str) -> str:
    return f"ticket:{session_id}:{hashlib.sha256(secret.encode()).hexdigest()}"
