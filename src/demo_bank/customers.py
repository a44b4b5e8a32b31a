"""Who the customers are: name, country, language and way of life."""

from __future__ import annotations

import re
from dataclasses import dataclass

from demo_bank.countries import COUNTRIES, COUNTRY_SHARES, ENGLISH_SHARES, Country
from demo_bank.dice import around, chance, dice_for, pick, pick_weighted
from demo_bank.names import FAMILY_NAMES, FIRST_NAMES

SHOWCASE = 42
BUSY = 49
"""Another one to show: with a new card to activate, payments to come and, with seed 7, payments that were declined."""
_ENGLISH_DEMO = 50
_ID = re.compile(r"c-(\d{6,7})")


@dataclass(frozen=True, slots=True)
class Customer:
    """One customer.

    ``monthly_pay`` is net pay in minor units of the country's currency;
    ``thrift`` multiplies everyday spending (0.85 careful, 1.65 stretched);
    ``work`` is employee, pensioner, student or freelance.
    """

    number: int
    customer_id: str
    first_name: str
    family_name: str
    country: Country
    language: str
    locale: str
    time_zone: str
    work: str
    pay_cycle: str
    monthly_pay: int
    thrift: float

    @property
    def name(self) -> str:
        """The customer's full name."""
        return f"{self.first_name} {self.family_name}"


def customer_id(number: int) -> str:
    """Return the id of customer ``number`` (1 or more): ``c-000042``."""
    return f"c-{number:06d}"


def customer_number(text: str, customers: int) -> int | None:
    """Return the number in an id, or None unless it is one of ``customers`` customers."""
    match = _ID.fullmatch(text)
    number = int(match.group(1)) if match else 0
    return number if 1 <= number <= customers and customer_id(number) == text else None


def make_customer(seed: int, number: int) -> Customer:
    """Return customer ``number``: a pure function of the arguments."""
    dice = dice_for(seed, "customer", number)
    english = number <= _ENGLISH_DEMO
    code = pick_weighted(dice, ENGLISH_SHARES if english else COUNTRY_SHARES)
    if number == SHOWCASE:
        code = "GB"
    country = COUNTRIES[code]
    language = pick_weighted(dice, country.languages)
    if english and (number == SHOWCASE or chance(dice, 0.9)):
        language = "en"
    work = pick_weighted(dice, (("employee", 0.72), ("pensioner", 0.13), ("student", 0.07), ("freelance", 0.08)))
    cycle = pick_weighted(dice, country.pay_cycles)
    share = {"employee": 1.0, "pensioner": 0.72, "student": 0.5, "freelance": 1.05}
    pay, thrift = around(dice, country.monthly_pay, 0.28), dice.uniform(0.85, 1.65)
    first, family = pick(dice, FIRST_NAMES[code]), pick(dice, FAMILY_NAMES[code])
    zone = pick(dice, country.time_zones)
    if number == SHOWCASE:
        work, cycle, pay, thrift = "employee", "monthly", 268_000.0, 0.85
    return Customer(
        number, customer_id(number), first, family, country, language, f"{language}-{code}",
        zone, work, cycle if work == "employee" else "monthly",
        round(pay * share[work] / 100) * 100, thrift,
    )  # fmt: skip
