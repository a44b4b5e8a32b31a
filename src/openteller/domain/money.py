"""Money in minor units with an ISO 4217 currency: parsed once, shown, confirmed, executed as the same object."""

from __future__ import annotations

from dataclasses import dataclass

from openteller.domain.errors import CustomerError

_MINOR_DIGITS = {
    **dict.fromkeys(
        (
            "BIF",
            "CLP",
            "DJF",
            "GNF",
            "ISK",
            "JPY",
            "KMF",
            "KRW",
            "PYG",
            "RWF",
            "UGX",
            "UYI",
            "VND",
            "VUV",
            "XAF",
            "XOF",
            "XPF",
        ),
        0,
    ),
    **dict.fromkeys(("BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"), 3),
}


def minor_digits(currency: str) -> int:
    """Digits after the decimal point in ``currency`` (ISO 4217 exponent): 2 unless ISO says otherwise."""
    return _MINOR_DIGITS.get(currency, 2)


@dataclass(frozen=True, slots=True)
class Money:
    """An amount in minor units (cents, pence, fils) of one currency."""

    amount_minor: int
    currency: str

    def __post_init__(self) -> None:
        if type(self.amount_minor) is not int:
            raise CustomerError("invalid_amount", "an amount is a whole number of minor units", field="amount_minor")
        if not (len(self.currency) == 3 and self.currency.isascii() and self.currency.isupper()):
            raise CustomerError("invalid_currency", "a currency is three capital letters of ISO 4217", field="currency")

    def __add__(self, other: Money) -> Money:
        return Money(self.amount_minor + self._same(other), self.currency)

    def __sub__(self, other: Money) -> Money:
        return Money(self.amount_minor - self._same(other), self.currency)

    def __abs__(self) -> Money:
        return Money(abs(self.amount_minor), self.currency)

    def __neg__(self) -> Money:
        return Money(-self.amount_minor, self.currency)

    def __lt__(self, other: Money) -> bool:
        return self.amount_minor < self._same(other)

    def __le__(self, other: Money) -> bool:
        return self.amount_minor <= self._same(other)

    def _same(self, other: Money) -> int:
        if other.currency != self.currency:
            raise CustomerError("currency_mismatch", f"{self.currency} and {other.currency} do not add up")
        return other.amount_minor
