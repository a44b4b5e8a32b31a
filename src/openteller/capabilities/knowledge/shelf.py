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
    return shelf, [*faults, *_differences(shelf, languages)]


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


def _differences(shelf: Shelf, languages: Sequence[str]) -> Iterator[ConfigurationError]:
    """The same article must be there in every language, and say the same figures in each."""
    everywhere = sorted({name for articles in shelf.values() for name in articles})
    for name in everywhere:
        first = next(language for language in languages if name in shelf[language])
        known = shelf[first][name]
        for language in languages:
            other = shelf[language].get(name)
            if other is None:
                yield ConfigurationError(f"there is no translation into {language!r}", file=known.file, line=1)
            elif (difference := _difference(figures(known), figures(other))) is not None:
                yield ConfigurationError(f"other figures than in {first!r}: {difference}", file=other.file, line=1)


def _difference(first: Counter[str], other: Counter[str]) -> str | None:
    lost, added = sorted(first - other), sorted(other - first)
    found = [f"lacks {', '.join(lost)}"] if lost else []
    found += [f"adds {', '.join(added)}"] if added else []
    return "; ".join(found) or None
