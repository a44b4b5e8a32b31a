"""What the recognisers know of a language: the words and patterns of ``words/<language>.yaml``, checked and compiled.

The code knows no word of any language; a language more is a file more. In a pattern ``<month>`` stands for all words
of the list ``month`` (or for the fragment of that name), ``<month:first>`` for the same as the group ``first``;
``<count>`` is a number in digits or a small one in words, ``<name>`` one to four words that may be somebody's name.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Any, NoReturn

import yaml

from openteller.capabilities.understanding import lexicon_form as form
from openteller.capabilities.understanding.letters import plain_pattern, plain_text
from openteller.domain.errors import ConfigurationError

_MACRO = re.compile(r"(?<!\?P)<(\w+)(?::(\w+))?>")
_NEVER = "(?!)"
_FOLDER = files(__package__).joinpath("words")


@dataclass(frozen=True)
class Lexicon:
    """One language. ``words``: list → word → its number or name; ``choices``: list → name → pattern of its words."""

    language: str
    words: Mapping[str, Mapping[str, int | str]]
    choices: Mapping[str, Mapping[str, re.Pattern[str]]]
    sets: Mapping[str, frozenset[str]]
    fragments: Mapping[str, str]
    patterns: Mapping[str, tuple[re.Pattern[str], ...]]
    slang_currency: str
    name_alone: re.Pattern[str]
    numbers: re.Pattern[str]
    """Number words that stand together: the group ``half`` if half is said before them, ``words`` the others."""
    number_part: re.Pattern[str]
    """One of them (``word``), with what joins it to the one before (``joint``)."""

    def number(self, list_: str, word: str) -> int:
        """The number that a word of the list stands for."""
        return int(self.words[list_][" ".join(word.split())])

    def named(self, list_: str, word: str) -> str:
        """The name that a word of the list stands for."""
        return str(self.words[list_][" ".join(word.split())])

    def choice(self, list_: str, said: str) -> str:
        """The name of the choice whose pattern is ``said``."""
        return next(name for name, pattern in self.choices[list_].items() if pattern.fullmatch(said))

    def finditer(self, name: str, text: str) -> Iterator[re.Match[str]]:
        """Where the patterns of this name stand in ``text``."""
        for pattern in self.patterns[name]:
            yield from pattern.finditer(text)

    def search(self, name: str, text: str) -> re.Match[str] | None:
        """The first place of the first pattern of this name that is found."""
        return next((found for pattern in self.patterns[name] if (found := pattern.search(text))), None)

    def match(self, name: str, text: str, at: int = 0) -> re.Match[str] | None:
        """The first pattern of this name that begins at ``at``."""
        return next((found for pattern in self.patterns[name] if (found := pattern.match(text, at))), None)


@lru_cache(maxsize=1)
def known_languages() -> tuple[str, ...]:
    """The languages that there are words of, sorted."""
    return tuple(
        sorted(entry.name.removesuffix(".yaml") for entry in _FOLDER.iterdir() if entry.name.endswith(".yaml"))
    )


@lru_cache(maxsize=32)
def lexicon(language: str) -> Lexicon:
    """The words of ``language``. ConfigurationError names what is wrong with the file."""
    file = _FOLDER.joinpath(f"{language}.yaml")
    return read_lexicon(file.read_text(encoding="utf-8"), language, str(file))


def lexicons(languages: Sequence[str]) -> tuple[Lexicon, ...]:
    """Those of ``languages`` that there are words of; all that there are if there are none."""
    known = known_languages()
    wanted = [language for language in languages if language in known] or known
    return tuple(lexicon(language) for language in dict.fromkeys(wanted))


def read_lexicon(text: str, language: str, file: str) -> Lexicon:
    """A lexicon of the text of its file."""
    try:
        content = yaml.load(text, Loader=yaml.BaseLoader)  # noqa: S506 (it makes strings only: "no" is a word here)
    except yaml.YAMLError as error:
        raise ConfigurationError(f"not valid YAML: {error}", file=file) from error
    if not isinstance(content, dict) or content.get("language") != language:
        raise ConfigurationError(f"expected a mapping with 'language: {language}'", file=file)
    return _Reader(content, file).read()


class _Reader:
    """Reads one file; every fault is a ConfigurationError with the file's name."""

    def __init__(self, content: Mapping[str, Any], file: str) -> None:
        self._content = content
        self._file = file

    def read(self) -> Lexicon:
        self._check_keys()
        words = {name: self._words(name, int) for name in form.NUMBERED}
        words |= {name: self._words(name, str) for name in form.NAMED}
        if not {*words["unit"].values(), *words["pair"].values()} <= form.UNITS:
            self._fail(f"'unit' and 'pair' know only {', '.join(sorted(form.UNITS))}")
        sets = {name: frozenset(plain_text(word) for word in self._list(name)) for name in form.SETS}
        fragments = {name: plain_pattern(self._content["fragment"].get(name, "")) for name in form.FRAGMENTS}
        macros = _macros(words, self._choices(), fragments)
        choices = {
            name: {key: self._compiled(f"{name}.{key}", value) for key, value in found.items()}
            for name, found in self._choices().items()
        }
        patterns = {name: self._patterns(name, macros) for name in form.PATTERNS}
        expanded = {name: _expanded(text, macros) for name, text in fragments.items()}
        return Lexicon(
            self._content["language"],
            words,
            choices,
            sets,
            expanded,
            patterns,
            self._content["slang_currency"],
            name_alone=self._compiled("fragments of a name", rf"\W*{macros['name']}\W*"),
            numbers=self._compiled("fragments of numbers", _numbers(expanded, macros)),
            number_part=self._compiled("number_joint", _number_part(expanded, macros)),
        )

    def _check_keys(self) -> None:
        about = {"language", "written_by", "reviewed_by_native", "fragment", "pattern"}
        wanted = {*form.NUMBERED, *form.NAMED, *form.CHOICES, *form.SETS, *form.TEXTS, *about}
        self._same("lists", set(self._content), wanted)
        self._same("fragments", set(self._content["fragment"]), set(form.FRAGMENTS))
        self._same("patterns", set(self._content["pattern"]), set(form.PATTERNS))

    def _same(self, what: str, found: set[str], wanted: set[str]) -> None:
        if missing := sorted(wanted - found):
            self._fail(f"{what} missing: {', '.join(missing)}")
        if unknown := sorted(found - wanted):
            self._fail(f"unknown {what}: {', '.join(unknown)}")

    def _words(self, name: str, kind: type[int | str]) -> dict[str, int | str]:
        found: dict[str, int | str] = {}
        for key, words in (self._content[name] or {}).items():
            try:
                value: int | str = kind(key)
            except ValueError:
                self._fail(f"'{name}' has {key!r} where a number should be")
            if not isinstance(words, list):
                self._fail(f"'{name}.{key}' should be a list of words")
            for word in words:
                plain = plain_pattern(word.lower())
                if found.setdefault(plain, value) != value:
                    self._fail(f"'{name}' has {word!r} twice, with two meanings")
        return found

    def _list(self, name: str) -> list[str]:
        words = self._content[name] or []
        if not isinstance(words, list):
            self._fail(f"'{name}' should be a list of words")
        return [str(word).lower() for word in words]

    def _choices(self) -> dict[str, dict[str, str]]:
        return {
            name: {key: plain_pattern(value) for key, value in self._content[name].items()} for name in form.CHOICES
        }

    def _patterns(self, name: str, macros: Mapping[str, str]) -> tuple[re.Pattern[str], ...]:
        written = self._content["pattern"][name] or []
        if not isinstance(written, list):
            self._fail(f"'pattern.{name}' should be a list")
        needed, allowed = form.PATTERNS[name]
        compiled = []
        for number, text in enumerate(written, start=1):
            what = f"pattern.{name}, number {number}"
            try:
                pattern = self._compiled(what, _expanded(plain_pattern(text), macros))
            except KeyError as error:
                self._fail(f"{what}: there is no list or fragment {error.args[0]!r}")
            groups = set(pattern.groupindex)
            if not needed <= groups or not groups <= needed | allowed:
                self._fail(
                    f"{what}: has the groups {sorted(groups)}; needs {sorted(needed)}, may have {sorted(allowed)}"
                )
            compiled.append(pattern)
        return tuple(compiled)

    def _compiled(self, what: str, text: str) -> re.Pattern[str]:
        try:
            return re.compile(text)
        except re.error as error:
            raise ConfigurationError(f"{what}: {error}", file=self._file) from error

    def _fail(self, fault: str) -> NoReturn:
        raise ConfigurationError(fault, file=self._file)


def _macros(
    words: Mapping[str, Mapping[str, int | str]],
    choices: Mapping[str, Mapping[str, str]],
    fragments: Mapping[str, str],
) -> dict[str, str]:
    macros = {name: _alternatives(found) for name, found in words.items()}
    macros |= {name: "|".join(found.values()) or _NEVER for name, found in choices.items()}
    macros |= fragments
    macros["count"] = rf"(?P<count>\d{{1,3}}|{macros['small_number']})"
    macros["name"] = _name(fragments)
    return macros


def _expanded(text: str, macros: Mapping[str, str]) -> str:
    def put(found: re.Match[str]) -> str:
        name, group = found[1], found[2]
        inside = _MACRO.sub(put, macros[name])
        if group:
            return f"(?P<{group}>{inside})"
        return inside if name in {*form.FRAGMENTS, "count", "name"} else f"(?:{inside})"

    return _MACRO.sub(put, text)


def _alternatives(words: Mapping[str, object]) -> str:
    longest_first = sorted(words, key=lambda word: (-len(word), word))
    return "|".join(re.escape(word).replace(r"\ ", r"\s+") for word in longest_first) or _NEVER


def _numbers(fragments: Mapping[str, str], macros: Mapping[str, str]) -> str:
    word, joint = _number_word(macros), fragments["number_joint"]
    half = rf"(?P<half>{fragments['number_half'] or _NEVER})\s+(?={macros['scale']})"
    lead = rf"{half}|{fragments['number_lead'] or _NEVER}"
    return rf"{fragments['number_before']}(?:{lead})?(?P<words>(?:{word})\b(?:(?:{joint})(?:{word})\b)*)"


def _number_part(fragments: Mapping[str, str], macros: Mapping[str, str]) -> str:
    return rf"(?P<joint>{fragments['number_joint']})?(?P<word>{_number_word(macros)})\b"


def _number_word(macros: Mapping[str, str]) -> str:
    return "|".join(sorted(f"{macros['number']}|{macros['scale']}".split("|"), key=len, reverse=True))


def _name(fragments: Mapping[str, str]) -> str:
    """One to four words without an article before, "Marks and Spencer" too."""
    stop = rf"(?!(?:{fragments['stop'] or _NEVER})\b)"
    word = rf"{stop}[^\W\d_][\w.&'+-]*"
    more = rf"{stop}(?:&\s)?[^\W\d_][\w.&'+-]*"
    partners = rf"(?:{fragments['partners'] or _NEVER})?"
    article = rf"(?:{fragments['article'] or _NEVER})?"
    return rf"{article}(?P<name>{word}(?:[\s-]+{more}){{0,3}}{partners})"
