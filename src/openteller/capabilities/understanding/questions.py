"""The example questions of the pack's articles, as examples of what a question to the bank sounds like.

Whether an article is sound is the knowledge capability's to say; here one that cannot be read has no questions.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from pathlib import Path

import yaml

from openteller.yaml_loaders import safe_load

ASK = "ask_knowledge"
GROUP = "question"
_FENCE = "---\n"


def read_questions(pack_dirs: Sequence[Path], languages: Collection[str]) -> Iterator[tuple[str, str, str, str]]:
    """(language, article, topic, question) of the articles in these languages; later ones take earlier ones' place."""
    for language in sorted(languages):
        files: dict[str, Path] = {}
        for folder in pack_dirs:
            files.update({path.stem: path for path in sorted((folder / "knowledge" / language).glob("*.md"))})
        for _, path in sorted(files.items()):
            topic, questions = _facts(path)
            yield from ((language, path.stem, topic, question) for question in questions)


def _facts(path: Path) -> tuple[str, list[str]]:
    try:
        head = path.read_text(encoding="utf-8").removeprefix(_FENCE).partition("\n" + _FENCE)[0]
        facts = safe_load(head)
        questions = [one for one in facts["questions"] if isinstance(one, str) and one.strip()]
        return str(facts["topic"]), questions
    except (UnicodeDecodeError, yaml.YAMLError, TypeError, KeyError):
        return "", []
