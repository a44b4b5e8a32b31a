"""Links in words, and whether they lead to the bank (R6). Whatever a chat program might make tappable counts."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from urllib.parse import urlsplit

_DOTS = ".。．｡․"
_SCHEMED = re.compile(
    r"[\w+.\-]{1,20}://\S+|\b(?:javascript|vbscript|data|mailto|tel|sms|file|intent|whatsapp|tg|upi)[:：]\S+",
    re.IGNORECASE,
)
_HOST = re.compile(rf"(?<![\w\-{_DOTS}])(?:[\w\-]+[{_DOTS}])+[^\W\d_][\w\-]+(?![\w\-])")
_IP_ADDRESS = re.compile(rf"(?<![\w{_DOTS}])\d{{1,3}}(?:[{_DOTS}]\d{{1,3}}){{3}}(?![\w{_DOTS}])")
_SENTENCES = re.compile(r"[\w\-]+\.[A-Z][a-z\-]+\Z")
"""``account.Please``: a space was forgotten between two sentences."""


def find_links(text: str) -> Iterator[tuple[str, str]]:
    """(the link as it stands in the text, its host in lower case or empty when it has none)."""
    rest = text
    for found in _SCHEMED.finditer(text):
        yield found.group(), _host(found.group())
        rest = rest.replace(found.group(), " ")
    for found in _HOST.finditer(rest):
        if not _SENTENCES.match(found.group()):
            yield found.group(), found.group().lower()
    for found in _IP_ADDRESS.finditer(rest):
        yield found.group(), found.group()


def leads_to(url: str, allowed: Collection[str]) -> bool:
    """True if ``url`` is a plain link to an allowed place: ``host`` (https, no port) or ``scheme://host:port``.

    A user name before the host, another port, letters that only look Latin, spaces or backslashes make it False.
    """
    if not url.isascii() or not url.isprintable() or set(url) & set(" \\<>\"'`{}"):
        return False
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return False
    if parts.username is not None or parts.password is not None or not parts.hostname:
        return False
    if f"{parts.scheme}://{parts.netloc}" in allowed:
        return parts.scheme in {"http", "https"}
    return parts.scheme == "https" and port is None and parts.hostname in allowed


def _host(url: str) -> str:
    try:
        return (urlsplit(url).hostname or "").lower()
    except ValueError:
        return ""
