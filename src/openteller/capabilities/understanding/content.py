"""The intents and signals of a pack, checked while they are read.

``intents/*.yaml`` holds one intent a file (name, group, description, examples by language, written_by,
reviewed_by_native) or, in ``out_of_scope.yaml``, sections of what the bank's bot does not do. ``signals/*.yaml`` holds
one signal a file. Another language is a file of the same name in a folder of its own (``intents/es/freeze_card.yaml``),
which holds that language's texts alone (``translations.py``). ``ordinary/fr.yaml`` holds what is no alarm in a language
that is understood and not spoken (``ordinary.py``). A pack that extends another overrides a file by giving
one of the same name. A pack understands the languages that ``pack.yaml`` lists under ``understands``, else those that
it speaks (``languages``); others are checked and left out.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from openteller.capabilities.understanding.content_files import files_in, overlays_in, read_mapping, texts_by_language
from openteller.capabilities.understanding.material import (
    UNRELATED,
    UNSUPPORTED,
    WISH,
    Example,
    Material,
    SignalContent,
    public_name,
)
from openteller.capabilities.understanding.ordinary import read_ordinary
from openteller.capabilities.understanding.questions import ASK, GROUP, read_questions
from openteller.capabilities.understanding.translations import ByLanguage, Translated, joined, read_translation
from openteller.domain.errors import ConfigurationError

_GROUPS = ("journey", "question", "dialogue", "small_talk")
_OUT_OF_SCOPE = "out_of_scope.yaml"
_SECTIONS = (("unsupported_bank_questions", UNSUPPORTED), ("unrelated", UNRELATED))
_SIGNAL_KEYS = ("examples", "benign_twins")


@dataclass(frozen=True, slots=True)
class Gap:
    """A list of messages (``examples``, ``benign_twins``, ``unrelated/weather``) that ``language`` has nothing for."""

    file: str
    what: str
    language: str


@dataclass(frozen=True, slots=True)
class Taxon:
    """An intent as its file describes it. ``aliases``: what other data sets call it, by data set; ``articles``: ids of
    the articles that answer it; ``examples`` by language.
    """

    name: str
    group: str
    description: str
    examples: Mapping[str, tuple[str, ...]]
    aliases: Mapping[str, tuple[str, ...]]
    articles: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _File:
    """A base file and its lists of messages: name of the list → language → messages, overlays joined in."""

    path: Path
    content: Mapping[str, Any]
    lists: Translated


def read_pack(pack_dirs: Sequence[Path]) -> Material:
    """The training material of a pack and those it extends, base first.

    Raises ConfigurationError naming file and fault when a file is not as described, or when there is no intent.
    """
    files = _intent_files(pack_dirs)
    signals = _signal_files(pack_dirs)
    languages = understood_languages(pack_dirs) or _found(files)
    examples: list[Example] = []
    groups: dict[str, str] = {}
    for file_name, file in files.items():
        if file_name == _OUT_OF_SCOPE:
            groups |= {UNSUPPORTED: "unsupported", UNRELATED: "unrelated"}
            labels = {what: (_public(what),) for what in file.lists}
        else:
            name = _name(file.content, file.path)
            groups[name] = _group(file)
            labels = {"examples": (name,), "wishes": (name + WISH,)}
        for what, label in labels.items():
            examples += [
                Example(text, label, language)
                for language, texts in file.lists.get(what, {}).items()
                if language in languages
                for text in texts
            ]
    if not examples:
        raise ConfigurationError("no intents/*.yaml with examples in the pack", file=str(pack_dirs[-1]))
    rows = tuple(examples)
    read = tuple(_signal(file, languages) for file in signals.values())
    taxa = [_taxon(file) for name, file in files.items() if name != _OUT_OF_SCOPE]
    questions = _questions(pack_dirs, languages, {row.text for row in rows}, answered_by(taxa))
    groups |= {ASK: GROUP} if any(public_name(row.labels[0]) == ASK for row in questions) else {}
    ordinary = (*rows, *read_ordinary(pack_dirs, languages, groups))
    return Material((*rows, *questions), read, ordinary, groups, languages, reads_clauses=True)


def answered_by(taxa: Iterable[Taxon]) -> dict[str, list[str]]:
    """The intents that say of an article that it answers them, by article."""
    found: dict[str, list[str]] = {}
    for taxon in taxa:
        for article in taxon.articles if taxon.group == GROUP else ():
            found.setdefault(article, []).append(taxon.name)
    return found


def _questions(
    pack_dirs: Sequence[Path], languages: Sequence[str], taken: set[str], answered: Mapping[str, Sequence[str]]
) -> list[Example]:
    """Examples of asking, but for texts that are examples of a wish. They teach no signal: a question about a stolen
    card may come from somebody whose card has just been stolen.

    The questions of an article are examples of the one intent that it answers; where it answers several, nobody has
    said which question is which. An article that no intent names has questions of a kind of their own.
    """
    found = []
    for language, article, topic, text in read_questions(pack_dirs, languages):
        intents = answered.get(article, [f"{ASK}/{topic}"])
        if len(intents) == 1 and text not in taken:
            found.append(Example(text, (intents[0],), language))
    return found


def read_signals(pack_dirs: Sequence[Path]) -> tuple[SignalContent, ...]:
    """The signals of a pack, by name. Raises ConfigurationError as ``read_pack`` does."""
    files = _signal_files(pack_dirs)
    languages = understood_languages(pack_dirs) or _found(files)
    return tuple(_signal(file, languages) for file in files.values())


def read_taxonomy(pack_dirs: Sequence[Path]) -> tuple[Taxon, ...]:
    """The intents of a pack by name, but for what is out of scope. Raises ConfigurationError as ``read_pack`` does, and
    when a label of another data set is the alias of two intents.
    """
    taxa = [_taxon(file) for name, file in _intent_files(pack_dirs).items() if name != _OUT_OF_SCOPE]
    owners: dict[tuple[str, str], str] = {}
    for taxon in taxa:
        for key in ((data_set, label) for data_set, labels in taxon.aliases.items() for label in labels):
            if owners.setdefault(key, taxon.name) != taxon.name:
                fault = f"{key[1]!r} of {key[0]} is an alias of both {owners[key]!r} and {taxon.name!r}"
                raise ConfigurationError(fault, file=str(pack_dirs[-1] / "intents"))
    return tuple(sorted(taxa, key=lambda taxon: taxon.name))


def _taxon(file: _File) -> Taxon:
    aliases = file.content.get("aliases") or {}
    if not isinstance(aliases, dict) or not all(isinstance(labels, list) for labels in aliases.values()):
        raise ConfigurationError("'aliases' must map a data set to a list of its labels", file=str(file.path))
    examples = file.lists["examples"]
    return Taxon(
        _name(file.content, file.path),
        _group(file),
        str(file.content.get("description", "")),
        {language: (*texts, *file.lists.get("wishes", {}).get(language, ())) for language, texts in examples.items()},
        {str(data_set): tuple(map(str, labels)) for data_set, labels in aliases.items()},
        tuple(map(str, file.content.get("articles") or ())),
    )


def gaps(pack_dirs: Sequence[Path], languages: Sequence[str]) -> tuple[Gap, ...]:
    """What has no messages in one of ``languages``: there the bot would not understand what it does in another."""
    files = [*_intent_files(pack_dirs).values(), *_signal_files(pack_dirs).values()]
    return tuple(
        Gap(str(file.path), what, language)
        for file in files
        for what, by_language in file.lists.items()
        for language in languages
        if not by_language.get(language)
    )


def understood_languages(pack_dirs: Sequence[Path]) -> tuple[str, ...]:
    """The languages that a pack understands, those that it speaks first; none if no ``pack.yaml`` lists any."""
    listed: dict[str, list[str]] = {"languages": [], "understands": []}
    for path in (folder / "pack.yaml" for folder in pack_dirs):
        content = read_mapping(path) if path.is_file() else {}
        listed |= {key: content[key] for key in listed if isinstance(content.get(key), list)}
    return tuple(dict.fromkeys(str(language) for languages in listed.values() for language in languages))


def _found(files: Mapping[str, _File]) -> tuple[str, ...]:
    found = {language for file in files.values() for texts in file.lists.values() for language in texts}
    return tuple(sorted(found, key=lambda language: (language != "en", language)))


def _intent_files(pack_dirs: Sequence[Path]) -> dict[str, _File]:
    return _joined_files(pack_dirs, "intents")


def _signal_files(pack_dirs: Sequence[Path]) -> dict[str, _File]:
    return _joined_files(pack_dirs, "signals")


def _joined_files(pack_dirs: Sequence[Path], folder: str) -> dict[str, _File]:
    files = {name: _base(path, folder) for name, path in files_in(pack_dirs, folder).items()}
    for (language, name), path in overlays_in(pack_dirs, folder).items():
        if name not in files:
            fault = f"there is no {folder}/{name} that this could be the {language!r} of"
            raise ConfigurationError(fault, file=str(path))
        base = files[name]
        files[name] = _File(base.path, base.content, joined(base.lists, read_translation(path, base.lists), path))
    return files


def _base(path: Path, folder: str) -> _File:
    content = read_mapping(path)
    if folder == "signals":
        lists: dict[str, ByLanguage] = {key: texts_by_language(content, key, path) for key in _SIGNAL_KEYS}
    elif path.name == _OUT_OF_SCOPE:
        lists = {what: texts_by_language(topics, topic, path) for what, topics, topic in _topics(content, path)}
    else:
        found = ("examples", "wishes") if "wishes" in content else ("examples",)
        lists = {what: texts_by_language(content, what, path) for what in found}
    return _File(path, content, lists)


def _topics(content: Mapping[str, Any], path: Path) -> list[tuple[str, Mapping[str, Any], str]]:
    found: list[tuple[str, Mapping[str, Any], str]] = []
    for section, _ in _SECTIONS:
        topics = content.get(section)
        if not isinstance(topics, dict):
            raise ConfigurationError(f"'{section}' must map topics to examples by language", file=str(path))
        found += [(f"{section}/{topic}", topics, topic) for topic in sorted(topics)]
    return found


def _public(what: str) -> str:
    section, _, topic = what.partition("/")
    return f"{dict(_SECTIONS)[section]}/{topic}"


def _name(content: Mapping[str, Any], path: Path) -> str:
    name = content.get("name")
    if not isinstance(name, str) or not name.isidentifier():
        raise ConfigurationError("'name' must be a word of letters, digits and underscores", file=str(path))
    return name


def _group(file: _File) -> str:
    group = file.content.get("group", "journey")
    if group not in _GROUPS:
        raise ConfigurationError(f"'group' is {group!r}; expected one of {', '.join(_GROUPS)}", file=str(file.path))
    return str(group)


def _signal(file: _File, languages: Sequence[str]) -> SignalContent:
    for key in ("definition", "source"):
        if not isinstance(file.content.get(key), str):
            fault = f"'{key}' is missing: say what the signal is and where that comes from"
            raise ConfigurationError(fault, file=str(file.path))
    examples, twins = (
        tuple(
            Example(text, (), language)
            for language, texts in file.lists[key].items()
            if language in languages
            for text in texts
        )
        for key in _SIGNAL_KEYS
    )
    return SignalContent(
        _name(file.content, file.path),
        examples,
        twins,
        tuple(file.content.get("shown_by") or ()),
        tuple(file.content.get("undecided") or ()),
    )
