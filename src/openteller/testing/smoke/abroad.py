"""Conversations in Spanish and Arabic, one that changes its language, and a question of rules that has a source."""

from __future__ import annotations

from openteller.testing.measures.consistency import figures_of
from openteller.testing.smoke.stage import Someone, Stage

FREEZE = {"es": "Congela mi tarjeta de débito, por favor", "ar": "جمّد بطاقة الخصم من فضلك"}
BALANCE = {"en": "What is my balance?", "es": "¿Cuál es mi saldo?", "ar": "كم رصيدي؟"}
_RULE = {
    "en": "What does it cost to pay by card in another currency?",
    "es": "¿Cuánto cuesta pagar con tarjeta en otra moneda?",
    "ar": "كم يكلف الدفع بالبطاقة بعملة أخرى؟",
}
_PERCENT = "275"


async def in_spanish(stage: Stage) -> None:
    """A balance and a frozen card, in Spanish."""
    await _served_in(stage, "es")


async def in_arabic(stage: Stage) -> None:
    """The same in Arabic."""
    await _served_in(stage, "ar")


async def _served_in(stage: Stage, language: str) -> None:
    someone = await stage.someone()
    talk = await stage.customer(someone)
    reply = await stage.says(talk, BALANCE[language])
    stage.check(tells_balance(reply.text, someone), "the balance is the one in the bank's books")
    stage.check(is_in(language, reply.text), "and said in the customer's language")
    reply = await stage.choosing(talk, await stage.says(talk, FREEZE[language]), someone.cards[0]["last4"])
    if reply.option("yes:"):
        reply = await stage.presses(talk, reply, "yes:")
    frozen = [card for card in await stage.bank.read(someone.customer, "cards") if card["status"] == "frozen"]
    stage.check(frozen, "the bank has frozen the card")
    await talk.close()


async def from_language_to_language(stage: Stage) -> None:
    """English, then Spanish, then Arabic: each is answered in its own language with the same facts."""
    someone = await stage.someone()
    talk = await stage.customer(someone)
    for language, words in BALANCE.items():
        reply = await stage.says(talk, words)
        stage.check(tells_balance(reply.text, someone) and is_in(language, reply.text), f"answered in {language}")
    await talk.close()


async def a_rule_with_its_source(stage: Stage) -> None:
    """A question about the bank's rules: the answer names its source, and says the same in every language."""
    talk = await stage.visitor()
    for language, words in _RULE.items():
        reply = await stage.says(talk, words)
        stage.check(_PERCENT in figures_of([reply.text]), f"the percentage, in {language}")
        stage.check(any(part["type"] == "source" for part in reply.parts), "with the article it is from")
    await talk.close()


def tells_balance(text: str, someone: Someone) -> bool:
    """True if what the bank's books say stands in it."""
    return str(abs(someone.current["balance_minor"])) in figures_of([text])


def is_in(language: str, text: str) -> bool:
    """True if a sentence about accounts is in this language."""
    arabic = any("\u0600" <= sign <= "\u06ff" for sign in text)
    spanish = any(word in text.casefold().split() for word in ("cuenta", "cuentas", "saldo", "tus", "corriente"))
    return {"en": not arabic and not spanish, "es": spanish, "ar": arabic}[language]
