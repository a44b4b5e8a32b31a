"""Answers out of the bank's articles: what is looked up for a message, and what is decided about it. Pure but for the
looking up, whose result is part of the turn's record.

A wish to act goes before a question, unless an article surely answers and the wish is less sure: "the usual reasons for
a refusal" is not about the customer's own payment. An article answers only if it is surely the right one; if several
may be, we ask which; else we say that we do not know, and offer a person. Never a guess.
"""

from __future__ import annotations

from datetime import date

from openteller.capabilities.flows.book import FlowBook
from openteller.capabilities.flows.flow import Flow
from openteller.capabilities.flows.values import PERSON, flow_button
from openteller.capabilities.knowledge.library import Library
from openteller.capabilities.understanding.understander import Understander
from openteller.domain.conversations import InboxKind
from openteller.domain.decisions import Answer, Clarify, Decision, Refuse
from openteller.domain.knowledge import Passage, Quote
from openteller.domain.replies import OptionPhrase, Phrase, Reply
from openteller.domain.texts import RedactedText
from openteller.domain.understanding import Intent, Understanding

_BUTTON = "article:"
_CLOSE = 0.25
"""Confidence from which an article is worth a button besides the one that answers."""
_LIKELY = 0.4
"""Confidence from which it is worth asking whether an article is meant, when it was not clearly a question."""
_POSSIBLE = 0.1
"""Confidence from which an article is one of those we ask about."""
_MOST_JOURNEYS = 2
"""Journeys offered below an answer."""
_SURE_WISH, _SURER_WISH = 0.9, 0.95
"""Confidence from which a wish goes before whatever an article has to say; and where a question is heard beside it."""


def look_up(
    library: Library,
    understander: Understander,
    kind: InboxKind,
    text: RedactedText,
    meaning: Understanding,
    language: str,
    today: date,
) -> tuple[Passage, ...]:
    """The articles that may answer a message, best first; for a button, the article that stands on it."""
    if kind is InboxKind.CHOICE and text.text.startswith(_BUTTON):
        chosen = library.named(text.text.removeprefix(_BUTTON), language, today)
        return () if chosen is None else (chosen,)
    if kind is not InboxKind.TEXT or not library.has(language):
        return ()
    said, vector = understander.vector(text)
    return library.look_up(said, vector, language=language, today=today, intents=meaning.intents)


def chosen(said: str, passages: tuple[Passage, ...]) -> Decision | None:
    """The answer to the button of an article; None for any other button."""
    if not said.startswith(_BUTTON):
        return None
    if not passages:
        return Refuse(Reply((Phrase("knowledge.unavailable"),), options=(PERSON,)), "article_gone")
    return Answer(article(passages[0]), "article_chosen", passages[0])


def surely_wished(meaning: Understanding, flows: FlowBook) -> bool:
    """True if the message holds a wish that no article may come before: then none is looked up."""
    return any(intent.confidence >= _sure(meaning) for intent, _ in _wishes(meaning, flows))


def rather_asked(meaning: Understanding, passages: tuple[Passage, ...], flows: FlowBook) -> Answer | None:
    """The answer of an article that is surer than every wish, with the journeys as buttons. Nothing goes before an
    urgent one.
    """
    wishes = _wishes(meaning, flows)
    if not wishes or not surely(passages) or any(flow.urgent for _, flow in wishes):
        return None
    if max(one.confidence for one, _ in wishes) >= min(_sure(meaning), passages[0].confidence):
        return None
    journeys = dict.fromkeys(flow.name for _, flow in wishes)
    return _first(meaning, passages, flows, *map(flow_button, journeys))


def surely(passages: tuple[Passage, ...]) -> bool:
    """True if an article is surely the right one."""
    return bool(passages) and passages[0].sure


def _wishes(meaning: Understanding, flows: FlowBook) -> list[tuple[Intent, Flow]]:
    """What the customer wishes for, and the flow of each."""
    return [(one, flow) for one in meaning.active_intents() if (flow := flows.started_by(one.name)) is not None]


def _sure(meaning: Understanding) -> float:
    return _SURER_WISH if is_question(meaning) else _SURE_WISH


def _first(meaning: Understanding, passages: tuple[Passage, ...], flows: FlowBook, *journeys: OptionPhrase) -> Answer:
    """The sure answer, going before fainter wishes and signals; what they would have done stays at hand."""
    return answer(passages, *journeys, *_faintly_heard(meaning, flows))


def _faintly_heard(meaning: Understanding, flows: FlowBook) -> tuple[OptionPhrase, ...]:
    """What a signal that is too faint to go before a sure answer would have done, and what is offered with such a
    question, as buttons.
    """
    heard = [flow for one in meaning.signals if one.active and (flow := flows.on_signal(one.name)) is not None]
    heard.sort(key=lambda flow: -flow.risk)
    offered = [flow for one in meaning.active_intents() for flow in flows.offered_with(one.name)]
    buttons = tuple(flow_button(name) for name in dict.fromkeys(flow.name for flow in (*heard, *offered)))
    if any(flow.urgent for flow in heard):
        return *buttons[:_MOST_JOURNEYS], PERSON
    return buttons[:_MOST_JOURNEYS]


def asked(meaning: Understanding, passages: tuple[Passage, ...], flows: FlowBook, *, busy: bool) -> Decision | None:
    """What is done about a question. ``busy``: a flow is under way, which hears everything that is not surely one."""
    if not is_question(meaning):
        return None
    if surely(passages):
        return _first(meaning, passages, flows)
    if busy:
        return None
    possible = tuple(passage.article_id for passage in passages if passage.confidence >= _POSSIBLE)
    if possible:
        return Clarify((), "which_article", possible)
    return Refuse(Reply((Phrase("knowledge.not_known"),), options=(PERSON,)), "not_known")


def perhaps(meaning: Understanding, passages: tuple[Passage, ...]) -> Decision | None:
    """What an article may still do for a message that would be refused or asked about again."""
    if not passages or meaning.intents[0].name == "unrelated":
        return None
    if surely(passages):
        return answer(passages)
    if passages[0].confidence < _LIKELY:
        return None
    return Clarify((), "which_article", tuple(one.article_id for one in passages if one.confidence >= _POSSIBLE))


def is_question(meaning: Understanding) -> bool:
    """True if the customer asks about the bank's rules and prices."""
    return meaning.asks


def answer(passages: tuple[Passage, ...], *more: OptionPhrase) -> Answer:
    """The best article's answer, with buttons for others that are close, and ``more``."""
    others = tuple(button(one.article_id) for one in passages[1:] if one.confidence >= _CLOSE)
    return Answer(article(passages[0], *others, *more), "knowledge", passages[0])


def article(passage: Passage, *others: OptionPhrase) -> Reply:
    """What is said of an article: its short answer, the part that the question is about, and where that comes from."""
    name = passage.article_id
    phrases = [Phrase("knowledge.answer", {"text": Quote(name, "answer")})]
    if passage.section is not None:
        phrases.append(Phrase("knowledge.more", {"text": Quote(name, f"section:{passage.section}")}))
    return Reply(tuple(phrases), options=others, sources=(name,))


def button(name: str) -> OptionPhrase:
    """The button of an article."""
    return OptionPhrase(f"{_BUTTON}{name}", Phrase("knowledge.article", {"title": Quote(name, "title")}))
