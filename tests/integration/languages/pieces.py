"""The shipped pack with a few words of Spanish and Arabic on top: enough to hold a conversation about balances."""

from __future__ import annotations

import shutil
from pathlib import Path

from openteller.adapters.encoders.use import UniversalSentenceEncoder
from openteller.adapters.languages.langid import LangidIdentifier
from openteller.bootstrap import PACKS, pack_folder
from openteller.capabilities.actions.policy import load_policy
from openteller.capabilities.flows.load import load_flows
from openteller.capabilities.pack.pack import load_pack
from openteller.capabilities.replies.catalogue import read_catalogue
from openteller.capabilities.understanding.store import load_or_train
from openteller.config import Settings
from tests.integration.conversation.parts import Parts

_HEAD = """msgid ""
msgstr ""
"Language: {language}\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=UTF-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"""
WORDING = {
    "es": {
        "account_kind.current": "Cuenta corriente",
        "account_kind.savings": "Cuenta de ahorros",
        "category.groceries": "supermercado",
        "check_balance.all": "Este es el saldo de tus cuentas.",
        "check_balance.one": "En {name} puedes gastar {available}.",
        "check_balance.both": "{balance}, disponible {available}",
        "conversation.language_unsupported": "Lo siento, todavía no hablo ese idioma. Escríbeme en español.",
        "conversation.thanks": "De nada.",
        "find_transactions.period": "Período",
        "facts.period": "{period}",
        "transfer_money.confirm": "¿Envío {amount} a {name}?",
    },
    "ar": {
        "account_kind.current": "الحساب الجاري",
        "account_kind.savings": "حساب التوفير",
        "category.groceries": "البقالة",
        "check_balance.all": "هذه أرصدة حساباتك.",
        "check_balance.one": "يمكنك صرف {available} من {name}.",
        "check_balance.both": "{balance}، المتاح {available}",
        "conversation.language_unsupported": "عذرًا، لا أتحدث هذه اللغة بعد. اكتب لي بالعربية.",
        "conversation.thanks": "على الرحب والسعة.",
        "find_transactions.period": "الفترة",
        "facts.period": "{period}",
        "transfer_money.confirm": "هل أحوّل {amount} إلى {name}؟",
    },
}
EXAMPLES = {
    "es": {
        "check_balance": ["cuál es mi saldo", "cuánto dinero tengo", "saldo de mi cuenta", "cuánto me queda"],
        "find_transactions": ["cuánto gasté el mes pasado", "qué pagué en octubre", "mis últimos movimientos"],
        "transfer_money": ["envía 50 euros a Ana", "pasa dinero de mis ahorros a la corriente",
                           "quiero hacer una transferencia", "transfiere 20 a mi cuenta de ahorros"],
        "thanks": ["gracias", "muchas gracias"],
    },
    "ar": {
        "check_balance": ["كم رصيدي", "ما هو رصيد حسابي", "كم عندي من المال", "عرض الرصيد", "كم بقي في حسابي"],
        "find_transactions": ["كم صرفت الشهر الماضي", "ماذا دفعت في أكتوبر", "آخر العمليات", "أرني مصاريفي"],
        "transfer_money": ["أرسل 50 يورو إلى أحمد", "حول من التوفير إلى الجاري", "أريد تحويل المال",
                           "حول 20 إلى حساب التوفير"],
        "thanks": ["شكرا", "شكرا جزيلا"],
    },
}  # fmt: skip


def write_pack(folder: Path) -> Path:
    """A copy of the shipped pack that lists three languages."""
    shutil.copytree(pack_folder(Settings().pack), folder, ignore=shutil.ignore_patterns("es", "ar"))
    head = (folder / "pack.yaml").read_text(encoding="utf-8")
    lines = ["languages: [en, es, ar]" if line.startswith("languages:") else line for line in head.splitlines()]
    (folder / "pack.yaml").write_text("\n".join(lines) + "\n", encoding="utf-8")
    for language, words in WORDING.items():
        entries = (f'\nmsgid "{key}"\nmsgstr "{text}"\n' for key, text in words.items())
        _write(folder / f"replies/{language}/words.po", _HEAD.format(language=language) + "".join(entries))
        for intent, examples in EXAMPLES[language].items():
            about = f"language: {language}\nwritten_by: test\nreviewed_by_native: null\nexamples:\n"
            listed = "".join(f'  - "{text}"\n' for text in examples)
            _write(folder / f"intents/{language}/{intent}.yaml", about + listed)
    return folder


def load_pieces(folder: Path, models: Path) -> Parts:
    """What a house of three languages is joined from; most wording falls back to English."""
    pack = load_pack(folder, PACKS)
    catalogue, _ = read_catalogue([folder / "replies"], pack.languages, pack.default_locale)
    understander = load_or_train(folder, models, UniversalSentenceEncoder(), LangidIdentifier())
    return Parts(pack, catalogue, load_flows([folder]), load_policy([folder]), understander)


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
