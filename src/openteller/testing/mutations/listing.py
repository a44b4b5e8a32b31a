"""The list of mutations, ``mutations.yaml``: what is changed, which requirement that breaks, which tests must see it.

It is read against the checkout it is about: a list that has fallen behind the code is told of, and never counted.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

import yaml

import openteller
from openteller.domain.errors import ConfigurationError
from openteller.yaml_loaders import safe_load

LIST = Path(__file__).with_name("mutations.yaml")

_FIELDS = ("name", "requirement", "file", "find", "replace", "tests")
_NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_REQUIREMENT = re.compile(r"[A-Z]{2}-\d{2}")
_TEST = re.compile(r"(?P<file>tests/[\w/]+\.py)(?P<places>(::\w+)*)(\[[^\]]*\])?")


@dataclass(frozen=True, slots=True)
class Mutation:
    """One line changed: ``find`` stands exactly once in ``file``, which is named as below ``src``.

    ``tests`` are files or node ids of pytest, as seen from the checkout. ``line`` is where ``find`` stands.
    """

    name: str
    requirement: str
    file: str
    find: str
    replace: str
    tests: tuple[str, ...]
    line: int


def find_checkout() -> Path:
    """The checkout that this program runs from. ConfigurationError in an installation, which has no tests."""
    source = Path(openteller.__file__).parents[1]
    if source.name != "src" or not (source.parent / "tests").is_dir():
        raise ConfigurationError(
            f"mutations need the tests of the repository, and there is no folder tests beside {source}:"
            " run them in a checkout"
        )
    return source.parent


def load_mutations(file: Path, checkout: Path) -> tuple[Mutation, ...]:
    """The list in ``file``. ConfigurationError names the file, the entry and what is wrong with it."""
    return _Reading(file, checkout).mutations()


def chosen(mutations: tuple[Mutation, ...], only: str | None) -> tuple[Mutation, ...]:
    """Those of this name or of this requirement; all of them without one."""
    if only is None:
        return mutations
    found = tuple(one for one in mutations if only in (one.name, one.requirement))
    if not found:
        requirements = ", ".join(sorted({one.requirement for one in mutations}))
        raise ConfigurationError(f"--only {only}: no mutation has this name, nor this requirement ({requirements})")
    return found


class _Reading:
    """Reads one list; every complaint names the file and, once it is known, the entry."""

    def __init__(self, file: Path, checkout: Path) -> None:
        self._file = file
        self._checkout = checkout
        self._texts: dict[str, str] = {}

    def mutations(self) -> tuple[Mutation, ...]:
        try:
            content = safe_load(self._file.read_text(encoding="utf-8"))
        except (UnicodeDecodeError, yaml.YAMLError) as error:
            mark = getattr(error, "problem_mark", None)
            line = mark.line + 1 if mark is not None else None
            raise ConfigurationError("not valid YAML in UTF-8", file=str(self._file), line=line) from error
        if not isinstance(content, list) or not content:
            self._fault("it must be a list of mutations, with one at least")
        found = [self._mutation(number, given) for number, given in enumerate(content, 1)]
        names = [one.name for one in found]
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            self._fault(f"{', '.join(twice)}: the name stands twice")
        return tuple(found)

    def _mutation(self, number: int, given: object) -> Mutation:
        if not isinstance(given, dict):
            self._fault(f"entry {number}: a mutation is a mapping with {', '.join(_FIELDS)}")
        entry = str(given.get("name", f"entry {number}"))
        fields = self._fields(entry, given)
        text = self._source(entry, fields["file"])
        find, replace, times = fields["find"], fields["replace"], text.count(fields["find"])
        if times != 1:
            stands = "does not stand" if times == 0 else f"stands {times} times"
            self._fault(f"{entry}: {find.strip()!r} {stands} in {fields['file']}; it must stand there exactly once")
        if find == replace:
            self._fault(f"{entry}: find and replace are the same")
        line = text[: text.index(find)].count("\n") + 1
        tests = self._tests(entry, given["tests"])
        return Mutation(entry, fields["requirement"], fields["file"], find, replace, tests, line)

    def _fields(self, entry: str, given: dict[Any, Any]) -> dict[str, str]:
        missing = [name for name in _FIELDS if name not in given]
        strange = sorted(str(name) for name in given.keys() - set(_FIELDS))
        if missing or strange:
            said = [f"lacks {', '.join(missing)}"] * bool(missing) + [f"has {', '.join(strange)}"] * bool(strange)
            self._fault(f"{entry}: it {' and '.join(said)}")
        fields = {name: given[name] for name in _FIELDS if name != "tests"}
        for name, value in fields.items():
            if not isinstance(value, str) or "\n" in value or (name != "replace" and not value.strip()):
                self._fault(f"{entry}: {name} must be one line of text")
        if not _NAME.fullmatch(entry):
            self._fault(f"{entry}: a name is words of small letters and digits, joined by hyphens")
        if not _REQUIREMENT.fullmatch(fields["requirement"]):
            self._fault(f"{entry}: a requirement is named like TX-01, not {fields['requirement']!r}")
        return fields

    def _source(self, entry: str, name: str) -> str:
        if name not in self._texts:
            source = (self._checkout / "src").resolve()
            path = (source / name).resolve()
            if not path.is_file() or not path.is_relative_to(source):
                self._fault(f"{entry}: there is no file {name} in src")
            self._texts[name] = path.read_text(encoding="utf-8")
        return self._texts[name]

    def _tests(self, entry: str, given: object) -> tuple[str, ...]:
        if not isinstance(given, list) or not given:
            self._fault(f"{entry}: tests is a list of test files or of single tests, with one at least")
        for test in given:
            named = _TEST.fullmatch(test) if isinstance(test, str) else None
            if named is None:
                self._fault(f"{entry}: a test is named like tests/unit/test_x.py or tests/unit/test_x.py::test_y")
            path = self._checkout / named["file"]
            if not path.is_file():
                self._fault(f"{entry}: there is no test file {named['file']}")
            text = path.read_text(encoding="utf-8")
            for place in named["places"].split("::")[1:]:
                if not re.search(rf"\b{place}\b", text):
                    self._fault(f"{entry}: {named['file']} has no {place}")
        return tuple(given)

    def _fault(self, message: str) -> NoReturn:
        raise ConfigurationError(message, file=str(self._file))
