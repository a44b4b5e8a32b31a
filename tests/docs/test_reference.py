"""What is generated is up to date: the commands and the settings say themselves what the reference says."""

from __future__ import annotations

import os
import runpy

import pytest

from tests.architecture.source_tree import ROOT

AGAIN = "WRITE_REFERENCE=1 ./teller test tests/docs/test_reference.py"


@pytest.mark.parametrize("name", ["cli", "settings"])
def test_the_reference_is_what_the_code_says(name: str) -> None:
    script = ROOT / f"docs/reference/generate_{name}.py"
    page, generated = ROOT / f"docs/reference/{name}.md", runpy.run_path(str(script))["page"]()
    if "WRITE_REFERENCE" in os.environ:
        page.write_text(generated, "utf-8")
    assert page.read_text("utf-8") == generated, (
        "out of date: WRITE_REFERENCE=1 ./teller test tests/docs/test_reference.py"
    )


def test_every_command_has_an_example() -> None:
    sections = (ROOT / "docs/reference/cli.md").read_text("utf-8").split("\n#")
    without = [each.splitlines()[0] for each in sections[1:] if "```sh" not in each]
    groups = {"pack", "flows", "evaluate", "audit", "privacy", "database", "staff", "switch", "bench", "faultlab"}
    groups |= {"demo-bank", "knowledge", "mutations"}
    assert {name.strip("# ") for name in without} == groups
