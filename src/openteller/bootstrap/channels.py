"""The foreign channels of this installation: each is a module with ``connect``, found by its name.

A name of OPENTELLER_CHANNELS (or its ``kind``) is a module of ``adapters/channels``, or of somebody else's package
that registers it as an entry point of ``openteller.channels``. Adding a channel is adding a file.
"""

from __future__ import annotations

import importlib
import importlib.util
from collections.abc import Callable, Mapping
from importlib.metadata import entry_points

from openteller.adapters.channels.given import Given
from openteller.config import Settings
from openteller.domain.errors import ConfigurationError
from openteller.ports import Channel, Clock

ENTRY_POINTS = "openteller.channels"
_OURS = "openteller.adapters.channels"
Connect = Callable[[Given, Clock], Channel]


def open_channels(settings: Settings, clock: Clock) -> dict[str, Channel]:
    """Every channel that is set up, by name. ConfigurationError says what is missing of which."""
    opened = {}
    for name, given in _described(settings).items():
        if not (name.isidentifier() and name.islower() and name.isascii()):
            raise ConfigurationError(f"OPENTELLER_CHANNELS: {name!r} is not a name of small letters and digits")
        opened[name] = _connect(given.get("kind", name))(Given(name, given), clock)
    return opened


def _described(settings: Settings) -> Mapping[str, Mapping[str, str]]:
    """The plain webhook channel has two settings of its own, which are older."""
    if settings.channel_send_to is None or settings.channel_secret is None:
        return settings.channels
    webhook = {"send_to": settings.channel_send_to, "secret_file": str(settings.channel_secret)}
    return {"webhook": webhook, **settings.channels}


def _connect(kind: str) -> Connect:
    for found in entry_points(group=ENTRY_POINTS, name=kind):
        theirs: Connect = found.load()
        return theirs
    name = f"{_OURS}.{kind}"
    if kind.isidentifier() and importlib.util.find_spec(name) is not None:
        connect: Connect | None = getattr(importlib.import_module(name), "connect", None)
        if connect is not None:
            return connect
    raise ConfigurationError(f"OPENTELLER_CHANNELS: there is no kind of channel {kind!r}")
