"""The loop's own questions and notices, as replies of the catalogue. Keys only: the words are the pack's."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from openteller.capabilities.flows.book import FlowBook
from openteller.capabilities.flows.values import called, flow_button
from openteller.domain.actions import Action
from openteller.domain.assurance import Challenge
from openteller.domain.flows import AwaitClarification, AwaitConfirmation, AwaitPersonOffer
from openteller.domain.handovers import Handover, HandoverState
from openteller.domain.replies import LinkPhrase, OptionPhrase, Phrase, Reply, Value
from openteller.domain.understanding import Understanding
from openteller.loops.conversation.answering import button
from openteller.loops.conversation.kit import PackFacts
from openteller.loops.conversation.performed import Performed

PERSON = OptionPhrase("person", Phrase("person.button"))


def welcome(privacy_url: str) -> Reply:
    """The first words of every thread: that this is a machine, that a person is a tap away, where the privacy notice is
    (CR-01, AI Act Art. 50).
    """
    link = LinkPhrase(Phrase("conversation.privacy_link"), privacy_url, "privacy")
    return Reply((Phrase("conversation.disclosure"),), links=(link,))


def clarify(done: Performed, flows: Sequence[str], book: FlowBook, articles: Sequence[str] = ()) -> None:
    """Ask once what was meant, best guesses as buttons, a person among them."""
    if articles:
        _which_article(done, articles)
        return
    options = tuple(flow_button(name) for name in flows if name in book.flows)
    key = "conversation.clarify" if options else "conversation.say_differently"
    done.say(Reply((Phrase(key),), options=(*options, PERSON)))
    state = done.state
    awaiting = AwaitClarification(tuple(flows)) if options else state.awaiting
    done.state = replace(state, awaiting=awaiting, failed_turns=state.failed_turns + 1)


def _which_article(done: Performed, articles: Sequence[str]) -> None:
    options = tuple(button(name) for name in articles)
    done.say(Reply((Phrase("knowledge.which"),), options=(*options, PERSON)))
    done.state = replace(done.state, failed_turns=done.state.failed_turns + 1)


def offer_person(done: Performed) -> None:
    """The second failed turn."""
    done.say(Reply((Phrase("conversation.offer_person"),), options=(PERSON,)))
    state = done.state
    done.state = replace(state, awaiting=state.awaiting or AwaitPersonOffer(), failed_turns=state.failed_turns + 1)


def confirmation(shown: Reply, awaiting: AwaitConfirmation) -> Reply:
    """What is to be done, with yes and no that belong to exactly this intent (TX-08)."""
    yes = OptionPhrase(awaiting.yes, Phrase("confirm.yes"))
    no = OptionPhrase(awaiting.no, Phrase("confirm.no"))
    return replace(shown, options=(yes, no))


def approve(action: Action, challenge: Challenge) -> Reply:
    """Go to the bank's app and approve: fixed words with action, amount and payee (TX-04)."""
    values: dict[str, Value] = {}
    if action.amount is not None:
        values["amount"] = action.amount
    if action.to is not None:
        values["payee"] = called(action.to)
    key = f"step_up.ask_{action.kind}"
    link = LinkPhrase(Phrase("step_up.link"), challenge.approve_url, "step_up")
    return Reply((Phrase(key, values),), links=(link,))


def step_up(status: str) -> Reply:
    """How the step-up stands."""
    return Reply((Phrase(f"step_up.{status}"),))


def login(pack: PackFacts, book: FlowBook, flow: str, *, url: str | None = None) -> Reply:
    """Log in first, and the flow goes on. Who reports a lost card also gets the emergency number and a person."""
    link = LinkPhrase(Phrase("conversation.login_link"), url or pack.login_url, "login")
    if flow in book.urgent:
        phrase = Phrase("conversation.login_to_block", {"phone": pack.emergency_phone})
        return Reply((phrase,), links=(link,), options=(PERSON,))
    return Reply((Phrase("conversation.login_needed"),), links=(link,))


def elsewhere(pack: PackFacts) -> LinkPhrase:
    """Where everything can be seen: the bank's own pages."""
    return LinkPhrase(Phrase("channel.elsewhere_link"), pack.login_url, "login")


def only_elsewhere(pack: PackFacts, book: FlowBook, flow: str) -> Reply:
    """No login opens anything here. Who reports a lost card also gets the emergency number and a person."""
    if flow in book.urgent:
        phrase = Phrase("channel.block_elsewhere", {"phone": pack.emergency_phone})
        return Reply((phrase,), links=(elsewhere(pack),), options=(PERSON,))
    return Reply((Phrase("channel.elsewhere"),), links=(elsewhere(pack),))


def dropped_secret() -> Reply:
    """A secret was typed and is gone."""
    return Reply((Phrase("privacy.dropped"),))


def trouble() -> Reply:
    """Something is wrong on our side."""
    return Reply((Phrase("conversation.trouble"),))


def person_coming(handover: Handover, now: datetime, pack: PackFacts) -> Reply:
    """A reference and a time, always; care first where it is needed."""
    values: dict[str, Value] = {"reference": handover.reference}
    if handover.state is HandoverState.TICKET:
        last = Phrase("handover.ticket", {**values, "due": handover.due_at}, reference=handover.reference)
    else:
        last = Phrase("handover.waiting", {**values, "wait": handover.due_at - now}, reference=handover.reference)
    return Reply((*_care(handover.reason, pack), last))


def person_coming_already(handover: Handover, reason: str, pack: PackFacts) -> Reply:
    """Asked twice: the same reference, no second queue. Whoever says something grave meanwhile is heard first."""
    values: dict[str, Value] = {"reference": handover.reference, "due": handover.due_at}
    still = Phrase("handover.already", values, reference=handover.reference)
    return Reply((*_care(reason, pack), still))


def faintly_heard(meaning: Understanding, said: Sequence[Reply], crisis_line: str) -> Reply | None:
    """What stands below whatever is said when despair, or the wish for a person, is heard too faintly to go before it:
    where somebody listens, and the way to a person.
    """
    if meaning.has_signal("self_harm"):
        return Reply((Phrase("conversation.care", {"crisis_line": crisis_line}),), options=(PERSON,))
    offered = any(PERSON in reply.options for reply in said)
    return Reply((), options=(PERSON,)) if meaning.has_signal("human_request") and not offered else None


def _care(reason: str, pack: PackFacts) -> tuple[Phrase, ...]:
    """What must be said before anything about queues."""
    match reason:
        case "self_harm":
            return (Phrase("handover.self_harm", {"crisis_line": pack.crisis_line}),)
        case "fraud":
            return (Phrase("handover.fraud", {"phone": pack.emergency_phone}),)
        case "stuck":
            return (Phrase("handover.stuck"),)
    return ()
