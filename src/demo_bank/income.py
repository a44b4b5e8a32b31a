"""Money coming in: salaries in every rhythm, pensions, invoices, and what goes wrong."""

from __future__ import annotations

from datetime import date, timedelta

from demo_bank.customers import SHOWCASE
from demo_bank.dice import chance, pick
from demo_bank.names import EMPLOYERS
from demo_bank.story import Draft, Story

_PER_YEAR = {"monthly": 12, "fortnightly": 26, "weekly": 52}
_PENSIONS = {
    "GB": "State Pension DWP", "IE": "Dept Social Protection", "DE": "Deutsche Rentenversicherung",
    "ES": "Seguridad Social", "FR": "Assurance Retraite", "PL": "ZUS Emerytura",
    "US": "SSA Treasury Retirement", "AE": "GPSSA Pension",
}  # fmt: skip


def tell_income(story: Story) -> None:
    """Draft every payment the customer earns in the 24 months."""
    work = story.customer.work
    if work == "freelance":
        _invoices(story)
    elif work == "pensioner":
        _pension(story)
    else:
        _salary(story)
    if work == "student":
        _family_help(story)


def _salary(story: Story) -> None:
    """Draft salary payments with raises, cuts, late, missed and bonus payments."""
    dice, customer = story.dice, story.customer
    employer, days = pick(dice, EMPLOYERS[customer.country.code]), _pay_days(story)
    base = round(customer.monthly_pay * 12 / _PER_YEAR[customer.pay_cycle])
    pays = [round(base * 0.96)] * len(days)
    plain = customer.number == SHOWCASE
    if chance(dice, 0.55) and not plain:
        _change_pay(story, days, pays)
    missed = _missed(story, len(days)) if not plain else -1
    late = dice.randrange(len(days)) if chance(dice, 0.04) and not plain else -1
    last = pays[0]
    for place, (due, pay) in enumerate(zip(days, pays, strict=True)):
        day = due
        if place == missed:
            story.tell("salary_missed", day, (), pay, employer=employer)
            continue
        is_late = place == late and day < -4
        mark = story.mark() if is_late or pay != last else 0
        if is_late:
            day += 3
            story.tell("salary_late", day, (mark,), pay, days_late=3)
        if pay != last:
            story.tell("salary_changed", day, (mark,), pay, previous_minor=last)
        last = pay
        story.drafts.append(Draft(day, 65, "current", pay, employer, "income",
                                  f"Salary {employer}", "salary", mark))  # fmt: skip
    if chance(dice, 0.12) and customer.pay_cycle == "monthly" and not plain:
        _bonus(story, employer, base)


def _pay_days(story: Story) -> list[int]:
    """Return the days, counted from day 0, on which pay arrives."""
    dice, cycle = story.dice, story.customer.pay_cycle
    if cycle == "monthly":
        due = pick(dice, story.customer.country.pay_days)
        return [story.day_of(story.working_day(when)) for _, when in story.months(due)
                if story.day_of(story.working_day(when)) >= story.first_day]  # fmt: skip
    step = 7 if cycle == "weekly" else 14
    first = date.fromordinal(story.day0.toordinal() + story.first_day)
    friday = first + timedelta(days=(4 - first.weekday()) % 7 + 7 * int(dice.random() * step / 7))
    return list(range(story.day_of(friday), 0, step))


def _change_pay(story: Story, days: list[int], pays: list[int]) -> None:
    """Raise pay once (usually) or cut it (sometimes), from some payday on."""
    place = story.dice.randrange(2, max(3, len(days) - 1))
    factor = story.dice.uniform(1.02, 1.09) if chance(story.dice, 0.86) else 0.85
    for later in range(place, len(days)):
        pays[later] = round(pays[later] * factor)


def _missed(story: Story, paydays: int) -> int:
    """Return which payday was missed, or -1; half of them are the latest one."""
    if not chance(story.dice, 0.05):
        return -1
    return paydays - 1 if chance(story.dice, 0.5) else story.dice.randrange(1, paydays)


def _bonus(story: Story, employer: str, base: int) -> None:
    """Draft a December bonus in each December of the history."""
    for day, when in story.months(18):
        if when.month == 12:
            mark, amount = story.mark(), round(base * story.dice.uniform(0.3, 1.1))
            story.drafts.append(Draft(day, 70, "current", amount, employer, "income",
                                      f"Bonus {employer}", "salary", mark))  # fmt: skip
            story.tell("bonus", day, (mark,), amount, employer=employer)


def _pension(story: Story) -> None:
    """Draft a monthly pension that rises each April."""
    payer = _PENSIONS[story.customer.country.code]
    amount = story.customer.monthly_pay
    for day, when in story.months(story.dice.choice((1, 15, 28))):
        if when.month == 4:
            amount = round(amount * 1.03)
        story.drafts.append(Draft(day, 60, "current", amount, payer, "income",
                                  f"Pension {payer}", "pension"))  # fmt: skip


def _invoices(story: Story) -> None:
    """Draft a freelancer's irregular invoices: one to three a month, some months none."""
    dice, code = story.dice, story.customer.country.code
    for day, _ in story.months(8):
        if chance(dice, 0.06):
            continue
        for part in range(pieces := dice.choice((1, 2, 2, 3))):
            client = pick(dice, EMPLOYERS[code])
            when = min(-1, day + dice.randrange(20))
            amount = round(story.customer.monthly_pay / pieces * dice.uniform(0.75, 1.3))
            story.drafts.append(Draft(when, 600 + part, "current", amount, client, "income",
                                      f"Invoice {100 + day % 700} {client}", "transfer_in"))  # fmt: skip


def _family_help(story: Story) -> None:
    """Draft a monthly transfer from family to a student."""
    amount = round(story.customer.monthly_pay * story.dice.uniform(0.25, 0.5) / 500) * 500
    sender = f"{story.customer.family_name} family"
    for day, _ in story.months(2):
        story.drafts.append(Draft(day, 545, "current", amount, sender, "income",
                                  f"From {sender}", "transfer_in"))  # fmt: skip
