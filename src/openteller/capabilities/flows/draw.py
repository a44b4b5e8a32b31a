"""A flow as a Mermaid flowchart: what a content owner signs off is what runs."""

from __future__ import annotations

from openteller.capabilities.flows.flow import (
    Act,
    Branch,
    Collect,
    End,
    FileFacts,
    Filter,
    Flow,
    Go,
    Group,
    MakePayee,
    Note,
    OpenCase,
    PassOn,
    ReadBank,
    RequireLogin,
    SetConsent,
    Speak,
    StartFlow,
    Step,
    Tell,
)
from openteller.capabilities.flows.paths import follow

_SHAPES = {
    Collect: ("[/", "/]"),
    ReadBank: ("[(", ")]"),
    Branch: ("{", "}"),
    Act: ("[[", "]]"),
    PassOn: (">", "]"),
    End: ("((", "))"),
}


def mermaid(flow: Flow) -> str:
    """The flowchart of ``flow``: one line a step, one an edge, in the order of the file."""
    causes = (*flow.starts_on, *flow.on_signals, *flow.offered_with)
    places = {step.id: f"s{number}" for number, step in enumerate(flow.steps)}
    lines = [
        "flowchart TD",
        f'  start(["{", ".join(causes)} · level {int(flow.level)}"]) --> s0',
    ]
    for step in flow.steps:
        opening, closing = _SHAPES.get(type(step), ("[", "]"))
        lines.append(f'  {places[step.id]}{opening}"{_says(step)}"{closing}')
    for step in flow.steps:
        for target in follow(flow, step):
            why = _why(step, target)
            arrow = f'-- "{why}" -->' if why else "-->"
            lines.append(f"  {places[step.id]} {arrow} {places[target]}")
    return "\n".join(lines) + "\n"


def _says(step: Step) -> str:  # noqa: C901, PLR0911, PLR0912 (a kind of step a line)
    match step:
        case Collect(slot=slot):
            return f"ask for {slot}"
        case ReadBank(query=query):
            return f"read {query}"
        case Branch(on=on):
            return f"{on}?"
        case Filter(of=of, into=into):
            return f"filter {of} into {into}"
        case Group(of=of, by=by, into=into):
            return f"add up {of} by {by} into {into}"
        case Speak(language=language):
            return f"go on in {language}"
        case MakePayee(value=value):
            return f"make {value}"
        case Act(kind=kind, each=each):
            return f"{kind}" + (f" for each {each}" if each else "")
        case Tell(telling=telling):
            return f"say {telling.fill.key}"
        case RequireLogin(level=level):
            return f"log in (level {int(level)})"
        case OpenCase(kind=kind):
            return f"open a case ({kind})"
        case FileFacts(facts=facts):
            return f"file {', '.join(facts)}"
        case SetConsent(purpose=purpose, given=given):
            return f"{purpose}: {'agreed' if given else 'withdrawn'}"
        case Note(what=what):
            return f"note {what}"
        case PassOn(reason=reason):
            return f"a person ({reason})"
        case StartFlow(flow=name):
            return f"start {name}"
        case Go() | End():
            return "go on" if isinstance(step, Go) else "end"


def _why(step: Step, target: str) -> str:
    """What makes a step lead aside."""
    match step:
        case Collect(none=none, unknown=unknown):
            return "nothing to choose from" if target == none else "nobody we know" if target == unknown else ""
        case ReadBank(otherwise=otherwise) if target == otherwise:
            return "the bank cannot be read"
        case Act(otherwise=otherwise) if target == otherwise:
            return "not done"
        case OpenCase(known=known) if target == known:
            return "one is open already"
        case Tell(elsewhere=elsewhere) if target == elsewhere:
            return "not on this channel"
        case Branch(cases=cases):
            tests = [
                f"{case.test.replace('_', ' ')} {case.against or ''}".strip() for case in cases if case.to == target
            ]
            return " or ".join(tests)
        case _:
            return ""
