"""The shell blocks of the pages run as they stand: those marked ``sh run``; in CI, where there is time, also those
marked ``sh run ci``, and ``sh run demo`` on the data of a demo.

A page's blocks are one script, in a folder that looks like a checkout. Data folders are shared by all pages, so that
the database and the model are made once; the one demo that is started is the first tutorial's. A plain ``sh`` block is
not run: it never ends (``./teller demo``), needs what a test machine lacks (a server of the bank's), or takes minutes.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from openteller.bootstrap import open_encoders
from openteller.capabilities.understanding import load_or_train
from tests.architecture.source_tree import ROOT
from tests.docs.pages import Page, page, pages

FIRST = "docs/tutorials/first-conversation.md"
TELLER = """#!/bin/sh
case $1 in
test) shift; cd "{root}" && exec "{python}" -m pytest -p no:cacheprovider "$@" ;;
*) exec "{python}" -m openteller "$@" ;;
esac
"""


@pytest.fixture(scope="module")
def data() -> Iterator[Path]:
    """A data folder that the embedded server's system user can reach, with the pack learnt: that takes minutes."""
    folder = Path(tempfile.mkdtemp(prefix="openteller-docs-"))
    folder.chmod(0o755)
    run("./teller database migrate", checkout(folder / "start"), folder)
    models = Path(os.environ.get("OPENTELLER_MODELS", folder / "models"))
    load_or_train([ROOT / "src/openteller/packs/retail_banking"], models, open_encoders(models))
    yield folder
    run("./teller database stop", checkout(folder / "stop"), folder)
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="module")
def demo(data: Path) -> Path:
    """The data of a demo in which the first tutorial has been followed."""
    follow(page(FIRST), "sh run", data, data)
    return data


def checkout(folder: Path) -> Path:
    """A folder in which ``./teller`` and ``src`` are where a page expects them."""
    folder.mkdir(exist_ok=True)
    (folder / "teller").write_text(TELLER.format(root=ROOT, python=sys.executable))
    (folder / "teller").chmod(0o755)
    if not (folder / "src").exists():
        (folder / "src").symlink_to(ROOT / "src")
    return folder


def run(script: str, folder: Path, data: Path) -> str:
    """What the script says; an AssertionError with everything it said when it fails."""
    environment = {key: value for key, value in os.environ.items() if not key.startswith(("OPENTELLER_", "PYTEST_"))}
    models = os.environ.get("OPENTELLER_MODELS", str(data / "models"))
    environment |= {"OPENTELLER_DATA": str(data), "OPENTELLER_MODELS": models, "PYTHONPATH": str(ROOT / "src"), "NO_COLOR": "1"}
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", script],
        cwd=folder,
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        timeout=180,
    )
    assert done.returncode == 0, f"{script}\n{done.stdout}\n{done.stderr}"
    return done.stdout


def follow(each: Page, mark: str, data: Path, scratch: Path) -> str:
    """Run the page's blocks."""
    folder = checkout(scratch / Path(each.name).stem)
    also = ("sh run ci",) if "CI" in os.environ else ()
    return run("\n".join(each.blocks(mark, *also)), folder, data)


@pytest.mark.parametrize("each", [each for each in pages() if each.blocks("sh run") and each.name != FIRST], ids=str)
def test_what_a_page_says_can_be_done(each: Page, data: Path) -> None:
    follow(each, "sh run", data, data)


@pytest.mark.slow
@pytest.mark.skipif("CI" not in os.environ, reason="starts a whole demo, which the smoke test does too; CI=1 runs it")
@pytest.mark.parametrize("each", [each for each in pages() if each.blocks("sh run demo")], ids=str)
def test_what_a_page_says_can_be_done_with_the_demos_data(each: Page, demo: Path, data: Path) -> None:
    follow(each, "sh run demo", demo, data)


def test_a_block_that_fails_is_seen(data: Path) -> None:
    with pytest.raises(AssertionError, match="no flow 'gossip'"):
        run("./teller flows show gossip", checkout(data / "failing"), data)
