"""Who was paid or is to be paid, in the customer's own words; the flow matches them to those it knows."""

from __future__ import annotations

import re
from collections.abc import Sequence

from openteller.capabilities.understanding.entities.spans import Page
from openteller.capabilities.understanding.letters import stands_alone
from openteller.capabilities.understanding.lexicon import Lexicon

_WORDS = re.compile(r"\S+")
_MARKS = " .,'!?-،؟。，！？、"


def find_counterparties(page: Page) -> None:
    """Payees where something is to be paid ("send Anna 20", "to mum"), merchants where something was ("at Tesco")."""
    if page.orders:
        _collect(page, "payee")
    if page.asks_past:
        _collect(page, "merchant")
    if page.expects in {"payee", "merchant", "text"} and not page.orders and not page.asks_past:
        type_ = page.expects if page.expects != "text" else "payee"
        for match, lexicon in page.matches(type_):
            if match[0].strip() == page.text.strip(" .!") and page.text[match.start("name") - 1].isspace():
                _offer(page, type_, match, lexicon)  # "to Anna"
        for lexicon in page.lexicons:
            alone = lexicon.name_alone.fullmatch(page.text)
            if alone:
                _offer(page, type_, alone, lexicon)


def _collect(page: Page, type_: str) -> None:
    for match, lexicon in page.matches(type_):
        _offer(page, type_, match, lexicon)


def _offer(page: Page, type_: str, match: re.Match[str], lexicon: Lexicon) -> None:
    start, end = match.span("name")
    if lexicon.fragments["names_first"]:
        start = page.last_claim(start, end)
        while 0 < start < end and not page.text[start - 1].isspace() and not stands_alone(page.text[start]):
            start += 1
        kept = _last_words(page, list(_WORDS.finditer(page.text, start, end)))
    else:
        end = min(end, page.next_claim(start))
        kept = _first_words(page, list(_WORDS.finditer(page.text, start, end)))
    if not kept:
        return
    start, end = kept[0].start(), kept[-1].end()
    name = page.written[start:end].rstrip(_MARKS)
    end = start + len(name)
    if (len(name) >= 2 or (name and stands_alone(name[0]))) and page.free(start, end):
        page.add(type_, name, start, end)


def _first_words(page: Page, words: Sequence[re.Match[str]]) -> list[re.Match[str]]:
    """The words up to the first that is in no name."""
    kept: list[re.Match[str]] = []
    for word in words:
        if _no_name(page, word) and not (kept and page.listed("goes_on_in_a_name", word[0])):
            break
        kept.append(word)
    return kept


def _last_words(page: Page, words: Sequence[re.Match[str]]) -> list[re.Match[str]]:
    """The words after the last that is in no name; none if that is the very last."""
    kept: list[re.Match[str]] = []
    for word in reversed(words):
        if _no_name(page, word) and not page.listed("goes_on_in_a_name", word[0]):
            break
        kept.insert(0, word)
    return kept


def _no_name(page: Page, word: re.Match[str]) -> bool:
    plain = word[0].strip(".,'").partition("'")[0]  # "bank's" is no better than "bank"
    written = page.written[word.start() : word.end()].strip(".,'")
    return page.listed("not_a_name", plain, written)
