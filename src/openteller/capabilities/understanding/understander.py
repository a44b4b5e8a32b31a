"""One message in, its ``Understanding`` out: the pure heart of step 5 of a turn."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from openteller.capabilities.understanding.clauses import clauses
from openteller.capabilities.understanding.entities import extract, spoken_in
from openteller.capabilities.understanding.joint import JointEncoder
from openteller.capabilities.understanding.language import LanguageReader, Spoken
from openteller.capabilities.understanding.letters import plain_text
from openteller.capabilities.understanding.lexicon import Lexicon, known_languages, lexicons
from openteller.capabilities.understanding.material import OUT_OF_SCOPE_GROUPS
from openteller.capabilities.understanding.model import Model, Reading
from openteller.capabilities.understanding.understood_as import encoders_of
from openteller.capabilities.understanding.views import Matrix
from openteller.capabilities.understanding.wording import plain, says_something
from openteller.domain.texts import RedactedText
from openteller.domain.understanding import Entity, Evidence, Intent, Signal, Understanding
from openteller.ports import Encoder, LanguageIdentifier

_CLAUSE_ACTIVE_FROM = 0.75
_ACTIVE_TOGETHER = 0.4
"""Chance of all questions together from which the message is one."""
_SCOPE_LIMIT = 0.5
_QUICK_SCOPE, _QUICK_LANGUAGE = 0.4, 0.6
"""What is further out of scope, or less surely of its language, than this is looked at with all views."""
_TRACE, _FAINT = 0.75, 0.5
"""Shares of a signal's threshold from which a whole message with a clear wish, or a clause, may show it."""
_WISH_LEAST = 0.3
"""Chance that a wish has at the least."""
_FOLLOW_UP_WORDS = 6
_LANGUAGE_SURE = 0.8
"""From here on a message is read with the words of its language alone, below with those of all the bank's languages."""
_MOST_LANGUAGES = 3
"""With the words of more at once too much is found that is not there."""


@dataclass(frozen=True, slots=True)
class TurnContext:
    """What the conversation already knows when a message arrives. The default is a first message.

    ``expects`` is the entity type that a question on the table asks for (money, period …): a bare "twenty" is then
    money. ``previous_intent`` lets "and last month?" go on where the last question stood.
    """

    expects: str | None = None
    previous_intent: str | None = None


NO_CONTEXT = TurnContext()


class Understander:
    """A model, its encoders and the bank's languages, ready to read; any thread may use it."""

    def __init__(
        self,
        model: Model,
        encoders: Sequence[Encoder],
        identifier: LanguageIdentifier | None = None,
        kept: Path | None = None,
    ) -> None:
        """``kept``: the folder in which the joint encoder keeps vectors of many texts."""
        self._model = model
        self._encoders = encoders_of(model.known, len(model.views), encoders)
        self.joint = JointEncoder(model.facts.version, encoders, model.views[: len(encoders)], kept)
        self._identifier = identifier
        self._with_home: dict[str, LanguageReader] = {}
        self._languages = LanguageReader(model.facts.languages, model.spoken, identifier)
        self._questions = tuple(name for name, group in model.facts.groups.items() if group == "question")

    @property
    def model(self) -> Model:
        """What this was loaded from: version, labels, thresholds, figures."""
        return self._model

    def understand(
        self, text: RedactedText, *, locale: str, today: date, context: TurnContext = NO_CONTEXT
    ) -> Understanding:
        """Read one message; never raises for what a customer can type.

        ``locale`` (``en-GB``) decides how numbers, dates and ``$`` are read, ``today`` what "last month" means.
        Offsets of entities refer to ``text.text``.
        """
        spoken = self.language_of(text, locale)
        languages = self._languages_of(text, spoken, spoken_in(locale))
        entities = extract(text, locale=locale, today=today, expects=context.expects, languages=languages)
        said = plain(text.text)
        if not says_something(said):
            return self._unknown(spoken, entities)
        words = lexicons(languages)
        whole, *parts = self._read(said, words, spoken)
        ranking, out_of_scope = self._rank(whole, parts)
        asks = self._asks(whole, _ACTIVE_TOGETHER) or any(self._asks(part, _CLAUSE_ACTIVE_FROM) for part in parts)
        ranking, out_of_scope = _follow_up(ranking, out_of_scope, said, entities, context, words)
        signals = self._signals([whole, *parts])
        version = self._model.facts.version
        return Understanding(
            spoken.language, spoken.confidence, ranking, entities, signals, out_of_scope, version, spoken.other, asks
        )

    def vector(self, text: RedactedText) -> tuple[str, Matrix]:
        """The message as it is read, and its vector by the joint encoder."""
        said = plain(text.text)
        return said, self.joint.encode([said])[0]

    def evidence(self, text: RedactedText, count: int = 3) -> tuple[Evidence, ...]:
        """The examples that the message is most like, best first: why it was read as it was."""
        said = plain(text.text)
        return self._model.nearest(self._seen([said], len(self._encoders)), count) if says_something(said) else ()

    def language_of(self, text: RedactedText, locale: str) -> Spoken:
        """Which of the bank's languages the message is in; ``locale`` is the conversation's."""
        return self._languages.read(text.text, spoken_in(locale))

    def _languages_of(self, text: RedactedText, spoken: Spoken, home: str) -> tuple[str, ...]:
        """The languages whose words the message is read with, likeliest first.

        A locale whose language the bank does not list, but we have words of, decides, unless the message is surely in
        one of the bank's.
        """
        if home not in self._model.facts.languages and home in known_languages():
            there = self._reader_with(home).read(text.text, home)
            return (there.language if there.confidence >= _LANGUAGE_SURE else home,)
        if spoken.confidence >= _LANGUAGE_SURE:
            return (spoken.language,)
        likely = dict.fromkeys((spoken.language, home, *self._model.facts.languages))
        return tuple(language for language in likely if language in self._model.facts.languages)[:_MOST_LANGUAGES]

    def _reader_with(self, home: str) -> LanguageReader:
        """A reader of the bank's languages and one more."""
        if home not in self._with_home:
            languages = (*self._model.facts.languages, home)
            self._with_home[home] = LanguageReader(languages, self._model.spoken, self._identifier)
        return self._with_home[home]

    def _read(self, said: str, words: Sequence[Lexicon], spoken: Spoken) -> list[Reading]:
        """The readings of the whole message and of its clauses, each looked at as deeply as it needs."""
        texts = [said, *(clauses(said, words) if self._model.facts.reads_clauses else [])]
        spelled = self._model.spelled(texts)
        readings: dict[int, Reading] = {}
        quick = [place for place in range(len(texts)) if self._tries(spoken, place)]
        deeper = [place for place in range(len(texts)) if place not in quick]
        for depth, places in ((1, quick), (len(self._encoders), deeper)):
            if places:
                seen = self._seen([texts[place] for place in places], depth)
                found = self._model.read(seen, [spelled[place] for place in places])
                readings |= zip(places, found, strict=True)
            if depth == 1:
                deeper += [place for place in quick if not self._enough(readings[place], spoken, place)]
        return [readings[place] for place in range(len(texts))]

    def _tries(self, spoken: Spoken, place: int) -> bool:
        """Whether the quick view is tried: for the whole message (the first) in a language that it was taught, for a
        clause in one that it can read.
        """
        if len(self._encoders) == 1:
            return True
        readable = self._encoders[0].languages
        known = spoken.language in self._model.facts.quick_languages
        return known if not place else readable is None or spoken.language in readable

    def _enough(self, reading: Reading, spoken: Spoken, place: int) -> bool:
        """Whether the quick view is enough: it shows no trace of a signal, and a whole message has a clear wish."""
        if len(self._encoders) == 1:
            return True
        if place:
            return not self._traces(reading, _FAINT)
        return self._sure(reading, spoken) and not self._traces(reading, _TRACE)

    def _seen(self, texts: Sequence[str], depth: int) -> list[Matrix]:
        pairs = zip(self._encoders[:depth], self._model.views, strict=False)
        return [view.seen(encoder.encode(texts)) for encoder, view in pairs]

    def _sure(self, reading: Reading, spoken: Spoken) -> bool:
        """Whether the quick view shows a clear wish."""
        clear = reading.best()[1] >= self._model.facts.quick_from and reading.out_of_scope < _QUICK_SCOPE
        return clear and spoken.confidence >= _QUICK_LANGUAGE

    def _traces(self, reading: Reading, share: float) -> bool:
        """Whether the quick view shows ``share`` of what is needed of any signal."""
        facts = self._model.facts.depths[0].signals
        return any(reading.signals[one.name] >= share * one.threshold for one in facts)

    def _rank(self, whole: Reading, parts: Sequence[Reading]) -> tuple[tuple[Intent, ...], float]:
        chances = dict(whole.intents)
        active = self._active(whole, self._model.facts.active_from)
        out_of_scope = whole.out_of_scope
        for place, part in enumerate(parts):
            meant = self._active(part, _CLAUSE_ACTIVE_FROM)
            if place:
                # "I left my card there, can you stop it" cancels nothing: yes, no and stop open a message.
                meant = {name for name in meant if self._group(name) != "dialogue"}
            if meant:
                out_of_scope = min(out_of_scope, part.out_of_scope)
            active |= meant
            for name in meant:
                chances[name] = max(chances[name], part.intents[name])
        ranked = sorted(chances.items(), key=lambda pair: (-pair[1], pair[0]))
        if len(active) > 1:
            ranked.sort(key=lambda pair: -self._order(pair[0], active))
        wished = {name for name in active if any(_wished(reading, name) for reading in (whole, *parts))}
        intents = tuple(Intent(name, round(chance, 4), name in active, name in wished) for name, chance in ranked)
        return intents, round(out_of_scope, 4)

    def _order(self, name: str, active: set[str]) -> int:
        """A wish goes before a courtesy said in the same breath: "hi, freeze my card" is about the card."""
        return 0 if name not in active else 1 if self._group(name) == "small_talk" else 2

    def _active(self, reading: Reading, least: float) -> set[str]:
        if self._model.facts.multi_label:
            return {name for name, chance in reading.intents.items() if chance >= least and self._in_scope(name)}
        name, chance = reading.best()
        sure = chance >= least and reading.out_of_scope < _SCOPE_LIMIT
        return {name} if sure and self._in_scope(name) else set()

    def _asks(self, reading: Reading, least: float) -> bool:
        """Whether it is a question at all: which one of many similar ones may stay open."""
        chance = sum(reading.intents.get(name, 0.0) - reading.wishes.get(name, 0.0) for name in self._questions)
        return chance >= least and reading.out_of_scope < _SCOPE_LIMIT

    def _group(self, name: str) -> str:
        return self._model.facts.groups.get(name, "journey")

    def _in_scope(self, name: str) -> bool:
        return self._group(name) not in OUT_OF_SCOPE_GROUPS

    def _signals(self, readings: Sequence[Reading]) -> tuple[Signal, ...]:
        """The strongest showing in the whole or any clause: a long story must not drown one alarming sentence."""
        strongest = {
            facts.name: max(reading.signals[facts.name] for reading in readings) for facts in self._model.facts.signals
        }
        return tuple(
            Signal(name, round(chance, 4), any(name in reading.alarms for reading in readings))
            for name, chance in strongest.items()
        )

    def _unknown(self, spoken: Spoken, entities: tuple[Entity, ...]) -> Understanding:
        names: Mapping[str, str] = self._model.facts.groups
        even = round(1 / max(1, len(names)), 4)
        first = sorted(names, key=lambda name: (names[name] != "unrelated", name))
        intents = tuple(Intent(name, even) for name in first)
        signals = tuple(Signal(facts.name, 0.0, False) for facts in self._model.facts.signals)
        version = self._model.facts.version
        return Understanding(spoken.language, spoken.confidence, intents, entities, signals, 1.0, version, spoken.other)


def _wished(reading: Reading, name: str) -> bool:
    """Whether more of what speaks for the intent is a wish than a question."""
    return reading.wishes.get(name, 0.0) > max(_WISH_LEAST, reading.intents[name] / 2)


def _follow_up(
    ranking: tuple[Intent, ...],
    out_of_scope: float,
    said: str,
    entities: Sequence[Entity],
    context: TurnContext,
    words: Sequence[Lexicon],
) -> tuple[tuple[Intent, ...], float]:
    """With "and last month?" the previous intent is meant again, unless the few words name a wish of their own."""
    before = context.previous_intent
    known = {intent.name for intent in ranking}
    short = len(said.split()) <= _FOLLOW_UP_WORDS
    begins = any(lexicon.match("follow_up", plain_text(said)) for lexicon in words)
    goes_on = begins or (bool(entities) and not any(intent.active for intent in ranking))
    own_wish = ranking[0].active and ranking[0].confidence > 0.85
    if before is None or before not in known or not short or not goes_on or own_wish:
        return ranking, out_of_scope
    again = Intent(before, max(0.75, ranking[0].confidence), True)
    rest = tuple(Intent(i.name, i.confidence) for i in ranking if i.name != before)
    return (again, *rest), min(out_of_scope, 0.25)
