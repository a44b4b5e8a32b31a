"""The packs that a pack extends: ``extends: retail_banking@1`` names a pack and the version it was written for.

The version is the one its author declared. When a base pack moves on, the pack that extends it does not start until
somebody has looked at what changed and written the new number: nothing that customers are told changes by itself.
"""

from __future__ import annotations

from pathlib import Path

from openteller.capabilities.pack.sections import Section, read_section
from openteller.domain.errors import ConfigurationError

VERSION = r"\d+(\.\d+){0,2}"
_EXTENDS = rf"[A-Za-z0-9_./-]+@{VERSION}"
_FILE = "pack.yaml"

Layer = tuple[Path, Section]
"""A pack's folder and its ``pack.yaml``."""


def read_chain(folder: Path, shipped: Path) -> tuple[Layer, ...]:
    """The pack in ``folder`` and all that it extends, base first. ``shipped`` is where packs named without a path are.

    ConfigurationError names file and line: no such pack, another version than named, or a circle.
    """
    if not folder.is_dir():
        raise ConfigurationError(f"there is no pack at {folder}")
    layers: list[Layer] = []
    while True:
        section = read_section(folder / _FILE)
        layers.insert(0, (folder, section))
        if not section.has("extends"):
            return tuple(layers)
        folder = _base(folder, section, shipped)
        if any(folder.samefile(seen) for seen, _ in layers):
            section.fail("'extends' goes round in a circle", "extends")


def _base(folder: Path, section: Section, shipped: Path) -> Path:
    named = section.text("extends", _EXTENDS, "a pack and its version, such as retail_banking@1")
    name, _, version = named.partition("@")
    places = (folder / name, folder.absolute().parent / name, shipped / name)
    found = next((place for place in places if (place / _FILE).is_file()), None)
    if found is None:
        section.fail(f"'extends': there is no pack {name!r}, neither beside this one nor shipped", "extends")
    has = read_section(found / _FILE).text("version", VERSION, "a number such as 1 or 1.2")
    if has != version:
        section.fail(
            f"'extends' was written for version {version} of {name!r}, which is now {has}: look at what changed, "
            f"then write @{has}",
            "extends",
        )
    return found
