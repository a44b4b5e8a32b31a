"""Step 6: what to do about a message. Pure: everything it depends on comes in, and nothing else is looked at.

The order is the promise. A person is given at once to whoever asks; danger comes before business; an open question is
answered before a new one is opened; and who is not understood twice is offered a person, three times is given one.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from openteller.capabilities.actions.policy import Policy
from openteller.capabilities.flows.book import FlowBook
from openteller.capabilities.flows.fitting import answers_exactly
from openteller.capabilities.flows.flow import Flow
from openteller.capabilities.flows.values import PERSON
from openteller.domain.assurance import Level
from openteller.domain.conversations import ChannelCommand, Holder, InboxKind
from openteller.domain.decisions import (
    Answer,
    Clarify,
    Decision,
    HandOver,
    LeaveToAgent,
    OfferPerson,
    Refuse,
    RunFlow,
    Unlink,
)
from openteller.domain.flows import (
    Affirm,
    AwaitClarification,
    AwaitConfirmation,
    AwaitLogin,
    AwaitPersonOffer,
    AwaitStepUp,
    Cancel,
    Choose,
    Deny,
    DialogueState,
    Mentions,
    Provide,
    Resume,
    Start,
)
from openteller.domain.knowledge import Passage
from openteller.domain.replies import Phrase, Reply
from openteller.domain.understanding import Understanding
from openteller.loops.conversation import answering
from openteller.loops.conversation.solving import solved_answer, solved_question

_SMALL_TALK = {
    "greeting": "conversation.greeting_anonymous",
    "thanks": "conversation.thanks",
    "goodbye": "conversation.goodbye",
    "abuse": "conversation.abuse",
}
_AT_THE_END = frozenset({"thanks", "goodbye"})
"""What people say when they think that they have it: the moment to ask whether they do."""
_CONTRARY = "unfreeze_card"
"""What nobody wants together with a card blocked for good: "I found my card, unfreeze it"."""
_HARMLESS = frozenset({"activate_card", "explain_decline", "replace_card"})
"""Wishes about a card in the hand, whose words are near those of a lost one: "the waiter said it didn't go through"."""
_WORTH_ASKING = 0.15
"""Calibrated confidence from which a reading that is not sure enough to act on is worth a question."""
_OUTSIDE, _RATHER, _SURELY, _SURE_SMALL_TALK, _SURE_FRAUD = 0.5, 0.5, 0.75, 0.8, 0.5
_SURE_WISH, _FAINT = 0.9, 0.35


@dataclass(frozen=True, slots=True)
class TurnContext:
    """Everything a decision depends on.

    ``mentions`` is what the message holds: for a button its id, for a step-up the challenge's id. ``switched_off``
    holds the kill switches: bot, actions, action:<kind>. ``passages`` are the articles that may answer it, best first.
    """

    kind: InboxKind
    mentions: Mentions
    meaning: Understanding
    state: DialogueState
    holder: Holder
    level: Level
    flows: FlowBook
    policy: Policy
    switched_off: frozenset[str]
    now: datetime
    passages: tuple[Passage, ...] = ()


def decide(context: TurnContext) -> Decision:
    """The decision for this message, with its reason."""
    for rule in (
        _commands,
        _person_first,
        _events,
        _danger,
        _dialogue,
        _wishes,
        _question,
        _logged_in,
        _small_talk,
        _answers,
    ):
        decision = rule(context)
        if decision is not None:
            return decision
    return _at_a_loss(context)


def _commands(context: TurnContext) -> Decision | None:
    """What a channel says without words; nobody is left to guess what became of a picture, whoever has the word."""
    command = context.mentions.text
    if context.kind is not InboxKind.COMMAND:
        return None
    if command == ChannelCommand.UNLINK:
        return Unlink()
    if command in (ChannelCommand.START, ChannelCommand.HELP):
        if context.holder is Holder.WITH_AGENT:
            return LeaveToAgent()
        key = "conversation.help" if command == ChannelCommand.HELP else "conversation.greeting_anonymous"
        return Answer(_reply(key), command)
    return Answer(_reply(f"channel.{command}"), command)


def _person_first(context: TurnContext) -> Decision | None:
    """Who has the word, who wants a person, and whether the bot may speak at all."""
    if context.kind is InboxKind.OUTCOME:
        return _outcome(context)  # a fact about the customer's money is told, whoever has the word
    if context.holder is Holder.WITH_AGENT and context.kind is not InboxKind.STEP_UP:
        return LeaveToAgent()
    pressed = context.kind is InboxKind.CHOICE and context.mentions.text == PERSON.id
    if context.kind is InboxKind.PERSON or pressed:
        return HandOver("customer_asked")
    if "bot" in context.switched_off:
        return HandOver("bot_off")
    return None


def _events(context: TurnContext) -> Decision | None:
    """Buttons, and what the bank's app has to say."""
    said = context.mentions.text
    if context.kind is InboxKind.STEP_UP:
        return RunFlow(Resume(said), "step_up_answered")
    if context.kind is InboxKind.LOGGED_IN:
        waited = isinstance(context.state.awaiting, AwaitLogin)
        return RunFlow(Resume(), "logged_in") if waited else Answer(_reply("conversation.logged_in"), "logged_in")
    if context.kind is InboxKind.FOLLOW_UP:
        return Answer(solved_question("conversation.solved_later", "solved_later"), "asked_a_day_later")
    if context.kind is not InboxKind.CHOICE:
        return None
    if (solved := solved_answer(said)) is not None:
        return solved
    if (article := answering.chosen(said, context.passages)) is not None:
        return article
    name = said.removeprefix("flow:")
    if name != said and name in context.flows.flows:
        return _start(context, (name,), Mentions(""), "flow_chosen")
    return RunFlow(Choose(said), "choice")


def _outcome(context: TurnContext) -> Decision:
    """What a sweep has found out about an action: ``<state>:<reference>``."""
    state, _, reference = context.mentions.text.partition(":")
    values = {"reference": reference} if state == "executed" else {}
    return Answer(Reply((Phrase(f"action.later_{state}", values),)), "outcome_known")


def _danger(context: TurnContext) -> Decision | None:
    """Signals stand above every flow: care for who is in despair, stop the thief, then everything else."""
    if context.meaning.has_signal("self_harm"):
        return HandOver("self_harm")
    for signal in ("fraud_in_progress", "card_lost_stolen"):
        flow = context.flows.started_by(signal) if context.meaning.has_signal(signal) else None
        if flow is not None and signal == "fraud_in_progress":
            if _rather_a_card(context) or _rather_a_journey(context):
                continue
            return _stop_fraud(context, flow)
        if flow is not None and _CONTRARY in _active(context):
            return Clarify((flow.name, _CONTRARY), "contrary_wishes")  # blocking for good must not be a guess
        wished = _wished(context)
        if flow is not None and flow.name not in wished and (other := _HARMLESS & set(wished)):
            return Clarify((flow.name, *sorted(other)), "contrary_wishes")  # only the signal says so, not the words
        if flow is not None:
            return _start(context, (flow.name, *wished), context.mentions, signal)
    if context.meaning.has_signal("human_request") or "talk_to_person" in _active(context):
        return HandOver("customer_asked")
    return None


def _rather_a_card(context: TurnContext) -> bool:
    """True where a card is surely gone and money only perhaps: blocking the card is then what stops the thief."""
    chances = {signal.name: signal.confidence for signal in context.meaning.signals if signal.active}
    return chances["fraud_in_progress"] < min(_SURE_FRAUD, chances.get("card_lost_stolen", 0.0))


def _rather_a_journey(context: TurnContext) -> bool:
    """True where a journey is surely wished for and fraud is a faint trace: "send £20 to Anna, IBAN …"."""
    chance = max(signal.confidence for signal in context.meaning.signals if signal.name == "fraud_in_progress")
    wished = (intent for intent in context.meaning.active_intents() if intent.confidence >= _SURE_WISH)
    return chance < _FAINT and any(context.flows.started_by(intent.name) is not None for intent in wished)


def _stop_fraud(context: TurnContext, flow: Flow) -> Decision:
    """Make the cards safe first, if we may; a person comes in any case (the flow ends with one)."""
    if context.level < flow.level or _is_off(context, flow):
        return HandOver("fraud")
    return RunFlow(Start((flow.name,), Mentions("")), "fraud_in_progress")


def _dialogue(context: TurnContext) -> Decision | None:
    """What the message does to the open question: repeat, stop, answer, yes, no, change."""
    said, mentions, state = _active(context), context.mentions, context.state
    if answers_exactly(state, mentions, context.flows):
        return RunFlow(Provide(mentions), "answer")
    then = _wished(context)
    if "repeat" in said and not then:
        return Answer(state.last_reply or _reply("conversation.nothing_to_repeat"), "repeat")
    if "cancel" in said and state.frames:
        return RunFlow(Cancel(mentions, then), "cancel")
    if "cancel" in said and not then:
        return Answer(_reply("conversation.nothing_to_cancel"), "nothing_to_cancel")
    if "affirm" in said:
        return _yes(context, then)
    if "deny" in said:
        return _no(context, then)
    if "correct" in said and state.frames:
        return RunFlow(Provide(mentions, then), "correction")
    return None


def _yes(context: TurnContext, then: tuple[str, ...]) -> Decision | None:
    awaiting = context.state.awaiting
    match awaiting:
        case AwaitConfirmation() | AwaitStepUp() if then or answering.is_question(context.meaning):
            return None  # "OK, what's my balance?" is a filler before another wish, and must not move money
        case AwaitConfirmation() | AwaitStepUp():
            return RunFlow(Affirm(context.mentions), "affirmed")
        case AwaitPersonOffer():
            return HandOver("customer_asked")
        case AwaitLogin():
            return RunFlow(Resume(), "login_said_done")
        case AwaitClarification((only,)):
            return _start(context, (only,), context.mentions, "clarified")
    if then:
        return None
    if context.state.failed_turns > 1 and context.state.frames:
        return HandOver("customer_asked")  # the person was offered together with the question
    if context.state.frames:
        return RunFlow(Affirm(context.mentions), "affirmed")
    return Answer(_reply("conversation.nothing_to_confirm"), "nothing_to_confirm")


def _no(context: TurnContext, then: tuple[str, ...]) -> Decision | None:
    match context.state.awaiting:
        case AwaitConfirmation() | AwaitStepUp():
            return RunFlow(Deny(context.mentions, then), "denied")
        case AwaitLogin():
            return RunFlow(Cancel(context.mentions, then), "login_declined")
        case AwaitClarification():
            return None if then else Clarify((), "none_of_these")
        case AwaitPersonOffer() if not then:
            return Answer(_reply("conversation.help"), "person_declined")
    if then:
        return None
    if context.state.frames:
        return RunFlow(Deny(context.mentions), "denied")
    return Answer(_reply("conversation.goodbye"), "nothing_more")


def _wishes(context: TurnContext) -> Decision | None:
    """New wishes, the riskiest first; one that is under way already hears the message as an answer or a change."""
    article = answering.rather_asked(context.meaning, context.passages, context.flows)
    if article is not None:
        return article
    names = tuple(dict.fromkeys(flow.name for flow in _flows_meant(context)))
    blocks = context.flows.started_by("card_lost_stolen")
    if blocks is not None and {blocks.name, _CONTRARY} <= set(names):
        return Clarify((_CONTRARY, blocks.name), "contrary_wishes")  # as with the signal: a block is for good
    return _start(context, names, context.mentions, "intent") if names else None


def _question(context: TurnContext) -> Decision | None:
    """A question about rules and prices; a flow that is under way goes on after the answer."""
    sure = bool(context.passages) and context.passages[0].sure
    if not sure and (context.state.failed_turns > 1 or _unspoken(context)):
        return None
    return answering.asked(context.meaning, context.passages, busy=bool(context.state.frames))


def _logged_in(context: TurnContext) -> Decision | None:
    """Whatever is said after the login that was asked for ("done", "thanks"), what waited for it goes on."""
    awaiting = context.state.awaiting
    if isinstance(awaiting, AwaitLogin) and context.level >= awaiting.level:
        return RunFlow(Provide(context.mentions), "logged_in_since")
    return None


def _small_talk(context: TurnContext) -> Decision | None:
    """Answers that need no flow; what is under way stays under way."""
    state = context.state
    least = _SURE_SMALL_TALK if state.frames else 0.0  # "the usual" answers a question and greets nobody
    active = (intent for intent in context.meaning.active_intents() if intent.confidence >= least)
    found = next((intent.name for intent in active if intent.name in _SMALL_TALK), None)
    if found is None:
        return None
    over = found in _AT_THE_END and state.last_intent is not None and not state.frames
    if over and not state.asked_solved and context.holder is Holder.WITH_BOT:
        asked = solved_question("conversation.solved", "solved")
        return Answer(replace(asked, phrases=(Phrase(_SMALL_TALK[found]), *asked.phrases)), found)
    return Answer(_reply(_SMALL_TALK[found]), found)


def _answers(context: TurnContext) -> Decision | None:
    """Whatever else is said while a flow is under way is for it: it asks differently if it cannot use it."""
    return RunFlow(Provide(context.mentions), "answer") if context.state.frames else None


def _at_a_loss(context: TurnContext) -> Decision:
    """Not understood: once ask which, then offer a person, then bring one. Never a loop (complaint 19)."""
    if context.holder is Holder.WAITING_FOR_AGENT:
        return Answer(_reply("journeys.passed_on"), "kept_for_agent")
    article = answering.perhaps(context.meaning, context.passages)
    may_ask = not context.state.failed_turns and not _unspoken(context)
    if article is not None and (isinstance(article, Answer) or may_ask):
        return article
    if context.state.failed_turns > 1:
        return HandOver("stuck")
    if context.state.failed_turns == 1:
        return OfferPerson("not_understood_twice")
    if _unspoken(context):
        phrase = Phrase("conversation.language_unsupported", everywhere=True)
        return Refuse(Reply((phrase,), options=(PERSON,)), "language_unsupported")
    if context.meaning.out_of_scope >= _OUTSIDE and not _rather_meant(context):
        unsupported = context.meaning.intents[0].name.startswith("unsupported")
        key = "conversation.unsupported" if unsupported else "conversation.out_of_scope"
        return Refuse(Reply((Phrase(key),), options=(PERSON,)), key.partition(".")[2])
    likely = [intent.name for intent in context.meaning.intents if intent.confidence >= _WORTH_ASKING]
    flows = [flow.name for name in likely if (flow := context.flows.started_by(name)) is not None]
    return Clarify(tuple(dict.fromkeys(flows))[:3], "unsure")


def _unspoken(context: TurnContext) -> bool:
    """True where the message is surely in a language that nothing can be said in."""
    meaning = context.meaning
    spoken = context.flows.languages or (meaning.language,)
    surely = meaning.language_confidence >= _SURELY and meaning.language not in spoken
    return surely or meaning.other_language is not None


def _rather_meant(context: TurnContext) -> bool:
    """True where one journey is likelier than everything else together: then it is asked for, and not turned away."""
    best = context.meaning.intents[0]
    return best.confidence >= _RATHER and context.flows.started_by(best.name) is not None


def _start(context: TurnContext, names: tuple[str, ...], mentions: Mentions, reason: str) -> Decision:
    """Begin the flows; what the bank has switched off is said before anything is asked for it."""
    first = context.flows[context.flows.riskiest_first(names)[0]]
    if not _is_off(context, first):
        return RunFlow(Start(names, mentions), reason)
    if first.urgent:
        return HandOver("action_off")
    return Refuse(Reply((Phrase("action.unavailable"),), options=(PERSON,)), "switched_off")


def _is_off(context: TurnContext, flow: Flow) -> bool:
    action = flow.first_action
    return action is not None and not context.switched_off.isdisjoint({"actions", f"action:{action}"})


def _active(context: TurnContext) -> frozenset[str]:
    return frozenset(intent.name for intent in context.meaning.active_intents())


def _flows_meant(context: TurnContext) -> Iterator[Flow]:
    for intent in context.meaning.active_intents():
        flow = context.flows.started_by(intent.name)
        if flow is not None:
            yield flow


def _wished(context: TurnContext) -> tuple[str, ...]:
    """The flows wished for besides the one on top, each once."""
    top = context.state.frames[-1].flow if context.state.frames else None
    return tuple(dict.fromkeys(flow.name for flow in _flows_meant(context) if flow.name != top))


def _reply(key: str) -> Reply:
    return Reply((Phrase(key),))
