"""Which currency a sign, code or word names; ``$``, ``kr``, ``¥``, "dinar" depend on where the customer is.

Names of currencies count in every language that we know: a sum is often said in another (50 pounds, 20 euros).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

import yaml

from openteller.capabilities.understanding.letters import plain_text
from openteller.capabilities.understanding.lexicon import known_languages, lexicon


@dataclass(frozen=True)
class _Names:
    """``exact``: name → ISO 4217 code; ``family``: name → where to look (``shared``); ``minor``: name → family."""

    exact: Mapping[str, str]
    family: Mapping[str, str]
    minor: Mapping[str, str]
    shared: Mapping[str, Mapping[str, str]]
    after: re.Pattern[str]
    before: re.Pattern[str]
    minor_after: re.Pattern[str]


def territory(locale: str) -> str:
    """The territory of a locale ("GB" of ``en-GB``); its language when it names none."""
    parts = locale.replace("_", "-").split("-")
    found = next((part for part in parts[1:] if len(part) == 2 and part.isalpha()), None)
    return found.upper() if found else parts[0] if len(parts) == 1 else parts[0].upper()


def currency_after(text: str, end: int) -> tuple[str, int] | None:
    """The name of a currency right after ``end``, and where it ends."""
    match = _names().after.match(text, end)
    return (match[1], match.end()) if match else None


def currency_before(text: str, start: int) -> tuple[str, int] | None:
    """The name of a currency right before ``start``, and where it begins."""
    window = max(0, start - 24)
    match = _names().before.search(text[window:start])
    return (match[1], window + match.start()) if match else None


def minor_after(text: str, end: int) -> tuple[str, int] | None:
    """The name of a hundredth ("pence") right after ``end``, and where it ends."""
    match = _names().minor_after.match(text, end)
    return (match[1], match.end()) if match else None


def currency_of(name: str, locale: str) -> str | None:
    """The ISO 4217 code that a sign, code or word (folded) names to a customer of ``locale``; None if it names none."""
    names, plain = _names(), " ".join(name.split())
    if plain in names.exact:
        return names.exact[plain]
    return _shared(names.family[plain], locale) if plain in names.family else None


def minor_currency_of(name: str, locale: str) -> str | None:
    """The currency whose hundredth "p", "pence" or "cents" names."""
    return _shared(_names().minor[" ".join(name.split())], locale)


def _shared(family: str, locale: str) -> str | None:
    where = _names().shared[family]
    return where.get(territory(locale)) or where.get("")


@lru_cache(maxsize=1)
def _names() -> _Names:
    source = files(__package__).joinpath("currencies.yaml").read_text(encoding="utf-8")
    table = yaml.safe_load(source)
    exact = {plain_text(sign): code for sign, code in table["signs"].items()}
    exact |= {code: code.upper() for code in table["codes"]}
    family: dict[str, str] = dict(table["shared_signs"])
    minor: dict[str, str] = {}
    for language in known_languages():
        words = lexicon(language).words
        exact |= {word: str(code) for word, code in words["currency"].items()}
        family |= {word: str(name) for word, name in words["shared_currency"].items()}
        minor |= {word: str(name) for word, name in words["minor"].items()}
    names = sorted({*exact, *family}, key=lambda word: (-len(word), word))
    spelled = {word: re.escape(word).replace(r"\ ", r"\s+") for word in names}
    after = "|".join(pattern + (r"\b" if word[-1].isalpha() else "") for word, pattern in spelled.items())
    hundredths = "|".join(re.escape(word) for word in sorted(minor, key=len, reverse=True)) or "(?!)"
    return _Names(
        exact,
        family,
        minor,
        table["shared"],
        re.compile(rf"\s?(?:-\s?)?({after})"),
        re.compile(rf"(?:(?<![^\W\d_])|(?<=\d))({'|'.join(spelled.values())})\s?$"),
        re.compile(rf"\s?({hundredths})\b"),
    )
