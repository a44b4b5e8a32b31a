"""Logs: JSON lines without personal text (OB-01, AU-07).

The redactor is the last step, for whatever slipped into an exception.
"""

from __future__ import annotations

import logging
import sys

import structlog
from structlog.typing import EventDict, WrappedLogger

from openteller.capabilities.privacy.redaction import scrub

_LEVELS = {"debug": logging.DEBUG, "info": logging.INFO, "warning": logging.WARNING, "error": logging.ERROR}


def set_up_logging(level: str) -> None:
    """One JSON object a line on stderr, for our own and for libraries' loggers."""
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
        scrub_event,
    ]
    structlog.configure(
        processors=[*shared, structlog.processors.JSONRenderer()],
        wrapper_class=structlog.make_filtering_bound_logger(_LEVELS.get(level, logging.INFO)),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(processor=structlog.processors.JSONRenderer(), foreign_pre_chain=shared)
    )
    logging.basicConfig(handlers=[handler], level=logging.WARNING, force=True)


def scrub_event(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    """Every string of the event without personal data."""
    return {
        key: scrub(value) if isinstance(value, str) and _may_hold_data(key) else value for key, value in event.items()
    }


def _may_hold_data(key: str) -> bool:
    return key not in ("level", "timestamp", "logger")
