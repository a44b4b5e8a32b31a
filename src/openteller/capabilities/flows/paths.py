"""The ways through a flow: where each step leads, what cannot be reached, what goes round."""

from __future__ import annotations

from collections.abc import Mapping

from openteller.capabilities.flows.flow import (
    Act,
    Branch,
    Case,
    Collect,
    End,
    Flow,
    Go,
    OpenCase,
    PassOn,
    ReadBank,
    StartFlow,
    Step,
    Tell,
)


def ends(step: Step) -> bool:
    """True when the step after this one in the file is not reached from it."""
    return isinstance(step, End | PassOn | StartFlow | Go)


def follow(flow: Flow, step: Step) -> list[str]:
    """The ids of the steps that may come next, each once, the usual one first."""
    number = flow.steps.index(step)
    onward = [] if ends(step) or number + 1 == len(flow.steps) else [flow.steps[number + 1].id]
    match step:
        case Go(to=to):
            aside: list[str | None] = [to]
        case Collect(none=none, unknown=unknown):
            aside = [none, unknown]
        case Tell(elsewhere=elsewhere):
            aside = [elsewhere]
        case ReadBank(otherwise=otherwise) | Act(otherwise=otherwise):
            aside = [otherwise]
        case OpenCase(known=known):
            aside = [known]
        case Branch(cases=cases):
            aside = [case.to for case in cases]
        case _:
            aside = []
    return list(dict.fromkeys([*onward, *(target for target in aside if target is not None)]))


def arm_of(case: Case) -> str:
    """What the way of this case is called: ``is frozen``, ``empty``, ``more_than 10``."""
    return case.test if case.against is None else f"{case.test} {case.against}"


def unreachable(flow: Flow) -> list[Step]:
    """Steps that no way leads to."""
    reached = _reached(flow.steps[0].id, _ways(flow))
    return [step for step in flow.steps if step.id not in reached]


def going_round(flow: Flow) -> list[Step]:
    """Steps that can be come back to. Going back is the engine's: a correction stands at the step it changes."""
    ways = _ways(flow)
    return [step for step in flow.steps if any(step.id in _reached(following, ways) for following in ways[step.id])]


def _ways(flow: Flow) -> Mapping[str, list[str]]:
    return {step.id: follow(flow, step) for step in flow.steps}


def _reached(start: str, ways: Mapping[str, list[str]]) -> set[str]:
    reached, waiting = set[str](), [start]
    while waiting:
        step = waiting.pop()
        if step not in reached:
            reached.add(step)
            waiting += ways[step]
    return reached
