"""Small files that must be whole, on disk, and for their owner's eyes only."""

from __future__ import annotations

import fcntl
import os
import secrets
from io import FileIO
from pathlib import Path


def make_secret(file: Path, content: bytes) -> None:
    """A new file. FileExistsError when another process was faster: use what it wrote."""
    part = _written(file, content)
    try:
        os.link(part, file)  # unlike a rename, a link never replaces
    finally:
        part.unlink()
    _sync_folder(file.parent)


def replace_secret(file: Path, content: bytes) -> None:
    """The file has the new content or the old, never a part of either."""
    _written(file, content).rename(file)
    _sync_folder(file.parent)


def append_line(file: Path, line: str) -> None:
    """Add a line; it is on disk when this returns. What a crash left of an unfinished line goes first."""
    with os.fdopen(os.open(file, os.O_RDWR | os.O_CREAT, 0o600), "r+b", buffering=0) as stream:
        fcntl.flock(stream, fcntl.LOCK_EX)
        stream.seek(_end_of_last_line(stream))
        stream.truncate()
        stream.write(line.encode() + b"\n")
        os.fsync(stream.fileno())


def _end_of_last_line(stream: FileIO) -> int:
    end = stream.seek(0, os.SEEK_END)
    while end:
        start = max(end - 4096, 0)
        stream.seek(start)
        found = stream.read(end - start).rfind(b"\n")
        if found >= 0:
            return start + found + 1
        end = start
    return 0


def _written(file: Path, content: bytes) -> Path:
    part = file.with_name(f"{file.name}.{secrets.token_hex(4)}")
    handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as stream:
        stream.write(content)
        stream.flush()
        os.fsync(stream.fileno())
    return part


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
