"""A pack as the talks need it: its flows and policy, and a mouth that says every reply in every language it has."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from openteller.bootstrap import PACKS
from openteller.capabilities.actions.policy import Policy, load_policy
from openteller.capabilities.flows.book import FlowBook
from openteller.capabilities.flows.load import load_flows
from openteller.capabilities.handover.opening import OpeningTimes
from openteller.capabilities.obligations.rules import ObligationRules, load_obligations
from openteller.capabilities.pack.pack import Pack, load_pack
from openteller.capabilities.privacy.redaction import scrub
from openteller.capabilities.replies.catalogue import load_catalogue
from openteller.capabilities.replies.compose import compose
from openteller.capabilities.replies.guard import Guard
from openteller.domain.errors import InvariantError
from openteller.domain.replies import Reply
from openteller.loops.conversation.kit import PackFacts

NOW = datetime(2026, 11, 24, 10, tzinfo=UTC)
"""When every talk takes place: a Tuesday morning."""
TODAY = NOW.date()
_BANK = "https://bank.example"

Mouth = Callable[[Reply], None]
"""Says a reply in every language; Unsayable when one has no words for it."""


class Unsayable(AssertionError):
    """A reply that cannot be said in a language of the pack."""


@dataclass(frozen=True, slots=True)
class House:
    """What of a pack takes part in a talk."""

    flows: FlowBook
    policy: Policy
    facts: PackFacts
    mouth: Mouth
    obligations: ObligationRules


def open_house(folder: Path) -> House:
    """The pack in ``folder``, read and checked as the service would."""
    pack = load_pack(folder, PACKS)
    obligations = load_obligations(pack.folders)
    return House(load_flows(pack.folders), load_policy(pack.folders), _facts(pack), _mouth(pack), obligations)


def _facts(pack: Pack) -> PackFacts:
    hours = pack.opening_hours
    return PackFacts(
        pack.version,
        pack.default_locale,
        pack.time_zone,
        f"{_BANK}/login",
        f"{_BANK}/link-chat",
        pack.emergency_phone,
        pack.crisis_line,
        pack.privacy_url,
        OpeningTimes(hours.days, hours.holiday_country, pack.time_zone),
        pack.languages,
        pack.locales,
    )


def _mouth(pack: Pack) -> Mouth:
    catalogue = load_catalogue([folder / "replies" for folder in pack.folders], pack.languages, pack.default_locale)
    guard = Guard(scrub=scrub, allowed_links={*pack.allowed_hosts, _BANK}, phones=(pack.emergency_phone,))
    locales = {language: pack.locale_of(language) for language in pack.languages}

    def say(reply: Reply) -> None:
        for language, locale in locales.items():
            try:
                guard.check(compose(reply, locale=locale, time_zone=pack.time_zone, catalogue=catalogue, now=NOW))
            except InvariantError as error:
                raise Unsayable(f"cannot be said in {language}: {error}") from error

    return say
