"""Writes ``cli.md`` from the commands themselves: ``WRITE_REFERENCE=1 ./teller test tests/docs/test_reference.py``.

Why generated: a page that is written by hand lies after the third change. ``tests/docs`` fails while this one differs.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import typer

from demo_bank.command_line import app as demo_bank
from openteller.entrypoints.cli.main import COMMANDS

PAGE = Path(__file__).with_name("cli.md")
HEAD = """# The command line

Why: an operator must be able to look up what a command does, takes and answers without running it. Generated from the
commands by `docs/reference/generate_cli.py`; not to be edited by hand.

`./teller ANY…` runs `openteller ANY…` in its own environment. What holds for every command:

- `--help` says what it does, with an example.
- Exit code 0 is success, 1 a finding (something was lost, changed or decided otherwise), 2 a wrong input or set-up,
  said in one sentence on stderr.
- With `--json`, machines get one line on stdout. A file appears only when it is whole.
- Settings come from the [environment](settings.md).
"""
EXAMPLE = re.compile(r"\n*\s*Examples?:\s*(.+)\Z", re.DOTALL)


def page() -> str:
    """The whole page."""
    parts = [HEAD]
    for name, (module, attribute, summary) in COMMANDS.items():
        found = getattr(import_module(f"openteller.entrypoints.cli.{module}"), attribute)
        if name == "demo-bank":
            found = demo_bank  # the command passes everything on to it
        if isinstance(found, typer.Typer):
            found.callback()(lambda: None)  # keeps a single command's name
            group: Any = typer.main.get_command(found)
            parts.append(f"## {name}\n\n{summary}\n")
            parts += [
                section(f"{name} {each}", command, "###")
                for each, command in group.commands.items()
                if not command.hidden
            ]
        else:
            alone = typer.Typer(add_completion=False)
            alone.command(name)(found)
            parts.append(section(name, typer.main.get_command(alone), "##"))
    return "\n".join(parts)


def section(name: str, command: Any, mark: str) -> str:
    """One command: what it does, its example, what it takes."""
    said = re.sub(r"python -m demo_bank", "openteller demo-bank", command.help or "")
    example = EXAMPLE.search(said)
    text = escape(re.sub(r"[ \t]*\n[ \t]+", "\n", EXAMPLE.sub("", said)).strip())
    lines = [f"{mark} {name}", "", text, ""]
    if example:
        shown = [line.strip() for line in re.split(r"\n| · ", example[1])]
        lines += ["```sh", *(line for line in shown if line), "```", ""]
    taken = list(rows(command))
    if taken:
        lines += ["| takes | what | default |", "|---|---|---|", *taken, ""]
    return "\n".join(lines)


def rows(command: Any) -> Iterator[str]:
    """A row for each argument and option but ``--help``."""
    for taken in command.params:
        if "--help" in taken.opts:
            continue
        positional = not taken.opts[0].startswith("-")
        name = (taken.metavar or taken.name.upper()) if positional else ", ".join(sorted(taken.opts, key=len))
        unset = taken.default in (None, False, ()) or taken.required
        default = "required" if taken.required else "" if unset else f"`{taken.default}`"
        yield f"| `{name}` | {escape(getattr(taken, 'help', '') or '')} | {default} |"


def escape(text: str) -> str:
    """Words of a help text as Markdown shows them literally."""
    return text.replace("|", "\\|").replace("<", "&lt;").replace("``", "`")
