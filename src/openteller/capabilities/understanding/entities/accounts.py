"""The customer's own accounts by kind: "my savings", "the joint account", "credit card"."""

from __future__ import annotations

import re

from openteller.capabilities.understanding.entities.spans import Page

_KINDS = {
    "current": r"current|checking|everyday|main|cheque|chequing|day[- ]to[- ]day|giro",
    "savings": r"savings?|saver|holiday pot|pot|rainy day|isa|cash isa",
    "joint": r"joint|shared",
    "credit_card": r"credit[- ]?card|visa card|mastercard",
    "business": r"business",
}
_ALONE = frozenset("savings|saver|isa|cash isa|pot|holiday pot|checking|current|joint".split("|"))
_NAME = re.compile(
    r"\b(?:"
    + "|".join(rf"(?P<{kind}>{words})" for kind, words in _KINDS.items())
    + r")(?P<noun>[\s-]+(?:(?:bank )?accounts?|acct|acc|a/c|one)\b|\b)"
)
_LEADS = re.compile(r"(?:\b(?:my|our|the|to|from|into|in|of|out of|and|or)|^)\s*(?:my |our |the |new |old |other )?$")


def find_accounts(page: Page) -> None:
    """Account names, valued by kind (the keys of ``_KINDS``); a word without "account" needs "my" or "to" before it."""
    for match in _NAME.finditer(page.text):
        kind = next(name for name in _KINDS if match[name])
        alone = not match["noun"].strip()
        led = kind == "credit_card" or _LEADS.search(page.text[: match.start()])
        if alone and not ((match[kind] in _ALONE or kind == "credit_card") and led):
            continue
        if page.free(match.start(), match.end()):
            page.add("account_name", kind, match.start(), match.end())
