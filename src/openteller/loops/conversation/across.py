"""A card number sent in pieces (DP-07): each piece alone is harmless, together they are a card.

The last piece is dropped before it is written, and the earlier ones are blanked where they stand.
"""

from __future__ import annotations

from openteller.capabilities.privacy.redaction import blank, redact, redact_across
from openteller.capabilities.thread import codec, threads
from openteller.domain.assurance import SubjectId
from openteller.domain.conversations import ConversationId, TextPart
from openteller.domain.texts import PersonalText, RedactedText
from openteller.loops.conversation.kit import Kit
from openteller.ports import UnitOfWork

_LOOKS_BACK = 2
_FEWEST_DIGITS = 3


async def redact_in_thread(
    kit: Kit, uow: UnitOfWork, conversation_id: ConversationId, subject: SubjectId, text: PersonalText, locale: str
) -> RedactedText:
    """The redacted text, with the customer's last two messages kept in mind when there are digits in this one."""
    if sum(character.isnumeric() for character in text.value) < _FEWEST_DIGITS:
        return redact(text, locale=locale)
    earlier = await threads.last_said(uow, conversation_id, _LOOKS_BACK)
    words = [await _words(kit, uow, subject, message) for message in earlier]
    across = redact_across(text, words, locale=locale)
    for index in sorted({part.message for part in across.earlier}):
        blanked = blank(words[index], [part for part in across.earlier if part.message == index])
        sealed = await kit.sealer.seal(uow, subject, codec.dump((TextPart(blanked),)), "messages.sealed")
        await threads.rewrite(uow, conversation_id, earlier[index], sealed)
    return across.redacted


async def _words(kit: Kit, uow: UnitOfWork, subject: SubjectId, message: threads.SealedMessage) -> str:
    parts = codec.load(await kit.sealer.unseal(uow, subject, message.sealed, "messages.sealed"))
    return "\n".join(part.text for part in parts if isinstance(part, TextPart))
