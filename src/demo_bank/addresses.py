"""Where customers live and how they are reached, drawn from the seed: nobody's real address, number or mailbox."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from random import Random

from demo_bank.customers import Customer
from demo_bank.dice import dice_for, pick
from demo_bank.names import split_words
from demo_bank.places import town_of

_STREETS = {
    "GB": split_words("Harbour Street, Mill Lane, Station Road, Orchard Close, Chapel Hill, Lantern Row"),
    "IE": split_words("Quay Lane, Chapel Road, Heron Park, Mill Street, Lantern Terrace"),
    "DE": split_words("Hafenstraße, Lindenweg, Mühlgasse, Am Leuchtturm, Gartenstraße"),
    "ES": split_words("Calle del Puerto, Calle del Faro, Avenida del Molino, Plaza de la Huerta"),
    "FR": split_words("rue du Port, rue du Phare, avenue des Tilleuls, chemin du Moulin"),
    "PL": split_words("ul. Portowa, ul. Latarni, ul. Lipowa, ul. Młyńska"),
    "US": split_words("Harbor Street, Mill Lane, Lantern Avenue, Orchard Drive, Heron Court"),
    "AE": split_words("Harbour Street, Lighthouse Street, Palm Lane, Dune Street"),
}
_LETTERS = "ABDEFGHJLNPQRSTUWXYZ"  # those that stand at the end of a British postcode
# What postcodes of each town begin with; # is a digit, @ a letter.
_POSTCODES = {
    "London": "SE# #@@", "Manchester": "M# #@@", "Leeds": "LS# #@@", "Bristol": "BS# #@@", "Glasgow": "G# #@@",
    "Cardiff": "CF# #@@", "Dublin": "D0# @@##", "Cork": "T12 @@##", "Galway": "H91 @@##", "Berlin": "10###",
    "Hamburg": "20###", "Köln": "50###", "München": "80###", "Madrid": "280##", "Barcelona": "080##",
    "Valencia": "460##", "Sevilla": "410##", "Paris": "7500#", "Lyon": "6900#", "Marseille": "1300#",
    "Warszawa": "00-###", "Kraków": "30-###", "Gdańsk": "80-###", "New York": "NY 100##", "Chicago": "IL 606##",
    "Denver": "CO 802##", "Los Angeles": "CA 900##", "Dubai": "P.O. Box #####", "Abu Dhabi": "P.O. Box #####",
    "Sharjah": "P.O. Box #####",
}  # fmt: skip
_ORDER = {
    "GB": "{house} {street}, {town}, {code}", "IE": "{house} {street}, {town}, {code}",
    "DE": "{street} {house}, {code} {town}", "ES": "{street}, {house}, {code} {town}",
    "FR": "{house} {street}, {code} {town}", "PL": "{street} {house}, {code} {town}",
    "US": "{house} {street}, {town}, {code}", "AE": "Villa {house}, {street}, {town}, {code}",
}  # fmt: skip
# Numbers that regulators keep free for fiction. Where none are, customers have a British one.
_PHONES = {"IE": "+3532091#####", "DE": "+493023125###", "FR": "+3363998####", "US": "+1212555010#"}
_BRITISH = "+447700900###"
_MAILBOXES = ("example.org", "example.com", "example.net")


@dataclass(frozen=True, slots=True)
class Reached:
    """How a customer is reached: the address in one line, the telephone number in E.164, the e-mail address."""

    address: str
    phone: str
    email: str


def make_reached(seed: int, customer: Customer) -> Reached:
    """Return how a customer was reached on day 0: a pure function of seed and customer."""
    dice, code = dice_for(seed, "address", customer.number), customer.country.code
    town = town_of(customer.customer_id, code)
    address = _ORDER[code].format(house=dice.randint(1, 120), street=pick(dice, _STREETS[code]), town=town,
                                  code=_filled(dice, _POSTCODES[town]))  # fmt: skip
    phone = _filled(dice, _PHONES.get(code, _BRITISH))
    return Reached(address, phone, f"{_plain(customer.first_name)}.{dice.randint(10, 99)}@{pick(dice, _MAILBOXES)}")


def _filled(dice: Random, pattern: str) -> str:
    """Return a pattern with a digit for each # and a letter for each @."""
    return "".join(str(dice.randrange(10)) if sign == "#" else pick(dice, _LETTERS) if sign == "@" else sign
                   for sign in pattern)  # fmt: skip


def _plain(name: str) -> str:
    """Return a name as it may stand in an e-mail address: small letters a to z."""
    spelled = unicodedata.normalize("NFKD", name.replace("Ł", "L").replace("ł", "l").replace("ı", "i"))
    return "".join(sign for sign in spelled.lower() if sign.isascii() and sign.isalpha()) or "customer"
