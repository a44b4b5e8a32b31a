"""Subjects of customers: found by the bank's number, made at the first login, and what turns out to be theirs."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from openteller.capabilities.identity import subjects
from openteller.domain.assurance import CustomerRef, SubjectId, TenantId
from openteller.loops.conversation.kit import Kit
from openteller.ports import UnitOfWork


async def new_subject(kit: Kit, uow: UnitOfWork, now: datetime) -> SubjectId:
    """Somebody of whom nothing is known yet."""
    subject = SubjectId(kit.ids.new())
    await subjects.create_subject(uow, subject, now)
    return subject


async def customer_subject(
    kit: Kit, uow: UnitOfWork, tenant: TenantId, customer: CustomerRef, now: datetime
) -> SubjectId:
    """The subject of a customer whom the bank's login has just proven."""
    handle = kit.keys.blind_index(customer, context=f"{tenant}:bank_customer".encode())
    found = await subjects.find_subject(uow, "bank_customer", handle)
    if found is not None:
        return found
    subject = await new_subject(kit, uow, now)
    sealed = await kit.sealer.seal(uow, subject, customer.encode(), "subject_links.sealed")
    if await subjects.link_subject(uow, subject, "bank_customer", handle, sealed, now):
        return subject
    raced = await subjects.find_subject(uow, "bank_customer", handle)
    assert raced is not None
    return raced


async def adopt(
    kit: Kit, uow: UnitOfWork, tenant: TenantId, customer: SubjectId, visitor: SubjectId, now: datetime
) -> None:
    """The visitor turns out to be the customer: from now on erasing the one erases the other."""
    handle = visitor_handle(kit, tenant, visitor)
    sealed = await kit.sealer.seal(uow, customer, visitor.bytes, "subject_links.sealed")
    await subjects.link_subject(uow, customer, "visitor", handle, sealed, now)


def visitor_handle(kit: Kit, tenant: TenantId, visitor: SubjectId) -> bytes:
    """What the link of an adopted visitor is found by."""
    return kit.keys.blind_index(str(visitor), context=f"{tenant}:visitor".encode())


async def same_person(kit: Kit, uow: UnitOfWork, tenant: TenantId, subject: SubjectId) -> list[SubjectId]:
    """All that are known to be one person with this subject: the customer, and every visitor and chat of theirs."""
    customer = await subjects.find_subject(uow, "visitor", visitor_handle(kit, tenant, subject))
    return list({subject, *await own_subjects(kit, uow, customer or subject)})


async def own_subjects(kit: Kit, uow: UnitOfWork, customer: SubjectId) -> list[SubjectId]:
    """The customer and every visitor who turned out to be them."""
    links = await subjects.links_of(uow, customer, "visitor")
    opened = [await kit.sealer.unseal(uow, customer, sealed, "subject_links.sealed") for sealed in links]
    return [customer, *(SubjectId(UUID(bytes=raw)) for raw in opened)]
