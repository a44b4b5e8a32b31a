"""The Merkle tree of RFC 6962 (section 2.1), growing leaf by leaf and keeping only its right edge."""

from __future__ import annotations

import hashlib

EMPTY_ROOT = hashlib.sha256(b"").digest()


def leaf_hash(data: bytes) -> bytes:
    """SHA-256 of 0x00 and the data: a leaf can never pass for a node."""
    return hashlib.sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """SHA-256 of 0x01 and the two below."""
    return hashlib.sha256(b"\x01" + left + right).digest()


class Tree:
    """The full subtrees on the right edge, largest first: at most 64 hashes for any number of leaves."""

    def __init__(self) -> None:
        self.size = 0
        self._edge: list[tuple[int, bytes]] = []

    def append(self, leaf: bytes) -> None:
        """Add the hash of the next leaf."""
        width, merged = 1, leaf
        while self._edge and self._edge[-1][0] == width:
            merged = node_hash(self._edge.pop()[1], merged)
            width *= 2
        self._edge.append((width, merged))
        self.size += 1

    def root(self) -> bytes:
        """The hash of the whole tree as it stands."""
        if not self._edge:
            return EMPTY_ROOT
        root = self._edge[-1][1]
        for _, left in reversed(self._edge[:-1]):
            root = node_hash(left, root)
        return root

    def copy(self) -> Tree:
        """A tree that grows on its own."""
        twin = Tree()
        twin.size, twin._edge = self.size, list(self._edge)
        return twin
