"""Signed statements of how long the trail is and what it hashes to, kept inside and outside the database."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Protocol

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from openteller.domain.errors import CustomerError
from openteller.ports import Row


class Signer(Protocol):
    """Signs with Ed25519; the private key never leaves it."""

    def sign(self, statement: bytes) -> bytes:
        """The 64-byte signature."""
        ...

    def public_key(self) -> bytes:
        """The 32 bytes that verify it: give them to whoever must be able to check."""
        ...


class CheckpointLog(Protocol):
    """Where checkpoints go outside of the database, so that who owns the database does not own the proof."""

    def append(self, line: str) -> None:
        """On disk when this returns."""
        ...

    def lines(self) -> list[str]:
        """All lines so far."""
        ...


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The first ``size`` leaves of this tenant's trail hash to ``root``."""

    tenant: str
    size: int
    root: bytes
    at: datetime
    signature: bytes = b""

    def statement(self) -> bytes:
        """What is signed: lines of text, so that it can be printed, mailed and checked by other programs."""
        root = base64.b64encode(self.root).decode()
        return f"openteller audit v1\n{self.tenant}\n{self.size}\n{root}\n{_utc(self.at)}\n".encode()

    def is_signed_by(self, public_key: bytes) -> bool:
        """True if the holder of this key has made exactly this statement."""
        try:
            Ed25519PublicKey.from_public_bytes(public_key).verify(self.signature, self.statement())
        except (InvalidSignature, ValueError):
            return False
        return True


def sign(checkpoint: Checkpoint, signer: Signer) -> Checkpoint:
    """The same statement with its signature."""
    signature = signer.sign(checkpoint.statement())
    return Checkpoint(checkpoint.tenant, checkpoint.size, checkpoint.root, checkpoint.at, signature)


def checkpoint_from(row: Row) -> Checkpoint:
    """A checkpoint as the database has it."""
    return Checkpoint(
        str(row["tenant"]), int(row["tree_size"]), bytes(row["root_hash"]), row["at"], bytes(row["signature"])
    )


def to_line(checkpoint: Checkpoint) -> str:
    """One line of JSON, for the log outside."""
    return json.dumps(
        {
            "tenant": checkpoint.tenant,
            "size": checkpoint.size,
            "root": checkpoint.root.hex(),
            "at": _utc(checkpoint.at),
            "signature": checkpoint.signature.hex(),
        }
    )


def from_line(line: str) -> Checkpoint:
    """The line's checkpoint. CustomerError for anything else."""
    try:
        read: Mapping[str, str] = json.loads(line)
        return Checkpoint(
            str(read["tenant"]),
            int(read["size"]),
            bytes.fromhex(read["root"]),
            datetime.fromisoformat(read["at"]),
            bytes.fromhex(read["signature"]),
        )
    except (ValueError, KeyError, TypeError) as error:
        raise CustomerError("bad_checkpoint", "a line of the checkpoint log is not a checkpoint") from error


def _utc(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="microseconds")
