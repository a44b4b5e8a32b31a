"""The beginning of a bank's own pack: it extends another and overrides one reply, one flow and one article.

What it overrides is copied from the pack it extends as that stands today, so that the first thing its owner sees is
something that works; whatever they delete again is the base pack's.
"""

from __future__ import annotations

import re
import shutil
from pathlib import Path

from openteller.capabilities.pack.chain import VERSION, read_chain
from openteller.domain.errors import ConfigurationError

_NAME = r"[a-z][a-z0-9_]*"
_REPLY = "conversation.greeting_anonymous"
_FLOW = "check_balance"
_ARTICLE = "opening-hours"
_ENTRY = re.compile(rf'^msgid "{re.escape(_REPLY)}"\n(?:(?!\n\n).)*\n', re.MULTILINE | re.DOTALL)

_PACK = """\
# {name}: what is the bank's own. Whatever is not here is as in {base}.
name: {name}
version: 1
extends: {base}@{version}

# bank:                       # each field that stands here takes the place of the base pack's
#   name: My Bank
#   emergency_phone: "+44 20 7946 0000"

# `./teller pack check {name}` lists every fault with its file and line; OPENTELLER_PACK={name} uses the pack.
"""


def begin_pack(target: Path, base_folder: Path, shipped: Path) -> tuple[Path, ...]:
    """Write a pack into ``target``, a folder that is not there yet; the files it is made of come back.

    ConfigurationError when the folder is there, or is no name for a pack. Nothing is left half-written.
    """
    if not re.fullmatch(_NAME, target.name):
        raise ConfigurationError(f"{target.name!r} is no name for a pack: lower-case letters, digits, underscores")
    if target.exists():
        raise ConfigurationError("is there already; nothing was written", file=str(target))
    layers = read_chain(base_folder, shipped)
    version = layers[-1][1].text("version", VERSION, "a number")
    building = target.with_name(f".{target.name}-new")
    shutil.rmtree(building, ignore_errors=True)
    try:
        building.mkdir(parents=True)
        base = base_folder.name if base_folder.parent == shipped else str(base_folder.absolute())
        (building / "pack.yaml").write_text(_PACK.format(name=target.name, base=base, version=version), "utf-8")
        folders = [folder for folder, _ in layers]
        _copy_reply(folders, building)
        _copy_newest(folders, building, f"flows/{_FLOW}")
        _copy_newest(folders, building, f"knowledge/en/{_ARTICLE}.md")
        building.rename(target)
    finally:
        shutil.rmtree(building, ignore_errors=True)
    return tuple(sorted(path for path in target.rglob("*") if path.is_file()))


def _copy_reply(folders: list[Path], building: Path) -> None:
    """The catalogue's head and the one entry, from the last folder that says it."""
    for folder in reversed(folders):
        for path in sorted((folder / "replies" / "en").glob("*.po")):
            text = path.read_text("utf-8")
            if found := _ENTRY.search(text):
                place = building / "replies" / "en" / "ours.po"
                place.parent.mkdir(parents=True)
                head = text[text.index("# written_by") : text.index("\n\n") + 2]
                place.write_text(f"# What this bank says in its own words.\n{head}{found[0]}", "utf-8")
                return


def _copy_newest(folders: list[Path], building: Path, name: str) -> None:
    found = next((folder / name for folder in reversed(folders) if (folder / name).exists()), None)
    if found is None:
        return
    place = building / name
    place.parent.mkdir(parents=True, exist_ok=True)
    if found.is_dir():
        shutil.copytree(found, place)
    else:
        shutil.copyfile(found, place)
