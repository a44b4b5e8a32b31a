"""What an operator types wrong ends in one sentence and exit code 2, before anything is touched."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from openteller.config import load_settings
from openteller.domain.errors import ConfigurationError
from openteller.entrypoints.cli import main


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("switch off action:teleport", "no switch 'action:teleport'"),
        ("switch off everything", "no switch 'everything'"),
        ("switch off channel:", "no switch 'channel:'"),
        ("switch off channel:web", "the web face has no switch"),
        ("staff create a/b --password-file none", "a name has 1 to 64"),
        ("staff create maya --password-file none", "cannot read the password"),
        ("database migrate --owner-file none", "none: No such file"),
        ("privacy export", "name the person by --customer or by --subject"),
        ("privacy erase --subject gossip", "--subject must be a UUID"),
        ("replay gossip", "'gossip' is not the id of a turn"),
        ("flows show gossip", "there is no flow 'gossip'"),
        ("flows check --pack none", "no pack 'none'"),
        ("database check", "DATABASE_URL is no address"),
    ],
)
def test_bad_input_is_one_sentence(
    words: str, said: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("OPENTELLER_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("DATABASE_URL", "secret-rubbish")
    monkeypatch.setattr(sys, "argv", ["openteller", *words.split()])
    with pytest.raises(SystemExit) as ended:
        main.run()
    error = capsys.readouterr().err
    assert (ended.value.code, error.count("\n")) == (2, 1)
    assert said in error
    assert "secret-rubbish" not in error
    assert not list(tmp_path.iterdir()), "nothing is made before the input is right"


def test_an_error_that_names_no_file_is_not_hidden(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_: list[str]) -> None:
        raise OSError("something of ours")

    monkeypatch.setattr(main, "_build", broken)
    with pytest.raises(OSError, match="of ours"):
        main.run()


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("ALLOWED_ORIGINS", "https://a.example", "OPENTELLER_ALLOWED_ORIGINS: expected JSON"),
        ("PORT", "0", "OPENTELLER_PORT"),
        ("TENANT", "", "OPENTELLER_TENANT"),
        ("LOG_LEVEL", "loud", "OPENTELLER_LOG_LEVEL"),
    ],
)
def test_a_wrong_setting_is_named(name: str, value: str, said: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(f"OPENTELLER_{name}", value)
    with pytest.raises(ConfigurationError, match=said):
        load_settings()
