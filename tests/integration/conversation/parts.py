"""What every house shares: the shipped pack and its trained model."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from openteller.adapters.languages.langid import LangidIdentifier
from openteller.bootstrap import PACKS, open_encoders, pack_folder
from openteller.bootstrap.knowledge import load_library
from openteller.capabilities.actions.policy import Policy, load_policy
from openteller.capabilities.flows.book import FlowBook
from openteller.capabilities.flows.load import load_flows
from openteller.capabilities.knowledge.calibrating import Sureness
from openteller.capabilities.knowledge.library import Library
from openteller.capabilities.obligations.rules import ObligationRules, load_obligations
from openteller.capabilities.pack.pack import Pack, load_pack
from openteller.capabilities.replies.catalogue import Catalogue, load_catalogue
from openteller.capabilities.understanding.store import load_or_train
from openteller.capabilities.understanding.understander import Understander
from openteller.config import Settings


@dataclass(frozen=True)
class Parts:
    """What every house shares."""

    pack: Pack
    catalogue: Catalogue
    flows: FlowBook
    policy: Policy
    understander: Understander
    obligations: ObligationRules
    library: Library = Library({}, None, Sureness((), {}))  # noqa: RUF009 (immutable)


def load_parts(models: Path) -> Parts:
    pack = load_pack(pack_folder(Settings().pack), PACKS)
    encoders = open_encoders(models)
    understander = load_or_train(pack.folders, models, encoders, LangidIdentifier())
    library = load_library(pack.folders, pack.languages, models, understander.joint, lambda _: None)
    catalogue = load_catalogue([folder / "replies" for folder in pack.folders], pack.languages, pack.default_locale)
    return Parts(
        pack,
        catalogue,
        load_flows(pack.folders),
        load_policy(pack.folders),
        understander,
        load_obligations(pack.folders),
        library,
    )
