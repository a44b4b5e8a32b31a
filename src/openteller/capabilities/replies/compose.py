"""A Reply into the parts of a message: wording from the catalogue, values formatted, strangers' words inert."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from openteller.capabilities.replies.catalogue import Catalogue
from openteller.capabilities.replies.templates import COUNT
from openteller.capabilities.replies.values import Manner, format_value
from openteller.domain.conversations import (
    Bar,
    ChartPart,
    ChoicePart,
    FactsPart,
    LinkPart,
    Option,
    Part,
    Row,
    SourcePart,
    TextPart,
)
from openteller.domain.errors import InvariantError
from openteller.domain.knowledge import ApprovedWords, Quote
from openteller.domain.replies import Called, ChartPhrase, OwnNumber, Phrase, Promise, Reply, RowPhrase, Value

Quoting = Callable[[Quote, str, date], ApprovedWords | None]
"""The words of a place in an article, for a language and a day; None when nobody may say them."""

UNAVAILABLE = Phrase("knowledge.unavailable")
"""Instead of an answer that is not valid any more, or not there in the reader's language."""


def no_quotes(_quote: Quote, _language: str, _today: date) -> ApprovedWords | None:
    """For a voice without articles."""
    return None


@dataclass(frozen=True, slots=True)
class Draft:
    """Composed but not yet checked: no channel takes it. ``keys`` are those said, for the record and the disclosure."""

    parts: tuple[Part, ...]
    language: str
    keys: tuple[str, ...]
    promises: tuple[Promise, ...] = ()


def compose(
    reply: Reply, *, locale: str, time_zone: str, catalogue: Catalogue, now: datetime, quoting: Quoting = no_quotes
) -> Draft:
    """The reply in the customer's language: one text of a paragraph a phrase, then facts, links and buttons.

    InvariantError when a phrase has no wording or lacks a value: the pack check and the flows' check were skipped.
    """
    voice = _Voice(catalogue, locale, time_zone, now, quoting)
    parts: list[Part] = []
    said = [text for phrase in voice.sayable(reply.phrases) for text in voice.paragraphs(phrase)]
    paragraphs = list(dict.fromkeys(said))
    if paragraphs:
        parts.append(TextPart("\n\n".join(paragraphs)))
    parts += (part for article in reply.sources if (part := voice.source(article)) is not None)
    if reply.rows:
        parts.append(FactsPart("", tuple(map(voice.row, reply.rows))))
    if reply.chart is not None:
        parts.append(voice.chart(reply.chart))
    parts += (LinkPart(voice.say(link.label), link.url, link.purpose) for link in reply.links)
    if reply.options:
        parts.append(ChoicePart(tuple(Option(option.id, voice.say(option.label)) for option in reply.options)))
    return Draft(tuple(parts), catalogue.language(locale), reply.keys, _promises(reply, catalogue))


def _promises(reply: Reply, catalogue: Catalogue) -> tuple[Promise, ...]:
    """What the sentences promise. InvariantError for a promise that is not written down anywhere."""
    made = [(phrase, kind) for phrase in reply.phrases if (kind := catalogue.promises(phrase.key)) is not None]
    for phrase, kind in made:
        if not phrase.reference:
            raise InvariantError(f"{phrase.key} promises {kind}, and there is no obligation that says so")
    return tuple(Promise(kind, phrase.reference) for phrase, kind in made)


def compose_phrase(
    phrase: Phrase, *, locale: str, time_zone: str, catalogue: Catalogue, now: datetime, quoting: Quoting = no_quotes
) -> str:
    """One phrase in words, for pages and transcripts rather than for a channel."""
    return _Voice(catalogue, locale, time_zone, now, quoting).say(phrase)


class _Voice:
    """Says phrases for one customer at one moment."""

    __slots__ = ("_catalogue", "_locale", "_now", "_quoting", "_zone")

    def __init__(self, catalogue: Catalogue, locale: str, time_zone: str, now: datetime, quoting: Quoting) -> None:
        self._catalogue = catalogue
        self._locale = locale
        self._zone = _zone(time_zone)
        self._now = now
        self._quoting = quoting

    def sayable(self, phrases: tuple[Phrase, ...]) -> Iterator[Phrase]:
        """The phrases, without further sections that may not be said; what may not be said at all says so itself."""
        for phrase in phrases:
            quotes = [value for value in phrase.values.values() if isinstance(value, Quote)]
            if all(self._quoted(quote) is not None for quote in quotes):
                yield phrase
            elif not any(quote.part.startswith("section") for quote in quotes):
                yield UNAVAILABLE

    def source(self, article: str) -> SourcePart | None:
        """The article as it is shown below an answer; None when it may not be said."""
        title = self._quoted(Quote(article, "title"))
        if title is None:
            return None
        values: dict[str, Value] = {"title": Quote(article, "title"), "date": title.approved_on}
        return SourcePart(article, title.text, title.approved_on, self.say(Phrase("knowledge.source", values)))

    def _quoted(self, quote: Quote) -> ApprovedWords | None:
        return self._quoting(quote, self._catalogue.language(self._locale), self._now.astimezone(self._zone).date())

    def paragraphs(self, phrase: Phrase) -> list[str]:
        """The phrase, in the customer's language or, their own first, in all."""
        if not phrase.everywhere:
            return [self.say(phrase)]
        own = self._catalogue.language(self._locale)
        rest = [language for language in self._catalogue.languages if language != own]
        others = (self._in(language).say(phrase) for language in rest)
        return list(dict.fromkeys([self.say(phrase), *others]))  # once where a language has no wording of its own

    def _in(self, language: str) -> _Voice:
        return _Voice(self._catalogue, language, self._zone.key, self._now, self._quoting)

    def row(self, row: RowPhrase) -> Row:
        own = any(isinstance(value, OwnNumber) for value in row.value.values.values())
        return Row(self.say(row.label), self.say(row.value), own)

    def chart(self, chart: ChartPhrase) -> ChartPart:
        longest = max((bar.amount.amount_minor for bar in chart.bars), default=0) or 1
        bars = (
            Bar(self.say(bar.label), self.say_value(bar.amount), bar.amount.amount_minor / longest)
            for bar in chart.bars
        )
        return ChartPart(self.say(chart.title), self.say(chart.alt), tuple(bars))

    def say_value(self, value: Value) -> str:
        return self._value(value, Manner(self._catalogue.locale(self._language(), self._locale), self._zone, self._now))

    def _language(self) -> str:
        return self._catalogue.language(self._locale)

    def say(self, phrase: Phrase) -> str:
        template = self._catalogue.template(phrase.key, self._locale)
        locale = self._catalogue.locale(template.language, self._locale)
        manner = Manner(locale, self._zone, self._now)
        try:
            formatted = {
                name: self._value(phrase.values[name], manner) for name in template.fields if name in phrase.values
            }
            return template.fill(formatted, _count(phrase.values.get(COUNT)))
        except KeyError as missing:
            raise InvariantError(f"{phrase.key}: no value for the field {missing.args[0]!r}") from missing

    def _value(self, value: Value, manner: Manner) -> str:
        if isinstance(value, Quote):
            quoted = self._quoted(value)  # approved text, held to the guard's rules at the start: not made inert
            return quoted.text if quoted is not None else self.say(UNAVAILABLE)
        if isinstance(value, Called):
            return self._called(value, manner)
        words = format_value(value, manner)
        return words if isinstance(words, str) else self._around(words)

    def _called(self, value: Called, manner: Manner) -> str:
        key = f"{value.list}.{value.name}"
        names = self._catalogue.wordings(key)
        own = str(value)
        if not names or (value.own and value.own.casefold() not in {name.casefold() for name in names}):
            words = format_value(own, manner)
        else:
            words = format_value(self._catalogue.template(key, self._locale).texts[0], manner)
        assert isinstance(words, str)
        return words

    def _around(self, phrase: Phrase) -> str:
        # our own words around what is formatted already ("about 4 minutes"): not a stranger's, so not made inert again
        template = self._catalogue.template(phrase.key, self._locale)
        return template.fill({name: str(value) for name, value in phrase.values.items()}, None)


def _count(value: Value | None) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) else None


@lru_cache(maxsize=64)
def _zone(time_zone: str) -> ZoneInfo:
    try:
        return ZoneInfo(time_zone)
    except (ValueError, OSError, KeyError):
        # a browser named a zone that this machine does not know: a time that says UTC (values.py) beats no answer
        return ZoneInfo("UTC")
