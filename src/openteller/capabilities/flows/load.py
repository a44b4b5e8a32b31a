"""Flows from the pack's ``flows/<name>/flow.yaml``, checked. A pack overrides a flow of one it extends by its name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import yaml

from openteller.capabilities.flows.book import FlowBook
from openteller.capabilities.flows.content import Content, Fault, line_of
from openteller.capabilities.flows.flow import Flow, Option, Slot, Source
from openteller.capabilities.flows.sentences import read_languages, read_sentences
from openteller.capabilities.flows.steps import read_step
from openteller.capabilities.flows.validate import validate
from openteller.domain.assurance import Level
from openteller.domain.errors import ConfigurationError

_OPTIONAL = (
    "urgent", "recurring", "slots", "owner", "approved_by", "valid_from", "description",
    "starts_on", "on_signals", "offered_with", "covers",
)  # fmt: skip
_SLOT = (
    "again", "entities", "from", "prefer", "cues", "every", "weak",
    "every_label", "unlike", "currency_of", "belongs_to",
    "optional", "never_guess", "last_days", "ahead", "options",
)  # fmt: skip


def load_flows(pack_dirs: Sequence[Path]) -> FlowBook:
    """The flows of a pack and those it extends, base first.

    ConfigurationError for the first fault, with the number of the others; ``openteller flows check`` shows all.
    """
    book, faults = read_flows(pack_dirs)
    if faults:
        first, more = faults[0], len(faults) - 1
        note = f" (and {more} more: openteller flows check)" if more else ""
        raise ConfigurationError(f"{first.message}{note}", file=first.file, line=first.line)
    return book


def check(pack_dirs: Sequence[Path]) -> list[Fault]:
    """All faults of the pack's flows, in the order of files and lines."""
    return read_flows(pack_dirs)[1]


def read_flows(pack_dirs: Sequence[Path]) -> tuple[FlowBook, list[Fault]]:
    """The flows that could be read at all, and every fault."""
    files: dict[str, Path] = {}
    for folder in pack_dirs:
        files.update({path.parent.name: path for path in sorted((folder / "flows").glob("*/flow.yaml"))})
    if not files:
        raise ConfigurationError("the pack has no flows/*/flow.yaml", file=str(pack_dirs[-1]))
    flows: dict[str, Flow] = {}
    faults: list[Fault] = []
    for name, path in sorted(files.items()):
        content = Content(str(path))
        flow = _read(content, path, name)
        faults += content.faults
        if flow is not None and not content.faults:
            flows[name] = flow
    faults += validate(flows, files.keys(), read_sentences(pack_dirs))
    beside = _beside_answers(pack_dirs, faults)
    return FlowBook(flows, read_languages(pack_dirs), beside), sorted(faults)


def _beside_answers(pack_dirs: Sequence[Path], faults: list[Fault]) -> dict[str, tuple[str, ...]]:
    """``flows/beside_answers.yaml`` by language, if there is one; a pack overrides that of one it extends."""
    beside: dict[str, tuple[str, ...]] = {}
    for path in (folder / "flows" / "beside_answers.yaml" for folder in pack_dirs):
        if path.is_file():
            content = Content(str(path))
            beside |= content.lists(content.root(path), "beside_answers")
            faults += content.faults
    return beside


def _read(content: Content, path: Path, name: str) -> Flow | None:
    root = content.root(path)
    if root is None:
        return None
    given = content.fields(root, "a flow", ("flow", "version", "risk", "level", "steps"), _OPTIONAL)
    if content.text(given.get("flow"), "flow") != name:
        content.fault(line_of(root), f"the flow in the folder {name!r} must be called so")
    level, risk = content.number(given.get("level"), "level"), content.number(given.get("risk"), "risk")
    if level not in (Level.ANONYMOUS, Level.LINKED, Level.LOGGED_IN) or not 0 <= risk <= 100:
        content.fault(line_of(root), "level is 0, 1 or 2 (a step-up belongs to an action), risk is 0 to 100")
        level = Level.ANONYMOUS
    nodes = content.items(given.get("steps"), "steps")
    steps = [read_step(content, node, number) for number, node in enumerate(nodes, 1)]
    return Flow(
        name,
        content.number(given.get("version"), "version"),
        content.texts(given.get("starts_on"), "starts_on"),
        risk,
        Level(level),
        content.flag(given.get("urgent"), "urgent"),
        content.flag(given.get("recurring"), "recurring"),
        _slots(content, given),
        tuple(step for step in steps if step is not None),
        content.file,
        content.texts(given.get("on_signals"), "on_signals"),
        content.texts(given.get("offered_with"), "offered_with"),
        content.texts(given.get("covers"), "covers"),
    )


def _slots(content: Content, given: Mapping[str, yaml.Node]) -> dict[str, Slot]:
    node = given.get("slots")
    return {} if node is None else {name: _slot(content, name, value) for name, value in content.pairs(node, "slots")}


def _slot(content: Content, name: str, node: yaml.Node) -> Slot:
    given = content.fields(node, f"slot {name!r}", ("type",), ("ask", *_SLOT))
    return Slot(
        name=name,
        type=content.text(given.get("type"), "type"),
        ask=content.text(given.get("ask"), "ask"),
        line=line_of(node),
        again=content.maybe(given.get("again"), "again"),
        entities=content.texts(given.get("entities"), "entities"),
        sources=tuple(_source(content, item) for item in content.items(given.get("from"), "from")),
        prefer=content.lists(given.get("prefer"), "prefer"),
        cues=content.lists(given.get("cues"), "cues"),
        every=content.lists(given.get("every"), "every"),
        weak=content.lists(given.get("weak"), "weak"),
        every_label=content.maybe(given.get("every_label"), "every_label"),
        ahead=content.flag(given.get("ahead"), "ahead"),
        options=_options(content, given.get("options")),
        unlike=content.maybe(given.get("unlike"), "unlike"),
        currency_of=content.maybe(given.get("currency_of"), "currency_of"),
        belongs_to=content.maybe(given.get("belongs_to"), "belongs_to"),
        optional=content.flag(given.get("optional"), "optional"),
        never_guess=content.flag(given.get("never_guess"), "never_guess"),
        last_days=content.number(given["last_days"], "last_days") if "last_days" in given else None,
    )


def _options(content: Content, node: yaml.Node | None) -> dict[str, Option]:
    if node is None:
        return {}
    return {code: _option(content, code, value) for code, value in content.pairs(node, "options")}


def _option(content: Content, code: str, node: yaml.Node) -> Option:
    given = content.fields(node, f"option {code!r}", ("label", "words"))
    return Option(content.text(given.get("label"), "label"), content.lists(given.get("words"), "words"))


def _source(content: Content, node: yaml.Node) -> Source:
    if isinstance(node, yaml.ScalarNode):
        return Source(content.text(node, "from"))
    given = content.fields(node, "from", ("list",), ("where",))
    return Source(content.text(given.get("list"), "list"), content.lists(given.get("where"), "where"))
