"""PyYAML's loaders in C, ten times as fast, where they were built: a pack is megabytes of YAML, read at every start."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import yaml

if TYPE_CHECKING:
    from yaml import BaseLoader, SafeLoader
else:
    BaseLoader = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
    SafeLoader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

__all__ = ["BaseLoader", "SafeLoader", "safe_load"]


def safe_load(text: str) -> Any:
    """Plain values only, as ``yaml.safe_load`` gives. Raises ``yaml.YAMLError`` with the place of the fault."""
    return yaml.load(text, Loader=SafeLoader)  # noqa: S506 (it is the safe one)
