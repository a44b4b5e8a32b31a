"""What of the shipped pack these tests need, read from its folder: that takes a tenth of importing ``bootstrap``."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from openteller.capabilities.actions.policy import Policy, load_policy
from openteller.capabilities.flows.book import FlowBook
from openteller.capabilities.flows.load import load_flows
from openteller.capabilities.pack.pack import Pack, load_pack
from openteller.capabilities.replies.catalogue import Catalogue, load_catalogue

PACK = Path(__file__).parents[3] / "src/openteller/packs/retail_banking"


@cache
def the_policy() -> Policy:
    return load_policy([PACK])


@cache
def the_flows() -> FlowBook:
    return load_flows([PACK])


@cache
def the_pack() -> Pack:
    return load_pack(PACK, PACK.parent)


@cache
def the_catalogue() -> Catalogue:
    return load_catalogue([PACK / "replies"], the_pack().languages, the_pack().default_locale)
