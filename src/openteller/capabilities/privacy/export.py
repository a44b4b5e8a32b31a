"""Everything kept about a person, opened and by table, as the register says (GDPR 15 and 20)."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from openteller.capabilities.privacy.erasure import linked_subjects
from openteller.capabilities.privacy.register import Table, load_register
from openteller.capabilities.privacy.sealing import Sealer
from openteller.domain.assurance import SubjectId
from openteller.domain.errors import NotFound
from openteller.ports import Row, UnitOfWork

_KNOWN = "SELECT 1 AS one FROM subjects WHERE subject_id = %(subject)s AND erased_at IS NULL"


async def export_person(uow: UnitOfWork, sealer: Sealer, subject: SubjectId) -> Mapping[str, list[dict[str, Any]]]:
    """Table → rows, ready for JSON. NotFound when there is no such person, or nothing is left of them."""
    if await uow.row(_KNOWN, subject=subject) is None:
        raise NotFound("unknown_person", "there is no such person, or they have been erased")
    subjects = await linked_subjects(uow, sealer, subject)
    exported = {}
    for table in load_register().values():
        if table.export is not None:
            rows = await uow.rows(table.export, subjects=list(subjects))
            exported[table.name] = [await _opened(uow, sealer, table, row) for row in rows]
    return exported


async def _opened(uow: UnitOfWork, sealer: Sealer, table: Table, row: Row) -> dict[str, Any]:
    opened = {}
    for column, value in row.items():
        if value is None or column not in table.sealed:
            opened[column] = _plain(value)
        elif not value:  # blanked: a card number had come in pieces
            opened[column] = None
        else:
            plain = await sealer.unseal(uow, SubjectId(row["subject_id"]), bytes(value), f"{table.name}.{column}")
            opened[column] = _readable(plain)
    return opened


def _readable(plain: bytes) -> Any:
    """What was sealed is JSON, or a text, or raw bytes (an id)."""
    try:
        text = plain.decode()
    except UnicodeDecodeError:
        return base64.b64encode(plain).decode()
    try:
        return json.loads(text) if text[:1] in {"{", "["} else text
    except ValueError:
        return text


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, UUID):
        return str(value)
    return value
