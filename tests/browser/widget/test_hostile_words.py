"""Whatever anybody writes stays words (IN-05), under a policy as strict as a bank's."""

from __future__ import annotations

import gzip
import re

import pytest
from playwright.sync_api import expect

from tests.browser.widget.conftest import Widget
from tests.browser.widget.stub_answers import text
from tests.browser.widget.stub_routes import WIDGET
from tests.browser.widget.stub_teller import WORDS

ATTACKS = [
    "<script>window.hacked = 1</script>",
    "<img src=x onerror='window.hacked = 1'>",
    "<svg/onload=window.hacked=1>",
    "\"><iframe srcdoc='<script>parent.hacked=1</script>'>",
    "javascript:window.hacked=1",
    "{{constructor.constructor('window.hacked=1')()}}",
    "<style>*{background:url(//evil.example)}</style>",
    "\u202e<b>gnp.exe</b>\u0000\u200b",
    "</textarea><script>window.hacked=1</script>",
    "<details open ontoggle=window.hacked=1>",
]
LINKS = ["javascript:window.hacked=1", "data:text/html,<script>1</script>", "JaVaScRiPt:1", "vbscript:1", "https://["]


@pytest.mark.browser
def test_attacks_are_shown_as_they_were_written(widget: Widget) -> None:
    widget.open()
    for words in ATTACKS:
        rows = [{"label": words, "value": words}]
        widget.stub.post(
            text(words),
            {"type": "facts", "title": words, "rows": rows},
            {"type": "choice", "options": [{"id": words, "label": words}]},
            {"type": "link", "label": words, "url": "https://bank.example/", "purpose": words},
            kind="agent",
            name=words,
        )
        widget.say(words)
    expect(widget.own.last).to_contain_text("Delivered")
    assert widget.page.evaluate("window.hacked") is None
    inside = "document.querySelector('open-teller').shadowRoot"
    assert widget.page.evaluate(f"{inside}.querySelectorAll('script, img, iframe, style, details, b').length") == 0
    assert widget.page.evaluate(f"{inside}.querySelectorAll('[style]').length") <= 1
    assert ATTACKS[1] in widget.page.locator(".agent .text").nth(1).inner_text()


@pytest.mark.browser
def test_no_link_leaves_the_allowed_schemes(widget: Widget) -> None:
    widget.open()
    widget.stub.post(*[{"type": "link", "label": "Go", "url": url, "purpose": "step_up"} for url in LINKS])
    widget.stub.post({"type": "link", "label": "Call", "url": "tel:+44 20 7946 0000", "purpose": "phone"})
    expect(widget.bot.last.get_by_role("link", name="Call")).to_have_attribute("href", "tel:+44 20 7946 0000")
    expect(widget.bot.nth(1).get_by_role("link")).to_have_count(0)
    assert widget.bot.nth(1).locator(".text").count() == len(LINKS)


def test_no_file_parses_markup_or_keeps_anything_in_the_browser() -> None:
    banned = re.compile(r"(inner|outer)HTML|insertAdjacentHTML|document\.write|eval\(|new Function|Storage\b|cookie\b")
    for file in WIDGET.glob("*.js"):
        code = re.sub(r"/\*.*?\*/|^\s*//.*?$", "", file.read_text(encoding="utf-8"), flags=re.DOTALL | re.MULTILINE)
        assert not banned.findall(code), file.name


def test_every_word_comes_from_the_catalogue_and_each_is_used() -> None:
    code = "".join(file.read_text(encoding="utf-8") for file in WIDGET.glob("*.js"))
    for language in WORDS.values():
        keys = {key.removeprefix("widget.") for key in language["strings"]}
        assert [key for key in sorted(keys) if f'"{key}"' not in code and f" {key}: " not in code] == []
        used = set(re.findall(r'\bt\("(\w+)"', code))
        assert used <= keys


def test_the_whole_widget_stays_light() -> None:
    files = [*WIDGET.glob("*.js"), *WIDGET.glob("*.css")]
    assert sum(len(gzip.compress(file.read_bytes())) for file in files) <= 40_000
