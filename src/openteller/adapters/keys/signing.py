"""The key that signs the audit trail's checkpoints, in a file. It is not the database's business."""

from __future__ import annotations

import contextlib
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from openteller.adapters.keys.secret_files import make_secret
from openteller.domain.errors import ConfigurationError


class FileSigner:
    """Ed25519 over ``folder/audit-signing.key`` (32 bytes, mode 0600), made at the first start."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        file = folder / "audit-signing.key"
        with contextlib.suppress(FileExistsError):
            make_secret(file, Ed25519PrivateKey.generate().private_bytes_raw())
        try:
            self._key = Ed25519PrivateKey.from_private_bytes(file.read_bytes())
        except ValueError as error:
            raise ConfigurationError(f"{file} is not a key; restore it from your copy") from error

    def sign(self, statement: bytes) -> bytes:
        """The 64-byte signature."""
        return self._key.sign(statement)

    def public_key(self) -> bytes:
        """The 32 bytes that verify it."""
        return self._key.public_key().public_bytes_raw()
