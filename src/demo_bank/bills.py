"""Money that leaves by arrangement: rent, utilities, subscriptions, loans and cards."""

from __future__ import annotations

from math import cos, pi

from demo_bank.customers import SHOWCASE
from demo_bank.dice import around, chance, dice_for, pick
from demo_bank.merchants import BILLS, SUBSCRIPTIONS
from demo_bank.names import LANDLORDS
from demo_bank.story import MONTHS, Draft, Story


def tell_bills(story: Story, seed: int) -> None:
    """Draft everything that is paid by standing order, direct debit or subscription."""
    if "mortgage" not in story.holdings.accounts and chance(story.dice, 0.78):
        _rent(story)
    _utilities(story)
    _subscriptions(story, seed)
    _instructions(story)


def _rent(story: Story) -> None:
    """Draft rent by standing order, raised once a year for some."""
    dice, pay = story.dice, story.customer.monthly_pay
    rent = round(pay * dice.uniform(0.2, 0.32) / 500) * 500
    landlord, due = pick(dice, LANDLORDS[story.customer.country.code]), dice.randint(1, 5)
    raised = dice.randrange(4, MONTHS) if chance(dice, 0.4) else 99
    for place, (day, _) in enumerate(story.months(due)):
        mark = 0
        if place == raised:
            old, rent, mark = rent, round(rent * dice.uniform(1.02, 1.08) / 500) * 500, story.mark()
            story.tell("rent_changed", day, (mark,), -rent, previous_minor=old)
        story.drafts.append(Draft(day, 30, "current", -rent, landlord, "housing",
                                  f"Rent {landlord}", "standing_order", mark))  # fmt: skip


def _utilities(story: Story) -> None:
    """Draft household bills; energy follows the seasons (or the heat, in the Gulf)."""
    dice, country = story.dice, story.customer.country
    size = (story.customer.monthly_pay / country.monthly_pay) ** 0.5 * country.price_level
    student = 0.45 if story.customer.work == "student" else 1.0
    for bill in BILLS[country.code]:
        if bill.category not in ("mobile", "internet") and chance(dice, 0.15):
            continue
        base, due = around(dice, bill.pence * size * student, 0.15), dice.randint(3, 27)
        for day, when in story.months(due):
            if bill.category == "local_tax" and country.code == "GB" and when.month in (2, 3):
                continue
            season = 1 + bill.winter * cos((when.month - 1) / 6 * pi)
            noise = dice.uniform(0.93, 1.07) if bill.winter else 1.0
            story.drafts.append(Draft(
                day, 40, "current", -round(base * season * noise), bill.merchant, bill.category,
                f"Direct debit {bill.merchant}", "direct_debit"))  # fmt: skip


def list_price(seed: int, name: str, pence: int, level: float, months: int) -> int:
    """Return a subscription's price a number of months into the history, in minor units.

    Each subscription may have raised its price once, in the same month for everybody.
    """
    dice = dice_for(seed, "price", name)
    month, factor = dice.randrange(3, 22), dice.uniform(1.08, 1.3)
    raised = months >= month and dice.random() < 0.6
    return max(99, round(pence * level * (factor if raised else 1.0) / 10) * 10 - 1)


def _subscriptions(story: Story, seed: int) -> None:
    """Draft one to six subscriptions with their trials, price rises and endings."""
    dice = story.dice
    for name, pence, trial in dice.sample(SUBSCRIPTIONS, dice.randint(1, 6)):
        begin = 0 if chance(dice, 0.5) else dice.randrange(1, MONTHS - 1)
        end = MONTHS if chance(dice, 0.75) else dice.randrange(begin + 1, MONTHS + 1)
        on_trial = begin > 0 and trial and chance(dice, 0.7)
        _subscription(story, seed, (name, pence), (begin, end), on_trial)


def _subscription(story: Story, seed: int, item: tuple[str, int], span: tuple[int, int],
                  on_trial: bool) -> None:  # fmt: skip
    """Draft one subscription's monthly charges."""
    (name, pence), level = item, story.customer.country.price_level
    slot = "credit_card" if "credit_card" in story.holdings.accounts and chance(
        story.dice, 0.4) else "current"  # fmt: skip
    previous = 0
    for place, (day, _) in enumerate(story.months(story.dice.randint(1, 28))):
        if not span[0] <= place < span[1]:
            continue
        price, mark = list_price(seed, name, pence, level, place), 0
        if on_trial and place == span[0]:
            continue  # the free month: nothing is charged
        if on_trial and place == span[0] + 1:
            mark = story.mark()
            story.tell("trial_ended", day, (mark,), -price, merchant=name, trial_days=30)
        elif previous and price > previous:
            mark = story.mark()
            story.tell("price_rise", day, (mark,), -price, merchant=name, previous_minor=previous)
        previous = price
        story.drafts.append(Draft(day, 200, slot, -price, name, "subscription",
                                  f"{name} subscription", "subscription", mark))  # fmt: skip


def _instructions(story: Story) -> None:
    """Draft the bookkeeper's own dates: statements, repayments, interest, saving."""
    dice, held = story.dice, story.holdings.accounts
    if story.customer.number != SHOWCASE and chance(dice, 0.12):
        fee = round(400 * story.customer.country.price_level)
        for day, _ in story.months(31):
            story.drafts.append(Draft(day, 1435, "current", -fee, "Harbour Bank", "fees",
                                      "Monthly account fee", "fee", story.mark()))  # fmt: skip
            story.tell("fee", day, (story.marks,), -fee, reason="account_fee")
    dates = [("@month", 1, 5)]
    if "credit_card" in held:
        close = dice.randint(2, 8)
        dates += [("@statement", close, 10), ("@pay_card", close + 20, 25)]
    for kind in ("loan", "mortgage"):
        if kind in held:
            dates.append((f"@{kind}", dice.randint(1, 10), 20))
    if "savings" in held:
        dates.append(("@save", dice.randint(2, 9), 600))
    for kind, due, minute in dates:
        for day, _ in story.months(due):
            story.drafts.append(Draft(day, minute, "current", 0, "", "", "", kind))
