"""The fixed words of the approval page, in the languages the bank's customers speak."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from demo_bank.action_words import ACTION_WORDS
from demo_bank.countries import decimals

_SYMBOLS = {"GBP": "£", "EUR": "€", "USD": "$", "JPY": "¥", "PLN": "zł"}
# language: (decimal mark, thousands mark, symbol comes first)
_MONEY = {"en": (".", ",", True), "de": (",", ".", False), "es": (",", ".", False),
          "fr": (",", "\u202f", False), "pl": (",", "\u00a0", False), "ar": (".", ",", True)}  # fmt: skip

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_KEYS = (
    "heading", "intro", "action", "amount", "payee", "until", "approve", "decline", "warning",
    "approved", "declined", "expired", "approved_text", "declined_text", "expired_text", "back",
    "ending", "card",
)  # fmt: skip
_TEXTS = {
    "en": ("Approve in the Harbour app", "Check every line. Approve only what you asked for.",
           "What will happen", "Amount", "To", "Valid until", "Approve", "Decline",
           "Nobody from the bank will ever ask you to approve something you did not ask for.",
           "Approved", "Declined", "This request has expired",
           "You can go back to the chat. It will carry on from here.",
           "Nothing was done. You can go back to the chat.",
           "Nothing was done. You can go back to the chat and ask again.",
           "Back to the chat", "ending in", "Card"),
    "de": ("In der Harbour-App freigeben",
           "Prüfen Sie jede Zeile. Geben Sie nur frei, was Sie selbst verlangt haben.",
           "Was geschieht", "Betrag", "An", "Gültig bis", "Freigeben", "Ablehnen",
           "Niemand von der Bank bittet Sie je, etwas freizugeben, das Sie nicht verlangt haben.",
           "Freigegeben", "Abgelehnt", "Diese Anfrage ist abgelaufen",
           "Sie können zum Chat zurückkehren. Dort geht es weiter.",
           "Es wurde nichts ausgeführt. Sie können zum Chat zurückkehren.",
           "Es wurde nichts ausgeführt. Sie können im Chat neu fragen.",
           "Zurück zum Chat", "endet auf", "Karte"),
    "es": ("Aprobar en la app de Harbour",
           "Revise cada línea. Apruebe solo lo que usted ha pedido.",
           "Qué va a ocurrir", "Importe", "Para", "Válido hasta", "Aprobar", "Rechazar",
           "Nadie del banco le pedirá nunca que apruebe algo que usted no ha pedido.",
           "Aprobado", "Rechazado", "Esta solicitud ha caducado",
           "Puede volver al chat. Continuará desde aquí.",
           "No se ha hecho nada. Puede volver al chat.",
           "No se ha hecho nada. Puede volver al chat y pedirlo de nuevo.",
           "Volver al chat", "termina en", "Tarjeta"),
    "fr": ("Valider dans l'appli Harbour",
           "Vérifiez chaque ligne. Ne validez que ce que vous avez demandé.",
           "Ce qui va se passer", "Montant", "Vers", "Valable jusqu'à", "Valider", "Refuser",
           "Personne à la banque ne vous demandera de valider ce que vous n'avez pas demandé.",
           "Validé", "Refusé", "Cette demande a expiré",
           "Vous pouvez revenir au chat. Il reprendra ici.",
           "Rien n'a été fait. Vous pouvez revenir au chat.",
           "Rien n'a été fait. Vous pouvez revenir au chat et redemander.",
           "Retour au chat", "se terminant par", "Carte"),
    "pl": ("Zatwierdź w aplikacji Harbour",
           "Sprawdź każdy wiersz. Zatwierdź tylko to, o co prosisz.",
           "Co się stanie", "Kwota", "Do", "Ważne do", "Zatwierdź", "Odrzuć",
           "Nikt z banku nigdy nie poprosi o zatwierdzenie czegoś, o co nie prosisz.",
           "Zatwierdzono", "Odrzucono", "Ta prośba wygasła",
           "Możesz wrócić do czatu. Rozmowa będzie kontynuowana.",
           "Nic nie zrobiono. Możesz wrócić do czatu.",
           "Nic nie zrobiono. Możesz wrócić do czatu i poprosić ponownie.",
           "Wróć do czatu", "kończy się na", "Karta"),
    "ar": ("الموافقة في تطبيق هاربور", "تحقق من كل سطر. وافق فقط على ما طلبته بنفسك.",
           "ما الذي سيحدث", "المبلغ", "إلى", "صالح حتى", "موافقة", "رفض",
           "لن يطلب منك أحد من البنك الموافقة على شيء لم تطلبه.",
           "تمت الموافقة", "تم الرفض", "انتهت صلاحية هذا الطلب",
           "يمكنك العودة إلى المحادثة. ستستمر من هنا.", "لم يُنفَّذ شيء. يمكنك العودة إلى المحادثة.",
           "لم يُنفَّذ شيء. يمكنك العودة إلى المحادثة والطلب من جديد.", "العودة إلى المحادثة",
           "تنتهي بـ", "البطاقة"),
}  # fmt: skip
WORDS = {language: {**dict(zip(_KEYS, texts, strict=True)), **ACTION_WORDS[language]}
         for language, texts in _TEXTS.items()}  # fmt: skip


def language_of(locale: str) -> str:
    """Return the language of a locale if there are words in it, else English."""
    language = locale.replace("_", "-").split("-")[0].lower()
    return language if language in WORDS else "en"


def money_words(amount_minor: int, currency: str, language: str) -> str:
    """Return an amount as a customer reads it: ``£1,234.50``, ``1.234,50 €``, ``AED 5.00``."""
    mark, group, first = _MONEY.get(language, _MONEY["en"])
    digits = decimals(currency)
    whole, part = divmod(abs(amount_minor), 10**digits)
    text = f"{whole:,}".replace(",", group) + (f"{mark}{part:0{digits}d}" if digits else "")
    symbol = _SYMBOLS.get(currency, currency)
    sign = "−" if amount_minor < 0 else ""
    if not first:
        return f"{sign}{text}\u00a0{symbol}"
    return f"{sign}{symbol}{text}" if len(symbol) == 1 else f"{sign}{symbol}\u00a0{text}"


def day_words(iso: str) -> str:
    """Return a date such as ``2026-11-24`` as ``24 Nov 2026``, in English."""
    year, month, day = iso.split("-")
    return f"{int(day)} {_MONTHS[int(month) - 1]} {year}"


def moment_words(moment: datetime, time_zone: str) -> str:
    """Return a time as ``2026-11-24 14:05 GMT`` in a customer's own zone, in any language."""
    local = moment.astimezone(ZoneInfo(time_zone))
    return local.strftime("%Y-%m-%d %H:%M %Z")
