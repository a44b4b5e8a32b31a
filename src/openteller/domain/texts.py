"""The customer's words before and after redaction.

``PersonalText`` lives in memory only. ``RedactedText`` is a passport: it is all that understanding, a model or a
disk may see, and ``capabilities/privacy/redaction.py`` alone makes it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum


class SpanType(StrEnum):
    """Kinds of personal data that redaction tells apart (the public names of ``openteller redact``)."""

    PAN = "PAN"
    CVV = "CVV"
    CARD_EXPIRY = "CARD_EXPIRY"
    PIN = "PIN"
    PASSWORD = "PASSWORD"  # noqa: S105 (the name of a kind, not a secret)
    OTP = "OTP"
    IBAN = "IBAN"
    ACCOUNT = "ACCOUNT"
    SORTCODE = "SORTCODE"
    NATIONAL_ID = "NATIONAL_ID"
    PASSPORT = "PASSPORT"
    PHONE = "PHONE"
    EMAIL = "EMAIL"
    NAME = "NAME"
    ADDRESS = "ADDRESS"
    DOB = "DOB"
    IP = "IP"

    @property
    def dropped(self) -> bool:
        """True for data that must never reach a disk, a log or a model (PCI DSS 3.3.1); the rest is sealed."""
        return self in _DROPPED


_DROPPED = frozenset({SpanType.PAN, SpanType.CVV, SpanType.CARD_EXPIRY, SpanType.PIN, SpanType.PASSWORD, SpanType.OTP})


@dataclass(frozen=True, slots=True)
class PersonalText:
    """What a person typed, unredacted: memory only. Its ``repr`` tells the length, never the words."""

    value: str = field(repr=False)

    def __str__(self) -> str:
        return f"<personal text of {len(self.value)} characters>"


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of the original text, in code points: ``text[start:end]``."""

    start: int
    end: int
    type: SpanType


@dataclass(frozen=True, slots=True)
class SealedValue:
    """A value taken out of the text; ``placeholder`` stands for it there, ``value`` is in normal form.

    Normal forms: IBAN without spaces, phone as E.164, e-mail lower-cased domain. ``last4`` (if the type has digits)
    may be shown. The value is only ever stored sealed under the subject's key.
    """

    placeholder: str
    type: SpanType
    value: str = field(repr=False)
    last4: str | None = None


@dataclass(frozen=True, slots=True)
class RedactedText:
    """PASSPORT. The text with every personal value replaced by a placeholder such as ``⟦IBAN:1⟧`` or ``⟦PAN⟧``.

    ``sealed`` holds what was taken out and may be kept (encrypted); ``spans`` are places in the *original* text;
    ``offsets`` pairs (index in the redacted text, index in the original) at each place where the two shift, so that
    an entity found in ``text`` can be shown in the customer's own words.
    """

    text: str
    sealed: tuple[SealedValue, ...] = ()
    spans: tuple[Span, ...] = ()
    offsets: tuple[tuple[int, int], ...] = ((0, 0),)

    def sealed_by(self, placeholder: str) -> SealedValue | None:
        """The sealed value that stands behind ``placeholder``, if it is of this text."""
        return next((value for value in self.sealed if value.placeholder == placeholder), None)

    def original_index(self, index: int) -> int:
        """Where ``index`` of the redacted text lies in the original text."""
        here, there = max((pair for pair in self.offsets if pair[0] <= index), default=(0, 0))
        return there + (index - here)
