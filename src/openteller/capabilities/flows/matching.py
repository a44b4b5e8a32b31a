"""Which of a customer's own records their words mean. It never guesses between two.

The customer's records are the dictionary: that works in every language and needs no model. Words that two records share
("account") count for neither.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz

from openteller.domain.banking import (
    Account,
    Card,
    DirectDebit,
    Payee,
    ScheduledPayment,
    SpendingLimit,
    StandingOrder,
    Statement,
    Transaction,
)

Record = (
    Account | Card | Payee | Transaction | StandingOrder | ScheduledPayment | Statement | DirectDebit | SpendingLimit
)
RECORDS = (
    Account, Card, Payee, Transaction, StandingOrder, ScheduledPayment, Statement, DirectDebit, SpendingLimit,
)  # fmt: skip

_WORD = re.compile(r"[^\W_]+")
_PLACEHOLDER = re.compile(r"⟦[^⟧]*⟧")
_ALIKE = 85.0
"""Similarity (0–100) from which a long word counts as a slip of the finger."""
_LONG = 5
_SHORT = 3
_MAX_NAME_WORDS = 5


@dataclass(frozen=True, slots=True)
class Word:
    """A word of a text in comparable form, and its place there; ``capital`` as it was written."""

    text: str
    start: int
    end: int
    capital: bool = False


@dataclass(frozen=True, slots=True)
class Hit:
    """A stretch of the text that means one of ``records``.

    One is an answer, several want a question, none is a name that nobody has.
    """

    start: int
    end: int
    records: tuple[Record, ...]


def plain(text: str) -> str:
    """Case- and accent-insensitive form of ``text``."""
    apart = unicodedata.normalize("NFKD", text.casefold())
    return "".join(mark for mark in apart if not unicodedata.combining(mark))


def words(text: str) -> list[Word]:
    """The words of ``text`` in order; placeholders of redaction are not words."""
    hidden = _PLACEHOLDER.sub(lambda found: " " * len(found[0]), text)
    return [
        Word(plain(found[0]), found.start(), found.end(), found[0][0].isupper()) for found in _WORD.finditer(hidden)
    ]


def names_of(record: Record) -> frozenset[str]:
    """The words by which a customer may call this record."""
    match record:
        case Account():
            said = f"{record.name} {record.kind} {record.last4}"
        case Card():
            said = f"{record.label} {record.kind} {record.last4}"
        case StandingOrder() | ScheduledPayment():
            said = f"{record.payee_name} {record.last4} {record.reference}"
        case DirectDebit():
            said = f"{record.payee_name} {record.reference}"
        case SpendingLimit():
            said = f"{record.kind} {record.card_last4 or ''}"
        case Statement():
            said = ""
        case _:
            said = record.name
    return frozenset(word.text for word in words(said.replace("_", " ")))


def find(text: str, records: Sequence[Record], weak: Collection[str] = ()) -> list[Hit]:
    """The stretches of ``text`` that name some of ``records``, in order; ``weak`` words alone name none."""
    called = {index: names_of(record).difference(weak) for index, record in enumerate(records)}
    said = words(text)
    hits: list[Hit] = []
    at = 0
    while at < len(said):
        end = _run(said, at, called)
        chosen = [index for index in _best(said[at:end], called) if _enough(said[at:end], records[index])]
        if chosen:
            beyond = _rest_of_name(said, end) if isinstance(records[chosen[0]], Payee) else end
            found = () if beyond > end else tuple(records[index] for index in chosen)
            hits.append(Hit(said[at].start, said[beyond - 1].end, found))
            end = beyond
        at = max(end, at + 1)
    return hits


def same_name(said: str, records: Sequence[Record]) -> tuple[Record, ...]:
    """The records whose name has every telling word of ``said`` ("my mum": small short words tell nothing)."""
    every = words(said)
    wanted = [word for word in every if word.capital or len(word.text) >= _SHORT] or every
    if not wanted:
        return ()
    return tuple(
        record
        for record in records
        if all(any(same_word(word.text, name) for name in names_of(record)) for word in wanted)
    )


def looks_like_name(text: str) -> bool:
    """True for a few words of letters: what may be a payee's name when one was asked for."""
    tidy = text.strip().rstrip(".!")
    parts = tidy.split()
    return 1 <= len(parts) <= _MAX_NAME_WORDS and all(
        all(letter.isalpha() or unicodedata.combining(letter) or letter in "'’.-&" for letter in part) for part in parts
    )


def same_merchant(said: str, merchant: str) -> bool:
    """True when the words of ``said`` stand side by side in the merchant's name ("tesco" in "TESCO STORES 3021")."""
    wanted, shown = [word.text for word in words(said)], [word.text for word in words(merchant)]
    if not wanted:
        return False
    runs = (shown[start : start + len(wanted)] for start in range(len(shown) - len(wanted) + 1))
    return any(all(same_word(one, other) for one, other in zip(wanted, run, strict=True)) for run in runs)


def _run(said: Sequence[Word], at: int, called: Mapping[int, frozenset[str]]) -> int:
    """Past the words from ``at`` on that stand side by side and occur in names."""
    end = at
    while end < len(said) and _bearers(said[end], called) and (end == at or _side_by_side(said, end)):
        end += 1
    return end


def _side_by_side(said: Sequence[Word], at: int) -> bool:
    """True when nothing but one space or hyphen stands before the word: a comma starts another name."""
    return said[at].start == said[at - 1].end + 1


def _enough(stretch: Sequence[Word], record: Record) -> bool:
    """A short word in lower case ("the", "to") does not name a payee, unless it is the whole name ("mum")."""
    if isinstance(record, Account | Card):
        return True
    matched = {word.text for word in stretch}
    telling = any(len(word.text) > _SHORT or (word.capital and word.start > 0) for word in stretch)
    return telling or names_of(record) <= matched


def _bearers(word: Word, called: Mapping[int, frozenset[str]]) -> list[int]:
    return [index for index, names in called.items() if any(same_word(word.text, name) for name in names)]


def _best(stretch: Sequence[Word], called: Mapping[int, frozenset[str]]) -> list[int]:
    """The records named by most words of the stretch; none when only words are said that all records share."""
    score = dict.fromkeys(called, 0)
    for word in stretch:
        bearers = _bearers(word, called)
        if len(bearers) < len(called) or len(called) == 1:
            for index in bearers:
                score[index] += 1
    best = max(score.values(), default=0)
    return [index for index, points in score.items() if points == best] if best else []


def _rest_of_name(said: Sequence[Word], end: int) -> int:
    """Past the capitalised words that go on with a name: "Anna Jones" is not the "Anna Smith" we know."""
    while end < len(said) and said[end].capital and _side_by_side(said, end):
        end += 1
    return end


def same_word(said: str, name: str) -> bool:
    """True when the words are the same but for a slip of the finger in a long one; numbers must be equal."""
    if said == name:
        return True
    if min(len(said), len(name)) < _LONG or said.isdigit() or name.isdigit():
        return False
    return fuzz.ratio(said, name) >= _ALIKE


def mentioned_merchant(text: str, merchants: Sequence[str]) -> str | None:
    """The customer's own merchant that ``text`` names, as it was said; None unless it is one."""
    said, found = words(text), set[str]()
    for merchant in dict.fromkeys(merchants):
        name = [word.text for word in words(merchant)]
        for length in range(len(name), 0, -1):
            start = _stands_in(said, name[:length])
            if start is not None and (length == len(name) or _written_as_name(said[start])):
                found.add(text[said[start].start : said[start + length - 1].end])
                break
    longest = max(found, key=len, default=None)
    alone = longest is not None and all(plain(other) in plain(longest) for other in found)
    return longest if alone else None


def _stands_in(said: Sequence[Word], name: Sequence[str]) -> int | None:
    starts = range(len(said) - len(name) + 1)
    return next((at for at in starts if [word.text for word in said[at : at + len(name)]] == list(name)), None)


def _written_as_name(word: Word) -> bool:
    return word.capital and word.start > 0 and len(word.text) > _SHORT
