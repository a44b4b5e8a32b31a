"""The oracle sees each wrong in the outside ledgers, and nothing where there is nothing."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from openteller.testing.faultlab.customers import told_by
from openteller.testing.faultlab.oracle import judge
from tests.faults.ledgers_of_a_run import Run


def test_a_run_in_which_all_went_well_is_clean(tmp_path: Path) -> None:
    verdict = judge(Run().write(tmp_path))
    assert verdict.clean
    assert not verdict.findings
    assert verdict.figures(1.0) == {
        "turns": 5, "transfers": 1, "lost_turns": 0, "lost_transfers": 0, "doubled_transfers": 0, "out_of_order": 0,
        "wrong_amounts": 0, "parked": 0, "unknowable": 0, "seconds": 1.0,
    }  # fmt: skip


def test_an_acknowledged_message_without_a_reply_is_lost(tmp_path: Path) -> None:
    run = Run()
    del run.delivered[0]
    del run.delivered[-1]
    verdict = judge(run.write(tmp_path))
    assert verdict.lost_turns == 2
    assert not verdict.clean


def test_a_message_that_was_never_acknowledged_may_be_lost(tmp_path: Path) -> None:
    run = Run()
    del run.sent[-1]
    del run.delivered[-1]
    assert judge(run.write(tmp_path)).clean


def test_replies_in_another_order_are_seen(tmp_path: Path) -> None:
    run = Run()
    run.delivered[0]["seq"], run.delivered[1]["seq"] = 4, 2
    run.delivered[2]["text"], run.delivered[3]["text"] = "Welcome", "Hi"
    assert judge(run.write(tmp_path)).out_of_order == 4


def test_a_message_that_became_two_turns_is_seen(tmp_path: Path) -> None:
    run = Run()
    run.sent.append({**run.sent[0], "turn_id": "t1-again"})
    assert judge(run.write(tmp_path)).out_of_order == 1


def test_a_turn_written_twice_is_seen(tmp_path: Path) -> None:
    run = Run()
    run.delivered.append({**run.delivered[0], "message_id": "c", "seq": 6})
    assert judge(run.write(tmp_path)).out_of_order >= 1


def test_a_turn_written_twice_in_a_row_is_seen(tmp_path: Path) -> None:
    run = Run()
    run.delivered.insert(1, {**run.delivered[0], "message_id": "c", "seq": 3})
    assert judge(run.write(tmp_path)).out_of_order == 1


def test_a_reply_more_than_messages_is_seen(tmp_path: Path) -> None:
    run = Run()
    run.delivered.append({**run.delivered[-1], "message_id": "9"})
    assert judge(run.write(tmp_path)).out_of_order == 1


def test_the_same_reply_delivered_again_is_fine(tmp_path: Path) -> None:
    run = Run()
    run.delivered.append({**run.delivered[-1], "first": False})
    assert judge(run.write(tmp_path)).clean


def test_a_transfer_made_twice_is_doubled(tmp_path: Path) -> None:
    run = Run()
    run.ledger.append({**run.ledger[0], "reference": "HB2"})
    assert judge(run.write(tmp_path)).doubled_transfers == 1


@pytest.mark.parametrize("told", ["done", "nothing"])
def test_a_transfer_promised_and_never_made_is_lost(tmp_path: Path, told: str) -> None:
    run = Run()
    run.ledger.clear()
    run.act("told")["told"] = told
    assert judge(run.write(tmp_path)).lost_transfers == 1


def test_a_transfer_that_the_customer_never_approved_must_not_be_made(tmp_path: Path) -> None:
    run = Run()
    run.act("told")["told"] = "nothing"
    run.sent.remove(run.act("tapped"))
    assert judge(run.write(tmp_path)).wrong_amounts == 1
    run.ledger.clear()
    assert judge(run.write(tmp_path)).clean


def test_a_transfer_between_own_accounts_needs_no_approval(tmp_path: Path) -> None:
    run = Run()
    run.act("confirmed")["own"] = True
    run.sent.remove(run.act("tapped"))
    assert judge(run.write(tmp_path)).clean
    run.ledger.clear()
    run.act("told")["told"] = "nothing"
    assert judge(run.write(tmp_path)).lost_transfers == 1


def test_a_transfer_openly_refused_is_not_lost(tmp_path: Path) -> None:
    run = Run()
    run.ledger.clear()
    run.act("told")["told"] = "not done"
    assert judge(run.write(tmp_path)).clean


def test_a_transfer_made_and_denied_is_wrong(tmp_path: Path) -> None:
    run = Run()
    run.act("told")["told"] = "not done"
    assert judge(run.write(tmp_path)).wrong_amounts == 1


def test_another_amount_than_confirmed_is_wrong(tmp_path: Path) -> None:
    run = Run()
    run.ledger[0]["params"]["amount_minor"] = 3210
    verdict = judge(run.write(tmp_path))
    assert (verdict.wrong_amounts, verdict.lost_transfers) == (1, 1)


def test_an_outcome_that_is_still_open_is_parked_not_lost(tmp_path: Path) -> None:
    run = Run()
    run.act("told")["told"] = "parked"
    run.ledger.clear()
    verdict = judge(run.write(tmp_path))
    assert verdict.parked == 1
    assert verdict.clean


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("I’ve sent £3.21 to Anna. The reference is HB63R52D6RHW.", "done"),
        ("There isn’t enough on that account for this, so nothing has been sent.", "not done"),
        ("I can’t say yet whether it went through. Your reference is 4DNF-JRKY.", "parked"),
        ("", "nothing"),
    ],
)
def test_what_a_customer_was_told_is_told_apart(text: str, told: str) -> None:
    assert told_by(text) == told


def _parked(run: Run) -> None:
    """The customer was told that nobody knows yet, and it stayed so."""
    run.act("told")["told"] = "parked"
    run.act("shown")["intent"] = "intent-1"
    for minute, row in enumerate(row for row in run.sent if "act" in row):
        row["at"] = f"2026-11-28T10:0{minute}:00+00:00"


def _undelivered(folder: Path, core_mode: str) -> None:
    """The bank's own record says that its answer never left."""
    (folder / "undelivered.json").write_text('["intent-1"]')
    told = {"at": "2026-11-28T10:00:00+00:00", "fault": "bank", "settings": {"core_mode": core_mode}}
    (folder / "faults.jsonl").write_text(json.dumps(told) + "\n")


def test_what_the_bank_could_not_deliver_is_unknowable(tmp_path: Path) -> None:
    run = Run()
    _parked(run)
    folder = run.write(tmp_path)
    _undelivered(folder, "dumb")
    verdict = judge(folder)
    assert (verdict.parked, verdict.unknowable) == (1, 1)


def test_a_bank_that_can_be_asked_has_no_unknowable_outcomes(tmp_path: Path) -> None:
    run = Run()
    _parked(run)
    folder = run.write(tmp_path)
    _undelivered(folder, "lookup-only")
    verdict = judge(folder)
    assert (verdict.parked, verdict.unknowable) == (1, 0)


def test_parking_what_the_bank_has_answered_is_giving_up(tmp_path: Path) -> None:
    run = Run()
    _parked(run)
    verdict = judge(run.write(tmp_path))
    assert (verdict.parked, verdict.unknowable) == (1, 0)


def test_saying_done_of_what_the_bank_could_not_deliver_is_a_guess(tmp_path: Path) -> None:
    run = Run()
    _parked(run)
    run.act("told")["told"] = "done"
    folder = run.write(tmp_path)
    _undelivered(folder, "dumb")
    verdict = judge(folder)
    assert (verdict.parked, verdict.unknowable) == (0, 1)


def test_whoever_was_killed_while_it_asked_cannot_know(tmp_path: Path) -> None:
    run = Run()
    _parked(run)
    folder = run.write(tmp_path)
    (folder / "kills.jsonl").write_text('{"at": "2026-11-28T10:02:30+00:00", "process": "api-1"}\n')
    assert judge(folder).unknowable == 1
    (folder / "kills.jsonl").write_text('{"at": "2026-11-28T10:30:00+00:00", "process": "api-1"}\n')
    assert judge(folder).unknowable == 0
