"""News within a process: who waits for "conversation X has something new" is woken, whichever process wrote it."""

from __future__ import annotations

import asyncio
from collections import defaultdict

import structlog

from openteller.domain.errors import AdapterError
from openteller.ports import Signals

log = structlog.get_logger(__name__)


class News:
    """A switchboard between the database's notifications and the sockets of this process."""

    def __init__(self, signals: Signals) -> None:
        self._signals = signals
        self._waiting: dict[str, set[asyncio.Event]] = defaultdict(set)

    def subscribe(self, topic: str) -> asyncio.Event:
        """An event that is set whenever the topic has something new; clear it before looking."""
        event = asyncio.Event()
        self._waiting[topic].add(event)
        return event

    def unsubscribe(self, topic: str, event: asyncio.Event) -> None:
        """No longer interested."""
        self._waiting[topic].discard(event)
        if not self._waiting[topic]:
            del self._waiting[topic]

    def tell(self, topic: str) -> None:
        """Wake whoever waits for this topic; ``*`` (something may have been missed) wakes everybody."""
        for each in list(self._waiting) if topic == "*" else [topic]:
            for event in self._waiting.get(each, ()):
                event.set()

    async def run(self) -> None:
        """Listen for ever; after a break everybody is woken once, because something may have been missed."""
        while True:
            try:
                async with self._signals.listen() as topics:
                    self.tell("*")
                    async for topic in topics:
                        self.tell(topic)
            except AdapterError as error:
                log.warning("no news from the database; trying again", error=str(error))
            await asyncio.sleep(0.5)
