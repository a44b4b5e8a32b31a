"""A card number sent in pieces (DP-07): each piece alone is harmless, together they are a card.

The last piece is dropped before it is written, and the earlier ones are blanked wherever they stand: in the thread, in
the inbox while their turn is still to come, and in the record of a turn under way (``record`` looks once more).
"""

from __future__ import annotations

from dataclasses import dataclass, field

from openteller.capabilities.privacy.redaction import blank, redact, redact_across, restore
from openteller.capabilities.thread import codec, inbox, threads
from openteller.domain.assurance import SubjectId
from openteller.domain.conversations import ConversationId, TextPart
from openteller.domain.texts import PersonalText, RedactedText
from openteller.loops.conversation.heard import dump_heard, load_heard
from openteller.loops.conversation.kit import Kit
from openteller.ports import UnitOfWork

_LOOKS_BACK = 2
_FEWEST_DIGITS = 3


@dataclass(frozen=True, slots=True)
class _Earlier:
    copies: threads.Copies
    words: str = field(repr=False)


async def redact_in_thread(
    kit: Kit, uow: UnitOfWork, conversation_id: ConversationId, subject: SubjectId, text: PersonalText, locale: str
) -> RedactedText:
    """The redacted text, with the customer's last two messages kept in mind when there are digits in this one.

    The thread is held, so that two pieces that come at once see each other.
    """
    if sum(character.isnumeric() for character in text.value) < _FEWEST_DIGITS:
        return redact(text, locale=locale)
    earlier = await _earlier(kit, uow, conversation_id, subject)
    across = redact_across(text, [each.words for each in earlier], locale=locale)
    for index in sorted({part.message for part in across.earlier}):
        blanked = blank(earlier[index].words, [part for part in across.earlier if part.message == index])
        message = await kit.sealer.seal(uow, subject, codec.dump((TextPart(blanked),)), "messages.sealed")
        heard = restore(blanked, sealed=(), spans=(), offsets=((0, 0),))
        waiting = await kit.sealer.seal(uow, subject, dump_heard(heard), "inbox.sealed")
        await threads.rewrite(uow, conversation_id, earlier[index].copies, message=message, waiting=waiting)
    return across.redacted


async def _earlier(kit: Kit, uow: UnitOfWork, conversation_id: ConversationId, subject: SubjectId) -> list[_Earlier]:
    """The last two texts, oldest first: what the thread holds, then what still waits for its turn."""
    found = []
    for message in await threads.last_said(uow, conversation_id, _LOOKS_BACK):
        parts = codec.load(await kit.sealer.unseal(uow, subject, message.sealed, "messages.sealed"))
        words = "\n".join(part.text for part in parts if isinstance(part, TextPart))
        found.append(_Earlier(threads.Copies(message.turn_id, message.seq), words))
    for turn_id, sealed in await inbox.waiting_texts(uow, conversation_id):
        heard = load_heard(await kit.sealer.unseal(uow, subject, sealed, "inbox.sealed"))
        found.append(_Earlier(threads.Copies(turn_id, None), heard.text))
    return found[-_LOOKS_BACK:]
