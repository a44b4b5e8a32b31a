"""The language a conversation is held in: how it begins, when it follows the customer, how it is set.

It lives in the conversation's locale, which is written in the record's commit. A customer who really writes another of
the bank's languages is followed; "ok", a name or a loan word changes nothing; what they have asked for stays.
"""

from __future__ import annotations

from dataclasses import replace

from babel import Locale, UnknownLocaleError

from openteller.capabilities.privacy.redaction import redact
from openteller.capabilities.thread import threads
from openteller.domain.conversations import Inbound, InboxKind
from openteller.domain.events import Event
from openteller.domain.flows import Tongue
from openteller.domain.understanding import Understanding
from openteller.loops.conversation.heard import Heard
from openteller.loops.conversation.kit import Kit, PackFacts
from openteller.loops.conversation.performed import Performed
from openteller.ports import UnitOfWork

_SURE = 0.92
"""Confidence from which one message is enough to change."""
_LIKELY = 0.75
"""Confidence from which a second message in a row is, or the first of a conversation."""


def language_of(locale: str) -> str:
    """The language of a locale."""
    return locale.replace("_", "-").partition("-")[0].lower()


def speaks(pack: PackFacts, locale: str | None) -> bool:
    """True if the bank answers in the language of this locale."""
    return bool(locale) and language_of(locale or "") in pack.languages


def first_locale(pack: PackFacts, *wanted: str | None) -> str:
    """What a new conversation is held in: the first wanted locale that is spoken here, else the pack's own."""
    found = next((locale for locale in wanted if locale and speaks(pack, locale)), None)
    if found is None:
        return pack.default_locale
    return pack.locales.get(found, found) if found == language_of(found) else found


def first_locale_of(kit: Kit, message: Inbound) -> str:
    """The same for a message of a foreign channel: as the channel says, else as the text sounds."""
    pack = kit.pack
    if speaks(pack, message.locale) or message.kind is not InboxKind.TEXT or len(pack.languages) == 1:
        return first_locale(pack, message.locale)
    text = redact(message.text, locale=pack.default_locale)
    spoken = kit.understander.language_of(text, pack.default_locale)
    return first_locale(pack, spoken.language if spoken.confidence >= _LIKELY else None)


def set_language(kit: Kit, heard: Heard, done: Performed, language: str, *, pinned: bool) -> None:
    """Hold the conversation in ``language`` from this turn's replies on; ``pinned`` because the customer asked for it.

    A language that the bank does not speak changes nothing.
    """
    if language not in kit.pack.languages:
        return
    conversation, tongue = heard.conversation, done.state.tongue
    home = tongue.home or conversation.locale
    locale = _locale_in(kit.pack, language, home)
    done.state = replace(done.state, tongue=Tongue(pinned or tongue.pinned, None, home))
    if language == language_of(done.locale or conversation.locale):
        return
    done.locale = locale

    async def write(uow: UnitOfWork) -> None:
        await threads.set_locale(uow, conversation.conversation_id, locale)

    done.writes.append(write)
    done.events.append(
        Event(
            "conversation.language_changed",
            kit.clock.now(),
            "bot",
            heard.grant.subject,
            heard.item.turn_id,
            {"from": conversation.locale, "to": locale, "asked_for": pinned},
        )
    )


def follow_language(kit: Kit, heard: Heard, meaning: Understanding, done: Performed) -> None:
    """Go on in the language that the customer has really written; what was asked for in this turn goes before."""
    tongue = done.state.tongue
    if heard.item.kind is not InboxKind.TEXT or tongue.pinned or done.locale is not None or done.parked:
        return
    spoken = language_of(heard.conversation.locale)
    language, leaning = followed(spoken, tongue.leaning, meaning, first=heard.conversation.last_seq <= 1)
    if language != spoken:
        set_language(kit, heard, done, language, pinned=False)
    elif leaning != tongue.leaning:
        done.state = replace(done.state, tongue=replace(tongue, leaning=leaning))


def followed(spoken: str, leaning: str | None, meaning: Understanding, *, first: bool) -> tuple[str, str | None]:
    """The language to go on in and the one that was probably written, of ``spoken`` and the message's.

    A message in the conversation's own language ends a leaning; one that says nothing of its language leaves it.
    """
    said, sure = meaning.language, meaning.language_confidence
    if meaning.other_language is not None or sure < _LIKELY:
        return spoken, leaning
    if said == spoken:
        return spoken, None
    if sure >= _SURE or leaning == said or first:
        return said, None
    return spoken, said


def _locale_in(pack: PackFacts, language: str, home: str) -> str:
    """The locale for ``language``: the customer's own where it is of it, else theirs in their country if CLDR has it,
    else the pack's.
    """
    if language_of(home) == language:
        return home
    territory = _known(home)
    if territory is not None and territory.territory and home != pack.default_locale:
        in_country = f"{language}-{territory.territory}"
        if _known(in_country) is not None:
            return in_country
    return pack.locales.get(language, language)


def _known(locale: str) -> Locale | None:
    try:
        return Locale.parse(locale.replace("-", "_"))
    except (UnknownLocaleError, ValueError):
        return None
