"""The register of tables: what each holds and what becomes of it. The words are in ``register.yaml``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from openteller.domain.errors import ConfigurationError
from openteller.yaml_loaders import safe_load

_FILE = Path(__file__).with_name("register.yaml")
_CLASSES = ("a", "b", "c")
_FIELDS = {"holds", "class", "tenant", "keep", "columns", "export", "erase"}


@dataclass(frozen=True, slots=True)
class Table:
    """One table. ``tenant`` is its tenant column or None; ``kept_days`` after ``kept_after``, or ``kept`` in words.

    ``export`` and ``erase`` are SQL over ``%(subjects)s``, or None where there is nothing to give or to delete.
    """

    name: str
    holds: str
    storage_class: str
    tenant: str | None
    plain: tuple[str, ...]
    sealed: tuple[str, ...]
    kept: str
    kept_days: int | None
    kept_after: str | None
    export: str | None
    erase: str | None

    @property
    def columns(self) -> frozenset[str]:
        """All of its columns."""
        return frozenset(self.plain + self.sealed)


@cache
def load_register() -> Mapping[str, Table]:
    """Every table by name, in the order of the file. ConfigurationError names the table that is not well described."""
    read: dict[str, dict[str, Any]] = safe_load(_FILE.read_text())
    return {name: _table(name, said) for name, said in read.items()}


def _table(name: str, said: Mapping[str, Any]) -> Table:
    unknown, missing = set(said) - _FIELDS, _FIELDS - {"export", "erase"} - set(said)
    if unknown or missing or said["class"] not in _CLASSES:
        raise ConfigurationError(f"table {name}: unknown {sorted(unknown)}, missing {sorted(missing)}", file=str(_FILE))
    keep, columns = said["keep"], said["columns"]
    counted = isinstance(keep, dict)
    return Table(
        name=name,
        holds=said["holds"],
        storage_class=said["class"],
        tenant=said["tenant"],
        plain=tuple(columns["plain"]),
        sealed=tuple(columns.get("sealed", ())),
        kept=f"{keep['days']} days after {keep['after']}" if counted else keep,
        kept_days=keep["days"] if counted else None,
        kept_after=keep["after"] if counted else None,
        export=said.get("export"),
        erase=said.get("erase"),
    )
