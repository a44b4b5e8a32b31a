"""Lines that must stay type errors. If mypy ever lets one through, a passport has stopped protecting.

Each marked line ends in ``# error: CODE``; ``test_type_errors_stay.py`` holds mypy to exactly these.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from openteller.capabilities.replies.compose import Quoting
from openteller.domain.assurance import ApprovalClaims, CustomerRef, Grant, LoginClaims
from openteller.domain.actions import Action, ConfirmedAction
from openteller.domain.knowledge import ApprovedWords, Quote
from openteller.domain.replies import CheckedReply, Reply
from openteller.domain.texts import PersonalText, RedactedText
from openteller.domain.understanding import Period
from openteller.ports import Channel, CoreBanking, Encoder, Identity, LanguageIdentifier


def only_redacted_text_is_text(typed: PersonalText, redacted: RedactedText) -> None:
    unredacted: RedactedText = typed  # error: assignment
    pretended: RedactedText = "my card is lost"  # error: assignment
    redacted.text = "changed afterwards"  # error: misc
    print(unredacted, pretended)


def nothing_but_text_reaches_the_models(encoder: Encoder, languages: LanguageIdentifier, typed: PersonalText) -> None:
    encoder.encode([typed])  # error: list-item
    languages.identify(typed)  # error: arg-type


async def only_a_grant_opens_the_books(
    bank: CoreBanking, period: Period, customer: CustomerRef, login: LoginClaims, nobody: Grant | None
) -> None:
    await bank.accounts(customer)  # error: arg-type
    await bank.accounts("4711")  # error: arg-type
    await bank.customer(login)  # error: arg-type
    await bank.transactions(nobody, period)  # error: arg-type


async def only_a_confirmed_action_is_executed(
    bank: CoreBanking, action: Action, grant: Grant, approval: ApprovalClaims
) -> None:
    await bank.execute(action)  # error: arg-type
    await bank.execute(approval)  # error: arg-type
    await bank.execute(grant)  # error: arg-type
    await bank.outcome(action)  # error: arg-type


def a_confirmed_action_stays_what_was_confirmed(confirmed: ConfirmedAction, action: Action) -> None:
    confirmed.action = action  # error: misc


async def only_a_checked_reply_is_sent(channel: Channel, reply: Reply, message_id: UUID) -> None:
    await channel.send("+44", reply, message_id=message_id)  # error: arg-type
    await channel.send("+44", "Your balance is 5", message_id=message_id)  # error: arg-type
    checked: CheckedReply = reply  # error: assignment
    print(checked)


async def a_step_up_is_for_an_action(identity: Identity, customer: CustomerRef, intent: UUID, until: datetime) -> None:
    await identity.challenge(customer, "transfer", intent, until)  # error: arg-type
    await identity.challenge("4711", Action, intent, until)  # error: arg-type


def a_grant_cannot_be_raised(grant: Grant, login: LoginClaims) -> None:
    grant.level = 3  # error: misc, assignment
    grant.customer = login.customer  # error: misc


def only_approved_words_are_quoted(words: ApprovedWords) -> None:
    quoting: Quoting = lambda quote, language, today: "What an article once said"  # error: assignment, return-value
    words.text = "something else"  # error: misc
    print(quoting, Quote("transfer-fees", "answer"))
