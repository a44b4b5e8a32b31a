"""What each action is called on the approval page, and what it is about, in the languages that customers speak."""

from __future__ import annotations

_KINDS = (
    "transfer", "unfreeze_card", "block_card", "replace_card", "freeze_card", "activate_card",
    "create_standing_order", "change_standing_order", "cancel_standing_order", "cancel_scheduled_payment",
    "cancel_direct_debit", "lower_limit", "raise_limit", "refund_fee", "change_address", "change_phone",
    "travel_notice", "open_account", "close_account", "exchange", "savings_goal",
)  # fmt: skip
_ABOUT = (
    "account", "order", "limit", "fee", "address", "phone", "product", "limit.card", "limit.cash", "limit.transfer",
    "product.current", "product.savings",
)  # fmt: skip
_TEXTS = {
    "en": (
        "Send money", "Unfreeze your card", "Block your card for good", "Order a new card", "Freeze your card",
        "Activate your new card", "Set up a standing order", "Change a standing order", "Cancel a standing order",
        "Cancel a scheduled payment", "Cancel a direct debit", "Lower a limit", "Raise a limit", "Refund a fee",
        "Change your address", "Change your phone number", "Tell us about a journey", "Open an account",
        "Close an account and move what is left on it", "Exchange money", "Set a savings goal",
        "Account", "Payment to", "Limit per day", "Fee", "New address", "New phone number", "Kind of account",
        "Card payments", "Cash withdrawals", "Transfers", "Current account", "Savings account"),
    "de": (
        "Geld senden", "Karte entsperren", "Karte endgültig sperren", "Neue Karte bestellen",
        "Karte vorübergehend sperren", "Neue Karte aktivieren", "Dauerauftrag einrichten", "Dauerauftrag ändern",
        "Dauerauftrag löschen", "Geplante Zahlung löschen", "Lastschrift beenden", "Limit senken", "Limit erhöhen",
        "Gebühr erstatten", "Adresse ändern", "Telefonnummer ändern", "Reise melden", "Konto eröffnen",
        "Konto auflösen und das Guthaben übertragen", "Geld tauschen", "Sparziel setzen",
        "Konto", "Zahlung an", "Limit pro Tag", "Gebühr", "Neue Adresse", "Neue Telefonnummer", "Art des Kontos",
        "Kartenzahlungen", "Bargeldabhebungen", "Überweisungen", "Girokonto", "Sparkonto"),
    "es": (
        "Enviar dinero", "Desbloquear su tarjeta", "Anular su tarjeta", "Pedir una tarjeta nueva",
        "Bloquear su tarjeta", "Activar su tarjeta nueva", "Crear una orden permanente",
        "Modificar una orden permanente", "Cancelar una orden permanente", "Cancelar un pago programado",
        "Cancelar una domiciliación", "Bajar un límite", "Subir un límite", "Devolver una comisión",
        "Cambiar su dirección", "Cambiar su número de teléfono", "Avisar de un viaje", "Abrir una cuenta",
        "Cerrar una cuenta y traspasar su saldo", "Cambiar divisas", "Fijar un objetivo de ahorro",
        "Cuenta", "Pago a", "Límite diario", "Comisión", "Dirección nueva", "Número de teléfono nuevo",
        "Tipo de cuenta", "Pagos con tarjeta", "Retiradas de efectivo", "Transferencias", "Cuenta corriente",
        "Cuenta de ahorro"),
    "fr": (
        "Envoyer de l'argent", "Débloquer votre carte", "Opposer votre carte définitivement", "Commander une carte",
        "Bloquer votre carte", "Activer votre nouvelle carte", "Créer un virement permanent",
        "Modifier un virement permanent", "Annuler un virement permanent", "Annuler un paiement programmé",
        "Révoquer un prélèvement", "Baisser un plafond", "Relever un plafond", "Rembourser des frais",
        "Changer votre adresse", "Changer votre numéro de téléphone", "Signaler un voyage", "Ouvrir un compte",
        "Clôturer un compte et virer son solde", "Changer des devises", "Fixer un objectif d'épargne",
        "Compte", "Paiement à", "Plafond par jour", "Frais", "Nouvelle adresse", "Nouveau numéro de téléphone",
        "Type de compte", "Paiements par carte", "Retraits d'espèces", "Virements", "Compte courant",
        "Compte d'épargne"),
    "pl": (
        "Wyślij pieniądze", "Odblokuj kartę", "Zastrzeż kartę na stałe", "Zamów nową kartę",
        "Zablokuj kartę czasowo", "Aktywuj nową kartę", "Ustaw zlecenie stałe", "Zmień zlecenie stałe",
        "Anuluj zlecenie stałe", "Anuluj zaplanowaną płatność", "Anuluj polecenie zapłaty", "Obniż limit",
        "Podnieś limit", "Zwrot opłaty", "Zmień adres", "Zmień numer telefonu", "Zgłoś podróż", "Otwórz konto",
        "Zamknij konto i przenieś saldo", "Wymień walutę", "Ustaw cel oszczędnościowy",
        "Konto", "Płatność dla", "Limit dzienny", "Opłata", "Nowy adres", "Nowy numer telefonu", "Rodzaj konta",
        "Płatności kartą", "Wypłaty gotówki", "Przelewy", "Konto bieżące", "Konto oszczędnościowe"),
    "ar": (
        "إرسال أموال", "إلغاء تجميد بطاقتك", "حظر بطاقتك نهائيًا", "طلب بطاقة جديدة", "تجميد بطاقتك",
        "تفعيل بطاقتك الجديدة", "إنشاء أمر مستديم", "تعديل أمر مستديم", "إلغاء أمر مستديم", "إلغاء دفعة مجدولة",
        "إلغاء خصم مباشر", "خفض حد", "رفع حد", "رد رسوم", "تغيير عنوانك", "تغيير رقم هاتفك", "الإبلاغ عن سفر",
        "فتح حساب", "إغلاق حساب ونقل رصيده", "تحويل عملة", "تحديد هدف ادخار",
        "الحساب", "الدفع إلى", "الحد اليومي", "الرسوم", "العنوان الجديد", "رقم الهاتف الجديد", "نوع الحساب",
        "المدفوعات بالبطاقة", "السحب النقدي", "التحويلات", "حساب جارٍ", "حساب توفير"),
}  # fmt: skip
ACTION_WORDS = {language: dict(zip((*_KINDS, *_ABOUT), texts, strict=True)) for language, texts in _TEXTS.items()}
