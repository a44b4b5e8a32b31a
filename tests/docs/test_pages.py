"""Pages say why, point to what is there, and name nobody's machine."""

from __future__ import annotations

import re

import pytest

from tests.architecture.source_tree import ROOT
from tests.docs.pages import TOP, Page, page, pages

WHY = re.compile(r"^\**Why\b|^#+ .*\bwhy\b", re.MULTILINE | re.IGNORECASE)
FOREIGN = re.compile(r"(?<![\w.])(?:\.\./shared|/work/|/root/|/home/\w)|\bhelper session\b")


def dead(links_of: Page) -> list[str]:
    """The links of a page that lead nowhere."""
    found = []
    for link in links_of.links:
        target, _, anchor = link.partition("#")
        if re.match(r"[a-z]+:", target):
            continue
        file = (links_of.folder / target).resolve() if target else ROOT / links_of.name
        named = file.relative_to(ROOT).as_posix()
        if not file.exists() or (anchor and file.suffix == ".md" and anchor not in page(named).anchors):
            found.append(link)
    return found


@pytest.mark.parametrize("each", pages(), ids=str)
def test_every_link_leads_somewhere(each: Page) -> None:
    assert dead(each) == []


def test_a_dead_link_is_seen() -> None:
    example = Page(
        "docs/example.md", "# One\n[a](no.md) [b](README.md#nothing) [c](README.md) [d](https://x.example)\n"
    )
    assert dead(example) == ["no.md", "README.md#nothing"]


@pytest.mark.parametrize("each", [each for each in pages() if each.name.startswith("docs/")], ids=str)
def test_every_page_has_a_why(each: Page) -> None:
    assert WHY.search(each.prose), "say why in a line that starts with Why, or in a heading"


def test_the_index_leads_to_every_page() -> None:
    index = page("docs/README.md")
    linked = {(index.folder / link.partition("#")[0]).resolve() for link in index.links}
    records = {(ROOT / each.name).resolve() for each in pages() if each.name.startswith("docs/decisions/0")}
    missing = [
        each.name
        for each in pages()
        if each.name not in (*TOP, index.name) and not {(ROOT / each.name).resolve()} & (linked | records)
    ]
    assert missing == []


def test_every_decision_is_in_the_list_of_decisions() -> None:
    listed = set(page("docs/decisions/README.md").links)
    records = {
        each.name.removeprefix("docs/decisions/") for each in pages() if each.name.startswith("docs/decisions/0")
    }
    assert records == listed
    assert [name[:4] for name in sorted(records)] == [f"{number:04}" for number in range(1, len(records) + 1)]


@pytest.mark.parametrize("each", pages(), ids=str)
def test_no_page_names_a_machine_of_ours(each: Page) -> None:
    assert not FOREIGN.search(each.text)
