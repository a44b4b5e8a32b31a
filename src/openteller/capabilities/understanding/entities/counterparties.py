"""Who was paid or is to be paid, in the customer's own words; the flow matches them to those it knows."""

from __future__ import annotations

import re

from openteller.capabilities.understanding.entities.spans import Page

_STOP = (
    r"(?:in|on|at|for|from|to|since|between|during|over|under|above|last|this|next"
    r"|yesterday|today|tomorrow|tonight|please|pls|plz"
    r"|and|but|with|by|now|instead|again|every|so|using|via|out|back|right|asap|straight"
    r"|because|as|if|when|then|thanks|thank|is|are|was"
    r"|has|have|had|come|came|go|gone|yet|altogether|total|not|or|of|this|that|it|the|my|your|our|a|an)"
)
_WORD = rf"(?!{_STOP}\b)[^\W\d_][\w.&'+-]*"
_MORE = rf"(?!{_STOP}\b)(?:&\s)?[^\W\d_][\w.&'+-]*"
_PARTNERS = r"(?:\s&\s[^\W\d_]+|\sand\s(?:sons?|spencers?|co)\b)?"
_NAME = rf"(?:(?:my|our|the|a|an|his|her|their)\s+)?(?P<name>{_WORD}(?:[\s-]+{_MORE}){{0,3}}{_PARTNERS})"
"""One to four words, "Marks and Spencer" too, without the article before."""

_TO = re.compile(rf"\b(?:to|towards)\s+{_NAME}")
_FROM = re.compile(rf"\b(?:at|from|with|on|to|by)\s+{_NAME}")
_GIVE = re.compile(rf"\b(?:send|pay|give|lend|ping|bung|wire|repay|pay back|owe|transfer)\s+{_NAME}")
_PAID = re.compile(rf"\b(?:paid|pay|paying|sent|refunded by|owe)\s+{_NAME}")
_BOUGHT = r"(?:purchases?|payments?|transactions?|charges?|subscription|refund|orders?)"
_NOUN = re.compile(rf"\b(?:my|any|all|the|for|of)\s+{_NAME}\s+{_BOUGHT}\b")
_ALONE = re.compile(rf"\W*{_NAME}\W*")
_NOT_NAMES = frozenset(
    """
    money cash funds account accounts card cards it them me you us him her someone somebody anyone everyone
    person people human agent adviser advisor representative operator bank balance transaction transactions
    payment payments transfer statement mine yours home see check know speak talk get make send pay move have
    do be go find buy use spend look view show freeze block unfreeze unblock cancel change add set set-up open
    close apply order ask say tell report help start stop put withdraw deposit receive transfer borrow what
    where who how much many total average everything something anything nothing all both other another one
    ones new same amount bill bills debit direct standing instant quick off up down again first second third
    half rest some more few bit lot hold monday tuesday wednesday thursday friday saturday sunday january
    february march april june july august september october november december morning evening weekend week
    month year years days time holiday ice credit friend's behalf number details correct wrong right
    """.split()
)


def find_counterparties(page: Page) -> None:
    """Payees where something is to be paid ("send Anna 20", "to mum"), merchants where something was ("at Tesco")."""
    if page.orders:
        _collect(page, "payee", (_TO, _GIVE))
    if page.asks_past:
        _collect(page, "merchant", (_FROM, _PAID, _NOUN))
    alone = _ALONE.fullmatch(page.text)
    if alone and page.expects in {"payee", "merchant", "text"} and not page.orders and not page.asks_past:
        _offer(page, page.expects if page.expects != "text" else "payee", alone)


def _collect(page: Page, type_: str, patterns: tuple[re.Pattern[str], ...]) -> None:
    for pattern in patterns:
        for match in pattern.finditer(page.text):
            _offer(page, type_, match)


def _offer(page: Page, type_: str, match: re.Match[str]) -> None:
    start = match.start("name")
    end = min(match.end("name"), page.next_claim(start))
    words = re.findall(r"\S+", page.text[start:end])
    kept = 0
    for place, word in enumerate(words):
        if word.strip(".,'").removesuffix("'s") in _NOT_NAMES and not (place and word in {"bank", "card"}):
            break
        kept = place + 1
    if not kept:
        return
    end = start + len(re.match(rf"(?:\S+\s*){{{kept}}}", page.text[start:end])[0].rstrip())  # type: ignore[index]
    name = page.written[start:end].rstrip(" .,'!?-")
    end = start + len(name)
    if len(name) >= 2 and page.free(start, end):
        page.add(type_, name, start, end)
