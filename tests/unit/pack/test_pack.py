"""A pack that is not sound refuses to start, and says where."""

from __future__ import annotations

import shutil
from datetime import time
from pathlib import Path

import pytest

from openteller.capabilities.pack.pack import content_hash, load_pack
from openteller.domain.errors import ConfigurationError

PACKS = Path(__file__).parents[3] / "src/openteller/packs"
SHIPPED = Path(__file__).parents[3] / "src/openteller/packs/retail_banking"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    copy = tmp_path / "pack"
    copy.mkdir()
    shutil.copy(SHIPPED / "pack.yaml", copy)
    return copy


def change(folder: Path, old: str, new: str) -> None:
    path = folder / "pack.yaml"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_the_shipped_pack_is_read() -> None:
    pack = load_pack(SHIPPED, PACKS)
    assert (pack.name, pack.languages, pack.default_locale, pack.time_zone) == (
        "retail_banking",
        ("en", "es", "ar"),
        "en-GB",
        "Europe/London",
    )
    assert pack.version == f"1+{content_hash(SHIPPED)[:12]}"
    assert pack.bank_name == "Harbour Bank"
    assert pack.opening_hours.days[5] == (time(9), time(17))
    assert 6 not in pack.opening_hours.days
    assert pack.crisis_line == pack.crisis_line_in("XX") == "Samaritans, 116 123"
    assert pack.crisis_line_in("DE").startswith("TelefonSeelsorge")
    assert pack.folders == (SHIPPED,)


def test_the_version_is_the_content(folder: Path) -> None:
    before = load_pack(folder, PACKS).version
    (folder / ".draft.swp").write_text("not content")
    assert load_pack(folder, PACKS).version == before
    (folder / "flows").mkdir()
    assert load_pack(folder, PACKS).version == before
    (folder / "flows" / "a.yaml").write_text("x")
    after = load_pack(folder, PACKS).version
    assert after != before
    (folder / "flows" / "a.yaml").rename(folder / "flows" / "b.yaml")
    assert load_pack(folder, PACKS).version not in {before, after}


def test_a_link_has_no_version(folder: Path) -> None:
    (folder / "more.po").symlink_to("/etc/hostname")
    with pytest.raises(ConfigurationError, match=r"more\.po"):
        load_pack(folder, PACKS)


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("version: 1", "version: one", r"pack.yaml:3: 'version' should be"),
        ("name: retail_banking\n", "", r"'name' is missing"),
        ("version: 1", "version: 1\nversion: 2", r":4: 'version' is said twice"),
        ("version: 1", "version: 1\nversoin: 2", r":4: there is no field 'versoin' here"),
        ("extends: null", "extends: other", r":4: 'extends' should be a pack and its version"),
        ("extends: null", "extends: other@1", r":4: 'extends': there is no pack 'other'"),
        ("extends: null", "extends: retail_banking@9", r":4: 'extends' was written for version 9"),
        ("extends: null", "extends: ../pack@1", r":4: 'extends' goes round in a circle"),
        ("languages: [en, es, ar]", "languages: []", r":5: 'languages' should be a list"),
        ("languages: [en, es, ar]", "languages: [en, en]", r"'languages' should be a list, each once"),
        ("languages: [en, es, ar]", "languages: en", r"'languages' should be a list"),
        ("languages: [en, es, ar]", "languages: [de]", r":8: 'default_locale' is of none"),
        ("default_locale: en-GB", "default_locale: ../x", r"'default_locale' should be a locale"),
        ("Europe/London", "Europe/Nowhere", r":9: 'Europe/Nowhere' is not a time zone"),
        ("es: es-ES", "es: fr-FR", r":11: 'fr-FR' is no locale of 'es'"),
        ("es: es-ES", "es: spanish!", r"'es' should be a locale such as es-ES"),
        ("+44 20 7946 0123", "call us", r"'emergency_phone' should be a telephone number"),
        ("https://www.harbour.example/privacy", "http://www.harbour.example/", r"'privacy_url' should be an https"),
        ("https://www.harbour.example/privacy", "https://evil.example/", r"'allowed_hosts' does not list"),
        ("- bank.harbour.example", "- bank.harbour.example/x", r"'allowed_hosts' should be a list"),
        ("monday: 08:00-20:00", "monday: 20:00-08:00", r"'monday' closes before it opens"),
        ("monday: 08:00-20:00", "monday: 8-20", r"'monday' should be hours"),
        ("monday: 08:00-20:00", "moonday: 08:00-20:00", r"no field 'moonday'"),
        ("    default: {", "    ZZ: {", r"a 'default' line is missing"),
        ("checked_on: never", "checked_on: 2026-02-30", r"not a day of the calendar"),
        ("checked_on: never", "checked_on: soon", r"'checked_on' should be a date"),
        ("  crisis_lines:\n", "  crisis_lines: none\n  other:\n", r"'crisis_lines' should have fields"),
        ("version: 1", "? [a]\n: 1", r"a key is a word"),
        ("languages: [en, es, ar]", "languages: [en", r"not YAML"),
        ("languages: [en, es, ar]", "languages: \x07", r"control characters"),
    ],
)
def test_a_fault_names_its_line(folder: Path, old: str, new: str, expected: str) -> None:
    change(folder, old, new)
    with pytest.raises(ConfigurationError, match=expected):
        load_pack(folder, PACKS)


@pytest.mark.parametrize("content", [b"", b"- a", b"\xff\xfe", b"just words"])
def test_a_file_that_is_no_mapping_is_refused(folder: Path, content: bytes) -> None:
    (folder / "pack.yaml").write_bytes(content)
    with pytest.raises(ConfigurationError, match=r"pack\.yaml"):
        load_pack(folder, PACKS)


def test_no_pack_is_said_plainly(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="no pack"):
        load_pack(tmp_path / "nowhere", PACKS)
    with pytest.raises(ConfigurationError, match="cannot be read"):
        load_pack(tmp_path, PACKS)


def test_a_language_has_the_locale_that_the_pack_gives_it(folder: Path) -> None:
    pack = load_pack(folder, PACKS)
    assert [pack.locale_of(language) for language in ("en", "es", "ar", "fr")] == ["en-GB", "es-ES", "ar-AE", "fr"]
