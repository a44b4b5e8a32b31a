"""A step of ``flow.yaml`` to its typed form: the first field says its kind, the others are checked by name."""

from __future__ import annotations

from collections.abc import Callable

import yaml

from openteller.capabilities.flows.content import Content, line_of
from openteller.capabilities.flows.flow import (
    Act,
    Branch,
    Case,
    Collect,
    End,
    FileFacts,
    Filter,
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
from openteller.capabilities.flows.telling import Chart, Fill, Link, Row, Telling
from openteller.domain.actions import ActionKind
from openteller.domain.assurance import Level

REFUSED = {
    "limit_exceeded": "action.limit",
    "switched_off": "action.unavailable",
    "expired": "confirm.expired",
    "step_up_declined": "step_up.declined",
    "step_up_expired": "step_up.expired",
    "not_on_channel": "channel.no_transfer",
    "bank_failed": "action.not_reached",
    "other": "action.refused",
}
"""The sentence for each reason that any action may be refused for; a flow may have its own."""

_TESTS = ("is", "empty", "more_than", "less_than")
Fields = dict[str, yaml.Node]


def read_step(content: Content, node: yaml.Node, number: int) -> Step | None:
    """The step, or None when its kind is unknown."""
    given = dict(content.pairs(node, "a step"))
    kind = next((name for name in given if name in _KINDS), None)
    if kind is None:
        said = ", ".join(repr(name) for name in given) or "nothing"
        content.fault(line_of(node), f"a step is one of {', '.join(_KINDS)}; this one has {said}")
        return None
    read, allowed, prefix = _KINDS[kind]
    content.fields(node, f"{kind!r}", (kind,), ("id", *allowed))
    named = content.text(given[kind], kind) if prefix == "named" else ""
    default = f"{kind}_{named}" if named.isidentifier() else f"{kind}_{number}"
    step_id = content.text(given["id"], "id") if "id" in given else default
    return read(content, given, step_id, line_of(node))


def read_telling(content: Content, given: Fields, key: str) -> Telling:
    """A sentence with its values, rows and buttons; ``key`` is the field that names the sentence."""
    fill = Fill(content.text(given.get(key), key), content.words(given.get("with"), "with"))
    rows = tuple(_row(content, node) for node in content.items(given.get("rows"), "rows"))
    links = tuple(_link(content, node) for node in content.items(given.get("links"), "links"))
    chart = _chart(content, given["chart"]) if "chart" in given else None
    return Telling(fill, rows, content.texts(given.get("buttons"), "buttons"), links, chart)


def _link(content: Content, node: yaml.Node) -> Link:
    given = content.fields(node, "a link", ("label", "url", "purpose"), ("over", "first"))
    return Link(
        _fill(content, given.get("label")),
        content.text(given.get("url"), "url"),
        content.text(given.get("purpose"), "purpose"),
        content.maybe(given.get("over"), "over"),
        content.number(given["first"], "first") if "first" in given else None,
    )


def _chart(content: Content, node: yaml.Node) -> Chart:
    given = content.fields(node, "a chart", ("title", "alt", "over", "label", "amount"), ("first",))
    return Chart(
        _fill(content, given.get("title")),
        _fill(content, given.get("alt")),
        content.text(given.get("over"), "over"),
        _fill(content, given.get("label")),
        content.text(given.get("amount"), "amount"),
        content.number(given["first"], "first") if "first" in given else None,
    )


def _row(content: Content, node: yaml.Node) -> Row:
    given = content.fields(node, "a row", ("label", "value"), ("over", "first"))
    first = content.number(given["first"], "first") if "first" in given else None
    over = content.maybe(given.get("over"), "over")
    return Row(_fill(content, given.get("label")), _fill(content, given.get("value")), over, first)


def _fill(content: Content, node: yaml.Node | None) -> Fill:
    if node is None:
        return Fill("")
    if isinstance(node, yaml.ScalarNode):
        return Fill(content.text(node, "a key"))
    given = content.fields(node, "a phrase", ("say",), ("with",))
    return Fill(content.text(given.get("say"), "say"), content.words(given.get("with"), "with"))


def _collect(content: Content, given: Fields, step_id: str, line: int) -> Step:
    unknown = given.get("unknown")
    then = {} if unknown is None else content.fields(unknown, "unknown", ("go",), ("keep",))
    return Collect(
        step_id,
        line,
        content.text(given["collect"], "collect"),
        content.maybe(given.get("none"), "none"),
        content.maybe(then.get("go"), "go"),
        content.maybe(then.get("keep"), "keep"),
    )


def _read(content: Content, given: Fields, step_id: str, line: int) -> Step:
    period, account, otherwise = (content.maybe(given.get(name), name) for name in ("period", "account", "otherwise"))
    where = content.lists(given.get("where"), "where")
    return ReadBank(step_id, line, content.text(given["read"], "read"), where, period, account, otherwise)


def _branch(content: Content, given: Fields, step_id: str, line: int) -> Step:
    cases: list[Case] = []
    for test in _TESTS:
        node = given.get(test)
        if node is None:
            continue
        if test == "empty":
            cases.append(Case(test, None, content.text(node, test)))
            continue
        for said, target in content.pairs(node, test):
            cases.append(Case(test, _against(content, test, said, target), content.text(target, test)))
    return Branch(step_id, line, content.text(given["branch"], "branch"), tuple(cases))


def _against(content: Content, test: str, said: str, node: yaml.Node) -> str | int:
    if test == "is":
        return said
    if not said.isdigit():
        content.fault(line_of(node), f"{test!r} compares with a whole number, not {said!r}")
        return 0
    return int(said)


def _filter(content: Content, given: Fields, step_id: str, line: int) -> Step:
    where = content.words(given.get("where"), "where")
    strange = where.keys() - {"merchant", "category"}
    if strange or "into" not in given:
        content.fault(line, "'filter' needs 'into', and filters by merchant and category only")
    of, into = content.text(given["filter"], "filter"), content.text(given.get("into"), "into")
    return Filter(step_id, line, of, into, where.get("merchant"), where.get("category"))


def _group(content: Content, given: Fields, step_id: str, line: int) -> Step:
    if not {"by", "into"} <= given.keys():
        content.fault(line, "'group' needs 'by' and 'into'")
    of, by, into = (content.text(given.get(name), name) for name in ("group", "by", "into"))
    return Group(step_id, line, of, by, into)


def _make_payee(content: Content, given: Fields, step_id: str, line: int) -> Step:
    if not {"name", "iban"} <= given.keys():
        content.fault(line, "'make_payee' needs 'name' and 'iban'")
    value, name, iban = (content.text(given.get(field), field) for field in ("make_payee", "name", "iban"))
    return MakePayee(step_id, line, value, name, iban)


def _act(content: Content, given: Fields, step_id: str, line: int) -> Step:
    kind = content.text(given["act"], "act")
    known = kind in tuple(ActionKind)
    if not known:
        content.fault(line, f"{kind!r} is no action; there is {', '.join(ActionKind)}")
    for needed in ("with", "confirm", "declined"):
        if needed not in given:
            content.fault(line, f"'act' needs {needed!r}")
    if "each" in given and "otherwise" not in given:
        content.fault(line, "'act' with 'each' needs 'otherwise': where to go when one of them fails")
    shown = given.get("confirm")
    confirm = {} if shown is None else content.fields(shown, "confirm", ("say",), ("with", "rows"))
    return Act(
        step_id,
        line,
        ActionKind(kind) if known else ActionKind.FREEZE_CARD,
        content.words(given.get("with"), "with"),
        read_telling(content, confirm, "say"),
        {**REFUSED, **content.words(given.get("rejected"), "rejected")},
        content.maybe(given.get("parked"), "parked") or "action.parked",
        content.text(given.get("declined"), "declined"),
        content.maybe(given.get("each"), "each"),
        content.maybe(given.get("otherwise"), "otherwise"),
    )


def _tell(content: Content, given: Fields, step_id: str, line: int) -> Step:
    elsewhere = content.maybe(given.get("elsewhere"), "elsewhere")
    return Tell(step_id, line, read_telling(content, given, "say"), elsewhere)


def _require_login(content: Content, given: Fields, step_id: str, line: int) -> Step:
    level = content.number(given["login"], "login")
    if level not in (Level.LINKED, Level.LOGGED_IN):
        content.fault(line, "'login' is 1 (a linked channel) or 2 (the bank's login)")
        level = Level.LOGGED_IN
    return RequireLogin(step_id, line, Level(level))


def _open_case(content: Content, given: Fields, step_id: str, line: int) -> Step:
    known = content.maybe(given.get("known"), "known")
    return OpenCase(step_id, line, content.text(given["open_case"], "open_case"), known)


def _file_facts(content: Content, given: Fields, step_id: str, line: int) -> Step:
    return FileFacts(step_id, line, content.words(given["file"], "file"))


def _set_consent(content: Content, given: Fields, step_id: str, line: int) -> Step:
    said = content.words(given["consent"], "consent")
    if len(said) != 1 or set(said.values()) - {"given", "withdrawn"}:
        content.fault(line, "'consent' names one purpose, and 'given' or 'withdrawn'")
        return SetConsent(step_id, line, "", given=False)
    purpose, how = next(iter(said.items()))
    return SetConsent(step_id, line, purpose, given=how == "given")


def _note(content: Content, given: Fields, step_id: str, line: int) -> Step:
    return Note(step_id, line, content.text(given["note"], "note"), content.words(given.get("with"), "with"))


def _one_word(make: Callable[[str, int, str], Step], name: str) -> Callable[[Content, Fields, str, int], Step]:
    return lambda content, given, step_id, line: make(step_id, line, content.text(given[name], name))


def _end(content: Content, given: Fields, step_id: str, line: int) -> Step:
    if not content.flag(given["end"], "end"):
        content.fault(line, "write 'end: true'")
    return End(step_id, line)


_KINDS: dict[str, tuple[Callable[[Content, Fields, str, int], Step], tuple[str, ...], str]] = {
    "collect": (_collect, ("none", "unknown"), "named"),
    "read": (_read, ("where", "period", "account", "otherwise"), "named"),
    "branch": (_branch, _TESTS, "numbered"),
    "filter": (_filter, ("where", "into"), "numbered"),
    "group": (_group, ("by", "into"), "numbered"),
    "make_payee": (_make_payee, ("name", "iban"), "named"),
    "act": (_act, ("with", "confirm", "rejected", "parked", "declined", "each", "otherwise"), "named"),
    "say": (_tell, ("with", "rows", "buttons", "links", "chart", "elsewhere"), "numbered"),
    "speak": (_one_word(Speak, "speak"), (), "numbered"),
    "login": (_require_login, (), "numbered"),
    "open_case": (_open_case, ("known",), "named"),
    "file": (_file_facts, (), "numbered"),
    "consent": (_set_consent, (), "numbered"),
    "note": (_note, ("with",), "numbered"),
    "hand_over": (_one_word(PassOn, "hand_over"), (), "numbered"),
    "start": (_one_word(StartFlow, "start"), (), "numbered"),
    "go": (_one_word(Go, "go"), (), "numbered"),
    "end": (_end, (), "numbered"),
}
