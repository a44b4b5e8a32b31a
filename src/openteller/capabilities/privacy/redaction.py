"""The one place that makes ``RedactedText``: personal data out of the customer's words, placeholders in."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from openteller.capabilities.privacy.detection import findings
from openteller.capabilities.privacy.fragments import EarlierPart, continued
from openteller.domain.errors import CustomerError
from openteller.domain.texts import PersonalText, RedactedText, SealedValue, Span, SpanType

_SHOWN = frozenset({SpanType.IBAN, SpanType.ACCOUNT, SpanType.PHONE})
"""Types whose last four digits may be shown; those of a national number are a secret in some countries."""
_SAFE = {ord("⟦"): "(", ord("⟧"): ")", **dict.fromkeys(range(0xD800, 0xE000), "\ufffd")}
"""What a customer may not say: our brackets, and halves of characters that no encoding can write."""

Found = tuple[Span, str | None]

_UUID = r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
_BUTTON = re.compile(
    rf"|[a-z_]{{1,40}}|flow:[a-z_]{{1,60}}|article:[a-z0-9-]{{1,60}}|(?:yes|no):{_UUID}|[0-9]{{1,5}}:(?:[0-9]{{1,3}}|all)|h[.][0-9a-f]{{32}}"
)
"""What a button's id looks like: it names an intent, a flow, an article, a confirmation, the place of an answer,
or by its hash any of these that was too long for a channel."""


@dataclass(frozen=True, slots=True)
class AcrossRedaction:
    """A message redacted with what came before it; ``earlier`` are parts of the same card in those messages."""

    redacted: RedactedText
    earlier: tuple[EarlierPart, ...] = ()


def redact(text: PersonalText, *, locale: str = "en", known_names: Sequence[str] = ()) -> RedactedText:
    """Take everything personal out of ``text``: dropped types for good, the others into ``sealed``.

    The same value twice has the same placeholder. Placeholders a customer types are made harmless, code point for
    code point, so places in the original stay true.
    """
    return _redacted(text.value, findings(text.value, locale, known_names))


def restore(
    text: str,
    *,
    sealed: tuple[SealedValue, ...],
    spans: tuple[Span, ...],
    offsets: tuple[tuple[int, int], ...],
) -> RedactedText:
    """A redacted text read back from where it was stored sealed. It was redacted before it was written."""
    return RedactedText(text, sealed, spans, offsets)


def as_button(pressed: str) -> RedactedText:
    """The id of a button as it stands: nobody's words, so there is nothing to find in it.

    CustomerError (``unknown_choice``) for anything of another form: what comes from outside is not believed.
    """
    if not _BUTTON.fullmatch(pressed):
        raise CustomerError("unknown_choice", "this is not the id of a button that was offered", field="choice")
    return RedactedText(pressed)


def as_event(content: str) -> RedactedText:
    """What the bank's app or a sweep of ours says to a conversation: ids and codes, never anything a customer sent."""
    return RedactedText(content)


def redact_across(
    text: PersonalText, previous: Sequence[str], *, locale: str = "en", known_names: Sequence[str] = ()
) -> AcrossRedaction:
    """Like ``redact``, for a card told over up to three messages (DP-07).

    ``previous`` are the same customer's latest messages as they were stored (redacted), oldest first; two are used.
    Where their last digits and these make a card, the digits here are dropped, and ``earlier`` tells the places in
    ``previous`` that the caller must blank (see ``blank``). Digits that go on after a ``⟦PAN⟧`` are dropped too.
    """
    found = findings(text.value, locale, known_names)
    spans, earlier = continued(text.value, previous, [span for span, _ in found], locale)
    if spans:
        kept = [(span, value) for span, value in found if not any(_overlap(span, new) for new in spans)]
        found = sorted([*kept, *((span, None) for span in spans)], key=lambda pair: pair[0].start)
    return AcrossRedaction(_redacted(text.value, found), tuple(earlier))


def blank(stored: str, parts: Sequence[EarlierPart]) -> str:
    """A stored redacted message without the parts of a card that a later message gave away."""
    for part in sorted(parts, key=lambda part: part.start, reverse=True):
        stored = f"{stored[: part.start]}⟦{SpanType.PAN}⟧{stored[part.end :]}"
    return stored


def scrub(text: str) -> str:
    """``text`` fit for a log: everything personal gone, nothing kept; placeholders without numbers."""
    pieces, here = [], 0
    for span, _ in findings(text, "en", ()):
        pieces += [text[here : span.start], f"⟦{span.type}⟧"]
        here = span.end
    return "".join([*pieces, text[here:]])


def _redacted(text: str, found: Sequence[Found]) -> RedactedText:
    pieces: list[str] = []
    offsets = [(0, 0)]
    sealed: dict[tuple[SpanType, str], SealedValue] = {}
    here = length = 0
    for span, value in found:
        placeholder = _placeholder(text, span, value, sealed)
        pieces += [_harmless(text[here : span.start]), placeholder]
        length += span.start - here
        offsets += [(length, span.start), (length + len(placeholder), span.end)]
        length += len(placeholder)
        here = span.end
    pieces.append(_harmless(text[here:]))
    return RedactedText(
        text="".join(pieces),
        sealed=tuple(sealed.values()),
        spans=tuple(span for span, _ in found),
        offsets=tuple(dict.fromkeys(offsets)),
    )


def _placeholder(text: str, span: Span, value: str | None, sealed: dict[tuple[SpanType, str], SealedValue]) -> str:
    if span.type.dropped:
        return f"⟦{span.type}⟧"
    normal = value or _as_written(text[span.start : span.end], span.type)
    key = (span.type, normal.casefold())
    if key not in sealed:
        number = 1 + sum(kind is span.type for kind, _ in sealed)
        digits = re.sub(r"[^0-9]", "", normal)
        last4 = digits[-4:] if span.type in _SHOWN and len(digits) >= 6 else None
        sealed[key] = SealedValue(f"⟦{span.type}:{number}⟧", span.type, normal, last4)
    return sealed[key].placeholder


def _harmless(words: str) -> str:
    """The customer's own words, unable to look like a placeholder; as long as before."""
    return words.translate(_SAFE).replace("[[", "((").replace("]]", "))")


def _as_written(written: str, kind: SpanType) -> str:
    if kind is SpanType.EMAIL and "@" in written:
        local, _, host = written.rpartition("@")
        return f"{local}@{host.lower()}"
    return " ".join(written.split())


def _overlap(one: Span, other: Span) -> bool:
    return one.start < other.end and other.start < one.end
