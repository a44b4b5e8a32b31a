"""Who was paid or is to be paid, in the customer's own words; the flow matches them to those it knows."""

from __future__ import annotations

import re

from openteller.capabilities.understanding.entities.spans import Page


def find_counterparties(page: Page) -> None:
    """Payees where something is to be paid ("send Anna 20", "to mum"), merchants where something was ("at Tesco")."""
    if page.orders:
        _collect(page, "payee")
    if page.asks_past:
        _collect(page, "merchant")
    if page.expects in {"payee", "merchant", "text"} and not page.orders and not page.asks_past:
        type_ = page.expects if page.expects != "text" else "payee"
        for match, _ in page.matches(type_):
            if match[0].strip() == page.text.strip(" .!") and page.text[match.start("name") - 1].isspace():
                _offer(page, type_, match)  # "to Anna"
        for lexicon in page.lexicons:
            alone = lexicon.name_alone.fullmatch(page.text)
            if alone:
                _offer(page, type_, alone)


def _collect(page: Page, type_: str) -> None:
    for match, _ in page.matches(type_):
        _offer(page, type_, match)


def _offer(page: Page, type_: str, match: re.Match[str]) -> None:
    start = match.start("name")
    end = min(match.end("name"), page.next_claim(start))
    words = re.findall(r"\S+", page.text[start:end])
    kept = 0
    for place, word in enumerate(words):
        plain = word.strip(".,'").partition("'")[0]  # "bank's" is no better than "bank"
        if page.listed("not_a_name", plain) and not (place and page.listed("goes_on_in_a_name", word)):
            break
        kept = place + 1
    if not kept:
        return
    end = start + len(re.match(rf"(?:\S+\s*){{{kept}}}", page.text[start:end])[0].rstrip())  # type: ignore[index]
    name = page.written[start:end].rstrip(" .,'!?-،؟")
    end = start + len(name)
    if len(name) >= 2 and page.free(start, end):
        page.add(type_, name, start, end)
