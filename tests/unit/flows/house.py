"""The pack whose talks are led in these tests, and a world for it."""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path

from openteller.bootstrap import pack_folder
from openteller.capabilities.actions.policy import Policy
from openteller.capabilities.flows.book import FlowBook
from openteller.domain.assurance import Level
from openteller.testing.talks.bank import Bank
from openteller.testing.talks.house import House, open_house
from openteller.testing.talks.talk import Talk, read_talks
from openteller.testing.talks.world import World

PACK: Path = pack_folder(os.environ.get("OPENTELLER_PACK", "retail_banking"))
"""The shipped pack, or a bank's own (docs/tutorials/your-first-flow.md)."""


@cache
def the_house() -> House:
    return open_house(PACK)


def the_flows() -> FlowBook:
    return the_house().flows


def the_policy() -> Policy:
    return the_house().policy


@cache
def all_talks() -> tuple[Talk, ...]:
    return tuple(read_talks(the_flows()))


def a_world(bank: Bank | None = None, *, level: Level = Level.LOGGED_IN, aloud: bool = False) -> World:
    return World(the_house(), bank, level=level, aloud=aloud)
