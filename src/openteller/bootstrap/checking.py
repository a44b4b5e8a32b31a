"""Every fault of a pack at once, with file and line: what its owner wants to see before the teller refuses to start."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from openteller.bootstrap.knowledge import load_library, unsayable
from openteller.bootstrap.teller import PACKS
from openteller.capabilities.actions.policy import load_policy
from openteller.capabilities.flows.load import read_flows
from openteller.capabilities.knowledge.library import Library
from openteller.capabilities.knowledge.shelf import read_shelf, untranslated
from openteller.capabilities.pack.pack import Pack, load_pack
from openteller.capabilities.privacy.redaction import scrub
from openteller.capabilities.replies.catalogue import missing_replies, read_catalogue
from openteller.capabilities.replies.guard import Guard
from openteller.capabilities.replies.needed import NEEDED
from openteller.capabilities.understanding.content import read_pack
from openteller.domain.errors import ConfigurationError
from openteller.ports import Encoder


@dataclass(frozen=True, slots=True, order=True)
class PackFault:
    """One thing that is wrong. ``line`` is 1 where a whole file or folder is meant."""

    file: str
    line: int
    message: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.message}"


def check_pack(folder: Path) -> tuple[Pack | None, list[PackFault]]:
    """The pack, if its ``pack.yaml`` can be read, and every fault of it and of what it extends, by file and line."""
    try:
        pack = load_pack(folder, PACKS)
    except ConfigurationError as error:
        return None, [_fault(error, folder)]
    checks: Sequence[Callable[[Pack], Iterator[PackFault]]] = (_wording, _flows, _policy, _understanding, _knowledge)
    return pack, sorted({fault for check in checks for fault in check(pack)})


def _wording(pack: Pack) -> Iterator[PackFault]:
    try:
        catalogue, faults = read_catalogue(
            [folder / "replies" for folder in pack.folders], pack.languages, pack.default_locale
        )
    except ConfigurationError as error:
        yield _fault(error, pack.folders[-1])
        return
    guard = _guard(pack)
    for fault in (*faults, *guard.wording_faults(catalogue)):
        yield PackFault(fault.file, fault.line, fault.message)
    for key in missing_replies(catalogue, NEEDED):
        yield PackFault(str(pack.folders[-1] / "replies"), 1, f"{key}: no wording, and the engine says it")


def _flows(pack: Pack) -> Iterator[PackFault]:
    try:
        _, faults = read_flows(pack.folders)
    except ConfigurationError as error:
        yield _fault(error, pack.folders[-1])
        return
    for fault in faults:
        yield PackFault(fault.file, fault.line, fault.message)


def _policy(pack: Pack) -> Iterator[PackFault]:
    try:
        load_policy(pack.folders)
    except ConfigurationError as error:
        yield _fault(error, pack.folders[-1])


def _understanding(pack: Pack) -> Iterator[PackFault]:
    try:
        read_pack(pack.folders)
    except ConfigurationError as error:
        yield _fault(error, pack.folders[-1])


def open_articles(pack: Pack, cache_dir: Path, encoder: Encoder) -> Library:
    """A pack's articles by themselves, checked as at the start of a teller."""
    return load_library(pack.folders, pack.languages, cache_dir, encoder, _guard(pack).broken_rule)


def _knowledge(pack: Pack) -> Iterator[PackFault]:
    shelf, faults = read_shelf(pack.folders, pack.languages)
    missing = untranslated(shelf, pack.languages)
    for fault in (*faults, *missing, *unsayable(shelf, _guard(pack).broken_rule)):
        yield _fault(fault, pack.folders[-1])


def _guard(pack: Pack) -> Guard:
    return Guard(scrub=scrub, allowed_links=set(pack.allowed_hosts), phones=(pack.emergency_phone,))


def _fault(error: ConfigurationError, folder: Path) -> PackFault:
    return PackFault(error.file or str(folder), error.line or 1, error.message)
