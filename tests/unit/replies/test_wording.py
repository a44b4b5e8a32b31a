"""The shipped pack says everything that the code and the faces ask for."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from openteller.capabilities.pack.pack import load_pack
from openteller.capabilities.replies.catalogue import Catalogue, missing_replies, read_catalogue
from openteller.capabilities.replies.guard import DISCLOSURE, Guard
from openteller.capabilities.replies.needed import NEEDED, refuse_incomplete
from openteller.capabilities.replies.values import FORMAT_PHRASES
from openteller.domain.errors import ConfigurationError
from tests.unit.replies.conftest import Write, entries

SOURCE = Path(__file__).parents[3] / "src/openteller"
Place = tuple[str, str]
"""A key (or, ending in *, the beginning of one; starting with *, the end) and where it is asked for."""


def keys_in_code() -> set[Place]:
    return {
        (key, f"{path.relative_to(SOURCE)}:{line}")
        for path in SOURCE.rglob("*.py")
        for key, line in _phrases(ast.parse(path.read_text(encoding="utf-8")))
    }


def keys_in_faces() -> set[Place]:
    widget = {
        (f"widget.{key}", path.name)
        for path in (SOURCE / "web/widget").glob("*.js")
        for key in re.findall(r'\bt\("([a-z_]+)"', path.read_text(encoding="utf-8"))
    }
    desk = {
        (key + ("*" if more else ""), path.name)
        for path in (SOURCE / "web/desk").glob("*.html")
        for key, more in re.findall(r't\["(desk\.[a-z_]+)"( ~)?', path.read_text(encoding="utf-8"))
    }
    return widget | desk


def test_every_key_that_is_asked_for_has_wording(catalogue: Catalogue) -> None:
    asked = keys_in_code() | keys_in_faces()
    assert len(asked) > 60
    assert sorted(place for place in asked if not _worded(place[0], catalogue)) == []


def test_what_the_code_asks_for_is_what_every_pack_needs(catalogue: Catalogue) -> None:
    exact = {key for key, _ in keys_in_code() if "*" not in key}
    assert sorted(exact - NEEDED) == []
    assert missing_replies(catalogue, NEEDED) == ()


def test_an_incomplete_pack_does_not_start(write: Write, guard: Guard) -> None:
    catalogue, _ = read_catalogue([write(entries(a__b="x"))], ["en"], "en")
    with pytest.raises(ConfigurationError, match=r"no wording for .*conversation\.disclosure"):
        refuse_incomplete(catalogue, guard)
    catalogue, _ = read_catalogue([write(entries(a__b="evil.com"))], ["en"], "en")
    with pytest.raises(ConfigurationError, match=r"words\.po:8: a\.b"):
        refuse_incomplete(catalogue, guard)


def test_the_shipped_pack_starts(catalogue: Catalogue, guard: Guard) -> None:
    refuse_incomplete(catalogue, guard)


def test_the_widgets_changing_words_are_there(catalogue: Catalogue) -> None:
    """What the widget looks up by a state's name, which no search for literals finds."""
    states = ("waiting", "with_agent", "with_person", "assistant", "connecting", "offline", "login", "privacy",
              "characters_left", "characters_over")  # fmt: skip
    assert missing_replies(catalogue, {f"widget.{state}" for state in states}) == ()
    assert missing_replies(catalogue, {DISCLOSURE.key, *FORMAT_PHRASES}) == ()


def test_the_desk_has_words_for_every_reason_of_the_policy(catalogue: Catalogue, pack_folder: Path) -> None:
    policy = yaml.safe_load((pack_folder / "policy.yaml").read_text(encoding="utf-8"))
    assert missing_replies(catalogue, {f"desk.reason_{reason}" for reason in policy["handovers"]}) == ()


def test_the_shipped_wording_has_no_fault(pack_folder: Path) -> None:
    pack = load_pack(pack_folder, pack_folder.parent)
    catalogue, faults = read_catalogue([pack_folder / "replies"], pack.languages, pack.default_locale)
    guard = Guard(scrub=str, allowed_links=pack.allowed_hosts)
    assert [str(fault) for fault in (*faults, *guard.wording_faults(catalogue))] == []


def test_care_comes_before_everything_else(catalogue: Catalogue) -> None:
    words = catalogue.template("handover.self_harm", "en-GB").texts[0]
    assert words.index("Thank you for telling me") < words.index("{crisis_line}") < words.index("colleagues")


@pytest.mark.parametrize("key", ["conversation.disclosure", "handover.returned", "widget.notice"])
def test_the_machine_says_that_it_is_one(catalogue: Catalogue, key: str) -> None:
    words = catalogue.template(key, "en-GB").texts[0]
    assert "automated assistant" in words
    assert "AI system" in words
    assert "person" in words


def _worded(key: str, catalogue: Catalogue) -> bool:
    if key.startswith("*"):
        return any(known.endswith(key[1:]) for known in catalogue.keys)
    if key.endswith("*"):
        return any(known.startswith(key[:-1]) for known in catalogue.keys)
    return key in catalogue.keys


def _phrases(tree: ast.Module) -> Iterator[tuple[str, int]]:
    for call in ast.walk(tree):
        if isinstance(call, ast.Call) and call.args and ast.unparse(call.func).split(".")[-1] in {"Phrase", "say"}:
            for key in _strings(call.args[0], tree):
                if "." in key:
                    yield key, call.lineno


def _strings(node: ast.expr, tree: ast.Module) -> Iterator[str]:
    match node:
        case ast.Constant(value=str(text)):
            yield text
        case ast.IfExp(body=body, orelse=other):
            yield from _strings(body, tree)
            yield from _strings(other, tree)
        case ast.JoinedStr(values=[ast.Constant(value=str(text)), *_]):
            yield f"{text}*"
        case ast.JoinedStr(values=[*_, ast.Constant(value=str(text))]):
            yield f"*{text}"
        case ast.Name(id=name):
            for line in ast.walk(tree):
                if isinstance(line, ast.Assign) and [ast.unparse(target) for target in line.targets] == [name]:
                    yield from _strings(line.value, tree)
