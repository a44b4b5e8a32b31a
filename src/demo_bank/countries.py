"""What differs by country: money, languages, time zones, price level and pay habits."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Country:
    """One country the bank serves.

    ``monthly_pay`` is a median net month's pay and ``price_level`` multiplies
    prices written in pence, so both end in minor units of ``currency``.
    ``languages`` and ``pay_cycles`` are ``(option, weight)`` pairs.
    """

    code: str
    currency: str
    monthly_pay: int
    price_level: float
    languages: tuple[tuple[str, float], ...]
    time_zones: tuple[str, ...]
    pay_cycles: tuple[tuple[str, float], ...]
    pay_days: tuple[int, ...]
    overdraft_share: float
    overdraft_rate: float


_MONTHLY = (("monthly", 1.0),)
COUNTRIES: dict[str, Country] = {
    "GB": Country("GB", "GBP", 235_000, 1.0, (("en", 0.93), ("pl", 0.04), ("ar", 0.03)),
                  ("Europe/London",), (("monthly", 0.84), ("weekly", 0.16)),
                  (25, 28, 31, 1), 0.6, 0.35),
    "IE": Country("IE", "EUR", 290_000, 1.2, (("en", 0.94), ("pl", 0.06)), ("Europe/Dublin",),
                  (("monthly", 0.7), ("weekly", 0.3)), (25, 28, 31), 0.35, 0.148),
    "DE": Country("DE", "EUR", 260_000, 1.1, (("de", 0.9), ("en", 0.06), ("pl", 0.04)),
                  ("Europe/Berlin",), _MONTHLY, (28, 31, 15), 0.7, 0.119),
    "ES": Country("ES", "EUR", 190_000, 0.95, (("es", 0.92), ("en", 0.08)),
                  ("Europe/Madrid", "Atlantic/Canary"), _MONTHLY, (28, 31, 1), 0.2, 0.18),
    "FR": Country("FR", "EUR", 230_000, 1.1, (("fr", 0.95), ("en", 0.05)), ("Europe/Paris",),
                  _MONTHLY, (28, 31), 0.5, 0.16),
    "PL": Country("PL", "PLN", 620_000, 3.0, (("pl", 0.96), ("en", 0.04)), ("Europe/Warsaw",),
                  _MONTHLY, (10, 28, 31), 0.3, 0.185),
    "US": Country("US", "USD", 430_000, 1.4, (("en", 0.82), ("es", 0.18)),
                  ("America/New_York", "America/Chicago", "America/Denver",
                   "America/Los_Angeles"),
                  (("fortnightly", 0.65), ("weekly", 0.15), ("monthly", 0.2)),
                  (15, 31), 0.3, 0.18),
    "AE": Country("AE", "AED", 1_400_000, 4.8, (("ar", 0.5), ("en", 0.5)), ("Asia/Dubai",),
                  _MONTHLY, (25, 28, 31), 0.15, 0.24),
}  # fmt: skip

COUNTRY_SHARES = (
    ("GB", 0.35), ("IE", 0.12), ("DE", 0.12), ("FR", 0.10), ("US", 0.10), ("ES", 0.08),
    ("PL", 0.08), ("AE", 0.05),
)  # fmt: skip
ENGLISH_SHARES = (("GB", 0.64), ("IE", 0.22), ("US", 0.14))

# Units of the currency for one euro, and the digits after its decimal point.
RATES = {"EUR": 1.0, "GBP": 0.86, "USD": 1.09, "PLN": 4.30, "AED": 4.0, "JPY": 163.0,
         "CHF": 0.95, "SEK": 11.3, "THB": 38.5}  # fmt: skip
DECIMALS = {"JPY": 0}


def decimals(currency: str) -> int:
    """Return how many digits follow the decimal point of a currency (2 unless known)."""
    return DECIMALS.get(currency, 2)


def convert(amount_minor: int, source: str, target: str, wobble: float = 1.0) -> int:
    """Return an amount in another currency's minor units, rounded to a whole unit.

    Raises:
        KeyError: if either currency has no rate here.
    """
    minor_ratio = float(10 ** decimals(target)) / float(10 ** decimals(source))
    return round(amount_minor * minor_ratio / RATES[source] * RATES[target] * wobble)
