"""Who is logged in on the bank's own pages: cookies, idle time and form tokens."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Lock
from urllib.parse import urlsplit

COOKIE = "harbour_session"
IDLE, LONGEST = timedelta(minutes=5), timedelta(hours=1)
PASSCODE = "demo-1234"
_MOST = 20_000


@dataclass(slots=True)
class Session:
    """One browser that logged in; ``form_token`` guards its forms."""

    number: int
    began: datetime
    seen: datetime
    form_token: str


class Sessions:
    """Sessions in memory: five minutes idle or an hour in all ends one."""

    def __init__(self) -> None:
        self._known: dict[str, Session] = {}
        self._lock = Lock()

    def begin(self, number: int, now: datetime) -> str:
        """Start a session and return the cookie's value."""
        cookie = secrets.token_urlsafe(32)
        with self._lock:
            if len(self._known) >= _MOST:
                self._forget(now)
            self._known[_name(cookie)] = Session(number, now, now, secrets.token_urlsafe(24))
        return cookie

    def find(self, cookie: str | None, now: datetime) -> Session | None:
        """Return a live session and note that it was used, or None."""
        if not cookie:
            return None
        with self._lock:
            session = self._known.get(_name(cookie))
            if session is None or _over(session, now):
                self._known.pop(_name(cookie), None)
                return None
            session.seen = now
            return session

    def end(self, cookie: str | None) -> None:
        """Forget a session."""
        with self._lock:
            self._known.pop(_name(cookie or ""), None)

    def _forget(self, now: datetime) -> None:
        """Drop sessions that are over and, if there are still too many, the oldest."""
        live = {name: s for name, s in self._known.items() if not _over(s, now)}
        self._known = dict(list(live.items())[-_MOST // 2 :])


def same_text(shown: str, known: str) -> bool:
    """Compare secrets without telling, by time, how much of them was right."""
    return hmac.compare_digest(shown.encode(), known.encode())


def safe_next(text: str | None, own_origin: str) -> str:
    """Return a local path to go to after login; anything else becomes ``/``.

    A full address is accepted only if it is on the bank's own origin.
    """
    if not text or not text.isprintable() or "\\" in text:
        return "/"
    parts = urlsplit(text)
    if parts.scheme or parts.netloc:
        if f"{parts.scheme}://{parts.netloc}" != own_origin:
            return "/"
        text = parts.path + (f"?{parts.query}" if parts.query else "")
    return text if text.startswith("/") and not text.startswith("//") else "/"


def _name(cookie: str) -> str:
    """Return the name a session is kept under: never the cookie itself."""
    return hashlib.sha256(cookie.encode()).hexdigest()


def _over(session: Session, now: datetime) -> bool:
    """Say whether a session has been idle, or has lasted, too long."""
    return now - session.seen > IDLE or now - session.began > LONGEST
