"""Which currency a sign, code or word names; ``$``, ``kr`` and ``¥`` depend on where the customer is."""

from __future__ import annotations

import re
from decimal import Decimal

_SIGNS = {
    "£": "GBP", "€": "EUR", "₹": "INR", "₺": "TRY", "₽": "RUB", "₩": "KRW", "₫": "VND", "฿": "THB", "₴": "UAH",
    "us$": "USD", "a$": "AUD", "c$": "CAD", "nz$": "NZD",
    "hk$": "HKD", "s$": "SGD", "r$": "BRL", "zł": "PLN", "￥": "JPY",
}  # fmt: skip
_WORDS = {
    "GBP": "pounds pound quid sterling nicker",
    "EUR": "euros euro",
    "JPY": "yen",
    "INR": "rupees rupee rs",
    "PLN": "zloty zlotys zloties złoty złotych",
    "CHF": "francs franc",
    "TRY": "lira",
    "CNY": "yuan rmb renminbi",
    "AED": "dirhams dirham",
    "VND": "dong",
}
_BY_WORD = {word: code for code, words in _WORDS.items() for word in words.split()}
_CODES = frozenset(
    "aed ars aud bgn bhd brl cad chf clp cny cop czk dkk egp eur gbp hkd huf idr"
    " ils inr isk jod jpy krw kwd mad mxn myr"
    " nok nzd omr php pkr pln qar ron rub sar sek sgd thb tnd try twd uah usd vnd zar".split()
)
_LOCAL_DOLLAR = {
    "US": "USD",
    "CA": "CAD",
    "AU": "AUD",
    "NZ": "NZD",
    "HK": "HKD",
    "SG": "SGD",
    "MX": "MXN",
    "AR": "ARS",
    "CL": "CLP",
    "CO": "COP",
}
_LOCAL_KRONE = {
    "SE": "SEK",
    "NO": "NOK",
    "DK": "DKK",
    "IS": "ISK",
    "sv": "SEK",
    "nb": "NOK",
    "no": "NOK",
    "da": "DKK",
    "is": "ISK",
}
_LOCAL_CENT = {"US": "USD", "CA": "CAD", "AU": "AUD", "IE": "EUR"}
_DOLLAR_WORDS = frozenset({"$", "dollars", "dollar", "bucks", "buck"})
_KRONE_WORDS = frozenset({"kr", "kronor", "krona", "kroner", "krone"})
_MINOR_WORDS = {"p": "GBP", "pence": "GBP", "penny": "GBP", "pennies": "GBP"}
_CENT_WORDS = frozenset({"cents", "cent"})
SLANG = {"fiver": Decimal(5), "tenner": Decimal(10), "pony": Decimal(25), "monkey": Decimal(500)}
"""British words for notes and sums; the last two count as money only with "a" before and nothing else to mean."""

_ALL = sorted({*_SIGNS, *_BY_WORD, *_CODES, *_DOLLAR_WORDS, *_KRONE_WORDS, "¥"}, key=lambda word: (-len(word), word))
_NAME = "|".join(re.escape(word) + (r"\b" if word[-1].isalpha() else "") for word in _ALL)
AFTER = re.compile(rf"\s?(?:-\s?)?({_NAME})")
BEFORE = re.compile(rf"(?:(?<![^\W\d_])|(?<=\d))({'|'.join(re.escape(word) for word in _ALL)})\s?$")
MINOR_AFTER = re.compile(rf"\s?({'|'.join([*_MINOR_WORDS, *_CENT_WORDS])})\b")


def territory(locale: str) -> str:
    """The territory of a locale ("GB" of ``en-GB``); its language when it names none."""
    parts = locale.replace("_", "-").split("-")
    return (
        next((part for part in parts[1:] if len(part) == 2 and part.isalpha()), parts[0]).upper()
        if len(parts) > 1
        else parts[0]
    )


def currency_of(name: str, locale: str) -> str | None:
    """The ISO 4217 code that a sign, code or word (folded) names to a customer of ``locale``; None if it names none."""
    where = territory(locale)
    if name in _DOLLAR_WORDS:
        return _LOCAL_DOLLAR.get(where, "USD")
    if name in _KRONE_WORDS:
        return _LOCAL_KRONE.get(where, "SEK")
    if name == "¥":
        return "CNY" if where in {"CN", "zh"} else "JPY"
    return _SIGNS.get(name) or _BY_WORD.get(name) or (name.upper() if name in _CODES else None)


def minor_currency_of(name: str, locale: str) -> str:
    """The currency whose hundredth "p", "pence" or "cents" names."""
    if name in _MINOR_WORDS:
        return _MINOR_WORDS[name]
    return _LOCAL_CENT.get(territory(locale), "EUR")
