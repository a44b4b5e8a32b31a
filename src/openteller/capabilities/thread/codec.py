"""Domain values to bytes and back, for what is stored sealed.

A frozen dataclass becomes ``{"$": "Money", "amount_minor": 2500, "currency": "GBP"}``. Only the domain's own classes
are known, and never a passport: a passport that came out of a database would prove nothing. A field that a newer
version has dropped is passed over, one that it has added needs a default: conversations outlive upgrades (RL-13).
"""

from __future__ import annotations

import dataclasses
import inspect
import json
from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from enum import Enum
from types import ModuleType
from typing import Any
from uuid import UUID

from openteller.domain import (
    actions,
    assurance,
    banking,
    conversations,
    decisions,
    flows,
    knowledge,
    money,
    obligations,
    replies,
    texts,
    understanding,
)
from openteller.domain.errors import InvariantError

_PASSPORTS = {"RedactedText", "Grant", "ConfirmedAction", "CheckedReply", "ApprovedWords"}
_MODULES = (
    actions,
    assurance,
    banking,
    conversations,
    decisions,
    flows,
    knowledge,
    money,
    obligations,
    replies,
    texts,
    understanding,
)


def _classes(modules: Iterable[ModuleType]) -> dict[str, type]:
    return {
        name: value
        for module in modules
        for name, value in inspect.getmembers(module, inspect.isclass)
        if (dataclasses.is_dataclass(value) or issubclass(value, Enum)) and name not in _PASSPORTS
    }


_KNOWN = _classes(_MODULES)
_FIELDS = {
    name: tuple(field.name for field in dataclasses.fields(kind))
    for name, kind in _KNOWN.items()
    if dataclasses.is_dataclass(kind)
}


def dump(value: object) -> bytes:
    """``value`` as UTF-8 JSON. InvariantError for anything that is not of the domain."""
    return json.dumps(_plain(value), ensure_ascii=False, separators=(",", ":")).encode()


def load(data: bytes) -> Any:
    """The value that ``dump`` was given; arrays come back as tuples."""
    return _rich(json.loads(data))


def _plain(value: object) -> object:
    if isinstance(value, Enum):
        return {"$": type(value).__name__, "v": value.value}
    if value is None or isinstance(value, (str, bool, int, float)):
        return value
    name = type(value).__name__
    if name in _FIELDS:
        return {"$": name, **{field: _plain(getattr(value, field)) for field in _FIELDS[name]}}
    if isinstance(value, (tuple, list, frozenset, set)):
        return [_plain(item) for item in value]
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    return _plain_scalar(value)


def _plain_scalar(value: object) -> object:
    match value:
        case datetime():
            return {"$": "datetime", "v": value.isoformat()}
        case date():
            return {"$": "date", "v": value.isoformat()}
        case timedelta():
            return {"$": "timedelta", "v": value.total_seconds()}
        case UUID():
            return {"$": "uuid", "v": str(value)}
    raise InvariantError(f"{type(value).__name__} is not a domain value and cannot be stored")


def _rich(value: Any) -> Any:
    if isinstance(value, list):
        return tuple(_rich(item) for item in value)
    if not isinstance(value, dict):
        return value
    name = value.get("$")
    if name is None:
        return {key: _rich(item) for key, item in value.items()}
    match name:
        case "datetime":
            return datetime.fromisoformat(value["v"])
        case "date":
            return date.fromisoformat(value["v"])
        case "timedelta":
            return timedelta(seconds=value["v"])
        case "uuid":
            return UUID(value["v"])
    kind = _KNOWN.get(name)
    if kind is None:
        raise InvariantError(f"stored value of unknown type {name}")
    if "v" in value and issubclass(kind, Enum):
        return kind(value["v"])
    return kind(**{key: _rich(item) for key, item in value.items() if key in _FIELDS[name]})
