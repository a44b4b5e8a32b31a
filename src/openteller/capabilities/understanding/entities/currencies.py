"""Which currency a sign, code or word names; ``$``, ``kr``, ``¥``, "dinar" depend on where the customer is.

Names of currencies count in the languages of the message and in English: a sum is often said so (50 pounds, 20 euros).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

from babel import Locale
from babel.numbers import get_currency_name

from openteller.capabilities.understanding.letters import plain_pattern, plain_text, stands_alone
from openteller.capabilities.understanding.lexicon import Lexicon, lexicon
from openteller.yaml_loaders import safe_load

_LINGUA_FRANCA = "en"


@dataclass(frozen=True)
class _Names:
    """``exact``: name → ISO 4217 code; ``family``: name → where to look (``shared``); ``minor``: name → family."""

    exact: Mapping[str, str]
    family: Mapping[str, str]
    minor: Mapping[str, str]
    shared: Mapping[str, Mapping[str, str]]
    capitals: frozenset[str]
    after: re.Pattern[str]
    before: re.Pattern[str]
    minor_after: re.Pattern[str]


def territory(locale: str) -> str:
    """The territory of a locale ("GB" of ``en-GB``); its language when it names none."""
    parts = locale.replace("_", "-").split("-")
    found = next((part for part in parts[1:] if len(part) == 2 and part.isalpha()), None)
    return found.upper() if found else parts[0] if len(parts) == 1 else parts[0].upper()


def currency_after(text: str, end: int, lexicons: Sequence[Lexicon], written: str = "") -> tuple[str, int] | None:
    """The name of a currency right after ``end``, and where it ends."""
    names = _names(_languages(lexicons))
    match = names.after.match(text, end)
    if match is None or _is_word(match[1], written[match.start(1) : match.end(1)], names):
        return None
    return match[1], match.end(1)


def currency_before(text: str, start: int, lexicons: Sequence[Lexicon], written: str = "") -> tuple[str, int] | None:
    """The name of a currency right before ``start``, and where it begins."""
    names, window = _names(_languages(lexicons)), max(0, start - 24)
    match = names.before.search(text[window:start])
    if match is None:
        return None
    begins = window + match.start(1)
    return None if _is_word(match[1], written[begins : begins + len(match[1])], names) else (match[1], begins)


def minor_after(text: str, end: int, lexicons: Sequence[Lexicon]) -> tuple[str, int] | None:
    """The name of a hundredth ("pence") right after ``end``, and where it ends."""
    match = _names(_languages(lexicons)).minor_after.match(text, end)
    return (match[1], match.end(1)) if match else None


def currency_of(name: str, locale: str, lexicons: Sequence[Lexicon]) -> str | None:
    """The ISO 4217 code that a sign, code or word (folded) names to a customer of ``locale``; None if it names none."""
    names, plain = _names(_languages(lexicons)), " ".join(name.split())
    if plain in names.exact:
        return names.exact[plain]
    return _shared(names, names.family[plain], locale) if plain in names.family else None


def minor_currency_of(name: str, locale: str, lexicons: Sequence[Lexicon]) -> str | None:
    """The currency whose hundredth "p", "pence" or "cents" names."""
    names = _names(_languages(lexicons))
    return _shared(names, names.minor[" ".join(name.split())], locale)


def _is_word(name: str, written: str, names: _Names) -> bool:
    """Whether the letters of a code are only a word of some language ("try", "sek"): then they are no capitals."""
    return bool(written) and name in names.capitals and not written.isupper()


def _shared(names: _Names, family: str, locale: str) -> str | None:
    where = names.shared[family]
    return where.get(territory(locale)) or where.get("")


def _languages(lexicons: Sequence[Lexicon]) -> tuple[str, ...]:
    return tuple(each.language for each in lexicons)


@lru_cache(maxsize=256)
def _names(languages: tuple[str, ...]) -> _Names:
    source = files(__package__).joinpath("currencies.yaml").read_text(encoding="utf-8")
    table = safe_load(source)
    exact: dict[str, str] = {}
    family: dict[str, str] = {}
    minor: dict[str, str] = {}
    endings = []
    for language in dict.fromkeys((*languages, _LINGUA_FRANCA)):
        each = lexicon(language)
        for word, code in each.words["currency"].items():
            if word not in family:
                exact.setdefault(word, str(code))
        for word, name in each.words["shared_currency"].items():
            if word not in exact:
                family.setdefault(word, str(name))
        for word, name in each.words["minor"].items():
            minor.setdefault(word, str(name))
        if each.fragments["ending"]:
            endings.append(each.fragments["ending"])
        for word, code in _by_cldr(language, table["codes"]).items():
            if word not in exact and word not in family and word not in minor and word not in table["shared_signs"]:
                exact[word] = code
    exact = {**{plain_text(sign): code for sign, code in table["signs"].items()}, **exact}
    exact = {**{code: code.upper() for code in table["codes"] if code not in family}, **exact}
    family = {**{sign: name for sign, name in table["shared_signs"].items() if sign not in exact}, **family}
    ending = "".join(rf"|(?=(?:{each})(?!\w))" for each in endings)
    names = "|".join(_spelled(word, ending) for word in sorted({*exact, *family}, key=lambda word: (-len(word), word)))
    hundredths = "|".join(_spelled(word, ending) for word in sorted(minor, key=len, reverse=True)) or "(?!)"
    starts = "|".join(_begun(word) for word in sorted({*exact, *family}, key=lambda word: (-len(word), word)))
    return _Names(
        exact,
        family,
        minor,
        table["shared"],
        frozenset(table["codes_in_capitals"]),
        re.compile(rf"\s?(?:-\s?)?({names})"),
        re.compile(rf"({starts})[.:]?\s?$"),
        re.compile(rf"\s?({hundredths})"),
    )


def _by_cldr(language: str, codes: Sequence[str]) -> dict[str, str]:
    """Signs and full names of currencies in a language."""
    found: dict[str, str] = {}
    symbols = Locale.parse(language).currency_symbols
    for code in (each.upper() for each in codes):
        names = [get_currency_name(code, count, locale=language) for count in (1, 2, 5)]
        for written in (symbols.get(code, code), *(name for name in names if " " in name)):
            word = " ".join(plain_pattern(written.lower()).split())
            if word != code.lower() and len(word) > 1:
                found.setdefault(word, code)
    return found


def _spelled(word: str, ending: str) -> str:
    """A pattern of a name after a number, to its end."""
    pattern = re.escape(word).replace(r"\ ", r"\s+")
    return pattern + (rf"(?:(?!\w){ending})" if word[-1].isalpha() and not stands_alone(word[-1]) else "")


def _begun(word: str) -> str:
    """A pattern of a name before a number, from its beginning."""
    pattern = re.escape(word).replace(r"\ ", r"\s+")
    return pattern if stands_alone(word[0]) else rf"(?<![^\W\d_]){pattern}"
