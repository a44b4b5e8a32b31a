"""Every turn of a long conversation, decided again from its record, gives the same decision (AU-08)."""

from __future__ import annotations

from openteller.loops.conversation.replaying import replay
from tests.integration.conversation.house import House

WORDS = (
    "hello",
    "what is my balance?",
    "what did I spend at Tesco last month?",
    "Send money to Anna Smith from my savings account",
    "make it £50",
    "no, 60",
    "what's on my savings account?",
    "yes",
    "cancel that",
    "Please freeze my debit card",
    "my email is ada@example.com and my card is 4111 1111 1111 1111",
    "qwert zuiop",
    "can you write me a poem?",
    "I want to talk to a person",
    "thanks",
)


async def test_all_turns_of_a_scenario_replay_to_the_same_decision(house: House) -> None:
    caller = await house.visitor()
    await caller.say("my card was stolen")
    await caller.log_in()
    for words in WORDS:
        await caller.say(words)
    turns = await house.rows("SELECT turn_id, decision FROM turns ORDER BY decided_at")
    assert len(turns) == len(WORDS) + 2
    for turn in turns:
        replayed = await replay(house.kit, house.tenant, turn["turn_id"])
        assert replayed.same, (turn["decision"], replayed)
    assert len({turn["decision"] for turn in turns}) >= 3
