"""Domain to JSON for the customer API (docs/reference/api.md). Nothing else leaves."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

from openteller.domain.conversations import (
    ChartPart,
    ChoicePart,
    FactsPart,
    LinkPart,
    Message,
    Part,
    SourcePart,
    TextPart,
)


def message_json(message: Message) -> dict[str, object]:
    """A Message of the API."""
    return {
        "message_id": str(message.message_id),
        "seq": message.seq,
        "turn_id": str(message.turn_id) if message.turn_id else None,
        "author": {"kind": str(message.author.kind), "name": message.author.name},
        "at": time_json(message.at),
        "parts": [part_json(part, message.message_id) for part in message.parts],
    }


def part_json(part: Part, message_id: UUID) -> dict[str, object]:
    """A Part of the API."""
    match part:
        case TextPart(text):
            return {"type": "text", "text": text}
        case ChoicePart(options):
            return {"type": "choice", "options": [{"id": option.id, "label": option.label} for option in options]}
        case FactsPart(title, rows):
            shown = [{"label": row.label, "value": row.value} for row in rows]
            return {"type": "facts", "title": title, "rows": shown}
        case LinkPart(label, url, purpose):
            return {"type": "link", "label": label, "url": url, "purpose": purpose}
        case SourcePart(article, title, approved_on, label):
            day = approved_on.isoformat()
            return {"type": "source", "id": article, "title": title, "approved_on": day, "label": label}
        case ChartPart(title, alt, _):
            return {"type": "chart", "title": title, "alt": alt, "picture": f"charts/{message_id}.svg"}


def time_json(at: datetime) -> str:
    """RFC 3339 in UTC."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
