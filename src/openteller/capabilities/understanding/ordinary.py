"""What customers say on an ordinary day, in languages that the bank understands and does not speak.

``ordinary/LANG.yaml`` maps intents to messages, all of a language in one file. They teach the signals what is no alarm
there: without them, four in ten French questions to the bank raised one, because all the French that was known was
distress. Intents are read from the spoken languages' examples; these tell how well they are understood in the others.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from pathlib import Path

from openteller.capabilities.understanding.content_files import files_in, messages, read_mapping
from openteller.capabilities.understanding.material import Example
from openteller.domain.errors import ConfigurationError

FOLDER = "ordinary"


def read_ordinary(pack_dirs: Sequence[Path], languages: Collection[str], intents: Collection[str]) -> list[Example]:
    """The messages of the packs' files, a later pack's file in an earlier one's place; other languages are checked and
    left out. ConfigurationError names file and fault.
    """
    found = [row for path in files_in(pack_dirs, FOLDER).values() for row in _rows(path, intents)]
    return [row for row in found if row.language in languages]


def _rows(path: Path, intents: Collection[str]) -> Iterator[Example]:
    content = read_mapping(path)
    language, by_intent = content.get("language"), content.get("examples")
    if language != path.stem:
        raise ConfigurationError(f"'language' is {language!r}; the file's name says {path.stem!r}", file=str(path))
    if not isinstance(by_intent, dict):
        raise ConfigurationError("'examples' must map an intent to a list of messages", file=str(path))
    for intent, texts in by_intent.items():
        if intent not in intents:
            raise ConfigurationError(f"'examples' names {intent!r}, which is no intent of this pack", file=str(path))
        yield from (Example(text, (intent,), path.stem) for text in messages(texts, intent, path))
