"""What a channel was given to work with: its part of OPENTELLER_CHANNELS, read with complaints that name the place."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from openteller.domain.errors import ConfigurationError


class Given:
    """The settings of the channel ``name``. Every fault is a ConfigurationError: nothing opens half set up."""

    def __init__(self, name: str, settings: Mapping[str, str]) -> None:
        self.name = name
        self._settings = settings

    def text(self, key: str, default: str | None = None) -> str:
        """A value that must be there, or has a default."""
        value = self._settings.get(key, default)
        if not value:
            raise ConfigurationError(f"OPENTELLER_CHANNELS: channel {self.name!r} needs {key!r}")
        return value

    def secrets(self, key: str) -> tuple[str, ...]:
        """The lines of the file that ``key`` names: the first is used, all are accepted, so that one can be changed
        while both are live (CH-05).
        """
        file = self.text(key)
        try:
            lines = tuple(line.strip() for line in Path(file).read_text(encoding="utf-8").splitlines() if line.strip())
        except (OSError, UnicodeDecodeError) as error:
            raise ConfigurationError(f"channel {self.name!r}: cannot read {key}: {error}", file=file) from error
        if not lines:
            raise ConfigurationError(f"channel {self.name!r}: {key} is empty", file=file)
        return lines

    def refuse_others(self, *known: str) -> None:
        """A setting that means nothing is a mistake, not a wish."""
        strange = sorted(self._settings.keys() - {"kind", *known})
        if strange:
            raise ConfigurationError(f"OPENTELLER_CHANNELS: channel {self.name!r} knows no {', '.join(strange)}")
