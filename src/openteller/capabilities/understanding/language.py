"""Which of the bank's languages a message is in, and how sure that is.

The script decides where only one language is written in it. Between languages of one script three witnesses are heard:
the words and letters of the pack's own examples, the everyday words of the lexicons, and an identifier that was trained
on much else and is good at sentences. What says nothing ("ok", "Madrid", "50") leaves it open: the language that the
customer has been writing gets the benefit, with little confidence.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from babel import Locale, UnknownLocaleError

from openteller.capabilities.understanding.letter_odds import WordOdds, count_words
from openteller.capabilities.understanding.letters import plain_text, without_marks
from openteller.capabilities.understanding.lexicon import known_languages, lexicon
from openteller.capabilities.understanding.material import Material
from openteller.ports import LanguageIdentifier

_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
_PLACEHOLDER = re.compile(r"⟦[^⟧]*⟧|https?://\S+|\S+@\S+")
_EVERYDAY_WEIGHT = 8
"""How many sightings in the examples an everyday word is worth."""
_MOST, _MOST_UNKNOWN, _NAME_SHARE = 4.0, 1.2, 0.25
"""Most that one word may say (log odds), one that nobody knows, and how much of it a name may."""
_HOME = 0.7
"""Log odds for the language of the conversation."""
_FOREIGN_WORDS, _FOREIGN_SHARE, _KNOWN_SHARE = 4, 0.9, 0.4
"""Another language is believed from so many words, so high a share, and so few words that ours know."""
_SCRIPT_SURE, _ONE_WORD = 0.995, 0.9
"""How sure a script of its own makes us, and how sure a single word can."""
_WORDS = 60
"""More words than these tell no more."""


@dataclass(frozen=True, slots=True)
class Spoken:
    """The best of the bank's languages with how sure it is (0–1); ``other``: the message is surely in none of them."""

    language: str
    confidence: float
    other: str | None = None


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
        self._everyday = frozenset[str]().union(*(_everyday(language) for language in languages))
        self._odds = {language: WordOdds(_with_everyday(language, counts.get(language, {}))) for language in languages}

    def read(self, text: str, home: str) -> Spoken:
        """The language of ``text``; ``home`` is the one that the conversation is held in."""
        said = _PLACEHOLDER.sub(" ", text)
        default = home if home in self._languages else self._languages[0]
        script = _main_script(said)
        if script is None:
            return Spoken(default, 1.0 if len(self._languages) == 1 else 0.0)
        written = [language for language in self._languages if script_of(language) == script]
        if not written:
            return Spoken(default, 0.0, self._foreign_by_script(script))
        other = self._other(said, written)
        if len(self._languages) == 1:
            return Spoken(default, 1.0, other)
        if len(written) == 1:
            return Spoken(written[0], 0.0 if other else _SCRIPT_SURE, other)
        best, sure = self._weigh(said, written, default)
        return Spoken(best, 0.0 if other else sure, other)

    def _weigh(self, said: str, written: Sequence[str], home: str) -> tuple[str, float]:
        """The likeliest of languages that share a script, and its probability."""
        scores = dict.fromkeys(written, 0.0)
        scores[home] = scores.get(home, 0.0) + _HOME
        found = [match[0] for match in _WORD.finditer(said)][:_WORDS]
        shouted = said.isupper()
        titles = all(word[0].isupper() for word in found)
        for place, word in enumerate(found):
            may_be_name = word[0].isupper() and not shouted and (place > 0 or titles)
            for language, odds in self._word(word, written, may_be_name=may_be_name).items():
                scores[language] += odds
        for language, odds in self._identified(said, written, len(found)).items():
            scores[language] += odds
        best = max(written, key=lambda language: (scores[language], language == home))
        total = sum(math.exp(min(50.0, scores[language] - scores[best])) for language in written)
        return best, min(1 / total, _ONE_WORD if len(found) < 2 else 1.0)

    def _word(self, word: str, written: Sequence[str], *, may_be_name: bool) -> dict[str, float]:
        """What one word says for each language, the least likely at 0."""
        plain = plain_text(without_marks(word)[0])
        chances = {language: self._odds[language].log_chance(plain) for language in written}
        known = any(self._odds[language].knows(plain) for language in written)
        named = may_be_name and plain not in self._everyday
        most = (_MOST if known else _MOST_UNKNOWN) * (_NAME_SHARE if named else 1.0)
        least = max(chances.values()) - most
        return {language: max(chance, least) - least for language, chance in chances.items()}

    def _identified(self, said: str, written: Sequence[str], count: int) -> dict[str, float]:
        """What the identifier says, the more the longer the text is."""
        if self._identifier is None or count < 2:
            return {}
        language, share = self._identifier.identify(said, written)
        share = min(max(share, 1e-6), 1 - 1e-6)
        return {language: min(3.0, math.log(share / (1 - share))) * min(1.0, count / 6)} if share > 0.5 else {}

    def _other(self, said: str, written: Sequence[str]) -> str | None:
        """A language that is none of the bank's, if the message is long and strange enough to say so."""
        found = _plain_words(said)
        if self._identifier is None or len(found) < _FOREIGN_WORDS:
            return None
        known = max(sum(self._odds[language].knows(word) for word in found) for language in written)
        if known > _KNOWN_SHARE * len(found):
            return None
        language, share = self._identifier.identify(said, ())
        return language if share >= _FOREIGN_SHARE and language not in self._languages else None

    def _foreign_by_script(self, script: str) -> str:
        """The language we know of that is written so; ``und`` if we know none."""
        return next((language for language in known_languages() if script_of(language) == script), "und")


def words_spoken(material: Material) -> dict[str, dict[str, int]]:
    """For each language the words of its examples and how often each stands there: what a ``LanguageReader`` needs."""
    return {
        language: count_words(_plain_words(row.text) for row in material.examples if row.language == language)
        for language in material.languages
    }


def _plain_words(text: str) -> list[str]:
    return [plain_text(without_marks(word)[0]) for word in _WORD.findall(_PLACEHOLDER.sub(" ", text))]


@lru_cache(maxsize=64)
def script_of(language: str) -> str:
    """The script a language is written in ("LATIN"), by how CLDR writes its name in it."""
    try:
        name = Locale.parse(language.replace("-", "_")).display_name or ""
    except (UnknownLocaleError, ValueError):
        return "LATIN"
    return _main_script(name) or "LATIN"


def _main_script(text: str) -> str | None:
    """The script of most letters; None without letters."""
    scripts = Counter(_script(mark) for mark in text if mark.isalpha())
    return scripts.most_common(1)[0][0] if scripts else None


@lru_cache(maxsize=4096)
def _script(mark: str) -> str:
    return "LATIN" if mark.isascii() else unicodedata.name(mark, "UNKNOWN").partition(" ")[0]


def _with_everyday(language: str, counts: Mapping[str, int]) -> dict[str, int]:
    return {**counts, **{word: counts.get(word, 0) + _EVERYDAY_WEIGHT for word in sorted(_everyday(language))}}


def _everyday(language: str) -> frozenset[str]:
    entries = lexicon(language).sets["everyday"] if language in known_languages() else frozenset[str]()
    return frozenset(word for entry in entries for word in entry.split())
