"""A flow that cannot work is refused before anybody talks to it: with file, line, and what was expected."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from openteller.capabilities.flows.draw import mermaid
from openteller.capabilities.flows.flow import Branch, Go
from openteller.capabilities.flows.load import check, load_flows
from openteller.domain.errors import ConfigurationError
from tests.unit.flows.house import PACK, the_flows

TRANSFER = (PACK / "flows/transfer_money/flow.yaml").read_text()


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    shutil.copytree(PACK / "replies", tmp_path / "replies")
    shutil.copytree(PACK / "flows", tmp_path / "flows")
    return tmp_path


def broken(pack: Path, old: str, new: str) -> list[tuple[int, str]]:
    """The faults of the transfer flow with one thing changed."""
    assert TRANSFER.count(old) >= 1, old
    file = pack / "flows/transfer_money/flow.yaml"
    file.write_text(TRANSFER.replace(old, new, 1))
    faults = check([pack])
    assert all(fault.file == str(file) for fault in faults)
    return [(fault.line, fault.message) for fault in faults]


def line_with(text: str, content: str = TRANSFER) -> int:
    return next(number for number, line in enumerate(content.splitlines(), 1) if text in line)


def test_the_pack_has_no_faults() -> None:
    assert check([PACK]) == []


@pytest.mark.parametrize(
    ("old", "new", "where", "what"),
    [
        ("  - read: payees", "  - fetch: payees", "read: payees", "a step is one of collect, read"),
        ("  - read: payees", "  - read: gossip", "read: payees", "'gossip' cannot be read"),
        ("level: 2", "level: 1", "read: accounts", "needs level 2; the flow has 1"),
        ("  - go: from_where", "  - go: nowhere", "go: from_where", "no step 'nowhere'"),
        ("  - go: from_where", "  - go: to", "go: from_where", "no step 'to'"),
        (
            "  - go: done\n\n  - id: no_acc",
            "  - go: from_where\n\n  - id: no_acc",
            "collect: source",
            "leads back to itself",
        ),
        (
            "  - id: done\n    end: true",
            "  - id: done\n    say: transfer_money.declined",
            "  - id: done",
            "must end the flow",
        ),
        ("    unknown: {keep: new_name, go: somebody_new}\n", "", "id: somebody_new", "nothing leads to"),
        ("  - collect: amount", "  - collect: sum", "collect: amount", "no slot 'sum'"),
        ("    type: money", "    type: cash", "  amount:", "'cash' is no type of slot"),
        ("entities: [money]", "entities: [dosh]", "  amount:", "no entity 'dosh'"),
        ("    currency_of: source.available.currency\n", "", "  amount:", "needs 'currency_of'"),
        ("unlike: source", "unlike: sauce", "  to:", "no slot 'sauce'"),
        ("where: {kind: [current, savings]}", "where: {colour: [red]}", "  source:", "accounts have no 'colour'"),
        (
            "ask: transfer_money.ask_amount\n",
            "ask: transfer_money.ask_for_it\n",
            "  amount:",
            "does not say 'transfer_money.ask_for_it'",
        ),
        ("    ask: transfer_money.ask_amount\n", "", "  amount:", "needs 'ask'"),
        (
            "{amount: action.amount, name: action.to.name, reference: reference}",
            "{amount: action.amount}",
            "say: transfer_money.done",
            "which the step does not give",
        ),
        ("name: action.to.name}", "name: payee.name}", "  - act: transfer", "nothing in this flow is called 'payee'"),
        ("{amount: action.amount}", "{amount: source.iban}", "  - act: transfer", "has no 'iban' to show"),
        ("  - act: transfer", "  - act: steal", "  - act: transfer", "'steal' is no action"),
        (
            "{source: source, to: to, amount: amount}",
            "{to: to, amount: amount}",
            "  - act: transfer",
            "needs 'with' for amount, source, to",
        ),
        (
            "declined: transfer_money.declined",
            "declined: transfer_money.no",
            "  - act: transfer",
            "does not say 'transfer_money.no'",
        ),
        (
            "    buttons: [person]\n  - id: done",
            "    buttons: [magic]\n  - id: done",
            "  - id: no_account",
            "no flow 'magic' for a button",
        ),
        ("  - read: payees\n", "", "  to:", "'payees', which is not read before"),
        ("risk: 60", "risk: high", "risk: 60", "must be a whole number"),
        ("version: 2\n", "", "flow: transfer_money", "needs 'version'"),
        ("version: 2", "version: 2\ncolour: red", "owner: payments", "'colour', which means nothing here"),
        ("starts_on: [transfer_money]", "starts_on: transfer_money", "starts_on", "must be a list"),
        (
            "starts_on: [transfer_money]",
            "starts_on: [check_balance]",
            "# Send money",
            "starts this flow and 'check_balance'",
        ),
        ("flow: transfer_money", "flow: transfer", "flow: transfer_money", "must be called so"),
        (
            "  - id: from_where\n    collect: source\n    none: no_account\n",
            "  - id: from_where\n    collect: source\n",
            "  - id: from_where",
            "needs 'none'",
        ),
        ("    name: new_name\n", "", "  - make_payee: to", "needs 'name' and 'iban'"),
        ("keep: new_name", "keep: old_name", "  - collect: to", "no slot 'old_name' to keep"),
        ("    end: true", "    end: false", "  - id: done", "write 'end: true'"),
        ("steps:", "steps: []\nold_steps:", "read: accounts", "'old_steps', which means nothing here"),
        ("\nslots:", "\nslots: [", "  to:", "not YAML"),
    ],
)
def test_a_fault_is_named_with_its_line(pack: Path, old: str, new: str, where: str, what: str) -> None:
    faults = broken(pack, old, new)
    matching = [(line, message) for line, message in faults if what in message]
    assert matching, faults
    assert any(abs(line - line_with(where)) <= 2 for line, _ in matching), (line_with(where), matching)


def test_all_faults_are_collected_and_the_first_one_refuses_to_start(pack: Path) -> None:
    content = TRANSFER.replace("read: payees", "read: gossip").replace("collect: amount", "collect: sum")
    (pack / "flows/transfer_money/flow.yaml").write_text(content)
    assert len(check([pack])) >= 3
    with pytest.raises(ConfigurationError, match=r"flow\.yaml:\d+: .*more: openteller flows check"):
        load_flows([pack])


def test_a_pack_without_a_sentence_of_the_engine_is_refused(pack: Path) -> None:
    for file in pack.glob("replies/*/journeys.po"):
        file.write_text(file.read_text().replace('msgid "choice.card"', 'msgid "choice.other"'))
    assert any("does not say 'choice.card'" in fault.message for fault in check([pack]))


def test_a_branch_needs_a_case_and_compares_numbers_with_numbers(pack: Path) -> None:
    file = pack / "flows/find_transactions/flow.yaml"
    good = file.read_text()
    file.write_text(good.replace("    more_than: {10: many}\n", ""))
    assert any("'branch' needs a case" in fault.message for fault in check([pack]))
    file.write_text(good.replace("{10: many}", "{ten: many}"))
    assert any("whole number" in fault.message for fault in check([pack]))
    file.write_text(good.replace("into: matches", "onto: matches"))
    assert any("'filter' needs 'into'" in fault.message for fault in check([pack]))
    file.write_text(good.replace("    period: period\n  - collect: merchant", "  - collect: merchant"))
    assert any("is read for a 'period'" in fault.message for fault in check([pack]))


@pytest.mark.parametrize("content", [b"", b"\xff\xfe\x00", b"- just\n- a list\n", b"flow: {\n"])
def test_a_broken_file_is_a_fault_and_no_crash(pack: Path, content: bytes) -> None:
    (pack / "flows/transfer_money/flow.yaml").write_bytes(content)
    faults = check([pack])
    assert faults
    assert all(fault.line >= 1 for fault in faults)


def test_a_pack_without_flows_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match=r"no flows/\*/flow\.yaml"):
        load_flows([tmp_path])


def test_a_bank_overrides_a_flow_by_its_name(pack: Path, tmp_path: Path) -> None:
    own = tmp_path / "own/flows/check_balance"
    own.mkdir(parents=True)
    text = (PACK / "flows/check_balance/flow.yaml").read_text()
    (own / "flow.yaml").write_text(text.replace("version: 1", "version: 7"))
    book = load_flows([pack, tmp_path / "own"])
    assert book["check_balance"].version == 7
    assert book.flows.keys() == the_flows().flows.keys()


def test_the_book_knows_what_is_urgent_and_what_is_riskier() -> None:
    book = the_flows()
    assert book.urgent >= {"lost_or_stolen_card", "fraud_in_progress"}
    assert book.riskiest_first(["check_balance", "transfer_money", "check_balance"]) == (
        "transfer_money",
        "check_balance",
    )
    flow = book.on_signal("card_lost_stolen")
    assert flow is not None
    assert flow.name == "lost_or_stolen_card"
    assert book.started_by("greeting") is None


@pytest.mark.parametrize("name", sorted(the_flows().flows))
def test_a_drawing_shows_every_step_and_every_way(name: str) -> None:
    flow = the_flows()[name]
    drawing = mermaid(flow)
    assert len(re.findall(r"^  s\d+[\[{(>]", drawing, re.MULTILINE)) == len(flow.steps)
    ways = sum(1 for step in flow.steps if isinstance(step, Go)) + sum(
        len(step.cases) for step in flow.steps if isinstance(step, Branch)
    )
    assert drawing.count("-->") >= ways
