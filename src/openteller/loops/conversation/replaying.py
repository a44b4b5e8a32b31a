"""Decide a recorded turn again: the same inputs and versions must give the same decision (AU-08)."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from openteller.capabilities.thread import codec
from openteller.domain.assurance import SubjectId, TenantId
from openteller.domain.decisions import PARKED, Decision
from openteller.domain.errors import NotFound
from openteller.domain.flows import Mentions
from openteller.loops.conversation.decide import decide
from openteller.loops.conversation.heard import load_heard
from openteller.loops.conversation.kit import Kit
from openteller.loops.conversation.turn_context import TurnContext


@dataclass(frozen=True, slots=True)
class Replayed:
    """What was decided then and what would be decided now; ``versions`` are those of then."""

    recorded: Decision
    replayed: Decision
    versions: dict[str, str]

    @property
    def same(self) -> bool:
        """True if nothing has changed."""
        return self.recorded == self.replayed


async def replay(kit: Kit, tenant: TenantId, turn_id: UUID) -> Replayed:
    """Read the turn's recorded inputs and decide again. NotFound when there is none, or its subject is erased."""
    async with kit.store.begin(tenant) as uow:
        row = await uow.row(
            "SELECT t.recorded, t.versions, c.subject_id"
            " FROM turns t JOIN conversations c USING (tenant, conversation_id) WHERE t.turn_id = %(turn_id)s",
            turn_id=turn_id,
        )
        if row is None or not row["recorded"]:
            raise NotFound("unknown_turn", f"there is no turn {turn_id}, or its words had to be dropped")
        subject = SubjectId(row["subject_id"])
        recorded = codec.load(await kit.sealer.unseal(uow, subject, bytes(row["recorded"]), "turns.recorded"))
    heard = load_heard(recorded["heard"].encode())
    meaning = recorded["meaning"]
    context = TurnContext(
        kind=recorded["kind"],
        mentions=Mentions(heard.text, meaning.entities, heard.sealed, meaning.language),
        meaning=meaning,
        state=recorded["state"],
        holder=recorded["holder"],
        level=recorded["level"],
        flows=kit.flows,
        policy=kit.policy,
        switched_off=frozenset(recorded["switched_off"]),
        now=recorded["at"],
        passages=recorded.get("passages", ()),
    )
    decision: Decision = recorded["decision"]
    return Replayed(decision, PARKED if decision == PARKED else decide(context), dict(row["versions"]))
