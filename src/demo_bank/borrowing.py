"""The bank's own dates: card statements, repayments, interest and monthly saving."""

from __future__ import annotations

from collections.abc import Callable

from demo_bank.bookkeeper import Bookkeeper
from demo_bank.customers import SHOWCASE
from demo_bank.dice import chance
from demo_bank.story import Draft

_CARD_RATE, _LOAN_RATE, _MORTGAGE_RATE, _SAVINGS_RATE = 0.229, 0.089, 0.042, 0.021


class Borrowing:
    """Carries out the ``@`` instructions in a customer's drafts."""

    def __init__(self, books: Bookkeeper) -> None:
        self.books = books
        pay = books.story.customer.monthly_pay
        self._pays_in_full = chance(books.dice, 0.72)
        self._due = 0
        showcase = books.story.customer.number == SHOWCASE
        self._keep = round(pay * (1.3 if showcase else 0.5 + books.dice.random() * 0.6))
        self._instalments = {
            "loan": _instalment(books, "loan", _LOAN_RATE, 48),
            "mortgage": _instalment(books, "mortgage", _MORTGAGE_RATE, 300),
        }
        self._handlers: dict[str, Callable[[Draft], None]] = {
            "@month": self._month, "@statement": self._statement, "@pay_card": self._pay_card,
            "@loan": lambda draft: self._repay(draft, "loan", _LOAN_RATE),
            "@mortgage": lambda draft: self._repay(draft, "mortgage", _MORTGAGE_RATE),
            "@save": self._save,
        }  # fmt: skip

    def follow(self, draft: Draft) -> None:
        """Carry out one instruction."""
        self._handlers[draft.kind](draft)

    def _month(self, draft: Draft) -> None:
        """Charge last month's overdraft interest and pay savings interest."""
        books, when = self.books, (draft.day, draft.minute)
        rate = books.story.customer.country.overdraft_rate
        owed = round(books.overdraft_area * rate / 365)
        books.overdraft_area = 0
        if owed > 0:
            books.charge(when, "current", -owed, "interest", "Overdraft interest",
                         reason="overdraft")  # fmt: skip
        earned = round(books.balances.get("savings", 0) * _SAVINGS_RATE / 12)
        if earned > 0:
            books.write(Draft(*when, "savings", earned, "Harbour Bank", "interest",
                              "Savings interest", "interest"), "posted")  # fmt: skip

    def _statement(self, draft: Draft) -> None:
        """Close the card's month: interest on what was not repaid, then the amount due."""
        books, when = self.books, (draft.day, draft.minute)
        if self._due > 0 and books.balances["credit_card"] < 0:
            interest = round(-books.balances["credit_card"] * _CARD_RATE / 12)
            if interest:
                books.charge(when, "credit_card", -interest, "interest", "Credit card interest",
                             reason="credit_card")  # fmt: skip
        self._due = max(0, -books.balances["credit_card"])

    def _pay_card(self, draft: Draft) -> None:
        """Pay the card from the current account: in full, in part, or too late (a fee)."""
        books, when = self.books, (draft.day, draft.minute)
        if self._due == 0:
            return
        least = min(self._due, max(2_500, self._due // 20))
        wish = self._due if self._pays_in_full else max(least, self._due // 3)
        room = books.balances["current"] - books.holds["current"]
        amount = wish if room >= wish else max(least, room // 2)
        if room - amount < books.floors["current"]:
            fee = round(1_200 * books.story.customer.country.price_level)
            books.charge(when, "credit_card", -fee, "fee", "Late payment fee",
                         reason="late_payment")  # fmt: skip
            return
        books.move(when, "current", "credit_card", amount, "card_payment",
                   ("Credit card payment", "Payment received, thank you"))  # fmt: skip
        self._due -= amount

    def _repay(self, draft: Draft, kind: str, rate: float) -> None:
        """Charge a month's interest on a loan or mortgage and pay the instalment."""
        books, when = self.books, (draft.day, draft.minute)
        owed = -books.balances[kind]
        if owed <= 0:
            return
        interest = round(owed * rate / 12)
        books.write(Draft(*when, kind, -interest, "Harbour Bank", "interest",
                          f"{kind.capitalize()} interest", "interest"), "posted")  # fmt: skip
        amount = min(self._instalments[kind], owed + interest)
        if books.balances["current"] - amount < books.floors["current"]:
            late = round(1_500 * books.story.customer.country.price_level)
            books.charge(when, kind, -late, "fee", "Missed instalment fee", reason="late_payment")
            return
        books.move(when, "current", kind, amount, f"{kind}_payment",
                   (f"{kind.capitalize()} instalment", "Instalment received, thank you"))  # fmt: skip

    def _save(self, draft: Draft) -> None:
        """Move what the customer does not need this month to savings."""
        spare = round((self.books.balances["current"] - self._keep) * 0.7 / 1_000) * 1_000
        if spare >= 2_000:
            self.books.move((draft.day, draft.minute), "current", "savings", spare,
                            "own_transfer", ("To savings", "From current account"))  # fmt: skip


def _instalment(books: Bookkeeper, kind: str, rate: float, months: int) -> int:
    """Return the level monthly instalment that repays an account's opening debt."""
    debt = -books.balances.get(kind, 0)
    return round(debt * (rate / 12) / (1 - (1 + rate / 12) ** -months)) if debt > 0 else 0
