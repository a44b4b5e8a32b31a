"""What stands above every flow: despair, fraud under way, a lost card, the wish for a person. Pure, as ``decide.py``.

A signal is heard rather too often than too seldom, so that what it leads to depends on how surely it is heard. A faint
one stops nothing: it is asked about, or stands below as a button or a line of care, and a person sees it at the desk.
"""

from __future__ import annotations

from collections.abc import Mapping

from openteller.capabilities.flows.fitting import answers_exactly, asks_yes_or_no, tells
from openteller.capabilities.flows.flow import Flow
from openteller.domain.conversations import InboxKind
from openteller.domain.decisions import Clarify, Decision, HandOver, RunFlow
from openteller.domain.flows import Mentions, Start
from openteller.loops.conversation import answering
from openteller.loops.conversation.turn_context import TurnContext

CONTRARY = "unfreeze_card"
"""What nobody wants together with a card blocked for good: "I found my card, unfreeze it"."""
_HARMLESS = frozenset({"activate_card", "explain_decline", "replace_card"})
"""Wishes about a card in the hand, whose words are near those of a lost one: "the waiter said it didn't go through"."""
FRAUD, _TAKEOVER = "fraud_in_progress", "account_takeover"
_LOST, _HUMAN, _DESPAIR, _OPT_OUT = "card_lost_stolen", "human_request", "self_harm", "opt_out"
_SURE, _SURE_WISH, _FAINT = 0.5, 0.9, 0.35
_ACTS: Mapping[str, float] = {_DESPAIR: 0.2, FRAUD: 0.35, _HUMAN: 0.2}
"""Chance from which a signal is acted on; others from ``_SURE``. Care, a freeze and a person do less harm in vain."""
_REPORTED = ("unauthorised_transaction", "scam_payment_reported")
_GRAVE = frozenset({_DESPAIR, FRAUD, _TAKEOVER, _LOST, *_REPORTED})
_NEARLY = 0.15
"""A report of money that is gone may be heard so much less surely than fraud under way, and still goes before it."""
_ASKED_ABOUT = 2
_SURE_RIGHT = 0.9
"""Chance from which a right is meant, although an article surely answers: "how do I complain?" asks first."""


def danger(context: TurnContext) -> Decision | None:
    """Signals stand above every flow: care for who is in despair, stop the thief, then everything else."""
    if _heard(context, _DESPAIR):
        return HandOver("self_harm")
    return _fraud(context) or _lost_card(context) or _person_wanted(context) or _right(context)


def _fraud(context: TurnContext) -> Decision | None:
    flow = context.flows.on_signal(FRAUD) if _heard(context, FRAUD) or _heard(context, _TAKEOVER) else None
    rather = (
        _rather_a_card(context),
        _rather_another(context),
        _rather_a_journey(context),
        _rather_a_question(context, _theft(context)),
    )
    return None if flow is None or any(rather) else stop_fraud(context, flow)


def _lost_card(context: TurnContext) -> Decision | None:
    flow = context.flows.on_signal(_LOST)
    wished = context.wished()
    if flow is None or not (_heard(context, _LOST) or (flow.name in wished and context.meaning.has_signal(_LOST))):
        return None
    if CONTRARY in context.active():
        return Clarify((flow.name, CONTRARY), "contrary_wishes")  # blocking for good must not be a guess
    if flow.name not in wished and (other := _HARMLESS & set(wished)):
        return Clarify((flow.name, *sorted(other)), "contrary_wishes")  # only the signal says so, not the words
    rights = (one.name for one in _rights(context))
    return context.start(tuple(dict.fromkeys((flow.name, *rights, *wished))), context.mentions, "card_lost_stolen")


def _person_wanted(context: TurnContext) -> Decision | None:
    heard = _heard(context, _HUMAN) and not _rather_a_question(context, _chance(context, _HUMAN))
    asked = "talk_to_person" in context.active() and not (
        _says_yes_or_no(context) or tells(context.state, context.flows)
    )
    return HandOver("customer_asked") if heard or asked else None


def _right(context: TurnContext) -> Decision | None:
    """Words that invoke a right, or tell of a loss, open what the bank has for them (CR-03): the gravest first.

    What else is wished for in the same breath comes after it, but for what it covers. A faint one opens no case: it is
    asked about, and where a sure answer or wish is there it stands below as a button.
    """
    sure, wished = _rights(context), context.wished()
    if sure:
        first = sure[0]
        rest = dict.fromkeys((*(flow.name for flow in sure[1:]), *wished))
        names = (first.name, *(name for name in rest if name not in first.covers))
        return context.start(names, context.mentions, "signal")
    flows = _meant(context)
    if not flows or context.active() or context.state.frames or context.kind is not InboxKind.TEXT:
        return None
    gravest = sorted(flows.values(), key=lambda flow: -flow.risk)
    return Clarify(tuple(flow.name for flow in gravest[:_ASKED_ABOUT]), "faint_signal")


def _meant(context: TurnContext) -> dict[str, Flow]:
    """The flows of the signals that are active, however faintly, by signal."""
    active = [signal.name for signal in context.meaning.signals if signal.active]
    meant = [name for name in active if not _rather_a_question(context, _chance(context, name), _SURE_RIGHT)]
    return {name: flow for name in meant if (flow := context.flows.on_signal(name)) is not None}


def _rights(context: TurnContext) -> list[Flow]:
    """The flows of what is surely heard and not under way, nor covered by one that is; the gravest first."""
    frames = [context.flows[frame.flow] for frame in context.state.frames]
    served = {flow.name for flow in frames} | {name for flow in frames for name in flow.covers}
    found = [flow for name, flow in _meant(context).items() if _heard(context, name) and flow.name not in served]
    unlike = [flow for flow in found if flow not in (context.flows.on_signal(FRAUD), context.flows.on_signal(_LOST))]
    return sorted(unlike, key=lambda flow: -flow.risk)


def _heard(context: TurnContext, signal: str) -> bool:
    """Whether a signal is surely enough there to be acted on. In an answer to the open question and nothing else
    ("gold", when asked which card; a complaint's own story) only what is grave and sure is heard, and in a plain "stop"
    to what is under way no opting out.
    """
    chance = _chance(context, signal)
    if chance < _ACTS.get(signal, _SURE) or (signal == _OPT_OUT and _stops_this(context)):
        return False
    if not answers_exactly(context.state, context.mentions, context.flows) and not _says_yes_or_no(context):
        return True
    if tells(context.state, context.flows) and signal not in _GRAVE:
        return signal in (_HUMAN, _OPT_OUT) and chance >= _SURE_RIGHT
    return signal in (*_GRAVE, _HUMAN) and chance >= _SURE


def _says_yes_or_no(context: TurnContext) -> bool:
    """True for a plain answer to a question that asks for one: "no, nobody" wants nobody."""
    asked = asks_yes_or_no(context.state, context.flows)
    return asked and not context.active().isdisjoint({"affirm", "deny"})


def _stops_this(context: TurnContext) -> bool:
    return bool(context.state.frames) and "cancel" in context.active()


def _rather_a_question(context: TurnContext, chance: float, least: float = _SURE) -> bool:
    """True where an article surely answers a question that shows a signal with less than the ``least`` chance: "when
    are you there?" wants a person, perhaps.
    """
    return chance < least and answering.is_question(context.meaning) and answering.surely(context.passages)


def _rather_a_card(context: TurnContext) -> bool:
    """True where a card is surely gone and money only perhaps: blocking the card is then what stops the thief."""
    return _chance(context, FRAUD) < min(_SURE, _chance(context, _LOST)) and not _heard(context, _TAKEOVER)


def _rather_another(context: TurnContext) -> bool:
    """True where something else is heard as surely, and that somebody is stealing right now is not quite clear.

    Money that is gone is reported, which makes the cards safe as well and starts the clock of the refund; and to be
    short of money is no theft.
    """
    chance = _theft(context)
    others = {name: _chance(context, name) for name in _meant(context) if name not in (FRAUD, _TAKEOVER, _LOST)}
    inside = _chance(context, _TAKEOVER) >= _SURE  # whoever is inside the account is not shut out by a freeze
    reported = any(others.get(name, 0.0) >= max(chance - _NEARLY, _SURE) for name in _REPORTED)
    another = chance < _SURE_RIGHT and any(one >= max(chance, _SURE) for one in others.values())
    return (reported and not inside) or another


def _rather_a_journey(context: TurnContext) -> bool:
    """True where a journey is surely wished for and fraud is a faint trace: "send £20 to Anna, IBAN …"."""
    wished = (intent for intent in context.meaning.active_intents() if intent.confidence >= _SURE_WISH)
    return _theft(context) < _FAINT and any(context.flows.started_by(intent.name) is not None for intent in wished)


def _chance(context: TurnContext, signal: str) -> float:
    """The chance of an active signal; 0 for one that is not."""
    return max((one.confidence for one in context.meaning.signals if one.name == signal and one.active), default=0.0)


def _theft(context: TurnContext) -> float:
    """The chance that somebody is at the customer's money, or inside their account, right now."""
    return max(_chance(context, FRAUD), _chance(context, _TAKEOVER))


def stop_fraud(context: TurnContext, flow: Flow) -> Decision:
    """Make the cards safe first, if we may; a person comes in any case (the flow ends with one)."""
    if context.level < flow.level or context.is_off(flow):
        return HandOver("fraud")
    return RunFlow(Start((flow.name,), Mentions("")), "fraud_in_progress")
