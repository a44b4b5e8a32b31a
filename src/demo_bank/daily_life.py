"""Everyday spending: groceries, coffee, transport, shops, cash and friends."""

from __future__ import annotations

from math import exp, log

from demo_bank.countries import COUNTRIES, convert, decimals
from demo_bank.dice import chance, pick
from demo_bank.merchants import HABITS, SHOPS, Habit
from demo_bank.story import Draft, Story

_ABROAD = {
    "GB": ("ES", "FR", "US", "PL", "AE", "JP"), "IE": ("GB", "US", "AE", "JP"),
    "DE": ("GB", "PL", "US", "AE", "JP"), "ES": ("GB", "US", "PL", "JP"),
    "FR": ("GB", "US", "PL", "JP"), "PL": ("DE", "GB", "ES", "US"),
    "US": ("GB", "FR", "ES", "JP"), "AE": ("GB", "FR", "DE", "US", "JP"),
}  # fmt: skip
_JAPAN = {
    "eating_out": ("Ramen Hoshi", "Sushi Kawa", "Izakaya Tori"),
    "transport": ("Suica Charge", "Shinkansen Ticket"),
    "shopping": ("Konbini Mart", "Ginza Crafts"),
}  # fmt: skip
_FEE_RATE = 0.0275


def tell_daily_life(story: Story) -> None:
    """Draft 24 months of card purchases, cash withdrawals, gifts and journeys."""
    away = _journeys(story)
    credit = 0.55 if "credit_card" in story.holdings.accounts else 0.0
    for habit in HABITS:
        _habit(story, habit, credit, away)
    _gifts(story)


def _habit(story: Story, habit: Habit, credit: float, away: set[int]) -> None:
    """Draft one habit: exponential gaps between visits, log-normal amounts."""
    dice, customer, country = story.dice, story.customer, story.customer.country
    draw, gauss, add = dice.random, dice.gauss, story.drafts.append
    wealth = (customer.monthly_pay / country.monthly_pay) ** 0.8
    rate = habit.per_month / 30.4 * dice.uniform(0.5, 1.35)
    if habit.category == "fuel" and chance(dice, 0.4):
        return
    middle = habit.pence * country.price_level * wealth * customer.thrift
    base, shops = log(middle), SHOPS[country.code][habit.category]
    favourite, cash = shops[int(draw() * len(shops))], habit.category == "cash"
    step = _step(habit, country.price_level)
    kind, words = ("cash_withdrawal", "Cash ") if cash else ("card_purchase", "")
    early, late = habit.minutes
    day = story.first_day + int(dice.expovariate(rate))
    while day < 0:
        if day not in away:
            shop = favourite if draw() < 0.55 else shops[int(draw() * len(shops))]
            minute = early + int(draw() * ((late if day < -1 else min(late, 900)) - early))
            amount = max(step, round(exp(base + gauss(0.0, habit.spread)) / step) * step)
            slot = "credit_card" if not cash and credit and draw() < credit else "current"
            add(Draft(day, minute, slot, -amount, shop, habit.category, words + shop, kind))
        day += 1 + int(dice.expovariate(rate)) if rate < 0.2 else int(dice.expovariate(rate) + 0.5)


def _step(habit: Habit, level: float) -> int:
    """Return what amounts are rounded to, so that cash comes in whole notes."""
    if habit.category == "cash":
        return 1_000 if level < 2 else 5_000
    return habit.round_to


def _gifts(story: Story) -> None:
    """Draft payments to saved people: splitting bills, birthdays, a monthly help."""
    dice, people = story.dice, story.people()
    level = story.customer.country.price_level * story.customer.thrift
    for payee in people:
        rate = dice.uniform(0.2, 1.4) / 30.4
        day = story.first_day + int(dice.expovariate(rate))
        while day < 0:
            amount = max(500, round(dice.uniform(8, 60) * level) * 100)
            minute = 480 + int(dice.random() * 400)
            story.drafts.append(Draft(day, minute, "current", -amount, payee.name, "transfers",
                                      f"To {payee.name}", "transfer_out", 0,
                                      payee.number.iban))  # fmt: skip
            day += 1 + int(dice.expovariate(rate))


def _journeys(story: Story) -> set[int]:
    """Draft journeys abroad (two a year, for those who travel); return the days away."""
    dice, away = story.dice, set[int]()
    if not chance(dice, 0.55) or (story.customer.work == "student" and chance(dice, 0.6)):
        return away
    for _ in range(dice.choice((1, 1, 2, 2, 3, 4))):
        start, length = dice.randrange(story.first_day + 20, -8), dice.randint(3, 12)
        days = set(range(start, min(start + length, -1)))
        if days & away:
            continue
        away |= days
        _journey(story, start, len(days), pick(dice, _ABROAD[story.customer.country.code]))
    return away


def _journey(story: Story, start: int, length: int, country: str) -> None:
    """Draft one journey: foreign purchases, each with the bank's foreign payment fee."""
    dice, home = story.dice, story.customer.country
    currency = "JPY" if country == "JP" else COUNTRIES[country].currency
    shops = _JAPAN if country == "JP" else SHOPS[country]
    marks, total = [], 0
    slot = "credit_card" if "credit_card" in story.holdings.accounts else "current"
    for day in range(start, start + length):
        for _ in range(dice.choice((0, 1, 1, 2, 3))):
            category = pick(dice, ("eating_out", "eating_out", "transport", "shopping"))
            shop = pick(dice, shops[category])
            pence = dice.lognormvariate(7.6, 0.5) * story.customer.thrift * home.price_level
            spent = _foreign(round(pence), home.currency, currency)
            amount = -convert(spent, currency, home.currency, dice.uniform(0.985, 1.015))
            mark = story.mark()
            marks.append(mark)
            total += amount
            _foreign_purchase(story, (day, 600 + int(dice.random() * 300)), slot,
                              (amount, spent, currency), (shop, category), mark)  # fmt: skip
    if marks:
        story.tell("travel", start, tuple(marks), total, country=country, days=length)


def _foreign(amount: int, home: str, currency: str) -> int:
    """Return a home amount as a tidy foreign price (whole yen, else any cents)."""
    spent = convert(max(300, amount), home, currency)
    return max(1, round(spent / 10) * 10) if decimals(currency) == 0 else spent


def _foreign_purchase(story: Story, when: tuple[int, int], slot: str,
                      money: tuple[int, int, str], shop: tuple[str, str], mark: int) -> None:  # fmt: skip
    """Draft a purchase abroad and, in another currency, the fee that follows it."""
    (day, minute), (amount, spent, currency) = when, money
    home = story.customer.country.currency
    foreign = (-spent, currency) if currency != home else None
    story.drafts.append(Draft(day, minute, slot, amount, shop[0], shop[1], shop[0],
                              "card_purchase", mark, None, foreign))  # fmt: skip
    if foreign:
        fee, fee_mark = -max(1, round(-amount * _FEE_RATE)), story.mark()
        story.drafts.append(Draft(day, minute, slot, fee, "Harbour Bank", "fees",
                                  f"Foreign payment fee 2.75% ({shop[0]})", "fee", fee_mark,
                                  None, None, mark))  # fmt: skip
        story.tell("fee", day, (fee_mark,), fee, reason="foreign_payment")
