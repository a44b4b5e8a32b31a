"""Which of the bank's languages a message is in, and how sure that is.

The script decides where only one language is written in it, and kana tell Japanese from Chinese. Between languages of
one script three witnesses are heard: the words and letters of the pack's own examples, the common words of each
language, and an identifier that was trained on much else and is good at sentences. What says nothing ("ok", "Madrid",
"50") leaves it open: the language that the customer has been writing gets the benefit, with little confidence.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

import numpy as np
from babel import Locale, UnknownLocaleError

from openteller.capabilities.understanding.letter_odds import LETTERS, Vector, WordOdds, count_words
from openteller.capabilities.understanding.letters import is_mark, plain_letter
from openteller.capabilities.understanding.lexicon import known_languages, lexicon
from openteller.capabilities.understanding.material import Material
from openteller.ports import LanguageIdentifier

_ALONE = "\u3005-\u3007\u3041-\u309f\u30a1-\u30fa\u30fc-\u30ff\u3400-\u9fff\uf900-\ufaff"
_WORD = re.compile(rf"[{_ALONE}]+|[^\W\d_{_ALONE}]+(?:['’][^\W\d_{_ALONE}]+)*")
_PLACEHOLDER = re.compile(r"⟦[^⟧]*⟧|https?://\S+|\S+@\S+")
_LATIN, _HAN, _KANA = "LATIN", "CJK", "KANA"
_SCRIPTS = {"HIRAGANA": _KANA, "KATAKANA": _KANA, "KATAKANA-HIRAGANA": _KANA, "IDEOGRAPHIC": _HAN}

_LISTED = 0.5
"""Share of the common words of a language beside those of the examples."""
_MOST, _MOST_UNKNOWN, _NAME_SHARE = 5.0, 4.0, 0.25
"""Most that one word may say (log odds), one that nobody knows, and how much of it a name may."""
_MOST_IDENTIFIED, _UNHEARD = 12.0, 9.0
"""The most that the identifier may say against a language, and what it says against one in a script not its own."""
_DOUBT = 0.5
"""What the log odds of all witnesses together are worth, since they often see the same."""
_HOME = 0.7
"""Log odds for the language of the conversation."""
_HAN_ALONE = 2.0
"""Log odds for Chinese in a text of Chinese characters alone."""
_RARELY = 100
"""A language is written in another script too if its examples have so many words in it."""
_FOREIGN_WORDS, _FOREIGN_ODDS, _KNOWN_SHARE = 4, 12.0, 0.6
"""Another language is believed from so many words, such log odds, and so few words that ours know."""
_SCRIPT_SURE, _ONE_WORD = 0.995, 0.9
"""How sure a script of its own makes us, and how sure a single word can."""
_WORDS = 60
"""More words than these tell no more."""
_CHARACTER, _LOAN, _LOAN_NAME = 0.6, 0.5, 0.2
"""What a Chinese character or a kana counts beside a word of another script when the main one is told, and what a Latin
word, because they are borrowed everywhere, and one with a capital."""
_BORROWED_KANA = 0.1
"""More kana than these in a text make it Japanese: Chinese borrows の."""
_MANY_WORDS = 8_000


@dataclass(frozen=True, slots=True)
class Spoken:
    """The best of the bank's languages with how sure it is (0–1); ``other``: the message is surely in none of them."""

    language: str
    confidence: float
    other: str | None = None


@dataclass(frozen=True, slots=True)
class _Group:
    """Languages that are written in one script, and their words in it; it is the usual one of those in ``own``."""

    script: str
    languages: tuple[str, ...]
    own: frozenset[str]
    odds: WordOdds


class LanguageReader:
    """Reads the language of messages. ``counts``: for each language the words of the pack's examples."""

    def __init__(
        self,
        languages: Sequence[str],
        counts: Mapping[str, Mapping[str, int]],
        identifier: LanguageIdentifier | None,
    ) -> None:
        self._languages = tuple(languages)
        self._identifier = identifier
        self._common = frozenset[str]().union(*(_common(language) for language in languages))
        shares = {language: _shares(language, counts.get(language, {})) for language in languages}
        scripts = sorted({script_of(language) for language in languages})
        self._groups = {script: _group(script, shares) for script in scripts}
        self._heard = lru_cache(maxsize=20_000)(self._hear)

    def read(self, text: str, home: str) -> Spoken:
        """The language of ``text``; ``home`` is the one that the conversation is held in, "" if nothing is known."""
        said = unicodedata.normalize("NFKC", _PLACEHOLDER.sub(" ", text))
        default = home if home in self._languages else self._languages[0]
        found = _WORD.findall(said)[:_WORDS]
        script = _main_script(found)
        if script is None:
            return Spoken(default, 1.0 if len(self._languages) == 1 else 0.0)
        group = self._groups.get(_HAN if script == _KANA else script)
        if group is None or (script == _KANA and "ja" not in self._languages):
            return Spoken(default, 0.0, self._foreign_by_script(script))
        words = [word for word in found if _script_of_word(word) == group.script]
        other = self._other(said, words, group)
        if len(self._languages) == 1:
            return Spoken(default, 1.0, other)
        if script == _KANA:
            return Spoken("ja", _SCRIPT_SURE)
        if len(group.languages) == 1:
            return Spoken(group.languages[0], 0.0 if other else _SCRIPT_SURE, other)
        best, sure = self._weigh(said, words, group, home)
        if best not in group.own:
            return Spoken(best, sure)  # the identifier knows no Hindi in Latin letters and takes it for anything
        return Spoken(best, 0.0 if other else sure, other)

    def _weigh(self, said: str, words: Sequence[str], group: _Group, home: str) -> tuple[str, float]:
        """The likeliest of languages that share a script, and its probability."""
        scores = np.array([_HOME if language == home else 0.0 for language in group.languages])
        if group.script == _HAN and "zh" in group.languages:
            scores[group.languages.index("zh")] += _HAN_ALONE
        names = [False] * len(words) if said.isupper() else self._names(words)
        for word, name in zip(words, names, strict=True):
            for form in _forms(word):
                scores += self._heard(group.script, form) * (_NAME_SHARE if name else 1.0)
        scores += self._identified(said, group) * (1 - (1 - _NAME_SHARE) * sum(names) / len(words))
        best = max(range(len(scores)), key=lambda place: (scores[place], group.languages[place] == home))
        total = float(np.exp(_DOUBT * (scores - scores[best])).sum())
        return group.languages[best], min(1 / total, _ONE_WORD if len(words) < 2 else 1.0)

    def _names(self, words: Sequence[str]) -> list[bool]:
        """Which words are names, and say little of the language: those with a capital that are not common, and in a
        sentence common ones beside them ("El" of "Guardería El Nido").
        """
        tall = [word[0].isupper() for word in words]
        new = [one and not self._common.issuperset(_forms(word)) for one, word in zip(tall, words, strict=True)]
        if all(tall):
            return new
        tall[0] = new[0] = False  # any word begins a sentence with a capital
        return [one and any(new[max(0, place - 1) : place + 2]) for place, one in enumerate(tall)]

    def _hear(self, script: str, form: str) -> Vector:
        """What one word says for each language of the group, the least likely at 0."""
        odds = self._groups[script].odds
        chances = odds.log_chances(form)
        least = float(chances.max()) - (_MOST if odds.known(form).any() else _MOST_UNKNOWN)
        return np.maximum(chances, least) - least

    def _identified(self, said: str, group: _Group) -> Vector:
        """What the identifier says for each language of the group, the likeliest at 0.

        Of languages that are not usually written in this script it knows nothing.
        """
        if self._identifier is None:
            return np.zeros(len(group.languages))
        chances = self._identifier.identify(said)
        likeliest = max(chances.get(name, -math.inf) for name in group.own)
        return np.array(
            [
                max(chances.get(name, -math.inf) - likeliest, -_MOST_IDENTIFIED) if name in group.own else -_UNHEARD
                for name in group.languages
            ]
        )

    def _other(self, said: str, words: Sequence[str], group: _Group) -> str | None:
        """A language that is none of the bank's, if the message is long and strange enough to say so."""
        if self._identifier is None or group.script == _HAN or len(words) < _FOREIGN_WORDS:
            return None
        known = np.array([group.odds.known(form) for word in words for form in _forms(word)])
        if known.mean(axis=0).max() > _KNOWN_SHARE:
            return None
        chances = self._identifier.identify(said)
        language = max(chances, key=lambda name: chances[name])
        ours = max(chances.get(name, -math.inf) for name in self._languages)
        return language if chances[language] - ours >= _FOREIGN_ODDS else None

    def _foreign_by_script(self, script: str) -> str:
        """The language we know of that is written so; ``und`` if we know none."""
        if script == _KANA:
            return "ja"
        return next((language for language in known_languages() if script_of(language) == script), "und")


def words_spoken(material: Material) -> dict[str, dict[str, int]]:
    """For each language the words of its texts and how often each stands there: what a ``LanguageReader`` needs. Where
    they are very many, those of a single text tell nothing more.
    """
    signals = [row for signal in material.signals for row in signal.written]
    texts: dict[str, dict[str, None]] = {language: {} for language in material.languages}
    for row in (*material.examples, *signals):
        if row.language in texts:
            texts[row.language][row.text] = None
    counted = {language: count_words(_words(text) for text in said) for language, said in texts.items()}
    return {
        language: {word: count for word, count in words.items() if count > 1 or len(words) <= _MANY_WORDS}
        for language, words in counted.items()
    }


def _words(text: str) -> list[str]:
    said = unicodedata.normalize("NFKC", _PLACEHOLDER.sub(" ", text))
    return [form for word in _WORD.findall(said) for form in _forms(word)]


def _forms(word: str) -> list[str]:
    """A word as it is compared: Latin ones in small letters with their accents, others in comparable letters.

    Of characters that stand alone, each and each pair.
    """
    if word.isascii():
        return [word.lower()]
    if _script_of_word(word) == _HAN:
        return [*word, *(word[place : place + 2] for place in range(len(word) - 1))]
    return ["".join(_form(mark) for mark in word if not is_mark(mark))]


@lru_cache(maxsize=4096)
def _form(mark: str) -> str:
    if _script(mark) != _LATIN:
        return plain_letter(mark)
    return {"’": "'", "İ": "i"}.get(mark) or mark.lower()


@lru_cache(maxsize=64)
def script_of(language: str) -> str:
    """The script a language is written in ("LATIN"), by how CLDR writes its name in it."""
    try:
        name = Locale.parse(language.replace("-", "_")).display_name or ""
    except (UnknownLocaleError, ValueError):
        return _LATIN
    return _main_script(_WORD.findall(name)) or _LATIN


def _main_script(words: Sequence[str]) -> str | None:
    """The script of most words; Latin ones count less. None without words."""
    counts: dict[str, float] = {}
    for word in words:
        script = _script_of_word(word)
        if script == _LATIN:
            weight = _LOAN_NAME if word[0].isupper() else _LOAN
        else:
            weight = _CHARACTER * len(word) if script == _HAN else 1.0
        counts[script] = counts.get(script, 0.0) + weight
    if not counts:
        return None
    script = max(counts, key=lambda name: counts[name])
    if script == _HAN:
        marks = "".join(word for word in words if _script_of_word(word) == _HAN)
        kana = sum(_script(mark) == _KANA for mark in marks)
        return _KANA if kana > _BORROWED_KANA * len(marks) else _HAN
    return script


def _script_of_word(word: str) -> str:
    """The script of its first letter; kana and Chinese characters are one."""
    script = _script(word[0])
    return _HAN if script == _KANA else script


@lru_cache(maxsize=8192)
def _script(mark: str) -> str:
    if mark.isascii():
        return _LATIN
    name = unicodedata.name(mark, "UNKNOWN").partition(" ")[0]
    return _SCRIPTS.get(name, name)


def _group(script: str, shares: Mapping[str, Mapping[str, float]]) -> _Group:
    """The languages that are written in ``script``, usually or as customers without another keyboard write them."""
    written = {
        language: {word: share for word, share in words.items() if _script_of_word(word) == script}
        for language, words in shares.items()
    }
    own = frozenset(language for language in shares if script_of(language) == script)
    languages = tuple(language for language, words in written.items() if language in own or len(words) >= _RARELY)
    letters = 0 if len(languages) < 2 else 1 if script == _HAN else LETTERS
    return _Group(script, languages, own, WordOdds([written[language] for language in languages], letters))


def _shares(language: str, counts: Mapping[str, int]) -> dict[str, float]:
    """For each word how much of what is written in ``language`` it makes up: in the examples and of common words."""
    common = _common(language)
    total = sum(counts.values())
    listed = (_LISTED if total else 1.0) / max(1, len(common))
    shares = {word: (1 - _LISTED) * count / total for word, count in counts.items()}
    for word in sorted(common):
        shares[word] = shares.get(word, 0.0) + listed
    return shares


@lru_cache(maxsize=32)
def _common(language: str) -> frozenset[str]:
    """The common words of a language: ``common_words/<language>.txt`` and those that its lexicon calls everyday."""
    entries = lexicon(language).sets["everyday"] if language in known_languages() else frozenset[str]()
    file = files(__package__).joinpath("common_words", f"{language}.txt")
    lines = file.read_text(encoding="utf-8").splitlines() if file.is_file() else []
    said = " ".join([*entries, *(line for line in lines if not line.startswith("#"))])
    return frozenset(_words(said))
