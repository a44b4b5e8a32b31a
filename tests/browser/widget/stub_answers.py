"""What the stub's assistant says: one answer for each kind of part a message can have."""

from __future__ import annotations

from typing import Any

Json = dict[str, Any]

FACTS: Json = {
    "type": "facts",
    "title": "Your accounts",
    "rows": [
        {"label": "Current account ··· 4417", "value": "£1,204.37"},
        {"label": "Rainy day savings ··· 9920", "value": "£18,350.00"},
        {"label": "Credit card ··· 0031", "value": "−£412.09"},
    ],
}
CHOICE: Json = {"type": "choice", "options": [{"id": "yes", "label": "Yes, freeze it"}, {"id": "no", "label": "No"}]}


def text(words: str) -> Json:
    """A text part."""
    return {"type": "text", "text": words}


def answer(said: str, page: str) -> list[Json]:
    """The parts of the answer; `page` is the origin of the bank's page."""
    if said == "person":
        return [text("I have asked a colleague to join. Your reference is OT-4821. The wait is about 3 minutes.")]
    if "balance" in said.lower():
        return [text("Here is what you have today."), FACTS]
    if "freeze" in said.lower() and "yes" not in said.lower():
        return [text("Shall I freeze the debit card ending 7710?"), CHOICE]
    if "log in" in said.lower():
        link = {"type": "link", "label": "Log in", "url": f"{page}/login", "purpose": "login"}
        return [text("Please log in first, then we go on here."), link]
    return [text(f"You said: {said}")]
