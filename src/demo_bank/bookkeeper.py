"""Books drafts in order: keeps balances, refuses what cannot be paid, notes the truth."""

from __future__ import annotations

from random import Random
from typing import NamedTuple

from demo_bank.story import Draft, Fact, Story


class Transaction(NamedTuple):
    """One line of an account's history.

    ``slot`` is the account's kind (``current``); ``day`` counts from day 0 and
    ``minute`` is the local minute. ``amount_minor`` is in the customer's currency,
    negative for money out. Only ``posted`` lines change the balance.
    """

    transaction_id: str
    slot: str
    day: int
    minute: int
    amount_minor: int
    merchant: str
    category: str
    description: str
    status: str
    kind: str
    iban: str | None
    foreign: tuple[int, str] | None


_CHOSEN = frozenset({"card_purchase", "cash_withdrawal", "transfer_out"})
_PENDING_KINDS = frozenset({"card_purchase", "subscription"})


class Bookkeeper:
    """Posts drafts one after another; use :func:`demo_bank.history.make_history`."""

    def __init__(self, story: Story, dice: Random) -> None:
        held = story.holdings.accounts
        self.story, self.dice = story, dice
        self.balances = {kind: account.opening_minor for kind, account in held.items()}
        self.holds = dict.fromkeys(held, 0)
        self.floors = {kind: -(a.overdraft_limit_minor + a.credit_limit_minor)
                       for kind, a in held.items()}  # fmt: skip
        self.lines: list[Transaction] = []
        self.found: dict[int, tuple[str, str, int]] = {}
        self.facts: list[Fact] = list(story.facts)
        self.prefix = f"t-{story.customer.number:06d}-"
        self.marks = story.marks
        self.overdraft_area = 0
        self._dip: tuple[int, int, int] | None = None  # mark, first day, lowest balance
        self._since = story.first_day

    def book(self, draft: Draft) -> None:
        """Post one draft, or leave it pending, decline it or drop it."""
        slot, amount, status = draft.slot, draft.amount_minor, "posted"
        if draft.needs:
            needed = self.found.get(draft.needs)
            if needed is None or needed[1] == "declined":
                return
            status = needed[1]
        if draft.kind == "declined":
            self.write(draft._replace(kind="card_purchase"), "declined")
            return
        if amount < 0 and draft.kind != "fee":
            room = self.balances[slot] - self.holds[slot] + amount
            if room < self.floors[slot] and not self._rescue(draft, room):
                self._refuse(draft)
                return
            chosen = draft.kind in _CHOSEN
            if chosen and room < 0 and slot == "current" and self.dice.random() < 0.55:
                return
        if draft.day >= -2 and draft.kind in _PENDING_KINDS and self.dice.random() < 0.75:
            status = "pending"
        self.write(draft, status)

    def write(self, draft: Draft, status: str) -> str:
        """Add a line to the history, move its balance and return its transaction id."""
        name = f"{self.prefix}{len(self.lines) + 1:05d}"
        if draft.mark:
            self.found[draft.mark] = (name, status, draft.amount_minor)
        self.lines.append(Transaction(
            name, draft.slot, draft.day, draft.minute, draft.amount_minor, draft.merchant,
            draft.category, draft.description, status, draft.kind, draft.iban,
            draft.foreign))  # fmt: skip
        if status == "posted":
            if draft.slot == "current":
                self._watch_overdraft(draft, name)
            self.balances[draft.slot] += draft.amount_minor
        elif status == "pending":
            self.holds[draft.slot] -= draft.amount_minor
        return name

    def move(self, when: tuple[int, int], source: str, target: str, amount: int, kind: str,
             words: tuple[str, str]) -> None:  # fmt: skip
        """Book a transfer between two of the customer's own accounts."""
        for slot, sign, text in ((source, -1, words[0]), (target, 1, words[1])):
            self.write(Draft(when[0], when[1], slot, sign * amount, "Harbour Bank", "transfers",
                             text, kind), "posted")  # fmt: skip

    def charge(self, when: tuple[int, int], slot: str, amount: int, kind: str, words: str,
               **details: str | int) -> None:  # fmt: skip
        """Book interest or a fee (``amount`` signed) and tell the truth about it."""
        self.marks += 1
        category = "fees" if kind == "fee" else "interest"
        self.write(Draft(when[0], when[1], slot, amount, "Harbour Bank", category, words, kind,
                         self.marks), "posted")  # fmt: skip
        self.facts.append(Fact(kind, when[0], (self.marks,), amount, details))

    def close(self) -> None:
        """Finish: an overdraft still open becomes a truth too."""
        if self._dip:
            self._end_dip(self._dip, -1)

    def _rescue(self, draft: Draft, room: int) -> bool:
        """Move savings to the current account if that pays for the draft."""
        if draft.slot != "current" or self.balances.get("savings", 0) < 2_000 - room:
            return False
        short = self.floors["current"] - room + abs(draft.amount_minor)
        amount = min(self.balances["savings"], -(-max(short, 1) // 5_000) * 5_000)
        if room + amount < self.floors["current"]:
            return False
        self.move((draft.day, max(0, draft.minute - 2)), "savings", "current", amount,
                  "own_transfer", ("To current account", "From savings"))  # fmt: skip
        return True

    def _refuse(self, draft: Draft) -> None:
        """Decline a draft there is no money for; most chosen spending simply stays away."""
        if draft.kind in _CHOSEN and (draft.kind != "card_purchase" or self.dice.random() < 0.93):
            return
        if not draft.mark:
            self.marks += 1
            draft = draft._replace(mark=self.marks)
        self.write(draft, "declined")
        self.facts.append(Fact("declined", draft.day, (draft.mark,), draft.amount_minor,
                               {"reason": "insufficient_funds", "merchant": draft.merchant}))  # fmt: skip

    def _watch_overdraft(self, draft: Draft, name: str) -> None:
        """Add up overdrawn days and note where each overdraft began."""
        before = self.balances["current"]
        after = before + draft.amount_minor
        if before < 0:
            self.overdraft_area -= before * (draft.day - self._since)
        self._since = draft.day
        if after < 0 and self._dip is None:
            mark = draft.mark
            if not mark:
                self.marks += 1
                mark = self.marks
                self.found[mark] = (name, "posted", draft.amount_minor)
            self._dip = (mark, draft.day, after)
        elif self._dip and after >= 0:
            self._end_dip(self._dip, draft.day)
        elif self._dip and after < self._dip[2]:
            self._dip = (*self._dip[:2], after)

    def _end_dip(self, dip: tuple[int, int, int], day: int) -> None:
        """Write the truth about an overdraft that has ended (or still runs on day -1)."""
        mark, first, lowest = dip
        self.facts.append(Fact("overdraft", first, (mark,), lowest, {"days": day - first}))
        self._dip = None
