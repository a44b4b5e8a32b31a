"""Fields of a request, checked by hand: what is wrong with one is said in a clear sentence."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any
from urllib.parse import urlsplit

Json = dict[str, Any]
_LARGEST = 10**15


class BadRequest(ValueError):
    """The request has not the right shape; its message is one clear sentence."""


def read_object(body: object, name: str = "The body") -> Json:
    """Return a JSON object."""
    if not isinstance(body, dict):
        raise BadRequest(f"{name} must be a JSON object.")
    return body


def read_text(fields: Json, name: str, longest: int) -> str:
    """Return a required piece of text."""
    value = fields.get(name)
    if not isinstance(value, str) or not 0 < len(value) <= longest or not value.isprintable():
        raise BadRequest(f"{name} must be text of 1 to {longest} characters.")
    return value


def read_text_if_any(fields: Json, name: str, longest: int) -> str | None:
    """Return an optional piece of text."""
    return None if fields.get(name) is None else read_text(fields, name, longest)


def read_amount(fields: Json, name: str, *, least: int = 1) -> int:
    """Return a whole number of minor units."""
    value = fields.get(name)
    if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= _LARGEST:
        kind = "positive whole number" if least else "whole number, 0 or more,"
        raise BadRequest(f"{name} must be a {kind} of minor units.")
    return value


def read_day(fields: Json, name: str) -> date:
    """Return a required date."""
    text = read_text(fields, name, 10)
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise BadRequest(f"{name} must be a date such as 2026-11-24.") from error


def read_moment(fields: Json, name: str) -> datetime:
    """Return an ISO 8601 time with its zone, in UTC."""
    text = read_text(fields, name, 40)
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise BadRequest(f"{name} must be an ISO 8601 time.") from error
    if moment.tzinfo is None:
        raise BadRequest(f"{name} must name its time zone.")
    return moment.astimezone(UTC)


def read_url(fields: Json, name: str) -> str | None:
    """Return an optional http(s) address."""
    value = read_text_if_any(fields, name, 2_000)
    if value is not None:
        try:
            parts = urlsplit(value)
            right = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0
        except ValueError:
            right = False
        if not right:
            raise BadRequest(f"{name} must be an http or https address.")
    return value
