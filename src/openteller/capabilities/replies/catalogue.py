"""The pack's wording in all its languages: ``replies/<language>/*.po``, key → template.

Lookup falls back (``pt-BR`` → ``pt`` → the pack's default language), so that a customer always gets a sentence; the
check does not: a translation that is missing, or loses or invents a field, is a fault.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from pathlib import Path

from babel import Locale, UnknownLocaleError

from openteller.capabilities.replies.po_file import Fault, read_po_file
from openteller.capabilities.replies.templates import COUNT, Template
from openteller.domain.errors import ConfigurationError, InvariantError

Wording = Mapping[str, Mapping[str, Template]]
"""Language → key → template."""


class Catalogue:
    """The wording of one pack version, immutable once read."""

    def __init__(self, wording: Wording, default_locale: str) -> None:
        self._wording = wording
        self._default = parse_locale(default_locale)
        self._chain = lru_cache(maxsize=512)(self._languages_for)
        self._voice = lru_cache(maxsize=512)(self._locale_for)

    @property
    def languages(self) -> tuple[str, ...]:
        """Every language with wording, sorted."""
        return tuple(sorted(self._wording))

    @property
    def keys(self) -> frozenset[str]:
        """Every key that can be said: those of the default language."""
        return frozenset(self._wording[self._languages_for("")[-1]])

    def templates(self) -> Iterable[Template]:
        """Every template in every language."""
        return (template for language in self.languages for template in self._wording[language].values())

    def template(self, key: str, locale: str) -> Template:
        """The wording of ``key`` for ``locale``. InvariantError when no language has it: the pack check was skipped."""
        for language in self._chain(locale):
            found = self._wording[language].get(key)
            if found is not None:
                return found
        raise InvariantError(f"no reply {key!r} in the catalogue")

    def promises(self, key: str) -> str | None:
        """The kind of obligation that the sentence makes, as its wording in the default language says."""
        found = self._wording[self._languages_for("")[-1]].get(key)
        return None if found is None else found.promises

    @property
    def promised(self) -> frozenset[str]:
        """Every kind of obligation that some sentence makes."""
        return frozenset(kind for key in self.keys if (kind := self.promises(key)) is not None)

    def wordings(self, key: str) -> tuple[str, ...]:
        """The wording of ``key`` in every language that has it."""
        return tuple(
            self._wording[language][key].texts[0] for language in self.languages if key in self._wording[language]
        )

    def language(self, locale: str) -> str:
        """The language a customer of ``locale`` is answered in."""
        return self._chain(locale)[0]

    def locale(self, language: str, locale: str) -> Locale:
        """How values are written in a sentence of ``language`` for a customer of ``locale``: their own way where it is
        of that language, else that language's way in their country, so that no Polish month stands in English words.
        """
        return self._voice(language, locale)

    def strings(self, prefix: str, locale: str) -> dict[str, str]:
        """All wording below ``prefix`` (``widget.``) as it is written, fields and all: for faces that fill it."""
        return {key: self.template(key, locale).texts[0] for key in sorted(self.keys) if key.startswith(prefix)}

    def right_to_left(self, locale: str) -> bool:
        """Whether the language that ``locale`` is answered in runs from right to left."""
        return bool(Locale.parse(self.language(locale)).text_direction == "rtl")

    def _languages_for(self, locale: str) -> tuple[str, ...]:
        wanted = [parsed for parsed in (_known(locale), self._default) if parsed is not None]
        names = [name for one in wanted for name in (str(one), f"{one.language}_{one.script}", one.language)]
        return tuple(dict.fromkeys(name for name in names if name in self._wording))

    def _locale_for(self, language: str, locale: str) -> Locale:
        own = _known(locale)
        if own is not None and own.language == language.split("_", maxsplit=1)[0] and own.territory:
            return own
        if self._default.language == language and (own is None or own.language == language):
            return self._default
        in_country = _known(f"{language}_{own.territory}") if own is not None and own.territory else None
        return in_country or (self._default if self._default.language == language else Locale.parse(language))


def parse_locale(locale: str) -> Locale:
    """A CLDR locale of ``en-GB`` or ``en_GB``. ConfigurationError when there is none of that name."""
    parsed = _known(locale)
    if parsed is None:
        raise ConfigurationError(f"{locale!r} is not a locale, such as en-GB")
    return parsed


def read_catalogue(
    folders: Sequence[Path], languages: Sequence[str], default_locale: str
) -> tuple[Catalogue, tuple[Fault, ...]]:
    """The catalogue of these ``replies`` folders, base first, and everything that is wrong with it, sorted by place.

    The wording of a later folder takes the place of an earlier one's.
    """
    wording: dict[str, dict[str, Template]] = {language: {} for language in languages}
    faults: list[Fault] = []
    for folder in folders:
        for language in languages:
            found, bad = _read_language(folder, language)
            wording[language].update(found)
            faults += bad
    faults += (
        Fault(str(folders[0] / language), 1, "no wording: there is no .po file here")
        for language in languages
        if not any(any((folder / language).glob("*.po")) for folder in folders)
    )
    faults += (
        Fault(str(other), 1, "a language that pack.yaml does not list")
        for other in folders[-1].glob("*")
        if other.is_dir() and other.name not in languages
    )
    catalogue = Catalogue(wording, default_locale)
    default = parse_locale(default_locale).language
    if default not in wording:
        raise ConfigurationError(f"the default locale {default_locale!r} is of no language of the pack")
    for language in languages:
        if language != default:
            faults += _compare(wording[default], wording[language], str(folders[-1] / language))
    return catalogue, tuple(sorted(faults))


def _read_language(folder: Path, language: str) -> tuple[dict[str, Template], list[Fault]]:
    """One pack's wording in one language; there a key is said once."""
    wording: dict[str, Template] = {}
    faults: list[Fault] = []
    for path in sorted((folder / language).glob("*.po")):
        templates, bad = read_po_file(path, str(path), language)
        faults += bad
        for template in templates:
            first = wording.setdefault(template.key, template)
            if first is not template:
                place = f"{first.file}:{first.line}"
                faults.append(Fault(template.file, template.line, f"{template.key}: said twice, first at {place}"))
    return wording, faults


def load_catalogue(folders: Sequence[Path], languages: Sequence[str], default_locale: str) -> Catalogue:
    """The catalogue, or ConfigurationError with the first fault's file and line (and how many there are)."""
    catalogue, faults = read_catalogue(folders, languages, default_locale)
    refuse(faults)
    return catalogue


def refuse(faults: Sequence[Fault]) -> None:
    """Nothing when there are no faults, else ConfigurationError: content with a fault is not served."""
    if faults:
        more = f" (and {len(faults) - 1} more)" if len(faults) > 1 else ""
        raise ConfigurationError(faults[0].message + more, file=faults[0].file, line=faults[0].line)


def missing_replies(catalogue: Catalogue, needed: Iterable[str]) -> tuple[str, ...]:
    """Which of the ``needed`` keys have no wording, sorted; a pack with any refuses to start."""
    return tuple(sorted(set(needed) - catalogue.keys))


def _compare(source: Mapping[str, Template], other: Mapping[str, Template], place: str) -> Iterable[Fault]:
    for key, template in source.items():
        if key not in other:
            yield Fault(place, 1, f"{key}: no translation ({template.file}:{template.line} has it)")
    for key, template in other.items():
        if key not in source:
            yield Fault(template.file, template.line, f"{key}: a key that the default language does not have")
            continue
        lost, invented = source[key].fields - template.fields - {COUNT}, template.fields - source[key].fields - {COUNT}
        if lost or invented:
            words = [f"loses {{{name}}}" for name in sorted(lost)]
            words += (f"invents {{{name}}}" for name in sorted(invented))
            yield Fault(template.file, template.line, f"{key}: {', '.join(words)}")


def _known(locale: str) -> Locale | None:
    try:
        return Locale.parse(locale.replace("-", "_"))
    except (ValueError, TypeError, UnknownLocaleError):
        return None
