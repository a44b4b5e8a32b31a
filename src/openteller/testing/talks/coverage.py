"""How much of a flow its talks travel: every step, and every way that a step can go.

A collect can be asked, asked again, filled, left empty, have nothing to choose from, or hear an unknown name; a read
can fail; a branch has its cases and the rest; a deed can be done, rejected (for each reason that the flow has words of
its own for, and any other), parked, and – where the policy has it confirmed – declined, cancelled, refused in the app.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

from openteller.capabilities.actions.policy import ActionRule, Policy
from openteller.capabilities.flows.flow import Act, Branch, Collect, Flow, OpenCase, ReadBank, RequireLogin, Step, Tell
from openteller.capabilities.flows.paths import arm_of
from openteller.capabilities.flows.steps import REFUSED
from openteller.domain.actions import ActionKind
from openteller.domain.flows import Mark


@dataclass(frozen=True, slots=True)
class Unreached:
    """What no talk reaches, and where it is written."""

    file: str
    line: int
    mark: Mark

    def __str__(self) -> str:
        way = f", {self.mark.arm}" if self.mark.arm else ""
        return f"{self.file}:{self.line}: {self.mark.flow}: no talk reaches {self.mark.step}{way}"


@dataclass(frozen=True, slots=True)
class Coverage:
    """What there is to travel, and what of it was not."""

    elements: int
    unreached: tuple[Unreached, ...]

    @property
    def share(self) -> float:
        """0–1; 1 where there is nothing to travel."""
        return 1.0 if not self.elements else (self.elements - len(self.unreached)) / self.elements


def coverage(flows: Iterable[Flow], policy: Policy, trail: Collection[Mark]) -> Coverage:
    """How much of ``flows`` is in ``trail``."""
    elements, unreached = 0, []
    for flow in flows:
        for step in flow.steps:
            for arm in ("", *ways(flow, step, policy)):
                elements += 1
                mark = Mark(flow.name, step.id, arm)
                if mark not in trail:
                    unreached.append(Unreached(flow.file, step.line, mark))
    return Coverage(elements, tuple(unreached))


def ways(flow: Flow, step: Step, policy: Policy) -> Iterator[str]:  # noqa: C901, PLR0912 (a kind of step a case)
    """The ways that this step can go, as the engine marks them."""
    match step:
        case Collect(slot=name, none=none, unknown=unknown):
            slot = flow.slots[name]
            yield "filled"
            if slot.last_days is not None:
                yield "by default"
            elif slot.optional:
                yield "left empty"
                yield from ("asked", "asked again") if slot.asked_anyway else ()
            else:
                yield from ("asked", "asked again")
            if none is not None:
                yield "none"
            if unknown is not None:
                yield "unknown"
        case ReadBank():
            yield from ("read", "unreadable")
        case Branch(cases=cases):
            yield from (*(arm_of(case) for case in cases), "otherwise")
        case Act(kind=kind, rejected=rejected):
            own = [code for code, key in rejected.items() if REFUSED.get(code) != key and code != "other"]
            yield from ("done", "parked", "rejected: other", *(f"rejected: {code}" for code in own))
            rules = _rules(kind, policy)
            if any(rule.confirm for rule in rules):
                yield from ("declined", "cancelled")
            if any(rule.step_up for rule in rules):
                yield "rejected: step_up_declined"
        case RequireLogin():
            yield "asked"
        case OpenCase(known=known):
            yield from ("opened", *(("known",) if known is not None else ()))
        case Tell(elsewhere=elsewhere) if elsewhere is not None:
            yield "elsewhere"
        case _:
            pass


def _rules(kind: ActionKind, policy: Policy) -> list[ActionRule]:
    names = [name for name in policy.actions if name == kind or (kind is ActionKind.TRANSFER and name.startswith(kind))]
    return [policy.actions[name] for name in names]
