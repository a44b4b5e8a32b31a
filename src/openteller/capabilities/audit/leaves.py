"""From an event's row to its leaf: one canonical form, so that equal events and only they have equal hashes."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

from openteller.capabilities.audit.tree import leaf_hash
from openteller.ports import Row

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
FORM = 1
"""Number of this form; another one would need its own number and the old one kept for old leaves."""


def canonical(row: Row) -> bytes:
    """The event as ASCII JSON with sorted keys; times in microseconds since 1970. ``details`` has no fractions."""
    return json.dumps(
        [
            FORM,
            row["tenant"],
            row["event_id"].hex,
            (row["at"] - _EPOCH) // _MICROSECOND,
            row["kind"],
            row["actor"],
            row["subject_id"].hex if row["subject_id"] else None,
            row["correlation"].hex if row["correlation"] else None,
            row["details"],
        ],
        sort_keys=True,
        separators=(",", ":"),
    ).encode()


def hash_event(row: Row) -> bytes:
    """The leaf hash of an event's row."""
    return leaf_hash(canonical(row))
