"""The bank's rule for a channel, kept where replies are composed: what may not be said there is pointed to instead."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import quote

from openteller.capabilities.replies.channel_fit import shortened, shows_books, shows_full_number
from openteller.capabilities.thread.record import is_foreign
from openteller.domain.assurance import Level
from openteller.domain.flows import AwaitLogin, DialogueState
from openteller.domain.replies import Phrase, Reply
from openteller.loops.conversation import asking, linking
from openteller.loops.conversation.heard import Heard
from openteller.loops.conversation.kit import Kit
from openteller.loops.conversation.performed import Performed
from openteller.ports import UnitOfWork


def login(kit: Kit, heard: Heard, done: Performed, *, top: str = "") -> Reply:
    """The way to a login: the bank's own page, and from a chat a link of its own, which brings the customer back.

    A channel whose chats cannot be linked, or that the bank has closed, says where else it can be seen.
    """
    channel = kit.channels.get(heard.conversation.channel)
    if channel is None:
        return asking.login(kit.pack, kit.flows, top)
    if not channel.way_back or kit.policy.channel(channel.name).max_level < Level.LOGGED_IN:
        return asking.only_elsewhere(kit.pack, kit.flows, top)
    ticket, write = linking.ticket_for(kit, heard.conversation, kit.clock.now())
    done.writes.append(write)
    return asking.login(kit.pack, kit.flows, top, url=f"{kit.pack.chat_link_url}?ticket={quote(ticket)}")


def keep_rule(kit: Kit, heard: Heard, done: Performed) -> None:
    """Every reply of the turn as this channel may have it (ID-05): nothing of the books below a login."""
    rule, foreign = kit.policy.channel(heard.conversation.channel), is_foreign(heard.conversation.channel)
    elsewhere = asking.elsewhere(kit.pack)
    closed = foreign and heard.grant.level < Level.LOGGED_IN
    fitted: list[Reply] = []
    for reply in done.replies:
        if closed and shows_books(reply):
            top = done.state.frames[-1].flow if done.state.frames else ""
            said = login(kit, heard, done, top=top)
            if done.state.frames:
                done.state = replace(done.state, awaiting=AwaitLogin(Level.LOGGED_IN))
        elif not rule.full_account_numbers and shows_full_number(reply):
            said = Reply((Phrase("channel.not_here"),), links=(elsewhere,))
        else:
            said = shortened(reply, rule, elsewhere)
        if not fitted or fitted[-1].keys != said.keys or said is reply:
            fitted.append(said)
    if fitted != done.replies:
        done.replies[:] = fitted
        done.state = replace(done.state, last_reply=fitted[-1])


def cut_link(kit: Kit, heard: Heard, done: Performed) -> None:
    """The chat is nobody's from the record's commit on, and its dialogue begins anew."""
    conversation = heard.conversation

    async def write(uow: UnitOfWork) -> None:
        await linking.cut(kit, uow, conversation.tenant, conversation.channel, conversation.subject, "asked")

    done.writes.append(write)
    done.state = DialogueState(tongue=done.state.tongue)
    done.say(Reply((Phrase("channel.unlinked"),)))
