"""One article: a text file with its facts on top (owner, approval, validity, example questions) and the text below."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, NoReturn

import yaml

from openteller.domain.errors import ConfigurationError
from openteller.yaml_loaders import safe_load

_FENCE = "---\n"
_ID = re.compile(r"[a-z0-9-]{1,60}")
"""What a button can carry (``article:<id>``)."""
_TEXTS = ("id", "topic", "title", "owner", "written_by")
_DAYS = ("approved_on", "valid_from", "valid_until")
_FIELDS = frozenset({*_TEXTS, *_DAYS, "approved_by", "reviewed_by_native", "questions"})
LONGEST_ANSWER = 500
"""Signs of the first paragraph: it is read in a chat, perhaps aloud."""


@dataclass(frozen=True, slots=True)
class Section:
    """A part of an article below its short answer."""

    heading: str
    text: str
    line: int = 1


@dataclass(frozen=True, slots=True)
class Article:
    """One article in one language. ``answer`` is the short answer; both dates of validity are included.

    ``approved_by`` and ``approved_on`` are None in a draft, which is never said. Whether it may be said today is told
    by ``approval.py``, which alone lets words out.
    """

    article_id: str
    topic: str
    title: str
    owner: str
    approved_by: str | None
    approved_on: date | None
    valid_from: date
    valid_until: date
    questions: tuple[str, ...]
    answer: str
    sections: tuple[Section, ...]
    file: str
    title_line: int = 1
    answer_line: int = 1

    def part(self, name: str) -> str | None:
        """The words of ``title``, ``answer`` or ``section:<number>``; None when there is no such part."""
        kind, _, number = name.partition(":")
        match kind:
            case "title":
                return self.title
            case "answer":
                return self.answer
            case "section" if number.isdecimal() and int(number) < len(self.sections):
                return self.sections[int(number)].text
        return None

    def texts(self) -> Iterator[tuple[int, str]]:
        """(line, words) of everything that can be said, for the checks of wording."""
        yield self.title_line, self.title
        yield self.answer_line, self.answer
        for section in self.sections:
            yield from ((section.line, section.heading), (section.line, section.text))


def read_article(path: Path) -> Article:
    """The article in this file. ConfigurationError names the file, the line and what was expected."""
    return _Reading(path).article()


class _Reading:
    """Reads one file; every complaint carries its name."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lines: dict[str, int] = {}
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError as error:
            raise ConfigurationError("the file is not UTF-8", file=str(path)) from error
        if not text.startswith(_FENCE) or text.find("\n" + _FENCE) < 0:
            self._fault("an article begins with its facts between two lines of three dashes")
        head, _, self._body = text.removeprefix(_FENCE).partition("\n" + _FENCE)
        self._lines = {line.split(":")[0]: place for place, line in enumerate(head.splitlines(), 2)}
        self._body_line = head.count("\n") + 4
        self._head = self._mapping(head)

    def article(self) -> Article:
        facts = self._head
        missing, strange = sorted(_FIELDS - facts.keys()), sorted(facts.keys() - _FIELDS)
        if missing:
            self._fault(f"lacks {', '.join(missing)}")
        if strange:
            self._fault(f"has {', '.join(map(str, strange))}, which means nothing here", str(strange[0]))
        if facts["id"] != self._path.stem:
            self._fault(f"'id' must be the file's name, {self._path.stem!r}", "id")
        if not _ID.fullmatch(facts["id"]):
            self._fault("'id' has small letters, digits and hyphens, at most 60", "id")
        answer, sections = self._text()
        days = {name: self._day(name) for name in _DAYS}
        if days["valid_from"] is None or days["valid_until"] is None or days["valid_from"] > days["valid_until"]:
            self._fault("'valid_until' is a day on or after 'valid_from'", "valid_until")
        approver = facts["approved_by"]
        return Article(
            article_id=self._words("id"),
            topic=self._words("topic"),
            title=self._words("title"),
            owner=self._words("owner"),
            approved_by=None if approver is None else self._words("approved_by"),
            approved_on=days["approved_on"],
            valid_from=days["valid_from"],
            valid_until=days["valid_until"],
            questions=self._questions(),
            answer=answer,
            sections=sections,
            file=str(self._path),
            title_line=self._lines["title"],
            answer_line=self._body_line,
        )

    def _mapping(self, head: str) -> Mapping[str, Any]:
        try:
            found = safe_load(head)
        except yaml.YAMLError as error:
            mark = getattr(error, "problem_mark", None)
            line = mark.line + 2 if mark is not None else 2
            fault = f"not valid YAML: {getattr(error, 'problem', error)}"
            raise ConfigurationError(fault, file=str(self._path), line=line) from error
        if not isinstance(found, dict):
            self._fault("the facts on top are 'name: value' lines")
        return found

    def _words(self, name: str) -> str:
        value = self._head[name]
        if not isinstance(value, str) or not value.strip():
            self._fault(f"{name!r} should be text", name)
        return value.strip()

    def _day(self, name: str) -> date | None:
        value = self._head[name]
        if value is None and name == "approved_on":
            return None
        if type(value) is not date:
            self._fault(f"{name!r} should be a day such as 2026-11-20", name)
        return value

    def _questions(self) -> tuple[str, ...]:
        given = self._head["questions"]
        if not isinstance(given, list) or not given or not all(isinstance(one, str) and one.strip() for one in given):
            self._fault("'questions' should be a list of example questions, each in quotes", "questions")
        if len(set(given)) != len(given):
            self._fault("'questions' has one twice", "questions")
        return tuple(given)

    def _text(self) -> tuple[str, tuple[Section, ...]]:
        first, *rest = ("\n" + self._body).split("\n## ")
        answer = first.strip()
        if not answer or len(answer) > LONGEST_ANSWER:
            wanted = f"the short answer (before the first '## ') has 1 to {LONGEST_ANSWER} signs, not {len(answer)}"
            self._fault(wanted, line=self._body_line)
        sections, line = [], self._body_line + first.count("\n")
        for part in rest:
            heading, _, text = part.partition("\n")
            if not heading.strip() or not text.strip():
                self._fault("a section is a line '## heading' and text below it", line=line)
            sections.append(Section(heading.strip(), text.strip(), line))
            line += part.count("\n") + 1
        return answer, tuple(sections)

    def _fault(self, message: str, name: str = "", *, line: int | None = None) -> NoReturn:
        raise ConfigurationError(message, file=str(self._path), line=line or self._lines.get(name, 1))
