"""Step 6: what to do about a message. Pure: everything it depends on comes in, and nothing else is looked at.

The order is the promise. A person is given at once to whoever asks; danger comes before business; an open question is
answered before a new one is opened; and who is not understood twice is offered a person, three times is given one.
"""

from __future__ import annotations

from dataclasses import replace

from openteller.capabilities.flows.fitting import answers, answers_exactly, names_what_it_needs, tells
from openteller.capabilities.flows.values import PERSON
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
    Mentions,
    Provide,
    Resume,
)
from openteller.domain.replies import Phrase, Reply
from openteller.loops.conversation import answering
from openteller.loops.conversation.danger import CONTRARY, FRAUD, danger, stop_fraud
from openteller.loops.conversation.solving import solved_answer, solved_question
from openteller.loops.conversation.turn_context import TurnContext

_SMALL_TALK = {
    "greeting": "conversation.greeting_anonymous",
    "thanks": "conversation.thanks",
    "hold_on": "conversation.hold_on",
    "goodbye": "conversation.goodbye",
    "abuse": "conversation.abuse",
}
_AT_THE_END = frozenset({"thanks", "goodbye"})
"""What people say when they think that they have it: the moment to ask whether they do."""
_UNSURE = "unsure"
_NO_STORY = frozenset({"cancel", "deny", "repeat"})
"""Said when asked to tell something, these tell nothing."""
_WORTH_ASKING = 0.15
"""Calibrated confidence from which a reading that is not sure enough to act on is worth a question."""
_OUTSIDE, _RATHER, _SURELY, _SURE_SMALL_TALK = 0.5, 0.5, 0.75, 0.8


def decide(context: TurnContext) -> Decision:
    """The decision for this message, with its reason."""
    for rule in (
        _commands,
        _person_first,
        _events,
        danger,
        _dialogue,
        _wishes,
        _offered,
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
        if context.flows[name] is context.flows.on_signal(FRAUD):
            return stop_fraud(context, context.flows[name])
        return context.start((name,), Mentions(""), "flow_chosen")
    return RunFlow(Choose(said), "choice")


def _outcome(context: TurnContext) -> Decision:
    """What a sweep has found out about an action: ``<state>:<reference>``."""
    state, _, reference = context.mentions.text.partition(":")
    values = {"reference": reference} if state == "executed" else {}
    return Answer(Reply((Phrase(f"action.later_{state}", values),)), "outcome_known")


def _dialogue(context: TurnContext) -> Decision | None:
    """What the message does to the open question: repeat, stop, answer, yes, no, change."""
    said, mentions, state = context.active(), context.mentions, context.state
    if answers_exactly(state, mentions, context.flows) and not (tells(state, context.flows) and said & _NO_STORY):
        return RunFlow(Provide(mentions), "answer")
    then = context.wished()
    if "deny" in said and tells(state, context.flows):
        return _no(context, then)  # "no, nothing to add" ends the story and not the journey
    if _UNSURE in said and state.frames and not then:
        return RunFlow(Provide(mentions), "answer")  # "well, I don't know" is no yes
    if "repeat" in said and not then and "correct" not in said:
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
            return context.start((only,), context.mentions, "clarified")
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
    names = tuple(dict.fromkeys(flow.name for flow in context.flows_meant()))
    blocks = context.flows.on_signal("card_lost_stolen")
    if blocks is not None and {blocks.name, CONTRARY} <= set(names):
        return Clarify((CONTRARY, blocks.name), "contrary_wishes")  # as with the signal: a block is for good
    return context.start(names, context.mentions, "intent") if names else None


def _offered(context: TurnContext) -> Decision | None:
    """What can be done here is begun when it is wished for, or when a question names what the doing needs ("raise my
    limit to £800?"), or where no article surely answers. What writes something down at once, or one of several, is
    asked about. With an answer it stands below.
    """
    offered = {flow.name: flow for name in context.active() for flow in context.flows.offered_with(name)}
    if not offered or context.state.frames:
        return None
    named = [flow for flow in offered.values() if names_what_it_needs(flow, context.mentions)]
    if named:
        return context.start((max(named, key=lambda flow: flow.risk).name,), context.mentions, "offered")
    wished = any(intent.wish for intent in context.meaning.active_intents())
    if answering.surely(context.passages) and not wished:
        return None
    if len(offered) > 1 or any(flow.opens_case for flow in offered.values()):
        return Clarify(tuple(offered), "offered")
    return context.start(tuple(offered), context.mentions, "offered")


def _question(context: TurnContext) -> Decision | None:
    """A question about rules and prices; a flow that is under way goes on after the answer."""
    if not answering.surely(context.passages) and (context.state.failed_turns > 1 or _unspoken(context)):
        return None
    return answering.asked(context.meaning, context.passages, context.flows, busy=bool(context.state.frames))


def _logged_in(context: TurnContext) -> Decision | None:
    """Whatever is said after the login that was asked for ("done", "thanks"), what waited for it goes on."""
    awaiting = context.state.awaiting
    if isinstance(awaiting, AwaitLogin) and context.level >= awaiting.level:
        return RunFlow(Provide(context.mentions), "logged_in_since")
    return None


def _small_talk(context: TurnContext) -> Decision | None:
    """Answers that need no flow; what is under way stays under way."""
    state = context.state
    if answers(state, context.mentions, context.flows):
        return None  # "a letter, thank you" is an answer before it is a courtesy
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


def _reply(key: str) -> Reply:
    return Reply((Phrase(key),))
