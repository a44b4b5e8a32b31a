from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from openteller.capabilities.replies.catalogue import Catalogue, load_catalogue
from openteller.capabilities.replies.guard import Guard

HEAD = """# written_by: a test
# reviewed_by_native: null
msgid ""
msgstr ""
"Content-Type: text/plain; charset=UTF-8\\n"
"Plural-Forms: nplurals=2; plural=(n != 1);\\n"

"""
FORMATS = """
msgid "format.about"
msgstr "about {duration}"

msgid "format.under_a_minute"
msgstr "less than a minute"

msgid "format.today_at"
msgstr "{time} today"

msgid "format.tomorrow_at"
msgstr "{time} tomorrow"
"""

Write = Callable[..., Path]


@pytest.fixture(scope="session")
def pack_folder() -> Path:
    return Path(__file__).parents[3] / "src/openteller/packs/retail_banking"


@pytest.fixture(scope="session")
def catalogue(pack_folder: Path) -> Catalogue:
    return load_catalogue([pack_folder / "replies"], ["en", "es", "ar"], "en-GB")


@pytest.fixture(scope="session")
def guard() -> Guard:
    return Guard(
        scrub=lambda text: text.replace("hunter2", "⟦PASSWORD⟧"),
        allowed_links={"www.harbour.example", "http://127.0.0.1:8801"},
        phones=("+44 20 7946 0123",),
    )


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Write entries of one language into a catalogue folder; ``head`` can be left out."""

    def write(entries: str, language: str = "en", name: str = "words.po", head: str = HEAD) -> Path:
        folder = tmp_path / "replies"
        (folder / language).mkdir(parents=True, exist_ok=True)
        (folder / language / name).write_text(head + entries, encoding="utf-8")
        return folder

    return write


def entries(**texts: str) -> str:
    """PO entries: ``a__b="…"`` becomes the key ``a.b``."""
    return "".join(f'msgid "{key.replace("__", ".")}"\nmsgstr "{text}"\n\n' for key, text in texts.items())
