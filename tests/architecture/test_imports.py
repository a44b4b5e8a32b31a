"""Who may import whom, as far as the contracts in pyproject.toml cannot say it."""

from __future__ import annotations

import ast
import graphlib
import sys
import tomllib
from collections.abc import Iterator

import grimp
import pytest

from tests.architecture.source_tree import (
    ROOT,
    SOURCE,
    SourceFile,
    imported_modules,
    offences,
    parsed,
    python_files,
    report,
)

MAY_IMPORT = {  # what: who else may import it
    "openteller.adapters": ("openteller.bootstrap", "openteller.testing"),
    "openteller.config": (
        "openteller.bootstrap",
        "openteller.entrypoints",
        "openteller.testing",
        "openteller.__main__",
    ),
}


def inside(module: str, packages: tuple[str, ...]) -> bool:
    return any(module == package or module.startswith(f"{package}.") for package in packages)


def foreign_to_the_domain(file: SourceFile) -> Iterator[tuple[ast.AST, str]]:
    for node, name in imported_modules(file):
        if name.split(".")[0] not in sys.stdlib_module_names and not inside(name, ("openteller.domain",)):
            yield node, f"the domain imports {name}: it knows the standard library and itself only"


def forbidden_imports(file: SourceFile) -> Iterator[tuple[ast.AST, str]]:
    for node, name in imported_modules(file):
        for guarded, allowed in MAY_IMPORT.items():
            if inside(name, (guarded,)) and not inside(file.module, (guarded, *allowed)):
                yield node, f"imports {name}: only {', '.join(allowed)} may"


def test_the_domain_imports_the_standard_library_only() -> None:
    report(offences(foreign_to_the_domain, python_files("openteller/domain")))
    assert offences(foreign_to_the_domain, [parsed("import numpy as np")])
    assert offences(foreign_to_the_domain, [parsed("from openteller.ports import Clock")])
    assert not offences(foreign_to_the_domain, [parsed("import enum\nfrom openteller.domain.money import Money")])


def test_adapters_and_settings_are_reached_through_bootstrap() -> None:
    report(offences(forbidden_imports, python_files("openteller")))
    assert offences(forbidden_imports, [parsed("from openteller.adapters.storage import database")])
    assert offences(forbidden_imports, [parsed("from openteller import config")])


@pytest.mark.parametrize("package", ["openteller", "demo_bank"])
def test_no_module_imports_itself_in_a_circle(package: str) -> None:
    graph = grimp.build_graph(package, cache_dir=None)
    order = graphlib.TopologicalSorter(
        {module: graph.find_modules_directly_imported_by(module) for module in graph.modules}
    )
    try:
        order.prepare()
    except graphlib.CycleError as error:
        pytest.fail("a circle of imports: " + " imports ".join(reversed(error.args[1])))


def test_packs_and_web_hold_no_code() -> None:
    strays = [path for folder in ("packs", "web") for path in (SOURCE / "openteller" / folder).rglob("*.py")]
    report([f"{path.relative_to(ROOT)}: a pack is content and the web is served as it is" for path in strays])


def test_the_contracts_are_sentences_and_at_least_five() -> None:
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"]["contracts"]
    assert len(contracts) >= 5
    assert all(len(contract["name"].split()) >= 5 for contract in contracts)
    assert any(contract["type"] == "layers" and contract.get("exhaustive") for contract in contracts)
