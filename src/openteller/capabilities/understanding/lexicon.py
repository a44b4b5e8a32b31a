"""What the recognisers know of a language: the words and patterns of ``words/<language>.yaml``, checked and compiled.

The code knows no word of any language; a language more is a file more. In a pattern ``<month>`` stands for all words
of the list ``month`` (or for the fragment of that name), ``<month:first>`` for the same as the group ``first``;
``<count>`` is a number in digits or a small one in words, ``<name>`` one to four words that may be somebody's name.
Names of months and days of the week that CLDR has are added to those of the file.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from importlib.resources import files
from typing import Any, NoReturn

import yaml
from babel import Locale

from openteller.capabilities.understanding import lexicon_form as form
from openteller.capabilities.understanding.letters import plain_pattern, stands_alone
from openteller.domain.errors import ConfigurationError
from openteller.yaml_loaders import BaseLoader

_MACRO = re.compile(r"(?<!\?P)<(\w+)(?::(\w+))?>")
_NEVER = "(?!)"
_GAP = re.compile(r"[\s-]+")
_LEADING_DIGITS = re.compile(r"\d+")
_FALLBACK = "en"
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
    units_first: re.Pattern[str]
    """What joins units to the tens that follow them (fünf-und-zwanzig)."""
    half_after: re.Pattern[str]
    """What adds half of the last unit to a number before it ("y medio")."""
    factors: re.Pattern[str]
    """What multiplies the digits before it (``word``: "k", "mil")."""

    spelled: Mapping[str, frozenset[str]]
    """List → its words as they are spelled, where accents make other words; else empty."""
    slang_after: re.Pattern[str]
    """The name of a note or a round sum after its number."""

    def fits(self, written: str, *lists: str) -> bool:
        """Whether a word found without its accents in one of the lists has the right ones, if they count here."""
        return not self.spelled or any(_key(written.lower()) in self.spelled[name] for name in lists)

    def number(self, list_: str, word: str) -> int:
        """The number that a word of the list stands for; digits stand for themselves."""
        return int(word) if word.isdigit() else int(self.words[list_][_key(word)])

    def named(self, list_: str, word: str) -> str:
        """The name that a word of the list stands for."""
        return str(self.words[list_][_key(word)])

    def value(self, list_: str, word: str) -> Decimal | None:
        """The number that a word of the list stands for, whole or not; None if it is not in the list."""
        found = self.words[list_].get(_key(word))
        return None if found is None else Decimal(found)

    def whole(self, said: str) -> int | None:
        """A whole number up to a few thousand in digits, as an ordinal ("3." too) or in one or more words."""
        if digits := _LEADING_DIGITS.match(said):
            return int(digits[0])
        for list_ in ("ordinal", "small_number", "number"):
            if (value := self.value(list_, said)) is not None:
                return int(value)
        words = [part["word"] for part in self.number_part.finditer(said)]
        values = [value for word in words if (value := self.value("number", word)) is not None]
        if len(values) == len(words) > 1 and max(values) < 10:
            return int("".join(str(int(value)) for value in values))
        total = Decimal(0)
        for word in words:
            scale = self.value("scale", word)
            low = total % scale if scale else Decimal(0)
            total = total - low + max(low, Decimal(1)) * scale if scale else total + (self.value("number", word) or 0)
        return int(total) if words else None

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
    """Those of ``languages`` that there are words of; English if there are none."""
    known = known_languages()
    wanted = [language for language in languages if language in known] or [_FALLBACK]
    return tuple(lexicon(language) for language in dict.fromkeys(wanted))


def read_lexicon(text: str, language: str, file: str) -> Lexicon:
    """A lexicon of the text of its file."""
    try:
        content = yaml.load(text, Loader=BaseLoader)  # noqa: S506 (it makes strings only: "no" is a word here)
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
        short = self._add_names(words)
        words["small_number"] = words["small_number"] or words["number"]
        if not {*words["unit"].values(), *words["pair"].values()} <= form.UNITS:
            self._fail(f"'unit' and 'pair' know only {', '.join(sorted(form.UNITS))}")
        try:
            fractions = [Decimal(value) for value in words["fraction"].values()]
        except InvalidOperation:
            self._fail("'fraction' has something else where a decimal number should be")
        assert len(fractions) == len(words["fraction"])
        sets = {name: frozenset(plain_pattern(word) for word in self._list(name)) for name in form.SETS}
        sets["month_unsure"] |= short
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
            self._content.get("slang_currency", ""),
            name_alone=self._compiled("fragments of a name", rf"\W*{macros['name']}\W*"),
            numbers=self._compiled("fragments of numbers", _numbers(expanded, macros)),
            number_part=self._compiled("number_joint", _number_part(expanded, macros)),
            units_first=self._compiled("number_units_first", expanded["number_units_first"] or _NEVER),
            half_after=self._compiled("number_half_after", expanded["number_half_after"] or _NEVER),
            spelled=self._spelled() if fragments["accents"] else {},
            factors=self._compiled("factor", _factors(words, expanded)),
            slang_after=self._compiled("slang", rf"[\s-]?(?P<name>{macros['slang']}){_word_end(expanded)}"),
        )

    def _check_keys(self) -> None:
        about = {"language", "written_by", "reviewed_by_native", "fragment", "pattern"}
        wanted = {*form.NUMBERED, *form.NAMED, *form.CHOICES, *form.SETS, *form.TEXTS, *about}
        self._same("lists", set(self._content), wanted)
        self._same("fragments", set(self._content["fragment"]), set(form.FRAGMENTS))
        self._same("patterns", set(self._content["pattern"]), set(form.PATTERNS))

    def _spelled(self) -> dict[str, frozenset[str]]:
        numbered = {
            name: [word for words in (self._content.get(name) or {}).values() for word in words]
            for name in (*form.NUMBERED, *form.NAMED)
        }
        listed = {name: self._list(name) for name in form.SETS}
        return {name: frozenset(_key(word.lower()) for word in words) for name, words in {**numbered, **listed}.items()}

    def _add_names(self, words: Mapping[str, dict[str, int | str]]) -> frozenset[str]:
        """Add CLDR's names of months and days that the file has no other meaning for; the short ones of months."""
        locale, short = Locale.parse(self._content["language"]), set()
        for name, tables in (("month", locale.months), ("weekday", locale.days)):
            for width in ("wide", "abbreviated"):
                for table in (tables["format"], tables["stand-alone"]):
                    for number, written in table.get(width, {}).items():
                        word = _key(plain_pattern(str(written).lower().rstrip(".")))
                        if word not in words[name] and not (len(word) == 1 and stands_alone(word)):
                            words[name][word] = int(number)
                            if name == "month" and width == "abbreviated" and not stands_alone(word[-1]):
                                short.add(word)
        return frozenset(short)

    def _same(self, what: str, found: set[str], wanted: set[str]) -> None:
        if missing := sorted(wanted - found - form.OPTIONAL):
            self._fail(f"{what} missing: {', '.join(missing)}")
        if unknown := sorted(found - wanted):
            self._fail(f"unknown {what}: {', '.join(unknown)}")

    def _words(self, name: str, kind: type[int | str]) -> dict[str, int | str]:
        found: dict[str, int | str] = {}
        for key, words in (self._content.get(name) or {}).items():
            try:
                value: int | str = kind(key)
            except ValueError:
                self._fail(f"'{name}' has {key!r} where a number should be")
            if not isinstance(words, list):
                self._fail(f"'{name}.{key}' should be a list of words")
            for word in words:
                plain = _key(plain_pattern(word.lower()))
                if found.setdefault(plain, value) != value:
                    self._fail(f"'{name}' has {word!r} twice, with two meanings")
        return found

    def _list(self, name: str) -> list[str]:
        words = self._content.get(name) or []
        if not isinstance(words, list):
            self._fail(f"'{name}' should be a list of words")
        return [str(word).lower() for word in words]

    def _choices(self) -> dict[str, dict[str, str]]:
        return {
            name: {key: plain_pattern(value) for key, value in self._content[name].items()} for name in form.CHOICES
        }

    def _patterns(self, name: str, macros: Mapping[str, str]) -> tuple[re.Pattern[str], ...]:
        default = [form.DEFAULTS[name]] if name in form.DEFAULTS else []
        written = self._content["pattern"].get(name, default) or []
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


def _key(word: str) -> str:
    return _GAP.sub(" ", word)


def _alternatives(words: Mapping[str, object]) -> str:
    longest_first = sorted(words, key=lambda word: (-len(word), word))
    return "|".join(re.escape(word).replace(r"\ ", r"[\s-]+") for word in longest_first) or _NEVER


def _numbers(fragments: Mapping[str, str], macros: Mapping[str, str]) -> str:
    """Words that stand together, taken at once (nothing is tried twice), to the end of a word where words have ends.

    By an atomic group: possessive quantifiers match wrongly before Python 3.11.5, and Debian 12 has 3.11.2.
    """
    word, joint = _number_word(macros), fragments["number_joint"]
    half = rf"(?P<half>{fragments['number_half'] or _NEVER})\s*(?={macros['scale']})"
    lead = rf"{half}|{fragments['number_lead'] or _NEVER}"
    before, end = fragments["number_before"], _word_end(fragments)
    return rf"{before}(?:{lead})?(?P<words>(?>(?:{word})(?:(?:{joint})(?:{word}))*)){end}"


def _number_part(fragments: Mapping[str, str], macros: Mapping[str, str]) -> str:
    return rf"(?P<joint>{fragments['number_joint']})?(?P<word>{_number_word(macros)})"


def _number_word(macros: Mapping[str, str]) -> str:
    lists = f"{macros['number']}|{macros['scale']}|{macros['fraction']}"
    return "|".join(sorted(lists.split("|"), key=len, reverse=True))


def _word_end(fragments: Mapping[str, str]) -> str:
    """Where a word may end: before no letter or before an ending; anywhere after what is written without spaces."""
    ending = rf"|(?=(?:{fragments['ending']})(?!\w))" if fragments["ending"] else ""
    return rf"(?:(?<=[\u3005-\u9fff])|(?!\w){ending})"


def _factors(words: Mapping[str, Mapping[str, int | str]], fragments: Mapping[str, str]) -> str:
    end = r"(?:(?<=[\u3005-\u9fff])|(?![^\W\d_]))" if fragments["number_tail"] else _word_end(fragments)
    return rf"\s?(?P<word>{_alternatives({**words['scale'], **words['factor']})}){end}"


def _name(fragments: Mapping[str, str]) -> str:
    """One to four words without an article before, "Marks and Spencer" too."""
    stop = rf"(?!(?:{fragments['stop'] or _NEVER})\b)"
    word = rf"{stop}[^\W\d_][\w.&'+-]*"
    more = rf"{stop}(?:&\s)?[^\W\d_][\w.&'+-]*"
    partners = rf"(?:{fragments['partners'] or _NEVER})?"
    article = rf"(?:{fragments['article'] or _NEVER})?"
    return rf"{article}(?P<name>{word}(?:[\s-]+{more}){{0,3}}{partners})"
