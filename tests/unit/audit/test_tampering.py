"""Whoever owns the database may change anything in it; the log outside and the signature tell (AU-02)."""

from __future__ import annotations

import random
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from openteller.capabilities.audit.checkpoints import Checkpoint, sign, to_line
from openteller.capabilities.audit.leaves import hash_event
from openteller.capabilities.audit.tree import Tree
from openteller.capabilities.audit.verification import Examination, Report

START = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
SIZE, EACH = 120, 10


class Signer:
    def __init__(self) -> None:
        self._key = Ed25519PrivateKey.generate()

    def sign(self, statement: bytes) -> bytes:
        return self._key.sign(statement)

    def public_key(self) -> bytes:
        return self._key.public_key().public_bytes_raw()


SIGNER, FORGER = Signer(), Signer()


@dataclass
class Trail:
    """What lies in the database (events, leaves, checkpoints) and outside (lines)."""

    events: dict[UUID, dict[str, Any]] = field(default_factory=dict)
    leaves: dict[int, tuple[UUID, bytes]] = field(default_factory=dict)
    inside: list[Checkpoint] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)

    def rows(self) -> list[dict[str, Any]]:
        empty = dict.fromkeys(("event_id", "at", "kind", "actor", "subject_id", "correlation", "details", "tenant"))
        return [
            {"position": position, "leaf_hash": leaf, "leaf_event": event, **self.events.get(event, empty)}
            for position, (event, leaf) in sorted(self.leaves.items())
        ]

    def examine(self) -> Report:
        examination = Examination("harbour", SIGNER.public_key())
        examination.compare(self.inside, self.lines)
        for row in self.rows():
            examination.step(row)
        sealed = {event for event, _ in self.leaves.values()}
        loose = [event for key, event in self.events.items() if key not in sealed]
        return examination.finish(loose, START + timedelta(hours=1))


def event(number: int) -> dict[str, Any]:
    return {
        "tenant": "harbour",
        "event_id": UUID(int=number + 1),
        "at": START + timedelta(seconds=number),
        "kind": "turn.decided",
        "actor": "bot",
        "subject_id": UUID(int=number % 7),
        "correlation": None,
        "details": {"decision": "Answer", "last_seq": number},
    }


def honest() -> Trail:
    trail, tree = Trail(), Tree()
    for number in range(SIZE):
        one = event(number)
        trail.events[one["event_id"]] = one
        trail.leaves[number] = one["event_id"], hash_event(one)
        tree.append(trail.leaves[number][1])
        if tree.size % EACH == 0:
            signed = sign(Checkpoint("harbour", tree.size, tree.root(), one["at"]), SIGNER)
            trail.inside.append(signed)
            trail.lines.append(to_line(signed))
    return trail


def edit(trail: Trail, dice: random.Random, place: int) -> None:
    one = trail.events[trail.leaves[place][0]]
    change = dice.choice(["actor", "kind", "at", "subject_id", "details", "correlation"])
    new = {
        "actor": "agent:eve",
        "kind": "turn.undone",
        "at": one["at"] + timedelta(microseconds=1),
        "subject_id": None,
        "details": {**one["details"], "last_seq": -1},
        "correlation": UUID(int=9),
    }
    trail.events[one["event_id"]] = {**one, change: new[change]}


def edit_and_rehash(trail: Trail, dice: random.Random, place: int) -> None:
    edit(trail, dice, place)
    key = trail.leaves[place][0]
    trail.leaves[place] = key, hash_event(trail.events[key])


def delete_event(trail: Trail, dice: random.Random, place: int) -> None:
    del trail.events[trail.leaves[place][0]]


def delete_both(trail: Trail, dice: random.Random, place: int) -> None:
    del trail.events[trail.leaves.pop(place)[0]]


def delete_and_close_up(trail: Trail, dice: random.Random, place: int) -> None:
    del trail.events[trail.leaves.pop(place)[0]]
    trail.leaves = dict(enumerate(leaf for _, leaf in sorted(trail.leaves.items())))


def insert(trail: Trail, dice: random.Random, place: int) -> None:
    one = {**event(5000 + place), "at": event(place)["at"]}
    trail.events[one["event_id"]] = one
    order = [leaf for _, leaf in sorted(trail.leaves.items())]
    order.insert(place, (one["event_id"], hash_event(one)))
    trail.leaves = dict(enumerate(order))


def insert_unsealed(trail: Trail, dice: random.Random, place: int) -> None:
    one = {**event(5000 + place), "at": event(place)["at"]}
    trail.events[one["event_id"]] = one


def swap(trail: Trail, dice: random.Random, place: int) -> None:
    other = dice.choice([one for one in range(SIZE) if one != place])
    trail.leaves[place], trail.leaves[other] = trail.leaves[other], trail.leaves[place]


def swap_times(trail: Trail, dice: random.Random, place: int) -> None:
    neighbour = place + 1 if place + 1 < SIZE else place - 1
    one, two = (trail.events[trail.leaves[at][0]] for at in (place, neighbour))
    one["at"], two["at"] = two["at"], one["at"]


def truncate(trail: Trail, dice: random.Random, place: int) -> None:
    for position in range(place, SIZE):
        del trail.events[trail.leaves.pop(position)[0]]
    trail.inside = [one for one in trail.inside if one.size <= place]


def resign(trail: Trail, dice: random.Random, place: int) -> None:
    edit_and_rehash(trail, dice, place)
    tree = Tree()
    inside = []
    for position in range(SIZE):
        tree.append(trail.leaves[position][1])
        if tree.size % EACH == 0:
            inside.append(sign(Checkpoint("harbour", tree.size, tree.root(), START), FORGER))
    trail.inside = inside


TAMPERINGS = [
    edit, edit_and_rehash, delete_event, delete_both, delete_and_close_up, insert, insert_unsealed, swap, swap_times,
    truncate, resign,
]  # fmt: skip


def test_an_honest_trail_has_no_fault() -> None:
    report = honest().examine()
    assert (report.ok, report.leaves, report.checkpoints, report.pending) == (True, SIZE, SIZE // EACH, 0)


def test_a_thousand_tamperings_are_all_found_and_their_place_is_named() -> None:
    dice = random.Random(24)  # noqa: S311 (the same tamperings each time)
    for number in range(1000):
        trail, tamper, place = honest_copy(), TAMPERINGS[number % len(TAMPERINGS)], dice.randrange(SIZE)
        tamper(trail, dice, place)
        report = trail.examine()
        assert not report.ok, f"{tamper.__name__} at {place} was not found"
        if tamper is not insert_unsealed:  # it has no place: it is named by its id
            first = min(fault.first for fault in report.faults if fault.first is not None)
            assert first <= place, f"{tamper.__name__} at {place} was placed at {first}"
            assert place - first < EACH or tamper is swap


def test_an_edited_event_is_named_exactly_and_does_not_hide_another() -> None:
    trail = honest_copy()
    for place in (17, 90):
        edit(trail, random.Random(place), place)  # noqa: S311 (the same each time)
    assert [(fault.kind, fault.first) for fault in trail.examine().faults] == [("edited", 17), ("edited", 90)]


def test_an_event_sealed_late_with_an_early_time_is_told() -> None:
    trail, tree = honest_copy(), Tree()
    one = {**event(5000), "at": START - timedelta(days=3)}
    trail.events[one["event_id"]] = one
    trail.leaves[SIZE] = one["event_id"], hash_event(one)
    for position in range(SIZE + 1):
        tree.append(trail.leaves[position][1])
    assert [(fault.kind, fault.first) for fault in trail.examine().faults] == [("backdated", SIZE)]


def test_two_trails_signed_for_one_size_are_a_fork() -> None:
    trail = honest_copy()
    forked = sign(replace(trail.inside[3], root=bytes(32)), SIGNER)
    trail.lines.append(to_line(forked))
    assert [fault.kind for fault in trail.examine().faults] == ["fork"]


def test_a_checkpoint_that_only_the_database_lost_is_told() -> None:
    trail = honest_copy()
    del trail.inside[4]
    assert [(fault.kind, fault.last) for fault in trail.examine().faults] == [("deleted_checkpoint", 49)]


@pytest.mark.parametrize("line", ["", "{}", "[]", '{"tenant": "harbour", "size": "x"}', "\x00", '"text"'])
def test_rubbish_in_the_log_is_a_finding_not_a_crash(line: str) -> None:
    trail = honest_copy()
    trail.lines.insert(0, line)
    assert [fault.kind for fault in trail.examine().faults] == ["forged_checkpoint"]


def test_other_tenants_checkpoints_are_not_ours() -> None:
    trail = honest_copy()
    trail.lines.append(to_line(sign(Checkpoint("quay", 7, bytes(32), START), SIGNER)))
    assert trail.examine().ok


_HONEST = honest()


def honest_copy() -> Trail:
    events = {key: dict(one) for key, one in _HONEST.events.items()}
    return Trail(events, dict(_HONEST.leaves), list(_HONEST.inside), list(_HONEST.lines))
