"""The customer's own accounts by kind: "my savings", "the joint account", "credit card"."""

from __future__ import annotations

import re

from openteller.capabilities.understanding.entities.spans import Page
from openteller.capabilities.understanding.lexicon import Lexicon


def find_accounts(page: Page) -> None:
    """Account names, valued by kind (the names of the list ``account_kind``).

    A word that is no account by itself ("current") needs "account" with it, or a word before it that says it is one.
    """
    for match, lexicon in page.matches("account"):
        _add(page, match, lexicon)
    for match, lexicon in page.matches("account_alone"):
        if lexicon.search("account_lead", page.text[: match.start()]):
            _add(page, match, lexicon)


def _add(page: Page, match: re.Match[str], lexicon: Lexicon) -> None:
    if page.free(match.start(), match.end()):
        page.add("account_name", lexicon.choice("account_kind", match["kind"]), match.start(), match.end())
