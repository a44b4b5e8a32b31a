"""The desk speaks in words: whatever the engine calls a state, a reason or an action has wording there."""

from __future__ import annotations

import ast
from pathlib import Path

from openteller.capabilities.replies.catalogue import Catalogue, missing_replies
from openteller.capabilities.replies.rules import Rule
from openteller.domain.actions import ActionKind, IntentState

SOURCE = Path(__file__).parents[3] / "src/openteller"
_DECISIONS = {"RunFlow", "Answer", "Clarify", "OfferPerson", "HandOver", "Refuse", "context.start"}
_RULES = ("decide.py", "danger.py", "answering.py", "turn_context.py")


def test_actions_and_their_states_have_words(catalogue: Catalogue) -> None:
    wanted = {f"desk.did_{kind}" for kind in ActionKind} | {f"desk.state_{state}" for state in IntentState}
    assert missing_replies(catalogue, wanted) == ()


def test_every_reason_of_a_decision_has_words(catalogue: Catalogue) -> None:
    reasons = {
        reason.value
        for file in _RULES
        for call in ast.walk(ast.parse((SOURCE / "loops/conversation" / file).read_text(encoding="utf-8")))
        if isinstance(call, ast.Call) and ast.unparse(call.func) in _DECISIONS
        for reason in call.args
        if isinstance(reason, ast.Constant) and isinstance(reason.value, str)
    }
    assert len(reasons) > 20
    assert missing_replies(catalogue, {f"desk.decided_{reason}" for reason in reasons}) == ()


def test_an_agent_is_told_what_is_wrong_with_an_answer(catalogue: Catalogue) -> None:
    only_the_bots = {Rule.DISCLOSURE, Rule.SHAPE}
    wanted = {f"desk.refused_{rule}" for rule in set(Rule) - only_the_bots}
    assert missing_replies(catalogue, wanted | {"desk.refused_other"}) == ()
