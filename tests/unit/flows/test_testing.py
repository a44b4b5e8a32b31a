"""Testing a flow by its talks: what counts as travelled, and what makes a talk fail."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner

from openteller.entrypoints.cli.flows import app
from openteller.testing.talks.coverage import coverage
from openteller.testing.talks.lead import lead
from tests.unit.flows.house import PACK, all_talks, the_flows, the_house, the_policy

RUN = CliRunner()


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    copy = tmp_path / "my_bank"
    shutil.copytree(PACK, copy)
    return copy


def test_a_flow_that_nobody_talks_to_is_not_travelled_at_all() -> None:
    found = coverage([the_flows()["check_balance"]], the_policy(), set())
    assert found.share == 0
    assert len(found.unreached) == found.elements


def test_a_way_that_is_not_gone_is_told_with_its_file_and_line() -> None:
    talk = next(talk for talk in all_talks() if str(talk) == "check_balance: All balances")
    missed = coverage([the_flows()["check_balance"]], the_policy(), lead(talk, the_house()).trail).unreached
    unread = next(each for each in missed if each.mark.arm == "unreadable")
    assert (unread.line, unread.mark.step) == (unread.line, "read_accounts")
    assert not any(each.mark.step == "all" for each in missed)


def test_what_the_policy_has_nobody_confirm_needs_no_talk_that_declines_it() -> None:
    ways = {each.mark.arm for each in coverage([the_flows()["freeze_card"]], the_policy(), set()).unreached}
    assert "declined" not in ways
    assert {"done", "parked", "rejected: card_blocked"} <= ways


def test_every_flow_is_travelled_whole() -> None:
    trail = set().union(*(lead(talk, the_house()).trail for talk in all_talks()))
    missed = coverage(the_flows().flows.values(), the_policy(), trail).unreached
    assert not missed, "\n".join(map(str, missed))


def test_a_talk_that_goes_otherwise_is_a_finding(pack: Path) -> None:
    talks = pack / "flows/check_balance/talks/balances.yaml"
    talks.write_text(talks.read_text("utf-8").replace("says: [check_balance.all]", "says: [check_balance.none]", 1))
    result = RUN.invoke(app, ["test", "check_balance", "--pack", str(pack), "--json"])
    told = json.loads(result.stdout.splitlines()[-1])
    assert result.exit_code == 1
    assert (told["flows"], told["failed"], told["failures"][0]["line"]) == (1, 1, 1)


def test_a_sentence_that_the_guard_forbids_fails_the_talk(pack: Path) -> None:
    wording = pack / "replies/en/journeys.po"
    words = wording.read_text("utf-8")
    wording.write_text(words.replace("You have {available} to spend", "See https://evil.example, {available} to spend"))
    result = RUN.invoke(app, ["test", "check_balance", "--pack", str(pack)])
    assert result.exit_code == 1
    assert "cannot be said in en" in result.stdout


def test_a_talk_that_cannot_be_read_is_told_and_keeps_no_other_from_its_turn(pack: Path) -> None:
    (pack / "flows/check_balance/talks/wrong.yaml").write_text(
        "talk: Wrong\ntrouble: none\nturns:\n  - customer: hello\n    means: {entities: [[money, £5]]}\n"
    )
    result = RUN.invoke(app, ["test", "check_balance", "--pack", str(pack), "--json"])
    told = json.loads(result.stdout.splitlines()[-1])
    assert (result.exit_code, told["failed"]) == (1, 1)
    assert told["talks"] > 1
