"""The bank's app has answered: the answer enters the conversation as an event and becomes a turn, in order."""

from __future__ import annotations

from openteller.capabilities.actions.intents import intent_of_challenge
from openteller.capabilities.identity import sessions
from openteller.domain.assurance import TenantId
from openteller.domain.conversations import InboxKind
from openteller.domain.errors import NotFound
from openteller.loops.conversation.kit import Kit
from openteller.loops.conversation.reception import Reception


class StepUps:
    """Takes in answers to step-ups."""

    def __init__(self, kit: Kit, reception: Reception) -> None:
        self._kit = kit
        self._reception = reception

    async def answered(self, tenant: TenantId, challenge_id: str) -> None:
        """The same answer again has no second effect. NotFound when the challenge is none of ours."""
        now = self._kit.clock.now()
        async with self._kit.store.begin(tenant) as uow:
            intent = await intent_of_challenge(uow, challenge_id)
            if intent is None:
                # The turn that asked may not have been recorded yet: "not found" makes the bank say it again.
                raise NotFound("unknown_challenge", "there is no such step-up here, or not yet")
            latest = await sessions.latest_session(uow, intent.conversation_id)
            if latest is not None and not sessions.is_idle(latest, now):
                # The customer has just authenticated in the bank's app: that is an act of theirs.
                await sessions.touch_session(uow, latest.session_id, now)
        await self._reception.event(tenant, intent.conversation_id, InboxKind.STEP_UP, challenge_id, challenge_id)
