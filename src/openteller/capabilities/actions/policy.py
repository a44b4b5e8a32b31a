"""The bank's policy, read from the pack's ``policy.yaml``: how each action is authorised, and who takes a hand-over."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path

from openteller.domain.actions import MOVES_MONEY, Action, ActionKind
from openteller.domain.assurance import Level
from openteller.domain.banking import NewPayee
from openteller.domain.channels import OWN_FACE, UNNAMED, ChannelRule, Transfers
from openteller.domain.errors import ConfigurationError
from openteller.domain.money import Money
from openteller.rule_files import RuleFile

_FILE = "policy.yaml"
_TRANSFERS = ("transfer_own", "transfer_payee", "transfer_new_payee")
_WITH_LIMITS = ("create_standing_order", "change_standing_order", "raise_limit", "refund_fee")
"""Actions whose amount the policy bounds, besides transfers."""
_OWN_FACES = ("web", "terminal")
_KINDS = (*(str(kind) for kind in ActionKind if kind is not ActionKind.TRANSFER), *_TRANSFERS)
_CHANNEL_FIELDS = ("max_level", "full_account_numbers", "transfers", "transfers_after_hours", "rows")
_MUST_HAND_OVER = ("customer_asked", "stuck", "fraud", "self_harm", "fault", "bot_off", "action_off", "other")
"""Reasons that the code itself gives; ``other`` catches those of flows that the policy does not name."""


@dataclass(frozen=True, slots=True)
class ActionRule:
    """How an action is authorised: the level needed, whether it is shown and confirmed, and approved in the app.

    ``once`` and ``day`` are limits in minor units by currency; a currency they do not name is not allowed.
    """

    level: Level
    confirm: bool
    step_up: bool
    once: Mapping[str, int] = field(default_factory=dict)
    day: Mapping[str, int] = field(default_factory=dict)

    def limit_once(self, currency: str) -> Money | None:
        """The most that may be moved at a time; zero in a currency that the policy does not name."""
        return Money(self.once.get(currency, 0), currency) if self.once else None

    def limit_day(self, currency: str) -> Money | None:
        """The most that may be moved in a day; zero in a currency that the policy does not name."""
        return Money(self.day.get(currency, 0), currency) if self.day else None


@dataclass(frozen=True, slots=True)
class HandoverRule:
    """Who takes it: the queue, its priority (0 the most urgent), and ``within`` how much opening time at most."""

    queue: str
    priority: int
    within: timedelta


@dataclass(frozen=True, slots=True)
class Policy:
    """The whole policy. ``actions`` has a rule for each kind; transfers have three, by who is paid."""

    actions: Mapping[str, ActionRule]
    handovers: Mapping[str, HandoverRule]
    channels: Mapping[str, ChannelRule] = field(default_factory=dict)

    def channel(self, name: str) -> ChannelRule:
        """The rule for this channel: closed, unless the policy or our own face opens it."""
        return self.channels.get(name) or (OWN_FACE if name in _OWN_FACES else UNNAMED)

    def rule_for(self, action: Action, *, on: str = "web") -> ActionRule:
        """The rule for exactly this action, asked for on this channel."""
        rule = self._rule(action)
        if action.kind in MOVES_MONEY and self.channel(on).transfers is not Transfers.AS_USUAL:
            return replace(rule, confirm=True, step_up=True)
        return rule

    def may_move_money(self, on: str, linked_at: datetime | None, now: datetime) -> bool:
        """True when what moves money may be done on this channel, by a link of this age (ID-06)."""
        rule = self.channel(on)
        if rule.transfers is Transfers.NONE:
            return False
        return linked_at is None or now >= linked_at + rule.transfers_after

    def _rule(self, action: Action) -> ActionRule:
        if action.kind is not ActionKind.TRANSFER:
            return self.actions[str(action.kind)]
        if action.between_own_accounts:
            return self.actions["transfer_own"]
        return self.actions["transfer_new_payee" if isinstance(action.to, NewPayee) else "transfer_payee"]

    def handover(self, reason: str) -> HandoverRule:
        """The rule for this reason; every reason has one."""
        return self.handovers.get(reason) or self.handovers["other"]


def load_policy(pack_dirs: Sequence[Path]) -> Policy:
    """The policy of a pack; of the packs it extends (base first) the last one that has a file counts, wholly.

    ConfigurationError names the file, and in words what is wrong: a bank's money rules are never half-understood.
    """
    files = [folder / _FILE for folder in pack_dirs if (folder / _FILE).is_file()]
    if not files:
        raise ConfigurationError(f"the pack has no {_FILE}", file=str(pack_dirs[-1]))
    return _Reading(files[-1]).policy()


class _Reading(RuleFile):
    """Reads one file."""

    def policy(self) -> Policy:
        content = self._content()
        names = {"actions", "handovers"} | (
            {"channels"} if isinstance(content, dict) and "channels" in content else set()
        )
        whole = self._mapping(content, "the policy", names)
        actions = self._mapping(whole["actions"], "actions", frozenset(_KINDS))
        handovers = self._mapping(whole["handovers"], "handovers", None)
        channels = self._mapping(whole.get("channels", {}), "channels", None)
        missing = [reason for reason in _MUST_HAND_OVER if reason not in handovers]
        if missing:
            self._fault(f"handovers has no rule for {', '.join(missing)}")
        return Policy(
            {kind: self._action(kind, given) for kind, given in actions.items()},
            {reason: self._handover(reason, given) for reason, given in handovers.items()},
            {str(name): self._channel(name, given) for name, given in channels.items()},
        )

    def _action(self, kind: str, given: object) -> ActionRule:
        names = {"level", "confirm", "step_up"} | ({"once", "day"} if kind in (*_TRANSFERS, *_WITH_LIMITS) else set())
        rule = self._mapping(given, kind, names)
        level = rule["level"]
        if type(level) is not int or level not in (Level.LINKED, Level.LOGGED_IN):
            self._fault(f"{kind}: level is 1 (linked) or 2 (logged in), not {level!r}; step_up asks for a step-up")
        for name in ("confirm", "step_up"):
            if type(rule[name]) is not bool:
                self._fault(f"{kind}: {name} is true or false, not {rule[name]!r}")
        if rule["step_up"] and not rule["confirm"]:
            self._fault(f"{kind}: what is approved in the app must be shown first (confirm: true)")
        limits = {name: self._limits(kind, name, rule[name]) for name in ("once", "day") if name in rule}
        return ActionRule(Level(level), rule["confirm"], rule["step_up"], **limits)

    def _limits(self, kind: str, name: str, given: object) -> Mapping[str, int]:
        if not isinstance(given, dict) or not given:
            self._fault(f"{kind}: {name} gives the limit in minor units for each currency, such as {{GBP: 500000}}")
        for currency, minor in given.items():
            if not (isinstance(currency, str) and len(currency) == 3 and currency.isascii() and currency.isupper()):
                self._fault(f"{kind}: {name}: {currency!r} is not a currency of ISO 4217")
            if type(minor) is not int or minor < 0:
                self._fault(f"{kind}: {name}: {minor!r} is not a whole number of minor units")
        return dict(given)

    def _handover(self, reason: object, given: object) -> HandoverRule:
        rule = self._mapping(given, f"handovers: {reason}", {"queue", "priority", "within_minutes"})
        queue, priority, minutes = rule["queue"], rule["priority"], rule["within_minutes"]
        if not isinstance(queue, str) or not queue.isidentifier():
            self._fault(f"{reason}: queue is a name of letters, digits and underscores, not {queue!r}")
        if type(priority) is not int or not 0 <= priority <= 9:
            self._fault(f"{reason}: priority is 0 (the most urgent) to 9, not {priority!r}")
        if type(minutes) is not int or minutes <= 0:
            self._fault(f"{reason}: within_minutes is a whole number above 0, not {minutes!r}")
        return HandoverRule(queue, priority, timedelta(minutes=minutes))

    def _channel(self, name: object, given: object) -> ChannelRule:
        rule = self._mapping(given, f"channels: {name}", _CHANNEL_FIELDS)
        level, transfers, hours, rows = (
            rule[field] for field in ("max_level", "transfers", "transfers_after_hours", "rows")
        )
        if type(level) is not int or level not in (0, 1, 2):
            self._fault(
                f"{name}: max_level is 0 (nothing personal), 1 (make a card safe) or 2 (logged in), not {level!r}"
            )
        if type(rule["full_account_numbers"]) is not bool:
            self._fault(f"{name}: full_account_numbers is true or false, not {rule['full_account_numbers']!r}")
        if transfers not in {str(kind) for kind in Transfers}:
            self._fault(f"{name}: transfers is none, step_up or as_usual, not {transfers!r}")
        if type(hours) is not int or hours < 0:
            self._fault(f"{name}: transfers_after_hours is a whole number, 0 or more, not {hours!r}")
        if type(rows) is not int or not 1 <= rows <= OWN_FACE.rows:
            self._fault(f"{name}: rows is a whole number from 1 to {OWN_FACE.rows}, not {rows!r}")
        numbers, after = rule["full_account_numbers"], timedelta(hours=hours)
        return ChannelRule(Level(level), numbers, Transfers(transfers), after, rows)
