"""What we install may be shipped with a product under Apache-2.0 (SC-06)."""

from __future__ import annotations

import re
from importlib import metadata

import pytest

from tests.architecture.source_tree import ROOT, report

ALLOWED = re.compile(
    r"\b(apache|mit|mit-0|0?bsd|bsd-[23]-clause|isc|iscl|psf|python software foundation|mpl|mozilla)\b", re.IGNORECASE
)
AS_A_LIBRARY = {"psycopg", "psycopg-binary", "psycopg-pool", "pygal", "python-stdnum"}  # LGPL: imported, never changed
_CHOICE = re.compile(r"\(([^()]+ OR [^()]+)\)")  # an SPDX expression in which we may choose
STRONG = re.compile(r"\b(a?gpl)(v?\d|-|\b)|affero|(?<!lesser )general public", re.IGNORECASE)


def locked() -> list[str]:
    text = "".join((ROOT / name).read_text("utf-8") for name in ("requirements.lock", "requirements-dev.lock"))
    return sorted(set(re.findall(r"^([a-z0-9][a-z0-9._-]*)(?:\[[^]]*\])?==", text, re.MULTILINE)))


def licence_of(package: str) -> str | None:
    """What the installed package says of itself, or None if it is for another platform or Python."""
    try:
        said = metadata.metadata(package)
    except metadata.PackageNotFoundError:
        return None
    classifiers = [each.rpartition("::")[2] for each in said.get_all("Classifier") or [] if each.startswith("License")]
    own = [said[name][:80].replace("\n", " ") for name in ("License-Expression", "License") if name in said]
    return "; ".join([*own, *classifiers])


def _chosen(choice: re.Match[str]) -> str:
    """The first of the alternatives that we may ship, else all of them."""
    options = choice[1].split(" OR ")
    return next((option for option in options if refused("", option) is None), choice[1])


def refused(package: str, licence: str) -> str | None:
    if package in AS_A_LIBRARY and re.search(r"\blgpl", licence, re.IGNORECASE):
        return None
    licence = _CHOICE.sub(_chosen, licence)
    if ALLOWED.search(licence) and not STRONG.search(licence) and "lgpl" not in licence.lower():
        return None
    return f"{package}: {licence or 'says nothing about its licence'}"


def test_everything_in_the_lock_files_may_be_shipped() -> None:
    known = {package: licence for package in locked() if (licence := licence_of(package)) is not None}
    assert len(known) > 50, "this environment is not the one of the lock files"
    report([sentence for package, licence in known.items() if (sentence := refused(package, licence))])


@pytest.mark.parametrize(
    "licence",
    [
        "GPL-3.0-only",
        "GNU General Public License v3 (GPLv3)",
        "AGPL-3.0",
        "",
        "Proprietary",
        "MIT AND (GPL-2.0-only OR AGPL-3.0-only)",
    ],
)
def test_a_licence_that_we_may_not_ship_is_seen(licence: str) -> None:
    assert refused("somebody", licence)


@pytest.mark.parametrize(
    "licence",
    [
        "MIT",
        "Apache 2.0",
        "; BSD License",
        "ISC License",
        "Dual License; Apache Software License",
        "MIT AND (BSD-2-Clause OR LGPL-2.1-or-later)",
    ],
)
def test_a_licence_that_we_may_ship_is_let_through(licence: str) -> None:
    assert refused("somebody", licence) is None


def test_the_lesser_licence_is_for_the_named_libraries_only() -> None:
    assert refused("psycopg", "LGPL-3.0-only") is None
    assert refused("somebody", "LGPL-3.0-only")


def test_what_is_asked_for_with_an_extra_is_locked_with_it() -> None:
    """Without the extra an older pip takes it for another, unpinned package, and refuses the whole lock file."""
    lock = "".join((ROOT / name).read_text("utf-8") for name in ("requirements.lock", "requirements-dev.lock"))
    wanted = {
        (canonical(found[1]), extra.strip())
        for package in locked()
        if licence_of(package) is not None  # not for another platform
        for line in metadata.requires(package) or ()
        if (found := re.match(r"([\w.-]+)\s*\[([^]]+)\]", line)) and "extra ==" not in line
        for extra in found[2].split(",")
    }
    pinned = {
        (found[1], extra.strip())
        for found in re.finditer(r"^([a-z0-9._-]+)\[([^]]+)\]==", lock, re.MULTILINE)
        for extra in found[2].split(",")
    }
    assert wanted
    assert wanted <= pinned


def canonical(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()
