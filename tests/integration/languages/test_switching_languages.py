"""A conversation follows the customer from language to language, and neither "ok" nor a name leads it astray."""

from __future__ import annotations

from uuid import uuid4

import pytest

from openteller.domain.conversations import Inbound, InboxKind
from openteller.domain.decisions import Decision
from openteller.domain.texts import PersonalText
from openteller.loops.conversation.languages import set_language
from openteller.loops.conversation.perform import Performer
from openteller.loops.conversation.performed import Performed
from tests.integration.conversation.house import Caller, House

ISOLATES = dict.fromkeys(map(ord, "\u2066\u2067\u2068\u2069\u200e\u200f\u00a0\u202f"), None)


def bare(text: str) -> str:
    """Without the marks that keep directions apart, and without spaces that do not break."""
    return text.translate(ISOLATES)


async def locale(house: House, caller: Caller) -> str:
    (row,) = await house.rows(
        "SELECT locale FROM conversations WHERE conversation_id = %(id)s", id=caller.conversation_id
    )
    found: str = row["locale"]
    return found


async def opened(house: House, asked: str | None, *, customer: str | None = None) -> Caller:
    token = house.login_token(customer) if customer else None
    found = await house.teller.front_door.open(house.tenant, locale=asked, time_zone="Europe/London", login_token=token)
    await house.teller.reception.settle()
    return Caller(house, found.token, found.session)


async def test_from_english_to_spanish_to_arabic_and_back(house: House) -> None:
    caller = await house.customer()
    assert "£1,200.00" in bare((await caller.say("what is my balance?")).text)

    spanish = await caller.say("¿cuánto dinero tengo en mis cuentas?")
    assert "Estas son tus cuentas" in spanish.text
    assert "Cuenta de ahorro" in spanish.text
    assert "1.200,00£" in bare(spanish.text)
    assert await locale(house, caller) == "es-ES"

    arabic = await caller.say("كم رصيدي؟")
    assert "حساباتك" in arabic.text
    assert "حساب التوفير" in arabic.text
    assert "1,200.00" in bare(arabic.text)
    assert await locale(house, caller) == "ar-AE"

    english = await caller.say("thanks, and what is my balance now?")
    assert "Savings account" in english.text
    assert await locale(house, caller) == "en-GB"
    kinds = await house.events()
    assert kinds.count("conversation.language_changed") == 3


async def test_days_are_read_and_written_in_each_language(house: House) -> None:
    caller = await house.customer()
    for said, shown in (
        ("¿cuánto gasté el mes pasado en supermercado?", "octubre"),
        ("كم صرفت على البقالة الشهر الماضي؟", "أكتوبر"),
        ("how much did I spend on groceries last month?", "October"),
    ):
        assert shown in (await caller.say(said)).text


@pytest.mark.parametrize(
    "said", ["ok", "no", "Madrid", "Ana García", "50", "20 €", "Netflix", "hotel", "taxi", "total"]
)
async def test_what_is_the_same_in_two_languages_changes_nothing(house: House, said: str) -> None:
    caller = await house.customer()
    await caller.say("what is my balance?")
    await caller.say(said)
    assert await locale(house, caller) == "en-GB"


async def test_a_loan_word_changes_nothing(house: House) -> None:
    caller = await house.customer()
    await caller.say("hola, what is my balance please?")
    assert await locale(house, caller) == "en-GB"


async def test_own_accounts_are_found_by_what_their_kind_is_called(house: House) -> None:
    caller = await house.customer()
    spanish = await caller.say("transfiere 20 £ de mi cuenta de ahorros a la cuenta corriente")
    assert "¿Envío 20,00£ a Cuenta corriente?" in bare(spanish.text)
    other = await house.customer("c-000002")
    arabic = await other.say("حول 20 جنيهًا إسترلينيًا من حساب التوفير إلى الحساب الجاري")
    assert "الحساب الجاري" in arabic.text
    assert "20.00" in bare(arabic.text)


async def test_what_was_asked_for_stays(house: House) -> None:
    caller = await house.customer()
    before = Performer.perform

    async def asked(self: Performer, decision: Decision) -> Performed:
        set_language(self._kit, self._heard, self._done, "es", pinned=True)
        return await before(self, decision)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Performer, "perform", asked)
        assert "De nada" in (await caller.say("thanks")).text
    assert await locale(house, caller) == "es-ES"
    assert "Estas son tus cuentas" in (await caller.say("what is my balance, please tell me now")).text
    assert await locale(house, caller) == "es-ES"


async def test_a_language_of_nobody_here_is_told_kindly_in_ours_and_a_person_offered(house: House) -> None:
    caller = await house.customer()
    french = "pourriez-vous m'expliquer comment fonctionne votre épargne logement s'il vous plaît"
    said = await caller.say(french)
    assert "don’t speak that language" in said.text
    assert "todavía no hablo ese idioma" in said.text
    assert "لا أتحدث هذه اللغة" in said.text
    assert "person" in said.options
    await caller.say(french)
    await caller.say(french)
    assert await house.rows("SELECT 1 FROM handovers"), "no loop: a person comes"


async def test_two_messages_at_once_are_each_read_in_what_the_one_before_has_left(house: House) -> None:
    caller = await house.customer()
    await caller.send("¿cuál es mi saldo?")
    await caller.send("ok")
    await house.teller.reception.settle()
    assert await locale(house, caller) == "es-ES"
    mover = await house.customer("c-000002")
    await mover.send("Move £20 from my savings account to my current account")
    await mover.send("yes")
    await house.teller.reception.settle()
    assert len(house.twin_bank.actions) == 1


@pytest.mark.parametrize(
    ("asked", "known", "held"),
    [
        ("es-MX", "en-GB", "es-MX"),
        ("ar", "en-GB", "ar-AE"),
        ("fr-FR", "es-ES", "es-ES"),
        (None, "ar-AE", "ar-AE"),
        (None, "fr-FR", "en-GB"),
        ("de", None, "en-GB"),
    ],
)
async def test_a_thread_begins_in_the_best_language_known(
    house: House, monkeypatch: pytest.MonkeyPatch, asked: str | None, known: str | None, held: str
) -> None:
    customer = house.twin_bank.customer

    async def speaks(grant: object) -> object:
        from dataclasses import replace  # noqa: PLC0415 (used here only)

        return replace(await customer(grant), locale=known or "")  # type: ignore[arg-type]

    monkeypatch.setattr(house.twin_bank, "customer", speaks)
    caller = await opened(house, asked, customer="c-000001" if known else None)
    assert await locale(house, caller) == held


async def test_without_the_bank_a_thread_begins_in_the_packs_language(house: House) -> None:
    house.twin_bank.away = True
    assert await locale(house, await opened(house, None, customer="c-000001")) == "en-GB"


@pytest.mark.parametrize(
    ("said", "code", "held"),
    [("¿cuál es mi saldo?", "", "es-ES"), ("كم رصيدي", "", "ar-AE"), ("hello", "ar-EG", "ar-EG"), ("ok", "", "en-GB")],
)
async def test_a_foreign_channel_begins_as_it_says_or_as_the_first_text_sounds(
    house: House, said: str, code: str, held: str
) -> None:
    inbound = Inbound(uuid4().hex, f"+4477{uuid4().int % 10**8:08d}", InboxKind.TEXT, PersonalText(said), code)
    received = await house.teller.reception.receive_from_channel(house.tenant, "webhook", inbound)
    (row,) = await house.rows(
        "SELECT c.locale FROM conversations c JOIN inbox i USING (tenant, conversation_id) WHERE i.turn_id = %(id)s",
        id=received.turn_id,
    )
    assert row["locale"] == held


async def test_whoever_asks_for_a_language_gets_it_and_keeps_it(house: House) -> None:
    caller = await house.customer()
    await caller.say("can we speak Spanish?")
    assert await locale(house, caller) == "es-ES"
    assert "Estas son tus cuentas" in (await caller.say("what is my balance, please tell me now")).text
    assert await locale(house, caller) == "es-ES"
