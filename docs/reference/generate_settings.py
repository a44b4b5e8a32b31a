"""Writes ``settings.md`` from ``config.Settings``: ``WRITE_REFERENCE=1 ./teller test tests/docs/test_reference.py``."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from openteller.config import Settings

PAGE = Path(__file__).with_name("settings.md")
HEAD = """# Settings

Why: one place says everything that can be set, and one file of the code (`config.py`) reads it. Generated from
`openteller.config.Settings` by `docs/reference/generate_settings.py`; not to be edited by hand.

All of them are environment variables, and every one has a default that suits one machine, except that a bank of your
own needs `OPENTELLER_BANK_KEYS`. A value that cannot be right stops the start with one sentence. There is no setting
for a password or a key: secrets are files in the data folder (mode 0600), made at the first start, or files that a
setting names. What a bank decides about its customers (journeys, wording, limits, opening hours) is in its pack, not
here.

| variable | what | type | default |
|---|---|---|---|
"""
BOUNDS = (("ge", "at least"), ("le", "at most"))
FOOT = """
Lists and file names: a list is JSON, such as `OPENTELLER_ALLOWED_ORIGINS='["https://www.bank.example"]'`; a file name
that is not absolute is taken from where the process is started.
"""


def page() -> str:
    """The whole page."""
    return HEAD + "\n".join(row(name, field) for name, field in Settings.model_fields.items()) + "\n" + FOOT


def row(name: str, field: Any) -> str:
    """One setting."""
    variable = field.validation_alias or f"OPENTELLER_{name.upper()}"
    default = "none" if field.default is None else f"`{field.default}`".replace("'", '"')
    bounds = [
        f"{said} {getattr(each, sign)}" for each in field.metadata for sign, said in BOUNDS if hasattr(each, sign)
    ]
    limits = f" ({', '.join(bounds)})" if bounds else ""
    return f"| `{variable}` | {field.description} | {kind(str(field.annotation))}{limits} | {default} |"


def kind(annotation: str) -> str:
    """A type in words."""
    if "Literal" in annotation:
        return " · ".join(re.findall(r"'(\w+)'", annotation))
    name = re.sub(r"<class '(.+)'>", r"\1", annotation).removesuffix(" | None").rpartition(".")[2]
    return {"str": "text", "int": "whole number", "Path": "file", "list[str]": "JSON list"}.get(name, name)
