"""A thread is opened: its first message, before anybody has asked anything, says that a machine is talking (CR-01)."""

from __future__ import annotations

from openteller.capabilities.identity.subjects import hold_subject
from openteller.capabilities.thread import codec, threads
from openteller.capabilities.thread.record import NewMessage, append
from openteller.domain.assurance import SubjectId
from openteller.domain.conversations import Author, AuthorKind, ConversationId
from openteller.loops.conversation import asking
from openteller.loops.conversation.kit import Kit
from openteller.ports import UnitOfWork


async def thread_for(
    kit: Kit, uow: UnitOfWork, subjects: list[SubjectId], channel: str, locale: str, time_zone: str
) -> tuple[ConversationId, bool]:
    """The open thread of these subjects on this channel, or a new one of the first of them: (its id, it is new).

    Two that come at once find one and the same thread.
    """
    now = kit.clock.now()
    await hold_subject(uow, subjects[0])
    head = await threads.current_thread(uow, subjects, channel, now)
    if head is not None:
        return head.conversation_id, False
    conversation_id = ConversationId(kit.ids.new())
    thread = threads.NewThread(conversation_id, subjects[0], channel, locale, time_zone, kit.pack.version, now)
    await threads.open_thread(uow, thread)
    await _welcome(kit, uow, thread)
    return conversation_id, True


async def _welcome(kit: Kit, uow: UnitOfWork, thread: threads.NewThread) -> None:
    reply = kit.voice.welcome(asking.welcome(kit.pack.privacy_url), thread.locale, thread.time_zone, thread.at)
    sealed = await kit.sealer.seal(uow, thread.subject, codec.dump(reply.parts), "messages.sealed")
    message = NewMessage(kit.ids.new(), Author(AuthorKind.BOT), sealed, reply.keys)
    await uow.run("UPDATE conversations SET last_seq = 1 WHERE conversation_id = %(id)s", id=thread.conversation_id)
    await append(uow, thread.conversation_id, thread.channel, [message], 1, None, thread.at)
