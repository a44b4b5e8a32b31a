from __future__ import annotations

import pytest

from openteller.capabilities.privacy import detect, redact
from openteller.domain.texts import PersonalText, SpanType

FOUND = [
    ("GB29 NWBK 6016 1331 9268 19", "IBAN", "GB29NWBK60161331926819"),
    ("to de89370400440532013000 please", "IBAN", "DE89370400440532013000"),
    ("IBAN:FR14-2004-1010-0505-0001-3M02-606", "IBAN", "FR1420041010050500013M02606"),
    ("my iban is ＧＢ２９ ＮＷＢＫ ６０１６ １３３１ ９２６８ １９", "IBAN", "GB29NWBK60161331926819"),
    ("G B 2 9 N W B K 6 0 1 6 1 3 3 1 9 2 6 8 1 9 is my iban", "IBAN", "GB29NWBK60161331926819"),
    ("send 50 to GB29NWBK60161331926818", "ACCOUNT", "GB29NWBK60161331926818"),
    ("account number 12345678", "ACCOUNT", "12345678"),
    ("Meine Kontonummer ist 532013000", "ACCOUNT", "532013000"),
    ("mi cuenta es 0049 1500 0512", "ACCOUNT", "004915000512"),
    ("my sort code is 20-00-00", "SORTCODE", "200000"),
    ("routing number 021000021", "SORTCODE", "021000021"),
    ("AB 12 34 56 C", "NATIONAL_ID", "AB123456C"),
    ("my SSN is 460-89-9847", "NATIONAL_ID", "460899847"),
    ("12345678Z", "NATIONAL_ID", "12345678Z"),
    ("X1234567L", "NATIONAL_ID", "X1234567L"),
    ("RSSMRA85T10A562S", "NATIONAL_ID", "RSSMRA85T10A562S"),
    ("mój PESEL to 44051401359", "NATIONAL_ID", "44051401359"),
    ("Steuer-ID 36574261809", "NATIONAL_ID", "36574261809"),
    ("TC kimlik 10000000146", "NATIONAL_ID", "10000000146"),
    ("meu CPF 390.533.447-05", "NATIONAL_ID", "39053344705"),
    ("1 85 05 78 006 084 91", "NATIONAL_ID", "185057800608491"),
    ("passport 123456789", "PASSPORT", "123456789"),
    ("mi pasaporte es AAB123456", "PASSPORT", "AAB123456"),
    ("护照 E12345678", "PASSPORT", "E12345678"),
    ("call me on 07911 123456", "PHONE", "+447911123456"),
    ("+49 30 901820", "PHONE", "+4930901820"),
    ("0033 1 42 68 53 00", "PHONE", "+33142685300"),
    ("mi móvil es ٦١٢٣٤٥٦٧٨", "PHONE", "612345678"),
    ("ann.lee@Example.COM", "EMAIL", "ann.lee@example.com"),
    ("ann dot lee at gmail dot com", "EMAIL", "ann.lee@gmail.com"),
    ("ann(at)gmail.com", "EMAIL", "ann@gmail.com"),
    ("ana arroba correo punto es", "EMAIL", "ana@correo.es"),
    ("I was born on 12/03/1985", "DOB", "12/03/1985"),
    ("Geburtsdatum: 3. März 1985", "DOB", "3. März 1985"),
    ("12 March 1985 is my date of birth", "DOB", "12 March 1985"),
    ("1985年3月3日生まれです", "DOB", "1985年3月3日"),
    ("from 192.168.0.1", "IP", "192.168.0.1"),
    ("from 2001:db8::ff00:42:8329", "IP", "2001:db8::ff00:42:8329"),
    ("I live at 12 Baker Street, London NW1 6XE", "ADDRESS", "12 Baker Street, London NW1 6XE"),
    ("Musterstraße 12", "ADDRESS", "Musterstraße 12"),
    ("calle Mayor 12", "ADDRESS", "calle Mayor 12"),
    ("12 rue de Rivoli", "ADDRESS", "12 rue de Rivoli"),
]


@pytest.mark.parametrize(("text", "kind", "value"), FOUND)
def test_personal_data_is_sealed_in_normal_form(text: str, kind: str, value: str) -> None:
    redacted = redact(PersonalText(text))
    assert [(sealed.type.value, sealed.value) for sealed in redacted.sealed] == [(kind, value)]
    assert redacted.sealed[0].placeholder == f"⟦{kind}:1⟧"


def test_a_sort_code_and_its_account_are_told_apart() -> None:
    redacted = redact(PersonalText("20-00-00 and 55779911"))
    assert redacted.text == "⟦SORTCODE:1⟧ and ⟦ACCOUNT:1⟧"


@pytest.mark.parametrize(
    "text",
    [
        "version 10.0.1.2",
        "999.1.1.1",
        "order 905-674-3793",
        "on 24/11/2026",
        "2026-11-24",
        "born to be wild",
        "meet me at the dot",
        "Invoice no 4406 4347 5382 0",
        "my account has 12,500.00",
        "account since 01/02/2003",
        "1250000 euros in my account",
    ],
)
def test_look_alikes_stay(text: str) -> None:
    assert detect(text) == []


def test_known_names_are_sealed_whatever_their_case_and_accents() -> None:
    redacted = redact(PersonalText("pay ANNA MULLER, not Annamuller; Anna-Müller's"), known_names=["Anna Müller", ""])
    assert redacted.text == "pay ⟦NAME:1⟧, not Annamuller; ⟦NAME:2⟧'s"
    assert redact(PersonalText("给王小明转账"), known_names=["王小明"]).text == "给⟦NAME:1⟧转账"


def test_last_four_are_known_of_accounts_only() -> None:
    shown = {s.type: s.last4 for s in redact(PersonalText("IBAN DE89370400440532013000, my SSN is 460-89-9847")).sealed}
    assert shown == {SpanType.IBAN: "3000", SpanType.NATIONAL_ID: None}
