"""All articles of a pack, by language and id; what a pack extends is overridden article by article."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

from openteller.capabilities.knowledge.article import Article, read_article
from openteller.capabilities.knowledge.units import Shelf
from openteller.domain.errors import ConfigurationError

_FIGURE = re.compile(r"\d+(?:[.,:\u202f\u00a0 ]\d+)*")
_ARABIC_DIGITS = str.maketrans("٠١٢٣٤٥٦٧٨٩", "0123456789")


def read_shelf(pack_dirs: Sequence[Path], languages: Sequence[str]) -> tuple[Shelf, list[ConfigurationError]]:
    """The articles that could be read, and every fault. What stands in a later folder replaces the earlier."""
    shelf: dict[str, dict[str, Article]] = {language: {} for language in languages}
    faults: list[ConfigurationError] = []
    for language in languages:
        files: dict[str, Path] = {}
        for folder in pack_dirs:
            files.update({path.stem: path for path in sorted((folder / "knowledge" / language).glob("*.md"))})
        for name, path in sorted(files.items()):
            try:
                shelf[language][name] = read_article(path)
            except ConfigurationError as fault:
                faults.append(fault)
    return shelf, [*faults, *_other_figures(shelf, languages)]


def untranslated(shelf: Shelf, languages: Sequence[str]) -> Iterator[ConfigurationError]:
    """Articles that a language lacks. Not said there, so no reason not to start; but a question goes unanswered."""
    for name in sorted({name for articles in shelf.values() for name in articles}):
        known = next(shelf[language][name] for language in languages if name in shelf[language])
        for language in languages:
            if name not in shelf[language]:
                yield ConfigurationError(f"there is no translation into {language!r}", file=known.file, line=1)


def load_shelf(pack_dirs: Sequence[Path], languages: Sequence[str]) -> Shelf:
    """The articles. ConfigurationError for the first fault, with the number of the others."""
    shelf, faults = read_shelf(pack_dirs, languages)
    if faults:
        first = faults[0]
        more = f" (and {len(faults) - 1} more: openteller pack check)" if len(faults) > 1 else ""
        raise ConfigurationError(first.message + more, file=first.file, line=first.line)
    return shelf


def figures(article: Article) -> Counter[str]:
    """Every figure that a customer is told, however it is written: 1,000 and 1.000 are one, and so are 7.9 and 7,9.

    Once each, because a language may say one thing twice where another says it once.
    """
    text = " ".join([article.title, article.answer, *(f"{part.heading} {part.text}" for part in article.sections)])
    found = (re.sub(r"\D", "", figure) for figure in _FIGURE.findall(text.translate(_ARABIC_DIGITS)))
    return Counter(dict.fromkeys((figure.lstrip("0") or "0" for figure in found), 1))


def _other_figures(shelf: Shelf, languages: Sequence[str]) -> Iterator[ConfigurationError]:
    """An article must say the same figures in every language: nobody may be told another price."""
    for name in sorted({name for articles in shelf.values() for name in articles}):
        first, *others = [language for language in languages if name in shelf[language]]
        for language in others:
            difference = _difference(figures(shelf[first][name]), figures(shelf[language][name]))
            if difference is not None:
                wrong = f"other figures than in {first!r}: {difference}"
                yield ConfigurationError(wrong, file=shelf[language][name].file, line=1)


def _difference(first: Counter[str], other: Counter[str]) -> str | None:
    lost, added = sorted(first - other), sorted(other - first)
    found = [f"lacks {', '.join(lost)}"] if lost else []
    found += [f"adds {', '.join(added)}"] if added else []
    return "; ".join(found) or None
