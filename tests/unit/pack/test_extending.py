"""A pack of a bank's own: it extends another, overrides what it likes, and every fault of it is listed."""

from __future__ import annotations

from pathlib import Path

import pytest

from openteller.bootstrap import PACKS, check_pack
from openteller.capabilities.flows.load import load_flows
from openteller.capabilities.pack.beginning import begin_pack
from openteller.capabilities.pack.pack import load_pack
from openteller.capabilities.replies.catalogue import load_catalogue
from openteller.domain.errors import ConfigurationError

BASE = PACKS / "retail_banking"


@pytest.fixture
def mybank(tmp_path: Path) -> Path:
    begin_pack(tmp_path / "mybank", BASE, PACKS)
    return tmp_path / "mybank"


def replace(file: Path, old: str, new: str) -> None:
    text = file.read_text("utf-8")
    assert old in text
    file.write_text(text.replace(old, new), "utf-8")


def test_a_pack_that_was_just_begun_has_no_fault(mybank: Path) -> None:
    pack, faults = check_pack(mybank)
    assert not faults
    assert pack is not None
    assert (pack.name, pack.folders) == ("mybank", (BASE, mybank))


def test_what_it_says_itself_counts_and_the_rest_is_the_base_packs(mybank: Path) -> None:
    replace(mybank / "replies/en/ours.po", "Hello. What can I do for you?", "Welcome to My Bank.")
    replace(mybank / "flows/check_balance/flow.yaml", "risk: 20", "risk: 21")
    pack = load_pack(mybank, PACKS)
    catalogue = load_catalogue([folder / "replies" for folder in pack.folders], pack.languages, pack.default_locale)
    assert catalogue.template("conversation.greeting_anonymous", "en-GB").texts == ("Welcome to My Bank.",)
    flows = load_flows(pack.folders)
    assert flows["check_balance"].risk == 21
    assert flows["transfer_money"].file.startswith(str(BASE))


def test_facts_of_the_bank_are_overridden_one_by_one(mybank: Path) -> None:
    (mybank / "pack.yaml").write_text(
        'name: mybank\nversion: 2\nextends: retail_banking@1\nbank:\n  name: My Bank\n  emergency_phone: "0800 1"\n',
        "utf-8",
    )
    pack, base = load_pack(mybank, PACKS), load_pack(BASE, PACKS)
    assert (pack.bank_name, pack.emergency_phone) == ("My Bank", "0800 1")
    assert (pack.opening_hours, pack.allowed_hosts) == (base.opening_hours, base.allowed_hosts)
    assert pack.version.startswith("2+")


def test_a_change_of_either_pack_is_another_version(mybank: Path) -> None:
    before = load_pack(mybank, PACKS).version
    replace(mybank / "flows/check_balance/flow.yaml", "risk: 20", "risk: 21")
    assert load_pack(mybank, PACKS).version not in {before, load_pack(BASE, PACKS).version}


def test_a_fault_that_comes_from_the_base_pack_names_its_file(mybank: Path, tmp_path: Path) -> None:
    middle = tmp_path / "middle"
    begin_pack(middle, BASE, PACKS)
    replace(mybank / "pack.yaml", "retail_banking@1", "middle@1")
    replace(middle / "pack.yaml", "version: 1", "version: 1\nlanguages: [fr]")
    _, faults = check_pack(mybank)
    assert [str(fault) for fault in faults] == [f"{BASE}/pack.yaml:8: 'default_locale' is of none of the languages"]


def test_every_fault_is_listed_with_file_and_line(mybank: Path) -> None:
    replace(mybank / "replies/en/ours.po", "Hello. What", "Hello {{7*7}}. What")
    replace(mybank / "flows/check_balance/flow.yaml", "risk: 20", "risk: 2000")
    (mybank / "intents").mkdir()
    (mybank / "intents" / "greeting.yaml").write_text("name: greeting\n", "utf-8")
    (mybank / "policy.yaml").write_text("actions: {}\n", "utf-8")
    _, faults = check_pack(mybank)
    files = {Path(fault.file).name for fault in faults}
    assert {"ours.po", "flow.yaml", "greeting.yaml", "policy.yaml"} <= files
    assert all(fault.line >= 1 and fault.file.startswith(str(mybank)) for fault in faults if fault.file)


def test_a_circle_is_refused(mybank: Path, tmp_path: Path) -> None:
    begin_pack(tmp_path / "other", mybank, PACKS)
    replace(mybank / "pack.yaml", "retail_banking@1", "other@1")
    with pytest.raises(ConfigurationError, match="circle"):
        load_pack(mybank, PACKS)


@pytest.mark.parametrize("name", ["My Bank", "0bank", "../x y"])
def test_a_name_that_cannot_be_one_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(ConfigurationError, match="no name for a pack"):
        begin_pack(tmp_path / name, BASE, PACKS)


def test_nothing_that_is_there_is_touched(mybank: Path) -> None:
    with pytest.raises(ConfigurationError, match="already"):
        begin_pack(mybank, BASE, PACKS)
