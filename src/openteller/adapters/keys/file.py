"""The key-encryption key in a file: for one machine and for trying out. A bank puts it into its KMS or Vault.

A tink keyset holds several keys: the primary one wraps, each unwraps what it wrapped. ``rotate`` adds a key and makes
it primary; when every subject key has been wrapped again, ``retire`` drops the old ones, and whatever they wrapped is
noise from then on, in old pages, WAL and copies of the database too.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import hmac
import io
import json
import secrets
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import tink
from tink import TinkError, aead, cleartext_keyset_handle

from openteller.adapters.keys.secret_files import make_secret, replace_secret
from openteller.domain.errors import AdapterError, ConfigurationError

_PREFIX = b"\x01"
"""What tink puts before the key's number (4 bytes) and the ciphertext."""


class FileKeys:
    """KeyProvider over two files (mode 0600) in ``folder``, made at the first start.

    A running process sees a rotation by another one at its next use.
    """

    def __init__(self, folder: Path) -> None:
        aead.register()
        self._keyset_file = folder / "key-encryption-keys.json"
        self._index_file = folder / "blind-index.key"
        self._lock_file = folder / "keys.lock"
        folder.mkdir(parents=True, exist_ok=True)
        with contextlib.suppress(FileExistsError):
            make_secret(self._keyset_file, json.dumps(_new_keyset()).encode())
        with contextlib.suppress(FileExistsError):
            make_secret(self._index_file, secrets.token_bytes(32))
        for file in (self._keyset_file, self._index_file):
            if file.stat().st_mode & 0o077:
                raise ConfigurationError(f"{file} can be read by others: chmod 600 it, then rotate its keys")
        self._index_key = self._index_file.read_bytes()
        self._loaded: tuple[int, int] | None = None
        self._aead: Any = None
        self._primary = 0

    def wrap(self, key: bytes, *, context: bytes) -> bytes:
        """Encrypt a subject key under the primary key."""
        self._load()
        return bytes(self._aead.encrypt(key, context))

    def unwrap(self, wrapped: bytes, *, context: bytes) -> bytes:
        """Decrypt a subject key. AdapterError when its wrapping key is retired, or it is another subject's."""
        self._load()
        try:
            return bytes(self._aead.decrypt(wrapped, context))
        except TinkError as error:
            raise AdapterError("the key file does not open this subject key", retryable=False) from error

    def blind_index(self, value: str, *, context: bytes) -> bytes:
        """HMAC-SHA-256 of the value, apart for each context. Not truncated: it decides who somebody is."""
        own = hmac.digest(self._index_key, context, hashlib.sha256)
        return hmac.digest(own, value.encode(), hashlib.sha256)

    def is_current(self, wrapped: bytes) -> bool:
        """True if the primary key wrapped this."""
        self._load()
        return wrapped[:5] == _PREFIX + self._primary.to_bytes(4)

    def rotate(self) -> None:
        """Add a key and wrap with it from now on; what the others wrapped stays readable until ``retire``."""
        with self._alone():
            keyset, added = self._read(), _new_keyset()
            keyset["key"] += added["key"]
            keyset["primaryKeyId"] = added["primaryKeyId"]
            replace_secret(self._keyset_file, json.dumps(keyset).encode())

    def retire(self) -> int:
        """Drop every key but the primary one, for good, and give how many were dropped."""
        with self._alone():
            keyset = self._read()
            kept = [key for key in keyset["key"] if key["keyId"] == keyset["primaryKeyId"]]
            dropped = len(keyset["key"]) - len(kept)
            replace_secret(self._keyset_file, json.dumps({**keyset, "key": kept}).encode())
        return dropped

    def _load(self) -> None:
        found = self._keyset_file.stat()
        if self._loaded == (found.st_ino, found.st_mtime_ns):
            return
        keyset = self._read()
        handle = cleartext_keyset_handle.read(tink.JsonKeysetReader(json.dumps(keyset)))
        self._aead, self._primary = handle.primitive(aead.Aead), keyset["primaryKeyId"]
        self._loaded = (found.st_ino, found.st_mtime_ns)

    def _read(self) -> dict[str, Any]:
        try:
            keyset: dict[str, Any] = json.loads(self._keyset_file.read_text())
        except (OSError, ValueError) as error:
            raise AdapterError(f"the key file {self._keyset_file} cannot be read", retryable=False) from error
        return keyset

    @contextlib.contextmanager
    def _alone(self) -> Iterator[None]:
        with self._lock_file.open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield


def _new_keyset() -> dict[str, Any]:
    """A keyset of one AES-256-GCM key. tink for Python cannot add to a keyset; its JSON form can be put together."""
    written = io.StringIO()
    handle = tink.new_keyset_handle(aead.aead_key_templates.AES256_GCM)
    cleartext_keyset_handle.write(tink.JsonKeysetWriter(written), handle)
    keyset: dict[str, Any] = json.loads(written.getvalue())
    return keyset
