"""Passwords told in so many words; asking about a password is not telling one."""

from __future__ import annotations

import re
from collections.abc import Iterator

from openteller.capabilities.privacy.detectors.scan import Finding, Scan
from openteller.capabilities.privacy.vocabulary import body, finder, words
from openteller.domain.texts import SpanType

_VALUE = re.compile(r"\S{3,64}")
_QUOTED = re.compile(r"""(["'`])([^"'`\n]{3,64})\1|«([^»\n]{3,64})»|「([^」\n]{3,64})」""")
_TRAILING = ".,;!?)]}>\"'。،"
_AROUND = ",.;)]}>\"'。،"
_STOP = re.compile(rf"[\s.,;!?。،]*(?:$|[.,;!?\n。،]|{body('password_stop')}(?![^\W_]))")
_JOINED = re.compile(r"[=:]|[\"'`«「]")
_UNLATIN = re.compile(r"[^\x00-\u024f\u1e00-\u1eff]")


def find(scan: Scan) -> Iterator[Finding]:
    """What follows "password is", "pw:", or "password" alone if no word of a language looks like that."""
    said_words = [word for name in ("password", "secret_word") for word in finder(name).finditer(scan.text)]
    for word in said_words:
        lead = _LEAD.match(scan.text, word.end())
        if lead is None:
            continue
        said = bool(_COPULA.search(lead.group()))
        value = _quoted(scan, lead.end()) or _bare(scan, lead, said=said)
        if value:
            yield Finding(*value, SpanType.PASSWORD)
        elif told := _told_first(scan, word):
            yield Finding(*told, SpanType.PASSWORD)


def _quoted(scan: Scan, place: int) -> tuple[int, int] | None:
    match = _QUOTED.match(scan.text, place)
    return (match.start(), match.end()) if match else None


def _bare(scan: Scan, lead: re.Match[str], *, said: bool) -> tuple[int, int] | None:
    match = _VALUE.match(scan.text, lead.end())
    if match is None:
        return None
    value = match.group().rstrip(_TRAILING)
    end = match.start() + len(match.group().rstrip(_AROUND))
    if len(value) < 3 or value in words("password_benign") or value.startswith("⟦"):
        return None
    original = _original(scan, match.start(), match.start() + len(value))
    if _secret_looking(original, said=said):
        return match.start(), end
    plain = said and value.isalpha() and not _UNLATIN.search(value)
    if plain and (_JOINED.search(lead.group()) or _STOP.match(scan.text, match.start() + len(value))):
        return match.start(), match.start() + len(value)
    return None


def _original(scan: Scan, start: int, end: int) -> str:
    """As typed, for capitals matter here; upper case is read from the places of the reading."""
    return scan.source[scan.reading.starts[start] : scan.reading.ends[end - 1]]


def _secret_looking(value: str, *, said: bool) -> bool:
    """Digits, signs or capitals inside: no word looks so. Without a verb ("password hunter2") more is asked."""
    digit = any(character.isdigit() for character in value)
    letter = any(character.isalpha() for character in value)
    sign = any(not character.isalnum() and character not in "'-’./_" for character in value)
    capital = any(character.isupper() for character in value[1:]) and any(character.islower() for character in value)
    if said:
        return digit or sign or capital or ("_" in value) or (value.count("-") >= 2 or ("." in value and letter))
    if value.isdigit():
        return len(value) >= 4
    return len(value) >= 5 and ((digit and letter) or (digit and sign) or (sign and letter and capital))


def _told_first(scan: Scan, word: re.Match[str]) -> tuple[int, int] | None:
    """The value before the word: "hunter2 is my password"."""
    match = _BEFORE.search(scan.text, max(0, word.start() - 90), word.start())
    if not match:
        return None
    original = _original(scan, match.start(1), match.end(1))
    return (match.start(1), match.end(1)) if _secret_looking(original, said=False) else None


_VERB = body("copula")
_WEAK = body("weak_copula")
_COPULA = re.compile(_VERB)
_LEAD = re.compile(
    rf"[\s,\-]{{0,3}}(?:(?:[^\W\d_]{{1,14}}[ ]){{0,4}}?(?={_VERB}))?(?:{_VERB}|{_WEAK})?[\s:=\-]{{0,4}}"
    rf"(?:{_VERB}[\s:=\-]{{0,4}})?(?:{body('now')}\s*[:\-]?\s+)?"
)
_BEFORE = re.compile(rf"(?<!\S)(\S{{5,64}})\s+{_VERB}\s+(?:[^\W\d_]{{1,8}}\s+){{0,3}}$")
