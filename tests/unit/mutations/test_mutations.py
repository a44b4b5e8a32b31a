"""Mutations, on a toy checkout: one that a test sees, some that none does, and lists that are not to be trusted."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import openteller
from openteller.domain.errors import ConfigurationError
from openteller.entrypoints.cli import main
from openteller.testing.mutations import listing, run
from openteller.testing.mutations.listing import LIST, Mutation, chosen, find_checkout, load_mutations
from openteller.testing.mutations.run import _Copy, run_mutations

CODE = """LIMIT = 100
SPARE = 100


def allowed(amount: int) -> bool:
    return amount <= LIMIT
"""
TESTS = """from toy.limits import allowed


def test_the_limit_holds() -> None:
    assert allowed(100) and not allowed(101)


def test_something_else() -> None:
    assert True
"""
WEAKER = {
    "name": "weaker-limit",
    "requirement": "TX-06",
    "file": "toy/limits.py",
    "find": "    return amount <= LIMIT",
    "replace": "    return amount <= LIMIT + 1",
    "tests": ["tests/unit/test_limits.py"],
}
UNSEEN = {**WEAKER, "name": "unseen", "find": "SPARE = 100", "replace": "SPARE = 999"}
UNREADABLE = {**WEAKER, "name": "unreadable", "find": "def allowed(", "replace": "def allowed(("}

Write = Callable[..., Path]


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository with one line that matters; its tests need no plugin, and start three times as fast without."""
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    for name, text in {"src/toy/limits.py": CODE, "tests/unit/test_limits.py": TESTS}.items():
        (tmp_path / name).parent.mkdir(parents=True)
        (tmp_path / name).write_text(text)
    (tmp_path / "src/toy/__init__.py").touch()
    return tmp_path


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def written(*entries: object) -> Path:
        (tmp_path / "mutations.yaml").write_text(json.dumps(entries))
        return tmp_path / "mutations.yaml"

    return written


def test_one_is_killed_one_survives_and_one_that_nothing_could_look_at_survives_too(
    checkout: Path, write: Write
) -> None:
    told: list[str] = []
    mutations = load_mutations(write(WEAKER, UNSEEN, UNREADABLE), checkout)
    outcomes = run_mutations(checkout, mutations, lambda what, _: told.append(what))
    assert [outcome.killed for outcome in outcomes] == [True, False, False]
    assert [outcome.why for outcome in outcomes] == [
        "tests/unit/test_limits.py::test_the_limit_holds",
        "its tests stay green",
        "its tests could not be collected",
    ]
    assert (checkout / "src/toy/limits.py").read_text() == CODE, "it is a copy that is changed"
    assert told[0] == "the tests without any mutation"
    assert sorted(told[1:]) == ["unreadable", "unseen", "weaker-limit"]


def test_each_mutation_is_of_a_second_of_its_own(checkout: Path, write: Write, tmp_path: Path) -> None:
    """Python takes what it has compiled for current by size and second: it would hide a mutation, or keep the last."""
    mutations = load_mutations(write(WEAKER, UNSEEN, UNREADABLE), checkout)
    copy = _Copy(tmp_path / "copy", checkout)
    file = tmp_path / "copy/src/toy/limits.py"
    before = file.stat().st_mtime_ns
    seconds = {int(file.stat().st_mtime)}
    for number, mutation in enumerate(mutations, 1):
        with copy._applied(mutation, number):
            assert mutation.replace in file.read_text()
            seconds.add(int(file.stat().st_mtime))
        assert (file.read_text(), file.stat().st_mtime_ns) == (CODE, before)
    assert len(seconds) == 4


def test_a_single_test_can_be_named_and_the_others_do_not_count(checkout: Path, write: Write) -> None:
    beside = {**WEAKER, "tests": ["tests/unit/test_limits.py::test_something_else"]}
    (outcome,) = run_mutations(checkout, load_mutations(write(beside), checkout), lambda *_: None)
    assert (outcome.killed, outcome.why) == (False, "its tests stay green")


def test_fixtures_that_fail_have_seen_nothing(checkout: Path, write: Write) -> None:
    (checkout / "tests/unit/conftest.py").write_text(
        "import pytest\nfrom toy import limits\n\n"
        "@pytest.fixture(autouse=True)\ndef _set_up():\n    assert limits.SPARE == 100\n"
    )
    (outcome,) = run_mutations(checkout, load_mutations(write(UNSEEN), checkout), lambda *_: None)
    assert not outcome.killed
    assert outcome.why.endswith("failed before it could look")


def test_what_does_not_come_to_an_end_is_ended_and_has_survived(
    checkout: Path, write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(run, "_PATIENCE_S", 2.0)
    for_ever = {**WEAKER, "name": "for-ever", "replace": "    while amount: pass"}
    (outcome,) = run_mutations(checkout, load_mutations(write(for_ever), checkout), lambda *_: None)
    assert (outcome.killed, outcome.why) == (False, "not at an end after 2 s")


def test_nothing_begins_while_a_test_is_red_without_any_mutation(checkout: Path, write: Write) -> None:
    (checkout / "tests/unit/test_limits.py").write_text(TESTS.replace("assert True", "assert False"))
    mutations = load_mutations(write(WEAKER), checkout)
    with pytest.raises(ConfigurationError, match=r"test_limits\.py::test_something_else is red without any mutation"):
        run_mutations(checkout, mutations, lambda *_: None)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"find": "amount > LIMIT"}, "'amount > LIMIT' does not stand in toy/limits.py"),
        ({"find": "100"}, "'100' stands 2 times in toy/limits.py"),
        ({"find": "LIMIT = 100\nSPARE = 100"}, "find must be one line of text"),
        ({"replace": 7}, "replace must be one line of text"),
        ({"replace": WEAKER["find"]}, "find and replace are the same"),
        ({"file": "toy/gone.py"}, "there is no file toy/gone.py in src"),
        ({"file": "../tests/unit/test_limits.py"}, "in src"),
        ({"name": "Weaker Limit"}, "a name is words of small letters"),
        ({"requirement": "limits"}, "named like TX-01, not 'limits'"),
        ({"tests": []}, "one at least"),
        ({"tests": ["tests/unit/test_gone.py"]}, "there is no test file tests/unit/test_gone.py"),
        ({"tests": ["tests/unit/test_limits.py::test_gone"]}, "test_limits.py has no test_gone"),
        ({"tests": ["--version"]}, "a test is named like"),
        ({"colour": "red"}, "it has colour"),
    ],
)
def test_an_entry_that_cannot_be_trusted_is_named(
    checkout: Path, write: Write, change: dict[str, Any], said: str
) -> None:
    entry = {**WEAKER, **change}
    with pytest.raises(ConfigurationError, match=r"mutations\.yaml: ") as refused:
        load_mutations(write(entry), checkout)
    assert f"{entry['name']}: " in str(refused.value)
    assert said in str(refused.value)


def test_a_list_that_is_none_is_refused(checkout: Path, write: Write) -> None:
    for entries, said in (
        ((WEAKER, WEAKER), "weaker-limit: the name stands twice"),
        (("weaker",), "entry 1: a mutation is a mapping"),
        (({"name": "alone"},), "alone: it lacks requirement, file, find, replace, tests"),
        ((), "a list of mutations"),
    ):
        with pytest.raises(ConfigurationError, match=said):
            load_mutations(write(*entries), checkout)
    (checkout / "mutations.yaml").write_text("- {")
    with pytest.raises(ConfigurationError, match="not valid YAML"):
        load_mutations(checkout / "mutations.yaml", checkout)


def test_an_installed_package_has_no_tests_to_run(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(openteller, "__file__", str(tmp_path / "site-packages/openteller/__init__.py"))
    with pytest.raises(ConfigurationError, match="run them in a checkout"):
        find_checkout()


def our_list() -> tuple[Mutation, ...]:
    return load_mutations(LIST, find_checkout())


def test_our_own_list_is_about_this_code_and_covers_what_it_must() -> None:
    found = our_list()
    assert len(found) >= 44
    wanted = {f"TX-0{number}" for number in range(1, 9)} | {"ID-03", "ID-04", "ID-05", "ID-06", "ID-09", "ID-10"}
    assert wanted <= {one.requirement for one in found}
    assert chosen(found, found[0].name) == found[:1]
    assert {one.requirement for one in chosen(found, "TX-01")} == {"TX-01"}
    with pytest.raises(ConfigurationError, match="--only TX-99: no mutation has this name"):
        chosen(found, "TX-99")


def test_the_list_is_told_as_json_in_one_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["openteller", "mutations", "list", "--only", "TX-01", "--json"])
    with pytest.raises(SystemExit) as ended:
        main.run()
    assert ended.value.code == 0
    told = json.loads(capsys.readouterr().out)["mutations"]
    assert {one["requirement"] for one in told} == {"TX-01"}
    assert set(told[0]) == {"name", "requirement", "file", "find", "replace", "tests", "line"}


def test_the_verdict_is_one_line_of_json_and_an_exit_code(
    checkout: Path, write: Write, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(listing, "LIST", write(WEAKER, UNSEEN))
    monkeypatch.setattr(listing, "find_checkout", lambda: checkout)
    monkeypatch.setattr(sys, "argv", ["openteller", "mutations", "run", "--json"])
    with pytest.raises(SystemExit) as ended:
        main.run()
    out, err = capsys.readouterr()
    assert ended.value.code == 1
    assert json.loads(out.splitlines()[-1]) == {"listed": 2, "killed": 1, "survived": ["unseen"]}
    assert "unseen survived: its tests stay green" in err
