"""One turn, from the lease to the record. Read this first: it is the picture of ARCHITECTURE.md as code.

Reception has redacted the message and committed it (steps 1–3). Here, for each pending message of a conversation, in
order: hear → understand → look up → decide → perform → reply → record. Between the commits no connection is held. A
writer whose lease was taken over (``LostLease``) writes nothing; the new holder does the turn again, and the bank's
idempotency key makes "again" mean once.
"""

from __future__ import annotations

from datetime import datetime

import structlog

from openteller.capabilities.privacy.sealing import Erased
from openteller.capabilities.thread import inbox
from openteller.capabilities.thread.inbox import Item, Lease
from openteller.capabilities.understanding.understander import TurnContext as UnderstandingContext
from openteller.domain.assurance import TenantId
from openteller.domain.conversations import ConversationId
from openteller.domain.decisions import PARKED, Decision
from openteller.domain.errors import AdapterError, InvariantError, LostLease
from openteller.domain.knowledge import Passage
from openteller.domain.understanding import Intent, Understanding
from openteller.loops.conversation.answering import look_up, surely_wished
from openteller.loops.conversation.decide import decide
from openteller.loops.conversation.heard import Heard, blank, hear
from openteller.loops.conversation.kit import Kit
from openteller.loops.conversation.languages import follow_language
from openteller.loops.conversation.perform import Performer, park
from openteller.loops.conversation.performed import Performed
from openteller.loops.conversation.recording import record
from openteller.loops.conversation.turn_context import TurnContext

log = structlog.get_logger(__name__)

TRIES = 3
"""A message that has failed this often is parked with a person, so that it does not hold up the ones behind it."""


class Turns:
    """Works off what is pending in a conversation, for as long as the lease is ours."""

    def __init__(self, kit: Kit) -> None:
        self._kit = kit

    async def go_on(self, lease: Lease, item: Item) -> None:
        """Do ``item`` and whatever is pending behind it, then let go. Never raises: a crash is left to the sweep."""
        following: tuple[Lease, Item] | None = (lease, item)
        try:
            while following is not None:
                lease, item = following
                following = await self.turn(lease, item)
        except LostLease:
            log.info("lease lost", conversation=str(lease.conversation.conversation_id))
        except Erased:
            log.info("person erased; nothing is left to do", conversation=str(lease.conversation.conversation_id))
            async with self._kit.store.begin(lease.conversation.tenant) as uow:
                await inbox.drop_pending(uow, lease)
        except AdapterError as error:
            log.warning("storage away in mid-turn; the sweep goes on", error=str(error))
        except Exception:  # the last fence of a background task: nothing above would see it
            log.exception("turn failed", conversation=str(lease.conversation.conversation_id), turn=str(item.turn_id))
            await self._count(lease, item)

    async def resume(self, tenant: TenantId, conversation_id: ConversationId) -> None:
        """Take up a conversation that a crash has left (the sweep)."""
        async with self._kit.store.begin(tenant) as uow:
            left = await inbox.was_left(uow, conversation_id)
            lease = await inbox.take_lease(uow, conversation_id, self._kit.holder, self._kit.clock.now())
            item = await inbox.next_item(uow, conversation_id) if lease else None
            if item is not None and left:
                await inbox.count_try(uow, item.turn_id)  # what kills a process must not kill them all
            if lease is not None and item is None:
                await inbox.release_lease(uow, lease)
        if lease is not None and item is not None:
            await self.go_on(lease, item)

    async def turn(self, lease: Lease, item: Item) -> tuple[Lease, Item] | None:
        """One message: the next pending one comes back with the conversation as it is now, or None and the lease is
        released.
        """
        started = self._kit.clock.now()
        heard = await self.hear(lease, item)
        if item.tries >= TRIES:
            return await self.park(heard, started)
        meaning = self.understand(heard, started)
        passages = self.look_up(heard, meaning, started)
        decision = decide(self.context(heard, meaning, passages, started))
        performed = await self.perform(heard, meaning, decision)
        follow_language(self._kit, heard, meaning, performed)
        return await record(self._kit, heard, meaning, passages, decision, performed, started)

    async def hear(self, lease: Lease, item: Item) -> Heard:
        """Open what was sealed; what cannot be opened, however often it is tried, is parked with a blank."""
        try:
            return await hear(self._kit, lease, item)
        except (InvariantError, TypeError, ValueError, KeyError):  # stored by a version we do not understand
            if item.tries < TRIES:
                raise
            return blank(lease, item, self._kit.clock.now())

    def understand(self, heard: Heard, now: datetime) -> Understanding:
        """Language, ranked intents, entities, signals; buttons and events need none of it and cost nothing."""
        known = UnderstandingContext(heard.expects(self._kit.flows), heard.state.last_intent)
        locale = heard.conversation.locale
        return self._kit.understander.understand(heard.text, locale=locale, today=heard.today(now), context=known)

    def look_up(self, heard: Heard, meaning: Understanding, now: datetime) -> tuple[Passage, ...]:
        """The articles that may answer the message, by the vectors that understanding has made of it. None where it
        surely holds a wish, which goes before a question.
        """
        kit, language = self._kit, self._kit.voice.language(heard.conversation.locale)
        if surely_wished(meaning, kit.flows):
            return ()
        kind, text, today = heard.item.kind, heard.text, heard.today(now)
        return look_up(kit.library, kit.understander, kind, text, meaning, language, today)

    def context(
        self, heard: Heard, meaning: Understanding, passages: tuple[Passage, ...], now: datetime
    ) -> TurnContext:
        """Everything that the decision depends on, and nothing else."""
        return heard.context(meaning, passages, self._kit, now)

    async def perform(self, heard: Heard, meaning: Understanding, decision: Decision) -> Performed:
        """Carry the decision out; what fails on the way becomes an honest sentence and a person, never silence."""
        return await Performer(self._kit, heard, meaning).perform(decision)

    async def park(self, heard: Heard, started: datetime) -> tuple[Lease, Item] | None:
        """What keeps failing is neither understood nor decided again, because that may be what fails."""
        unread = Understanding("und", 0.0, (Intent("unread", 0.0),), (), (), 0.0, self._kit.versions.model)
        return await record(self._kit, heard, unread, (), PARKED, await park(self._kit, heard), started)

    async def _count(self, lease: Lease, item: Item) -> None:
        async with self._kit.store.begin(lease.conversation.tenant) as uow:
            await inbox.count_try(uow, item.turn_id)
            await inbox.release_lease(uow, lease)
