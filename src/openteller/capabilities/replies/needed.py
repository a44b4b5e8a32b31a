"""What every pack must be able to say, whatever its journeys: the replies that the engine itself asks for."""

from __future__ import annotations

from collections.abc import Iterable

from openteller.capabilities.replies.catalogue import Catalogue, missing_replies, refuse
from openteller.capabilities.replies.guard import Guard
from openteller.domain.actions import ActionKind
from openteller.domain.errors import ConfigurationError

_BY_FAMILY = {
    "action": "later_executed later_failed later_rejected limit not_reached parked refused unavailable",
    "answer": "no yes",
    "author": "agent bot customer",
    "bank": "unreachable",
    "channel": (
        "block_elsewhere edited elsewhere elsewhere_link forwarded group link_failed linked_elsewhere more no_transfer "
        "not_here not_linked unlinked unreadable"
    ),
    "choice": "account card direct_debit language limit order payee payment statement",
    "confirm": "again expired no voided yes",
    "conversation": (
        "abuse back_to bot_off cancelled cancelled_case care clarify disclosure goodbye greeting greeting_anonymous "
        "help language_unsupported logged_in login_link login_needed login_to_block next nothing_to_cancel "
        "nothing_to_confirm nothing_to_repeat offer_person out_of_scope privacy_link say_differently "
        "solved solved_later stale_choice thanks trouble unsupported"
    ),
    "desk": "console_intro sum waits_for",
    "error": "slow_down too_long try_person unreadable",
    "facts": "card",
    "format": "about today_at tomorrow_at under_a_minute",
    "handover": "already cancelled complaint fraud joined position returned self_harm stuck ticket waiting",
    "knowledge": "answer article more not_known source unavailable which",
    "journeys": "amount_not_positive next_wish passed_on several wrong_currency",
    "person": "button wanted",
    "privacy": "dropped",
    "session": "ended idle",
    "solved": "bad good no yes",
    "step_up": (
        "approved ask declined expired link pending unreachable " + " ".join(f"ask_{kind}" for kind in ActionKind)
    ),
}
NEEDED = frozenset(f"{family}.{name}" for family, names in _BY_FAMILY.items() for name in names.split())
"""A test compares them with the code. Keys of journeys are checked with the journeys, keys of faces by a test."""


def refuse_incomplete(catalogue: Catalogue, guard: Guard, *, also: Iterable[str] = ()) -> None:
    """Nothing when the wording is complete and keeps the guard's rules; else ConfigurationError: do not start."""
    refuse(guard.wording_faults(catalogue))
    missing = missing_replies(catalogue, NEEDED.union(also))
    if missing:
        raise ConfigurationError(f"the pack has no wording for {', '.join(missing)}")
