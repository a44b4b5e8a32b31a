"""A Reply into the parts of a message: wording from the catalogue, values formatted, strangers' words inert."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
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
    TextPart,
)
from openteller.domain.errors import InvariantError
from openteller.domain.replies import Called, ChartPhrase, OwnNumber, Phrase, Reply, RowPhrase, Value


@dataclass(frozen=True, slots=True)
class Draft:
    """Composed but not yet checked: no channel takes it. ``keys`` are those said, for the record and the disclosure."""

    parts: tuple[Part, ...]
    language: str
    keys: tuple[str, ...]


def compose(reply: Reply, *, locale: str, time_zone: str, catalogue: Catalogue, now: datetime) -> Draft:
    """The reply in the customer's language: one text of a paragraph a phrase, then facts, links and buttons.

    InvariantError when a phrase has no wording or lacks a value: the pack check and the flows' check were skipped.
    """
    voice = _Voice(catalogue, locale, time_zone, now)
    parts: list[Part] = []
    paragraphs = [text for phrase in reply.phrases for text in voice.paragraphs(phrase)]
    if paragraphs:
        parts.append(TextPart("\n\n".join(paragraphs)))
    if reply.rows:
        parts.append(FactsPart("", tuple(map(voice.row, reply.rows))))
    if reply.chart is not None:
        parts.append(voice.chart(reply.chart))
    parts += (LinkPart(voice.say(link.label), link.url, link.purpose) for link in reply.links)
    if reply.options:
        parts.append(ChoicePart(tuple(Option(option.id, voice.say(option.label)) for option in reply.options)))
    return Draft(tuple(parts), catalogue.language(locale), reply.keys)


def compose_phrase(phrase: Phrase, *, locale: str, time_zone: str, catalogue: Catalogue, now: datetime) -> str:
    """One phrase in words, for pages and transcripts rather than for a channel."""
    return _Voice(catalogue, locale, time_zone, now).say(phrase)


class _Voice:
    """Says phrases for one customer at one moment."""

    __slots__ = ("_catalogue", "_locale", "_now", "_zone")

    def __init__(self, catalogue: Catalogue, locale: str, time_zone: str, now: datetime) -> None:
        self._catalogue = catalogue
        self._locale = locale
        self._zone = _zone(time_zone)
        self._now = now

    def paragraphs(self, phrase: Phrase) -> list[str]:
        """The phrase, in the customer's language or, their own first, in all."""
        if not phrase.everywhere:
            return [self.say(phrase)]
        own = self._catalogue.language(self._locale)
        rest = [language for language in self._catalogue.languages if language != own]
        others = (_Voice(self._catalogue, language, self._zone.key, self._now).say(phrase) for language in rest)
        return list(dict.fromkeys([self.say(phrase), *others]))  # once where a language has no wording of its own

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
