"""The bank's secrets: made at first start in its data directory, readable by its owner only."""

from __future__ import annotations

import json
import os
import secrets
from dataclasses import dataclass
from pathlib import Path

from joserfc.jwk import ECKey

ISSUER = "https://harbour-bank.example"
AUDIENCE = "openteller"


@dataclass(frozen=True, slots=True)
class Keys:
    """What the bank signs with and what its callers must show."""

    service_key: str
    control_key: str
    callback_key: str
    signing: ECKey
    kid: str


def open_keys(folder: Path) -> Keys:
    """Return the keys in ``keys.json`` and ``signing-key.json``, making them if absent.

    ``keys.json`` holds what OpenTeller needs (service, control and callback keys,
    issuer, audience, kid); the private signing key stays in its own file.

    Raises:
        ValueError: if a key file is there but cannot be read as one.
    """
    shared, private = folder / "keys.json", folder / "signing-key.json"
    if not private.exists():
        kid = f"harbour-{secrets.token_hex(4)}"
        key = ECKey.generate_key("P-256", {"kid": kid, "use": "sig", "alg": "ES256"})
        _write_secret(private, dict(key.as_dict(private=True)))
    try:
        signing = ECKey.import_key(json.loads(private.read_text()))
        kid = str(signing.kid)
        if not shared.exists():
            made = {name: secrets.token_urlsafe(32)
                    for name in ("service_key", "control_key", "callback_key")}  # fmt: skip
            _write_secret(shared, {**made, "issuer": ISSUER, "audience": AUDIENCE, "kid": kid})
        text = json.loads(shared.read_text())
        return Keys(text["service_key"], text["control_key"], text["callback_key"], signing, kid)
    except (KeyError, TypeError, ValueError) as error:
        raise ValueError(f"The key files in {folder} are damaged: {error}") from error


def _write_secret(path: Path, content: dict[str, object]) -> None:
    """Write JSON to a new file of mode 0600, whole or not at all."""
    draft = path.with_suffix(".new")
    draft.unlink(missing_ok=True)
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w") as stream:
        json.dump(content, stream, indent=2)
        stream.flush()
        os.fsync(stream.fileno())
    draft.replace(path)
