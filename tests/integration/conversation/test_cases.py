"""What is written down the moment it is heard: cases with their clocks, facts, consent (CR-03, CR-08, CR-09)."""

from __future__ import annotations

import pytest

from openteller.capabilities.consent.record import MARKETING, OUTREACH, withdrawn
from openteller.capabilities.obligations.ledger import refuse_unwritten
from openteller.capabilities.privacy.export import export_person
from openteller.domain.errors import CustomerError, InvariantError, NotFound
from openteller.domain.replies import Promise
from openteller.loops.desk.staff import StaffMember
from tests.integration.conversation.house import House

COMPLAINT = "I want to make a formal complaint about how your branch treated me"


async def test_a_complaint_is_a_row_with_its_clocks_before_anything_is_asked(house: House) -> None:
    caller = await house.visitor()
    said = await caller.say(COMPLAINT)
    (case,) = await house.rows("SELECT * FROM cases")
    assert (case["kind"], case["owner"], case["closed_at"]) == ("complaint", "complaints", None)
    assert case["reference"] in said.text
    (turn,) = await house.rows("SELECT received_at FROM inbox WHERE kind = 'text'")
    assert case["opened_at"] == turn["received_at"], "t0 is when the first words came"
    owed = await house.rows("SELECT kind, source, reference FROM obligations ORDER BY due_at")
    assert [row["kind"] for row in owed] == ["complaint_acknowledgement", "complaint_answer"]
    assert all("DISP" in row["source"] and row["reference"] == case["reference"] for row in owed)


async def test_what_they_tell_is_kept_sealed_and_goes_to_whoever_asks_for_their_data(house: House) -> None:
    caller = await house.customer()
    await caller.say(COMPLAINT)
    await caller.say("The lady at the counter laughed at my accent, twice, in front of everybody")
    await caller.say("no, nothing else")
    (fact,) = await house.rows("SELECT sealed FROM case_facts")
    assert b"accent" not in bytes(fact["sealed"])
    async with house.kit.store.begin(house.tenant) as uow:
        exported = await export_person(uow, house.kit.sealer, caller.session.subject)
    assert [row["kind"] for row in exported["cases"]] == ["complaint"]
    assert "laughed at my accent" in exported["case_facts"][0]["sealed"]["what"]


async def test_the_same_matter_is_not_written_down_twice(house: House) -> None:
    caller = await house.customer()
    first = await caller.say(COMPLAINT)
    await caller.say("forget it")
    again = await caller.say(COMPLAINT)
    (case,) = await house.rows("SELECT reference FROM cases")
    assert case["reference"] in first.text
    assert case["reference"] in again.text


async def test_no_sentence_promises_what_no_row_stands_for(house: House) -> None:
    async with house.kit.store.begin(house.tenant) as uow:
        with pytest.raises(InvariantError, match="no row says so"):
            await refuse_unwritten(uow, [Promise("complaint_answer", "K7F3-9QXM")])


async def test_stop_counts_at_once_on_every_sending_of_our_own(house: House) -> None:
    """CR-09: a day later nobody is asked any more who has said stop."""
    caller = await house.customer()
    await caller.say("freeze my debit card")
    async with house.kit.store.begin(house.tenant) as uow:
        assert not await withdrawn(uow, [caller.session.subject], OUTREACH)
    await caller.say("stop sending me messages")
    async with house.kit.store.begin(house.tenant) as uow:
        assert await withdrawn(uow, [caller.session.subject], OUTREACH)
        assert await withdrawn(uow, [caller.session.subject], MARKETING)
    house.clock.advance(hours=25)
    assert await house.teller.feedback.ask_again(house.tenant) == 0


async def supervisor(house: House) -> StaffMember:
    await house.teller.staff.create(house.tenant, "omar", "Omar", "supervisor", "a long enough staff password")
    token = await house.teller.staff.login(house.tenant, "omar", "a long enough staff password")
    return await house.teller.staff.find(house.tenant, token)


async def test_a_promise_is_reminded_of_once_and_closed_once_with_a_proof(house: House) -> None:
    caller = await house.customer()
    await caller.say(COMPLAINT)
    omar, promises = await supervisor(house), house.teller.promises
    owed = await promises.owed(house.tenant, omar)
    assert [one.kind for one in owed] == ["complaint_acknowledgement", "complaint_answer"]
    assert await promises.remind(house.tenant) == 0
    house.clock.advance(days=4)
    assert await promises.remind(house.tenant) == 1
    assert await promises.remind(house.tenant) == 0
    for one in owed:
        await promises.keep(house.tenant, omar, one.obligation_id)
    with pytest.raises(CustomerError, match="not open"):
        await promises.keep(house.tenant, omar, owed[0].obligation_id)
    (row,) = await promises.register(house.tenant, "complaint")
    assert (row["outcome"], row["open_clocks"], row["missed_clocks"]) == ("answered", 0, 1)
    assert "obligation.due" in await house.events()


async def test_an_agent_has_no_such_page(house: House) -> None:
    maya = await house.agent()
    with pytest.raises(NotFound):
        await house.teller.promises.owed(house.tenant, maya)
